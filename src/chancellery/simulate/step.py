"""One step of one future. What happens, in order:

1. The clock: ties and attributes dated to this step change (chronology, or levers with a date).
2. If-then levers whose condition came true are put on the calendar.
3. Memory is turned into what effects read.
4. Every source weighs every act towards every target (utilities, then probabilities); forbidden acts drop out.
5. Every source has a mean number of acts, scaled where a lever says so, times its mood of the step (gamma).
6. Acts are drawn: a Poisson number in every cell (source, act, target), each with noise of its own.
   Splitting a Poisson total multinomially gives independent Poisson cells, so this is the model of the
   likelihood exactly, and a lever in one corner leaves the noise of all other cells alone.
7. Happenings of the chronology and acts of levers are added.
8. Acts may start or end ties: a new sanctions regime, its end, the end of a war.
9. Memory fades by the length of the step and takes in what happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numba import njit

from chancellery.effects import state as st
from chancellery.effects.arithmetic import quick_exp
from chancellery.model.compile import Compiled
from chancellery.model.replay import set_season
from chancellery.simulate.chance import poisson_quantile, uniform


@dataclass
class Parameters:
    """One draw of the parameters, in the units of the raw effects.

    ``wp`` (4, pair), ``wm`` (4, memory), ``wa`` (4, act), ``alpha`` (K,), ``delta`` (n, n); ``base`` (n,)
    log acts a day apart from the rate effects, ``beta`` (effects,), ``phi`` (n,); ``chance`` of each
    transition.
    """

    wp: np.ndarray
    wm: np.ndarray
    wa: np.ndarray
    alpha: np.ndarray
    delta: np.ndarray
    base: np.ndarray
    beta: np.ndarray
    phi: np.ndarray
    chance: dict[str, float]


@dataclass
class Workspace:
    """Arrays one thread reuses from step to step."""

    U: np.ndarray
    X: np.ndarray
    counts: np.ndarray
    scale: np.ndarray
    forbidden: np.ndarray
    rows: np.ndarray

    @classmethod
    def of(cls, n: int, acts: int, rates: int) -> Workspace:
        shape = (acts, n, n)
        return cls(
            np.empty(shape),
            np.zeros((n, rates)),
            np.zeros(shape),
            np.ones(shape),
            np.zeros(shape, bool),
            np.arange(n),
        )


@dataclass
class Weights:
    """Effects that weigh otherwise for some sources: actor index to (wp, wm, wa)."""

    of_actor: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=dict)


@njit(cache=True, nogil=True, error_model="numpy")
def draw_counts(
    U: np.ndarray,
    log_mean: np.ndarray,
    mood: np.ndarray,
    scale: np.ndarray,
    keys: np.ndarray,
    acts: np.ndarray,
    step_key: np.uint64,
    out: np.ndarray,
) -> None:
    """Draw the acts of a step: Poisson counts with means mood_i · mean_i · P(k, j | i) · scale_kij.

    Parameters
    ----------
    U
        (K, n, n) utilities; −1e30 where impossible.
    log_mean, mood
        (n,) log of the mean acts in the step, and the gamma draw around it.
    scale
        (K, n, n) factors of scale-rate levers.
    keys, acts
        (n,) and (K,) stable keys of actors and acts.
    step_key
        Key of (seed, mechanism, step, draw).
    """
    K, n, _ = U.shape
    for i in range(n):
        top = -1e30
        for k in range(K):
            for j in range(n):
                top = max(top, U[k, i, j])
        if top <= -1e29:
            out[:, i, :] = 0.0
            continue
        total = 0.0
        for k in range(K):
            for j in range(n):
                U[k, i, j] = quick_exp(U[k, i, j] - top) if U[k, i, j] > -1e29 else 0.0
            for j in range(n):
                total += U[k, i, j]
        mean = np.exp(log_mean[i]) * mood[i] / total
        for k in range(K):
            for j in range(n):
                m = mean * U[k, i, j] * scale[k, i, j]
                u = uniform(step_key, keys[i] ^ (keys[j] * np.uint64(0xD1342543DE82EF95)) ^ acts[k])
                # exp(-m) >= 1 - m: most cells are rare enough to need no exponential at all
                out[k, i, j] = poisson_quantile(m, u) if u > 1.0 - m else 0.0


@njit(cache=True, nogil=True)
def sparse(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Flat indices (int32) and counts (uint16) of the cells in which something happened."""
    flat = counts.ravel()
    size = 0
    for x in range(flat.size):
        size += flat[x] > 0.0
    where, many = np.empty(size, np.int32), np.empty(size, np.uint16)
    at = 0
    for x in range(flat.size):
        if flat[x] > 0.0:
            where[at] = x
            many[at] = min(flat[x], 65535.0)
            at += 1
    return where, many


def weigh(compiled: Compiled, s: st.State, p: Parameters, w: Workspace, special: Weights) -> None:
    """Fill the workspace's utilities, with the special weights of some sources."""
    utility = compiled.module.utility
    utility(s, w.rows, p.wp, p.wm, p.wa, p.alpha, p.delta, w.U)
    for i, (wp, wm, wa) in special.of_actor.items():
        utility(s, np.array([i]), wp, wm, wa, p.alpha, p.delta, w.U)
    w.U[w.forbidden] = -1e30


def begin_step(s: st.State, first: date, days: int) -> None:
    """Turn memory and holdings into what effects read at the start of a step."""
    set_season(s, first, days)
    st.refresh_holdings(s)
    st.refresh(s)


def end_step(s: st.State, counts: np.ndarray, days: int) -> None:
    """Let the step pass and remember it; the longest memory and the act mix stay as the record left them.

    They stand for structure that moves over decades. Fed with simulated noise they would wander off, and
    futures with them (free-running checks in ``judge/freerun.py``); held, they anchor the drift.
    """
    last = len(s.W) - 1
    anchor, mix, cover = s.W[last].copy(), s.A.copy(), s.cover[last]
    st.decay(s, float(days))
    st.absorb_counts(s, counts, float(days))
    s.W[last], s.A[:], s.cover[last] = anchor, mix, cover


def expected(compiled: Compiled, s: st.State, p: Parameters, w: Workspace, days: int) -> np.ndarray:
    """Log of the mean number of acts of each source in the step (n,)."""
    compiled.module.activity(s, w.X)
    return p.base + w.X @ p.beta + np.log(days)
