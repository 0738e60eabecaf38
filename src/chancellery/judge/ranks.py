"""Rank correlations over pairs of states, with what pairs and what finitely many futures leave open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from chancellery.judge.scores import Interval

RESAMPLES, FOLDS = 1000, 10


@dataclass(frozen=True)
class Rank:
    """One rank correlation over pairs.

    ``value`` with its 90% interval over resampled pairs; ``simulation_error`` what more draws would shrink (0 for
    what is not simulated); ``over`` the difference to the run without the chronology, on the same resamples.
    """

    measure: str
    period: str
    pairs: str
    many: int
    forecast: str
    value: Interval
    simulation_error: float
    over: Interval | None


def ranked(
    what: tuple[str, str, str],
    seen: np.ndarray,
    forecasts: dict[str, np.ndarray],
    reference: str,
    rng: np.random.Generator,
) -> list[Rank]:
    """Rank every forecast beside what was seen, all on the same resamples of pairs.

    Parameters
    ----------
    what
        Measure, period and pairs, for the label.
    seen
        (pairs,).
    forecasts
        Each (pairs,), or (draws, pairs) of futures, whose mean is ranked.
    reference
        Name of the forecast the others are compared with.
    """
    many = len(seen)
    times = rng.multinomial(many, np.full(many, 1.0 / many), size=RESAMPLES)
    means = {name: f.mean(axis=0) if f.ndim == 2 else f for name, f in forecasts.items()}
    drawn = {name: _resampled(m, seen, times) for name, m in means.items()}
    out = []
    for name, f in forecasts.items():
        value = spearman(means[name], seen)
        over = None
        if name != reference:
            over = _interval(value - spearman(means[reference], seen), drawn[name] - drawn[reference])
        error = jackknife(f, seen) if f.ndim == 2 else 0.0
        out.append(Rank(*what, many, name, _interval(value, drawn[name]), error, over))
    return out


def _interval(value: float, drawn: np.ndarray) -> Interval:
    if np.isnan(drawn).all():
        return Interval(value, float("nan"), float("nan"))
    low, high = np.nanquantile(drawn, [0.05, 0.95])
    return Interval(value, float(low), float(high))


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Rank correlation, ties at their mean rank; NaN where either says nothing."""
    return float(_resampled(a, b, np.ones((1, len(a))))[0])


def _resampled(a: np.ndarray, b: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Correlation of the ranks where pair p counts ``times[r, p]`` times, for every resample r.

    Ranks are those among all pairs: ranking each resample anew takes a hundred times as long and moves the
    ends of the interval by less than its own error.
    """
    x, y = stats.rankdata(a), stats.rankdata(b)
    total = times.sum(axis=1)
    mean_x, mean_y = times @ x / total, times @ y / total
    product = times @ (x * y) / total - mean_x * mean_y
    spread = np.sqrt(
        np.maximum(times @ x**2 / total - mean_x**2, 0.0) * np.maximum(times @ y**2 / total - mean_y**2, 0.0)
    )
    return np.where(spread > 1e-9, product / np.where(spread > 1e-9, spread, 1.0), np.nan)


def jackknife(draws: np.ndarray, seen: np.ndarray) -> float:
    """Standard error from having finitely many futures: folds of them left out in turn (Tukey 1958)."""
    folds = min(FOLDS, len(draws))
    if folds < 2:
        return float("nan")
    of = np.arange(len(draws)) % folds
    values = np.array([spearman(draws[of != f].mean(axis=0), seen) for f in range(folds)])
    return float(np.sqrt((folds - 1) / folds * ((values - values.mean()) ** 2).sum()))
