"""Capabilities: what a state has to act with, as attributes of actors year by year.

- ``cinc``: share of the world's military personnel and spending, iron and steel, energy use, total and urban
  population, averaged (Composite Index of National Capability; 0 to 1).
- ``gdp``: in millions of constant international dollars, on the scale of the Penn World Table.
- ``population``: in millions.
- ``polyarchy``: V-Dem's index of electoral democracy, 0 to 1.

Sources: Singer 1987, International Interactions 14:115-132; Fariss, Anders, Markowitz & Barnum 2022, Journal
of Conflict Resolution 66:553-591; Teorell, Coppedge, Lindberg & Skaaning 2019, Studies in Comparative
International Development 54:71-95.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from chancellery.sources import spells
from chancellery.sources.harvest import Harvest
from chancellery.sources.sheet import NO_VALUE, covered_years, headings, open_sheet


def nmc(path: str | Path) -> Harvest:
    """Read ``cinc`` from the National Material Capabilities of the Correlates of War.

    Parameters
    ----------
    path
        A table with ``ccode`` (COW number), ``year``, ``cinc``, or the folder that has ``cow_nmc.parquet``.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    return _panel("nmc", path, "cow_nmc*", {"cinc": "cinc"})


def gdp(path: str | Path) -> Harvest:
    """Read ``gdp`` and ``population`` from the latent estimates of Fariss and others.

    Parameters
    ----------
    path
        A table with ``gwcode`` or ``ccode`` (Gleditsch-Ward or COW number), ``year``, ``pwtrgdp`` and
        ``pwtpop``, or the folder that has ``gw_gdppop.parquet``.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    return _panel("isard-gdp", path, "gw_gdppop*", {"pwtrgdp": "gdp", "pwtpop": "population"})


def democracy(path: str | Path) -> Harvest:
    """Read ``polyarchy`` from V-Dem.

    Parameters
    ----------
    path
        A table with ``gwcode`` or ``ccode`` (Gleditsch-Ward or COW number), ``year`` and ``v2x_polyarchy``,
        or the folder that has ``gw_democracy.parquet``.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    return _panel("isard-democracy", path, "gw_democracy*", {"v2x_polyarchy": "polyarchy"})


def _panel(dataset: str, path: str | Path, usual: str, names: Mapping[str, str]) -> Harvest:
    """Read state-years with one column an attribute (column → attribute)."""
    code, scheme = ("gwcode", "gw") if "gwcode" in headings(path, usual) else ("ccode", "cow")
    columns = {code: pl.Int64, "year": pl.Int64} | dict.fromkeys(names, pl.Float64)
    sheet = open_sheet(dataset, path, columns, usual=usual, keys=(code, "year"))
    sheet.refuse(pl.all_horizontal(pl.col(*names).is_null()), f"{NO_VALUE}: {', '.join(names)}")
    coverage = covered_years(dataset, sheet.rows["year"])
    sheet.one_a_year(code, scheme)
    rows = [
        spells.attributes(sheet.rows.filter(pl.col(column).is_not_null()).with_columns(value=column), name)
        for column, name in names.items()
    ]
    return sheet.harvest(attributes=pl.concat(rows), coverage=coverage)
