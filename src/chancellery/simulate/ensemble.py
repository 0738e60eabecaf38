"""The ensemble: many futures from one fit, each with parameters and noise of its own.

Draw d uses parameter draw d // replicates, so that what is unknown about the world (parameters) and what is
unknown about the dice (simulation) can be told apart afterwards by analysis of variance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
from scipy import special as functions

from chancellery.effects import state as st
from chancellery.errors import ScenarioError
from chancellery.model.compile import Compiled, compile_specification
from chancellery.model.holdings import Attribute, Holdings, Tie
from chancellery.model.posterior import Fit
from chancellery.simulate import chance
from chancellery.simulate.plan import Plan, add_acts, arm, fire, in_force, plan, scale_columns
from chancellery.simulate.scenario import Scenario
from chancellery.simulate.step import Parameters, Weights, Workspace, begin_step, draw_counts, end_step, expected, weigh
from chancellery.simulate.transition import apply_transitions

Progress = Callable[[str, float], None]
STEP_DAYS = {"day": 1, "week": 7}
FEEDBACK = ("own-activity-short", "own-activity-middle", "targeted-short")
STATIONARY = 0.98  # elasticity of tomorrow's activity to today's above which futures may explode
TRIES = 200


def silent(what: str, share: float) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class Given:
    """What is known between the end of the record and the start of the scenario, from a case.

    ``happenings`` are (day, act index, source index, target index, reports).
    """

    ties: list[Tie]
    attributes: list[Attribute]
    happenings: tuple[tuple[date, int, int, int, float], ...] = ()


@dataclass
class Futures:
    """What was simulated: sparse counts by draw and step, and the changes of ties.

    Attributes
    ----------
    first, days
        First day and length of every step.
    cell, count
        For each draw: flat index into (K, n, n), and the count there; ``offset`` (steps + 1,) cuts them.
    tie_start
        (kinds, n, n) ties at the start; ``changes`` by draw: (step, kind, i, j, value).
    replicates
        Draws that share one parameter draw.
    """

    scenario: Scenario
    actors: tuple[str, ...]
    acts: tuple[str, ...]
    first: tuple[date, ...]
    days: tuple[int, ...]
    replicates: int
    seed: int
    tie_start: np.ndarray
    cell: list[np.ndarray] = field(default_factory=list)
    count: list[np.ndarray] = field(default_factory=list)
    offset: list[np.ndarray] = field(default_factory=list)
    changes: list[list[tuple[int, int, int, int, float]]] = field(default_factory=list)
    about: dict = field(default_factory=dict)

    @property
    def draws(self) -> int:
        """Number of futures."""
        return len(self.cell)

    @property
    def last(self) -> date:
        """Last day simulated."""
        return self.first[-1] + timedelta(days=self.days[-1] - 1)

    def series(self, mask: np.ndarray) -> np.ndarray:
        """Counts (draws, steps) of the cells of a mask (K, n, n); a mask of numbers weighs them."""
        flat = mask.astype(float).ravel()
        out = np.zeros((self.draws, len(self.first)))
        for d in range(self.draws):
            weighed = np.concatenate([[0.0], np.cumsum(flat[self.cell[d]] * self.count[d])])
            out[d] = np.diff(weighed[self.offset[d]])
        return out

    def cells(self, draw: int, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Flat cells and counts of one step of one future."""
        cut = slice(self.offset[draw][step], self.offset[draw][step + 1])
        return self.cell[draw][cut], self.count[draw][cut]


@dataclass
class Beginning:
    """The state of every draw at the start of the scenario, after the lead-in from the end of the record."""

    start: date
    seed: int
    replicates: int
    memory: list[dict[str, np.ndarray]]
    weekly: np.ndarray
    lead: tuple[date, ...]
    given: Given


def draw_parameters(fit: Fit, compiled: Compiled, seed: int, number: int, scenario: Scenario | None = None) -> Parameters:
    """Draw one set of parameters from the posterior.

    Parameters
    ----------
    number
        Which parameter draw; the same number gives the same parameters under every scenario.
    scenario
        Its uncertain ranges are drawn too.
    """
    rng = chance.generator(seed, "parameters", number)
    D = len(fit.choice.theta)
    theta = fit.choice.theta + _root(fit.choice.robust) @ rng.standard_normal(D)
    delta = fit.choice.delta + fit.choice.delta_sd * rng.standard_normal(fit.choice.delta.shape)
    rate = _stationary(fit, rng)
    effects, segments = len(fit.rate.beta), len(fit.rate.volume)
    block, pair, memory = len(fit.columns), len(compiled.pair), len(compiled.memory)
    theta_of = theta[: 4 * block].reshape(4, block)
    wp = theta_of[:, :pair] / fit.choice.scale
    alpha = theta[4 * block :] - (wp @ fit.choice.shift)[fit.klass]
    weights = (np.ascontiguousarray(wp), np.ascontiguousarray(theta_of[:, pair : pair + memory]),
               np.ascontiguousarray(theta_of[:, pair + memory :]))  # fmt: skip
    for number_of, u in enumerate(scenario.uncertain if scenario else ()):
        factor = chance.generator(seed, "range", number, number_of, u.effect).uniform(*u.scale)
        scale_columns(weights, (compiled.pair, compiled.memory, compiled.act), u.effect, factor)
    return Parameters(
        *weights, alpha=alpha, delta=delta, base=rate[effects + segments :] + rate[effects + segments - 1],
        beta=rate[:effects], phi=np.exp(fit.rate.log_phi),
        chance={k: float(rng.beta(a + 0.5, max(b - a, 0.0) + 0.5)) for k, (a, b) in sorted(fit.transitions.items())},
    )  # fmt: skip


