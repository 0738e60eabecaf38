"""Actor-oriented choice: whom a sender turns to, given that it acts.

P(k, j | i) = exp(θ·s_kij) / Σ exp(θ·s_li·) over the options possible for i just before the event
(Stadtfeld & Block 2017; McFadden 1974).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.holding import Holding
from chancellery.rem.kernels.moments import sums, weigh
from chancellery.rem.kernels.reading import possible_targets, read_pair, read_targets, scales
from chancellery.rem.kernels.rows import Rows, Sums, take_effect


@njit(cache=True)
def coin(seed: int, event: int, option: int) -> float:
    """A uniform number that belongs to an option of an event (splitmix64 of the three)."""
    z = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(event) * np.uint64(0xD1B54A32D192ED03)
    z += np.uint64(option + 1) * np.uint64(0x8CB92BA72F3D8DD7)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)) * 1.1102230246251565e-16


@njit(cache=True)
def add_event(
    x: np.ndarray,
    w: np.ndarray,
    total: float,
    top: float,
    chosen: int,
    theta: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    out: Sums,
    cluster: int,
    event: int,
) -> None:
    """Add log probability of the chosen option and its derivatives, from sums over the options."""
    p = theta.shape[0]
    utility = 0.0
    for e in range(p):
        utility += theta[e] * x[e, chosen]
    logp = utility - top - np.log(total)
    out.loglik[0] += logp
    if out.surprise.shape[0]:
        out.surprise[event] = logp
    for e in range(p):
        mean = first[e] / total
        residual = x[e, chosen] - mean
        out.score[e] += residual
        if cluster >= 0:
            out.clusters[cluster, e] += residual
        for f in range(e, p):
            out.information[e, f] += second[e, f] / total - mean * (first[f] / total)


@njit(cache=True)
def _sampled(
    h: Holding, i: int, chosen: int, rate: float, seed: int, event: int, scale: np.ndarray, ok: np.ndarray,
    x: np.ndarray, one: np.ndarray,
) -> int:  # fmt: skip
    """Read the chosen option (first) and each other possible one with probability ``rate``."""
    n, count = h.present.shape[0], 1
    read_pair(h, chosen // n, scale, i, chosen % n, one)
    x[:, 0] = one
    for option in range(ok.shape[0]):
        if ok[option] and option != chosen and coin(seed, event, option) < rate:
            read_pair(h, option // n, scale, i, option % n, one)
            x[:, count] = one
            count += 1
    return count


@njit(cache=True, _nrt=False)
def _add_residuals(
    x: np.ndarray, w: np.ndarray, total: float, chosen: int, first: np.ndarray, i: int, n: int, out: Sums
) -> None:
    """Add each option's residual (chosen or not, less its probability) to the score of its pair.

    Labelling the whole score by the pair that was chosen would put like scores together by their outcome, and
    make the variance too large. Statistics are taken from their mean, as the residuals of an event sum to 0.
    """
    for option in range(w.shape[0]):
        residual = (1.0 if option == chosen else 0.0) - w[option] / total
        for e in range(first.shape[0]):
            out.clusters[i * n + option % n, e] += residual * (x[e, option] - first[e] / total)


@njit(cache=True, nogil=True)
def choice_pass(
    h: Holding,
    rows: Rows,
    lo: int,
    hi: int,
    theta: np.ndarray,
    allowed: np.ndarray,
    cluster: np.ndarray,
    sample: float,
    seed: int,
    out: Sums,
) -> int:
    """Score the events of rows lo..hi and apply all rows; ``h`` is changed.

    Scores are added up by ``cluster`` (E,) of the events, or, if it is empty and they are asked for, by pair.

    Returns the first row whose event was not possible, or -1.
    """
    p, types, n = theta.shape[0], h.effect.shape[0], h.present.shape[0]
    m = types * n
    x, w, wx = np.zeros((h.effect.shape[1], m)), np.zeros(m), np.zeros(m)
    ok, all_ok = np.zeros(m, np.bool_), np.ones(m, np.bool_)
    scale, first, second = np.ones((types, h.effect.shape[1])), np.zeros(p), np.zeros((p, p))
    everyone, one = np.zeros(0, np.uint8), np.zeros(h.effect.shape[1])
    for r in range(lo, hi):
        if rows.code[r] == c.EVENT and rows.mark[r]:
            i, event = rows.a[r], rows.event[r]
            chosen = rows.x[r] * n + rows.b[r]
            scales(h, rows.time[r], scale)
            possible_targets(h, i, allowed[event] if allowed.shape[0] else everyone, types, ok)
            if not (ok[chosen] and h.present[i] and h.sends[i]):
                return r
            c_id = cluster[event] if cluster.shape[0] else -1
            count = ok.sum() if sample < m else 0
            if sample < count - 1:
                got = _sampled(h, i, chosen, sample / (count - 1), seed, event, scale, ok, x, one)
                top = weigh(x[:, :got], theta, all_ok[:got], w[:got])
                total = sums(x[:, :got], w[:got], p, wx[:got], first, second)
                add_event(x, w, total, top, 0, theta, first, second, out, c_id, event)
            else:
                read_targets(h, i, scale, x)
                top = weigh(x, theta, ok, w)
                total = sums(x, w, p, wx, first, second)
                add_event(x, w, total, top, chosen, theta, first, second, out, c_id, event)
                if out.clusters.shape[0] and c_id < 0:
                    _add_residuals(x, w, total, chosen, first, i, n, out)
        take_effect(h, rows, r)
    return -1
