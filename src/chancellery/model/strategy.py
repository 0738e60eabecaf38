"""How a choice problem is fitted: all alternatives or a sample, and where Newton starts.

With many actors most passes are spent on coming near: these are done on a small sample of alternatives, and
the whole likelihood is only looked at from there. Few actors start from nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from chancellery.model.fit import ChoiceFit, ChoiceProblem, fit_choice
from chancellery.model.likelihood import CLASSES
from chancellery.model.sample import Sampled, check_sample

START_SAMPLE = 40  # cells a source and step that are drawn to start from
START_EVERY = 6  # one row in so many is looked at first
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
    rough = fit_choice(problem.thinned(START_EVERY))
    return fit_choice(problem, progress, start=(rough.theta, rough.delta))


def _part(progress: Progress) -> Progress:
    """Progress of a part of the work that says what it is."""
    return lambda what, share: progress("starting values", share / 4.0)
