"""Scoring: frozen forecasts against what came, method beside method.

Windows overlap, and a pair's questions resemble each other from window to window, so intervals come from whole
blocks drawn again: once blocks of time as long as a window (four weeks at least), once whole pairs. The wider
of the two is told; neither alone would hold what it promises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from chancellery import world
from chancellery.judge import scores
from chancellery.judge.backtest import methods as m
from chancellery.judge.backtest.freeze import Manifest
from chancellery.judge.backtest.history import History
from chancellery.judge.backtest.kinds import KINDS, place_of
from chancellery.judge.backtest.learn import quantiles
from chancellery.judge.scores import Interval
from chancellery.model.rate import log_density

BLOCK = 28  # days; at least a window
QUANTILES = 40
DRAWS = 600  # of the blocks: the ends of an interval move by a tenth of its width
STRATA = {True: "live", False: "rare"}


@dataclass(frozen=True)
class Sheet:
    """Forecasts of one length of window, resolved.

    Attributes
    ----------
    origin
        (m,) days as ordinals.
    group, i, j, live
        (m,) number of the kind or act, source, target, whether it was live.
    came
        (m,) what came: 0 or 1, or a count.
    said
        By method, (m,) chances; or for counts see :class:`Counts`.
    """

    horizon: int
    origin: np.ndarray
    group: np.ndarray
    i: np.ndarray
    j: np.ndarray
    live: np.ndarray
    came: np.ndarray
    said: dict[str, np.ndarray]

    @property
    def time(self) -> np.ndarray:
        """(m,) block of time."""
        return self.origin // max(BLOCK, self.horizon)

    @property
    def pair(self) -> np.ndarray:
        """(m,) pair, whichever way round."""
        return np.minimum(self.i, self.j) * 10_000 + np.maximum(self.i, self.j)

    def part(self, mask: np.ndarray) -> Sheet:
        """Some rows."""
        rows = {name: getattr(self, name)[mask] for name in ("origin", "group", "i", "j", "live", "came")}
        return Sheet(self.horizon, **rows, said={k: v[mask] for k, v in self.said.items()})


def window(day: int, horizon: int) -> tuple[int, int]:
    """First and last day, as ordinals, of the window after an origin."""
    return day + 1, day + horizon


def questions(manifest: Manifest, history: History, origins: tuple[date, ...], horizon: int) -> Sheet:
    """Read frozen questions and resolve them."""
    parts = []
    for origin in origins:
        frozen = _of(manifest, origin, f"{horizon}/question/")
        kind, i, j = (frozen[name].astype(int) for name in ("kind", "i", "j"))
        seen = history.counts(*window(origin.toordinal(), horizon))
        place = np.array([place_of(k) for k in KINDS])[kind]
        said = {name[2:]: p for name, p in frozen.items() if name.startswith("p:")}
        day = np.full(len(kind), origin.toordinal())
        parts.append((day, kind, i, j, frozen["live"], (seen[place, i, j] > 0).astype(float), said))
    return _sheet(horizon, parts)


def counts(
    manifest: Manifest, history: History, origins: tuple[date, ...], horizon: int
) -> tuple[Sheet, Sheet, np.ndarray]:
    """Read frozen counts and score them: CRPS and log score (sheets of losses and scores), and PIT of the served."""
    K, n = len(world.acts()), len(history.actors)
    crps, logs, pits = [], [], []
    for origin in origins:
        frozen = _of(manifest, origin, f"{horizon}/count/")
        act, i, j = np.unravel_index(frozen["cell"], (K, n, n))
        y = history.counts(*window(origin.toordinal(), horizon))[act, i, j].astype(float)
        row = (np.full(len(y), origin.toordinal()), act, i, j, frozen["live"], y)
        loss, log = {}, {}
        for name in (k[5:] for k in frozen if k.startswith("mean:")):
            draws, mean, r = _draws(frozen, name)
            loss[name] = scores.crps(draws, y, fair=name == m.SIMULATION)
            log[name] = np.maximum(log_density(y, np.maximum(mean, 1e-6), r), np.log(scores.FLOOR))
            if name == m.COMBINED:
                pits.append(scores.pit(draws, y, np.random.default_rng(origin.toordinal())))
        crps.append((*row, loss))
        logs.append((*row, log))
    return _sheet(horizon, crps), _sheet(horizon, logs), np.concatenate(pits)


def _draws(frozen: dict[str, np.ndarray], name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws, mean and dispersion of a method; the simulation's dispersion is that of its draws."""
    mean = frozen[f"mean:{name}"].astype(float)
    if name != m.SIMULATION:
        r = frozen[f"r:{name}"].astype(float)
        return quantiles(mean, r, QUANTILES), mean, r
    draws = frozen["draws"].astype(float)
    half = 0.5 / draws.shape[1]  # a count that no draw had is not impossible
    extra = np.maximum(draws.var(axis=1) - draws.mean(axis=1), 0.0)
    mean = np.maximum(mean, half)
    return draws, mean, np.clip(mean**2 / np.maximum(extra, 1e-9), 0.05, 1e3)


