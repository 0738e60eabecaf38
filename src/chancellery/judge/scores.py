"""Scores of forecasts: how good a probability or a sample was, whether it can be taken at its word, and by how
much one forecaster is better than another when the forecasts lean on each other.

A forecast is scored only against what happened afterwards. Losses (Brier, CRPS) are better when small, log
scores when large. Every mean comes with an interval from whole blocks drawn again (a week, a pair): forecasts of
the same block share their luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from chancellery.errors import ScoreError

FLOOR = 1e-6  # a probability is never taken to be nearer to 0 or 1: one surprise may not be worth infinity
RIDGE = 1e-6  # keeps a calibration slope finite where forecasts separate what happened from what did not


@dataclass(frozen=True)
class Interval:
    """A mean and what resampled blocks leave open of it."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:+.3f} [{self.low:+.3f}, {self.high:+.3f}]"

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True)
class Reliability:
    """Forecast and observed frequency by bin, and the line through their log odds.

    Attributes
    ----------
    low, high
        (B,) edges of the bins that hold a forecast.
    forecast, observed, count
        (B,) mean probability, share that happened, number of forecasts.
    slope, intercept
        Of the logistic regression of outcomes on the log odds of the forecasts (Cox 1958, Biometrika 45):
        1 and 0 for a forecaster to be taken at its word; a slope below 1 says too sure. NaN where all or
        none happened.
    """

    low: np.ndarray
    high: np.ndarray
    forecast: np.ndarray
    observed: np.ndarray
    count: np.ndarray
    slope: float
    intercept: float


