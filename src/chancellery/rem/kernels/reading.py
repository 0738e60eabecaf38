"""Read the statistics of options: of one sender's possible targets, of one pair, of every sender.

An option is a pair of act type and target, in the order type by type. The table of effects may end with
helpers that are no columns of their own (factors of an interaction), so it is filled from its end.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.calling import call_own
from chancellery.rem.kernels.holding import Holding, transformed


@njit(cache=True, _nrt=False)
def scales(h: Holding, time: float, out: np.ndarray) -> None:
    """Factor from stored to true weights, for each type and effect."""
    gone = time - h.origin[0]
    for k in range(out.shape[0]):
        for e in range(out.shape[1]):
            fading = h.effect_fading[k, e]
            out[k, e] = np.exp(-fading * gone) if fading > 0 else 1.0


@njit(cache=True, _nrt=False)
def tertius(G: np.ndarray, present: np.ndarray, g: int, j: int) -> float:
    """Joined attribute of j's in-neighbours; the mean over actors who have some where j has none."""
    value = G[g, j]
    if not np.isnan(value):
        return value
    total, count = 0.0, 0
    for k in range(G.shape[1]):
        if present[k] and not np.isnan(G[g, k]):
            total += G[g, k]
            count += 1
    return total / count if count else 0.0


@njit(cache=True, _nrt=False)
def tertius_gap(G: np.ndarray, present: np.ndarray, g: int, z: np.ndarray, i: int, j: int) -> float:
    """|z_i − joined_j|; where j has no in-neighbours, the mean of i's gaps to actors who have."""
    value = G[g, j]
    if not np.isnan(value):
        return abs(z[i] - value)
    total, count = 0.0, 0
    for k in range(G.shape[1]):
        if present[k] and k != i and not np.isnan(G[g, k]):
            total += abs(z[i] - G[g, k])
            count += 1
    return total / count if count else 0.0


@njit(cache=True, _nrt=False)
def shifted(kind: int, a: int, b: int, i: int, j: int) -> float:
    """Whether i → j after a → b is the participation shift asked for (Gibson 2003; Butts 2008)."""
    if a < 0:
        return 0.0
    hit = False
    if kind == c.AB_BA:
        hit = i == b and j == a
    elif kind == c.AB_BY:
        hit = i == b and j != a
    elif kind == c.AB_XA:
        hit = i != a and i != b and j == a
    elif kind == c.AB_XB:
        hit = i != a and i != b and j == b
    elif kind == c.AB_XY:
        hit = i != a and i != b and j != a and j != b
    elif kind == c.AB_AY:
        hit = i == a and j != b
    elif kind == c.AB_AB:
        hit = i == a and j == b
    return 1.0 if hit else 0.0


@njit(cache=True, inline="always", _nrt=False)
def _of_attributes(Z: np.ndarray, reader: int, x: int, y: int, i: int, j: int) -> float:
    if reader == c.EGO:
        return Z[x, i]
    if reader == c.ALTER:
        return Z[x, j]
    if reader == c.SAME:
        return 1.0 if Z[x, i] == Z[x, j] else 0.0
    if reader == c.DIFFERENCE:
        return abs(Z[x, i] - Z[x, j])
    if reader == c.SIMILARITY:
        return -abs(Z[x, i] - Z[x, j])
    return Z[x, i] * Z[y, j]


@njit(cache=True, _nrt=False)
def _of_neighbours(G: np.ndarray, Z: np.ndarray, present: np.ndarray, reader: int, x: int, y: int, i: int, j: int) -> float:
    if reader == c.TERTIUS_DIFFERENCE:
        return tertius_gap(G, present, x, Z[y], i, j)
    return tertius(G, present, x, i if reader == c.EGO_TERTIUS else j)


@njit(cache=True, _nrt=True)
def own_value(X: np.ndarray, Z: np.ndarray, row: np.ndarray, i: int, j: int) -> float:
    """Value of a user's effect; its row of the table is reader, first and second argument, .., .., address."""
    n = X.shape[1]
    return call_own(row[5], X.ctypes.data, Z.ctypes.data, X.shape[0], Z.shape[0], n, row[1], row[2], i, j)


@njit(cache=True, inline="always", _nrt=False)
def read_pair(h: Holding, k: int, scale: np.ndarray, i: int, j: int, out: np.ndarray) -> None:
    """Statistics (effects,) of one option: act type k from i to j."""
    effect, P, shown, Z, X = h.effect[k], h.P, h.shown, h.Z, h.X
    for e in range(effect.shape[0] - 1, -1, -1):
        reader, x, how, blank = effect[e, 0], effect[e, 1], effect[e, 3], effect[e, 4]
        if reader == c.PLANE:
            v = P[x, i, j] * scale[k, e]
        elif reader == c.EGO_VECTOR:
            v = shown[x, i] * scale[k, e]
        elif reader == c.ALTER_VECTOR:
            v = shown[x, j] * scale[k, e]
        elif reader == c.ONE:
            v = 1.0
        elif reader == c.PRODUCT_OF:
            v = out[x] * out[effect[e, 2]]
        elif reader == c.NOTHING:
            v = 0.0
        elif reader == c.SHIFT:
            v = shifted(x, h.last[0], h.last[1], i, j)
        elif reader == c.OWN:
            v = own_value(X, Z, effect[e], i, j)
        elif reader >= c.EGO_TERTIUS and reader <= c.TERTIUS_DIFFERENCE:
            v = _of_neighbours(h.G, Z, h.present, reader, x, effect[e, 2], i, j)
        else:
            v = _of_attributes(Z, reader, x, effect[e, 2], i, j)
        if how != c.IDENTITY:
            v = transformed(v, how)
        if blank >= 0 and X[blank, i, j] > 0:
            v = 0.0
        out[e] = v


