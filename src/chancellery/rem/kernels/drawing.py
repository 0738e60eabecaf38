"""What drawing events needs whatever the model: keyed chance, and a world that changes as time passes.

A drawn event enters the networks it belongs to, and leaves a window when its time is over. Windows have one
length a network, so events leave in the order they came: the log of events is the queue. What happens outside
(other networks, attributes, who is present) is a list of rows, as in the likelihood, and so are the readers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.choice import coin
from chancellery.rem.kernels.holding import Holding
from chancellery.rem.kernels.kept import Kept, _mark
from chancellery.rem.kernels.rows import Rows, take_effect

# Mechanisms of chance: each has its own number for a step of a draw.
WAITING, WHO, WHOM, HOW_MUCH = range(4)


class World(NamedTuple):
    """What one model sees, and how events and time change it.

    Attributes
    ----------
    h
        What holds.
    rows, at : Rows, (1,)
        Changes from outside from the start on, and the next of them.
    layer, kind, window : (D,)
        Networks that drawn events change, the type of event each takes (-1 for all), its window (inf for none).
    ends : (D, capacity)
        When each event of the log leaves the window of each of these networks.
    gone : (D,)
        First event of the log that has not left it.
    entered : (1,)
        First event of the log that has not entered the networks.
    latest : (D, N, N) or (0, 0, 0)
        Last event of a pair, where a tie is replaced and so must not be undone by an older event.
    kept, reads, shift
        Which pairs are out of date, for models that keep all pairs (:mod:`chancellery.rem.kernels.kept`).
    replaces, directed
        How events change a tie.
    one
        A single row to write on.
    """

    h: Holding
    rows: Rows
    at: np.ndarray
    layer: np.ndarray
    kind: np.ndarray
    window: np.ndarray
    ends: np.ndarray
    gone: np.ndarray
    entered: np.ndarray
    latest: np.ndarray
    kept: Kept
    reads: np.ndarray
    shift: np.ndarray
    replaces: int
    directed: int
    one: Rows


class Log(NamedTuple):
    """Events in order: (capacity,) arrays, the first ``count`` used; history comes before what is drawn.

    ``who`` and ``whom`` are the log probabilities (timed: log hazards) with which sender and option were
    drawn; of a pair drawn at once ``whom`` holds it all. ``expected`` is the integral of the hazard.
    """

    count: np.ndarray
    time: np.ndarray
    a: np.ndarray
    b: np.ndarray
    kind: np.ndarray
    value: np.ndarray
    slot: np.ndarray
    who: np.ndarray
    whom: np.ndarray
    expected: np.ndarray
    impossible: np.ndarray


class Slots(NamedTuple):
    """Moments at which an event happens, given beforehand: time, sender (-1: drawn), targets, ends of windows.

    ``ends`` is a list by world (2, D, S); ``allowed`` is (S, N) or (0, 0).
    """

    time: np.ndarray
    sender: np.ndarray
    allowed: np.ndarray
    ends: np.ndarray


class Clock(NamedTuple):
    """Start, end, longest time a fading hazard is held constant, and the values an event's tie may take (V,)."""

    start: float
    until: float
    held: float
    values: np.ndarray


@njit(cache=True, _nrt=False)
def pick(w: np.ndarray, share: float) -> int:
    """Number of the option in which ``share`` of the total weight is reached; -1 if all weights are 0."""
    total = 0.0
    for x in range(w.shape[0]):
        total += w[x]
    left, last = share * total, -1
    for x in range(w.shape[0]):
        if w[x] > 0.0:
            last = x
            left -= w[x]
            if left < 0.0:
                return x
    return last


@njit(cache=True, _nrt=False)
def patience(key: int, step: int) -> float:
    """Standard exponential: how much hazard passes until the next event."""
    return -np.log(1.0 - coin(key, step, WAITING))


@njit(cache=True, _nrt=False)
def _apply(w: World, rows: Rows, r: int) -> None:
    if w.kept.w.shape[1]:
        _mark(w.h, w.kept, rows, r, w.reads, w.shift[0], w.shift[1])
    take_effect(w.h, rows, r)


