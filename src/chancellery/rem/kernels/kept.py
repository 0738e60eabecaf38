"""Tie-oriented models fast: sums over all pairs that are corrected where something changed.

An event touches a few rows (one sender, all targets) and columns of pairs. A row's Σ w, Σ w s and Σ w s sᵀ are
kept and added up afresh when it changes; of a column each pair's old share is taken off and the new one added.
Rows that were only corrected are added up afresh now and then, so that rounding does not grow. Each pair
remembers since when its share has held, which gives the residual of every pair (its events less those
expected), the clusters of the robust covariance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.holding import Holding, added
from chancellery.rem.kernels.moments import sums, weigh
from chancellery.rem.kernels.reading import possible_targets, read_pair, read_targets
from chancellery.rem.kernels.rows import Rows, Sums, take_effect
from chancellery.rem.kernels.tie import add_pair, possible

AFRESH = 1000  # scored rows between fresh sums


class Kept(NamedTuple):
    """Statistics (N, E, K·N), hazards and clocks (N, K·N) by sender; sums by sender and in all; what is stale."""

    s: np.ndarray
    w: np.ndarray
    since: np.ndarray
    clock: np.ndarray
    mean_since: np.ndarray  # (N, K·N, p), (p,): the clock of mean statistics of an ordinal model, or nothing
    mean_clock: np.ndarray
    row_total: np.ndarray
    row_first: np.ndarray
    row_second: np.ndarray
    total: np.ndarray
    first: np.ndarray
    second: np.ndarray
    stale_row: np.ndarray
    stale_column: np.ndarray
    stale_cell: np.ndarray
    stale: np.ndarray  # number of stale cells listed; whether everything is stale


def new_kept(types: int, n: int, effects: int, p: int, centred: bool = False) -> Kept:
    """Sums with everything stale; the table of effects has ``effects`` rows, ``p`` of them columns.

    ``centred`` keeps the clock of means, for residuals of an ordinal model.
    """
    return Kept(
        np.zeros((n, effects, types * n)),
        np.zeros((n, types * n)),
        np.zeros((n, types * n)),
        np.zeros(1),
        np.zeros((n, types * n, p) if centred else (0, 0, p)),
        np.zeros(p),
        np.zeros(n),
        np.zeros((n, p)),
        np.zeros((n, p, p)),
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
def _readers(h: Holding) -> tuple[np.ndarray, bool, bool, bool]:
    """Which vectors senders and targets read; whether a shift matters; whether one far from the event does;
    whether there is a function of which nothing is known."""
    reads = np.zeros((h.vector.shape[0], 2), np.bool_)
    shift, far, own = False, False, False
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
            elif reader == c.OWN:
                own = True
    return reads, shift, far, own


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
def _close(m: Kept, i: int, lo: int, hi: int, step: int, n: int, clusters: np.ndarray) -> None:
    """Take what was expected of options lo, lo + step, .. of sender i, since they last changed, off their scores."""
    for x in range(lo, hi, step):
        held = m.w[i, x] * (m.clock[0] - m.since[i, x])
        for e in range(clusters.shape[1]):
            clusters[i * n + x % n, e] -= held * m.s[i, e, x]
            if m.mean_since.shape[0]:
                clusters[i * n + x % n, e] += m.w[i, x] * (m.mean_clock[e] - m.mean_since[i, x, e])
                m.mean_since[i, x, e] = m.mean_clock[e]
        m.since[i, x] = m.clock[0]


@njit(cache=True)
def _renew_row(
    h: Holding, m: Kept, i: int, theta: np.ndarray, scale: np.ndarray, ok: np.ndarray, wx: np.ndarray,
    first: np.ndarray, second: np.ndarray, clusters: np.ndarray, everyone: np.ndarray,
) -> None:  # fmt: skip
    """Read all options of a sender and add its sums up afresh."""
    p, n, w = theta.shape[0], h.present.shape[0], m.w[i]
    if clusters.shape[0]:
        _close(m, i, 0, w.shape[0], 1, n, clusters)
    if h.present[i] and h.sends[i]:
        possible_targets(h, i, everyone, h.effect.shape[0], ok)
        read_targets(h, i, scale, m.s[i])
        w *= np.exp(weigh_or_none(m.s[i], theta, ok, w))
    else:
        w[:] = 0.0
    total = sums(m.s[i], w, p, wx, first, second)
    m.total[0] += total - m.row_total[i]
    m.row_total[i] = total
    for e in range(p):
        m.first[e] += first[e] - m.row_first[i, e]
        m.row_first[i, e] = first[e]
        for f in range(e, p):
            m.second[e, f] += second[e, f] - m.row_second[i, e, f]
            m.row_second[i, e, f] = second[e, f]


@njit(cache=True)
def weigh_or_none(x: np.ndarray, theta: np.ndarray, ok: np.ndarray, w: np.ndarray) -> float:
    """Set ``w`` to hazards over exp(top) and return top; 0 where nothing is possible."""
    top = weigh(x, theta, ok, w)
    return top if top > -1e299 else 0.0


@njit(cache=True)
def _correct(
    h: Holding, m: Kept, i: int, j: int, theta: np.ndarray, scale: np.ndarray, s: np.ndarray, clusters: np.ndarray
) -> None:
    """Bring one pair up to date in the sums."""
    p, n = theta.shape[0], h.present.shape[0]
    ok = possible(h.present, h.sends, h.receives, h.risk[0], h.X, i, j)
    if clusters.shape[0]:
        _close(m, i, j, m.w.shape[1], n, n, clusters)
    for k in range(h.effect.shape[0]):
        at = k * n + j
        w, utility, same = m.w[i, at], 0.0, True
        if ok:
            read_pair(h, k, scale, i, j, s)
        else:
            s[:] = 0.0
        for e in range(p):
            same = same and s[e] == m.s[i, e, at]
            utility += theta[e] * s[e]
        if same and (w > 0) == ok:
            continue
        new = np.exp(utility) if ok else 0.0
        m.w[i, at] = new
        m.total[0] += new - w
        m.row_total[i] += new - w
        for e in range(p):
            a, b = w * m.s[i, e, at], new * s[e]
            m.first[e] += b - a
            m.row_first[i, e] += b - a
            for f in range(e, p):
                gain = b * s[f] - a * m.s[i, f, at]
                m.second[e, f] += gain
                m.row_second[i, e, f] += gain
        for e in range(s.shape[0]):
            m.s[i, e, at] = s[e]


@njit(cache=True)
def _bring_up_to_date(
    h: Holding, m: Kept, theta: np.ndarray, scale: np.ndarray, s: np.ndarray, ok: np.ndarray, wx: np.ndarray,
    first: np.ndarray, second: np.ndarray, clusters: np.ndarray, everyone: np.ndarray,
) -> None:  # fmt: skip
    n = h.present.shape[0]
    everything = m.stale[1] > 0
    for i in range(n):
        if everything or m.stale_row[i]:
            _renew_row(h, m, i, theta, scale, ok, wx, first, second, clusters, everyone)
    if not everything:
        for j in range(n):
            if m.stale_column[j]:
                for i in range(n):
                    if not m.stale_row[i]:
                        _correct(h, m, i, j, theta, scale, s, clusters)
        for x in range(m.stale[0]):
            _correct(h, m, m.stale_cell[x, 0], m.stale_cell[x, 1], theta, scale, s, clusters)
    m.stale_row[:] = False
    m.stale_column[:] = False
    m.stale[:] = 0


@njit(cache=True)
def _empty(m: Kept) -> None:
    m.total[:] = 0.0
    m.first[:] = 0.0
    m.second[:] = 0.0
    m.row_total[:] = 0.0
    m.row_first[:] = 0.0
    m.row_second[:] = 0.0


@njit(cache=True)
def _score(h: Holding, m: Kept, rows: Rows, r: int, theta: np.ndarray, timed: bool, out: Sums) -> None:
    p, n = theta.shape[0], h.present.shape[0]
    i, j, k = rows.a[r], rows.b[r], rows.x[r]
    counted = rows.code[r] == c.EVENT and rows.mark[r] > 0
    weight = rows.gap[r] if timed else 1.0 / m.total[0]
    out.loglik[0] -= weight * m.total[0] if timed else np.log(m.total[0])
    m.clock[0] += weight
    for e in range(p):
        if m.mean_since.shape[0]:  # residuals are taken from the mean of all pairs, as they sum to 0
            m.mean_clock[e] += weight * weight * m.first[e]
            out.clusters[i * n + j, e] -= weight * m.first[e]
        out.score[e] -= weight * m.first[e]
        for f in range(e, p):
            out.information[e, f] += weight * m.second[e, f]
            if not timed:
                out.information[e, f] -= weight * m.first[e] * weight * m.first[f]
    if counted:
        add_pair(m.s[i, :, k * n + j], theta, i * n + j if out.clusters.shape[0] else -1, rows.event[r], out)
        if not timed and out.surprise.shape[0]:
            out.surprise[rows.event[r]] -= np.log(m.total[0])


@njit(cache=True, nogil=True)
def kept_pass(
    h: Holding, rows: Rows, lo: int, hi: int, theta: np.ndarray, timed: bool, m: Kept, out: Sums
) -> int:
    """Score rows lo..hi over all pairs and apply them; the clusters, if any, are the ordered pairs (N², p).

    Returns the first row whose event was not possible, or -1.
    """
    reads, shift, far, own = _readers(h)
    p, n, options = theta.shape[0], h.present.shape[0], m.w.shape[1]
    scale, s = np.ones((h.effect.shape[0], h.effect.shape[1])), np.zeros(h.effect.shape[1])
    ok, wx, first, second = np.zeros(options, np.bool_), np.zeros(options), np.zeros(p), np.zeros((p, p))
    everyone, fresh = np.zeros(0, np.uint8), 0
    for r in range(lo, hi):
        counted = rows.code[r] == c.EVENT and rows.mark[r] > 0
        if counted or (timed and rows.gap[r] > 0):
            a, b = rows.a[r], rows.b[r]
            if counted and not possible(h.present, h.sends, h.receives, h.risk[0], h.X, a, b):
                return r
            if own:
                m.stale[1] = 1
            if fresh % AFRESH == 0:
                m.stale[1] = 1
                _empty(m)
            fresh += 1
            _bring_up_to_date(h, m, theta, scale, s, ok, wx, first, second, out.clusters, everyone)
            _score(h, m, rows, r, theta, timed, out)
        _mark(h, m, rows, r, reads, shift, far)
        take_effect(h, rows, r)
    if out.clusters.shape[0]:
        for i in range(n):
            _close(m, i, 0, options, 1, n, out.clusters)
    return -1
