"""Contiguity: which states share a border or lie across a strait, from the Correlates of War.

A border on land counts 1; across water it counts less the wider the water is (`NEARNESS`): up to 12 miles
0.8, 24 miles 0.6, 150 miles 0.4, 400 miles 0.2. Spells are dated to the month.

Source: Stinnett, Tir, Schafer, Diehl & Gochman 2002, Conflict Management and Peace Science 19:58-66.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from chancellery.sources import spells
from chancellery.sources.harvest import Harvest
from chancellery.sources.sheet import covered_years, open_sheet

NEARNESS = {1: ("land", 1.0), 2: ("water, 12 miles", 0.8), 3: ("water, 24 miles", 0.6),
            4: ("water, 150 miles", 0.4), 5: ("water, 400 miles", 0.2)}  # fmt: skip
NOT_CONTIGUOUS = "not contiguous"
NO_TYPE = "conttype is none of 0 to 5"
NOT_A_DATE = "not a date"
REPLACED = "another spell starts on the same day"


def direct(path: str | Path) -> Harvest:
    """Read ``contiguity`` ties (mutual) from COW direct contiguity.

    Parameters
    ----------
    path
        A table with ``ccode1``, ``ccode2`` (COW numbers), ``conttype`` (1 to 5; 0 for none) and ``stdate``,
        ``enddate`` (first day of the first and of the last month), or the folder that has
        ``cow_contdir.parquet``.

    Returns
    -------
    Harvest
        Ties valued by `NEARNESS`; those that last to the list's last month have no end.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    columns = dict.fromkeys(("ccode1", "ccode2", "conttype"), pl.Int64)
    columns |= dict.fromkeys(("stdate", "enddate"), pl.String)
    sheet = open_sheet("cow-contiguity", path, columns, usual="cow_contdir*", keys=tuple(columns), years=())
    sheet.refuse(pl.col("conttype") == 0, NOT_CONTIGUOUS)
    sheet.refuse(~pl.col("conttype").is_in(list(NEARNESS)), pl.format(f"{NO_TYPE}: {{}}", "conttype"))
    day = pl.col("stdate", "enddate").str.to_date("%Y-%m-%d", strict=False)
    sheet.refuse(pl.any_horizontal(day.is_null()), NOT_A_DATE)
    rows = sheet.rows.with_columns(
        start=pl.col("stdate").str.to_date("%Y-%m-%d"),
        end=pl.col("enddate").str.to_date("%Y-%m-%d").dt.month_end(),
        value=pl.col("conttype").replace_strict(
            {k: v for k, (_, v) in NEARNESS.items()}, return_dtype=pl.Float64
        ),
        what=pl.col("conttype").replace_strict(
            {k: name for k, (name, _) in NEARNESS.items()}, return_dtype=pl.String
        ),
    )
    last = rows["end"].max()
    # A spell's last month is also the first month of the one that replaces it.
    sheet.rows = spells.until_next(rows, ["ccode1", "ccode2"])
    sheet.refuse(pl.col("end") < pl.col("start"), REPLACED)
    sheet.rows = spells.by_year(sheet.rows)
    coverage = covered_years("cow-contiguity", sheet.rows["year"], what="borders, dated to the month")
    sheet.pair("ccode1", "ccode2", "cow")
    folded = spells.fold(spells.mutual(sheet.rows), spells.PAIR, same=("value", "what"))
    return sheet.harvest(ties=spells.ties(spells.unended(folded, last), "contiguity"), coverage=coverage)
