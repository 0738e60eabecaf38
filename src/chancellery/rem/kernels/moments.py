"""Sums over options: the log of a sum of exponentials and its first two derivatives.

All loops run along contiguous rows of length (options,), so the compiler vectorises them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.effects.arithmetic import quick_exp

REORDER = {"reassoc", "contract", "nsz"}  # sums may be added up in another order


@njit(cache=True)
def weigh(x: np.ndarray, theta: np.ndarray, ok: np.ndarray, w: np.ndarray) -> float:
    """Set ``w`` to exp(utility − largest) of the possible options (0 elsewhere); return the largest."""
    p, n = theta.shape[0], w.shape[0]
    w[:] = 0.0
    for e in range(p):
        b = theta[e]
        if b != 0.0:
            row = x[e]
            for j in range(n):
                w[j] += b * row[j]
    top = -1e300
    for j in range(n):
        top = max(top, w[j] if ok[j] else -1e300)
    for j in range(n):
        w[j] = quick_exp(w[j] - top if ok[j] else -700.0)
    for j in range(n):
        w[j] = w[j] if ok[j] else 0.0
    return top


@njit(cache=True, fastmath=REORDER)
def dot(x: np.ndarray, y: np.ndarray) -> float:
    """Sum of products."""
    total = 0.0
    for j in range(x.shape[0]):
        total += x[j] * y[j]
    return total


@njit(cache=True, fastmath=REORDER)
def sums(x: np.ndarray, w: np.ndarray, p: int, wx: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    """Σ w, and set first to Σ w x and second (upper triangle) to Σ w x xᵀ."""
    n = w.shape[0]
    total = 0.0
    for j in range(n):
        total += w[j]
    for e in range(p):
        row = x[e]
        for j in range(n):
            wx[j] = w[j] * row[j]
        s = 0.0
        for j in range(n):
            s += wx[j]
        first[e] = s
        for f in range(e, p):
            second[e, f] = dot(wx, x[f])
    return total
