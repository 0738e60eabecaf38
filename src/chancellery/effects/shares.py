"""From decayed counts to log shares: what memory effects read, for all pairs at once.

Arguments of logarithms are laid down first and taken in bulk afterwards (see ``arithmetic``).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.effects.arithmetic import log_in_place

PSEUDO_EVENTS = 8.0  # prior weight of an actor's target shares, in events
PSEUDO_ACTS = 5.0  # prior weight of the act mix within a class, in events
PSEUDO_FORMS = 20.0  # prior weight of everybody's act mix in an actor's own, in events
FAST = {"reassoc", "contract", "nsz", "arcp"}


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def fill_shares(W: np.ndarray, days: float, L: np.ndarray, R: np.ndarray, G: np.ndarray, B: np.ndarray,
                V: np.ndarray, out: np.ndarray, into: np.ndarray) -> None:  # fmt: skip
    """Log shares of one half-life.

    Parameters
    ----------
    W
        (C, n, n) decayed counts of acts i→j.
    days
        Decayed days the sources covered.
    L, R, G, B, V, out, into
        Filled: as in :class:`~chancellery.effects.state.State`, for this half-life.
    """
    C, n, _ = W.shape
    share, any_act = np.zeros((C, n)), np.zeros((n, n))
    for c in range(C):
        for i in range(n):
            for j in range(n):
                share[c, j] += W[c, i, j]
                any_act[i, j] += W[c, i, j]
    for i in range(n):
        out[i] = any_act[i].sum()
        into[i] = share[:, i].sum()
    for c in range(C):
        for i in range(n):
            per = 1.0 / (out[i] + PSEUDO_EVENTS)
            for j in range(n):
                R[c, i, j] = (W[c, j, i] + 0.1 + 0.05 * any_act[j, i]) * per
    everything = share.sum() + 0.2 * C * n
    for c in range(C):
        for j in range(n):
            G[c, j] = (share[c, j] + 0.2) / everything
        for i in range(n):
            per = 1.0 / (out[i] + PSEUDO_EVENTS)
            for j in range(n):
                L[c, i, j] = (W[c, i, j] + PSEUDO_EVENTS * G[c, j]) * per
    for i in range(n):
        per = 1.0 / (out[i] + PSEUDO_EVENTS)
        for j in range(n):
            B[i, j] = (any_act[i, j] + PSEUDO_EVENTS * (into[j] + 0.2 * C) / everything) * per
            V[i, j] = (any_act[j, i] + 0.2) * per
    per_day = 1.0 / max(days, 7.0)
    for i in range(n):
        out[i] = out[i] * per_day + 0.02
        into[i] = into[i] * per_day + 0.02
    for filled in (L.reshape(-1), R.reshape(-1), G.reshape(-1), B.reshape(-1), V.reshape(-1), out, into):
        log_in_place(filled)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def fill_mix(A: np.ndarray, klass: np.ndarray, Q: np.ndarray) -> None:
    """Log mix of acts within their class: Q (K, n, n) from decayed counts A (K, n, n)."""
    K, n, _ = A.shape
    C = klass.max() + 1
    own, everybody, by_class = np.zeros((n, K)), np.zeros(K), np.zeros(C)
    for k in range(K):
        for i in range(n):
            own[i, k] = A[k, i].sum()
            everybody[k] += own[i, k]
        everybody[k] += 1.0
        by_class[klass[k]] += everybody[k]
    mine, pair = np.zeros(C), np.zeros((C, n))
    for i in range(n):
        mine[:] = 0.0
        pair[:] = PSEUDO_ACTS
        for k in range(K):
            mine[klass[k]] += own[i, k]
            for j in range(n):
                pair[klass[k], j] += A[k, i, j]
        for k in range(K):
            c = klass[k]
            usual = (own[i, k] + PSEUDO_FORMS * everybody[k] / by_class[c]) / (mine[c] + PSEUDO_FORMS)
            for j in range(n):
                Q[k, i, j] = (A[k, i, j] + PSEUDO_ACTS * usual) / pair[c, j]
    log_in_place(Q.reshape(-1))
