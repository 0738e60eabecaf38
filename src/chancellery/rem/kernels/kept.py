"""Tie-oriented models fast: sums over all pairs that are corrected where something changed.

An event touches a few rows and columns of pairs. Their old share of Σ w, Σ w s and Σ w s sᵀ is taken off and
the new one added; the sums are added up afresh now and then, so that rounding does not grow. Each pair also
remembers since when its share has held, which gives the residual of every pair (its events less those
expected), the clusters of the robust covariance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.holding import Holding, added
from chancellery.rem.kernels.reading import read_pair
from chancellery.rem.kernels.rows import Rows, Sums, take_effect
from chancellery.rem.kernels.tie import add_pair, possible

AFRESH = 1000  # scored rows between fresh sums


class Kept(NamedTuple):
    """Statistics (K, N, N, p), hazards (K, N, N), clock of each pair (K, N, N), the sums, and what is stale."""

    s: np.ndarray
    w: np.ndarray
    since: np.ndarray
    clock: np.ndarray
    total: np.ndarray
    first: np.ndarray
    second: np.ndarray
    stale_row: np.ndarray
    stale_column: np.ndarray
    stale_cell: np.ndarray
    stale: np.ndarray  # number of stale cells listed; whether everything is stale


def new_kept(types: int, n: int, p: int) -> Kept:
    """Sums with everything stale."""
    return Kept(
        np.zeros((types, n, n, p)),
        np.zeros((types, n, n)),
        np.zeros((types, n, n)),
        np.zeros(1),
        np.zeros(1),
        np.zeros(p),
        np.zeros((p, p)),
        np.zeros(n, np.bool_),
        np.zeros(n, np.bool_),
        np.zeros((32, 2), np.int64),
        np.array([0, 1]),
    )


@njit(cache=True)
def _stale_cell(m: Kept, i: int, j: int) -> None:
    if m.stale[0] < m.stale_cell.shape[0]:
        m.stale_cell[m.stale[0], 0], m.stale_cell[m.stale[0], 1] = i, j
        m.stale[0] += 1
    else:
        m.stale_row[i] = True


@njit(cache=True)
def _cross(m: Kept, a: int) -> None:
    m.stale_row[a] = True
    m.stale_column[a] = True


@njit(cache=True)
def _stale_by_plane(m: Kept, kind: int, leg: int, a: int, b: int) -> None:
    if kind == c.TIE:
        _stale_cell(m, a, b)
    elif kind == c.RECIP:
        _stale_cell(m, b, a)
    elif kind == c.FOUR:
        m.stale[1] = 1
    elif kind == c.TRANS:
        m.stale_row[a] = m.stale_row[a] or leg == 0
        m.stale_column[b] = m.stale_column[b] or leg == 1
    elif kind == c.CYCLE:
        m.stale_row[b] = m.stale_row[b] or leg == 0
        m.stale_column[a] = m.stale_column[a] or leg == 1
    else:
        x = b if kind == c.COMMON_SENDER else a
        m.stale_row[x] = m.stale_row[x] or leg == 0
        m.stale_column[x] = m.stale_column[x] or leg == 1


@njit(cache=True)
def _stale_by_vector(m: Kept, reads: np.ndarray, kind: int, v: int, a: int, b: int) -> None:
    """``reads[v]`` says whether senders, and whether targets, read the vector."""
    if kind == c.NODE_TRANS:
        m.stale[1] = 1
        return
    if kind != c.OUTDEGREE:
        m.stale_row[b] = m.stale_row[b] or reads[v, 0]
        m.stale_column[b] = m.stale_column[b] or reads[v, 1]
    if kind != c.INDEGREE:
        m.stale_row[a] = m.stale_row[a] or reads[v, 0]
        m.stale_column[a] = m.stale_column[a] or reads[v, 1]


@njit(cache=True)
def _readers(h: Holding) -> tuple[np.ndarray, bool, bool]:
    """Which vectors senders and targets read; whether a shift matters; whether one far from the event does."""
    reads = np.zeros((h.vector.shape[0], 2), np.bool_)
    shift, far = False, False
    for k in range(h.effect.shape[0]):
        for e in range(h.effect.shape[1]):
            reader, x = h.effect[k, e, 0], h.effect[k, e, 1]
            if reader == c.EGO_VECTOR:
                reads[x, 0] = True
            elif reader == c.ALTER_VECTOR:
                reads[x, 1] = True
            elif reader == c.SHIFT:
                shift = True
                far = far or x == c.AB_XY
    return reads, shift, far


@njit(cache=True)
def _mark(h: Holding, m: Kept, rows: Rows, r: int, reads: np.ndarray, shift: bool, far: bool) -> None:
    """Mark the pairs whose statistics a row may change; called before the row takes effect."""
    code, a, b, x = rows.code[r], rows.a[r], rows.b[r], rows.x[r]
    if code == c.PRESENCE or code == c.ATTRIBUTE:
        _cross(m, a)
        if h.aggregate.shape[0]:
            m.stale[1] = 1
    elif code == c.EVENT and shift:
        if far:
            m.stale[1] = 1
        _cross(m, a)
        _cross(m, b)
        if h.last[0] >= 0:
            _cross(m, h.last[0])
            _cross(m, h.last[1])
    elif code == c.NETWORK:
        before = h.X[x, a, b]
        after = rows.value[r] if rows.mark[r] else added(before, rows.value[r])
        same_sign = (before > 0) == (after > 0)
        if not same_sign:
            _stale_cell(m, a, b)  # possible pairs and blanked statistics
        for d in range(h.follow_from[x], h.follow_from[x + 1]):
            what, y, leg = h.follows[d, 0], h.follows[d, 1], h.follows[d, 2]
            if what == c.ON_PLANE and not (h.plane[y, 3] and same_sign):
                _stale_by_plane(m, h.plane[y, 0], leg, a, b)
            elif what == c.ON_VECTOR and not (h.vector[y, 2] and same_sign):
                _stale_by_vector(m, reads, h.vector[y, 0], y, a, b)
            elif what == c.ON_AGGREGATE and not same_sign:
                m.stale[1] = 1


@njit(cache=True)
def _correct(
    h: Holding, m: Kept, line: int, by_row: bool, first: int, last: int, theta: np.ndarray, scale: np.ndarray,
    s: np.ndarray, clusters: np.ndarray,
) -> None:  # fmt: skip
    """Bring the pairs of a row (or column) from number ``first`` to before ``last`` up to date in the sums."""
    p, n, types = theta.shape[0], h.present.shape[0], m.w.shape[0]
    for x in range(first, last):
        i, j = (line, x) if by_row else (x, line)
        if not by_row and m.stale_row[i] and last - first > 1:
            continue
        ok = possible(h.present, h.sends, h.receives, h.risk[0], h.X, i, j)
        for k in range(types):
            w, utility, same, old = m.w[k, i, j], 0.0, True, m.s[k, i, j]
            if ok:
                read_pair(h, k, scale, i, j, s)
            else:
                s[:] = 0.0
            for e in range(p):
                same = same and s[e] == old[e]
                utility += theta[e] * s[e]
            if same and (w > 0) == ok:
                continue
            new = np.exp(utility) if ok else 0.0
            if clusters.shape[0]:
                held = w * (m.clock[0] - m.since[k, i, j])
                for e in range(p):
                    clusters[i * n + j, e] -= held * old[e]
                m.since[k, i, j] = m.clock[0]
            _exchange(m, w, old, new, s)
            m.w[k, i, j] = new


@njit(cache=True, inline="always")
def _exchange(m: Kept, w: float, old: np.ndarray, new: float, s: np.ndarray) -> None:
    """Replace a pair's share of the sums, and its statistics ``old`` by ``s``."""
    total, first, second = m.total, m.first, m.second
    total[0] += new - w
    p = old.shape[0]
    for e in range(p):
        a, b = w * old[e], new * s[e]
        first[e] += b - a
        for f in range(e, p):
            second[e, f] += b * s[f] - a * old[f]
    for e in range(p):
        old[e] = s[e]


