"""Inner loops of the choice likelihood: weighted sums of columns, source by source.

The column vector z_kij (D,) holds the pair and memory columns in the block of the class of act k, the act
columns after them, and a 1 at the act's intercept; everywhere else it is zero, so it is never laid out.
Functions that take ``sources`` look at those only: the others did nothing in the step.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.effects.arithmetic import quick_exp, quick_log
from chancellery.effects.shares import FAST

IMPOSSIBLE = -1e30


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def standardise(P: np.ndarray, shift: np.ndarray, scale: np.ndarray, can: np.ndarray,
                sources: np.ndarray) -> None:  # fmt: skip
    """Standardise pair columns P (n, n, Fp) of some sources in place; zero where the target is not possible."""
    n, _, F = P.shape
    for i in sources:
        for j in range(n):
            for f in range(F):
                P[i, j, f] = (P[i, j, f] - shift[f]) / scale[f] if can[i, j] > 0.0 else 0.0


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def add_pair_moments(P: np.ndarray, can: np.ndarray, total: np.ndarray, squares: np.ndarray) -> float:
    """Add pair columns P (n, n, Fp) of possible targets and their squares to sums (Fp,); returns how many."""
    n, _, F = P.shape
    many = 0.0
    for i in range(n):
        for j in range(n):
            if can[i, j] > 0.0:
                many += 1.0
                for f in range(F):
                    total[f] += P[i, j, f]
                    squares[f] += P[i, j, f] ** 2
    return many


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def normalise(base: np.ndarray, A: np.ndarray, wa: np.ndarray, alpha: np.ndarray, klass: np.ndarray,
              can: np.ndarray, out: np.ndarray) -> None:  # fmt: skip
    """Log probabilities (K, n, n) from ``base`` (4, n, n), the utility by class, and the act columns."""
    K, n, _ = out.shape
    for i in range(n):
        top = IMPOSSIBLE
        for k in range(K):
            c = klass[k]
            for j in range(n):
                u = alpha[k] + base[c, i, j]
                for f in range(A.shape[3]):
                    u += wa[c, f] * A[k, i, j, f]
                out[k, i, j] = u if can[i, j] > 0.0 else IMPOSSIBLE
                top = max(top, out[k, i, j])
        total = 0.0
        for k in range(K):
            for j in range(n):
                total += quick_exp(out[k, i, j] - top)
        top += quick_log(total)
        for k in range(K):
            for j in range(n):
                out[k, i, j] = out[k, i, j] - top if can[i, j] > 0.0 else -np.inf


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def probabilities(logp: np.ndarray) -> np.ndarray:
    """Exponentials of log probabilities (K, n, n)."""
    out = np.empty_like(logp)
    flat, log = out.reshape(-1), logp.reshape(-1)
    for x in range(len(flat)):
        flat[x] = quick_exp(log[x]) if log[x] > -700.0 else 0.0
    return out


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def class_sums(w: np.ndarray, klass: np.ndarray) -> np.ndarray:
    """Sum weights (K, n, n) over the acts of a class: (4, n, n)."""
    K, n, _ = w.shape
    out = np.zeros((4, n, n))
    for k in range(K):
        for i in range(n):
            for j in range(n):
                out[klass[k], i, j] += w[k, i, j]
    return out


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def add_column(w: np.ndarray, q: np.ndarray, klass: np.ndarray, P: np.ndarray, M: np.ndarray, A: np.ndarray,
               i: int, j: int, scale: float, out: np.ndarray) -> None:  # fmt: skip
    """Add scale · Σ_k w_kij z_kij to ``out`` (D,); ``q`` (4, n, n) has the class sums of ``w`` (K, n, n)."""
    pair, memory, act = P.shape[2], M.shape[3], A.shape[3]
    block = pair + memory + act
    for c in range(4):
        x = scale * q[c, i, j]
        if x != 0.0:
            for f in range(pair):
                out[c * block + f] += x * P[i, j, f]
            for f in range(memory):
                out[c * block + pair + f] += x * M[c, i, j, f]
    for k in range(len(klass)):
        x = scale * w[k, i, j]
        if x != 0.0:
            at = klass[k] * block + pair + memory
            for f in range(act):
                out[at + f] += x * A[k, i, j, f]
            out[4 * block + k] += x


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def sums_by_source(sources: np.ndarray, w: np.ndarray, q: np.ndarray, klass: np.ndarray, P: np.ndarray,
                   M: np.ndarray, A: np.ndarray) -> np.ndarray:  # fmt: skip
    """Σ_kj w_kij z_kij of each of the sources: (sources, D)."""
    n = q.shape[1]
    D = 4 * (P.shape[2] + M.shape[3] + A.shape[3]) + len(klass)
    out = np.zeros((len(sources), D))
    for row in range(len(sources)):
        for j in range(n):
            add_column(w, q, klass, P, M, A, sources[row], j, 1.0, out[row])
    return out


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def sum_of_choices(happened: np.ndarray, counts: np.ndarray, klass: np.ndarray, P: np.ndarray, M: np.ndarray,
                   A: np.ndarray) -> np.ndarray:  # fmt: skip
    """Σ count · z_kij over the flat cells of ``counts`` (K, n, n) where something happened: (D,)."""
    K, n, _ = counts.shape
    pair, memory, act = P.shape[2], M.shape[3], A.shape[3]
    block = pair + memory + act
    out = np.zeros(4 * block + K)
    for cell in happened:
        k, i, j = cell // (n * n), cell // n % n, cell % n
        c, x = klass[k], counts[k, i, j]
        for f in range(pair):
            out[c * block + f] += x * P[i, j, f]
        for f in range(memory):
            out[c * block + pair + f] += x * M[c, i, j, f]
        for f in range(act):
            out[c * block + pair + memory + f] += x * A[k, i, j, f]
        out[4 * block + k] += x
    return out


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def add_centred(sources: np.ndarray, w: np.ndarray, q: np.ndarray, klass: np.ndarray, P: np.ndarray,
                M: np.ndarray, A: np.ndarray, scale: np.ndarray, mean: np.ndarray,
                out: np.ndarray) -> None:  # fmt: skip
    """Add scale_i · (Σ_k w_kij z_kij − w_·ij mean_i) to out (n, n, D), for each target j of the sources."""
    n, D = q.shape[1], mean.shape[1]
    for row in range(len(sources)):
        i = sources[row]
        for j in range(n):
            total = scale[i] * (q[0, i, j] + q[1, i, j] + q[2, i, j] + q[3, i, j])
            for d in range(D):
                out[i, j, d] -= total * mean[row, d]
            add_column(w, q, klass, P, M, A, i, j, scale[i], out[i, j])


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def add_dyads(sources: np.ndarray, N: np.ndarray, target: np.ndarray, out: np.ndarray) -> None:
    """Add N_i (diag(p_i) − p_i p_iᵀ) to the information of dyad terms (n, n, n); ``target`` (n, n) is p."""
    n = len(target)
    for i in sources:
        for j in range(n):
            x = N[i] * target[i, j]
            for h in range(n):
                out[i, j, h] -= x * target[i, h]
            out[i, j, j] += x


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def root_rows(sources: np.ndarray, c: int, acts: np.ndarray, N: np.ndarray, p: np.ndarray, q: np.ndarray,
              P: np.ndarray, M: np.ndarray, A: np.ndarray) -> np.ndarray:  # fmt: skip
    """Rows X of a class such that XᵀX holds the second moments of its pair and memory columns.

    With w = N_i q_cij the row of (i, j) is √w · [pair, memory, Σ_k A_k p_k/q, p_k/q], so that the products
    of the first columns with the later ones are their moments with act columns and intercepts. (Products
    among the later ones mean nothing: these are summed by act.)
    """
    n, pair, memory, act = q.shape[1], P.shape[2], M.shape[3], A.shape[3]
    out = np.zeros((len(sources) * n, pair + memory + act + len(acts)))
    for row in range(len(sources)):
        i = sources[row]
        for j in range(n):
            if q[c, i, j] <= 0.0:
                continue
            x = out[row * n + j]
            root = np.sqrt(N[i] * q[c, i, j])
            for f in range(pair):
                x[f] = root * P[i, j, f]
            for f in range(memory):
                x[pair + f] = root * M[c, i, j, f]
            for a in range(len(acts)):
                share = root * p[acts[a], i, j] / q[c, i, j]
                for f in range(act):
                    x[pair + memory + f] += share * A[acts[a], i, j, f]
                x[pair + memory + act + a] = share
    return out


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def act_moments(sources: np.ndarray, N: np.ndarray, p: np.ndarray, A: np.ndarray) -> np.ndarray:
    """Σ_ij N_i p_kij [1, A_k] [1, A_k]ᵀ of each act: (K, 1 + Fa, 1 + Fa)."""
    K, n, _, F = A.shape
    out = np.zeros((K, F + 1, F + 1))
    for k in range(K):
        for i in sources:
            for j in range(n):
                x = N[i] * p[k, i, j]
                out[k, 0, 0] += x
                for f in range(F):
                    out[k, 0, f + 1] += x * A[k, i, j, f]
                    for g in range(f, F):
                        out[k, f + 1, g + 1] += x * A[k, i, j, f] * A[k, i, j, g]
        for f in range(F + 1):
            for g in range(f):
                out[k, f, g] = out[k, g, f]
    return out
