"""Events as counts and as memory: what the baselines and the layer know at an origin.

A memory of half-life h is a rate: the decayed number of events over the decayed number of covered days, so a gap
in the record is missing and not peace. A short memory has seen little after a gap, so each scale leans on the next
longer one with the weight of some days, the longest on what source, act and target do apart from each other
(Gamma-Poisson shrinkage: Carlin & Louis 2000, *Bayes and Empirical Bayes Methods*, ch. 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from chancellery import world
from chancellery.judge.backtest.kinds import KINDS, place_of, series

HALF_LIVES = (7.0, 30.0, 120.0, 1e6)  # days; the last forgets nothing
LEAN = (2.0, 7.0, 14.0, 30.0)  # days' weight of the next longer memory in each
FLOOR = 1e-5  # acts a day


@dataclass(frozen=True)
class History:
    """Counted events and covered days up to some day.

    Attributes
    ----------
    actors
        Those in play, n of them.
    day, what, i, j
        (m,) of every count, by day: its day as an ordinal, place in :func:`~.kinds.series`, source, target.
        Kinds without direction are counted both ways.
    spans
        First and last covered days, as ordinals.
    """

    actors: tuple[str, ...]
    day: np.ndarray
    what: np.ndarray
    i: np.ndarray
    j: np.ndarray
    spans: tuple[tuple[int, int], ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        """(S, n, n)."""
        return len(series()), len(self.actors), len(self.actors)

    def until(self, day: date) -> History:
        """The same up to a day, and nothing after it."""
        at, last = int(np.searchsorted(self.day, day.toordinal(), "right")), day.toordinal()
        spans = tuple((a, min(b, last)) for a, b in self.spans if a <= last)
        cut = {name: getattr(self, name)[:at] for name in ("day", "what", "i", "j")}
        return replace(self, spans=spans, **cut)

    def counts(self, first: int, last: int) -> np.ndarray:
        """Counts (S, n, n) of the days from ``first`` to ``last``, both included (float32)."""
        lo, hi = np.searchsorted(self.day, [first, last + 1])
        out = np.zeros(self.shape, np.float32)
        np.add.at(out, (self.what[lo:hi], self.i[lo:hi], self.j[lo:hi]), 1.0)
        return out

    def covered(self, first: int, last: int) -> int:
        """Covered days among those from ``first`` to ``last``."""
        return sum(max(0, min(b, last) - max(a, first) + 1) for a, b in self.spans)

    def back(self, day: int, days: int) -> int:
        """First day of the last ``days`` covered days up to ``day``; the first covered day if there are fewer."""
        left = days
        for a, b in reversed(self.spans):
            if a > day:
                continue
            here = min(b, day) - a + 1
            if here >= left:
                return min(b, day) - left + 1
            left -= here
        return self.spans[0][0]


def history_of(events: pl.DataFrame, actors: tuple[str, ...], spans: list[tuple[date, date]]) -> History:
    """Count the events among actors.

    Parameters
    ----------
    events
        Of a record: columns ``time``, ``source``, ``act``, ``target``, ``code``.
    spans
        First and last covered days, in order, not overlapping.
    """
    place, act = {a: x for x, a in enumerate(actors)}, {a.name: k for k, a in enumerate(world.acts())}
    rows = []
    for day, source, name, target, code in events.select(
        "time", "source", "act", "target", "code"
    ).iter_rows():
        i, j = place.get(source), place.get(target)
        if i is None or j is None or i == j:
            continue
        at = day.toordinal()
        rows.append((at, act[name], i, j))
        for kind in KINDS:
            if name in kind.acts and kind.counts(code or ""):
                rows.append((at, place_of(kind), i, j))
                if not kind.directed:
                    rows.append((at, place_of(kind), j, i))
    table = np.array(sorted(rows), dtype=np.int32).reshape(-1, 4)
    days = tuple((a.toordinal(), b.toordinal()) for a, b in spans)
    return History(tuple(actors), *table.T, spans=days)


def memories(history: History, origins: list[date]) -> Iterator[np.ndarray]:
    """Yield the rates (H, S, n, n) a day as remembered at the end of each origin; origins in order."""
    shape = (len(HALF_LIVES), *history.shape)
    halves = np.array(HALF_LIVES)
    total, cover, now, seen = np.zeros(shape, np.float32), np.zeros(len(halves)), None, 0
    for origin in origins:
        day = origin.toordinal()
        if now is not None:
            fade = 0.5 ** ((day - now) / halves)
            total *= fade[:, None, None, None].astype(np.float32)
            cover *= fade
        upto = int(np.searchsorted(history.day, day, "right"))
        at = slice(seen, upto)
        age = day - history.day[at]
        for h, half in enumerate(halves):
            where = (history.what[at], history.i[at], history.j[at])
            np.add.at(total[h], where, (0.5 ** (age / half)).astype(np.float32))
        first = history.spans[0][0] if now is None else now + 1
        cover += _decayed_days(history, first, day, halves)
        now, seen = day, upto
        yield _leaning(total, cover)


def _decayed_days(history: History, first: int, last: int, halves: np.ndarray) -> np.ndarray:
    """Covered days from first to last, each worth 0.5^(age / half-life): (H,)."""
    out = np.zeros(len(halves))
    for a, b in history.spans:
        days = np.arange(max(a, first), min(b, last) + 1)
        out += (0.5 ** ((last - days)[:, None] / halves)).sum(axis=0)
    return out


def _leaning(total: np.ndarray, cover: np.ndarray) -> np.ndarray:
    """Rates of all scales, each leaning on the next longer one."""
    rates = np.empty_like(total)
    longer = _apart(total[-1], cover[-1])
    for h in reversed(range(len(total))):
        longer = rates[h] = (total[h] + LEAN[h] * longer) / np.float32(cover[h] + LEAN[h])
    return rates


def _apart(total: np.ndarray, days: float) -> np.ndarray:
    """Rates (S, n, n) if source and target chose each other at random, given how busy each is."""
    n = total.shape[1]
    source, target = total.sum(axis=2) + 0.1, total.sum(axis=1) + 0.1
    all_ = source.sum(axis=1)
    out = source[:, :, None] * target[:, None, :] / (all_[:, None, None] * max(days, 1.0))
    out[:, range(n), range(n)] = 0.0
    return np.maximum(out, FLOOR).astype(np.float32)
