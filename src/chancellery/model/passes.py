"""The passes of a fit over the steps: moments of the columns, sums of the likelihood, clustered scores, foresight.

Each is done chunk by chunk on the threads of the problem and added up in the order of the chunks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chancellery.effects import state as st
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
from chancellery.model.moments import add_pair_moments
from chancellery.model.replay import Step
from chancellery.model.robust import Clustered

if TYPE_CHECKING:
    from chancellery.model.problem import ChoiceProblem


class Desk:
    """Arrays one thread works with, made once: a state, its columns, and the sums of a chunk."""

    def __init__(self, problem: ChoiceProblem) -> None:
        self.state = problem.fresh()
        self.columns = Columns.empty(problem.layout, problem.n)
        self.layout, self.n = problem.layout, problem.n
        self._sums: Sums | None = None

    def cleared(self, nested: bool) -> Sums:
        """Sums at nothing, in the same arrays each time; they are only made where they are asked for."""
        if self._sums is None or bool(len(self._sums.cross)) != nested:
            self._sums = zero_sums(self.layout, self.n, nested)
        for part in self._sums:
            part[:] = 0.0
        return self._sums

    def let_go(self) -> None:
        """Free the sums."""
        self._sums = None


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
    out.seen[0] += add_pair_moments(P, can, out.total, out.squares)
    out.seen[1] += counts.sum()


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


def chunk_sums(problem: ChoiceProblem, chunk: Chunk, desk: Desk, theta: np.ndarray, delta: np.ndarray,
               nested: bool = True) -> Sums:  # fmt: skip
    """Sums of one chunk, in the arrays of the desk."""
    out, x = desk.cleared(nested), desk.columns
    for _, s, counts, _ in _busy_steps(problem, chunk, desk):
        add_step(out, counts, log_probabilities(theta, delta, problem.layout, x, s.can), problem.layout, x)
    return out


def _busy_steps(
    problem: ChoiceProblem, chunk: Chunk, desk: Desk
) -> Iterator[tuple[Step, st.State, np.ndarray, np.ndarray]]:
    """Steps of a chunk in which anybody acts, the columns of who does filled, and who that is."""
    for step, s, counts in visit(chunk, problem.stream, desk.state):
        busy = np.flatnonzero(counts.sum(axis=(0, 2)))
        if len(busy):
            desk.columns.fill(problem.compiled, s, problem.shift, problem.scale, busy)
            yield step, s, counts, busy


def add_up(problem: ChoiceProblem, theta: np.ndarray, delta: np.ndarray, nested: bool = True) -> Sums:
    """One pass over the steps at these parameters."""
    out = zero_sums(problem.layout, problem.n, nested)

    def work(number: int, thread: int) -> Sums:
        return chunk_sums(problem, problem.chunks[number], problem.desks[thread], theta, delta, nested)

    for part in in_order(work, len(problem.chunks), len(problem.desks)):
        add_parts(out, part)
    return out


def add_parts(total: Sums, part: Sums) -> None:
    """Add the sums of the next chunk."""
    for mine, theirs in zip(total, part):
        mine += theirs


def foretell(
    problem: ChoiceProblem, points: list[tuple[np.ndarray, np.ndarray]]
) -> tuple[np.ndarray, np.ndarray]:
    """Log scores (points, weeks) of what happened at some (coefficients, terms), and the events (weeks,)."""

    def work(number: int, thread: int) -> dict[date, np.ndarray]:
        desk, out = problem.desks[thread], {}
        for step, s, counts, _ in _busy_steps(problem, problem.chunks[number], desk):
            seen, now = counts > 0, out.setdefault(week_of(step), np.zeros(len(points) + 1))
            for x, point in enumerate(points):
                now[x] += counts[seen] @ log_probabilities(*point, problem.layout, desk.columns, s.can)[seen]
            now[-1] += counts.sum()
        return out

    parts = in_order(work, len(problem.chunks), len(problem.desks))
    weeks = np.array([row for part in parts for row in part.values()])  # no week is in two chunks
    return weeks[:, :-1].T, weeks[:, -1]


def cluster(problem: ChoiceProblem, theta: np.ndarray, delta: np.ndarray, solved: np.ndarray) -> Clustered:
    """Clustered scores of one pass; the pair terms are eliminated with ``solved`` (n, n, D')."""
    n, size = problem.n, solved.shape[2]
    out, rooms = Clustered.empty(n, size), []
    for desk in problem.desks:
        desk.let_go()
        rooms.append((Clustered.empty(n, size), np.zeros((n, n, problem.layout.size))))

    def work(number: int, thread: int) -> Clustered:
        mine, scores = rooms[thread]
        mine.clear()
        _cluster_chunk(problem, number, problem.desks[thread], (theta, delta, solved), scores, mine)
        return mine

    for part in in_order(work, len(problem.chunks), len(problem.desks)):
        out.add(part)
    return out


def _cluster_chunk(problem: ChoiceProblem, number: int, desk: Desk, at: tuple[np.ndarray, ...],
                   scores: np.ndarray, out: Clustered) -> None:  # fmt: skip
    """Add a chunk's scores at (coefficients, terms, solved) up; ``scores`` (n, n, D) is nothing before and after."""
    theta, delta, solved = at
    x, n, chunk = desk.columns, problem.n, problem.chunks[number]
    week, residual, touched = None, np.zeros((n, n)), np.zeros(n, dtype=bool)

    def close() -> None:
        who = np.flatnonzero(touched)
        if len(who):
            out.add_week(week, *_profiled(who, scores, residual, solved))
            scores[who], residual[who], touched[who] = 0.0, 0.0, False

    for step in chunk.steps:  # a week in which nobody acts counts as one too
        out.by_week.setdefault(week_of(step), np.zeros(solved.shape[2]))
    for step, s, counts, busy in _busy_steps(problem, chunk, desk):
        if week_of(step) != week:
            close()
            week = week_of(step)
        logp = log_probabilities(theta, delta, problem.layout, x, s.can)
        residual += residual_scores(counts, logp, problem.layout, x, scores)[1]
        out.notice(step.first, counts, logp)
        out.seen[0] += int(counts.sum())
        touched[busy] = True
    close()
    out.seen[1] += len(chunk.steps)


def _profiled(
    who: np.ndarray, scores: np.ndarray, residual: np.ndarray, solved: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Places and scores (dyads, D') of some sources, of the target terms too, the pair terms eliminated.

    ``residual`` (n, n) is the score of the pair terms, and of the target term of each pair.
    """
    n, D = residual.shape[1], scores.shape[2]
    mine = -residual[who][:, :, None] * solved[who]
    mine[:, :, :D] += scores[who]
    if solved.shape[2] > D:
        targets = np.arange(n)
        mine[:, targets, D + targets] += residual[who]
    return (who[:, None] * n + np.arange(n)).ravel(), mine.reshape(len(who) * n, -1)
