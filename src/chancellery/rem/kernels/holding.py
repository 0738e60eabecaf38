"""What holds just before an event: networks, statistics kept up to date, attributes, who is present.

A change of one cell of a network updates only what depends on it. Weights that decay are stored as if they
did not: each is written in units of ``exp(-rate · (time - origin))``, so that all fade together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from chancellery.rem.kernels import codes as c


class Holding(NamedTuple):
    """State of a study at a moment; arrays only, so that compiled code and copies see the same thing.

    Attributes
    ----------
    X, fading : (L, N, N), (L,)
        Networks as the effects need them (windowed, decaying), and rate of decay of each (0 for none).
    P, plane, plane_fading : (Q, N, N), (Q, 6), (Q,)
        Statistics of pairs; kind, first and second network, binary, how weights join, transformation kept in P.
    V, shown, vector, vector_fading : (R, N), (R, N), (R, 4), (R,)
        Statistics of actors, raw and transformed; kind, network, binary, transformation.
    G, aggregate : (T, N), (T, 4)
        Attributes of in-neighbours joined (NaN where an actor has none); network, attribute, how.
    Z : (M, N)
        Attributes of actors.
    follows, follow_from : (D, 3), (L + 1,)
        For each network, what depends on it: class, number, and whether as first or second leg.
    effect : (K, E, 6)
        For each type of event and effect: reader, first and second argument, transformation, network whose
        ties blank the statistic (-1 for none), address of a user's function.
    effect_fading : (K, E)
    present, sends, receives : (N,)
        Whether an actor is there, and may act or be acted upon at all.
    risk : (1,)
        Network that says which pairs are possible, -1 for all.
    origin : (1,)
        Time at which stored weights are true weights.
    last : (2,)
        Sender and receiver of the last event, -1 before the first.
    """

    X: np.ndarray
    fading: np.ndarray
    P: np.ndarray
    plane: np.ndarray
    plane_fading: np.ndarray
    V: np.ndarray
    shown: np.ndarray
    vector: np.ndarray
    vector_fading: np.ndarray
    G: np.ndarray
    aggregate: np.ndarray
    Z: np.ndarray
    follows: np.ndarray
    follow_from: np.ndarray
    effect: np.ndarray
    effect_fading: np.ndarray
    present: np.ndarray
    sends: np.ndarray
    receives: np.ndarray
    risk: np.ndarray
    origin: np.ndarray
    last: np.ndarray


CHANGING = ("X", "P", "V", "shown", "G", "Z", "present", "origin", "last")


def copy(h: Holding) -> Holding:
    """Copy what changes; share what does not."""
    return h._replace(**{name: getattr(h, name).copy() for name in CHANGING})


@njit(cache=True, inline="always", _nrt=False)
def transformed(value: float, how: int) -> float:
    """Apply a transformation to a count."""
    if how == c.LOG1P:
        return np.log1p(value)
    if how == c.SQUARE_ROOT:
        return np.sqrt(max(value, 0.0))  # rounding may leave a hair below 0
    if how == c.SQUARE:
        return value * value
    if how == c.POSITIVE:
        return 1.0 if value > 0 else 0.0
    return value


@njit(cache=True, inline="always", _nrt=False)
def _weight(x: float, binary: int) -> float:
    if binary:
        return 1.0 if x > 0 else 0.0
    return x


@njit(cache=True, inline="always", _nrt=False)
def added(before: float, value: float) -> float:
    """Add a change to a sum; what rounding leaves of a sum that ended is nothing, not a small tie."""
    now = before + value
    if before * value < 0.0 and abs(now) < 1e-12 * abs(value):
        return 0.0
    return now


@njit(cache=True, inline="always", _nrt=False)
def _joined(old: float, new: float, other: float, how: int) -> float:
    """What a path gains when one of its two weights goes from old to new."""
    if how == c.MINIMUM:
        return min(new, other) - min(old, other)
    return (new - old) * other


@njit(cache=True, _nrt=False)
def _two_paths(h: Holding, q: int, leg: int, a: int, b: int, old: float, new: float) -> None:
    kind, binary, how = h.plane[q, 0], h.plane[q, 3], h.plane[q, 4]
    S = h.P[q]
    other = h.X[h.plane[q, 2 - leg]]  # the network of the other leg
    n = S.shape[0]
    for m in range(n):
        # Path i → j over k; the changed tie is its first (leg 0) or second (leg 1) part.
        if kind == c.TRANS:
            i, j, y = (a, m, other[b, m]) if leg == 0 else (m, b, other[m, a])
        elif kind == c.CYCLE:
            i, j, y = (b, m, other[m, a]) if leg == 0 else (m, a, other[b, m])
        elif kind == c.COMMON_SENDER:
            i, j, y = (b, m, other[a, m]) if leg == 0 else (m, b, other[a, m])
        else:
            i, j, y = (a, m, other[m, b]) if leg == 0 else (m, a, other[m, b])
        if i != j and y != 0.0:
            S[i, j] = added(S[i, j], _joined(old, new, _weight(y, binary), how))


@njit(cache=True, _nrt=False)
def _four_paths(h: Holding, q: int, a: int, b: int, old: float, new: float) -> None:
    """Add the three-paths i → k ← l → j, all four different, that contain a → b."""
    binary = h.plane[q, 3]
    S, X = h.P[q], h.X[h.plane[q, 1]]
    gain, n = new - old, S.shape[0]
    for m in range(n):
        if m == a:
            continue
        to_b = _weight(X[m, b], binary)
        if to_b != 0.0:
            for j in range(n):
                if j != b:
                    if j != a:  # a → b ← m → j
                        S[a, j] = added(S[a, j], gain * to_b * _weight(X[m, j], binary))
                    if j != m:  # m → b ← a → j
                        S[m, j] = added(S[m, j], gain * to_b * _weight(X[a, j], binary))
        if m == b:
            continue
        from_a = _weight(X[a, m], binary)
        if from_a != 0.0:
            for i in range(n):  # i → m ← a → b
                if i != a and i != b:
                    S[i, b] = added(S[i, b], gain * from_a * _weight(X[i, m], binary))


@njit(cache=True, _nrt=False)
def _node_triads(h: Holding, r: int, a: int, b: int, old: float, new: float) -> None:
    """Embeddedness as the source of i → k → j ← i."""
    X, gain = h.X[h.vector[r, 1]], new - old
    v = h.V[r]
    for m in range(v.shape[0]):
        if X[b, m] > 0 and X[a, m] > 0:
            v[a] += gain
        if X[m, a] > 0 and X[m, b] > 0:
            v[m] += gain
            h.shown[r, m] = transformed(v[m], h.vector[r, 3])
        if X[a, m] > 0 and X[m, b] > 0:
            v[a] += gain
    h.shown[r, a] = transformed(v[a], h.vector[r, 3])


@njit(cache=True, _nrt=False)
def _vector(h: Holding, r: int, a: int, b: int, old: float, new: float) -> None:
    kind, how = h.vector[r, 0], h.vector[r, 3]
    if kind == c.NODE_TRANS:
        _node_triads(h, r, a, b, old, new)
        return
    if kind != c.OUTDEGREE:
        h.V[r, b] = added(h.V[r, b], new - old)
        h.shown[r, b] = transformed(h.V[r, b], how)
    if kind != c.INDEGREE:
        h.V[r, a] = added(h.V[r, a], new - old)
        h.shown[r, a] = transformed(h.V[r, a], how)


@njit(cache=True, _nrt=False)
def join_neighbours(h: Holding, g: int, j: int) -> None:
    """Join the attribute of j's in-neighbours from scratch."""
    X, z, how = h.X[h.aggregate[g, 0]], h.Z[h.aggregate[g, 1]], h.aggregate[g, 2]
    total, count = 0.0, 0
    for k in range(z.shape[0]):
        if X[k, j] > 0 and k != j:
            if count == 0 or (how == c.LOWEST and z[k] < total) or (how == c.HIGHEST and z[k] > total):
                total = z[k]
            elif how <= c.SUM:
                total += z[k]
            count += 1
    if how == c.MEAN and count > 0:
        total /= count
    h.G[g, j] = total if count > 0 else np.nan


