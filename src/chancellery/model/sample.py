"""A fit to sampled alternatives: the columns of a random part of them, looked up once and kept.

For each source that acts in a step some cells (class of act, target) are drawn, each on its own, with a chance
that follows how the source and everybody shared their acts before; those that were chosen are kept with them.
The utility of a cell gets −log of its chance, which makes the sampled likelihood consistent (McFadden 1978;
Vu et al. 2015; Lerner & Lomi 2020). The record is then walked once, and Newton works on the kept columns.
"""

from __future__ import annotations

import copy
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from chancellery.effects import state as st
from chancellery.errors import ModelError
from chancellery.model import passes
from chancellery.model.chunks import in_order, visit, week_of
from chancellery.model.likelihood import CLASSES, Sums, zero_sums
from chancellery.model.robust import Clustered
from chancellery.model.sampled_moments import Cells, Weights, source_scores, source_sums

if TYPE_CHECKING:
    from chancellery.model.problem import ChoiceProblem

EVEN = 0.15  # part of the chances that is the same for all cells


class Sampled:
    """A choice problem of which only sampled alternatives are scored; fitted like the whole one.

    Parameters
    ----------
    whole
        The problem; its shift and scale are learnt on the way, over all alternatives.
    size
        Expected number of cells that are drawn for a source in a step.
    seed
        Of the random numbers, which depend on seed, step and source alone.
    """

    def __init__(self, whole: ChoiceProblem, size: int, seed: int) -> None:
        self.whole, self.size, self.seed = whole, size, seed
        self.spec, self.layout, self.n, self.stream = whole.spec, whole.layout, whole.n, whole.stream
        self.prior, self.names, self.after = whole.prior, whole.names, whole.after
        self.since, self.until = whole.since, whole.until
        klass = self.layout.klass
        widest = max(int(np.bincount(klass).max()), 1)
        self.member = np.full((CLASSES, widest), -1)
        for c in range(CLASSES):
            acts = np.flatnonzero(klass == c)
            self.member[c, : len(acts)] = acts
        self.cells: list[Cells | None] = []
        self.weeks: list[np.ndarray] = []
        self.days: list[np.ndarray] = []
        self.calendar: list[date] = []
        self.steps = sum(len(chunk.steps) for chunk in whole.chunks)

    @property
    def shift(self) -> np.ndarray:
        """Shift of the pair columns, as learnt over all alternatives."""
        return self.whole.shift

    @property
    def scale(self) -> np.ndarray:
        """Scale of the pair columns."""
        return self.whole.scale

    def standardise(self) -> None:
        """Walk the record: learn shift and scale, draw the cells and keep their columns.

        Raises
        ------
        ModelError
            If nothing happened in the steps.
        """
        if self.cells:
            return
        whole, rows = self.whole, []

        def work(number: int, thread: int) -> tuple:
            desk, moments, kept = whole.desks[thread], passes.no_moments(self.layout.pair), []
            for step, s, counts in visit(whole.chunks[number], whole.stream, desk.state):
                whole.compiled.module.features(s, desk.columns.P, desk.columns.M, desk.columns.A)
                passes.add_moments(moments, desk.columns.P, s.can, counts)
                kept += self._draw(step, s, counts, desk.columns)
            return moments, kept

        parts = []
        for moments, kept in in_order(work, len(whole.chunks), len(whole.desks)):
            parts.append(moments)
            rows += kept
        whole.learn_scale(*passes.settle_moments(parts, whole))
        self.calendar = sorted({row[1] for row in rows})
        self._arrange(rows)

    def thinned(self, every: int) -> Sampled:
        """One row in ``every`` of each source: to start from."""
        return self._chosen([np.arange(0, len(days), every) for days in self.days])

    def before(self, day: date) -> Sampled:
        """The rows up to the eve of a day; what comes :meth:`after` is foretold among all alternatives."""
        return self._chosen([np.flatnonzero(days < day.toordinal()) for days in self.days])

    def _chosen(self, rows: list[np.ndarray]) -> Sampled:
        """Some rows of each source."""
        out = copy.copy(self)
        out.weeks = [weeks[mine] for weeks, mine in zip(self.weeks, rows)]
        out.days = [days[mine] for days, mine in zip(self.days, rows)]
        out.cells = [
            _some_rows(cells, mine) if cells and len(mine) else None for cells, mine in zip(self.cells, rows)
        ]
        return out

    def _draw(self, step: object, s: st.State, counts: np.ndarray, x: object) -> list[tuple]:
        """Rows of a step: (source, week, drawn cells, day, then by cell class, target, log chance, columns, act columns, counts)."""
        busy = np.flatnonzero(counts.sum(axis=(0, 2)))
        out, week, day = [], week_of(step), step.first.toordinal()
        luck = np.random.default_rng([self.seed, day, step.events.start]).random((len(busy), CLASSES, self.n))
        for i, mine in zip(busy, luck):
            chance = chances(s.L[:, :, i], s.can[i], self.size)
            chance[np.bincount(self.layout.klass, minlength=CLASSES) == 0] = 0.0
            drawn = mine < chance
            seen = np.zeros((CLASSES, self.n), dtype=bool)
            k, j = np.nonzero(counts[:, i])
            seen[self.layout.klass[k], j] = True
            c, target = (np.concatenate(x) for x in zip(np.nonzero(drawn), np.nonzero(seen & ~drawn)))
            members = self.member[c]
            have = members >= 0
            X = np.hstack([x.P[i, target], x.M[c, i, target]]).astype(np.float32)
            A = np.where(have[:, :, None], x.A[members, i, target[:, None]], 0.0).astype(np.float32)
            N = np.where(have, counts[members, i, target[:, None]], 0.0).astype(np.float32)
            out.append((int(i), week, int(drawn.sum()), day, c, target, np.log(chance[c, target]), X, A, N))
        return out

    def _arrange(self, rows: list[tuple]) -> None:
        """Lay the rows of each source out together, the pair columns standardised."""
        number = {week: x for x, week in enumerate(self.calendar)}
        by_source: list[list[tuple]] = [[] for _ in range(self.n)]
        while rows:  # what has been laid out is let go
            row = rows.pop()
            by_source[row[0]].append(row)
        pair = self.layout.pair
        for i, mine in enumerate(by_source):
            mine.reverse()
            if not mine:
                self.cells.append(None)
                self.weeks.append(np.zeros(0, dtype=np.int64))
                self.days.append(np.zeros(0, dtype=np.int64))
                continue
            columns = [np.concatenate([row[x] for row in mine]) for x in range(4, 10)]
            columns[3][:, :pair] = (columns[3][:, :pair] - self.shift) / self.scale
            ptr = np.concatenate([[0], np.cumsum([len(row[4]) for row in mine])])
            self.cells.append(Cells(ptr, np.array([row[2] for row in mine]), *columns))
            self.weeks.append(np.array([number[row[1]] for row in mine]))
            self.days.append(np.array([row[3] for row in mine]))
            by_source[i] = []

    def _weights(self, theta: np.ndarray, delta: np.ndarray, i: int) -> Weights:
        blocks = theta[: CLASSES * self.layout.block].reshape(CLASSES, self.layout.block)
        shared = self.layout.pair + self.layout.memory
        alpha = np.where(self.member >= 0, theta[self.layout.intercepts][self.member], 0.0)
        parts = (blocks[:, :shared], blocks[:, shared:], alpha, delta[i], self.member)
        return Weights(*(np.ascontiguousarray(part) for part in parts))

    def sums(self, theta: np.ndarray, delta: np.ndarray, nested: bool = True) -> Sums:
        """One pass over the kept cells, as :meth:`ChoiceProblem.sums` is over all."""
        out = zero_sums(self.layout, self.n, nested)

        def work(i: int, _: int) -> tuple[float, np.ndarray, np.ndarray] | None:
            if not self.cells[i]:
                return None
            room = out.cross, out.dyad
            if not nested:  # one source's room takes what is not wanted, and is let go
                room = (_Anywhere(np.zeros(part.shape[1:])) for part in room)
            return self._source(i, self._weights(theta, delta, i), Sums(*out[:4], *room))

        for part in in_order(work, self.n, len(self.whole.desks)):
            if part:
                for mine, theirs in zip(out, part):
                    mine += theirs
        return out

    def _source(self, i: int, w: Weights, out: Sums) -> tuple[float, np.ndarray, np.ndarray]:
        """Log likelihood, score and information of a source; its dyad terms' are written where they belong."""
        cells, D, block = self.cells[i], self.layout.size, self.layout.block
        shared, width = self.layout.pair + self.layout.memory, block + self.member.shape[1]
        score, roots = np.zeros(D), np.empty((len(cells.klass), width))
        late, V = np.zeros((CLASSES, width - shared, width - shared)), np.zeros((2, len(cells.base), D))
        loglik = source_sums(cells, w, score, out.score_dyad[i], out.cross[i], out.dyad[i], roots, late, V)
        info = V[1].T @ V[1] - V[0].T @ V[0]
        for c in range(CLASSES):
            have = np.flatnonzero(self.member[c] >= 0)
            if not len(have):
                continue
            mine = roots[cells.klass == c]
            product = mine.T @ mine
            product[shared:, shared:] = late[c]
            keep = np.concatenate([np.arange(block), block + have])
            at = np.concatenate(
                [
                    np.arange(c * block, (c + 1) * block),
                    self.layout.intercepts.start + self.member[c, have],
                ]
            )
            info[np.ix_(at, at)] += product[np.ix_(keep, keep)]
        return loglik, score, info

    def clusters(self, theta: np.ndarray, delta: np.ndarray, solved: np.ndarray) -> Clustered:
        """Clustered scores, as :meth:`ChoiceProblem.clusters`; surprises are not told among a sample."""
        n, D = self.n, solved.shape[2]
        out, weekly = Clustered.empty(n, D), np.zeros((len(self.calendar), D))
        dyads = out.by_dyad.reshape(n, n, D)

        def work(i: int, _: int) -> tuple[np.ndarray, np.ndarray, float] | None:
            if not self.cells[i]:
                return None
            scores, mine = np.empty((len(self.cells[i].klass), D)), np.zeros_like(weekly)
            w = self._weights(theta, delta, i)
            many = source_scores(self.cells[i], w, solved[i], self.weeks[i], scores, dyads[i], mine)
            return scores[:many].T @ scores[:many], mine, float(self.cells[i].counts.sum())

        for part in in_order(work, n, len(self.whole.desks)):
            if part:
                out.both[:] += part[0]
                weekly += part[1]
                out.seen[0] += round(part[2])
        out.seen[1] = self.steps
        out.by_week.update(zip(self.calendar, weekly))
        return out


