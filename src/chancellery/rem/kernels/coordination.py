"""Coordination: a pair agrees when each chooses the other, out of all pairs that might.

P{i, j} = p_ij p_ji / Σ_{k<l} p_kl p_lk with p the choice of each actor (Stadtfeld, Hollway & Block 2017, eq. 6).
The information is the expected one, the covariance of the derivative under the model, so it is never negative.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.holding import Holding
from chancellery.rem.kernels.moments import weigh
from chancellery.rem.kernels.reading import possible_targets, read_targets, scales
from chancellery.rem.kernels.rows import Rows, Sums, take_effect


@njit(cache=True)
def _choices(
    h: Holding, theta: np.ndarray, scale: np.ndarray, x: np.ndarray, logp: np.ndarray, ok: np.ndarray,
    mean: np.ndarray,
) -> None:  # fmt: skip
    """Statistics (N, E, K·N), log choice probabilities (N, K·N), what is possible, mean statistics (N, p)."""
    n, p, m = h.present.shape[0], theta.shape[0], logp.shape[1]
    w, everyone = np.zeros(m), np.zeros(0, np.uint8)
    for i in range(n):
        if not (h.present[i] and h.sends[i]):
            ok[i] = False
            continue
        possible_targets(h, i, everyone, m // n, ok[i])
        read_targets(h, i, scale, x[i])
        top = weigh(x[i], theta, ok[i], w)
        total = max(w.sum(), 1e-300)
        for e in range(p):
            utility = 0.0
            for j in range(m):
                utility += w[j] * x[i, e, j]
            mean[i, e] = utility / total
        for j in range(m):
            logp[i, j] = 0.0
            for e in range(p):
                logp[i, j] += theta[e] * x[i, e, j]
            logp[i, j] -= top + np.log(total)


@njit(cache=True)
def _gradient(x: np.ndarray, mean: np.ndarray, i: int, j: int, k: int, n: int, e: int) -> float:
    """Derivative of log p_ij + log p_ji."""
    return x[i, e, k * n + j] + x[j, e, k * n + i] - mean[i, e] - mean[j, e]


@njit(cache=True)
def _likeliest(logp: np.ndarray, ok: np.ndarray, n: int) -> float:
    """Largest log p_ij + log p_ji, which the sums are taken relative to."""
    top = -1e300
    for k in range(logp.shape[1] // n):
        for i in range(n):
            for j in range(i):
                if ok[i, k * n + j] and ok[j, k * n + i]:
                    top = max(top, logp[i, k * n + j] + logp[j, k * n + i])
    return top


@njit(cache=True, nogil=True)
def coordination_pass(
    h: Holding, rows: Rows, lo: int, hi: int, theta: np.ndarray, cluster: np.ndarray, out: Sums
) -> int:
    """Score rows lo..hi and apply them; returns the first row whose event was not possible, or -1."""
    p, types, n = theta.shape[0], h.effect.shape[0], h.present.shape[0]
    m = types * n
    x, logp = np.zeros((n, h.effect.shape[1], m)), np.zeros((n, m))
    ok, mean = np.zeros((n, m), np.bool_), np.zeros((n, p))
    scale, d, first, second = np.ones((types, h.effect.shape[1])), np.zeros(p), np.zeros(p), np.zeros((p, p))
    for r in range(lo, hi):
        if rows.code[r] == c.EVENT and rows.mark[r]:
            a, b, at, event = rows.a[r], rows.b[r], rows.x[r], rows.event[r]
            scales(h, rows.time[r], scale)
            _choices(h, theta, scale, x, logp, ok, mean)
            if not (ok[a, at * n + b] and ok[b, at * n + a]):
                return r
            top, total = _likeliest(logp, ok, n), 0.0
            first[:] = 0.0
            second[:] = 0.0
            for k in range(types):
                for i in range(n):
                    for j in range(i):
                        if not (ok[i, k * n + j] and ok[j, k * n + i]):
                            continue
                        w = np.exp(logp[i, k * n + j] + logp[j, k * n + i] - top)
                        total += w
                        for e in range(p):
                            d[e] = _gradient(x, mean, i, j, k, n, e)
                            first[e] += w * d[e]
                            for f in range(e + 1):
                                second[f, e] += w * d[e] * d[f]
            logp_event = logp[a, at * n + b] + logp[b, at * n + a] - top - np.log(total)
            c_id = cluster[event] if cluster.shape[0] else -1
            _add(x, mean, a, b, at, n, logp_event, total, first, second, c_id, event, out)
            if out.clusters.shape[0] and not cluster.shape[0]:
                _add_residuals(x, logp, ok, mean, a, b, at, top, total, first, out)
        take_effect(h, rows, r)
    return -1


@njit(cache=True)
def _add_residuals(
    x: np.ndarray, logp: np.ndarray, ok: np.ndarray, mean: np.ndarray, a: int, b: int, at: int, top: float,
    total: float, first: np.ndarray, out: Sums,
) -> None:  # fmt: skip
    """Add each pair's residual (agreed or not, less its probability) to the score of the pair (see ``choice``)."""
    n = x.shape[0]
    for k in range(logp.shape[1] // n):
        for i in range(n):
            for j in range(i):
                if not (ok[i, k * n + j] and ok[j, k * n + i]):
                    continue
                residual = -np.exp(logp[i, k * n + j] + logp[j, k * n + i] - top) / total
                if k == at and i == max(a, b) and j == min(a, b):
                    residual += 1.0
                for e in range(first.shape[0]):
                    gap = _gradient(x, mean, i, j, k, n, e) - first[e] / total
                    out.clusters[i * n + j, e] += residual * gap


@njit(cache=True)
def _add(
    x: np.ndarray, mean: np.ndarray, a: int, b: int, at: int, n: int, logp: float, total: float, first: np.ndarray,
    second: np.ndarray, cluster: int, event: int, out: Sums,
) -> None:  # fmt: skip
    p = first.shape[0]
    out.loglik[0] += logp
    if out.surprise.shape[0]:
        out.surprise[event] = logp
    for e in range(p):
        residual = _gradient(x, mean, a, b, at, n, e) - first[e] / total
        out.score[e] += residual
        if cluster >= 0:
            out.clusters[cluster, e] += residual
        for f in range(e, p):
            out.information[e, f] += second[e, f] / total - (first[e] / total) * (first[f] / total)
