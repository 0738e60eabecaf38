"""Acts change ties: a sanctioning act may begin a regime, a concession end one, a war may stop.

The chances are drawn from the evidence counted at the fit (``model/transitions.py``).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from chancellery.effects import state as st
from chancellery.simulate.chance import key, uniform
from chancellery.simulate.step import Parameters

if TYPE_CHECKING:
    from chancellery.simulate.ensemble import Runner

NEW_REGIME = 0.25  # a new regime begins as a list of persons and firms


def apply_transitions(
    runner: Runner, s: st.State, p: Parameters, counts: np.ndarray, first: date, days: int, draw: int
) -> None:
    """Let the acts of a step start and end ties, in place."""
    base = [key(runner.seed, "transition", name, first.toordinal(), draw) for name in ("start", "end", "war")]
    sanction, concede = (runner.fit.acts.index(act) for act in ("sanction", "concede"))
    regimes = s.tie[st.SANCTIONS]
    held = regimes > 0.0
    _regimes(regimes, counts[sanction] * ~held, p.chance["start-sanctions"], NEW_REGIME, base[0], runner.keys)
    _regimes(regimes, counts[concede] * held, p.chance["end-sanctions"], 0.0, base[1], runner.keys)
    _wars(s.tie[st.WAR], 1.0 - (1.0 - p.chance["end-war"]) ** (days / 7.0), base[2], runner.keys)


@njit(cache=True, nogil=True)
def _regimes(
    regimes: np.ndarray, reports: np.ndarray, chance: float, value: float, base: np.uint64, keys: np.ndarray
) -> None:
    for i in range(len(keys)):
        for j in range(len(keys)):
            if (
                reports[i, j] > 0.0
                and uniform(base, _pair(keys, i, j)) < 1.0 - (1.0 - chance) ** reports[i, j]
            ):
                regimes[i, j] = value


@njit(cache=True, nogil=True)
def _wars(war: np.ndarray, ends: float, base: np.uint64, keys: np.ndarray) -> None:
    for i in range(len(keys)):
        for j in range(i + 1, len(keys)):
            if war[i, j] > 0.0 and uniform(base, _pair(keys, i, j)) < ends:
                war[i, j] = war[j, i] = 0.0


@njit(cache=True, nogil=True)
def _pair(keys: np.ndarray, i: int, j: int) -> np.uint64:
    return keys[i] ^ (keys[j] * np.uint64(0x9E3779B97F4A7C15))
