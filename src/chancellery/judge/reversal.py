"""No test of the model is a formality: worlds with a coefficient as claimed and with the opposite have to be told apart.

A coefficient is put at a size, a world is simulated from it, the model is fitted to that world alone, and the test
is judged by this fit. A scenario is played with the coefficients that bear its answer, and with these reversed: where
the answer's side does not change, the fit had no say in it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from chancellery import sources, world
from chancellery.answer.explain import drivers
from chancellery.cases import Case
from chancellery.cases.claims import played
from chancellery.cases.playing import Simulation
from chancellery.essays.claim import Coefficient, Scenario
from chancellery.essays.terms import GROUPS
from chancellery.judge.coefficient import coefficient
from chancellery.judge.evidence import player
from chancellery.judge.formality import Trial, shifts
from chancellery.judge.scenario import scenario
from chancellery.judge.verdict import CONTRADICTED, SUPPORTED, beyond, decide
from chancellery.model.estimate import fit as fit_specification
from chancellery.model.posterior import Fit
from chancellery.record import open_record
from chancellery.simulate.futures import Futures
from chancellery.simulate.scenario import Header
from chancellery.simulate.scenario import Scenario as Played

DAYS = 728
SIZE = 0.3  # odds a third higher or lower for one standard unit of the effect


@dataclass(frozen=True)
class Reversed:
    """A scenario's estimate as fitted, and with the weights of ``effects`` turned round; ``turns`` if its side changes."""

    effects: tuple[str, ...]
    estimate: float
    turned: float
    turns: bool


def with_weights(fit: Fit, effects: Iterable[str], classes: Iterable[str] | None, value: float | None) -> Fit:
    """A fit with the weights of some effects put at a value, or turned round where no value is given.

    Parameters
    ----------
    fit
        It is not changed.
    effects, classes
        Whose weights, over which classes of act; all classes where none are named.
    value
        The new weight; None multiplies by −1.
    """
    theta, block, names = fit.choice.theta.copy(), len(fit.columns), set(effects)
    for klass in classes or world.CLASSES:
        for x, column in enumerate(fit.columns):
            if column.partition("@")[0] in names:
                at = world.CLASSES.index(klass) * block + x
                theta[at] = -theta[at] if value is None else value
    return replace(fit, choice=replace(fit.choice, theta=theta))


def coefficient_trial(
    test: Coefficient, case: Case, fit: Fit, *, size: float = SIZE, days: int = DAYS, seed: int = 1
) -> Trial:
    """Try a coefficient test on one world with the claimed effect and one with its opposite.

    Parameters
    ----------
    test
        The test.
    case, fit
        Where the worlds start from, and all their other weights. A small case is meant: each world is fitted.
    size, days, seed
        Weight that is put in, length of the worlds, and their dice.

    Returns
    -------
    Trial
        ``supports`` 1 if the world with the claimed effect supports the claim, else 0; ``contradicts`` likewise.
    """
    classes = [c for name in test.classes for c in GROUPS[name]]
    found = []
    for value, wanted in zip(shifts(test.expect, size, test.margin), (SUPPORTED, CONTRADICTED)):
        again = refitted(case, with_weights(fit, [test.effect], classes, value), days, seed)
        found.append(float(decide(coefficient(test, again), test.expect, test.margin) == wanted))
    return Trial(size, *found)


def refitted(case: Case, fit: Fit, days: int, seed: int) -> Fit:
    """Simulate a world from a fit, and fit its specification to that world alone."""
    start = fit.until + timedelta(days=1)
    header = Header(title="a made-up world", start=start, until=start + timedelta(days=days - 1))
    lived = Simulation(case, fit, 1, 1, seed, 1).run(Played("made-up", header))
    with TemporaryDirectory() as folder, open_record(":memory:") as record:
        record.add(sources.plain(_events(lived, Path(folder) / "events.csv", seed)))
        return fit_specification(fit.spec, record, ties=case.ties, attributes=case.attributes, threads=1)


def _events(lived: Futures, path: Path, seed: int) -> Path:
    """The acts of the first future as a table, each on a day of its step."""
    rng = np.random.default_rng(seed)
    n = len(lived.actors)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("time", "source", "act", "target", "issue"))
        for step, (first, days) in enumerate(zip(lived.first, lived.days)):
            for cell, count in zip(*lived.cells(0, step)):
                k, i, j = np.unravel_index(int(cell), (len(lived.acts), n, n))
                for _ in range(int(count)):
                    day = first + timedelta(days=int(rng.integers(days)))
                    writer.writerow((day, lived.actors[i], lived.acts[k], lived.actors[j], "general"))
    return path


def scenario_trial(
    test: Scenario, case: Case, fit: Fit, *, draws: int = 8, replicates: int = 2, seed: int = 7
) -> Reversed:
    """Play a scenario test as fitted, and with the weights of the effects that drove its answer turned round.

    Parameters
    ----------
    test, case, fit
        The test, and whose futures.
    draws, replicates, seed
        Futures of either kind.
    """

    def asked(some: Fit) -> tuple[float, object, Simulation]:
        simulation = Simulation(case, some, draws, replicates, seed, 1)
        effect, answer = scenario(test, player(case, some, simulation.run), draws // replicates)
        return effect.estimate, answer, simulation

    estimate, answer, simulation = asked(fit)
    chosen = played(test, case)
    base = case.scenario(test.than) if test.than else chosen.without_levers()
    beginning = simulation.beginning(chosen.header.start)
    drivers(simulation.runner, base, beginning, [(chosen, [answer])])
    effects = tuple(d["effect"] for d in answer.drivers)
    turned = asked(with_weights(fit, effects, None, None))[0] if effects else estimate
    margin = test.margin * max(abs(answer.baseline.value), 1e-6)
    sides = [beyond(x, test.expect, margin) for x in (estimate, turned)]
    return Reversed(effects, estimate, turned, sides[0] != sides[1])
