"""Tie-oriented models: which pair comes next, and when.

Timed: log λ_ij of the event's pair less Δt Σ λ over all possible pairs; ordinal: softmax over the pairs
(Butts 2008). Statistics that do not fade change only where something happened, so the sums over all pairs are
kept and corrected pair by pair (``kept.py``); here are the passes that read every pair, or a sample of them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.choice import add_event, coin
from chancellery.rem.kernels.holding import Holding
from chancellery.rem.kernels.moments import sums, weigh
from chancellery.rem.kernels.reading import possible_targets, read_pair, read_targets, scales
from chancellery.rem.kernels.rows import Rows, Sums, take_effect


@njit(cache=True, inline="always")
def possible(
    present: np.ndarray, sends: np.ndarray, receives: np.ndarray, risk: int, X: np.ndarray, i: int, j: int
) -> bool:
    """Whether i → j may happen now."""
    there = i != j and present[i] > 0 and sends[i] > 0 and present[j] > 0 and receives[j] > 0
    return there and (risk < 0 or X[risk, i, j] > 0)


@njit(cache=True)
def _read_pairs(h: Holding, scale: np.ndarray, x: np.ndarray, ok: np.ndarray, block: np.ndarray) -> None:
    """All options (effects, N · types · N) and whether each is possible."""
    n, m = h.present.shape[0], block.shape[1]
    everyone = np.zeros(0, np.uint8)
    for i in range(n):
        part = ok[i * m : (i + 1) * m]
        if not (h.present[i] and h.sends[i]):
            part[:] = False
            continue
        possible_targets(h, i, everyone, m // n, part)
        read_targets(h, i, scale, block)
        x[:, i * m : (i + 1) * m] = block


@njit(cache=True)
def _draw_pairs(
    h: Holding, draws: int, seed: int, row: int, scale: np.ndarray, x: np.ndarray, ok: np.ndarray, one: np.ndarray
) -> None:
    """Draw options with replacement into columns 1..draws; an impossible draw is marked so."""
    n, types = h.present.shape[0], h.effect.shape[0]
    for d in range(1, draws + 1):
        i = min(int(coin(seed, row, 3 * d) * n), n - 1)
        j = min(int(coin(seed, row, 3 * d + 1) * (n - 1)), n - 2)
        j += j >= i
        k = min(int(coin(seed, row, 3 * d + 2) * types), types - 1)
        ok[d] = possible(h.present, h.sends, h.receives, h.risk[0], h.X, i, j)
        if ok[d]:
            read_pair(h, k, scale, i, j, one)
            x[:, d] = one


@njit(cache=True)
def _expected(
    x: np.ndarray, w: np.ndarray, gap: float, theta: np.ndarray, ok: np.ndarray, wx: np.ndarray,
    first: np.ndarray, second: np.ndarray, out: Sums,
) -> None:  # fmt: skip
    """Take off the events expected in a gap."""
    p, top = theta.shape[0], weigh(x, theta, ok, w)
    total, weight = sums(x, w, p, wx, first, second), gap * np.exp(top)
    out.loglik[0] -= weight * total
    for e in range(p):
        out.score[e] -= weight * first[e]
        for f in range(e, p):
            out.information[e, f] += weight * second[e, f]


@njit(cache=True, nogil=True)
def tie_pass(
    h: Holding, rows: Rows, lo: int, hi: int, theta: np.ndarray, timed: bool, cluster: np.ndarray, draws: int,
    seed: int, out: Sums,
) -> int:  # fmt: skip
    """Score rows lo..hi over all pairs, or over ``draws`` drawn ones (0: all), and apply the rows.

    Drawn pairs stand for all: in the timed model their hazards are scaled up (Horvitz & Thompson 1952); in the
    ordinal one the event is compared with them (McFadden 1978). Returns the first impossible row, or -1.
    """
    p, types, n = theta.shape[0], h.effect.shape[0], h.present.shape[0]
    m = draws + 1 if draws else n * types * n
    x, w, wx, ok = np.zeros((h.effect.shape[1], m)), np.zeros(m), np.zeros(m), np.zeros(m, np.bool_)
    block, one = np.zeros((h.effect.shape[1], types * n)), np.zeros(h.effect.shape[1])
    scale, first, second = np.ones((types, h.effect.shape[1])), np.zeros(p), np.zeros((p, p))
    share = n * (n - 1.0) * types / draws if draws else 1.0
    for r in range(lo, hi):
        counted = rows.code[r] == c.EVENT and rows.mark[r] > 0
        if counted or (timed and rows.gap[r] > 0):
            scales(h, rows.time[r], scale)
            i, j, k, event = rows.a[r], rows.b[r], rows.x[r], rows.event[r]
            if counted and not possible(h.present, h.sends, h.receives, h.risk[0], h.X, i, j):
                return r
            if draws:
                _draw_pairs(h, draws, seed, r, scale, x, ok, one)
            else:
                _read_pairs(h, scale, x, ok, block)
            if timed and rows.gap[r] > 0:
                ok[0] = ok[0] and not draws
                _expected(x, w, rows.gap[r] * share, theta, ok, wx, first, second, out)
            if counted:
                chosen = 0 if draws else (i * types + k) * n + j
                read_pair(h, k, scale, i, j, one)
                x[:, chosen] = one
                c_id = cluster[event] if cluster.shape[0] else -1
                if timed:
                    add_pair(x[:, chosen], theta, c_id, event, out)
                else:
                    ok[chosen] = True
                    top = weigh(x, theta, ok, w)
                    total = sums(x, w, p, wx, first, second)
                    add_event(x, w, total, top, chosen, theta, first, second, out, c_id, event)
        take_effect(h, rows, r)
    return -1


@njit(cache=True)
def add_pair(s: np.ndarray, theta: np.ndarray, cluster: int, event: int, out: Sums) -> None:
    """Add the log hazard of the pair that had the event."""
    utility = 0.0
    for e in range(theta.shape[0]):
        utility += theta[e] * s[e]
        out.score[e] += s[e]
        if cluster >= 0:
            out.clusters[cluster, e] += s[e]
    out.loglik[0] += utility
    if out.surprise.shape[0]:
        out.surprise[event] = utility
