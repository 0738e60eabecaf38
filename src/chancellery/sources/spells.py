"""From years to spells: how yearly rows and dated spells become ties and attributes with a start and an end.

- A spell runs from the first day of its first year to the last day of the last year before its value
  changes, a year is missing, or another actor takes over the code; both days are included.
- A condition that is in force (an alliance, a rivalry, a border) and still held on the source's last covered
  day has no end: nobody says that it ended. The coverage says until when the source was looking.
- A quantity that is measured year by year (a trade share, a GDP, an ideal point) ends with its last measured
  year: nobody says what it was afterwards.
- Two rows of one pair that begin on the same day are one: the larger value holds.
- A mutual tie is written once, its two actors in alphabetical order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

PAIR = ("source", "target")
ONE_DAY = pl.duration(days=1)


def whole_years(frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``first`` and ``last``, the first and last day of the row's ``year``."""
    return frame.with_columns(first=pl.date("year", 1, 1), last=pl.date("year", 12, 31))


def by_year(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn spells (``start``, ``end``) into one row a year, with ``first`` and ``last`` day within the year.

    Spells that cross a change of bearer of a code can then be resolved year by year and folded again.
    """
    years = pl.int_ranges(
        pl.col("start").dt.year().cast(pl.Int64), pl.col("end").dt.year().cast(pl.Int64) + 1
    )
    out = frame.with_columns(year=years).explode("year")
    return out.with_columns(
        first=pl.max_horizontal("start", pl.date("year", 1, 1)),
        last=pl.min_horizontal("end", pl.date("year", 12, 31)),
    )


def until_next(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """End every spell (``start``, ``end``) of a group no later than the day before the next one starts."""
    frame = frame.sort(*by, "start", "row")
    following = pl.col("start").shift(-1).over(by)
    return frame.with_columns(end=pl.min_horizontal("end", following - ONE_DAY).cast(pl.Date))


def mutual(frame: pl.DataFrame) -> pl.DataFrame:
    """Put ``source`` and ``target`` in alphabetical order."""
    return frame.with_columns(source=pl.min_horizontal(*PAIR), target=pl.max_horizontal(*PAIR))


def fold(
    frame: pl.DataFrame,
    by: Sequence[str],
    *,
    same: Sequence[str] = ("value",),
    also: Mapping[str, pl.Expr] | None = None,
) -> pl.DataFrame:
    """Join rows that follow each other without a gap and say the same.

    Parameters
    ----------
    frame
        ``first``, ``last`` (Date), ``value``, ``file``, ``row`` and the columns named below.
    by
        Columns of what a row is about (a pair, or an actor and a name).
    same
        Columns that must stay equal for a spell to go on.
    also
        Further columns of the result, as aggregations over a spell's rows.

    Returns
    -------
    pl.DataFrame
        ``by``, ``start``, ``end``, ``same``, ``also``, and ``file`` and ``row`` of the spell's first row.
    """
    order = [*by, "first", "value", "row"]
    descending = [column == "value" for column in order]
    frame = frame.sort(order, descending=descending).unique([*by, "first"], keep="first", maintain_order=True)
    following = pl.col("first").shift(-1).over(by)
    frame = frame.with_columns(last=pl.min_horizontal("last", following - ONE_DAY).cast(pl.Date))
    goes_on = pl.col("first") == pl.col("last").shift(1) + ONE_DAY
    for column in (*by, *same):
        goes_on &= pl.col(column).eq_missing(pl.col(column).shift(1))
    frame = frame.with_columns(spell=(~goes_on.fill_null(False)).cum_sum())
    return (
        frame.group_by("spell", maintain_order=True)
        .agg(
            *(pl.col(column).first() for column in (*by, *same)),
            start=pl.col("first").first(),
            end=pl.col("last").last(),
            file=pl.col("file").first(),
            row=pl.col("row").first(),
            **(also or {}),
        )
        .drop("spell")
    )


def unended(frame: pl.DataFrame, covered_to: date | None) -> pl.DataFrame:
    """Take the end off spells that still held on the last covered day (None: nothing is covered)."""
    if covered_to is None:
        return frame
    return frame.with_columns(end=pl.when(pl.col("end") < covered_to).then("end"))


def ties(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Give folded spells (with or without ``what``) the columns of ``TIE_SCHEMA`` but for ``dataset``."""
    what = pl.col("what") if "what" in frame.columns else pl.lit(None, pl.String)
    return frame.select(
        pl.lit(kind).alias("kind"), *PAIR, "start", "end", "value", what.alias("what"), "file", "row"
    )


def exact(amount: pl.Expr) -> pl.Expr:
    """Count an amount in whole thousandths, so that sums do not depend on the order of adding."""
    return (amount * 1000).round(0).cast(pl.Int64)


def attributes(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Fold yearly rows (``actor``, ``year``, ``value``) into attribute rows without text."""
    folded = fold(whole_years(frame), ["actor"])
    return folded.select(
        "actor",
        pl.lit(name).alias("name"),
        "start",
        "end",
        "value",
        pl.lit(None, pl.String).alias("text"),
        "file",
        "row",
    )
