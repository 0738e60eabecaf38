"""Inner loops of the likelihood of sampled alternatives, one source at a time.

A row is a source in a step. Its cells (class of act, target) stand together: first ``base`` drawn at random,
then those that were chosen but not drawn, each of which joins the choice set of its own events only. A cell's
utility carries −log of the probability that it was drawn (McFadden 1978). With Z the sum over the drawn cells
and e_g that of a further cell g, events of drawn cells have Z for their total, events of g have Z + e_g.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from chancellery.effects.arithmetic import quick_exp
from chancellery.effects.shares import FAST

SMALLEST = 1e-140  # of a sum of exponentials: its square can still be divided by


class Cells(NamedTuple):
    """The cells of all rows of one source.

    ``ptr`` (rows + 1,) where each row's cells begin; ``base`` (rows,) how many of them were drawn; ``klass``,
    ``target`` (cells,); ``log_chance`` (cells,) log probability of being drawn; ``X`` (cells, pair + memory)
    and ``A`` (cells, acts of a class, act) columns; ``counts`` (cells, acts of a class) what happened.
    """

    ptr: np.ndarray
    base: np.ndarray
    klass: np.ndarray
    target: np.ndarray
    log_chance: np.ndarray
    X: np.ndarray
    A: np.ndarray
    counts: np.ndarray


class Weights(NamedTuple):
    """Coefficients: ``wx`` (4, pair + memory), ``wa`` (4, act), ``alpha`` (4, acts of a class), ``delta`` (n,);
    ``member`` (4, acts of a class) place of the act's intercept, −1 where a class has fewer acts."""

    wx: np.ndarray
    wa: np.ndarray
    alpha: np.ndarray
    delta: np.ndarray
    member: np.ndarray


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def weigh(r: int, s: Cells, w: Weights, e: np.ndarray, total: np.ndarray, mean: np.ndarray) -> tuple:
    """Exponentials ``e`` (cells of the row, acts), their sums ``total`` by cell, Σ e z of the drawn in ``mean``.

    Returns (log likelihood, Z, events of drawn cells, Σ N_g/Z_g, Σ N_g/Z_g²).
    """
    lo, hi, base = s.ptr[r], s.ptr[r + 1], s.base[r]
    top = -np.inf
    for x in range(hi - lo):
        c = s.klass[lo + x]
        u = w.delta[s.target[lo + x]] - s.log_chance[lo + x]
        for f in range(s.X.shape[1]):
            u += w.wx[c, f] * s.X[lo + x, f]
        for a in range(s.A.shape[1]):
            if w.member[c, a] >= 0:
                v = u + w.alpha[c, a]
                for f in range(s.A.shape[2]):
                    v += w.wa[c, f] * s.A[lo + x, a, f]
                e[x, a] = v
                top = max(top, v)
    loglik, Z, drawn = 0.0, 0.0, 0.0
    mean[:] = 0.0
    for x in range(hi - lo):
        c = s.klass[lo + x]
        total[x] = 0.0
        for a in range(s.A.shape[1]):
            if w.member[c, a] >= 0:
                loglik += s.counts[lo + x, a] * (e[x, a] - top)
                e[x, a] = quick_exp(e[x, a] - top)
                total[x] += e[x, a]
            else:
                e[x, a] = 0.0
        if x < base:
            Z += total[x]
            drawn += s.counts[lo + x].sum()
            add_z(s, w, lo + x, 1.0, e[x], total[x], mean)
    first, second = 0.0, 0.0
    Z = max(Z, SMALLEST)
    if drawn > 0.0:
        loglik -= drawn * np.log(Z)
        first, second = drawn / Z, drawn / Z**2
    for x in range(base, hi - lo):
        N, whole = s.counts[lo + x].sum(), Z + total[x]
        loglik -= N * np.log(whole)
        first += N / whole
        second += N / whole**2
    return loglik, Z, drawn, first, second


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def add_z(s: Cells, w: Weights, cell: int, scale: float, by_act: np.ndarray, whole: float,
          out: np.ndarray) -> None:  # fmt: skip
    """Add scale · Σ_a by_act_a z_a of a cell to ``out`` (D,); ``whole`` is the sum of ``by_act``."""
    shared, act = s.X.shape[1], s.A.shape[2]
    c, block = s.klass[cell], shared + act
    for f in range(shared):
        out[c * block + f] += scale * whole * s.X[cell, f]
    for a in range(s.A.shape[1]):
        if w.member[c, a] >= 0:
            for f in range(act):
                out[c * block + shared + f] += scale * by_act[a] * s.A[cell, a, f]
            out[4 * block + w.member[c, a]] += scale * by_act[a]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def source_sums(s: Cells, w: Weights, score: np.ndarray, score_dyad: np.ndarray, cross: np.ndarray,
                dyad: np.ndarray, roots: np.ndarray, late: np.ndarray, V: np.ndarray) -> float:  # fmt: skip
    """Add one source's rows to its sums; returns the log likelihood.

    Parameters
    ----------
    score, score_dyad, cross, dyad
        (D,), (n,), (n, D), (n, n), added to.
    roots, late, V
        Filled for the information: (cells, columns of a class) rows whose products by class are its shared
        columns' moments; (4, act + acts, act + acts) moments of the later columns; (2, rows, D), of which the
        products of the first are to be taken away and those of the second added.
    """
    rows, n, D = len(s.base), len(score_dyad), len(score)
    most, acts, act = (s.ptr[1:] - s.ptr[:-1]).max(), s.A.shape[1], s.A.shape[2]
    e, total, mean, own = np.empty((most, acts)), np.empty(most), np.empty(D), np.empty(D)
    spread, resid, later = np.zeros(n), np.empty(acts), np.empty(act + acts)
    loglik, met = 0.0, np.empty(n, dtype=np.int64)
    for r in range(rows):
        lo, base, size, many = s.ptr[r], s.base[r], s.ptr[r + 1] - s.ptr[r], 0
        value, Z, _, first, second = weigh(r, s, w, e, total, mean)
        loglik += value
        V[:, r] = 0.0
        for x in range(base, size):
            N, whole = s.counts[lo + x].sum(), Z + total[x]
            add_z(s, w, lo + x, N / whole**2, e[x], total[x], V[1, r])
        for d in range(D):
            own[d] = second * mean[d] + V[1, r, d]  # Σ N_g/Z_g · mean of g
        for x in range(size):
            j, c = s.target[lo + x], s.klass[lo + x]
            N, whole = s.counts[lo + x].sum(), Z + total[x]
            weight = first if x < base else N / whole
            resid[:] = s.counts[lo + x] - weight * e[x]
            add_z(s, w, lo + x, 1.0, resid, resid.sum(), score)
            score_dyad[j] += resid.sum()
            kept = weight * total[x]  # weight of the cell in the information
            if x < base:
                add_z(s, w, lo + x, weight, e[x], total[x], cross[j])
                for d in range(D):
                    cross[j, d] -= total[x] * own[d]
                if spread[j] == 0.0:
                    met[many] = j
                    many += 1
                spread[j] += max(total[x], 1e-300)
            else:
                add_z(s, w, lo + x, weight * (1.0 - total[x] / whole), e[x], total[x], cross[j])
                for d in range(D):
                    cross[j, d] -= weight * total[x] / whole * mean[d]
                kept *= 1.0 - total[x] / whole
            dyad[j, j] += kept
            _fill_root(s, w, lo + x, kept, e[x], total[x], roots[lo + x])
            _add_late(s, w, lo + x, weight, 0.0 if x < base else weight / whole, e[x], later, late[c])
        _add_dyads(s, lo, base, size, Z, second, total, spread, met[:many], dyad)
        if second > 0.0:
            root = np.sqrt(second)
            for d in range(D):
                V[1, r, d] /= root
                V[0, r, d] = root * mean[d] + V[1, r, d]
    return loglik


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def _add_dyads(s: Cells, lo: int, base: int, size: int, Z: float, second: float, total: np.ndarray,
               spread: np.ndarray, met: np.ndarray, dyad: np.ndarray) -> None:  # fmt: skip
    """Take the products of the targets' probabilities away.

    ``spread`` (n,) has the sums of the drawn cells by target, ``met`` the targets; it is cleared.
    """
    for x in range(base, size):
        g, N, whole = s.target[lo + x], s.counts[lo + x].sum(), Z + total[x]
        for y in range(base):
            j = s.target[lo + y]
            both = N / whole**2 * total[x] * total[y]
            dyad[g, j] -= both
            dyad[j, g] -= both
    for x in range(len(met)):
        i = met[x]
        for y in range(len(met)):
            dyad[i, met[y]] -= second * spread[i] * spread[met[y]]
    for x in range(len(met)):
        spread[met[x]] = 0.0


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def _fill_root(s: Cells, w: Weights, cell: int, weight: float, e: np.ndarray, total: float,
               out: np.ndarray) -> None:  # fmt: skip
    shared, act = s.X.shape[1], s.A.shape[2]
    root, c = np.sqrt(max(weight, 0.0)), s.klass[cell]
    out[:] = 0.0
    for f in range(shared):
        out[f] = root * s.X[cell, f]
    for a in range(s.A.shape[1]):
        if w.member[c, a] >= 0:
            share = root * e[a] / total if total > 0.0 else 0.0
            for f in range(act):
                out[shared + f] += share * s.A[cell, a, f]
            out[shared + act + a] = share


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def _add_late(s: Cells, w: Weights, cell: int, weight: float, less: float, e: np.ndarray, later: np.ndarray,
              out: np.ndarray) -> None:  # fmt: skip
    """Add weight · Σ_a e_a l_a l_aᵀ − less · (Σ_a e_a l_a)(Σ_a e_a l_a)ᵀ, l_a = [act columns, 1 at a]."""
    act, c = s.A.shape[2], s.klass[cell]
    later[:] = 0.0
    for a in range(s.A.shape[1]):
        if w.member[c, a] >= 0:
            x = weight * e[a]
            out[act + a, act + a] += x
            for f in range(act):
                later[f] += e[a] * s.A[cell, a, f]
                out[f, act + a] += x * s.A[cell, a, f]
                out[act + a, f] += x * s.A[cell, a, f]
                for g in range(act):
                    out[f, g] += x * s.A[cell, a, f] * s.A[cell, a, g]
            later[act + a] += e[a]
    if less > 0.0:
        for f in range(len(later)):
            for g in range(len(later)):
                out[f, g] -= less * later[f] * later[g]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def source_scores(s: Cells, w: Weights, solved: np.ndarray, week: np.ndarray, out: np.ndarray,
                  by_dyad: np.ndarray, by_week: np.ndarray) -> int:  # fmt: skip
    """Scores of a source by dyad and week, rows of ``out`` (at most cells, D); returns how many there are.

    ``week`` (rows,) numbers that never fall; ``by_dyad`` (n, D) and ``by_week`` (weeks, D) are added to;
    ``solved`` (n, D) eliminates the dyad terms. Where D is n more than the coefficients, the scores of terms
    of the targets follow theirs.
    """
    n, wide, acts = len(by_dyad), by_dyad.shape[1], s.A.shape[1]
    D = 4 * (s.X.shape[1] + s.A.shape[2]) + w.member.max() + 1
    most = (s.ptr[1:] - s.ptr[:-1]).max()
    e, total, mean, own = np.empty((most, acts)), np.empty(most), np.empty(D), np.empty(D)
    resid, place, used, began = np.empty(acts), np.full(n, -1), 0, 0
    for r in range(len(s.base)):
        lo, base, size = s.ptr[r], s.base[r], s.ptr[r + 1] - s.ptr[r]
        _, Z, _, first, second = weigh(r, s, w, e, total, mean)
        if r > 0 and week[r] != week[r - 1]:
            place[:] = -1
        own[:] = second * mean
        for x in range(base, size):
            N, whole = s.counts[lo + x].sum(), Z + total[x]
            add_z(s, w, lo + x, N / whole**2, e[x], total[x], own)
        for x in range(size):
            j = s.target[lo + x]
            if place[j] < 0:
                place[j] = used
                out[used] = 0.0
                used += 1
            N, whole = s.counts[lo + x].sum(), Z + total[x]
            weight = first if x < base else N / whole
            resid[:] = s.counts[lo + x] - weight * e[x]
            left = resid.sum()
            began = place[j]
            # What the cell's events, and what it was expected to have of others', stand apart from their means.
            add_z(s, w, lo + x, 1.0, resid, left, out[began])
            if wide > D:
                out[began, D + j] += left
            for d in range(wide):
                out[began, d] -= left * solved[j, d]
            if x < base:
                for d in range(D):
                    out[began, d] += total[x] * own[d]
                    if N > 0.0:
                        out[began, d] -= N / Z * mean[d]
            else:
                add_z(s, w, lo + x, -left / whole, e[x], total[x], out[began])
                for d in range(D):
                    out[began, d] -= left * mean[d] / whole
        last = r + 1 == len(s.base) or week[r + 1] != week[r]
        if last:
            for j in range(n):
                if place[j] >= 0:
                    by_dyad[j] += out[place[j]]
                    by_week[week[r]] += out[place[j]]
    return used
