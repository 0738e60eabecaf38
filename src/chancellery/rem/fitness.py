"""The verb ``fitness``: does what the model draws look like the record, in ways it was not told about?

Sequences are drawn from the fit; numbers it was not fitted to are compared with those of the record one by one
(two-sided Monte-Carlo p-values) and together (Mahalanobis distance), after Brandenberger 2019 and Amati, Lomi &
Snijders 2024.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from chancellery.errors import ModelError
from chancellery.rem.estimate import RemFit
from chancellery.rem.portrait import STATISTICS, portrait
from chancellery.rem.simulate import Simulated, simulate
from chancellery.rem.stage import Source, source_of

OUTSIDE = 0.05
# What to try where a group of numbers is off, by its name.
ADVICE = {
    "volume": "the baseline drifts: add half_life or window to what feeds on itself, or attributes that change",
    "activity": "add outdeg (type='ego' in a tie model) or an attribute of senders to the model of who acts",
    "popularity": "add indeg (weighted=True, transform=log1p) or alter(an attribute)",
    "pairs": "add inertia(weighted=True, transform=log1p), or one with a shorter window or half_life",
    "structure": "add recip, trans, cycle or a shift (psABBA), whichever its numbers are about",
    "time": "add recent memory: inertia or outdeg with a short window or half_life",
}

Own = Mapping[str, Callable[[np.ndarray, np.ndarray, np.ndarray, int], float]]


@dataclass(frozen=True)
class Fitness:
    """Simulated against observed.

    Attributes
    ----------
    names : tuple
        Statistics that vary or differ; those not defined for the record are left out.
    observed : (S,)
    simulated : (draws, S)
    p : (S,)
        Two-sided Monte-Carlo p-values.
    joint : float
        p-value of all together: how many draws are as far from the others as the record.
    advice : tuple
        One sentence for each group of statistics in which the record falls outside.
    draws, seed
        Of the simulation.
    """

    names: tuple[str, ...]
    observed: np.ndarray
    simulated: np.ndarray
    p: np.ndarray
    joint: float
    advice: tuple[str, ...]
    draws: int
    seed: int
    sequences: Simulated = field(repr=False)

    def group(self, name: str) -> str:
        """Group a statistic belongs to."""
        return STATISTICS.get(name, ("your own", ""))[0]

    def __str__(self) -> str:
        low, middle, high = np.nanquantile(self.simulated, (0.025, 0.5, 0.975), axis=0)
        lines = [f"{'statistic':<14}{'observed':>11}{'simulated':>11}{'95% of draws':>24}{'p':>8}"]
        for s, name in enumerate(self.names):
            span = f"{low[s]:.4g} to {high[s]:.4g}"
            mark = " *" if self.p[s] < OUTSIDE else ""
            lines.append(
                f"{name:<14}{self.observed[s]:>11.4g}{middle[s]:>11.4g}{span:>24}{self.p[s]:>8.3f}{mark}"
            )
        lines.append(f"all together: p = {self.joint:.3f} ({self.draws} draws, seed {self.seed})")
        return "\n".join([*lines, *self.advice])


def fitness(
    fit: RemFit,
    *,
    choice: RemFit | None = None,
    draws: int = 100,
    seed: int = 1,
    statistics: Own | None = None,
    threads: int | None = None,
) -> Fitness:
    """Hold a fit against its record.

    Parameters
    ----------
    fit
        A fitted model; a rate model needs ``choice``.
    choice
        Fitted choice model of a rate's receivers.
    draws, seed
        Sequences drawn, and of which seed.
    statistics
        More numbers: name to a function of time, sender, receiver (arrays) and the number of actors.
    threads
        By default all cores; the result does not depend on it.

    Raises
    ------
    ModelError
        If there are too few draws.
    """
    if draws < 40:
        raise ModelError(
            f"fitness: {draws} draws give no p-value below {2 / (draws + 1):.2f}; take 40 or more, better 100"
        )
    sim = simulate(fit, choice=choice, draws=draws, seed=seed, threads=threads)
    source = source_of(fit)
    own = dict(statistics or {})
    observed = _described(*_record(source, sim), source, own)
    parts = [sim.part(d) for d in range(draws)]
    drawn = [_described(sim.time[x], sim.a[x], sim.b[x], source, own) for x in parts]
    every = [name for name in observed if np.isfinite(observed[name])]
    values = np.array([[one[name] for name in every] for one in drawn])
    tells = [bool(np.nanstd(values[:, s]) > 1e-12 or abs(np.nanmean(values[:, s]) - observed[name]) > 1e-12)
             for s, name in enumerate(every)]  # fmt: skip
    names = tuple(name for name, keep in zip(every, tells) if keep)
    values, truth = values[:, tells], np.array([observed[name] for name in names])
    p = two_sided(truth, values)
    return Fitness(
        names, truth, values, p, joint_p(truth, values), _advice(names, truth, values, p), draws, seed, sim
    )


def _record(source: Source, sim: Simulated) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Recorded events in the span that was drawn."""
    old = source.events
    mine = (old.value > 0) & (old.time >= sim.start) & (old.time <= sim.until)
    return old.time[mine], old.a[mine], old.b[mine]


