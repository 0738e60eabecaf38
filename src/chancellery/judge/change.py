"""How much third parties changed: acts of each ordered pair and class after a day against before it.

A change is the log ratio of two rates, each relative to all acts of third parties in its window, so that the
volume of the source and the noise of the shock itself fall out::

    d = log((a + w_a) / (b + w_b)) - log(V_a / V_b),   w_a = V_a / (V_a + V_b),  w_b = 1 - w_a

with a, b the counts of the cell after and before, V the totals. The added act, shared out as if nothing had
changed, draws small cells to d = 0, which is what a cell without acts gets. Its standard error is
sqrt(phi (1 / (a + w_a) + 1 / (b + w_b))), phi >= 1 the Pearson dispersion of weekly counts of the class before
the day (McCullagh & Nelder 1989): reports come in bursts, so counting noise alone would be too small.

Rules fixed beforehand: a change is told from noise when |d| is at least 1.645 of its standard errors; a cell is
scored when five acts or more were seen before, or are expected by a run; a predicted effect counts when it is
more than two standard errors over futures away from zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from chancellery import world
from chancellery.judge.stream import WEEK, Stream
from chancellery.simulate.futures import Futures

TOLD, EXPECTED_LEAST, EFFECT_ERRORS = 1.645, 5.0, 2.0
LEAST_BEFORE, LEAST_AFTER = 28, 14
CLASS_OF = np.array([world.CLASSES.index(a.klass) for a in world.acts()])


@dataclass(frozen=True)
class Window:
    """First and last day before and after, all covered by one stretch of the record."""

    before: tuple[date, date]
    after: tuple[date, date]

    @property
    def days(self) -> int:
        """Days after."""
        return (self.after[1] - self.after[0]).days + 1


def window(stream: Stream, on: date, days: int, after: int | None = None) -> Window | str:
    """The windows around a day that the record covers without a break, or why there are none.

    Parameters
    ----------
    days, after
        Most days before, and after (as many, without).
    """
    day = on.toordinal()
    segment = next((s for s in stream.segments if s[0] < day <= s[1]), None)
    if segment is None:
        return f"the record does not cover {on} and its eve in one stretch"
    first, last = max(segment[0], day - days), min(segment[1], day + (after or days) - 1)
    if day - first < min(LEAST_BEFORE, days):
        return f"the record covers only {day - first} days before {on}"
    if last - day + 1 < LEAST_AFTER:
        return f"the record covers only {last - day + 1} days from {on} on"
    return Window((date.fromordinal(first), on - timedelta(days=1)), (on, date.fromordinal(last)))


def count(stream: Stream, first: date, last: date) -> np.ndarray:
    """Acts (4, n, n) by class and ordered pair between two days."""
    n = len(stream.actors)
    out = np.zeros((len(world.CLASSES), n, n))
    here = (stream.day >= first.toordinal()) & (stream.day <= last.toordinal())
    np.add.at(out, (CLASS_OF[stream.act[here]], stream.source[here], stream.target[here]), 1.0)
    return out


def count_futures(futures: Futures) -> np.ndarray:
    """Acts (draws, 4, n, n) by class and ordered pair over the whole of each future."""
    K, n = len(futures.acts), len(futures.actors)
    out = np.zeros((futures.draws, len(world.CLASSES), n, n))
    for d in range(futures.draws):
        flat = np.bincount(futures.cell[d], weights=futures.count[d], minlength=K * n * n).reshape(K, n, n)
        for k, act in enumerate(flat):
            out[d, CLASS_OF[k]] += act
    return out


def log_change(
    before: np.ndarray, after: np.ndarray, v_before: np.ndarray | float, v_after: np.ndarray | float
) -> np.ndarray:
    """The change d of the formula above, elementwise; volumes broadcast."""
    w = v_after / (v_after + v_before)
    return np.log((after + w) / (before + 1.0 - w)) - np.log(v_after / v_before)


def dispersion(stream: Stream, first: date, last: date, third: np.ndarray) -> np.ndarray:
    """Pearson dispersion (4,) of weekly counts of third-party cells by class, at least 1.

    Cells with fewer than ``EXPECTED_LEAST`` acts say nothing about it.
    """
    weeks = ((last - first).days + 1) // WEEK
    starts = [last - timedelta(days=WEEK * (weeks - x) - 1) for x in range(weeks)]
    counts = np.array([count(stream, at, at + timedelta(days=WEEK - 1)) for at in starts])
    mean = counts.mean(axis=0)
    out = np.ones(len(world.CLASSES))
    for c in range(len(out)):
        cells = third & (mean[c] * weeks >= EXPECTED_LEAST)
        if cells.any() and weeks > 1:
            m = mean[c][cells]
            out[c] = max(1.0, float(((counts[:, c][:, cells] - m) ** 2 / m).sum() / ((weeks - 1) * len(m))))
    return out


@dataclass(frozen=True)
class Changes:
    """Cells of third parties, C of them, with what was seen and what two runs predicted.

    Attributes
    ----------
    klass, source, target, block
        (C,) class, places of the actors, and number of the unordered pair: cells of a pair share their luck.
    before, after
        (C,) acts in the windows.
    seen, error
        (C,) observed change and its standard error.
    shock, none
        (C, draws) change in each future with and without the shock, on common random numbers.
    expected
        (C,) most acts in the window after that either run expects.
    """

    klass: np.ndarray
    source: np.ndarray
    target: np.ndarray
    block: np.ndarray
    before: np.ndarray
    after: np.ndarray
    seen: np.ndarray
    error: np.ndarray
    shock: np.ndarray
    none: np.ndarray
    expected: np.ndarray

    @property
    def told(self) -> np.ndarray:
        """(C,) whether the observed change can be told from noise."""
        return np.abs(self.seen) >= TOLD * self.error

    @property
    def scored(self) -> np.ndarray:
        """(C,) whether the size of the change is scored; what came after has no say in it."""
        return np.maximum(self.before, self.expected) >= EXPECTED_LEAST

    def where(self, chosen: np.ndarray) -> Changes:
        """Some of the cells."""
        return Changes(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def changes(stream: Stream, at: Window, third: np.ndarray, shock: np.ndarray, none: np.ndarray) -> Changes:
    """Set what was seen of third parties beside what two runs predicted.

    Parameters
    ----------
    stream, at
        What happened, and the windows.
    third
        (n, n) True where an ordered pair is a third party.
    shock, none
        (draws, 4, n, n) acts in futures of the window after.
    """
    n = len(stream.actors)
    before, after = count(stream, *at.before), count(stream, *at.after)
    phi = dispersion(stream, *at.before, third)
    mean = np.maximum(shock.mean(axis=0), none.mean(axis=0))
    alive = third & ((before + after + mean) >= 1.0)
    c, i, j = np.nonzero(alive)
    b, a = before[c, i, j], after[c, i, j]
    v_before, v_after = before[:, third].sum(), after[:, third].sum()
    w = v_after / (v_after + v_before)
    return Changes(
        klass=c,
        source=i,
        target=j,
        block=np.minimum(i, j) * n + np.maximum(i, j),
        before=b,
        after=a,
        seen=log_change(b, a, v_before, v_after),
        error=np.sqrt(phi[c] * (1.0 / (a + w) + 1.0 / (b + 1.0 - w))),
        shock=_in_futures(shock, b, (c, i, j), third, v_before),
        none=_in_futures(none, b, (c, i, j), third, v_before),
        expected=mean[c, i, j],
    )


def _in_futures(
    acts: np.ndarray, before: np.ndarray, cells: tuple, third: np.ndarray, v_before: float
) -> np.ndarray:
    volume = np.maximum(acts[:, :, third].sum(axis=(1, 2)), 1.0)
    after = acts[(slice(None), *cells)]
    return log_change(before, after, v_before, volume[:, None]).T
