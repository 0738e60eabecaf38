"""Forecasts of some origins: every method's say on every question, count and next target.

Windows that had ended by the origin are all the regressions learn from. Which questions are put is settled
here too, at the origin and from what was known there: all that are at least ``LIVE`` likely by the long or the
recent run, and a random part of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from chancellery import world
from chancellery.judge.backtest import methods as m
from chancellery.judge.backtest.boosted import Trees
from chancellery.judge.backtest.columns import Rates
from chancellery.judge.backtest.history import History, memories
from chancellery.judge.backtest.kinds import KINDS, askable, place_of
from chancellery.judge.backtest.origins import Calendar
from chancellery.simulate import chance

LIVE = 0.03
RARE = 200  # of the other questions of a kind, how many are put
# Of the windows that have ended, how many are learnt from, spread evenly and the newest among them: a count says
# more than a yes or no.
WINDOWS, COUNTED = 16, 6
RELEARN = 28  # days after which the regressions are learnt anew
LIVE_COUNT, LIVE_CELLS, RARE_CELLS = 0.5, 1500, 500
MONTH = 30.0


def choose_cells(memory: np.ndarray, origin: date, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Choose the counts that are foretold.

    Parameters
    ----------
    memory
        Rates (H, S, n, n) at the origin.

    Returns
    -------
    cells, live
        Flat places in (K, n, n), and whether each is expected to reach ``LIVE_COUNT`` in a month.
    """
    K, n = len(world.acts()), memory.shape[-1]
    rate = np.maximum(memory[1, :K], memory[-1, :K]) * ~np.eye(n, dtype=bool) * MONTH
    flat = rate.ravel()
    busy = np.argsort(-flat, kind="stable")[:LIVE_CELLS]
    busy = np.sort(busy[flat[busy] >= LIVE_COUNT])
    others = np.setdiff1d(np.flatnonzero((flat > 0) & (flat < LIVE_COUNT)), busy)
    rng = chance.generator(seed, "cells", origin.toordinal())
    rare = np.sort(rng.choice(others, min(RARE_CELLS, len(others)), replace=False))
    return np.concatenate([busy, rare]), np.arange(len(busy) + len(rare)) < len(busy)


class Days:
    """What was known on the days of a calendar: memory, the model's expectation, and what came after.

    Parameters
    ----------
    history
        Up to the last origin that is foretold from it, and not further.
    expected
        By day, the model's (K, n, n) mean acts a day.
    """

    def __init__(self, history: History, expected: dict[date, np.ndarray]) -> None:
        self.history = history
        days = sorted(expected)
        self.rates = {d: Rates(r, expected[d]) for d, r in zip(days, memories(history, days))}
        self._counts: dict[tuple[int, int], np.ndarray] = {}

    def after(self, day: date, horizon: int, origin: date) -> np.ndarray:
        """Counts (S, n, n) of a window that had ended by the origin."""
        first, last = day.toordinal() + 1, day.toordinal() + horizon
        assert last <= origin.toordinal(), "a window that has not ended teaches nothing"
        return self._between(first, last)

    def before(self, day: date, horizon: int) -> np.ndarray:
        """Counts (S, n, n) of as many covered days up to a day."""
        at = day.toordinal()
        return self._between(self.history.back(at, horizon), at)

    def _between(self, first: int, last: int) -> np.ndarray:
        if (first, last) not in self._counts:
            self._counts[first, last] = self.history.counts(first, last).astype(np.uint16)
        return self._counts[first, last]


def spread(days: tuple[date, ...], most: int) -> tuple[date, ...]:
    """At most so many of the days, evenly, the newest among them."""
    if len(days) <= most:
        return days
    at = np.linspace(0, len(days) - 1, most).round().astype(int)
    return tuple(days[x] for x in at)


class Series:
    """One series as the regressions see it: an act, or a kind of question; by day, of the pairs that are asked about."""

    def __init__(self, days: Days, place: int, acts: list[int], directed: bool, pairs: np.ndarray) -> None:
        self.days, self.place, self.acts, self.directed, self.pairs = days, place, acts, directed, pairs
        self._columns: dict[date, tuple[np.ndarray, np.ndarray]] = {}

    def seen(self, day: date, horizon: int) -> m.Seen:
        """What is seen on a day."""
        if day not in self._columns:
            rates = self.days.rates[day]
            memory = rates.memory(self.place, self.directed)[self.pairs]
            self._columns[day] = memory, rates.model(self.place, self.acts, self.directed)[self.pairs]
        last = self.days.before(day, horizon)[self.place][self.pairs]
        return m.Seen(*self._columns[day], last.astype(np.float32))

    def came(self, day: date, horizon: int, origin: date) -> np.ndarray:
        """What came in a window that has ended: counts (pairs,)."""
        return self.days.after(day, horizon, origin)[self.place][self.pairs].astype(float)


def all_series(days: Days) -> tuple[list[Series], list[Series]]:
    """The kinds of question, and the acts."""
    n = len(days.history.actors)
    number = {a.name: k for k, a in enumerate(world.acts())}
    asked = [Series(days, place_of(k), [number[a] for a in k.acts], k.directed, askable(k, n)) for k in KINDS]
    every = ~np.eye(n, dtype=bool)
    return asked, [Series(days, k, [k], True, every) for k in number.values()]