def _described(time: np.ndarray, a: np.ndarray, b: np.ndarray, source: Source, own: Own) -> dict[str, float]:
    if not source.events.directed:
        a, b = np.concatenate([a, b]), np.concatenate([b, a])
        time = np.concatenate([time, time])
    n = source.plan.study.n
    out = portrait(time, a, b, n, source.timed)
    if not source.events.directed:
        out["answered"] = np.nan  # an agreement answers nothing
    return out | {name: float(f(time, a, b, n)) for name, f in own.items()}


def two_sided(observed: np.ndarray, simulated: np.ndarray) -> np.ndarray:
    """Monte-Carlo p-values (S,): twice the smaller share of draws (D, S) at or beyond the record, counting it in."""
    draws = np.isfinite(simulated).sum(axis=0)
    low, high = (simulated <= observed).sum(axis=0), (simulated >= observed).sum(axis=0)
    return np.minimum(1.0, 2.0 * (1 + np.minimum(low, high)) / (draws + 1))


def joint_p(observed: np.ndarray, simulated: np.ndarray) -> float:
    """Share of draws as far from the draws' mean as the record, by Mahalanobis distance.

    Each point is compared with mean and covariance of all points, the record among them, so that none is
    judged by a cloud it is no part of. Of the principal directions, at most one for three draws is used, and
    none that hardly varies.
    """
    points = np.vstack([observed, simulated])
    points = np.where(np.isfinite(points), points, np.nanmean(points, axis=0))
    spread = points.std(axis=0)
    z = (points - points.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    u, s, _ = np.linalg.svd(z, full_matrices=False)
    kept = s > 1e-6 * s.max(initial=1e-300)
    distance = (u[:, kept][:, : max(len(simulated) // 3, 1)] ** 2).sum(axis=1)
    return float((distance >= distance[0] * (1 - 1e-12)).sum() / len(points))


def _advice(
    names: tuple[str, ...], observed: np.ndarray, simulated: np.ndarray, p: np.ndarray
) -> tuple[str, ...]:
    """One sentence a group: what is off most, in which direction, what to try."""
    worst: dict[str, int] = {}
    spread = np.nanstd(simulated, axis=0) + 1e-12
    away = (observed - np.nanmean(simulated, axis=0)) / spread
    for s, name in enumerate(names):
        group = STATISTICS.get(name, ("", ""))[0]
        if p[s] < OUTSIDE and group and (group not in worst or abs(away[s]) > abs(away[worst[group]])):
            worst[group] = s
    return tuple(
        f"The {STATISTICS[names[s]][1]} is {observed[s]:.3g}, {'above' if away[s] > 0 else 'below'} what the model draws "
        f"({np.nanquantile(simulated[:, s], 0.025):.3g} to {np.nanquantile(simulated[:, s], 0.975):.3g}): {ADVICE[group]}."
        for group, s in worst.items()
    )