class _Anywhere:
    """One array that stands for that of every source."""

    def __init__(self, room: np.ndarray) -> None:
        self.room = room

    def __getitem__(self, i: int) -> np.ndarray:
        return self.room


def _some_rows(cells: Cells, rows: np.ndarray) -> Cells:
    """Some rows of a source's cells."""
    sizes = np.diff(cells.ptr)[rows]
    ptr = np.concatenate([[0], np.cumsum(sizes)])
    at = np.repeat(cells.ptr[rows] - ptr[:-1], sizes) + np.arange(ptr[-1])
    return Cells(ptr, cells.base[rows], *(part[at] for part in cells[2:]))


@njit(cache=True, nogil=True)
def chances(L: np.ndarray, can: np.ndarray, size: int) -> np.ndarray:
    """Chance (C, n) that a cell is drawn, ``size`` in all where there are that many.

    Parameters
    ----------
    L
        (H, C, n) log shares of the source's acts by class and target, at every half-life.
    can
        (n,) which targets are possible.
    """
    H, C, n = L.shape
    out = np.zeros((C, n))
    for c in range(C):
        for j in range(n):
            if can[j] > 0.0:
                for h in range(H):
                    out[c, j] += np.exp(L[h, c, j])
    possible = C * (can > 0.0).sum()
    if possible == 0:
        return out
    even = EVEN / (1.0 - EVEN) * out.sum() / possible
    for c in range(C):
        for j in range(n):
            if can[j] > 0.0:
                out[c, j] += even
    scale = size / out.sum()
    for _ in range(20):  # cells that are sure to be drawn leave their room to the others
        sure, rest = 0, 0.0
        for x in out.ravel():
            if x * scale >= 1.0:
                sure += 1
            else:
                rest += x
        if sure >= size or rest <= 0.0:
            break
        new = (size - sure) / rest
        if new <= scale * (1.0 + 1e-12):
            break
        scale = new
    if size >= possible:
        return np.where(out > 0.0, 1.0, 0.0)
    return np.minimum(out * scale, 1.0)


def check_sample(size: int, cells: int) -> None:
    """Refuse a sample that is none.

    Raises
    ------
    ModelError
        If as many alternatives were to be drawn as there are.
    """
    if size >= cells:
        raise ModelError(
            f"sample = {size}, but a source has only {cells} alternatives; leave 'sample' out, or take fewer"
        )
