"""What if: scenarios beside their baseline on shared futures, and the questions answered of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from chancellery import __version__
from chancellery.answer.contrast import Answer
from chancellery.answer.contrast import contrast as contrast_futures
from chancellery.answer.explain import drivers
from chancellery.answer.question import measure, question
from chancellery.cases import Case
from chancellery.cases.playing import DRAWS, REPLICATES, SEED, THREADS, Progress, Simulation, silent
from chancellery.errors import ScenarioError
from chancellery.judge.evidence import great_powers, issue_shares
from chancellery.judge.standing import track_of
from chancellery.model.posterior import Fit
from chancellery.simulate.ensemble import check
from chancellery.simulate.futures import Futures
from chancellery.simulate.scenario import Ask, Scenario


@dataclass
class WhatIf:
    """The answer of ``whatif``: scenarios beside their baseline.

    ``answers`` by scenario name, in the order of the questions; ``about`` says how it was made.
    """

    case: Case
    fit: Fit
    baseline: Futures
    scenarios: dict[str, Futures]
    answers: dict[str, list[Answer]]
    about: dict

    def as_dict(self) -> dict:
        """Plain data: everything a page or a program needs, ready for JSON."""
        return {
            "kind": "chancellery what-if",
            "format": 1,
            "case": self.case.title,
            "about": self.about,
            "record_note": self.case.record_note,
            "great_powers": great_powers(self.case),
            "scenarios": {name: self._scenario(name) for name in self.scenarios},
        }

    def _scenario(self, name: str) -> dict:
        scenario = self.scenarios[name].scenario
        track = self.case.track.get("backtest")
        return {
            "title": scenario.title,
            "essay": scenario.header.essay,
            "note": scenario.header.note,
            "levers": [{"text": str(v), "note": v.note} for v in scenario.levers],
            "uncertain": [u.model_dump(mode="json") for u in scenario.uncertain],
            "answers": [a.as_dict() | track_of(a.question, track) for a in self.answers[name]],
        }


def whatif(
    the_case: Case,
    name: str | Path,
    *,
    the_fit: Fit | None = None,
    draws: int = DRAWS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    threads: int = THREADS,
    extra: Iterable[Ask] = (),
    progress: Progress = silent,
) -> WhatIf:
    """Run a scenario, those it is compared with, and their baseline, and answer the questions.

    Raises
    ------
    ChancelleryError
        If the case, the scenario or a question has a mistake.
    """
    began = perf_counter()
    the_fit = the_fit or the_case.fit
    first = the_case.scenario(name)
    chosen = [first, *(the_case.scenario(other) for other in first.header.compare)]
    _comparable(chosen)
    simulation = Simulation(the_case, the_fit, draws, replicates, seed, threads, progress)
    asked = [question(a, first.header, the_fit.actors) for a in (*first.ask, *extra)]
    for scenario in chosen:
        check(simulation.runner, scenario)
    baseline = simulation.run(first.without_levers())
    shares, powers = issue_shares(the_case, the_fit), great_powers(the_case)
    known = [measure(baseline, q, shares, powers) for q in asked]
    futures, answers = {}, {}
    for scenario in chosen:
        futures[scenario.name] = simulation.run(scenario)
        answers[scenario.name] = [
            contrast_futures(futures[scenario.name], baseline, q, shares, powers, k)
            for q, k in zip(asked, known)
        ]
    progress("what drove it", 0.0)
    beginning = simulation.beginning(first.header.start)
    drivers(simulation.runner, first.without_levers(), beginning, [(s, answers[s.name]) for s in chosen])
    about = {
        "chancellery": __version__,
        "case": the_case.title,
        "draws": draws,
        "replicates": replicates,
        "seed": seed,
        "step": the_fit.spec.step,
        "record": the_fit.about.get("record", ""),
        "record_until": str(the_fit.until),
        "start": str(first.header.start),
        "until": str(first.header.until),
        "seconds": round(perf_counter() - began, 1),
    }
    return WhatIf(the_case, the_fit, baseline, futures, answers, about)


def _comparable(chosen: list[Scenario]) -> None:
    """One baseline serves all: dates and ranges have to be the same."""
    first = chosen[0]
    for other in chosen[1:]:
        same = (other.header.start, other.header.until, other.uncertain)
        if same != (first.header.start, first.header.until, first.uncertain):
            raise ScenarioError(
                f"{other.name}.toml is compared with {first.name}.toml but has other dates or ranges; make them the same"
            )
