"""A small made-up study whose fits the tables, sentences and charts are tested on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from chancellery import rem

PEOPLE = [f"P{x:02d}" for x in range(1, 11)]


@cache
def tables() -> dict[str, pl.DataFrame]:
    """Actors, calls and friends: people return calls and prefer friends."""
    rng = np.random.default_rng(11)
    friend = rng.random((10, 10)) < 0.25
    called, rows = np.zeros((10, 10)), []
    for time in np.cumsum(rng.exponential(1.0, 300)):
        a = rng.integers(10)
        chance = np.exp(1.2 * (called[:, a] > 0) + 1.0 * friend[a]) * (np.arange(10) != a)
        b = rng.choice(10, p=chance / chance.sum())
        called[a, b] += 1
        rows.append((time, PEOPLE[a], PEOPLE[b]))
    pairs = [(0.0, PEOPLE[a], PEOPLE[b], 1) for a, b in np.argwhere(friend) if a != b]
    return {
        "actors": pl.DataFrame(
            {"label": PEOPLE, "floor": np.arange(10) % 3, "age": rng.integers(20, 60, 10)}
        ),
        "calls": pl.DataFrame(rows, schema=["time", "sender", "receiver"], orient="row"),
        "friends": pl.DataFrame(pairs, schema=["time", "sender", "receiver", "replace"], orient="row"),
    }


@cache
def study() -> rem.Study:
    t = tables()
    return rem.Study(t["actors"], {"calls": t["calls"], "friends": t["friends"]}, unit="day")


@cache
def fitted(
    formula: str = "calls ~ inertia + recip + tie(friends) + diff(age)", model: str = "choice"
) -> rem.RemFit:
    """A fit of the made-up study, made once a test run."""
    return rem.fit(study(), formula, model)


def write_tables(folder: Path) -> dict[str, Path]:
    """The tables as CSV files."""
    out = {name: folder / f"{name}.csv" for name in tables()}
    for name, path in out.items():
        tables()[name].write_csv(path)
    return out
