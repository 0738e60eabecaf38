"""What drove an answer: which effects moved the utilities of the pair that was asked about.

A few futures are run again, with and without the levers, and the contribution of every effect to the
utility of the pair's acts is compared. It explains the model's reasoning, not the world's.
"""

from __future__ import annotations

import numpy as np

from chancellery import world
from chancellery.answer.contrast import Answer
from chancellery.simulate.condition import Happens, Quantity
from chancellery.simulate.ensemble import Runner, watch
from chancellery.simulate.futures import Beginning
from chancellery.simulate.scenario import Scenario

DRAWS = 2
EVERY = 6
SHOWN = 3
LEAST = 5e-4


def drivers(
    runner: Runner, baseline: Scenario, beginning: Beginning, scenarios: list[tuple[Scenario, list[Answer]]]
) -> None:
    """Add to each answer about a pair the effects that moved its utility most, in place.

    Each driver is ``{"effect", "change"}``: mean change of the utility (log odds) of source → target, over
    steps, acts of the question, and directions.

    Parameters
    ----------
    runner, baseline, beginning
        As the futures were run.
    scenarios
        Each with its answers, to the same questions in the same order.
    """
    asked = [x for x, a in enumerate(scenarios[0][1]) if _pair(a) is not None]
    without = _contributions(runner, baseline, beginning, [scenarios[0][1][x] for x in asked])
    names = [c.split("@")[0] for c in (*runner.compiled.pair, *runner.compiled.memory)]
    for scenario, answers in scenarios:
        change = _contributions(runner, scenario, beginning, [answers[x] for x in asked]) - without
        for x, row in zip(asked, change):
            if answers[x].verdict != "identical":
                answers[x].drivers.extend(_largest(names, row))


def _largest(names: list[str], row: np.ndarray) -> list[dict]:
    total: dict[str, float] = {}
    for name, value in zip(names, row):
        total[name] = total.get(name, 0.0) + float(value)
    top = sorted(total.items(), key=lambda item: (-abs(item[1]), item[0]))[:SHOWN]
    return [{"effect": name, "change": round(value, 4)} for name, value in top if abs(value) >= LEAST]


def _pair(a: Answer) -> tuple[str, str, tuple[int, ...], bool] | None:
    condition = a.question.condition
    every = tuple(range(4))
    if isinstance(condition, Happens):
        klass = {x.name: world.CLASSES.index(x.klass) for x in world.acts()}
        return (
            condition.source,
            condition.target,
            tuple(sorted({klass[k] for k in condition.acts})),
            condition.mutual,
        )
    if isinstance(condition, Quantity) and condition.target:
        return condition.source, condition.target, every, condition.index != "initiative"
    return None


def _contributions(
    runner: Runner, scenario: Scenario, beginning: Beginning, asked: list[Answer]
) -> np.ndarray:
    place = {a: x for x, a in enumerate(runner.fit.actors)}
    pair, memory = len(runner.compiled.pair), len(runner.compiled.memory)
    P = np.zeros((runner.n, runner.n, pair))
    M = np.zeros((4, runner.n, runner.n, memory))
    A = np.zeros((len(runner.fit.acts), runner.n, runner.n, len(runner.compiled.act)))
    out, seen = np.zeros((len(asked), pair + memory)), 0
    for p, s in watch(runner, scenario, beginning, DRAWS, EVERY):
        runner.compiled.module.features(s, P, M, A)
        seen += 1
        for x, a in enumerate(asked):
            source, target, classes, mutual = _pair(a)
            ways = [(place[source], place[target])] + ([(place[target], place[source])] if mutual else [])
            for i, j in ways:
                for c in classes:
                    share = 1.0 / (len(ways) * len(classes))
                    out[x, :pair] += share * p.wp[c] * P[i, j]
                    out[x, pair:] += share * p.wm[c] * M[c, i, j]
    return out / max(seen, 1)
