"""What a belief about some weights foretells: the events of later weeks, one by one, the weights integrated out.

An event's probability is the mean over draws of the weights, everything else moving along the path of
:mod:`~chancellery.model.digest`. Draws come in pairs mirrored at the mean, are the same for all beliefs of a week
(so that differences of beliefs are sharp), and new for each week (so that their error is part of the spread of
weeks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from chancellery.model import moments, passes
from chancellery.model.chunks import in_order, visit, week_of
from chancellery.model.digest import Path
from chancellery.model.fit import ChoiceFit
from chancellery.model.likelihood import CLASSES, Columns, Layout, log_probabilities
from chancellery.model.problem import ChoiceProblem
from chancellery.model.replay import Step

Beliefs = Callable[[date], Sequence[tuple[np.ndarray, np.ndarray]]]


@dataclass(frozen=True)
class Happened:
    """Events of the foretold weeks, alike ones of a step together.

    ``step`` (E,) place in ``steps``; ``act``, ``source``, ``target``, ``count`` (E,); ``slope`` (E, M) of the log
    probability along the path; ``logp`` (P, E) log probabilities at P points.
    """

    steps: tuple[Step, ...]
    step: np.ndarray
    act: np.ndarray
    source: np.ndarray
    target: np.ndarray
    count: np.ndarray
    slope: np.ndarray
    logp: np.ndarray


@dataclass(frozen=True)
class Foreteller:
    """The foretold days with the fit and the path of everything that is not in question.

    Parameters
    ----------
    later, fit, path
        See :func:`~chancellery.model.digest.foretold` and :func:`~chancellery.model.digest.digest`.
    draws, seed
        Of the weights, an even number.
    """

    later: ChoiceProblem
    fit: ChoiceFit
    path: Path
    draws: int = 16
    seed: int = 7

    def at(self, weights: Sequence[np.ndarray]) -> np.ndarray:
        """Log probability (P, weeks) of what happened at P weights (M,), without doubt about them."""
        return passes.foretell(self.later, [self.path.point(self.fit, m) for m in weights])[0]

    def integrated(self, beliefs: Beliefs) -> np.ndarray:
        """Log probability (B, weeks) of what happened under B beliefs.

        Parameters
        ----------
        beliefs
            From the Monday of a week to the mean (M,) and a root (M, M) of the covariance of each belief.
        """

        def work(number: int, thread: int) -> list[np.ndarray]:
            out: dict[date, np.ndarray] = {}
            for step, can, counts, x in self._steps(number, thread):
                at, believed = np.flatnonzero(counts), beliefs(week_of(step))
                row = out.setdefault(week_of(step), np.zeros(len(believed)))
                for b, (mean, root) in enumerate(believed):
                    points = mean + self._noise(week_of(step), len(mean)) @ root.T
                    found = np.array([self._logp(m, x, can).ravel()[at] for m in points])
                    row[b] += (np.logaddexp.reduce(found, axis=0) - np.log(len(found))) @ counts.ravel()[at]
            return list(out.values())

        parts = in_order(work, len(self.later.chunks), len(self.later.desks))
        return np.array([row for part in parts for row in part]).T

    def happened(self, weights: Sequence[np.ndarray]) -> Happened:
        """What happened, with its log probability at P weights (M,)."""

        def work(number: int, thread: int) -> list[tuple]:
            out = []
            for step, can, counts, x in self._steps(number, thread):
                at = np.flatnonzero(counts)
                middle = log_probabilities(self.fit.theta, self.fit.delta, self.later.layout, x, can)
                slope = slopes_of(at, middle, self.later.layout, x, self.path)
                found = np.array([self._logp(m, x, can).ravel()[at] for m in weights])
                out.append((step, *np.unravel_index(at, counts.shape), counts.ravel()[at], slope, found))
            return out

        rows = [r for part in in_order(work, len(self.later.chunks), len(self.later.desks)) for r in part]
        steps, *columns, logp = zip(*rows)
        act, source, target, count, slope = (np.concatenate(c) for c in columns)
        step = np.repeat(np.arange(len(steps)), [len(k) for k in columns[0]])
        return Happened(steps, step, act, source, target, count, slope, np.concatenate(logp, axis=1))

    def _steps(self, number: int, thread: int) -> Iterator[tuple[Step, np.ndarray, np.ndarray, Columns]]:
        """Steps of a chunk in which anybody acts, with the possible targets, the counts and the columns."""
        later = self.later
        desk = later.desks[thread]
        for step, s, counts in visit(later.chunks[number], later.stream, desk.state):
            busy = np.flatnonzero(counts.sum(axis=(0, 2)))
            if len(busy):
                desk.columns.fill(later.compiled, s, later.shift, later.scale, busy)
                yield step, s.can, counts, desk.columns

    def _logp(self, m: np.ndarray, x: Columns, can: np.ndarray) -> np.ndarray:
        return log_probabilities(*self.path.point(self.fit, m), self.later.layout, x, can)

    def _noise(self, week: date, size: int) -> np.ndarray:
        half = np.random.default_rng((self.seed, week.toordinal())).standard_normal((self.draws // 2, size))
        return np.concatenate([half, -half])


def slopes_of(at: np.ndarray, logp: np.ndarray, layout: Layout, x: Columns, path: Path) -> np.ndarray:
    """Slopes (E, M) along a path of the log probabilities of some events; ``at`` (E,) are flat places (k, i, j)."""
    n, split = logp.shape[1], np.cumsum([layout.pair, layout.memory])
    k, i, j = np.unravel_index(at, logp.shape)
    out = path.delta[i, j] + path.theta[layout.intercepts][k]
    for c in range(CLASSES):
        mine = np.flatnonzero(layout.klass[k] == c)
        pair, memory, act = np.split(path.theta[layout.of_class(c)], split)
        where = (i[mine], j[mine])
        out[mine] += x.P[where] @ pair + x.M[c][where] @ memory + x.A[(k[mine], *where)] @ act
    sources, place = np.unique(i, return_inverse=True)
    p = moments.probabilities(logp)
    q = moments.class_sums(p, layout.klass)
    mean = moments.sums_by_source(sources, p, q, layout.klass, x.P, x.M, x.A) @ path.theta
    mean += np.einsum("sj,sjm->sm", q.sum(axis=0)[sources], path.delta[sources].reshape(len(sources), n, -1))
    return out - mean[place]
