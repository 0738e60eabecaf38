"""Estimates from futures: what is unknown about the world and what is unknown about the dice, apart.

Draws come in groups that share their parameters. With P groups of R replicates, one-way analysis of
variance gives the variance between parameters, B − W/R, and the simulation error of the mean, √(W/PR)
(Law & Kelton, batch means; Sun, Apley & Staum 2011 on nested simulation).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

Z90 = 1.644854


@dataclass(frozen=True)
class Estimate:
    """A number with its uncertainty.

    Attributes
    ----------
    value
        Mean over all futures.
    low, high
        90% interval from the parameters alone.
    simulation_error
        Standard error of ``value`` that more draws would shrink.
    future_low, future_high
        10th and 90th percentile over futures: what may happen, rather than what is expected.
    """

    value: float
    low: float
    high: float
    simulation_error: float
    future_low: float
    future_high: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self)

    @property
    def total_low(self) -> float:
        """Lower end of the 90% interval with both errors."""
        return self.value - self._both(self.value - self.low)

    @property
    def total_high(self) -> float:
        """Upper end of the 90% interval with both errors."""
        return self.value + self._both(self.high - self.value)

    def _both(self, parameter: float) -> float:
        return float(np.hypot(parameter, Z90 * self.simulation_error))


def estimate(
    values: np.ndarray, replicates: int, bounds: tuple[float, float] = (-np.inf, np.inf)
) -> Estimate:
    """Mean of a value a future, with the two errors apart.

    Parameters
    ----------
    values
        (draws,), grouped: ``replicates`` consecutive draws share their parameters. NaN where a future gives
        no value; the mean is over the others.
    replicates
        Draws a parameter draw.
    bounds
        Range the value can take; the interval is cut to it.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return Estimate(*(float("nan"),) * 6)
    mean = float(finite.mean())
    groups = values[: len(values) // replicates * replicates].reshape(-1, replicates)
    parameter, simulation = _variances(groups)
    half = Z90 * float(np.sqrt(parameter))
    low, high = float(np.clip(mean - half, *bounds)), float(np.clip(mean + half, *bounds))
    ends = np.quantile(finite, [0.1, 0.9])
    return Estimate(mean, low, high, float(np.sqrt(simulation)), float(ends[0]), float(ends[1]))


def _variances(groups: np.ndarray) -> tuple[float, float]:
    P, R = groups.shape
    seen = np.isfinite(groups)
    means = groups[seen.all(axis=1)].mean(axis=1)
    between = float(means.var(ddof=1)) if len(means) > 1 else 0.0
    if R == 1:  # the two cannot be told apart: all of it is shown as simulation error
        return 0.0, between / max(len(means), 1)
    within = float(groups[seen.all(axis=1)].var(axis=1, ddof=1).mean()) if len(means) else 0.0
    return max(between - within / R, 0.0), within / max(P * R, 1)