def brier(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Squared distance of probabilities from what happened (Brier 1950), elementwise; a loss.

    Raises
    ------
    ScoreError
        If a probability is none, or an outcome is neither 0 nor 1.
    """
    p, y = _beside(p, y)
    return (p - y) ** 2


def log_score(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Natural log of the probability given to what happened, elementwise, cut off at ``FLOOR``; better when large.

    Raises
    ------
    ScoreError
        As in :func:`brier`.
    """
    p, y = _beside(p, y)
    p = np.clip(p, FLOOR, 1.0 - FLOOR)
    return np.where(y == 1.0, np.log(p), np.log1p(-p))


def crps(samples: np.ndarray, y: np.ndarray, *, fair: bool = True) -> np.ndarray:
    """Continuous ranked probability score of samples (Gneiting & Raftery 2007, eq. 20); a loss.

    Parameters
    ----------
    samples
        (n, m) draws from each of the n forecasts.
    y
        (n,) what happened, in the same unit.
    fair
        Corrects for m being finite (Ferro 2014); False scores the draws as the whole forecast.

    Returns
    -------
    np.ndarray
        (n,) in the unit of ``y``. The fair score of a single forecast can be below zero.

    Raises
    ------
    ScoreError
        If shapes do not fit, or fair is asked of one draw.
    """
    x, y = np.sort(np.asarray(samples, float), axis=1), np.asarray(y, float)
    m = x.shape[1]
    if x.shape[0] != len(y) or m < 1 + fair:
        raise ScoreError(f"samples of shape {x.shape} do not score {len(y)} outcomes; give one row of draws an outcome")
    # The mean distance of two draws, from order statistics instead of all pairs.
    apart = 2.0 * (x @ (2.0 * np.arange(m) - m + 1.0)) / (m * (m - fair))
    return np.abs(x - y[:, None]).mean(axis=1) - 0.5 * apart


def pit(samples: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Where outcomes fall among draws, in (0, 1), ties spread at random (Czado, Gneiting & Held 2009).

    Uniform for a forecaster whose intervals hold what they promise; crowded at both ends when they are too narrow.

    Parameters
    ----------
    samples, y
        (n, m) draws and (n,) outcomes.
    rng
        Places ties.
    """
    x, y = np.asarray(samples, float), np.asarray(y, float)[:, None]
    below, ties = (x < y).sum(axis=1), (x == y).sum(axis=1)
    return (below + rng.random(len(x)) * (ties + 1.0)) / (x.shape[1] + 1.0)


def reliability(p: np.ndarray, y: np.ndarray, *, bins: int = 10) -> Reliability:
    """Compare probabilities with how often such forecasts came true.

    Parameters
    ----------
    p, y
        (n,) probabilities and outcomes.
    bins
        Number of bins of equal width; empty ones are left out.

    Raises
    ------
    ScoreError
        As in :func:`brier`.
    """
    p, y = _beside(p, y)
    at = np.minimum((p * bins).astype(int), bins - 1)
    count = np.bincount(at, minlength=bins)
    held = count > 0
    edges = np.arange(bins + 1) / bins
    mean = [np.bincount(at, weights=v, minlength=bins)[held] / count[held] for v in (p, y)]
    slope, intercept = calibration(p, y)
    return Reliability(edges[:-1][held], edges[1:][held], mean[0], mean[1], count[held], slope, intercept)


def calibration(p: np.ndarray, y: np.ndarray, *, steps: int = 50) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of outcomes on log odds, by Newton; NaN if all or none happened."""
    p, y = _beside(p, y)
    if not 0.0 < y.mean() < 1.0:
        return float("nan"), float("nan")
    x = np.column_stack([logit(np.clip(p, FLOOR, 1.0 - FLOOR)), np.ones(len(p))])
    beta = np.array([1.0, 0.0])
    for _ in range(steps):
        mean = expit(x @ beta)
        step = np.linalg.solve(
            (x * (mean * (1.0 - mean))[:, None]).T @ x + RIDGE * np.eye(2), x.T @ (y - mean) - RIDGE * beta
        )
        beta = beta + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-10:
            break
    return float(beta[0]), float(beta[1])


def block_bootstrap(
    values: np.ndarray, blocks: np.ndarray, *, draws: int = 2000, level: float = 0.9, seed: int = 7
) -> Interval:
    """Mean of values with an interval from whole blocks drawn again (Künsch 1989).

    Parameters
    ----------
    values
        (n,) one a forecast.
    blocks
        (n,) label of the block each belongs to, such as its week.
    level
        Coverage of the interval.

    Raises
    ------
    ScoreError
        If there is nothing, or the lengths differ.
    """
    values = np.asarray(values, float)
    return _resampled((values,), blocks, lambda total, n: total[0] / n, draws, level, seed)


def skill(
    score: np.ndarray,
    reference: np.ndarray,
    blocks: np.ndarray,
    *,
    draws: int = 2000,
    level: float = 0.9,
    seed: int = 7,
) -> Interval:
    """Share of a reference's loss that is saved, 1 − mean(score) / mean(reference), blocks drawn again in pairs.

    Raises
    ------
    ScoreError
        As in :func:`block_bootstrap`, or if the reference has no loss.
    """
    pair = (np.asarray(score, float), np.asarray(reference, float))
    if len(pair[1]) and not pair[1].any():
        raise ScoreError("the reference forecast is never wrong; there is nothing to be better at")

    def saved(total: np.ndarray, n: np.ndarray) -> np.ndarray:
        # A draw of blocks in which the reference lost nothing has no skill to speak of.
        return 1.0 - total[0] / np.where(total[1] == 0.0, np.nan, total[1])

    return _resampled(pair, blocks, saved, draws, level, seed)


def _resampled(columns: tuple, blocks: np.ndarray, of: object, draws: int, level: float, seed: int) -> Interval:
    names, at = np.unique(np.asarray(blocks), return_inverse=True)
    if not len(at) or any(len(c) != len(at) for c in columns):
        raise ScoreError(
            f"{[len(c) for c in columns]} scores do not fit {len(at)} block labels; give one label a score"
        )
    sums = np.array([np.bincount(at, weights=c) for c in columns])
    sizes = np.bincount(at).astype(float)
    times = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1.0 / len(names)), size=draws).T
    drawn = of(sums @ times, sizes @ times)
    low, high = np.nanquantile(drawn, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Interval(float(of(sums.sum(axis=1), sizes.sum())), float(low), float(high))


def _beside(p: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    p, y = np.asarray(p, float), np.asarray(y, float)
    if p.shape != y.shape:
        raise ScoreError(f"{p.size} probabilities do not fit {y.size} outcomes; give one each")
    if not ((p >= 0.0) & (p <= 1.0)).all():
        raise ScoreError("a probability lies outside 0 to 1")
    if not ((y == 0.0) | (y == 1.0)).all():
        raise ScoreError("an outcome is neither 0 (did not happen) nor 1 (happened)")
    return p, y
