"""One origin: what the model expects, and the futures it runs.

The state is the record replayed up to the origin; the coefficients are those of the newest fit, which may be older.
``expect`` gives the mean acts a day of every cell in the next step: the first step of every future, without its
noise. ``run_futures`` lets them run on, and keeps what is scored of them: means, how often something happened at
all, and every draw of the cells chosen at the origin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from chancellery import world
from chancellery.effects import state as st
from chancellery.judge.backtest.kinds import KINDS, Kind
from chancellery.judge.backtest.known import Known
from chancellery.model.estimate import stream_of
from chancellery.model.holdings import Holdings
from chancellery.model.posterior import Fit
from chancellery.model.replay import walk
from chancellery.simulate import chance
from chancellery.simulate.ensemble import Runner, lead_in, run
from chancellery.simulate.futures import Futures, Given
from chancellery.simulate.parameters import mean_parameters
from chancellery.simulate.scenario import Header, Scenario
from chancellery.simulate.step import Weights, begin_step, expected, weigh


def at_origin(fit: Fit, known: Known) -> Fit:
    """The fit as if its record ended at the day up to which things are known: same coefficients, later state."""
    holdings = Holdings(fit.actors, list(known.held), list(known.traits), fit.background, fit.capability)
    s = fit.empty_state()
    for _ in walk(stream_of(known, fit.spec, holdings, known.day), s, known.day):
        pass
    return _standing(fit, s, known.day)


def look_back(fit: Fit, known: Known, days: tuple[date, ...]) -> Iterator[tuple[date, Fit]]:
    """:func:`at_origin` of several days in one pass through what is known at the last of them.

    A memory holds nothing of later days, so the pass is the same as one pass a day; the ties in it are not kept.
    """
    holdings = Holdings(fit.actors, list(known.held), list(known.traits), fit.background, fit.capability)
    s, wanted, now = fit.empty_state(), set(days), None
    for step, state, _ in walk(stream_of(known, fit.spec, holdings, known.day), s, known.day):
        eve = step.first - timedelta(days=1)
        if now is not None and eve == now and eve in wanted:
            yield eve, _standing(fit, state, eve)
        now = step.last
    if now in wanted:
        yield now, _standing(fit, s, now)


def _standing(fit: Fit, s: st.State, day: date) -> Fit:
    return replace(fit, memory={name: getattr(s, name).copy() for name in st.MEMORY}, until=day)


def given(known: Known) -> Given:
    """Ties and attributes as known; nothing that is to come."""
    return Given(list(known.held), list(known.traits))


def expect(fit: Fit, known: Known) -> np.ndarray:
    """Mean acts a day (K, n, n) of the next step, at the posterior mean (float32)."""
    runner = Runner(fit, given(known), 0, 1)
    p, s, w = mean_parameters(fit, runner.compiled), fit.state(), runner.workspace()
    first = fit.until + timedelta(days=1)
    runner.holdings().apply(s, first)
    begin_step(s, first, runner.length)
    weigh(runner.compiled, s, p, w, Weights())
    log_mean = expected(runner.compiled, s, p, w, 1)
    top = w.U.max(axis=(0, 2))
    shares = np.exp(w.U - top[None, :, None])
    shares /= np.maximum(shares.sum(axis=(0, 2)), 1e-300)[None, :, None]
    return (np.exp(log_mean)[None, :, None] * shares).astype(np.float32)


class Outcomes:
    """What is kept of the futures of one window: added to draw by draw.

    ``mean`` (K, n, n) mean counts; ``some`` (Q, n, n) share of draws in which a question came true; ``draws``
    (cells, draws) counts of the chosen cells.
    """

    def __init__(self, shape: tuple[int, int, int], cells: np.ndarray, draws: int, share: np.ndarray) -> None:
        self.mean, self.some = np.zeros(shape), np.zeros((len(KINDS), *shape[1:]))
        self.cells, self.share = cells, share
        self.draws = np.zeros((len(cells), draws), np.uint16)

    def add(self, draw: int, counts: np.ndarray) -> None:
        """Take in the counts (K, n, n) of one future."""
        self.mean += counts
        self.draws[:, draw] = np.minimum(counts.ravel()[self.cells], 65535)
        for x, kind in enumerate(KINDS):
            self.some[x] += 1.0 - _none(kind, counts, self.share[x])

    def done(self) -> dict[str, np.ndarray]:
        """Averages over the draws."""
        m = self.draws.shape[1]
        return {"mean": (self.mean / m).astype(np.float32), "some": (self.some / m).astype(np.float32),
                "draws": self.draws}  # fmt: skip


def _none(kind: Kind, counts: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Chance (n, n) that no event of the acts is of the kind, each being one with the pair's long-run share."""
    acts = {a.name: k for k, a in enumerate(world.acts())}
    reports = counts[[acts[a] for a in kind.acts]].sum(axis=0)
    if not kind.directed:
        reports = reports + reports.T
    return (1.0 - share) ** reports


def shares_of_kinds(rates: np.ndarray) -> np.ndarray:
    """Long-run share (Q, n, n) of the acts of a kind that are of the kind, from the longest memory (S, n, n)."""
    acts = {a.name: k for k, a in enumerate(world.acts())}
    out = np.ones((len(KINDS), *rates.shape[1:]))
    for x, kind in enumerate(KINDS):
        if kind.codes:
            whole = rates[[acts[a] for a in kind.acts]].sum(axis=0)
            whole = whole if kind.directed else whole + whole.T
            out[x] = np.clip(rates[len(acts) + x] / np.maximum(whole, 1e-12), 0.0, 1.0)
    return out


def run_futures(fit: Fit, known: Known, horizons: tuple[int, ...], cells: np.ndarray, share: np.ndarray,
                draws: int, replicates: int, seed: int) -> dict[int, dict[str, np.ndarray]]:  # fmt: skip
    """Run futures from the origin and keep what is scored, by horizon.

    Parameters
    ----------
    cells
        Flat places in (K, n, n) of the counts that are kept draw by draw.
    share
        Of :func:`shares_of_kinds`.
    """
    start = fit.until + timedelta(days=1)
    runner = Runner(fit, given(known), seed, replicates)
    header = Header(title="as it comes", start=start, until=fit.until + timedelta(days=max(horizons)))
    futures = run(runner, Scenario("backtest", header), lead_in(runner, start, draws, 1), 1)
    shape = (len(fit.acts), len(fit.actors), len(fit.actors))
    kept = {h: Outcomes(shape, cells, draws, share) for h in horizons}
    for draw in range(draws):
        rng = chance.generator(seed, "within a step", draw, start.toordinal())
        for h, counts in _windows(futures, draw, start, horizons, shape, rng):
            kept[h].add(draw, counts)
    return {h: k.done() for h, k in kept.items()}


def _windows(futures: Futures, draw: int, start: date, horizons: tuple[int, ...], shape: tuple[int, int, int],
             rng: np.random.Generator) -> list[tuple[int, np.ndarray]]:  # fmt: skip
    """Counts up to the end of each horizon; of a step it cuts, each act falls into it by chance."""
    flat, out, left = np.zeros(np.prod(shape)), [], sorted(horizons)
    for x, (first, days) in enumerate(zip(futures.first, futures.days)):
        where, count = futures.cells(draw, x)
        gone = (first - start).days
        while left and left[0] < gone + days:
            part = flat.copy()
            part[where] += rng.binomial(count, (left[0] - gone) / days)
            out.append((left.pop(0), part.reshape(shape)))
        flat[where] += count
        while left and left[0] == gone + days:
            out.append((left.pop(0), flat.reshape(shape).copy()))
    return out
