"""Trade: how much of a state's foreign trade is with another, from bilateral flows.

The tie's source supplies the target: its value is the share of the target's total trade (exports and imports,
all partners) that is with the source, year by year. The total counts every partner of the file, also those
the world tables do not know; shares below ``min_share`` are left out, since small shares are most rows and
bind nobody.

Sources: Barbieri, Keshk & Pollins 2009, Conflict Management and Peace Science 26:471-491; Borchert, Larch,
Shikher & Yotov 2021, International Economics 166:140-162.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from chancellery.sources import sifting, spells
from chancellery.sources.harvest import Harvest
from chancellery.sources.sheet import Sheet, covered_years, open_sheet

DECIMALS = 4  # of a share; more than the flows bear
DOMESTIC = "trade within one state"


def itpd(path: str | Path, *, min_share: float = 0.01) -> Harvest:
    """Read ``trade`` ties from totals of the International Trade and Production Database.

    Parameters
    ----------
    path
        A table with ``year``, ``exporter``, ``importer`` (ISO 3166-1 alpha-3) and ``value`` (any currency),
        or the folder that has ``itpd_total_dyad_year_*.parquet``.
    min_share
        Smallest share that becomes a tie.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    columns = {"year": pl.Int64, "exporter": pl.String, "importer": pl.String, "value": pl.Float64}
    sheet = open_sheet("itpd", path, columns, usual="itpd_total_dyad_year_*", keys=tuple(columns))
    coverage = covered_years("itpd", sheet.rows["year"])
    sheet.refuse(pl.col("exporter") == pl.col("importer"), DOMESTIC)
    sheet.rows = sheet.rows.rename({"value": "flow"})
    sides = [
        sheet.rows.rename({"exporter": a, "importer": b}) for a, b in (("partner", "of"), ("of", "partner"))
    ]
    sheet.rows = pl.concat([side.select("file", "row", "year", "of", "partner", "flow") for side in sides])
    return _shares(sheet, "iso3", min_share, coverage)


def cow_trade(path: str | Path, *, min_share: float = 0.01) -> Harvest:
    """Read ``trade`` ties from the dyadic trade data of the Correlates of War.

    Parameters
    ----------
    path
        A table of directed dyad-years with ``ccode1``, ``ccode2`` (COW numbers), ``year``, ``flow1`` (imports
        of the first from the second) and ``flow2`` (the reverse), or the folder that has
        ``cow_trade_ddy.parquet``. A flow nobody reported counts as none.
    min_share
        Smallest share that becomes a tie.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    columns = {
        "ccode1": pl.Int64,
        "ccode2": pl.Int64,
        "year": pl.Int64,
        "flow1": pl.Float64,
        "flow2": pl.Float64,
    }
    keys = ("ccode1", "ccode2", "year")
    sheet = open_sheet("cow-trade", path, columns, usual="cow_trade_ddy*", keys=keys)
    coverage = covered_years("cow-trade", sheet.rows["year"])
    known = (
        pl.col("flow1", "flow2").fill_null(0.0).clip(lower_bound=0.0)
    )  # the published file writes -9 for unknown
    sheet.rows = sheet.rows.with_columns(flow=pl.sum_horizontal(known))
    sheet.rows = sheet.rows.rename({"ccode1": "of", "ccode2": "partner"})
    return _shares(sheet, "cow", min_share, coverage)


def _shares(sheet: Sheet, scheme: str, min_share: float, coverage: pl.DataFrame) -> Harvest:
    """Make ties of rows with ``of``, ``partner`` (codes), ``year`` and ``flow`` between them in that year.

    Rows below the threshold are dropped before anybody is identified, so that only names that matter are
    refused.
    """
    total = pl.col("flow").sum().over("of", "year")
    sheet.rows = sheet.rows.with_columns(spells.exact(pl.col("flow")))
    flows = sheet.rows.filter(pl.col("flow") > 0).group_by("of", "partner", "year")
    pairs = flows.agg(pl.col("flow").sum(), pl.col("file").first(), pl.col("row").min())
    sheet.rows = pairs.with_columns(value=(pl.col("flow") / total).round(DECIMALS)).filter(
        pl.col("value") >= min_share
    )
    sheet.identify("partner", scheme, "source")
    sheet.identify("of", scheme, "target")
    sheet.refuse(pl.col("source") == pl.col("target"), sifting.SAME)
    folded = spells.fold(spells.whole_years(sheet.rows), spells.PAIR)
    return sheet.harvest(ties=spells.ties(folded, "trade"), coverage=coverage)
