"""Acts change ties: a sanctioning act may begin a regime, a concession end one, a war may stop.

The chances are drawn from the evidence counted at the fit (``model/transitions.py``).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from chancellery.effects import state as st
from chancellery.simulate import chance
from chancellery.simulate.step import Parameters

if TYPE_CHECKING:
    from chancellery.simulate.ensemble import Runner

NEW_REGIME = 0.25  # a new regime begins as a list of persons and firms


def apply_transitions(runner: Runner, s: st.State, p: Parameters, counts: np.ndarray, first: date, days: int,
                      draw: int) -> None:  # fmt: skip
    """Let the acts of a step start and end ties, in place."""
    base = chance.key(runner.seed, "transition", first.toordinal(), draw)
    acts = list(runner.fit.acts)
    held = s.tie[st.SANCTIONS]
    for name, act, holds, value in (
        ("start-sanctions", "sanction", False, NEW_REGIME), ("end-sanctions", "concede", True, 0.0),
    ):  # fmt: skip
        reports = counts[acts.index(act)] * ((held > 0.0) == holds)
        for i, j in np.argwhere(reports > 0):
            happens = 1.0 - (1.0 - p.chance[name]) ** reports[i, j]
            if _uniform(runner, base, name, i, j) < happens:
                held[i, j] = value
    war = s.tie[st.WAR]
    ends = 1.0 - (1.0 - p.chance["end-war"]) ** (days / 7.0)
    for i, j in np.argwhere(np.triu(war) > 0.0):
        if _uniform(runner, base, "end-war", i, j) < ends:
            war[i, j] = war[j, i] = 0.0


def _uniform(runner: Runner, base: np.uint64, name: str, i: int, j: int) -> float:
    with np.errstate(over="ignore"):
        who = runner.keys[i] ^ (runner.keys[j] * np.uint64(0x9E3779B97F4A7C15)) ^ chance.key(name)
    return chance.uniform(base, who)
