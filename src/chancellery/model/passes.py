"""The passes of a fit over the steps: moments of the columns, sums of the likelihood, clustered scores.

Each is done chunk by chunk on the threads of the problem and added up in the order of the chunks.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chancellery.errors import ModelError
from chancellery.model.chunks import Chunk, in_order, visit, week_of
from chancellery.model.likelihood import (
    Columns,
    Sums,
    add_step,
    log_probabilities,
    residual_scores,
    zero_sums,
)
from chancellery.model.robust import Clusters

if TYPE_CHECKING:
    from chancellery.model.fit import ChoiceProblem


class Desk:
    """Arrays one thread works with, made once: a state, its columns, and the sums of a chunk."""

    def __init__(self, problem: ChoiceProblem) -> None:
        self.state = problem.fresh()
        self.columns = Columns.empty(problem.layout, problem.n)
        self._problem = problem

    @cached_property
    def sums(self) -> Sums:
        """Sums of a chunk; only made where all alternatives are scored."""
        return zero_sums(self._problem.layout, self._problem.n)

    def cleared(self) -> Sums:
        """The sums, at nothing."""
        for part in self.sums:
            part[:] = 0.0
        return self.sums


class Moments(NamedTuple):
    """Sums of the pair columns and of their squares (F,); ``seen``: dyads and events."""

    total: np.ndarray
    squares: np.ndarray
    seen: np.ndarray


def pair_moments(problem: ChoiceProblem) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of the pair columns over the possible dyads of all steps.

    Raises
    ------
    ModelError
        If nothing happened in the steps.
    """

    def work(number: int, thread: int) -> Moments:
        desk, out = problem.desks[thread], no_moments(problem.layout.pair)
        for _, s, counts in visit(problem.chunks[number], problem.stream, desk.state):
            problem.compiled.module.features(s, desk.columns.P, desk.columns.M, desk.columns.A)
            add_moments(out, desk.columns.P, s.can, counts)
        return out

    return settle_moments(list(in_order(work, len(problem.chunks), len(problem.desks))), problem)


def no_moments(columns: int) -> Moments:
    """Moments before the first step."""
    return Moments(np.zeros(columns), np.zeros(columns), np.zeros(2))


def add_moments(out: Moments, P: np.ndarray, can: np.ndarray, counts: np.ndarray) -> None:
    """Add the pair columns P (n, n, F) of a step at its possible dyads."""
    rows = P[can > 0]
    out.total[:] += rows.sum(axis=0)
    out.squares[:] += (rows**2).sum(axis=0)
    out.seen[:] += len(rows), counts.sum()


def settle_moments(parts: list[Moments], problem: ChoiceProblem) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation from the sums of all chunks; see :func:`pair_moments`."""
    if not sum(part.seen[1] for part in parts):
        raise ModelError(
            f"no event among the actors in play between {problem.since} and {problem.until}; "
            "choose other days or other actors"
        )
    total, squares, seen = (sum(part[x] for part in parts) for x in range(3))
    mean = total / seen[0]
    return mean, np.sqrt(np.maximum(squares / seen[0] - mean**2, 0.0))


def chunk_sums(problem: ChoiceProblem, chunk: Chunk, desk: Desk, theta: np.ndarray,
               delta: np.ndarray) -> Sums:  # fmt: skip
    """Sums of one chunk, in the arrays of the desk."""
    out, x = desk.cleared(), desk.columns
    for _, s, counts in visit(chunk, problem.stream, desk.state):
        busy = np.flatnonzero(counts.sum(axis=(0, 2)))
        if len(busy):
            x.fill(problem.compiled, s, problem.shift, problem.scale, busy)
            logp = log_probabilities(theta, delta, problem.layout, x, s.can)
            add_step(out, counts, logp, problem.layout, x)
    return out


def add_up(problem: ChoiceProblem, theta: np.ndarray, delta: np.ndarray) -> Sums:
    """One pass over the steps at these parameters."""
    out = zero_sums(problem.layout, problem.n)

    def work(number: int, thread: int) -> Sums:
        return chunk_sums(problem, problem.chunks[number], problem.desks[thread], theta, delta)

    for part in in_order(work, len(problem.chunks), len(problem.desks)):
        add_parts(out, part)
    return out


def add_parts(total: Sums, part: Sums) -> None:
    """Add the sums of the next chunk."""
    for mine, theirs in zip(total, part):
        mine += theirs


def cluster(problem: ChoiceProblem, theta: np.ndarray, delta: np.ndarray, solved: np.ndarray) -> Clusters:
    """Clustered scores of one pass; the dyad terms are eliminated with ``solved`` (n, n, D)."""
    n, size = problem.n, problem.layout.size
    out = Clusters.empty(n, size)
    rooms = [Clusters.empty(n, size) for _ in problem.desks]

    def work(number: int, thread: int) -> Clusters:
        mine = rooms[thread]
        mine.clear()
        _cluster_chunk(problem, problem.chunks[number], problem.desks[thread], theta, delta, solved, mine)
        return mine

    for part in in_order(work, len(problem.chunks), len(problem.desks)):
        out.add(part)
    return out


def _cluster_chunk(problem: ChoiceProblem, chunk: Chunk, desk: Desk, theta: np.ndarray, delta: np.ndarray,
                   solved: np.ndarray, out: Clusters) -> None:  # fmt: skip
    x, n = desk.columns, problem.n
    week: date | None = None
    scores, touched = desk.sums.cross, np.zeros(n, dtype=bool)  # the room of the sums is free by now

    def close() -> None:
        who = np.flatnonzero(touched)
        if len(who):
            dyads = (who[:, None] * n + np.arange(n)).ravel()
            out.add_week(week, dyads, scores[who].reshape(len(dyads), -1))
            scores[who] = 0.0
            touched[:] = False

    scores[:] = 0.0
    for step, s, counts in visit(chunk, problem.stream, desk.state):
        busy = np.flatnonzero(counts.sum(axis=(0, 2)))
        if week_of(step) != week:
            close()
            week = week_of(step)
        out.by_week.setdefault(week, np.zeros(problem.layout.size))
        out.seen[:] += int(counts.sum()), 1
        if len(busy):
            x.fill(problem.compiled, s, problem.shift, problem.scale, busy)
            logp = log_probabilities(theta, delta, problem.layout, x, s.can)
            residual_scores(counts, logp, problem.layout, x, scores, solved)
            touched[busy] = True
    close()
