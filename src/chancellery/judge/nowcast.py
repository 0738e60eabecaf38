"""Nowcast check: from the end of the coded record the case runs on its chronology; do volumes of pairs come out?

Simulated acts of every unordered pair are held against scores of pairs by day (:mod:`dyad_days`), which are
undirected and untyped: ranks are compared, never levels. Three targets, from easy to hard:

volume
    how much there is between two states: acts a day against the size of daily scores;
climate
    how friendly it is: acts times their weight a day against the scores themselves;
change
    how much the volume moved since the record ended: log ratio to the level before, each relative to the
    whole; only pairs that had a score on a fifth of the days before, which was known beforehand.

Beside the run on the chronology stand the run without it (no happenings, ties as they were), and "nothing
changes": the decayed memory of the record at each half-life. For a change, nothing changing has no ranks; there
"drift back" stands for it, the pair's long memory against its recent one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from chancellery import __version__
from chancellery.cases import Case
from chancellery.cases.playing import given as given_of
from chancellery.errors import ScoreError
from chancellery.judge.eve import cut
from chancellery.judge.ranks import Rank, ranked
from chancellery.model.posterior import Fit
from chancellery.simulate.chance import generator
from chancellery.simulate.ensemble import Runner, lead_futures
from chancellery.simulate.futures import Futures, Given
from chancellery.sources.dyad_days import DyadDays, dyad_days

BEFORE_DAYS = 100  # the level before: as long as the last stretch of the coded record
BUSY = 0.2  # share of days before with a score that makes a pair's change worth asking for
LEAST_PAIRS = 10
MEASURES = ("volume", "climate", "change")
WITH, WITHOUT = "chronology", "no chronology"

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Nowcast:
    """Rank correlations by measure, period (the whole, and each month), pairs (all, touched by the chronology)."""

    ranks: tuple[Rank, ...]
    about: dict
    uncovered: tuple[str, ...]

    def as_dict(self) -> dict:
        """Plain data: ``ranks`` is a list of :class:`Rank` as records, ``uncovered`` actors the scores lack."""
        rows = [
            {
                "measure": r.measure, "period": r.period, "pairs": r.pairs, "many": r.many, "forecast": r.forecast,
                "rank_correlation": r.value.mean, "low": r.value.low, "high": r.value.high,
                "simulation_error": r.simulation_error,
                "over_no_chronology": None if r.over is None else vars(r.over),
            }
            for r in self.ranks
        ]  # fmt: skip
        return {"kind": "chancellery nowcast", "format": 1, "about": self.about,
                "uncovered": self.uncovered, "ranks": rows}  # fmt: skip


def nowcast(
    the_case: Case,
    scores: DyadDays | str | Path,
    *,
    fit: Fit | None = None,
    until: date | None = None,
    draws: int = 32,
    seed: int = 7,
    threads: int = 2,
    progress: Progress = lambda what, share: None,
) -> Nowcast:
    """Run a case forward on its chronology and compare pairs with scores: ``ch.nowcast(case, "gdelt/")``.

    Parameters
    ----------
    scores
        Scores of pairs by day, or where they are, from well before the end of the record to later.
    fit
        By default the case's own.
    until
        Last day compared; by default the last day of the scores.
    draws
        Futures with and without the chronology, each with parameters of its own.

    Raises
    ------
    ModelError, SourceError
        If there is no fit, or the scores cannot be read.
    ScoreError
        If the scores do not reach from before the end of the record to a month after, or share too few actors.
    """
    fit = fit or the_case.fit
    scores = scores if isinstance(scores, DyadDays) else dyad_days(scores)
    end = min(until or scores.last, the_case.start - timedelta(days=1), scores.last)
    given = given_of(the_case, fit.until)
    _check(fit, scores, end)
    here = [x for x, a in enumerate(fit.actors) if a in scores.actors]
    uncovered = tuple(a for x, a in enumerate(fit.actors) if x not in here)
    if len(here) < 5:
        raise ScoreError(
            f"the scores know only {len(here)} of the actors in play; they use ISO3 codes such as PAK"
        )
    scores = scores.among([fit.actors[x] for x in here], fit.until - timedelta(days=BEFORE_DAYS - 1), end)
    still = replace(
        given, ties=cut(given.ties, fit.until), attributes=cut(given.attributes, fit.until), happenings=()
    )
    runs = {}
    for x, (name, told) in enumerate(((WITH, given), (WITHOUT, still))):
        runner = Runner(fit, told, seed, 1)

        def tell(what: str, share: float, x: int = x, name: str = name) -> None:
            progress(name, (x + share) / 2.0)

        runs[name] = lead_futures(runner, end + timedelta(days=1), draws, threads, tell)
    targets = _Targets(fit, scores, here)
    ranks = []
    touched = _touched(given, end, here)
    for period, first, last in _periods(fit.until + timedelta(days=1), end):
        simulated = {name: _by_pair(f, fit.weight, here, first, last) for name, f in runs.items()}
        level = targets.level(first, last)
        for measure in MEASURES:
            for pairs, chosen in (("all", np.ones(len(touched), bool)), ("touched", touched)):
                ranks += targets.ranks(measure, period, pairs, level, simulated, chosen, seed)
    about = {
        "chancellery": __version__, "record_until": fit.until, "until": end, "draws": draws, "seed": seed,
        "record": fit.about.get("record", ""), "scores": scores.stamps, "actors": len(here),
        "missing_days": sum(fit.until < day <= end for day in scores.missing()),
        "happenings": sum(h[0] <= end for h in given.happenings),
    }  # fmt: skip
    return Nowcast(tuple(ranks), about, uncovered)


def _check(fit: Fit, scores: DyadDays, end: date) -> None:
    before = fit.until - timedelta(days=BEFORE_DAYS)
    if scores.first > before or scores.days(before, fit.until) < 20:
        raise ScoreError(
            f"the scores begin on {scores.first} or miss most days before the record's end; the level before needs "
            f"days from {before} to {fit.until}"
        )
    if (end - fit.until).days < 28:
        raise ScoreError(
            f"the scores end on {end}, less than four weeks after the record's end on {fit.until}; "
            "give later scores, or a fit that ends earlier"
        )


def _periods(first: date, last: date) -> list[tuple[str, date, date]]:
    """The whole, and each month of the calendar as far as it lies inside."""
    out, at = [("whole", first, last)], first
    while at <= last:
        turn = date(at.year + at.month // 12, at.month % 12 + 1, 1)
        end = min(turn - timedelta(days=1), last)
        out.append((f"{at:%Y-%m}", at, end))
        at = turn
    return out


def _pairs(here: list[int]) -> tuple[np.ndarray, np.ndarray]:
    i, j = np.triu_indices(len(here), 1)
    return np.array(here)[i], np.array(here)[j]


def _touched(given: Given, end: date, here: list[int]) -> np.ndarray:
    """(pairs,) whether the chronology tells an act of the pair."""
    told = {frozenset((i, j)) for on, _, i, j, _ in given.happenings if on <= end}
    return np.array([frozenset(p) in told for p in zip(*_pairs(here))])


def _by_pair(
    futures: Futures, weight: np.ndarray, here: list[int], first: date, last: date
) -> tuple[np.ndarray, np.ndarray]:
    """Acts, and acts times weight, a day (draws, pairs) between two days; steps across an end count in part."""
    K, n = len(futures.acts), len(futures.actors)
    i, j = _pairs(here)
    shares = np.array([_overlap(at, days, first, last) for at, days in zip(futures.first, futures.days)])
    volume, climate = np.zeros((futures.draws, len(i))), np.zeros((futures.draws, len(i)))
    for d in range(futures.draws):
        of_step = np.repeat(shares, np.diff(futures.offset[d]))
        flat = np.bincount(futures.cell[d], weights=futures.count[d] * of_step, minlength=K * n * n)
        acts = flat.reshape(K, n, n)
        for out, sums in ((volume, acts.sum(axis=0)), (climate, np.tensordot(weight, acts, 1))):
            out[d] = (sums + sums.T)[i, j]
    days = (last - first).days + 1
    return volume / days, climate / days


def _overlap(at: date, days: int, first: date, last: date) -> float:
    """Share of a step that lies between two days."""
    inside = (min(at + timedelta(days=days - 1), last) - max(at, first)).days + 1
    return max(inside, 0) / days


@dataclass(frozen=True)
class Level:
    """Size and score of pairs a day (pairs,), over ``covered`` of so many ``days``."""

    size: np.ndarray
    score: np.ndarray
    covered: int
    days: int


class _Targets:
    """What the scores show, and what the record's memory would have said, by pair."""

    def __init__(self, fit: Fit, scores: DyadDays, here: list[int]) -> None:
        self.scores = scores
        self.actors = tuple(fit.actors[x] for x in here)
        self.upper = np.triu_indices(len(here), 1)
        first = fit.until - timedelta(days=BEFORE_DAYS - 1)
        before = self.level(first, fit.until)
        self.before = before.size
        seen = scores.seen(self.actors, first, fit.until)[self.upper]
        self.busy = seen / max(before.covered, 1) >= BUSY
        i, j = _pairs(here)
        W, cover = fit.memory["W"].sum(axis=1), fit.memory["cover"]
        halves = [f"{h:g} days" for h in fit.spec.half_lives]
        self.memory = {name: (W[h] + W[h].T)[i, j] / cover[h] for h, name in enumerate(halves)}  # acts a day
        self.recent, self.long = self.memory[halves[1]], self.memory[halves[-1]]
        net = fit.memory["E"][:, 0] - fit.memory["E"][:, 1]
        spans = (f"{fit.spec.short:g} days", f"{fit.spec.long:g} days")
        self.warmth = {
            name: (net[s] + net[s].T)[i, j] / cover[len(halves) + s] for s, name in enumerate(spans)
        }

    def level(self, first: date, last: date) -> Level:
        """What the scores show between two days."""
        covered = self.scores.days(first, last)
        size, score = (m[self.upper] / max(covered, 1) for m in self.scores.total(self.actors, first, last))
        return Level(size, score, covered, (last - first).days + 1)

    def ranks(
        self,
        measure: str,
        period: str,
        pairs: str,
        level: Level,
        simulated: dict[str, tuple[np.ndarray, np.ndarray]],
        chosen: np.ndarray,
        seed: int,
    ) -> list[Rank]:
        """Correlations of every forecast with one target; none where too few pairs are left."""
        size, score = level.size, level.score
        if measure == "volume":
            seen, forecasts = size, {name: v for name, (v, _) in simulated.items()}
            forecasts |= {f"nothing changes, memory of {n}": m for n, m in self.memory.items()}
        elif measure == "climate":
            seen, forecasts = score, {name: c for name, (_, c) in simulated.items()}
            forecasts |= {f"nothing changes, memory of {n}": m for n, m in self.warmth.items()}
        else:
            chosen = chosen & self.busy
            seen = _moved(size, self.before, level.covered)
            forecasts = {n: _moved(v, self.recent, level.days) for n, (v, _) in simulated.items()}
            forecasts["drift back"] = _moved(self.long, self.recent, level.days)
        if chosen.sum() < LEAST_PAIRS or not level.covered:
            return []
        forecasts = {name: f[..., chosen] for name, f in forecasts.items()}
        rng = generator(seed, "pairs", measure, period, pairs)
        return ranked((measure, period, pairs), seen[chosen], forecasts, WITHOUT, rng)


def _moved(now: np.ndarray, then: np.ndarray, days: int) -> np.ndarray:
    """Log ratio of shares of the whole, each with one act (or unit of score) in the window added."""
    a, b = now + 1.0 / max(days, 1), then + 1.0 / max(days, 1)
    return np.log(a / a.sum(axis=-1, keepdims=True)) - np.log(b / b.sum())
