"""Scenarios: a claim's lever played through the model, future by future beside the same futures without it.

What comes out is what the fitted model says would follow, no observation; a verdict from here says so.
"""

from __future__ import annotations

from collections.abc import Callable

from chancellery.answer.contrast import Answer
from chancellery.answer.estimate import Z90
from chancellery.essays.claim import Scenario
from chancellery.judge.cells import Effect

Ask = Callable[[Scenario], Answer]


def scenario(test: Scenario, ask: Ask, draws: int) -> tuple[Effect, Answer]:
    """The paired difference as an effect; its error joins parameters and dice."""
    answer = ask(test)
    d = answer.difference
    half = max(d.total_high - d.value, d.value - d.total_low)
    error = half / Z90
    problem = (
        ""
        if error > 0 or answer.verdict != "identical"
        else "no future differs: the lever moves nothing that is asked"
    )
    freedom = float(max(draws - 1, 1))
    effect = Effect(
        d.value, max(error, 1e-9), freedom, 0, (answer.level.value, answer.baseline.value), problem
    )
    return effect, answer


def parts_of_error(answer: Answer) -> str:
    """How much of the interval is ignorance of parameters and how much is dice, in words."""
    d = answer.difference
    parameters = (d.high - d.low) / 2 / Z90
    return f"standard error of parameters {parameters:.3g}, of simulation {d.simulation_error:.3g}"