@njit(cache=True)
def _bring_up_to_date(
    h: Holding, m: Kept, theta: np.ndarray, scale: np.ndarray, s: np.ndarray, clusters: np.ndarray
) -> None:
    n = h.present.shape[0]
    everything = m.stale[1] > 0
    for i in range(n):
        if everything or m.stale_row[i]:
            _correct(h, m, i, True, 0, n, theta, scale, s, clusters)
    if not everything:
        for j in range(n):
            if m.stale_column[j]:
                _correct(h, m, j, False, 0, n, theta, scale, s, clusters)
        for x in range(m.stale[0]):
            i, j = m.stale_cell[x, 0], m.stale_cell[x, 1]
            _correct(h, m, i, True, j, j + 1, theta, scale, s, clusters)
    m.stale_row[:] = False
    m.stale_column[:] = False
    m.stale[:] = 0


@njit(cache=True)
def _add_up_afresh(m: Kept) -> None:
    p = m.first.shape[0]
    m.total[0] = m.w.sum()
    m.first[:] = 0.0
    m.second[:] = 0.0
    for k in range(m.w.shape[0]):
        for i in range(m.w.shape[1]):
            for j in range(m.w.shape[2]):
                for e in range(p):
                    a = m.w[k, i, j] * m.s[k, i, j, e]
                    m.first[e] += a
                    for f in range(e, p):
                        m.second[e, f] += a * m.s[k, i, j, f]


