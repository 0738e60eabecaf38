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
from datetime import date, timedelta

import numpy as np

from chancellery.errors import ModelError
from chancellery.model.likelihood import log_probabilities
from chancellery.model.nested import Terms, solver
from chancellery.model.newton import Climb, climb
from chancellery.model.problem import ChoiceProblem

GRID = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
SMALL = 0.1  # up to here one Newton step from no terms at all is as good as the mode
LATER = 0.25  # share of the events that is foretold
LEAST_WEEKS = 6
TOLERANCE = 1e-6


def climb_terms(
    problem: ChoiceProblem, terms: Terms, start: np.ndarray, progress: Callable[[str, float], None]
) -> Climb:
    """Climb to the mode of coefficients and terms; ``start`` is a packed point of ``terms``."""

    def evaluate(point: np.ndarray) -> tuple[float, np.ndarray, object]:
        sums = problem.sums(point[: terms.size], terms.total(point))
        return float(sums.loglik[0]), terms.score(sums), sums

    mean, precision = terms.prior(*problem.prior())
    return climb(
        evaluate, start, mean, precision, solve=solver(terms), tolerance=TOLERANCE, progress=progress
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


def choose_terms(
    problem: ChoiceProblem, progress: Callable[[str, float], None]
) -> tuple[Terms, np.ndarray, list[dict]]:
    """Resolve ``dyad_sd`` and ``actor_sd`` of the specification.

    Returns
    -------
    terms, start, considered
        Terms with their standard deviations, a packed point to begin the fit at, and for each candidate
        what it foretold: ``actor_sd``, ``dyad_sd``, ``nats`` an event, ``error`` of the difference to the best.
    """
    # Targets first: what everybody does to a target is not the pairs' doing.
    asked = {"actor_sd": problem.spec.actor_sd, "dyad_sd": problem.spec.dyad_sd}
    open_ = [name for name, sd in asked.items() if sd == "estimate"]
    fixed = {name: 0.0 if sd == "estimate" else float(sd) for name, sd in asked.items()}
    terms = Terms(problem.layout.size, problem.n, **fixed)
    start = terms.prior(*problem.prior())[0]
    if not open_:
        return terms, start, []
    cut = _cut(problem)
    early = problem.part(cut - timedelta(days=1))
    end = climb_terms(early, terms, start, progress)
    considered: list[dict] = []
    for name in open_:
        terms, end, rows = _choose(problem, early, cut, terms, end, name, progress)
        considered += rows
    return terms, end.theta, considered


def _choose(
    problem: ChoiceProblem,
    early: ChoiceProblem,
    cut: date,
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
        scores, events = foretold(problem.part(problem.until or date.max, cut), candidates, points)
        chosen, mean, error = prudent(scores, events)
        rows = [
            {"actor_sd": t.actor_sd, "dyad_sd": t.dyad_sd, "nats": float(m), "error": float(e)}
            for t, m, e in zip(candidates, mean, error)
        ]
        winner = candidates[chosen]
        if getattr(winner, name) <= max(SMALL, getattr(terms, name)):
            return winner, end._replace(theta=points[chosen]), rows
        terms, end = winner, climb_terms(early, winner, points[chosen], progress)


def _one_step(problem: ChoiceProblem, end: Climb, terms: Terms, other: Terms) -> np.ndarray:
    """Approximate mode under other standard deviations: one Newton step, from sums that are there already."""
    point = terms.moved(end.theta, other)
    mean, precision = other.prior(*problem.prior())
    sums = end.information
    return point + solver(other)(sums, precision, other.score(sums) - precision * (point - mean))


def foretold(
    later: ChoiceProblem, candidates: list[Terms], points: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Log scores (candidates, weeks) of what happened, week by week, and the events (weeks,)."""
    weeks: dict[tuple[int, int], list] = {}
    for step, s, counts in later.visit():
        later.fill(s)
        seen = counts > 0
        now = weeks.setdefault(step.first.isocalendar()[:2], [np.zeros(len(points)), 0.0])
        for x, (terms, point) in enumerate(zip(candidates, points)):
            logp = log_probabilities(
                point[: terms.size], terms.total(point), later.layout, later.columns, s.can
            )
            now[0][x] += counts[seen] @ logp[seen]
        now[1] += counts.sum()
    return np.array([w[0] for w in weeks.values()]).T, np.array([w[1] for w in weeks.values()])


def _cut(problem: ChoiceProblem) -> date:
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
