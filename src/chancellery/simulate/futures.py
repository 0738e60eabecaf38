"""What simulation takes and gives: what is known beforehand, beginnings, futures, and their calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from numba import njit

from chancellery.model.holdings import Attribute, Tie
from chancellery.simulate.scenario import Scenario


@dataclass(frozen=True)
class Given:
    """What is known between the end of the record and the start of the scenario, from a case.

    ``happenings`` are (day, act index, source index, target index, reports).
    """

    ties: list[Tie]
    attributes: list[Attribute]
    happenings: tuple[tuple[date, int, int, int, float], ...] = ()


@njit(cache=True, nogil=True)
def _add_up(
    weight: np.ndarray, cell: np.ndarray, count: np.ndarray, offset: np.ndarray, out: np.ndarray
) -> None:
    for step in range(len(out)):
        for x in range(offset[step], offset[step + 1]):
            out[step] += weight[cell[x]] * count[x]


@dataclass
class Futures:
    """What was simulated: sparse counts by draw and step, and the changes of ties.

    Attributes
    ----------
    first, days
        First day and length of every step.
    cell, count
        For each draw: flat index into (K, n, n), and the count there; ``offset`` (steps + 1,) cuts them.
    tie_start
        (kinds, n, n) ties at the start; ``changes`` by draw: (step, kind, i, j, value).
    replicates
        Draws that share one parameter draw.
    """

    scenario: Scenario
    actors: tuple[str, ...]
    acts: tuple[str, ...]
    first: tuple[date, ...]
    days: tuple[int, ...]
    replicates: int
    seed: int
    tie_start: np.ndarray
    cell: list[np.ndarray] = field(default_factory=list)
    count: list[np.ndarray] = field(default_factory=list)
    offset: list[np.ndarray] = field(default_factory=list)
    changes: list[list[tuple[int, int, int, int, float]]] = field(default_factory=list)

    @property
    def draws(self) -> int:
        """Number of futures."""
        return len(self.cell)

    @property
    def last(self) -> date:
        """Last day simulated."""
        return self.first[-1] + timedelta(days=self.days[-1] - 1)

    def series(self, mask: np.ndarray) -> np.ndarray:
        """Counts (draws, steps) of the cells of a mask (K, n, n); a mask of numbers weighs them."""
        flat = mask.astype(float).ravel()
        out = np.zeros((self.draws, len(self.first)))
        for d in range(self.draws):
            _add_up(flat, self.cell[d], self.count[d], self.offset[d], out[d])
        return out

    def cells(self, draw: int, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Flat cells and counts of one step of one future."""
        cut = slice(self.offset[draw][step], self.offset[draw][step + 1])
        return self.cell[draw][cut], self.count[draw][cut]


@dataclass
class Beginning:
    """The state of every parameter draw at the start of the scenario, after the lead-in from the end of the record."""

    draws: int
    memory: list[dict[str, np.ndarray]]


def calendar(start: date, until: date, length: int) -> tuple[tuple[date, ...], tuple[int, ...]]:
    """First days and lengths of the steps from start to until, both included."""
    firsts, days, at = [], [], start
    while at <= until:
        here = min(length, (until - at).days + 1)
        firsts.append(at)
        days.append(here)
        at += timedelta(days=here)
    return tuple(firsts), tuple(days)
