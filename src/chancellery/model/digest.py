"""The record in short: what each week says about a few coefficients, all others following them to their best.

Where m are the coefficients in question and φ everything else (other coefficients, lasting terms), the log
likelihood of a week is taken along the path φ̂(m), on which φ is fitted to the training record for every m. Near
the mode φ̂ is linear in m, and the log likelihood of a week a quadratic::

    ℓ_t(m) ≈ ℓ_t + g_tᵀ d − ½ dᵀ H_t d,   d = m − centre

so that any prior of m is joined with any weeks, and any week foretold, without looking at the events again. The
sum over all training weeks, with the prior of φ, is the quadratic of a full fit (profile likelihood; Murphy &
van der Vaart 2000, J. Am. Stat. Assoc. 95).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from scipy import linalg

from chancellery.errors import ModelError
from chancellery.model.chunks import in_order, visit, week_of
from chancellery.model.fit import ChoiceFit
from chancellery.model.likelihood import Sums, add_step, log_probabilities, zero_sums
from chancellery.model.nested import Terms, eliminate
from chancellery.model.problem import ChoiceProblem


class Path(NamedTuple):
    """How all parameters move with the M coefficients in question.

    ``places`` (M,) of these in the coefficients; ``theta`` (D, M) and ``delta`` (n, n, M): derivatives of
    coefficients and lasting terms.
    """

    places: np.ndarray
    theta: np.ndarray
    delta: np.ndarray

    def point(self, fit: ChoiceFit, m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coefficients (D,) and lasting terms (n, n) where those in question are m (M,)."""
        d = m - fit.theta[self.places]
        return fit.theta + self.theta @ d, fit.delta + self.delta @ d


@dataclass(frozen=True)
class Digest:
    """Quadratics of the weeks.

    Attributes
    ----------
    names, centre
        (M,) coefficients in question, ``effect:class``, and where the quadratics are taken.
    weeks
        (T,) Mondays; ``training`` of them are fitted to, the others foretold.
    events, loglik
        (T,) each.
    score, information
        (T, M) and (T, M, M).
    shared_score, shared_information
        (M,) and (M, M): the same of the prior of everything else.
    power
        What share of its reports the record counts for, since reports hang together: the mean ratio of
        naive to robust variance of the coefficients in question, at most 1.
    """

    names: tuple[str, ...]
    centre: np.ndarray
    weeks: tuple[date, ...]
    training: int
    events: np.ndarray
    loglik: np.ndarray
    score: np.ndarray
    information: np.ndarray
    shared_score: np.ndarray
    shared_information: np.ndarray
    power: float

    def evidence(self, weeks: int | None) -> tuple[np.ndarray, np.ndarray]:
        """Score (M,) and information (M, M) of the last training weeks, None for all of them.

        The prior of everything else counts as much as the part of the training record that is seen.
        """
        first = 0 if weeks is None else max(0, self.training - weeks)
        seen, total = self.events[first : self.training].sum(), self.events[: self.training].sum()
        share = seen / total if total else 0.0
        return (
            self.score[first : self.training].sum(axis=0) + share * self.shared_score,
            self.information[first : self.training].sum(axis=0) + share * self.shared_information,
        )


def digest(
    problem: ChoiceProblem,
    later: ChoiceProblem,
    fit: ChoiceFit,
    names: tuple[str, ...],
    progress: Callable[[str, float], None] = lambda what, share: None,
) -> tuple[Digest, Path]:
    """Digest the weeks of a record.

    Parameters
    ----------
    problem, later, fit
        The training problem, the same on the days that are foretold (:func:`foretold`), and the fit to the first.
    names
        Coefficients in question, ``effect:class``.
    """
    known = {name: x for x, name in enumerate(problem.names())}
    places = np.array([known[name] for name in names], dtype=int)
    progress("what follows from the coefficients", 0.0)
    path, price = _path(problem, fit, places)
    progress("what each week says", 0.1)
    before = _weeks(problem, fit, path)
    progress("what each week says", 0.6)
    rows = [*before, *_weeks(later, fit, path)]
    weeks, *gathered = zip(*rows)
    m = len(names)
    ratio = np.trace(linalg.solve(fit.naive[np.ix_(places, places)], fit.robust[np.ix_(places, places)])) / m
    shared_score, shared_information = price
    made = Digest(
        names, fit.theta[places], weeks, len(before), *(np.array(x) for x in gathered), shared_score,
        shared_information, power=min(1.0, 1.0 / ratio),
    )  # fmt: skip
    return made, path


