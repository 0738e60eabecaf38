"""Votes: where states stand in the UN General Assembly, as ideal points estimated from roll calls.

An ideal point is a position on one dimension (about -3 to 3; larger is nearer to the United States),
comparable from year to year. The distance between two states is the difference of their points, taken
positive.

Source: Bailey, Strezhnev & Voeten 2017, Journal of Conflict Resolution 61:430-456.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl

from chancellery.errors import SourceError, did_you_mean
from chancellery.sources import spells
from chancellery.sources.harvest import Harvest
from chancellery.sources.sheet import NO_VALUE, Sheet, covered_years, open_sheet

# Which votes an estimate rests on → its column.
ESTIMATES = {"final": "idealpointfp", "all": "idealpointall", "legacy": "idealpointlegacy"}
DECIMALS = 4


def idealpoints(path: str | Path, *, estimate: str = "final") -> Harvest:
    """Read the attribute ``ideal-point`` of states, year by year.

    Parameters
    ----------
    path
        A table with ``ccode`` (COW number), ``year`` and the columns of `ESTIMATES`, or the folder that has
        it.
    estimate
        ``final`` rests on final-passage votes and reaches furthest; ``all`` adds votes on paragraphs and
        amendments; ``legacy`` is the one of earlier releases.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, a missing column, or an estimate of another name.
    """
    sheet, coverage = _points(path, estimate)
    return sheet.harvest(attributes=spells.attributes(sheet.rows, "ideal-point"), coverage=coverage)


def distances(path: str | Path, *, among: Collection[str], estimate: str = "final") -> Harvest:
    """Read ``ideal-distance`` ties (mutual) among some actors, year by year.

    Parameters
    ----------
    path, estimate
        As for `idealpoints`.
    among
        Ids of the actors between which distances are wanted; n actors make n(n-1)/2 ties a year.

    Raises
    ------
    SourceError
        As for `idealpoints`.
    """
    sheet, coverage = _points(path, estimate)
    one = sheet.rows.filter(pl.col("actor").is_in(sorted(among))).select(
        "actor", "year", "value", "file", "row"
    )
    pairs = one.rename({"actor": "source"}).join(
        one.select("year", target="actor", other="value"), on="year", how="inner", maintain_order="left"
    )
    pairs = pairs.filter(pl.col("source") < pl.col("target")).with_columns(
        value=(pl.col("value") - pl.col("other")).abs().round(DECIMALS)
    )
    folded = spells.fold(spells.whole_years(pairs), spells.PAIR)
    return sheet.harvest(ties=spells.ties(folded, "ideal-distance"), coverage=coverage)


def _points(path: str | Path, estimate: str) -> tuple[Sheet, pl.DataFrame]:
    """Rows with ``actor``, ``year`` and ``value``, and the coverage."""
    if estimate not in ESTIMATES:
        raise SourceError(f"estimate '{estimate}' is not known{did_you_mean(estimate, ESTIMATES)}")
    column = ESTIMATES[estimate]
    columns = {"ccode": pl.Int64, "year": pl.Int64, column: pl.Float64}
    sheet = open_sheet("idealpoints", path, columns, usual="idealpoints*", keys=("ccode", "year"))
    sheet.refuse(pl.col(column).is_null(), f"{NO_VALUE}: {column}")
    coverage = covered_years("idealpoints", sheet.rows["year"])
    sheet.one_a_year("ccode", "cow")
    sheet.rows = sheet.rows.with_columns(value=pl.col(column).round(DECIMALS))
    return sheet, coverage
