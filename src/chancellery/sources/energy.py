"""Energy: gas pipelines between countries, from Global Energy Monitor.

Each unit names the countries it crosses, in order; every two that follow each other are tied by ``pipeline``
(mutual): 1 in operation, 0.5 under construction, 0.25 proposed (`STATUSES`). Pipelines that stand still, were
shelved, cancelled or retired carry nothing and are refused, as are units within one country. Some lists are
not in order along the pipe (Russia, Belarus, Germany, Poland): the pairs are as good as the list.

The list is a snapshot of the day of its release: a pipeline in operation starts with its start year, if that
is known and past; every other tie starts on the day of the release, the first on which the list vouches for
it.

Source: Global Gas Infrastructure Tracker, Global Energy Monitor.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl

from chancellery.errors import SourceError
from chancellery.sources import spells
from chancellery.sources.harvest import COVERAGE_SCHEMA, Harvest
from chancellery.sources.sheet import locate, open_sheet

STATUSES = {"operating": 1.0, "construction": 0.5, "proposed": 0.25}
NOT_IN_PLAY = "not in operation, building or planning"
DOMESTIC = "unit within one country"
USUAL = "ggit*"


def gem_gas(path: str | Path, *, released: date | None = None) -> Harvest:
    """Read ``pipeline`` ties from the Global Gas Infrastructure Tracker.

    Parameters
    ----------
    path
        A table with ``name``, ``unit-name``, ``status``, ``areas`` (countries, separated by commas) and
        ``start-year``, or the folder that has ``ggit_*.csv``.
    released
        Day of the release; by default the date in the file's name.

    Returns
    -------
    Harvest
        One tie a unit and border; ``what`` has the pipeline's name and status. No tie has an end.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, a missing column, or no day of release.
    """
    released = released or _day_of_release(locate(path, USUAL).name)
    columns = dict.fromkeys(("name", "unit-name", "status", "areas", "start-year"), pl.String)
    sheet = open_sheet("gem-gas", path, columns, usual=USUAL, keys=("name", "status", "areas"), years=())
    sheet.refuse(~pl.col("areas").str.contains(","), DOMESTIC)
    sheet.refuse(~pl.col("status").is_in(list(STATUSES)), pl.format(f"{NOT_IN_PLAY}: {{}}", "status"))
    crossed = pl.col("areas").str.split(r",").list.eval(pl.element().str.strip_chars())
    borders = pl.int_ranges(1, crossed.list.len())
    sheet.rows = (
        sheet.rows.with_columns(crossed=crossed, border=borders, year=pl.lit(released.year))
        .explode("border")
        .with_columns(
            one=pl.col("crossed").list.get(pl.col("border") - 1), other=pl.col("crossed").list.get("border")
        )
    )
    sheet.pair("one", "other", "name")
    known = pl.format("{}-01-01", "start-year").str.to_date("%Y-%m-%d", strict=False)  # "--" for unknown
    past = (pl.col("status") == "operating") & (known < released)
    label = pl.concat_str("name", pl.format("({})", "unit-name"), separator=" ", ignore_nulls=True)
    rows = spells.mutual(sheet.rows).with_columns(
        start=pl.when(past).then(known).otherwise(pl.lit(released)),
        end=pl.lit(None, pl.Date),
        value=pl.col("status").replace_strict(STATUSES, return_dtype=pl.Float64),
        what=pl.concat_str(label, "status", separator=": "),
    )
    rows = rows.unique(["source", "target", "what", "start"], keep="first", maintain_order=True)
    what = "pipelines as they stood on the day of release"
    covered = [("gem-gas", rows["start"].min() or released, released, what)]
    coverage = pl.DataFrame(covered, schema=COVERAGE_SCHEMA, orient="row")
    return sheet.harvest(ties=spells.ties(rows, "pipeline"), coverage=coverage)


def _day_of_release(name: str) -> date:
    found = re.search(r"\d{4}-\d{2}-\d{2}", name)
    try:
        return date.fromisoformat(found[0] if found else "")
    except ValueError as error:
        cure = "give it, as in released=date(2024, 10, 8)"
        raise SourceError(f"{name} does not say in its name when it was released; {cure}") from error