@dataclass(frozen=True)
class Next:
    """Who is next: (m,) origin, source, and by method (m, 4) reciprocal rank and hits at 1, 3, 10."""

    origin: np.ndarray
    source: np.ndarray
    said: dict[str, np.ndarray]


def next_targets(
    manifest: Manifest, history: History, origins: tuple[date, ...], horizon: int, hostile: bool
) -> Next:
    """Rank the target of each source's first act after the origin; those of one day are each ranked without the others.

    A source that does nothing within the shortest window has no next target in it, and is not ranked.
    """
    K, n = len(world.acts()), len(history.actors)
    acts = [k for k, a in enumerate(world.acts()) if not hostile or a.klass.endswith("conflict")]
    rows, said = [], {}
    for origin in origins:
        frozen = _of(manifest, origin, f"{horizon}/next/")
        first, last = window(origin.toordinal(), horizon)
        daily = [history.counts(day, day)[:K][acts].sum(axis=0) for day in range(first, last + 1)]
        for source in range(n):
            day = next((d for d in daily if d[source].any()), None)
            if day is None:
                continue
            targets = np.flatnonzero(day[source])
            rows.append((origin.toordinal(), source))
            for name, score in frozen.items():
                said.setdefault(name, []).append(ranked(np.delete(score[int(hostile), source], source),
                                                        targets - (targets > source)))  # fmt: skip
    table = np.array(rows).reshape(-1, 2)
    return Next(table[:, 0], table[:, 1], {k: np.array(v) for k, v in said.items()})


def ranked(score: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Reciprocal rank and hits at 1, 3, 10 of the true targets, averaged; ties count as their expectation.

    Parameters
    ----------
    score
        (candidates,) what each may expect.
    targets
        Places of the true ones; each is ranked with the other true ones taken out.
    """
    out = np.zeros(4)
    for t in targets:
        others = np.delete(score, targets)
        above, ties = int((others > score[t]).sum()), int((others == score[t]).sum())
        places = np.arange(above + 1, above + ties + 2)
        out += [np.mean(1.0 / places), *(np.mean(places <= k) for k in (1, 3, 10))]
    return out / len(targets)


def _of(manifest: Manifest, origin: date, start: str) -> dict[str, np.ndarray]:
    arrays = manifest.read(f"forecasts/{origin}.npz")
    return {name[len(start) :]: value for name, value in arrays.items() if name.startswith(start)}


def _sheet(horizon: int, parts: list[tuple]) -> Sheet:
    columns = [np.concatenate(column) for column in list(zip(*parts))[:6]]
    said = {name: np.concatenate([p[6][name] for p in parts]) for name in m.SAYS if name in parts[0][6]}
    return Sheet(horizon, *columns, said=said)


def saved(loss: np.ndarray, reference: np.ndarray, sheet: Sheet) -> Interval:
    """Skill of a loss against a reference's, with the wider of two intervals: blocks of time, and pairs."""
    found = [scores.skill(loss, reference, blocks, draws=DRAWS) for blocks in (sheet.time, sheet.pair)]
    return widest(found)


def widest(found: list[Interval]) -> Interval:
    """The mean with an interval that holds all the intervals."""
    return Interval(found[0].mean, min(f.low for f in found), max(f.high for f in found))


def groups(sheet: Sheet, names: tuple[str, ...]) -> Iterator[tuple[str, str, Sheet]]:
    """Yield (group, stratum, rows): all together, then each kind, live and rare; those with nothing are left out."""
    for group, mask in [
        ("all", np.ones(len(sheet.came), bool)),
        *((g, sheet.group == x) for x, g in enumerate(names)),
    ]:
        for live, stratum in STRATA.items():
            rows = sheet.part(mask & (sheet.live == live))
            if len(rows.came):
                yield group, stratum, rows
