"""Shared membership of intergovernmental organisations, from the Correlates of War.

The tie ``igo-shared`` (mutual) is the Jaccard index of two states' memberships: organisations both belong to,
divided by organisations at least one belongs to, full members only. Two decimals are kept, so that a spell
outlasts the coming and going of single organisations.

Source: Pevehouse, Nordstrom, McManus & Jamison 2020, Journal of Peace Research 57:492-503.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from chancellery.sources import spells
from chancellery.sources.harvest import Harvest
from chancellery.sources.sheet import Sheet, covered_years, locate, open_sheet

DECIMALS = 2
NO_COUNT = "no count of memberships for one of the two"
USUAL, USUAL_STATES = "cow_igo_ndy*", "cow_igo_sy*"


def cow_igo(path: str | Path, states: str | Path | None = None, *, since: int = 1990) -> Harvest:
    """Read ``igo-shared`` ties from joint memberships and memberships.

    Parameters
    ----------
    path
        A table of dyad-years with ``ccode1``, ``ccode2`` (COW numbers), ``year``, ``dyadigos`` (organisations
        both are full members of), or the folder that has ``cow_igo_ndy.parquet`` and ``cow_igo_sy.parquet``.
    states
        The table of state-years with ``ccode``, ``year``, ``sum_igo_full``; by default the usual file beside
        the first.
    since
        First year read; a pair of states changes its share so often that the years before would double the
        ties.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    columns = {"ccode1": pl.Int64, "ccode2": pl.Int64, "year": pl.Int64, "dyadigos": pl.Float64}
    sheet = open_sheet("cow-igo", path, columns, usual=USUAL, keys=tuple(columns))
    counts = _memberships(states or locate(path, USUAL).parent)
    sheet.files = pl.concat([sheet.files, counts.files])
    sheet.refused += counts.refused
    sheet.rows = sheet.rows.filter(pl.col("year") >= since)
    coverage = covered_years("cow-igo", sheet.rows["year"])
    for code, total in (("ccode1", "one"), ("ccode2", "other")):
        of = counts.rows.select("year", pl.col("ccode").alias(code), pl.col("sum_igo_full").alias(total))
        sheet.rows = sheet.rows.join(of, on=[code, "year"], how="left", maintain_order="left")
    sheet.refuse(pl.any_horizontal(pl.col("one", "other").is_null()), NO_COUNT)
    sheet.rows = sheet.rows.filter(pl.col("dyadigos") > 0)  # nothing shared is no tie, and no mistake either
    sheet.pair("ccode1", "ccode2", "cow")
    either = pl.max_horizontal(pl.col("one") + pl.col("other") - pl.col("dyadigos"), "dyadigos")
    rows = spells.mutual(sheet.rows).with_columns(value=(pl.col("dyadigos") / either).round(DECIMALS))
    folded = spells.fold(spells.whole_years(rows), spells.PAIR)
    return sheet.harvest(ties=spells.ties(folded, "igo-shared"), coverage=coverage)


def _memberships(path: str | Path) -> Sheet:
    columns = {"ccode": pl.Int64, "year": pl.Int64, "sum_igo_full": pl.Float64}
    sheet = open_sheet("cow-igo", path, columns, usual=USUAL_STATES, keys=tuple(columns))
    sheet.rows = sheet.rows.unique(["ccode", "year"], keep="first", maintain_order=True)
    return sheet