@njit(cache=True)
def _score(h: Holding, m: Kept, rows: Rows, r: int, theta: np.ndarray, timed: bool, out: Sums) -> None:
    p, n = theta.shape[0], h.present.shape[0]
    i, j, k = rows.a[r], rows.b[r], rows.x[r]
    counted = rows.code[r] == c.EVENT and rows.mark[r] > 0
    weight = rows.gap[r] if timed else 1.0 / m.total[0]
    out.loglik[0] -= weight * m.total[0] if timed else np.log(m.total[0])
    m.clock[0] += weight
    for e in range(p):
        out.score[e] -= weight * m.first[e]
        for f in range(e, p):
            out.information[e, f] += weight * m.second[e, f]
            if not timed:
                out.information[e, f] -= weight * m.first[e] * weight * m.first[f]
    if counted:
        add_pair(m.s[k, i, j], theta, i * n + j if out.clusters.shape[0] else -1, rows.event[r], out)
        if not timed and out.surprise.shape[0]:
            out.surprise[rows.event[r]] -= np.log(m.total[0])


@njit(cache=True, nogil=True)
def kept_pass(
    h: Holding, rows: Rows, lo: int, hi: int, theta: np.ndarray, timed: bool, m: Kept, out: Sums
) -> int:
    """Score rows lo..hi over all pairs and apply them; the clusters, if any, are the ordered pairs (N², p).

    Returns the first row whose event was not possible, or -1.
    """
    reads, shift, far = _readers(h)
    scale, s = np.ones((h.effect.shape[0], h.effect.shape[1])), np.zeros(h.effect.shape[1])
    fresh, n = 0, h.present.shape[0]
    for r in range(lo, hi):
        counted = rows.code[r] == c.EVENT and rows.mark[r] > 0
        if counted or (timed and rows.gap[r] > 0):
            if counted and not possible(h.present, h.sends, h.receives, h.risk[0], h.X, rows.a[r], rows.b[r]):
                return r
            _bring_up_to_date(h, m, theta, scale, s, out.clusters)
            if fresh % AFRESH == 0:
                _add_up_afresh(m)
            fresh += 1
            _score(h, m, rows, r, theta, timed, out)
        _mark(h, m, rows, r, reads, shift, far)
        take_effect(h, rows, r)
    if out.clusters.shape[0]:
        for k in range(m.w.shape[0]):
            for i in range(n):
                for j in range(n):
                    held = m.w[k, i, j] * (m.clock[0] - m.since[k, i, j])
                    for e in range(theta.shape[0]):
                        out.clusters[i * n + j, e] -= held * m.s[k, i, j, e]
    return -1
