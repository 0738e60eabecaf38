"""How far to trust lasting terms: chosen by what they foretell, not by how well they fit.

Marginal likelihood takes events for independent. They come in bursts, and in the first months of a record the
memory is still empty, so lasting terms of pairs soak up both: on ICEWS 2018 their estimated standard deviation
is 1.3, and held-out events are foretold worse by 0.025 nats than without any. So the terms are fitted to the
earlier part of the steps only and scored on the later part (prequential: Dawid 1984, J. R. Stat. Soc. A 147),
and of the standard deviations within one standard error of the best the smallest is taken (Breiman et al.
1984). Nothing after the last day of the fit is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from chancellery.errors import ModelError
from chancellery.model import passes
from chancellery.model.nested import Terms, solver
from chancellery.model.newton import Climb, climb
from chancellery.model.problem import ChoiceProblem

if TYPE_CHECKING:
    from chancellery.model.sample import Sampled

GRID = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
SMALL = 0.1  # up to here one Newton step from no terms at all is as good as the mode
LATER = 0.25  # share of the events that is foretold
LEAST_WEEKS = 6
TOLERANCE = 1e-6


def climb_terms(
    problem: ChoiceProblem | Sampled,
    terms: Terms,
    start: np.ndarray,
    progress: Callable[[str, float], None],
    tolerance: float | None = None,
) -> Climb:
    """Climb to the mode of coefficients and terms; ``start`` is a packed point of ``terms``.

    ``tolerance`` is that of :func:`~chancellery.model.newton.climb`, by default that of a fit.
    """

    def evaluate(point: np.ndarray) -> tuple[float, np.ndarray, object]:
        sums = problem.sums(point[: terms.size], terms.total(point), nested=terms.any)
        return float(sums.loglik[0]), terms.score(sums), sums

    mean, precision = terms.prior(*problem.prior())
    return climb(
        evaluate,
        start,
        mean,
        precision,
        solve=solver(terms),
        tolerance=TOLERANCE if tolerance is None else tolerance,
        progress=progress,
    )


def prudent(scores: np.ndarray, events: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """Take the first candidate within one standard error of the best.

    Parameters
    ----------
    scores
        (candidates, blocks) log score of each block of time, most cautious candidate first.
    events
        (blocks,) events in each.

    Returns
    -------
    chosen, mean, error
        Its place; (candidates,) nats an event; (candidates,) standard error of the difference to the best,
        blocks being independent.
    """
    mean = scores.sum(axis=1) / events.sum()
    behind = scores - scores[mean.argmax()]
    # Around the mean difference an event, so that long blocks are not taken for good ones.
    noise = behind - (behind.sum(axis=1) / events.sum())[:, None] * events
    blocks = len(events)
    error = np.sqrt(blocks / max(blocks - 1, 1) * (noise**2).sum(axis=1)) / events.sum()
    return int(np.flatnonzero(mean + error >= mean.max())[0]), mean, error


def settled_terms(problem: ChoiceProblem | Sampled) -> Terms:
    """Terms whose standard deviations the specification sets; those to be estimated are left out."""
    asked = (problem.spec.actor_sd, problem.spec.dyad_sd)
    return Terms(problem.layout.size, problem.n, *(0.0 if sd == "estimate" else float(sd) for sd in asked))


def choose_terms(
    problem: ChoiceProblem | Sampled,
    progress: Callable[[str, float], None],
    start: np.ndarray | None = None,
) -> tuple[Terms, np.ndarray, list[dict]]:
    """Resolve ``dyad_sd`` and ``actor_sd`` of the specification.

    Parameters
    ----------
    start
        Packed point of :func:`settled_terms` to begin at; by default the prior means.

    Returns
    -------
    terms, start, considered
        Terms with their standard deviations, a packed point to begin the fit at, and for each candidate
        what it foretold: ``actor_sd``, ``dyad_sd``, ``nats`` an event, ``error`` of the difference to the best.
    """
    terms = settled_terms(problem)
    if start is None:
        start = terms.prior(*problem.prior())[0]
    # Targets first: what everybody does to a target is not the pairs' doing.
    open_ = [name for name in ("actor_sd", "dyad_sd") if getattr(problem.spec, name) == "estimate"]
    if not open_:
        return terms, start, []
    cut = _cut(problem)
    early = problem.before(cut)
    end = climb_terms(early, terms, start, progress)
    if not terms.any:  # a step to others needs the sums of nested terms, which the climb did without
        point = end.theta[: terms.size]
        end = end._replace(information=early.sums(point, np.zeros((problem.n, problem.n))))
    considered: list[dict] = []
    later = problem.after(cut)
    for name in open_:
        terms, end, rows = _choose(early, later, terms, end, name, progress)
        considered += rows
    return terms, end.theta, considered


def _choose(
    early: ChoiceProblem | Sampled,
    later: ChoiceProblem,
    terms: Terms,
    end: Climb,
    name: str,
    progress: Callable[[str, float], None],
) -> tuple[Terms, Climb, list[dict]]:
    """Choose one standard deviation; where terms turn out large, look again from their own mode."""
    while True:
        progress(f"foretelling with {name}", 0.5)
        candidates = [terms._replace(**{name: sd}) for sd in GRID]
        points = [_one_step(early, end, terms, other) for other in candidates]
        at = [(point[: t.size], t.total(point)) for t, point in zip(candidates, points)]
        scores, events = passes.foretell(later, at)
        chosen, mean, error = prudent(scores, events)
        rows = [
            {"actor_sd": t.actor_sd, "dyad_sd": t.dyad_sd, "nats": float(m), "error": float(e)}
            for t, m, e in zip(candidates, mean, error)
        ]
        winner = candidates[chosen]
        if getattr(winner, name) <= max(SMALL, getattr(terms, name)):
            return winner, end._replace(theta=points[chosen]), rows
        terms, end = winner, climb_terms(early, winner, points[chosen], progress)


def _one_step(problem: ChoiceProblem | Sampled, end: Climb, terms: Terms, other: Terms) -> np.ndarray:
    """Approximate mode under other standard deviations: one Newton step, from sums that are there already."""
    point = terms.moved(end.theta, other)
    mean, precision = other.prior(*problem.prior())
    sums = end.information
    return point + solver(other)(sums, precision, other.score(sums) - precision * (point - mean))


def _cut(problem: ChoiceProblem | Sampled) -> date:
    """First day of the later part.

    Raises
    ------
    ModelError
        If there is too little time to tell.
    """
    steps = problem.stream.between(problem.since, problem.until)
    sizes = np.cumsum([s.events.stop - s.events.start for s in steps])
    later = steps[int(np.searchsorted(sizes, (1.0 - LATER) * sizes[-1])) :]
    weeks = {s.first.isocalendar()[:2] for s in later}
    if len(weeks) < LEAST_WEEKS or len(later) == len(steps):
        raise ModelError(
            f"the record is too short to estimate dyad_sd or actor_sd: its last quarter spans {len(weeks)} weeks, "
            f"{LEAST_WEEKS} are needed; write numbers instead, such as dyad_sd = 0.1"
        )
    return later[0].first
