"""Scores of pairs by day: the form in which sums of GDELT 2.0 events are passed on, undirected and untyped.

A table with the columns ``date``, ``a``, ``b`` (ISO3 codes) and ``score``, one row a pair and day on which
anything was coded, both directions together. In the published GDELT network files the score is the day's sum of
Goldstein weights, each made a little larger by the number of sources and articles: its size is volume, its sign
climate. It tells no act and no direction, so it is no event and cannot enter a record; it is what a forecast of
volumes can be held against where no events are to be had. A day without any row is missing, not peace.

Source: GDELT 2.0 event database (gdeltproject.org), summed by day in github.com/gzemo/gdelt-graph-data.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from chancellery.errors import SourceError
from chancellery.sources import reading

COLUMNS = ("date", "a", "b", "score")
_ENDINGS = (".parquet", ".csv")


@dataclass(frozen=True)
class DyadDays:
    """Scores of pairs by day.

    Attributes
    ----------
    rows
        ``date``, ``a``, ``b`` (a before b in the alphabet), ``score``; sorted, one row a pair and day.
    first, last
        First and last day with rows.
    stamps
        SHA-256 of the files that were read, by name.
    """

    rows: pl.DataFrame
    first: date
    last: date
    stamps: dict[str, str]

    @cached_property
    def actors(self) -> frozenset[str]:
        """Codes that occur."""
        return frozenset(pl.concat([self.rows["a"], self.rows["b"]]).unique())

    def among(self, actors: Collection[str], first: date, last: date) -> DyadDays:
        """The rows of some actors between two days; a day on which only others have rows is then missing too."""
        names = [a for a in actors if a in self.actors]
        chosen = self.rows.filter(
            pl.col("date").is_between(first, last) & pl.col("a").is_in(names) & pl.col("b").is_in(names)
        )
        return DyadDays(chosen, first, last, self.stamps)

    def days(self, first: date, last: date) -> int:
        """Number of days between two dates that are not missing."""
        inside = self.rows.filter(pl.col("date").is_between(first, last))
        return inside["date"].n_unique()

    def missing(self) -> list[date]:
        """Days between the first and the last without any row."""
        seen = set(self.rows["date"].unique())
        span = (self.first + timedelta(days=x) for x in range((self.last - self.first).days + 1))
        return [day for day in span if day not in seen]

    def total(self, actors: tuple[str, ...], first: date, last: date) -> tuple[np.ndarray, np.ndarray]:
        """Sum of the size of daily scores, and of the scores, between two days.

        Returns
        -------
        size, score
            (n, n) symmetric, in the order of ``actors``; 0 where a pair has no row.
        """
        size, score = pl.col("score").abs().sum().alias("size"), pl.col("score").sum()
        return self._matrix(actors, first, last, size), self._matrix(actors, first, last, score)

    def seen(self, actors: tuple[str, ...], first: date, last: date) -> np.ndarray:
        """(n, n) number of days between two dates on which a pair has a row."""
        return self._matrix(actors, first, last, pl.len().alias("days"))

    def _matrix(self, actors: tuple[str, ...], first: date, last: date, what: pl.Expr) -> np.ndarray:
        place = {a: x for x, a in enumerate(actors)}
        inside = self.rows.filter(
            pl.col("date").is_between(first, last) & pl.col("a").is_in(actors) & pl.col("b").is_in(actors)
        )
        out = np.zeros((len(actors), len(actors)))
        for a, b, value in inside.group_by("a", "b").agg(what).sort("a", "b").iter_rows():
            out[place[a], place[b]] = out[place[b], place[a]] = value
        return out


def dyad_days(path: str | Path) -> DyadDays:
    """Read scores of pairs by day.

    Parameters
    ----------
    path
        A Parquet or CSV table with the columns ``date``, ``a``, ``b``, ``score``, or a folder of them.

    Raises
    ------
    SourceError
        Nothing to read, a missing column, a value that is none, or a pair told twice on a day.
    """
    files = reading.find(path, _ENDINGS, "scores of pairs by day")
    rows = pl.concat([_read(file) for file in files]).sort("date", "a", "b")
    if rows.is_empty():
        raise SourceError(f"{path} has no row; give a table with {', '.join(COLUMNS)}")
    twice = rows.select("date", "a", "b").is_duplicated()
    if twice.any():
        day, a, b = rows.filter(twice).select("date", "a", "b").row(0)
        raise SourceError(f"{path}: {a} and {b} have two rows on {day}; give one row a pair and day")
    stamps = {file.name: reading.stamp(file) for file in files}
    return DyadDays(rows, rows["date"].min(), rows["date"].max(), stamps)


def _read(file: Path) -> pl.DataFrame:
    if file.suffix.lower() == ".parquet":
        raw = reading.parquet(file, COLUMNS)
    else:
        parts = [
            block
            for text in reading.texts([file], _ENDINGS)
            for block in reading.delimited(text, COLUMNS, separator=",")
        ]
        raw = pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(("row", *COLUMNS), pl.String))
    day = pl.col("date")
    if raw.schema["date"] in (pl.String, pl.Categorical):
        day = day.cast(pl.String).str.to_date("%Y-%m-%d", strict=False)
    read = raw.select(
        "row",
        date=day.cast(pl.Date, strict=False),
        x=pl.col("a").cast(pl.String),
        y=pl.col("b").cast(pl.String),
        score=pl.col("score").cast(pl.Float64, strict=False),
    )
    wrong = read.filter(
        pl.any_horizontal(pl.col("date", "x", "y", "score").is_null())
        | ~pl.col("score").is_finite()
        | (pl.col("x") == pl.col("y"))
    )
    if not wrong.is_empty():
        line = wrong["row"][0]
        raise SourceError(
            f"{file.name} row {line}: needs a date such as 2023-05-31, two different codes and a number as score; "
            "correct or drop the row"
        )
    return read.select("date", a=pl.min_horizontal("x", "y"), b=pl.max_horizontal("x", "y"), score="score")