class Teller:
    """Foretells the origins that share a fit of the model."""

    def __init__(self, plan: Calendar, days: Days, seed: int) -> None:
        self.plan, self.days, self.seed = plan, days, seed
        self.asked, self.acts = all_series(days)
        self._lines: dict[tuple[int, date, int], dict] = {}
        self._forest: dict[tuple[date, int], Trees] = {}

    def foretell(self, origin: date, horizon: int, futures: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Everything that is foretold at an origin for one length of window, as arrays to be frozen.

        Parameters
        ----------
        futures
            What was kept of the simulation: ``mean``, ``some``, ``draws``, ``cells``, ``live``.
        """
        return self._questions(origin, horizon, futures) | self._counts(origin, horizon, futures)

    def _lesson(self, origin: date, horizon: int) -> date:
        """Day by which windows have to have ended to be learnt from: the origin, or up to four weeks before it."""
        fit = self.plan.fit_of(origin)
        first = min(o for o in self.plan.scored[horizon] if self.plan.fit_of(o) == fit)
        return origin - timedelta(days=(origin - first).days % RELEARN)

    def _taught(self, day: date, horizon: int, counts: bool) -> tuple[date, ...]:
        return spread(self.plan.taught(day, horizon), COUNTED if counts else WINDOWS)

    def _learnt(self, series: Series, day: date, horizon: int, counts: bool) -> dict:
        key = (series.place, day, horizon)
        if key not in self._lines:
            taught = self._taught(day, horizon, counts)
            seen = m.joined([series.seen(d, horizon) for d in taught])
            y = np.concatenate([series.came(d, horizon, day) for d in taught])
            apart = (taught[-1] - taught[0]).days / (len(taught) - 1)
            weight = min(1.0, apart / horizon)
            self._lines[key] = m.learnt(seen, y if counts else (y > 0).astype(float), counts, weight)
        return self._lines[key]

    def _trees(self, day: date, horizon: int) -> Trees:
        if (day, horizon) not in self._forest:
            taught = self._taught(day, horizon, False)
            X, which, y = [], [], []
            for number, series in enumerate(self.asked):
                X += [series.seen(d, horizon).memory for d in taught]
                y += [series.came(d, horizon, day) > 0 for d in taught]
                which.append(np.full(len(taught) * len(y[-1]), number))
            together = (np.concatenate(X), np.concatenate(which), np.concatenate(y).astype(float))
            self._forest[day, horizon] = Trees(*together)
        return self._forest[day, horizon]

    def _questions(self, origin: date, horizon: int, futures: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        rows: dict[str, list[np.ndarray]] = {}
        draws, lesson = futures["draws"].shape[1], self._lesson(origin, horizon)
        rng = chance.generator(self.seed, "questions", origin.toordinal(), horizon)
        for x, series in enumerate(self.asked):
            now = series.seen(origin, horizon)
            lines = self._learnt(series, lesson, horizon, counts=False)
            said = {name: line.probability(now.columns(name, scale)) for name, (line, scale) in lines.items()}
            some = futures["some"][x][series.pairs]
            said[m.SIMULATION] = (some * draws + 0.5) / (draws + 1.0)
            if m.BOOSTED in m.methods():
                said[m.BOOSTED] = self._trees(lesson, horizon).foretell(now.memory, x)
            live = np.maximum(said[m.CLIMATOLOGY], said[m.RECURRENCY]) >= LIVE
            others = np.flatnonzero(~live)
            rare = rng.choice(others, min(RARE, len(others)), replace=False)
            put = np.sort(np.concatenate([np.flatnonzero(live), rare]))
            i, j = np.nonzero(series.pairs)
            facts = {
                "kind": np.full(len(put), x, np.int8),
                "i": i[put].astype(np.int16),
                "j": j[put].astype(np.int16),
            }
            facts |= {
                "live": live[put],
                **{f"p:{name}": p[put].astype(np.float32) for name, p in said.items()},
            }
            for name, column in facts.items():
                rows.setdefault(f"{horizon}/question/{name}", []).append(column)
        return {name: np.concatenate(parts) for name, parts in rows.items()}

    def _counts(self, origin: date, horizon: int, futures: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        K, n = len(self.acts), len(self.days.history.actors)
        lesson, names = self._lesson(origin, horizon), [x for x in m.methods() if x != m.BOOSTED]
        mean = {name: np.zeros((K, n, n), np.float32) for name in names}
        r = {name: np.ones(K, np.float32) for name in names if name != m.SIMULATION}
        mean[m.SIMULATION][:] = futures["mean"]
        for k, series in enumerate(self.acts):
            now = series.seen(origin, horizon)
            for name, (line, scale) in self._learnt(series, lesson, horizon, counts=True).items():
                mean[name][k][series.pairs] = line.mean(now.columns(name, scale))
                r[name][k] = line.r
        return _frozen_counts(horizon, futures, mean, r, horizon == min(self.plan.horizons))


def _frozen_counts(horizon: int, futures: dict[str, np.ndarray], mean: dict[str, np.ndarray],
                   r: dict[str, np.ndarray], first: bool) -> dict[str, np.ndarray]:  # fmt: skip
    """The chosen cells of every method, and who is next by the shortest window: what each target may expect."""
    cells = futures["cells"]
    act = cells // mean[m.COMBINED][0].size
    out = {"cell": cells, "live": futures["live"], "draws": futures["draws"]}
    for name, all_ in mean.items():
        out[f"mean:{name}"] = all_.ravel()[cells]
        if name in r:
            out[f"r:{name}"] = r[name][act]
    out = {f"{horizon}/count/{name}": value for name, value in out.items()}
    if first:
        hostile = [k for k, a in enumerate(world.acts()) if a.klass.endswith("conflict")]
        for name, all_ in mean.items():
            out[f"{horizon}/next/{name}"] = np.stack([all_.sum(axis=0), all_[hostile].sum(axis=0)])
    return out


def days_needed(plan: Calendar, origins: Iterable[date]) -> list[date]:
    """Looks up to the last of some origins, and the origins."""
    origins = list(origins)
    return sorted({*(d for d in plan.looks if d <= max(origins)), *origins})
