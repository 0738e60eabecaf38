"""Alliances: what states promise each other by treaty, from Alliance Treaty Obligations and Provisions.

A pair of states is allied as strongly as the strongest promise between them (`OBLIGATIONS`): to defend each
other (1), to join an attack (0.8), to stay neutral (0.4), to consult in a crisis (0.3), not to attack each
other (0.2). The order follows how much of a state's own forces a promise can cost it.

Source: Leeds, Ritter, Mitchell & Long 2002, International Interactions 28:237-260.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from chancellery.sources import spells
from chancellery.sources.harvest import Harvest
from chancellery.sources.sheet import covered_years, open_sheet

OBLIGATIONS = {
    "atop_defense": ("defence", 1.0),
    "atop_offense": ("offence", 0.8),
    "atop_neutral": ("neutrality", 0.4),
    "atop_consul": ("consultation", 0.3),
    "atop_nonagg": ("non-aggression", 0.2),
}
NO_OBLIGATION = "no obligation coded"


def atop(path: str | Path) -> Harvest:
    """Read ``alliance`` ties (mutual) from ATOP dyad-years.

    Parameters
    ----------
    path
        A table with ``ccode1``, ``ccode2`` (COW numbers), ``year`` and the five columns of `OBLIGATIONS`
        (0 or 1), or the folder that has ``atop_alliance.parquet``.

    Returns
    -------
    Harvest
        Ties whose value is in (0, 1] and whose ``what`` lists the promises. A spell ends when the promises
        change; pairs still allied in the last year have no end.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    columns = {"ccode1": pl.Int64, "ccode2": pl.Int64, "year": pl.Int64} | dict.fromkeys(
        OBLIGATIONS, pl.Float64
    )
    keys = ("ccode1", "ccode2", "year")
    sheet = open_sheet("atop", path, columns, usual="atop_alliance*", keys=keys)
    coverage = covered_years("atop", sheet.rows["year"])
    held = {name: pl.col(column) == 1 for column, (name, _) in OBLIGATIONS.items()}
    strengths = dict(OBLIGATIONS.values())
    sheet.refuse(~pl.any_horizontal(*(one.fill_null(False) for one in held.values())), NO_OBLIGATION)
    sheet.pair("ccode1", "ccode2", "cow")
    rows = sheet.rows.with_columns(
        value=pl.max_horizontal(*(pl.when(one).then(strengths[name]) for name, one in held.items())),
        what=pl.concat_str(
            *(pl.when(one).then(pl.lit(name)) for name, one in held.items()),
            separator=", ",
            ignore_nulls=True,
        ),
    )
    folded = spells.fold(spells.whole_years(spells.mutual(rows)), spells.PAIR, same=("value", "what"))
    still = spells.unended(folded, coverage["end"].max())
    return sheet.harvest(ties=spells.ties(still, "alliance"), coverage=coverage)
