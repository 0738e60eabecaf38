"""Covariance that knows that reports are not independent: scores summed by dyad and by week.

Two-way clustering (Cameron, Gelbach & Miller 2011) of the scores after the dyad terms have been eliminated:
meat = Σ_dyads s sᵀ + Σ_weeks s sᵀ − Σ_(dyad, week) s sᵀ.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
from scipy import linalg


class Clusters(NamedTuple):
    """Sums of scores by dyad (n·n, D), of squares by dyad and week (D, D), and scores by week; what was seen."""

    by_dyad: np.ndarray
    both: np.ndarray
    by_week: dict[date, np.ndarray]
    seen: np.ndarray

    @classmethod
    def empty(cls, n: int, size: int) -> Clusters:
        """Before the first week; ``seen`` counts events and steps."""
        return cls(np.zeros((n * n, size)), np.zeros((size, size)), {}, np.zeros(2, dtype=np.int64))

    def clear(self) -> None:
        """Back to the beginning."""
        for array in (self.by_dyad, self.both, self.seen):
            array[:] = 0
        self.by_week.clear()

    def add_week(self, week: date, dyads: np.ndarray, scores: np.ndarray) -> None:
        """Add the scores (len(dyads), D) of a week; ``dyads`` are flat places i·n + j, each once."""
        self.by_dyad[dyads] += scores
        self.both[:] += scores.T @ scores
        self.by_week[week] = self.by_week.get(week, 0.0) + scores.sum(axis=0)

    def add(self, other: Clusters) -> None:
        """Add the sums of later weeks; no week is in both."""
        for mine, theirs in zip(
            (self.by_dyad, self.both, self.seen), (other.by_dyad, other.both, other.seen)
        ):
            mine += theirs
        self.by_week.update(other.by_week)

    def meat(self) -> np.ndarray:
        """The two-way clustered middle of the sandwich (D, D)."""
        weeks = np.stack(list(self.by_week.values()))
        g = len(weeks) / max(len(weeks) - 1, 1)
        return self.by_dyad.T @ self.by_dyad + g * weeks.T @ weeks - self.both


def sandwich(naive: np.ndarray, meat: np.ndarray) -> np.ndarray:
    """Nearest covariance to naive · meat · naive: clustering can leave tiny negative eigenvalues."""
    whole = naive @ meat @ naive
    values, vectors = linalg.eigh((whole + whole.T) / 2.0)
    return (vectors * np.maximum(values, 0.0)) @ vectors.T