@njit(cache=True, _nrt=False)
def _write(w: World, code: int, time: float, a: int, b: int, layer: int, value: float) -> None:
    one = w.one
    one.code[0], one.time[0], one.a[0], one.b[0] = code, time, a, b
    one.x[0], one.value[0], one.mark[0] = layer, value, w.replaces
    _apply(w, one, 0)


@njit(cache=True, _nrt=False)
def _change(w: World, d: int, time: float, a: int, b: int, value: float) -> None:
    _write(w, c.NETWORK, time, a, b, w.layer[d], value)
    if not w.directed:
        _write(w, c.NETWORK, time, b, a, w.layer[d], value)


@njit(cache=True, _nrt=False)
def _enter(w: World, log: Log, e: int) -> None:
    for d in range(w.layer.shape[0]):
        if w.kind[d] < 0 or w.kind[d] == log.kind[e]:
            _change(w, d, log.time[e], log.a[e], log.b[e], log.value[e])
            if w.latest.shape[0]:
                w.latest[d, log.a[e], log.b[e]] = e
                if not w.directed:
                    w.latest[d, log.b[e], log.a[e]] = e


@njit(cache=True, _nrt=False)
def _leave(w: World, log: Log, d: int) -> None:
    e = w.gone[d]
    w.gone[d] += 1
    if w.kind[d] >= 0 and w.kind[d] != log.kind[e]:
        return
    a, b = log.a[e], log.b[e]
    if not w.replaces:
        _change(w, d, w.ends[d, e], a, b, -log.value[e])
    elif w.latest[d, a, b] == e:
        _change(w, d, w.ends[d, e], a, b, 0.0)


@njit(cache=True, _nrt=False)
def next_change(w: World, log: Log) -> float:
    """When the world changes next if no event happens."""
    time = w.rows.time[w.at[0]] if w.at[0] < w.rows.time.shape[0] else np.inf
    for d in range(w.layer.shape[0]):
        if w.gone[d] < log.count[0]:
            time = min(time, w.ends[d, w.gone[d]])
    return time


@njit(cache=True, _nrt=False)
def pass_to(w: World, log: Log, time: float, through: bool) -> None:
    """Let happen what happens before ``time`` (``through``: also at it; else who is present at it)."""
    while w.entered[0] < log.count[0]:
        e = w.entered[0]
        if log.time[e] > time or (log.time[e] == time and not through):
            break
        w.entered[0] += 1
        _enter(w, log, e)
    rows = w.rows
    while w.at[0] < rows.time.shape[0]:
        r = w.at[0]
        there = rows.time[r] == time and (through or rows.code[r] == c.PRESENCE)
        if not (rows.time[r] < time or there):
            break
        w.at[0] += 1
        _apply(w, rows, r)
    for d in range(w.layer.shape[0]):
        while w.gone[d] < w.entered[0]:
            end = w.ends[d, w.gone[d]]
            if end > time or (end == time and not through):
                break
            _leave(w, log, d)


@njit(cache=True, _nrt=False)
def record(
    log: Log,
    time: float,
    a: int,
    b: int,
    kind: int,
    slot: int,
    who: float,
    whom: float,
    clock: Clock,
    key: int,
    step: int,
) -> int:
    """Write a drawn event into the log; returns its number."""
    e = log.count[0]
    log.count[0] += 1
    log.time[e], log.a[e], log.b[e], log.kind[e], log.slot[e] = time, a, b, kind, slot
    log.who[e], log.whom[e] = who, whom
    values, x = clock.values, 0
    if values.shape[0] > 1:
        x = min(int(coin(key, step, HOW_MUCH) * values.shape[0]), values.shape[0] - 1)
    log.value[e] = values[x]
    return e


@njit(cache=True, _nrt=False)
def witness(w: World, log: Log, e: int, slots: Slots, place: int) -> None:
    """Let a world know of event ``e``: the last event, and when it will leave the windows."""
    for d in range(w.layer.shape[0]):
        w.ends[d, e] = slots.ends[place, d, log.slot[e]] if log.slot[e] >= 0 else log.time[e] + w.window[d]
    _write(w, c.EVENT, log.time[e], log.a[e], log.b[e], log.kind[e], log.value[e])
