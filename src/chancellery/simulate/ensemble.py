"""The ensemble: many futures from one fit, each with parameters and noise of its own.

Draw d uses parameter draw d // replicates, so that what is unknown about the world (parameters) and what is
unknown about the dice (simulation) can be told apart afterwards by analysis of variance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import numpy as np
from scipy import special as functions

from chancellery.effects import state as st
from chancellery.errors import ScenarioError
from chancellery.model.compile import compile_specification
from chancellery.model.holdings import Holdings
from chancellery.model.posterior import Fit
from chancellery.model.replay import DAYS
from chancellery.simulate import chance
from chancellery.simulate.futures import Beginning, Futures, Given, calendar
from chancellery.simulate.parameters import draw_parameters
from chancellery.simulate.plan import add_acts, arm, fire, in_force, plan
from chancellery.simulate.scenario import Header, Scenario
from chancellery.simulate.step import (
    Parameters,
    Weights,
    Workspace,
    begin_step,
    draw_counts,
    end_step,
    expected,
    sparse,
    weigh,
)
from chancellery.simulate.transition import apply_transitions

Progress = Callable[[str, float], None]


def silent(what: str, share: float) -> None:
    """Report no progress."""


class Runner:
    """A fit and what is given, ready to run futures."""

    def __init__(self, fit: Fit, given: Given, seed: int, replicates: int) -> None:
        self.fit, self.given, self.seed, self.replicates = fit, given, seed, replicates
        self.compiled = compile_specification(fit.spec)
        self.n = len(fit.actors)
        self.keys = np.array([chance.key("actor", a) for a in fit.actors], dtype=np.uint64)
        self.acts = np.array([chance.key("act", a) for a in fit.acts], dtype=np.uint64)
        self.columns = (self.compiled.pair, self.compiled.memory, self.compiled.act)
        self.length = DAYS[fit.spec.step]

    def holdings(self) -> Holdings:
        """Dated ties and attributes over the fit's background."""
        return Holdings(
            self.fit.actors, self.given.ties, self.given.attributes, self.fit.background, self.fit.capability
        )

    def mood(self, p: Parameters, first: date, draw: int) -> np.ndarray:
        """Gamma draws with mean 1 and variance 1/φ, one an actor, keyed by actor, step and draw."""
        u = chance.uniforms(chance.key(self.seed, "activity", first.toordinal(), draw), self.keys)
        return functions.gammaincinv(p.phi, np.clip(u, 1e-12, 1 - 1e-12)) / p.phi

    def draw_step(
        self, s: st.State, p: Parameters, w: Workspace, special: Weights, first: date, days: int, draw: int
    ) -> None:
        """Steps 3 to 6 of the list in ``step.py``."""
        begin_step(s, first, days)
        weigh(self.compiled, s, p, w, special)
        log_mean = expected(self.compiled, s, p, w, days)
        step_key = chance.key(self.seed, "choice", first.toordinal(), draw)
        draw_counts(
            w.U, log_mean, self.mood(p, first, draw), w.scale, self.keys, self.acts, step_key, w.counts
        )

    def workspace(self) -> Workspace:
        return Workspace.of(self.n, len(self.fit.acts), len(self.fit.rate_columns))


