"""The columns a regression sees for a pair and a kind: log rates at several memories, and what the model expects.

All are logarithms of rates a day. Each memory is written as its difference from the next longer one, so that a
coefficient says what recent news adds. Memory columns are what any careful observer could count; the model's own
are what the fitted reasons to act add to them.
"""

from __future__ import annotations

import numpy as np

from chancellery import world

MEMORY = (
    "long run", "last months", "last weeks", "last week", "pair, long run", "pair, last months", "pair, last weeks",
    "pair, last week", "returned", "returned lately", "source's long run", "source lately", "target's long run",
    "target lately", "everybody lately", "quarrel, long run", "quarrel lately",
)  # fmt: skip
MODEL = ("expected", "expected of the pair", "expected back")
TINY = 1e-5  # a day: less than once in 270 years is never


class Rates:
    """Everything known of one day, as log rates: memory (H, S, n, n), and what the model expects (K, n, n)."""

    def __init__(self, memory: np.ndarray, expected: np.ndarray) -> None:
        acts = world.acts()
        self.acts = len(acts)
        self.log = np.log(np.maximum(memory, TINY))
        self.expected = np.maximum(expected, TINY)
        every = memory[:, : self.acts].sum(axis=1)
        hostile = [k for k, a in enumerate(acts) if a.klass.endswith("conflict")]
        quarrel = memory[:, hostile].sum(axis=1)
        self.pair = _log_both(every), _log(every)
        self.quarrel = _log_both(quarrel), _log(quarrel)
        self.sources, self.targets = _log(memory.sum(axis=3)), _log(memory.sum(axis=2))
        self.world = _log(memory.sum(axis=(2, 3)))

    def memory(self, s: int, directed: bool) -> np.ndarray:
        """Memory columns (n, n, F) of a series."""
        own, pair, quarrel = self.log[:, s], self.pair[directed], self.quarrel[directed]
        n = own.shape[1]
        back = own.transpose(0, 2, 1)
        source, target, world_ = self.sources[:, s, :, None], self.targets[:, s, None, :], self.world[:, s]
        out = np.empty((n, n, len(MEMORY)), np.float32)
        columns = (
            own[3], own[2] - own[3], own[1] - own[2], own[0] - own[1], pair[3], pair[2] - pair[3],
            pair[1] - pair[2], pair[0] - pair[1], back[1] - own[1], back[0] - back[1], source[3],
            source[1] - source[3], target[3], target[1] - target[3], world_[1] - world_[3], quarrel[3],
            quarrel[1] - quarrel[3],
        )  # fmt: skip
        for f, column in enumerate(columns):
            out[:, :, f] = column
        return out

    def model(self, s: int, acts: list[int], directed: bool) -> np.ndarray:
        """The model's columns (n, n, F) for a series that is made of these acts, against its own last weeks."""
        mine = self.expected[acts].sum(axis=0)
        every = self.expected.sum(axis=0)
        back = every.T
        if not directed:
            mine, every = mine + mine.T, every + every.T
        known = np.exp(self.log[1, acts]).sum(axis=0)
        known = known if directed else known + known.T
        pair = self.pair[directed][1]
        return np.stack([np.log(mine / np.maximum(known, TINY)), np.log(every) - pair, np.log(back) - pair], -1
                        ).astype(np.float32)  # fmt: skip


def _log(x: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(x, TINY))


def _log_both(x: np.ndarray) -> np.ndarray:
    return _log(x + x.transpose(0, 2, 1))
