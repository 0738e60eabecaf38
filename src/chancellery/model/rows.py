"""What is done with one source's columns: keep them for the fit, or weigh them for the simulation.

Kept apart from the generated module, whose loops call these, so that they are the same for all
specifications.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numba import njit
from numba.core.errors import NumbaError

from chancellery.effects.shares import FAST
from chancellery.errors import EffectError

IMPOSSIBLE = -1e30  # utility of a target that cannot be chosen


@contextmanager
def explained() -> Iterator[None]:
    """Say in one sentence what the compiler does not accept in an effect.

    Raises
    ------
    EffectError
        Naming the file and line of the effect where the compiler gives them.
    """
    try:
        yield
    except NumbaError as error:
        text = str(error)
        lines = [line.strip() for line in text.splitlines()]
        reason = next((line for line in lines if line and not line.startswith("Failed in")), "")
        place = re.search(r'File "([^"]+)", line (\d+)', text)
        where = f"{place[1]} line {place[2]}: " if place else ""
        raise EffectError(
            f"{where}an effect cannot be compiled: {reason.split(' of type State(')[0]}; it may use numbers, "
            "numpy, the arrays of the state, and helpers decorated with numba.njit"
        ) from None


@njit(cache=True, nogil=True)
def keep_row(i: int, can: np.ndarray, p: np.ndarray, m: np.ndarray, a: np.ndarray, P: np.ndarray,
             M: np.ndarray, A: np.ndarray) -> None:  # fmt: skip
    """Write columns p (Fp, n), m (4, Fm, n), a (K, Fa, n) of source i into P (n, n, Fp), M, A.

    Targets that are not possible (``can[i, j]`` is 0) get zeros.
    """
    for j in range(can.shape[1]):
        possible = can[i, j] > 0.0
        for f in range(p.shape[0]):
            P[i, j, f] = p[f, j] if possible else 0.0
        for c in range(m.shape[0]):
            for f in range(m.shape[1]):
                M[c, i, j, f] = m[c, f, j] if possible else 0.0
        for k in range(a.shape[0]):
            for f in range(a.shape[1]):
                A[k, i, j, f] = a[k, f, j] if possible else 0.0


@njit(cache=True, nogil=True, fastmath=FAST)
def weigh_row(i: int, can: np.ndarray, klass: np.ndarray, p: np.ndarray, m: np.ndarray, a: np.ndarray,
              wp: np.ndarray, wm: np.ndarray, wa: np.ndarray, alpha: np.ndarray, delta: np.ndarray,
              U: np.ndarray) -> None:  # fmt: skip
    """Utilities U[:, i] of source i: α_k + δ_ij + the columns times the coefficients of the act's class."""
    n = can.shape[1]
    v = np.empty((m.shape[0], n))
    for c in range(m.shape[0]):
        v[c] = delta[i]
        for f in range(p.shape[0]):
            _add(v[c], wp[c, f], p[f])
        for f in range(m.shape[1]):
            _add(v[c], wm[c, f], m[c, f])
    for k in range(a.shape[0]):
        c = klass[k]
        u = U[k, i]
        for j in range(n):
            u[j] = alpha[k] + v[c, j]
        for f in range(a.shape[1]):
            _add(u, wa[c, f], a[k, f])
        for j in range(n):
            if can[i, j] <= 0.0:
                u[j] = IMPOSSIBLE


@njit(cache=True, nogil=True, fastmath=FAST)
def _add(total: np.ndarray, weight: float, x: np.ndarray) -> None:
    for j in range(len(total)):
        total[j] += weight * x[j]
