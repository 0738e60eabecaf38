"""It must not run away: futures that run free are compared with what later years showed.

A fit that has seen nothing after a day is run forward without help, and over every later covered stretch
its volume, act mix, concentration of attention, reciprocity and conflict are set beside the observed ones.
The naive forecast (nothing changes: the last covered stretch again) stands beside both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy import stats

from chancellery import world
from chancellery.errors import ModelError
from chancellery.model.compile import compile_specification
from chancellery.model.holdings import Holdings
from chancellery.model.posterior import Fit
from chancellery.model.replay import Step, Stream, walk
from chancellery.simulate.ensemble import Runner, lead_in, run
from chancellery.simulate.futures import Futures, Given
from chancellery.simulate.parameters import draw_parameters
from chancellery.simulate.scenario import Header, Scenario
from chancellery.simulate.step import Weights

HORIZON_DRAWS = 24
MINIMUM = 20  # acts between a pair below which its share of conflict says nothing


# What counts as running away, against the observed value: volume and concentration by a factor, shares and
# correlations by a distance. Wide on purpose: a war that nobody foresaw is no fault of the feedback.
FACTORS = {"acts a week": 2.0, "concentration of attention": 4.0}
DISTANCES = {
    "share": 0.15,
    "reciprocity": 0.25,
    "act mix": 0.25,
    "attention, correlation": 0.5,
    "conflict share": 0.7,
}


def passes(row: dict) -> bool:
    """Whether the median future stays within the bounds above of what was observed."""
    median, seen = row["simulated"]["median"], row["observed"]
    if row["name"] in FACTORS:
        return bool(1.0 / FACTORS[row["name"]] <= median / seen <= FACTORS[row["name"]])
    return bool(
        next(abs(median - seen) <= d for start, d in DISTANCES.items() if row["name"].startswith(start))
    )


@dataclass(frozen=True)
class Stretch:
    """Counts (K, n, n) over some days."""

    counts: np.ndarray
    days: float


def statistics(stretch: Stretch, reference: Stretch) -> dict[str, float]:
    """What is compared, for one stretch.

    Parameters
    ----------
    stretch
        Observed or simulated.
    reference
        The observed stretch; similarities are with it, and are 1 for itself.
    """
    klass = np.array([world.CLASSES.index(a.klass) for a in world.acts()])
    c, ref = stretch.counts, reference.counts
    total, pair = max(c.sum(), 1.0), c.sum(axis=0)
    out = {"acts a week": c.sum() / stretch.days * 7.0}
    for number, name in enumerate(world.CLASSES):
        out[f"share of {name.replace('-', ' ')}"] = float(c[klass == number].sum() / total)
    out["concentration of attention"] = float(((pair / total) ** 2).sum())
    out["reciprocity"] = _reciprocity(pair)
    out["act mix, distance to observed"] = float(
        0.5 * np.abs(c.sum((1, 2)) / total - ref.sum((1, 2)) / max(ref.sum(), 1)).sum()
    )
    out["attention, correlation with observed"] = _rank_correlation(pair.ravel(), ref.sum(axis=0).ravel())
    out["conflict share by pair, correlation"] = _conflict(c, ref, klass)
    return out


def _reciprocity(pair: np.ndarray) -> float:
    upper = np.triu_indices(len(pair), 1)
    return float(np.corrcoef(np.log1p(pair[upper]), np.log1p(pair.T[upper]))[0, 1])


def _conflict(c: np.ndarray, ref: np.ndarray, klass: np.ndarray) -> float:
    def share(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        bad = counts[klass >= 2].sum(axis=0)
        every = counts.sum(axis=0)
        bad, every = bad + bad.T, every + every.T
        return bad / np.maximum(every, 1.0), every

    mine, seen = share(c)
    theirs, enough = share(ref)
    upper = np.triu(np.ones_like(seen, dtype=bool), 1) & (enough >= MINIMUM) & (seen >= 1)
    return _rank_correlation(mine[upper], theirs[upper])


def _rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    if len(a) < 4 or np.ptp(a) == 0.0 or np.ptp(b) == 0.0:
        return float("nan")
    return float(stats.spearmanr(a, b)[0])


def observed(stream: Stream, first: date, last: date) -> Stretch:
    """Observed counts of the covered steps between two days.

    Raises
    ------
    ModelError
        If nothing is covered between them.
    """
    steps = stream.between(first, last)
    if not steps:
        raise ModelError(f"the record covers nothing between {first} and {last}")
    return Stretch(sum(stream.counts(s) for s in steps), float(sum(s.days for s in steps)))


def simulated(futures: Futures, draw: int, first: date, last: date) -> Stretch:
    """Counts of one future between two days."""
    K, n = len(futures.acts), len(futures.actors)
    flat, days = np.zeros(K * n * n), 0.0
    for x, (at, length) in enumerate(zip(futures.first, futures.days)):
        if at >= first and at + timedelta(days=length - 1) <= last:
            cell, count = futures.cells(draw, x)
            flat[cell] += count
            days += length
    return Stretch(flat.reshape(K, n, n), max(days, 1.0))


def free_run(
    fit: Fit,
    given: Given,
    stream: Stream,
    *,
    draws: int = HORIZON_DRAWS,
    seed: int = 7,
    progress: Callable[[str, float], None] = lambda what, share: None,
) -> list[dict]:
    """Run a fit free from its last day and compare with every later covered segment of the stream.

    Returns
    -------
    list of dict
        ``name``, ``horizon``, ``observed``, ``naive`` (the last segment the fit saw), ``simulated`` with
        ``low``, ``median``, ``high`` (5th, 50th, 95th percentile over futures).
    """
    later = _segments(stream, fit.until)
    if not later:
        raise ModelError(f"the record covers nothing after {fit.until} to compare with")
    start = fit.until + timedelta(days=1)
    runner = Runner(fit, given, seed, 1)
    header = Header(title="free run", start=start, until=later[-1][1])
    futures = run(
        runner, Scenario("free", header), lead_in(runner, start, draws, progress=progress), progress=progress
    )
    before = _segments(stream, None, fit.until)[-1]
    last_seen = observed(stream, *before)
    out = []
    for first, last in later:
        seen = observed(stream, first, last)
        months = ((first - fit.until).days + (last - fit.until).days) / 2 / 30.44
        sims = [statistics(simulated(futures, d, first, last), seen) for d in range(draws)]
        out += _rows(
            f"free run, {months:.0f} months ahead", statistics(seen, seen), statistics(last_seen, seen), sims
        )
    return out


def _segments(stream: Stream, after: date | None, until: date | None = None) -> list[tuple[date, date]]:
    ends: dict[int, list[Step]] = {}
    for s in stream.steps:
        if (after is None or s.first > after) and (until is None or s.last <= until):
            ends.setdefault(s.segment, []).append(s)
    return [(v[0].first, v[-1].last) for _, v in sorted(ends.items())]


def _rows(horizon: str, seen: dict, naive: dict, sims: list[dict]) -> list[dict]:
    rows = []
    for name, value in seen.items():
        low, median, high = np.nanquantile([s[name] for s in sims], [0.05, 0.5, 0.95])
        rows.append(
            {
                "name": name,
                "horizon": horizon,
                "observed": value,
                "naive": naive[name],
                "simulated": {"low": float(low), "median": float(median), "high": float(high)},
            }
        )
    return rows


def one_step(fit: Fit, given: Given, stream: Stream, *, draws: int = 5, seed: int = 7) -> list[dict]:
    """Draw every later covered step from the state that really preceded it, and compare the sums."""
    runner = Runner(fit, given, seed, 1)
    compiled = compile_specification(fit.spec)
    parameters = [draw_parameters(fit, compiled, seed, d) for d in range(draws)]
    holdings = Holdings(fit.actors, given.ties, given.attributes, fit.background, fit.capability)
    sums, seen, days, workspace = None, None, 0.0, runner.workspace()
    for step, s, counts in walk(_with(stream, holdings), fit.empty_state()):
        if step.first <= fit.until:
            continue
        if sums is None:
            sums, seen = [np.zeros_like(counts) for _ in range(draws)], np.zeros_like(counts)
        for d, p in enumerate(parameters):
            runner.draw_step(s, p, workspace, Weights(), step.first, step.days, d)
            sums[d] += workspace.counts
        seen += counts
        days += step.days
    if sums is None:
        raise ModelError(f"the record covers nothing after {fit.until} to compare with")
    reference = Stretch(seen, days)
    last_seen = observed(stream, *_segments(stream, None, fit.until)[-1])
    sims = [statistics(Stretch(c, days), reference) for c in sums]
    return _rows("one step ahead", statistics(reference, reference), statistics(last_seen, reference), sims)


def _with(stream: Stream, holdings: Holdings) -> Stream:
    return Stream(
        stream.i, stream.k, stream.j, stream.count, stream.steps, stream.segments, holdings, stream.n_acts
    )