def foretold(problem: ChoiceProblem, until: date | None = None) -> ChoiceProblem:
    """The problem on the days after its own, up to a last one; its scaling has to be learnt before.

    Raises
    ------
    ModelError
        If the record holds no step there.
    """
    later = problem.part(problem.until + timedelta(days=1), until)
    if not any(s.events.stop > s.events.start for s in later.stream.between(later.since, until)):
        raise ModelError(
            f"the record holds no event after {problem.until} to score on; end the training earlier, with --until"
        )
    return later


def _path(
    problem: ChoiceProblem, fit: ChoiceFit, places: np.ndarray
) -> tuple[Path, tuple[np.ndarray, np.ndarray]]:
    """The path of everything else, and what its prior says along it."""
    n, size = problem.n, problem.layout.size
    terms = Terms(size, n, fit.actor_sd, float(np.sqrt(fit.tau2)))
    sums = problem.sums(fit.theta, fit.delta, nested=True)
    precision = terms.prior(*problem.prior())[1]
    out = eliminate(sums, terms)
    total = out.reduced + np.diag(precision[: terms.outer])
    others = np.setdiff1d(np.arange(terms.outer), places)
    move = np.zeros((terms.outer, len(places)))
    move[places, np.arange(len(places))] = 1.0
    move[others] = -linalg.solve(total[np.ix_(others, others)], total[np.ix_(others, places)], assume_a="pos")
    pairs = -(out.solved @ move)
    delta = pairs if terms.actor_sd <= 0 else pairs + move[size:][None]
    path = Path(places, move[:size], delta)
    # At the mode what is eliminated has a gradient of nothing, so record and prior together have, along the
    # path, the gradient of the coefficients in question alone; the prior's part is what the record leaves.
    score, information = projected(sums, path)
    curve = move.T @ out.reduced @ move + (move[others] * precision[others, None]).T @ move[others]
    return path, (sums.score[places] - score, curve - information)


def projected(sums: Sums, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Score (M,) and information (M, M) of sums along a path."""
    score = path.theta.T @ sums.score + np.einsum("ij,ijm->m", sums.score_dyad, path.delta)
    information = path.theta.T @ sums.information @ path.theta
    for i in np.flatnonzero(sums.dyad.any(axis=(1, 2))):
        mixed = (sums.cross[i] @ path.theta).T @ path.delta[i]
        information += mixed + mixed.T + path.delta[i].T @ sums.dyad[i] @ path.delta[i]
    return score, information


def _weeks(problem: ChoiceProblem, fit: ChoiceFit, path: Path) -> list[tuple]:
    """Monday, events, log likelihood, score and information of each week of a problem."""

    def work(number: int, thread: int) -> list[tuple]:
        desk = problem.desks[thread]
        out: dict[date, list] = {}
        sums = zero_sums(problem.layout, problem.n)
        for step, s, counts in visit(problem.chunks[number], problem.stream, desk.state):
            busy = np.flatnonzero(counts.sum(axis=(0, 2)))
            if not len(busy):
                continue
            desk.columns.fill(problem.compiled, s, problem.shift, problem.scale, busy)
            for part in sums:
                part[:] = 0.0
            logp = log_probabilities(fit.theta, fit.delta, problem.layout, desk.columns, s.can)
            add_step(sums, counts, logp, problem.layout, desk.columns)
            found = [counts.sum(), float(sums.loglik[0]), *projected(sums, path)]
            row = out.setdefault(week_of(step), [0.0] * len(found))
            for x, value in enumerate(found):
                row[x] = row[x] + value
        return [(week, *row) for week, row in out.items()]

    return [row for part in in_order(work, len(problem.chunks), len(problem.desks)) for row in part]