def _stationary(fit: Fit, rng: np.random.Generator) -> np.ndarray:
    """Draw the rate coefficients, again if activity would feed on itself without end."""
    mean = np.concatenate([fit.rate.beta, fit.rate.volume, fit.rate.actor])
    root = _root(fit.rate.robust)
    live = [x for x, name in enumerate(fit.rate_columns) if name in FEEDBACK]
    for _ in range(TRIES):
        rate = mean + root @ rng.standard_normal(len(mean))
        if rate[live].sum() < STATIONARY:
            return rate
    raise ScenarioError("activity feeds on itself in this fit: give its rate effects tighter priors and fit again")


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def calendar(start: date, until: date, length: int) -> tuple[tuple[date, ...], tuple[int, ...]]:
    """First days and lengths of the steps from start to until, both included."""
    firsts, days, at = [], [], start
    while at <= until:
        here = min(length, (until - at).days + 1)
        firsts.append(at)
        days.append(here)
        at += timedelta(days=here)
    return tuple(firsts), tuple(days)


class Runner:
    """A fit and what is given, ready to run futures."""

    def __init__(self, fit: Fit, given: Given, seed: int, replicates: int) -> None:
        self.fit, self.given, self.seed, self.replicates = fit, given, seed, replicates
        self.compiled = compile_specification(fit.spec)
        self.n = len(fit.actors)
        self.keys = np.array([chance.key("actor", a) for a in fit.actors], dtype=np.uint64)
        self.acts = np.array([chance.key("act", a) for a in fit.acts], dtype=np.uint64)
        self.columns = (self.compiled.pair, self.compiled.memory, self.compiled.act)
        self.length = STEP_DAYS[fit.spec.step]

    def holdings(self) -> Holdings:
        """Dated ties and attributes over the fit's background."""
        return Holdings(self.fit.actors, self.given.ties, self.given.attributes, self.fit.background, self.fit.capability)

    def mood(self, p: Parameters, first: date, draw: int) -> np.ndarray:
        """Gamma draws with mean 1 and variance 1/φ, one an actor, keyed by actor, step and draw."""
        base = chance.key(self.seed, "activity", first.toordinal(), draw)
        u = np.array([chance.uniform(base, k) for k in self.keys])
        return functions.gammaincinv(p.phi, np.clip(u, 1e-12, 1 - 1e-12)) / p.phi

    def draw_step(self, s: st.State, p: Parameters, w: Workspace, special: Weights, first: date, days: int, draw: int) -> None:
        """Steps 3 to 6 of the list in ``step.py``."""
        begin_step(s, first, days)
        weigh(self.compiled, s, p, w, special)
        log_mean = expected(self.compiled, s, p, w, days)
        step_key = chance.key(self.seed, "choice", first.toordinal(), draw)
        draw_counts(w.U, log_mean, self.mood(p, first, draw), w.scale, self.keys, self.acts, step_key, w.counts)

    def workspace(self) -> Workspace:
        return Workspace.of(self.n, len(self.fit.acts), len(self.fit.rate_columns))


