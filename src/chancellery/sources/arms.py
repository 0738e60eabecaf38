"""Arms: how much of a state's imported weapons come from another, from SIPRI's trend-indicator values (TIV).

The tie's value is the source's share of the TIV delivered to the target in five years, the year of the tie
being the last: single years jump with single ships. The total counts unknown suppliers too. SIPRI marks armed
groups and organisations with asterisks; only those that `SPELLED` lists are read, since short names such as
PRC mean somebody else elsewhere.

Source: SIPRI Arms Transfers Database; Holtom, Bromley & Simmel 2012, Measuring International Arms Transfers.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from chancellery.errors import SourceError
from chancellery.sources import spells
from chancellery.sources.harvest import Harvest
from chancellery.sources.sheet import NOT_A_YEAR, Sheet, covered_years, headings, open_sheet

DECIMALS = 4
NOT_DELIVERED = "nothing delivered"
# SIPRI's names that are nobody else's, and what the world tables call their bearers.
SPELLED = {
    "African Union**": "African Union",
    "East Germany (GDR)": "East Germany",
    "European Union**": "European Union",
    "Hamas (Palestine)*": "Hamas",
    "Hezbollah (Lebanon)*": "Hezbollah",
    "Houthi rebels (Yemen)*": "Houthis",
    "LRA (Uganda)*": "Lord's Resistance Army",
    "LTTE (Sri Lanka)*": "LTTE",
    "MNLF (Philippines)*": "Moro National Liberation Front",
    "NATO**": "NATO",
    "Northern Alliance (Afghanistan)*": "Northern Alliance",
    "OSCE**": "OSCE",
    "PIJ (Israel/Palestine)*": "Palestinian Islamic Jihad",
    "PKK (Turkey)*": "PKK",
    "PKK (Turkiye)*": "PKK",
    "Palestinian Islamic Jihad (Israel/Palestine)*": "Palestinian Islamic Jihad",
    "United Nations**": "United Nations",
    "Yemen Arab Republic (North Yemen)": "North Yemen",
}
USUAL = "sipri_trade_register*"


def sipri(path: str | Path, *, window: int = 5, min_share: float = 0.01) -> Harvest:
    """Read ``arms`` ties from SIPRI deliveries.

    Parameters
    ----------
    path
        Either yearly totals (``supplier``, ``recipient``, ``year``, ``value`` in TIV) or the trade register
        (``supplier``, ``recipient``, ``delivery_years`` such as ``2018; 2021``, ``tiv_delivered``), whose
        orders are spread evenly over their years of delivery; or the folder that has the register.
    window
        Years summed up, the year of the tie being the last.
    min_share
        Smallest share that becomes a tie.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, a missing column, or a window of no years.
    """
    if window < 1:
        raise SourceError(f"window {window} is not a number of years; give 1 or more")
    sheet = _register(path) if "delivery_years" in headings(path, USUAL) else _totals(path)
    coverage = covered_years(
        "sipri", sheet.rows["year"], what=f"years of delivery; ties look {window} years back"
    )
    spelled = sheet.rows.with_columns(pl.col("supplier", "recipient").replace(SPELLED))
    sheet.rows = _moving(spelled, window).filter(pl.col("value") >= min_share)
    sheet.pair("supplier", "recipient", "name")
    folded = spells.fold(spells.whole_years(sheet.rows), spells.PAIR)
    return sheet.harvest(ties=spells.ties(folded, "arms"), coverage=coverage)


def _totals(path: str | Path) -> Sheet:
    columns = {"supplier": pl.String, "recipient": pl.String, "year": pl.Int64, "value": pl.Float64}
    sheet = open_sheet("sipri", path, columns, usual=USUAL, keys=tuple(columns))
    sheet.rows = sheet.rows.rename({"value": "tiv"})
    return sheet


def _register(path: str | Path) -> Sheet:
    columns = dict.fromkeys(("supplier", "recipient", "delivery_years"), pl.String)
    columns |= {"tiv_delivered": pl.Float64}
    sheet = open_sheet("sipri", path, columns, usual=USUAL, keys=("supplier", "recipient"), years=())
    delivered = pl.col("delivery_years").is_not_null() & (pl.col("tiv_delivered") > 0)
    sheet.refuse(~delivered.fill_null(False), NOT_DELIVERED)
    years = pl.col("delivery_years").str.extract_all(r"\d{4}").cast(pl.List(pl.Int64))
    sheet.refuse(years.list.len() == 0, pl.format(f"{NOT_A_YEAR}: delivery_years {{}}", "delivery_years"))
    spread = pl.col("tiv_delivered") / years.list.len()
    sheet.rows = sheet.rows.with_columns(year=years, tiv=spread).explode("year")
    return sheet


def _moving(rows: pl.DataFrame, window: int) -> pl.DataFrame:
    """Sum deliveries over a moving window and divide by all the recipient got: adds ``value``, a share."""
    rows = rows.with_columns(spells.exact(pl.col("tiv")))
    keys = ("supplier", "recipient", "year")
    later = [rows.with_columns(year=pl.col("year") + years) for years in range(window)]
    moving = pl.concat(later).filter(pl.col("year") <= pl.lit(rows["year"].max(), pl.Int64)).group_by(keys)
    summed = moving.agg(pl.col("tiv").sum(), pl.col("file").first(), pl.col("row").min())
    share = pl.col("tiv") / pl.col("tiv").sum().over("recipient", "year")
    return summed.filter(pl.col("tiv") > 0).with_columns(value=share.round(DECIMALS))
