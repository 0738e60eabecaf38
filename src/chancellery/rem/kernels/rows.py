"""The rows of a timeline, and how a row changes what holds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.holding import Holding, change_tie, set_attribute


class Rows(NamedTuple):
    """A timeline, sorted; every array has one entry a row.

    ``code`` says what happens; ``time`` is the clock; ``a``, ``b`` are actors; ``x`` is the number of a
    network, an attribute or a type of event; ``value`` is an increment, a new value or presence; ``mark`` says
    "replace" for a network and "counts in the likelihood" for an event; ``event`` numbers the events;
    ``gap`` is the time since the last event or interval (timed models).
    """

    code: np.ndarray
    time: np.ndarray
    a: np.ndarray
    b: np.ndarray
    x: np.ndarray
    value: np.ndarray
    mark: np.ndarray
    event: np.ndarray
    gap: np.ndarray


class Sums(NamedTuple):
    """What a pass adds up: log likelihood (1,), score (p,), information (p, p), scores by cluster (C, p), log
    probability of each event (E,) or nothing (0,)."""

    loglik: np.ndarray
    score: np.ndarray
    information: np.ndarray
    clusters: np.ndarray
    surprise: np.ndarray


def new_sums(p: int, clusters: int, events: int) -> Sums:
    """Empty sums."""
    return Sums(np.zeros(1), np.zeros(p), np.zeros((p, p)), np.zeros((clusters, p)), np.zeros(events))


@njit(cache=True, _nrt=False)
def take_effect(h: Holding, rows: Rows, r: int) -> None:
    """Apply a row to what holds."""
    code = rows.code[r]
    if code == c.NETWORK:
        change_tie(h, rows.x[r], rows.a[r], rows.b[r], rows.value[r], rows.mark[r], rows.time[r])
    elif code == c.ATTRIBUTE:
        set_attribute(h, rows.x[r], rows.a[r], rows.value[r])
    elif code == c.PRESENCE:
        h.present[rows.a[r]] = rows.value[r] > 0
    elif code == c.EVENT:
        # Simultaneous events see the same state: the last of them is the last event only for what comes later.
        after = r + 1
        if after == len(rows.code) or rows.code[after] != c.EVENT or rows.time[after] != rows.time[r]:
            h.last[0], h.last[1] = rows.a[r], rows.b[r]


@njit(cache=True, _nrt=False)
def replay(h: Holding, rows: Rows, lo: int, hi: int) -> None:
    """Apply rows without scoring them."""
    for r in range(lo, hi):
        take_effect(h, rows, r)
