"""Leaders: who governs a state, from the Rulers, Elections and Irregular Governance data (REIGN).

The attribute ``leader`` has the name as text and 1 as value. The source dates the end of a term by month: a
term ends the day before the next one starts in that month, otherwise with the month. Terms without an end go
on.

Source: Bell 2016, The Rulers, Elections, and Irregular Governance Dataset, OEF Research.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from chancellery.sources import spells
from chancellery.sources.harvest import COVERAGE_SCHEMA, Harvest
from chancellery.sources.sheet import Sheet, open_sheet

NOT_A_DATE = "not a date"
ENDS_EARLY = "ends before it starts, or another starts on its day"


def reign(path: str | Path) -> Harvest:
    """Read the attribute ``leader`` from the REIGN list of leaders.

    Parameters
    ----------
    path
        A table with ``ccode`` (COW number), ``leader`` and the day, month and year of the start (``sdate``,
        ``smonth``, ``syear``) and month and year of the end (``emonth``, ``eyear``; empty: in office), or the
        folder that has ``leaderlist*.csv``.

    Returns
    -------
    Harvest
        Attributes with ``text`` the leader's name. The coverage runs from the month in which the first term
        of the list ends to the last month in which the list notes anybody's start or end.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    numbers = ("ccode", "sdate", "smonth", "syear", "emonth", "eyear")
    columns = {"leader": pl.String} | dict.fromkeys(numbers, pl.Int64)
    keys = ("ccode", "leader", "sdate", "smonth", "syear")
    sheet = open_sheet("reign", path, columns, usual="leaderlist*", keys=keys, years=("syear", "eyear"))
    last = _date(sheet)
    # The first term to end tells since when the list has everybody: nobody who left before is on it.
    first = sheet.rows["end"].min()
    covered = (
        []
        if first is None
        else [("reign", first.replace(day=1), last, "terms of office, ends dated by month")]
    )
    coverage = pl.DataFrame(covered, schema=COVERAGE_SCHEMA, orient="row")
    sheet.rows = spells.until_next(sheet.rows, ["ccode"])
    sheet.refuse(pl.col("end") < pl.col("start"), ENDS_EARLY)
    sheet.rows = spells.by_year(sheet.rows)
    sheet.identify("ccode", "cow", "actor")
    folded = spells.fold(sheet.rows, ["actor"], same=("value", "leader", "lasts"))
    goes_on = pl.col("lasts") & (pl.col("end") == pl.lit(last, pl.Date))
    rows = folded.select(
        "actor", "start", "value", "file", "row",
        name=pl.lit("leader"), end=pl.when(~goes_on).then("end"), text="leader",
    )  # fmt: skip
    return sheet.harvest(attributes=rows, coverage=coverage)


def _date(sheet: Sheet) -> date | None:
    """Add ``start``, ``end`` and ``lasts`` (no end is given); return the last day of the last month."""
    rows = sheet.rows.with_columns(
        start=_day("syear", "smonth", "sdate"),
        end=_day("eyear", "emonth", pl.lit(1)).dt.month_end(),
        lasts=pl.col("eyear").is_null(),
        value=1.0,
    )
    sheet.rows = rows
    sheet.refuse(pl.col("start").is_null(), f"{NOT_A_DATE}: start")
    sheet.refuse(pl.col("end").is_null() & ~pl.col("lasts"), f"{NOT_A_DATE}: end")
    last = sheet.rows.select(
        pl.max_horizontal(pl.col("start").dt.month_end().max(), pl.col("end").max())
    ).item()
    sheet.rows = sheet.rows.with_columns(pl.col("end").fill_null(pl.lit(last, pl.Date)))
    return last


def _day(year: str, month: str, day: str | pl.Expr) -> pl.Expr:
    """Read a day from numbers; what is no day of the calendar is null."""
    return pl.format("{}-{}-{}", year, month, day).str.to_date("%Y-%m-%d", strict=False)