def lead_in(
    runner: Runner, start: date, draws: int, threads: int = 2, progress: Progress = silent
) -> Beginning:
    """Run from the end of the record to the start of the scenario on the given chronology, once a parameter draw.

    Replicates share where the world stood at the start, as they share its parameters: both are unknown about
    the world, while what comes after is the dice.

    Raises
    ------
    ScenarioError
        If the scenario starts before the record ends.
    """
    firsts, lengths = _before(runner, start)
    steps = _lead(runner, firsts, lengths)

    def one(number: int) -> dict[str, np.ndarray]:
        s = runner.fit.state()
        for _ in steps(number, s):
            pass
        return {name: getattr(s, name) for name in st.MEMORY}

    memory = _run(one, -(-draws // runner.replicates), threads, progress, "lead-in")
    return Beginning(draws, memory)


def lead_futures(
    runner: Runner, start: date, draws: int, threads: int = 2, progress: Progress = silent
) -> Futures:
    """What happens in the lead-in itself, the given happenings included: futures that end on the eve of a day.

    Every draw has parameters of its own. Ties follow what is given and are not among the changes.

    Raises
    ------
    ScenarioError
        If the day is not after the end of the record.
    """
    firsts, lengths = _before(runner, start)
    if not firsts:
        raise ScenarioError(f"{start} is the day after the record ends; there is nothing to run to it")
    steps = _lead(runner, firsts, lengths)
    header = Header(title="lead-in", start=firsts[0], until=start - timedelta(days=1))
    tie = runner.holdings().tie_array(firsts[0])
    out = Futures(
        Scenario("lead-in", header), runner.fit.actors, runner.fit.acts, firsts, lengths, 1, runner.seed, tie
    )

    def one(number: int) -> tuple:
        found = [sparse(counts) for counts in steps(number, runner.fit.state())]
        offset = np.cumsum([0, *(len(where) for where, _ in found)])
        return np.concatenate([where for where, _ in found]), np.concatenate([c for _, c in found]), offset

    for cell, count, offset in _run(one, draws, threads, progress, "lead-in"):
        out.cell.append(cell)
        out.count.append(count)
        out.offset.append(offset)
        out.changes.append([])
    return out


def _before(runner: Runner, start: date) -> tuple[tuple[date, ...], tuple[int, ...]]:
    """Steps from the day after the record to the eve of a day."""
    begin = runner.fit.until + timedelta(days=1)
    if start < begin:
        raise ScenarioError(
            f"the scenario starts on {start}, before the record ends ({runner.fit.until}); start it later"
        )
    return calendar(begin, start - timedelta(days=1), runner.length) if start > begin else ((), ())


def _lead(
    runner: Runner, firsts: tuple[date, ...], lengths: tuple[int, ...]
) -> Callable[[int, st.State], Iterator[np.ndarray]]:
    """Steps of the lead-in of one parameter draw, from a state; each yields its counts before memory moves on."""
    happened, held = _by_step(runner.given, firsts, lengths), _held(runner, firsts)

    def steps(number: int, s: st.State) -> Iterator[np.ndarray]:
        p = draw_parameters(runner.fit, runner.compiled, runner.seed, number)
        w = runner.workspace()
        for x, (first, days) in enumerate(zip(firsts, lengths)):
            s.tie[:], s.attribute[:], s.can[:] = held[x]
            runner.draw_step(s, p, w, Weights(), first, days, number)
            for k, i, j, reports in happened[x]:
                w.counts[k, i, j] += reports
            yield w.counts
            end_step(s, w.counts, days)

    return steps


def _held(runner: Runner, firsts: tuple[date, ...]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """What holds in every step of the lead-in: the chronology says, so it is the same in every future."""
    s, holdings, out = runner.fit.empty_state(), runner.holdings(), []
    for first in firsts:
        holdings.apply(s, first)
        out.append((s.tie.copy(), s.attribute.copy(), s.can.copy()))
    return out


def _by_step(given: Given, firsts: tuple[date, ...], lengths: tuple[int, ...]) -> list[list[tuple]]:
    out: list[list[tuple]] = [[] for _ in firsts]
    for day, k, i, j, reports in given.happenings:
        for x, (first, days) in enumerate(zip(firsts, lengths)):
            if first <= day < first + timedelta(days=days):
                out[x].append((k, i, j, reports))
    return out


def check(runner: Runner, scenario: Scenario) -> None:
    """Say what is wrong with a scenario's levers before any work is done.

    Raises
    ------
    ScenarioError
        If a tie is ended or scaled that does not hold.
    """
    plan(scenario, runner.fit.actors, runner.columns, runner.holdings().tie_array(scenario.header.start))


def run(
    runner: Runner, scenario: Scenario, beginning: Beginning, threads: int = 2, progress: Progress = silent
) -> Futures:
    """Run the futures of a scenario from a beginning.

    Raises
    ------
    ScenarioError
        If a lever cannot be applied.
    """
    firsts, lengths = calendar(scenario.header.start, scenario.header.until, runner.length)
    tie_start = runner.holdings().tie_array(scenario.header.start)
    plan(scenario, runner.fit.actors, runner.columns, tie_start)
    out = Futures(
        scenario,
        runner.fit.actors,
        runner.fit.acts,
        firsts,
        lengths,
        runner.replicates,
        runner.seed,
        tie_start,
    )

    def one(draw: int) -> tuple:
        return _future(runner, scenario, beginning, draw, firsts, lengths, tie_start)

    for cell, count, offset, changes in _run(one, beginning.draws, threads, progress, scenario.title):
        out.cell.append(cell)
        out.count.append(count)
        out.offset.append(offset)
        out.changes.append(changes)
    return out


def _future(
    runner: Runner,
    scenario: Scenario,
    beginning: Beginning,
    draw: int,
    firsts: tuple[date, ...],
    lengths: tuple[int, ...],
    tie_start: np.ndarray,
) -> tuple:
    cells, counts, offset, changes = [], [], [0], []
    for x, _, s, w, before in _steps(runner, scenario, beginning, draw, firsts, lengths, tie_start):
        if not np.array_equal(s.tie, before):
            changes += [(x, *map(int, at), float(s.tie[tuple(at)])) for at in np.argwhere(s.tie != before)]
        where, count = sparse(w.counts)
        cells.append(where)
        counts.append(count)
        offset.append(offset[-1] + len(where))
    return np.concatenate(cells), np.concatenate(counts), np.array(offset), changes


def _steps(
    runner: Runner,
    scenario: Scenario,
    beginning: Beginning,
    draw: int,
    firsts: tuple[date, ...],
    lengths: tuple[int, ...],
    tie_start: np.ndarray,
) -> Iterator[tuple]:
    """Yield (step, parameters, state, workspace, ties before) at the end of every step, before memory moves on."""
    p = draw_parameters(runner.fit, runner.compiled, runner.seed, draw // runner.replicates, scenario)
    s, w = runner.fit.state(), runner.workspace()
    for name in st.MEMORY:
        getattr(s, name)[:] = beginning.memory[draw // runner.replicates][name]
    runner.holdings().apply(s, firsts[0])
    levers = plan(scenario, runner.fit.actors, runner.columns, tie_start)
    levers.leaders = recent_leaders(runner, firsts[0])
    for x, (first, days) in enumerate(zip(firsts, lengths)):
        last = first + timedelta(days=days - 1)
        before = s.tie.copy()
        fire(levers, s, first, last)
        special = in_force(levers, w, p, first, last)
        runner.draw_step(s, p, w, special, first, days, draw)
        add_acts(levers, w.counts, first, last)
        apply_transitions(runner, s, p, w.counts, first, days, draw)
        arm(levers, s.tie, w.counts, last)
        yield x, p, s, w, before
        end_step(s, w.counts, days)


def watch(
    runner: Runner, scenario: Scenario, beginning: Beginning, draws: int, every: int
) -> Iterator[tuple]:
    """Yield (parameters, state) of every ``every``-th step of the first draws; the state is not to be changed."""
    firsts, lengths = calendar(scenario.header.start, scenario.header.until, runner.length)
    tie_start = runner.holdings().tie_array(scenario.header.start)
    for draw in range(min(draws, beginning.draws)):
        for x, p, s, _, _ in _steps(runner, scenario, beginning, draw, firsts, lengths, tie_start):
            if x % every == every - 1:
                yield p, s


def recent_leaders(runner: Runner, start: date) -> list[tuple[int, date]]:
    """Leaders who took office in the hundred days before the start."""
    place = {a: x for x, a in enumerate(runner.fit.actors)}
    return [
        (place[a.actor], a.start)
        for a in runner.given.attributes
        if a.name == "leader-change" and a.actor in place and 0 <= (start - a.start).days < 100
    ]


def _run(one: Callable[[int], object], draws: int, threads: int, progress: Progress, what: str) -> list:
    results: list = [None] * draws
    pool = ThreadPoolExecutor(max_workers=threads)  # no "with": it would wait for the workers on Ctrl-C
    try:
        for d, result in enumerate(pool.map(one, range(draws))):
            results[d] = result
            progress(what, (d + 1) / draws)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    return results
