"""Scenarios: a claim's lever played through the model, future by future beside the same futures without it.

What comes out is what the fitted model says would follow, no observation; a verdict from here says so.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from chancellery.answer.contrast import Answer
from chancellery.answer.estimate import Z90
from chancellery.essays.claim import Scenario
from chancellery.judge.cells import Effect

FINEST = 0.01  # of the baseline
Ask = Callable[[Scenario], Answer]


def scenario(test: Scenario, ask: Ask, draws: int) -> tuple[Effect, Answer]:
    """The paired difference as an effect; its error joins parameters and dice.

    It is never taken to be smaller than a hundredth of the baseline: paired futures can tell apart what the
    model is far too coarse to mean. ``draws`` is the number of parameter draws, which gives the degrees of freedom.
    """
    answer = ask(test)
    return effect_of(answer, draws), answer


def effect_of(answer: Answer, draws: int) -> Effect:
    """The paired difference of an answer as an effect; see :func:`scenario`."""
    d = answer.difference
    half = max(d.total_high - d.value, d.value - d.total_low)
    error = max(half / Z90, FINEST * abs(answer.baseline.value)) if np.isfinite(half) else float("nan")
    problem = ""
    if answer.verdict == "identical":
        problem = "no future differs: the lever moves nothing that is asked"
    elif not np.isfinite(error):
        problem = "no future gives a value"
    freedom = float(max(draws - 1, 1))
    return Effect(d.value, max(error, 1e-9), freedom, 0, (answer.level.value, answer.baseline.value), problem)


def parts_of_error(answer: Answer) -> str:
    """How much of the interval is ignorance of parameters and how much is dice, in words."""
    d = answer.difference
    parameters = (d.high - d.low) / 2 / Z90
    return f"standard error of parameters {parameters:.3g}, of simulation {d.simulation_error:.3g}"
