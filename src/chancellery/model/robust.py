"""Scores of the likelihood added up by dyad and by week, as a fit passes over the steps.

The scores by dyad and week together would not fit into memory: of these only the sum of squares is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import numpy as np

SURPRISES = 10


class Clustered(NamedTuple):
    """What is left of the scores: sums by dyad (n·n, D), of squares by dyad and week (D, D), sums by week.

    ``seen`` counts events and steps; ``surprises`` are the least expected events, least first: day, places
    of source, act and target, probability.
    """

    by_dyad: np.ndarray
    both: np.ndarray
    by_week: dict[date, np.ndarray]
    seen: np.ndarray
    surprises: list[dict]

    @classmethod
    def empty(cls, n: int, size: int) -> Clustered:
        """Before the first week."""
        return cls(np.zeros((n * n, size)), np.zeros((size, size)), {}, np.zeros(2, dtype=np.int64), [])

    def clear(self) -> None:
        """Back to the beginning."""
        for array in (self.by_dyad, self.both, self.seen):
            array[:] = 0
        self.by_week.clear()
        self.surprises.clear()

    def add_week(self, week: date, dyads: np.ndarray, scores: np.ndarray) -> None:
        """Add the scores (len(dyads), D) of a week; ``dyads`` are flat places i·n + j, each once."""
        self.by_dyad[dyads] += scores
        self.both[:] += scores.T @ scores
        self.by_week[week] = self.by_week.get(week, 0.0) + scores.sum(axis=0)

    def add(self, other: Clustered) -> None:
        """Add the sums of later weeks; no week is in both."""
        for mine, theirs in zip(
            (self.by_dyad, self.both, self.seen), (other.by_dyad, other.both, other.seen)
        ):
            mine += theirs
        self.by_week.update(other.by_week)
        self._keep(other.surprises)

    def notice(self, day: date, counts: np.ndarray, logp: np.ndarray) -> None:
        """Remember the least expected events of a step, from counts and log probabilities (K, n, n)."""
        happened = np.argwhere(counts > 0)
        values = logp[counts > 0]
        order = np.argsort(values)[:SURPRISES]
        self._keep(
            {"day": day.isoformat(), "act": k, "source": i, "target": j, "p": float(np.exp(v))}
            for (k, i, j), v in zip(happened[order].tolist(), values[order])
        )

    def _keep(self, new: Iterable[dict]) -> None:
        self.surprises[:] = sorted([*self.surprises, *new], key=lambda e: e["p"])[:SURPRISES]

    def meat(self) -> np.ndarray:
        """Two-way clustered variance of the score (D, D), by dyad and by week (Cameron, Gelbach & Miller 2011)."""
        weeks = np.stack(list(self.by_week.values()))
        g = len(weeks) / max(len(weeks) - 1, 1)
        return self.by_dyad.T @ self.by_dyad + g * weeks.T @ weeks - self.both
