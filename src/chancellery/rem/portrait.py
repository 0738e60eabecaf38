"""A portrait of a sequence of events: numbers that a model was not fitted to, by which it can be judged.

Degrees count dealings; shares are of ordered pairs that dealt at least once; triads are counted on those pairs.
"""

from __future__ import annotations

import numpy as np

# Name, group and what it means; the order is that of tables and figures.
STATISTICS: dict[str, tuple[str, str]] = {
    "events": ("volume", "number of events"),
    "out_median": ("activity", "median number of events sent"),
    "out_p90": ("activity", "90th percentile of events sent"),
    "out_sd": ("activity", "standard deviation of events sent"),
    "out_top": ("activity", "share of events sent by the most active actor"),
    "in_median": ("popularity", "median number of events received"),
    "in_p90": ("popularity", "90th percentile of events received"),
    "in_sd": ("popularity", "standard deviation of events received"),
    "in_top": ("popularity", "share of events received by the most popular actor"),
    "dyads": ("pairs", "number of distinct ordered pairs with an event"),
    "repeated": ("pairs", "share of pairs with an event that have more than one"),
    "pair_top": ("pairs", "share of events of the busiest pair"),
    "reciprocity": ("structure", "share of pairs with an event whose reverse has one"),
    "answered": ("structure", "share of events that answer the event before"),
    "transitivity": ("structure", "share of two-paths i → k → j that are closed by i → j"),
    "cycles": ("structure", "share of two-paths i → k → j that are closed by j → i"),
    "distance": ("structure", "mean length of shortest paths"),
    "burst_sender": ("time", "mean burstiness of senders, −1 regular, 0 random, 1 bursts"),
    "burst_pair": ("time", "mean burstiness of pairs, −1 regular, 0 random, 1 bursts"),
    "gap_median": ("time", "median time between events"),
    "gap_cv": ("time", "standard deviation of the time between events over its mean"),
}


def portrait(time: np.ndarray, a: np.ndarray, b: np.ndarray, n: int, timed: bool = True) -> dict[str, float]:
    """Describe events by numbers.

    Parameters
    ----------
    time, a, b : (E,)
        Events in order: time, indices of sender and receiver.
    n
        Number of actors.
    timed
        Whether the times themselves say something; else order takes their place and gaps are left out.

    Returns
    -------
    dict
        Name in :data:`STATISTICS` to value; NaN where it is not defined (no two-path, no repeated event).
    """
    count = len(a)
    sent, got = np.bincount(a, minlength=n), np.bincount(b, minlength=n)
    pairs, per_pair = np.unique(a * n + b, return_counts=True)
    X = np.zeros((n, n))
    X[pairs // n, pairs % n] = 1.0
    out = {"events": float(count)}
    for name, degree in (("out", sent), ("in", got)):
        out[f"{name}_median"], out[f"{name}_p90"] = (float(q) for q in np.quantile(degree, (0.5, 0.9)))
        out[f"{name}_sd"], out[f"{name}_top"] = float(degree.std()), _share(degree.max(initial=0), count)
    out["dyads"] = float(len(pairs))
    out["repeated"] = _share((per_pair > 1).sum(), len(pairs))
    out["pair_top"] = _share(per_pair.max(initial=0), count)
    out["reciprocity"] = _share((X * X.T).sum(), X.sum())
    out["answered"] = _share(((a[1:] == b[:-1]) & (b[1:] == a[:-1])).sum(), count - 1)
    two = X @ X
    np.fill_diagonal(two, 0.0)
    out["transitivity"], out["cycles"] = (
        _share((two * X).sum(), two.sum()),
        _share((two * X.T).sum(), two.sum()),
    )
    out["distance"] = mean_distance(X)
    clock = time if timed else np.arange(count, dtype=float)
    out["burst_sender"], out["burst_pair"] = burstiness(clock, a), burstiness(clock, a * n + b)
    if timed:
        gaps = np.diff(time)
        out["gap_median"] = float(np.median(gaps)) if len(gaps) else np.nan
        out["gap_cv"] = _share(gaps.std(), gaps.mean()) if len(gaps) else np.nan
    return out


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else np.nan


def burstiness(time: np.ndarray, who: np.ndarray) -> float:
    """Mean over actors (or pairs) with three events or more of (σ − μ) / (σ + μ) of their gaps.

    Source: Goh & Barabási 2008. NaN if nobody has three.
    """
    order = np.lexsort((time, who))
    gap, same = np.diff(time[order]), np.diff(who[order]) == 0
    _, at = np.unique(who[order][1:][same], return_inverse=True)
    gap, count = gap[same], np.bincount(at)
    mean = np.bincount(at, gap) / np.maximum(count, 1)
    sd = np.sqrt(np.maximum(np.bincount(at, gap**2) / np.maximum(count, 1) - mean**2, 0.0))
    enough = (count >= 2) & (sd + mean > 0)
    return float(((sd - mean) / np.where(enough, sd + mean, 1.0))[enough].mean()) if enough.any() else np.nan


def mean_distance(X: np.ndarray) -> float:
    """Mean length of the shortest paths between ordered pairs that have one; NaN if there is none."""
    reached = np.eye(len(X), dtype=bool)
    near, total, pairs, length = reached, 0.0, 0, 0
    ties = X.astype(np.float32)
    while near.any():
        near = (near.astype(np.float32) @ ties > 0) & ~reached
        length += 1
        total += length * float(near.sum())
        pairs += int(near.sum())
        reached = reached | near
    return _share(total, pairs)
