"""Actor-oriented rate: who acts, and when.

Timed: log λ_i of the sender where an event ends an interval, less Δt Σ λ over those who may act (a piecewise
constant hazard). Ordinal: softmax of the senders (Stadtfeld & Block 2017, eq. 2-4).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.choice import add_event
from chancellery.rem.kernels.holding import Holding
from chancellery.rem.kernels.moments import sums, weigh
from chancellery.rem.kernels.reading import possible_senders, read_senders, scales
from chancellery.rem.kernels.rows import Rows, Sums, take_effect


@njit(cache=True)
def _add_interval(
    x: np.ndarray, w: np.ndarray, gap: float, p: int, wx: np.ndarray, first: np.ndarray, second: np.ndarray,
    by_sender: bool, out: Sums,
) -> None:  # fmt: skip
    """Take off what was expected in a gap; ``w`` holds hazards."""
    total = sums(x, w, p, wx, first, second)
    out.loglik[0] -= gap * total
    for e in range(p):
        out.score[e] -= gap * first[e]
        for f in range(e, p):
            out.information[e, f] += gap * second[e, f]
    if by_sender:
        for e in range(p):
            for i in range(w.shape[0]):
                out.clusters[i, e] -= gap * w[i] * x[e, i]


@njit(cache=True)
def _add_sender(x: np.ndarray, theta: np.ndarray, i: int, by_sender: bool, event: int, out: Sums) -> None:
    utility = 0.0
    for e in range(theta.shape[0]):
        utility += theta[e] * x[e, i]
        out.score[e] += x[e, i]
        if by_sender:
            out.clusters[i, e] += x[e, i]
    out.loglik[0] += utility
    if out.surprise.shape[0]:
        out.surprise[event] = utility


@njit(cache=True, nogil=True)
def rate_pass(
    h: Holding, rows: Rows, lo: int, hi: int, theta: np.ndarray, timed: bool, by_sender: bool, out: Sums
) -> int:
    """Score rows lo..hi and apply them; returns the first row whose sender may not act, or -1.

    With ``by_sender`` the clusters are the senders (the residuals of a counting process).
    """
    p, n = theta.shape[0], h.present.shape[0]
    x, w, wx, ok = np.zeros((h.effect.shape[1], n)), np.zeros(n), np.zeros(n), np.zeros(n, np.bool_)
    scale, first, second = np.ones((1, h.effect.shape[1])), np.zeros(p), np.zeros((p, p))
    for r in range(lo, hi):
        code = rows.code[r]
        counted = code == c.EVENT and rows.mark[r] > 0
        if counted or (timed and rows.gap[r] > 0):
            scales(h, rows.time[r], scale)
            possible_senders(h, ok)
            read_senders(h, scale, x)
            i, event = rows.a[r], rows.event[r]
            if counted and not ok[i]:
                return r
            top = weigh(x, theta, ok, w)
            if timed:
                if rows.gap[r] > 0:
                    w *= np.exp(top)
                    _add_interval(x, w, rows.gap[r], p, wx, first, second, by_sender, out)
                if counted:
                    _add_sender(x, theta, i, by_sender, event, out)
            else:
                total = sums(x, w, p, wx, first, second)
                add_event(x, w, total, top, i, theta, first, second, out, i if by_sender else -1, event)
        take_effect(h, rows, r)
    return -1
