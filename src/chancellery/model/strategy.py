"""How a choice problem is fitted: all alternatives or a sample, and where Newton starts.

With many actors most passes are spent on coming near: these are done on a small sample of alternatives, and
the whole likelihood is only looked at from there. Few actors start from nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from chancellery.model.fit import ChoiceFit, fit_choice
from chancellery.model.foresight import climb_terms, settled_terms
from chancellery.model.likelihood import CLASSES
from chancellery.model.nested import Terms
from chancellery.model.newton import climb
from chancellery.model.problem import ChoiceProblem
from chancellery.model.sample import Sampled, check_sample

START_SAMPLE = 40  # cells a source and step that are drawn to start from
START_EVERY = 6  # one row in so many is looked at first
NEAR = 2.0  # twice the log likelihood that is still to be had
WORTH = 320  # cells of a source from which on a sampled start pays: 80 actors

Progress = Callable[[str, float], None]


def fit_problem(problem: ChoiceProblem, progress: Progress) -> ChoiceFit:
    """Fit a problem as its specification and its size ask for.

    Raises
    ------
    ModelError
        If Newton does not converge, or the sample is no sample.
    """
    spec, cells = problem.spec, CLASSES * (problem.n - 1)
    if spec.sample is not None:
        check_sample(spec.sample, cells)
        some = Sampled(problem, spec.sample, spec.sample_seed)
        return fit_choice(some, progress, start_of(some, progress))
    start = None
    if cells >= WORTH:
        start = sampled_start(Sampled(problem, START_SAMPLE, spec.sample_seed), progress)
    return fit_choice(problem, progress, start)


def start_of(problem: Sampled, progress: Progress) -> np.ndarray:
    """Packed point from which a sampled problem is fitted: near the mode of some rows, all terms at nothing."""
    progress("sampling alternatives", 0.0)
    problem.standardise()
    thinned, none = problem.thinned(START_EVERY), np.zeros((problem.n, problem.n))

    def evaluate(theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        sums = thinned.sums(theta, none, nested=False)
        return float(sums.loglik[0]), sums.score, sums.information

    mean, precision = problem.prior()
    theta = climb(evaluate, mean, mean, precision, tolerance=NEAR).theta
    return Terms(problem.layout.size, problem.n, 0.0, 0.0).moved(theta, settled_terms(problem))


def sampled_start(some: Sampled, progress: Progress) -> np.ndarray:
    """Packed point near the mode of a small sample, to fit the whole problem from."""
    start = start_of(some, lambda what, share: progress("starting values", 0.0))
    return climb_terms(
        some, settled_terms(some), start, lambda what, share: progress("starting values", share / 4.0), NEAR
    ).theta
