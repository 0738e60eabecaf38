"""A case's futures: a fit and what the case knows beyond the record, ready to play scenarios."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from chancellery import world
from chancellery.cases import Case
from chancellery.model.posterior import Fit
from chancellery.simulate.ensemble import Runner, lead_in, run
from chancellery.simulate.futures import Beginning, Futures, Given
from chancellery.simulate.scenario import Scenario

Progress = Callable[[str, float], None]
DRAWS, REPLICATES, SEED = 32, 2, 7
THREADS = min(os.cpu_count() or 1, 8)


def silent(what: str, share: float) -> None:
    """Report no progress."""


def given(the_case: Case, until: date) -> Given:
    """What a case knows beyond the record: ties, attributes, and the chronology after ``until``."""
    fitted = the_case.model.actors
    place = {a: x for x, a in enumerate(fitted)}
    acts = {a.name: k for k, a in enumerate(world.acts())}
    rows = []
    for h in the_case.happenings:
        if until < h.on < the_case.start:
            rows.append((h.on, acts[h.act], place[h.source], place[h.target], the_case.reports))
            if h.mutual:
                rows.append((h.on, acts[h.act], place[h.target], place[h.source], the_case.reports))
    return Given(the_case.ties, the_case.attributes, tuple(rows))


@dataclass
class Simulation:
    """A fit and a case, ready for scenarios that all start from the same futures' beginnings."""

    case: Case
    fit: Fit
    draws: int = DRAWS
    replicates: int = REPLICATES
    seed: int = SEED
    threads: int = THREADS
    progress: Progress = silent
    runner: Runner = field(init=False)
    _beginnings: dict[date, Beginning] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.runner = Runner(self.fit, given(self.case, self.fit.until), self.seed, self.replicates)

    def beginning(self, start: date) -> Beginning:
        """Futures from the end of the record to a scenario's start, made once."""
        if start not in self._beginnings:
            self._beginnings[start] = lead_in(self.runner, start, self.draws, self.threads, self.progress)
        return self._beginnings[start]

    def run(self, scenario: Scenario) -> Futures:
        """Futures of a scenario."""
        return run(self.runner, scenario, self.beginning(scenario.header.start), self.threads, self.progress)
