"""What is remembered: under a key, how often each value was seen lately, at several half-lives.

A memory is keyed by who or what is compared (a source and relation, a source, a relation, the country of the
source …) and counts values (targets, or groups of targets). Counts fade lazily: an entry holds its counts as
they were on the day it was last seen. Entries of a key stand in the order in which they were first seen, so
what has not happened yet lies beyond ``active`` and cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from chancellery.effects.arithmetic import quick_log

PRIOR = np.float32(0.3)  # added to a key's total, so that one event is not a share of 1
STEEP, FINE = np.float32(8.0), np.float32(100.0)  # log(1 + 8 count), log(1 + 100 share): both 0 at nothing


class Rows(NamedTuple):
    """Entries of some keys: row i is ``start[i]:start[i + 1]`` of ``value`` (E,) and ``x`` (E, columns)."""

    start: np.ndarray
    value: np.ndarray
    x: np.ndarray


@dataclass
class Memory:
    """Fading counts of values under keys; ``add`` the facts of one day after the other."""

    half_lives: tuple[float, ...]
    key: np.ndarray  # (F,) of every fact, -1 where it has none
    entry: np.ndarray  # (F,) place of the fact's entry, -1 where it has none
    value: np.ndarray  # (E,)
    start: np.ndarray  # (keys + 1,)

    def __post_init__(self) -> None:
        days = np.arange(2000, dtype=np.float64)[:, None]
        self.fade = (0.5 ** (days / np.array(self.half_lives))).astype(np.float32)
        self.forget()

    def forget(self) -> None:
        """Nothing has been seen yet."""
        entries, keys, k = len(self.value), len(self.start) - 1, len(self.half_lives)
        self.count = np.zeros((entries, k), np.float32)
        self.last = np.full(entries, -1, np.int32)
        self.total = np.zeros((keys, k), np.float32)
        self.total_last = np.full(keys, -1, np.int32)
        self.active = np.zeros(keys, np.int64)

    def add(self, lo: int, hi: int, day: int) -> None:
        """See the facts ``lo:hi``, all of one ``day``, no earlier than those seen before."""
        _add(
            self.entry[lo:hi], self.key[lo:hi], day, self.count, self.last, self.total, self.total_last,
            self.active, self.fade,
        )  # fmt: skip

    @property
    def columns(self) -> int:
        """Number of columns that :meth:`rows` gives an entry."""
        return 2 * len(self.half_lives) + 3

    def rows(self, keys: np.ndarray, day: int) -> Rows:
        """Give what is remembered under ``keys`` (n,) on the morning of ``day``; a key of -1 has an empty row.

        Columns: log(1 + 8 count) and log(1 + 100 share of the key's count) at each half-life, 1, 1 / days since
        last seen, 0.3 log(days since). An entry never seen would have 0 everywhere and is left out.
        """
        start = _starts(keys, self.active)
        value, x = np.empty(start[-1], np.int32), np.empty((start[-1], self.columns), np.float32)
        _rows(
            keys, start, day, self.start, self.value, self.count, self.last, self.total, self.total_last,
            self.fade, value, x,
        )  # fmt: skip
        return Rows(start, value, x)

    def counts(self, keys: np.ndarray, day: int) -> tuple[Rows, np.ndarray]:
        """Give log(1 + 2 count) at each half-life, and the places (E,) of the entries."""
        start = _starts(keys, self.active)
        place = np.empty(start[-1], np.int64)
        x = np.empty((start[-1], len(self.half_lives)), np.float32)
        _counts(keys, start, day, self.start, self.count, self.last, self.fade, place, x)
        return Rows(start, self.value[place], x), place


def memory(
    key: np.ndarray, value: np.ndarray, day: np.ndarray, keys: int, half_lives: tuple[float, ...]
) -> Memory:
    """Lay out a memory for facts in order of time: ``key`` (F,), ``value`` (F,), ``day`` (F,); all unseen."""
    held = np.flatnonzero(key >= 0)
    code = key[held] * (int(value.max()) + 1) + value[held]
    _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
    order = np.lexsort((first, key[held][first]))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    entry = np.full(len(key), -1, np.int64)
    entry[held] = place[inverse]
    start = np.concatenate([[0], np.cumsum(np.bincount(key[held][first], minlength=keys))]).astype(np.int64)
    return Memory(half_lives, key.astype(np.int64), entry, value[held][first][order].astype(np.int32), start)


@njit(cache=True, nogil=True)
def _add(entry, key, day, count, last, total, total_last, active, fade):
    half_lives = count.shape[1]
    for i in range(len(entry)):
        e, k = entry[i], key[i]
        if e < 0:
            continue
        if last[e] < 0:
            active[k] += 1
        for j in range(half_lives):
            if last[e] >= 0:
                count[e, j] *= fade[day - last[e], j]
            if total_last[k] >= 0:
                total[k, j] *= fade[day - total_last[k], j]
            count[e, j] += 1
            total[k, j] += 1
        last[e] = day
        total_last[k] = day


@njit(cache=True, nogil=True)
def _starts(keys, active):
    start = np.zeros(len(keys) + 1, np.int64)
    for i in range(len(keys)):
        start[i + 1] = start[i] + (active[keys[i]] if keys[i] >= 0 else 0)
    return start


@njit(cache=True, nogil=True, error_model="numpy")
def _rows(keys, start, day, begins, values, count, last, total, total_last, fade, value, x):
    half_lives = count.shape[1]
    per = np.empty(half_lives, np.float32)
    for i in range(len(keys)):
        k = keys[i]
        if start[i + 1] == start[i]:
            continue
        for j in range(half_lives):
            per[j] = np.float32(1) / (total[k, j] * fade[day - total_last[k], j] + PRIOR)
        for a in range(start[i], start[i + 1]):
            e = begins[k] + a - start[i]
            gap = day - last[e]
            value[a] = values[e]
            for j in range(half_lives):
                faded = count[e, j] * fade[gap, j]
                x[a, j] = quick_log(np.float32(1) + STEEP * faded)
                x[a, half_lives + j] = quick_log(np.float32(1) + FINE * faded * per[j])
            x[a, 2 * half_lives] = 1
            x[a, 2 * half_lives + 1] = np.float32(1) / np.float32(gap)
            x[a, 2 * half_lives + 2] = np.float32(0.3) * quick_log(np.float32(gap))


@njit(cache=True, nogil=True)
def _counts(keys, start, day, begins, count, last, fade, place, x):
    for i in range(len(keys)):
        for a in range(start[i], start[i + 1]):
            e = begins[keys[i]] + a - start[i]
            place[a] = e
            for j in range(count.shape[1]):
                x[a, j] = quick_log(np.float32(1) + np.float32(2) * count[e, j] * fade[day - last[e], j])
