"""GDELT event files, versions 1.0 (57 or 58 columns) and 2.0 (61 columns), which have no header line.

An actor is what its CAMEO code says: the known group (an organisation, an armed group) before the country.
GDELT dates an event by words of the text such as "last year", so that a daily file repeats old events under
old days. Where a file was written day by day, such rows are refused ("older than its file") and the coverage
is read off the days on which rows were added; the yearly files of the past, written in one go, are covered by
event days.

Source: The GDELT Event Database Data Format Codebook, versions 1.03 and 2.0 (gdeltproject.org).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from chancellery.errors import SourceError
from chancellery.sources import reading, sifting
from chancellery.sources.harvest import Harvest

_ENDINGS = (".csv", ".tsv", ".txt")
_WIDTHS = (57, 58, 61)
# Both versions agree on the columns up to 34; the day a row was added stands at 56, in version 2.0 at 59.
_PLACES = {
    "id": 0,
    "day": 1,
    "source_code": 5,
    "source_name": 6,
    "source_country": 7,
    "source_group": 8,
    "target_code": 15,
    "target_name": 16,
    "target_country": 17,
    "target_group": 18,
    "root": 25,
    "code": 26,
    "goldstein": 30,
    "added": 56,
    "added_2": 59,
}
OLD = "older than its file"
NOT_ROOT = "not a root event"


def gdelt(
    path: str | Path, *, dataset: str | None = None, root_only: bool = False, stale_days: int = 30
) -> Harvest:
    """Read GDELT events.

    Parameters
    ----------
    path
        An event file (``.csv``, ``.CSV``, ``.zip``, ``.gz``) or a folder of them.
    dataset
        Name for the rows, by default ``gdelt``.
    root_only
        Keep only events of the first paragraph (IsRootEvent = 1), which are coded more reliably.
    stale_days
        In files written day by day, an event dated longer than this before its row was added is refused.

    Returns
    -------
    Harvest
        One event for each (day, actors, code); ``n`` counts rows, not mentions: mentions measure how loud
        the news was, not how much was done.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a file whose first lines do not have GDELT's columns.
    """
    texts = reading.texts(reading.find(path, _ENDINGS, "GDELT events"), _ENDINGS)
    stamps = {text.name: reading.stamp(text.path) for text in texts}
    return sifting.gather(dataset or "gdelt", _reports(texts, root_only, stale_days), stamps)


def _reports(texts: list[reading.Text], root_only: bool, stale_days: int) -> Iterator[pl.DataFrame]:
    for text in texts:
        daily = None
        for lines in reading.blocks(text):
            block = reading.cut(lines, text.name, _PLACES, widths=_WIDTHS)
            if daily is None:
                _check(block, lines, text.name)
            block = _dated(block)
            if daily is None:
                daily = _written_daily(block)
            yield _coded(block, daily, root_only, stale_days)


def _check(block: pl.DataFrame, lines: pl.DataFrame, name: str) -> None:
    """Refuse a file none of whose first hundred lines has the columns of GDELT."""
    if block["reason"].head(100).is_not_null().all():
        found = lines["line"][0].count("\t") + 1
        raise SourceError(
            f"{name} line 1 has {found} tab-separated columns where GDELT has 57, 58 or 61; "
            "give the event export files as published, without a header"
        )


def _dated(block: pl.DataFrame) -> pl.DataFrame:
    added = pl.coalesce("added_2", "added").str.slice(0, 8)
    return block.with_columns(
        time=sifting.day(pl.col("day"), "%Y%m%d"),
        seen=sifting.day(added, "%Y%m%d"),
    )


def _written_daily(block: pl.DataFrame) -> bool:
    """Tell whether most events lie within a week of the day their row was added."""
    lag = (block["seen"] - block["time"]).dt.total_days().drop_nulls()
    return len(lag) > 0 and bool((lag.abs() <= 7).mean() > 0.5)


def _coded(block: pl.DataFrame, daily: bool, root_only: bool, stale_days: int) -> pl.DataFrame:
    reason = pl.col("reason")
    if root_only:
        reason = pl.coalesce(reason, pl.when(pl.col("root") == "0").then(pl.lit(NOT_ROOT)))
    if daily:
        stale = (pl.col("seen") - pl.col("time")).dt.total_days() > stale_days
        reason = pl.coalesce(reason, pl.when(stale).then(pl.lit(OLD)))
    return sifting.coded(
        block.select(
            "file",
            "row",
            "raw",
            "id",
            "time",
            "code",
            reason=reason,
            seen="seen" if daily else "time",
            weight=pl.col("goldstein").cast(pl.Float64, strict=False),
            source_name=pl.coalesce("source_name", "source_code"),
            target_name=pl.coalesce("target_name", "target_code"),
            source=_actor(block, "source"),
            target=_actor(block, "target"),
        )
    )


def _actor(block: pl.DataFrame, side: str) -> pl.Series:
    """Group code, then the whole actor code (its longest known beginning), then the country code."""
    resolve = sifting.whom("cameo")
    tried = [sifting.translate(block[f"{side}_{part}"], resolve) for part in ("group", "country", "code")]
    group, country, code = (series.alias(name) for series, name in zip(tried, ("group", "country", "code")))
    by_code = pl.DataFrame([group, country, code]).select(pl.coalesce("group", "country", "code")).to_series()
    return sifting.acting(group, by_code)