@njit(cache=True, _nrt=False)
def set_tie(h: Holding, layer: int, a: int, b: int, value: float) -> None:
    """Set a stored weight and bring everything that depends on it up to date."""
    before = h.X[layer, a, b]
    if value == before or a == b:
        return
    h.X[layer, a, b] = value
    for d in range(h.follow_from[layer], h.follow_from[layer + 1]):
        what, x, leg = h.follows[d, 0], h.follows[d, 1], h.follows[d, 2]
        if what == c.ON_AGGREGATE:
            if (before > 0) != (value > 0):
                join_neighbours(h, x, b)
            continue
        binary = h.plane[x, 3] if what == c.ON_PLANE else h.vector[x, 2]
        old, new = _weight(before, binary), _weight(value, binary)
        if old == new:
            continue
        if what == c.ON_VECTOR:
            _vector(h, x, a, b, old, new)
        elif h.plane[x, 0] == c.TIE:
            h.P[x, a, b] = transformed(new, h.plane[x, 5])
        elif h.plane[x, 0] == c.RECIP:
            h.P[x, b, a] = transformed(new, h.plane[x, 5])
        elif h.plane[x, 0] == c.FOUR:
            _four_paths(h, x, a, b, old, new)
        else:
            _two_paths(h, x, leg, a, b, old, new)


@njit(cache=True, _nrt=False)
def set_attribute(h: Holding, attribute: int, a: int, value: float) -> None:
    """Set an attribute and what joins it over neighbours."""
    h.Z[attribute, a] = value
    for g in range(h.aggregate.shape[0]):
        if h.aggregate[g, 1] == attribute:
            X = h.X[h.aggregate[g, 0]]
            for j in range(X.shape[0]):
                if X[a, j] > 0:
                    join_neighbours(h, g, j)


@njit(cache=True, _nrt=True)
def settle(h: Holding, time: float) -> None:
    """Write decaying weights in the units of ``time`` before their numbers grow too large."""
    gone = time - h.origin[0]
    largest = h.fading.max() if h.fading.shape[0] else 0.0
    if largest * gone < 40.0:
        return
    for x in range(h.fading.shape[0]):
        if h.fading[x] > 0:
            h.X[x] *= np.exp(-h.fading[x] * gone)
    for q in range(h.plane_fading.shape[0]):
        if h.plane_fading[q] > 0:
            h.P[q] *= np.exp(-h.plane_fading[q] * gone)
    for r in range(h.vector_fading.shape[0]):
        if h.vector_fading[r] > 0:
            h.V[r] *= np.exp(-h.vector_fading[r] * gone)
            h.shown[r] = h.V[r]
    h.origin[0] = time


@njit(cache=True, _nrt=False)
def change_tie(h: Holding, layer: int, a: int, b: int, value: float, replace: int, time: float) -> None:
    """Add to a tie, or replace it, at a time."""
    if h.fading[layer] > 0:
        settle(h, time)
        value *= np.exp(h.fading[layer] * (time - h.origin[0]))
    if replace:
        set_tie(h, layer, a, b, value)
    else:
        now = added(h.X[layer, a, b], value)
        set_tie(h, layer, a, b, now)
