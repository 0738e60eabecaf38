"""How a choice problem is fitted: all alternatives or a sample, and where Newton starts.

With many actors most passes are spent on coming near: these are done on a small sample of alternatives, and
the whole likelihood is only looked at from there. Few actors start from nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import linalg

from chancellery.model.fit import ChoiceFit, ChoiceProblem, fit_choice
from chancellery.model.likelihood import CLASSES
from chancellery.model.sample import Sampled, check_sample

START_SAMPLE = 40  # cells a source and step that are drawn to start from
START_EVERY = 6  # one row in so many is looked at first
START_STEPS = 30
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
        return fit_sampled(Sampled(problem, spec.sample, spec.sample_seed), progress)
    if cells < WORTH:
        return fit_choice(problem, progress)
    rough = fit_sampled(Sampled(problem, START_SAMPLE, spec.sample_seed, only_start=True), _part(progress))
    return fit_choice(problem, progress, start=(rough.theta, rough.delta))


def fit_sampled(problem: Sampled, progress: Progress) -> ChoiceFit:
    """Fit to sampled alternatives: first to a part of the rows, from there to all of them."""
    progress("sampling alternatives", 0.0)
    problem.standardise()
    theta = start_coefficients(problem.thinned(START_EVERY))
    return fit_choice(problem, progress, start=(theta, np.zeros((problem.n, problem.n))))


def start_coefficients(problem: Sampled) -> np.ndarray:
    """Coefficients (D,) of a sampled problem without dyad terms, near enough to start from."""
    mean, precision = problem.prior()
    theta, value, share = mean.copy(), -np.inf, 1.0
    tried = theta
    for _ in range(START_STEPS):
        loglik, score, info = problem.sums_without_dyads(tried)
        new = loglik - 0.5 * (precision * (tried - mean) ** 2).sum()
        if new < value:
            share /= 4.0
        else:
            gradient = score - precision * (tried - mean)
            move = linalg.solve(info + np.diag(precision), gradient, assume_a="pos")
            theta, value, share = tried, new, 1.0
            if gradient @ move < NEAR:
                break
        tried = theta + share * move
    return theta


def _part(progress: Progress) -> Progress:
    """Progress of a part of the work that says what it is."""
    return lambda what, share: progress("starting values", share / 4.0)
