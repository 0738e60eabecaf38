"""Rivalries: pairs of states that see each other as threatening competitors, as historians of strategy judge.

Both lists date a rivalry by years and write the last year of the list for one that goes on.

Sources: Thompson, Sakuwa & Suhas 2021, Analyzing Strategic Rivalries in World Politics; Thompson & Dreyer
2012, Handbook of International Rivalries 1494-2010.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from chancellery.sources import spells
from chancellery.sources.harvest import Harvest
from chancellery.sources.sheet import Sheet, covered_years, open_sheet

_TYPES = ("positional", "spatial", "ideological", "interventionary")
ENDS_EARLY = "ends before it starts"


def thompson(path: str | Path) -> Harvest:
    """Read ``rivalry`` ties (mutual) from the list of Thompson, Sakuwa and Suhas, 1494 to 2020.

    Parameters
    ----------
    path
        A table with ``rivalry`` (its name), ``ccode1``, ``ccode2`` (COW numbers), ``start``, ``end`` (years)
        and ``positional``, ``spatial``, ``ideological``, ``interventionary`` (1 where it is so), or the
        folder that has ``tss_rivalries.parquet``.

    Returns
    -------
    Harvest
        Ties of value 1; ``what`` has the name and the types. Those that last to the list's last year have no
        end.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    columns = {
        "rivalry": pl.String,
        "ccode1": pl.Int64,
        "ccode2": pl.Int64,
        "start": pl.Int64,
        "end": pl.Int64,
    }
    keys = ("ccode1", "ccode2", "start", "end")
    columns |= dict.fromkeys(_TYPES, pl.Float64)
    sheet = open_sheet(
        "tss-rivalries", path, columns, usual="tss_rivalries*", keys=keys, years=("start", "end")
    )
    types = [pl.when(pl.col(name) == 1).then(pl.lit(name)) for name in _TYPES]
    return _rivalries(sheet, "rivalry", pl.concat_str(*types, separator=", ", ignore_nulls=True))


def dreyer(path: str | Path) -> Harvest:
    """Read ``rivalry`` ties (mutual) from the list of Thompson and Dreyer, 1494 to 2010.

    Parameters
    ----------
    path
        A table with ``rivalryname``, ``ccode1``, ``ccode2`` (COW numbers), ``styear``, ``endyear`` and
        ``type1``, ``type2``, ``type3``, or the folder that has ``td_rivalries.parquet``.

    Returns
    -------
    Harvest
        As `thompson`.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    years = ("styear", "endyear")
    keys = ("ccode1", "ccode2", *years)
    columns = dict.fromkeys(("rivalryname", "type1", "type2", "type3"), pl.String) | dict.fromkeys(
        keys, pl.Int64
    )
    sheet = open_sheet("td-rivalries", path, columns, usual="td_rivalries*", keys=keys, years=years)
    sheet.rows = sheet.rows.with_columns(start="styear", end="endyear")
    types = pl.concat_str("type1", "type2", "type3", separator=", ", ignore_nulls=True)
    return _rivalries(sheet, "rivalryname", types)


def _rivalries(sheet: Sheet, name: str, types: pl.Expr) -> Harvest:
    sheet.refuse(pl.col("end") < pl.col("start"), ENDS_EARLY)
    label = pl.concat_str(pl.col(name), pl.when(types != "").then(types), separator=": ", ignore_nulls=True)
    sheet.rows = sheet.rows.with_columns(
        value=1.0, what=label, start=pl.date("start", 1, 1), end=pl.date("end", 12, 31)
    )
    last = sheet.rows["end"].max()
    sheet.rows = spells.by_year(sheet.rows)
    coverage = covered_years(sheet.dataset, sheet.rows["year"], what="rivalries judged year by year")
    sheet.pair("ccode1", "ccode2", "cow")
    folded = spells.fold(spells.mutual(sheet.rows), spells.PAIR, also={"what": pl.col("what").first()})
    return sheet.harvest(ties=spells.ties(spells.unended(folded, last), "rivalry"), coverage=coverage)