def lead_in(runner: Runner, start: date, draws: int, threads: int = 2, progress: Progress = silent) -> Beginning:
    """Run every draw from the end of the record to the start of the scenario on the given chronology.

    Raises
    ------
    ScenarioError
        If the scenario starts before the record ends.
    """
    begin = runner.fit.until + timedelta(days=1)
    if start < begin:
        raise ScenarioError(f"the scenario starts on {start}, before the record ends ({runner.fit.until}); start it later")
    firsts, lengths = calendar(begin, start - timedelta(days=1), runner.length) if start > begin else ((), ())
    happened = _by_step(runner.given, firsts, lengths)

    def one(draw: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
        p = draw_parameters(runner.fit, runner.compiled, runner.seed, draw // runner.replicates)
        s, w, holdings = runner.fit.state(), runner.workspace(), runner.holdings()
        volume = np.zeros((len(firsts), runner.n, runner.n), dtype=np.float32)
        for x, (first, days) in enumerate(zip(firsts, lengths)):
            holdings.apply(s, first)
            runner.draw_step(s, p, w, Weights(), first, days, draw)
            for k, i, j, reports in happened[x]:
                w.counts[k, i, j] += reports
            volume[x] = w.counts.sum(axis=0)
            end_step(s, w.counts, days)
        return {name: getattr(s, name) for name in st.MEMORY}, volume

    results = _run(one, draws, threads, progress, "lead-in")
    weekly = np.mean([v for _, v in results], axis=0) if firsts else np.zeros((0, runner.n, runner.n))
    return Beginning(start, runner.seed, runner.replicates, [m for m, _ in results], weekly, firsts, runner.given)


def _by_step(given: Given, firsts: tuple[date, ...], lengths: tuple[int, ...]) -> list[list[tuple]]:
    out: list[list[tuple]] = [[] for _ in firsts]
    for day, k, i, j, reports in given.happenings:
        for x, (first, days) in enumerate(zip(firsts, lengths)):
            if first <= day < first + timedelta(days=days):
                out[x].append((k, i, j, reports))
    return out


def run(runner: Runner, scenario: Scenario, beginning: Beginning, threads: int = 2, progress: Progress = silent) -> Futures:
    """Run the futures of a scenario from a beginning.

    Raises
    ------
    ScenarioError
        If a lever cannot be applied.
    """
    firsts, lengths = calendar(scenario.header.start, scenario.header.until, runner.length)
    tie_start = runner.holdings().tie_array(scenario.header.start)
    plan(scenario, runner.fit.actors, runner.columns, tie_start)
    out = Futures(scenario, runner.fit.actors, runner.fit.acts, firsts, lengths, runner.replicates, runner.seed, tie_start)

    def one(draw: int) -> tuple:
        return _future(runner, scenario, beginning, draw, firsts, lengths, tie_start)

    for cell, count, offset, changes in _run(one, len(beginning.memory), threads, progress, scenario.title):
        out.cell.append(cell)
        out.count.append(count)
        out.offset.append(offset)
        out.changes.append(changes)
    return out


def _future(runner: Runner, scenario: Scenario, beginning: Beginning, draw: int, firsts: tuple[date, ...],
            lengths: tuple[int, ...], tie_start: np.ndarray) -> tuple:  # fmt: skip
    cells, counts, offset, changes = [], [], [0], []
    for x, _, s, w, before in _steps(runner, scenario, beginning, draw, firsts, lengths, tie_start):
        changes += [(x, *map(int, at), float(s.tie[tuple(at)])) for at in np.argwhere(s.tie != before)]
        where = np.flatnonzero(w.counts)
        cells.append(where.astype(np.int32))
        counts.append(np.minimum(w.counts.ravel()[where], 65535).astype(np.uint16))
        offset.append(offset[-1] + len(where))
    return np.concatenate(cells), np.concatenate(counts), np.array(offset), changes


def _steps(runner: Runner, scenario: Scenario, beginning: Beginning, draw: int, firsts: tuple[date, ...],
           lengths: tuple[int, ...], tie_start: np.ndarray) -> Iterator[tuple]:  # fmt: skip
    """Yield (step, parameters, state, workspace, ties before) at the end of every step, before memory moves on."""
    p = draw_parameters(runner.fit, runner.compiled, runner.seed, draw // runner.replicates, scenario)
    s, w = runner.fit.state(), runner.workspace()
    for name in st.MEMORY:
        getattr(s, name)[:] = beginning.memory[draw][name]
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


def watch(runner: Runner, scenario: Scenario, beginning: Beginning, draws: int, every: int) -> Iterator[tuple]:
    """Yield (parameters, state) of every ``every``-th step of the first draws; the state is not to be changed."""
    firsts, lengths = calendar(scenario.header.start, scenario.header.until, runner.length)
    tie_start = runner.holdings().tie_array(scenario.header.start)
    for draw in range(min(draws, len(beginning.memory))):
        for x, p, s, _, _ in _steps(runner, scenario, beginning, draw, firsts, lengths, tie_start):
            if x % every == every - 1:
                yield p, s


def recent_leaders(runner: Runner, start: date) -> list[tuple[int, date]]:
    """Leaders who took office in the hundred days before the start."""
    place = {a: x for x, a in enumerate(runner.fit.actors)}
    return [(place[a.actor], a.start) for a in runner.given.attributes
            if a.name == "leader-change" and a.actor in place and 0 <= (start - a.start).days < 100]  # fmt: skip


def _run(one: Callable[[int], object], draws: int, threads: int, progress: Progress, what: str) -> list:
    results: list = [None] * draws
    with ThreadPoolExecutor(max_workers=threads) as pool:
        try:
            for d, result in enumerate(pool.map(one, range(draws))):
                results[d] = result
                progress(what, (d + 1) / draws)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return results


__all__ = ["Beginning", "Futures", "Given", "Plan", "Runner", "lead_in", "run"]