@njit(cache=True, inline="always", _nrt=False)
def _fill(h: Holding, k: int, e: int, i: int, scale: np.ndarray, out: np.ndarray, row: np.ndarray) -> None:
    """One effect for all targets of i, before its transformation."""
    reader, x, y, n = h.effect[k, e, 0], h.effect[k, e, 1], h.effect[k, e, 2], row.shape[0]
    if reader == c.PLANE or reader == c.ALTER_VECTOR:
        source, factor = h.P[x, i] if reader == c.PLANE else h.shown[x], scale[k, e]
        for j in range(n):
            row[j] = source[j] * factor
    elif reader == c.PRODUCT_OF:
        first, second = out[x, k * n : (k + 1) * n], out[y, k * n : (k + 1) * n]
        for j in range(n):
            row[j] = first[j] * second[j]
    elif reader == c.EGO_VECTOR:
        row[:] = h.shown[x, i] * scale[k, e]
    elif reader == c.ONE or reader == c.NOTHING:
        row[:] = 1.0 if reader == c.ONE else 0.0
    elif reader == c.SHIFT:
        for j in range(n):
            row[j] = shifted(x, h.last[0], h.last[1], i, j)
    elif reader == c.OWN:
        for j in range(n):
            row[j] = own_value(h.X, h.Z, h.effect[k, e], i, j)
    elif reader >= c.EGO_TERTIUS and reader <= c.TERTIUS_DIFFERENCE:
        for j in range(n):
            row[j] = _of_neighbours(h.G, h.Z, h.present, reader, x, y, i, j)
    else:
        Z = h.Z
        for j in range(n):
            row[j] = _of_attributes(Z, reader, x, y, i, j)


@njit(cache=True, _nrt=False)
def read_targets(h: Holding, i: int, scale: np.ndarray, out: np.ndarray) -> None:
    """Statistics of all options of sender i: (effects, types × N), rows contiguous."""
    types, effects, n = h.effect.shape[0], h.effect.shape[1], h.present.shape[0]
    for e in range(effects - 1, -1, -1):
        for k in range(types):
            row, how, blank = out[e, k * n : (k + 1) * n], h.effect[k, e, 3], h.effect[k, e, 4]
            _fill(h, k, e, i, scale, out, row)
            if how != c.IDENTITY:
                for j in range(n):
                    row[j] = transformed(row[j], how)
            if blank >= 0:
                ties = h.X[blank, i]
                for j in range(n):
                    row[j] = 0.0 if ties[j] > 0 else row[j]


@njit(cache=True, _nrt=False)
def possible_targets(h: Holding, i: int, allowed: np.ndarray, types: int, out: np.ndarray) -> None:
    """Mark the options of sender i; ``allowed`` is an event's own list (N,) or empty."""
    present, receives, n = h.present, h.receives, h.present.shape[0]
    for j in range(n):
        out[j] = (present[j] & receives[j]) != 0
    out[i] = False
    if h.risk[0] >= 0:
        ties = h.X[h.risk[0], i]
        for j in range(n):
            out[j] = out[j] and ties[j] > 0
    if allowed.shape[0]:
        for j in range(n):
            out[j] = out[j] and allowed[j] > 0
    for x in range(n, types * n):
        out[x] = out[x - n]


@njit(cache=True, _nrt=False)
def read_senders(h: Holding, scale: np.ndarray, out: np.ndarray) -> None:
    """Statistics of all senders: (effects, N)."""
    n = h.present.shape[0]
    for e in range(h.effect.shape[1] - 1, -1, -1):
        reader, x, how, row = h.effect[0, e, 0], h.effect[0, e, 1], h.effect[0, e, 3], out[e]
        if reader == c.EGO_VECTOR:
            source, factor = h.shown[x], scale[0, e]
            for i in range(n):
                row[i] = source[i] * factor
        elif reader == c.ONE:
            row[:] = 1.0
        elif reader == c.PRODUCT_OF:
            first, second = out[x], out[h.effect[0, e, 2]]
            for i in range(n):
                row[i] = first[i] * second[i]
        elif reader == c.EGO:
            for i in range(n):
                row[i] = h.Z[x, i]
        else:
            for i in range(n):
                row[i] = tertius(h.G, h.present, x, i)
        if how != c.IDENTITY:
            for i in range(n):
                row[i] = transformed(row[i], how)


@njit(cache=True, _nrt=False)
def possible_senders(h: Holding, out: np.ndarray) -> int:
    """Mark who may act now. Returns how many."""
    count = 0
    for i in range(h.present.shape[0]):
        out[i] = h.present[i] and h.sends[i]
        count += out[i]
    return count
