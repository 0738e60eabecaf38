"""Draw events of actor-oriented models: the rate says who acts and when, the choice whom it turns to."""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.rem.kernels.choice import coin
from chancellery.rem.kernels.drawing import (
    WHO,
    WHOM,
    Clock,
    Log,
    Slots,
    World,
    next_change,
    pass_to,
    patience,
    pick,
    record,
    witness,
)
from chancellery.rem.kernels.holding import Holding
from chancellery.rem.kernels.moments import weigh
from chancellery.rem.kernels.reading import (
    possible_senders,
    possible_targets,
    read_senders,
    read_targets,
    scales,
)


@njit(cache=True)
def _senders(
    h: Holding,
    time: float,
    theta: np.ndarray,
    scale: np.ndarray,
    x: np.ndarray,
    ok: np.ndarray,
    w: np.ndarray,
) -> float:
    """Set ``w`` to the weights of senders; return the log by which they are scaled."""
    scales(h, time, scale)
    possible_senders(h, ok)
    read_senders(h, scale, x)
    return weigh(x, theta, ok, w)


@njit(cache=True)
def _wait(
    rate: World, choice: World, log: Log, clock: Clock, now: float, need: float, theta: np.ndarray, scale: np.ndarray,
    x: np.ndarray, ok: np.ndarray, w: np.ndarray,
) -> float:  # fmt: skip
    """Let time pass until the hazard used up is ``need``; ``w`` then holds the hazards of senders.

    Returns the time of the event, inf if the end comes first, NaN if the hazard is no number.
    """
    while True:
        then = min(next_change(rate, log), next_change(choice, log), clock.until, now + clock.held)
        middle = now + 0.5 * min(clock.held, then - now) if clock.held < np.inf else now
        top = _senders(rate.h, middle, theta, scale, x, ok, w)
        w *= np.exp(top)
        total = w.sum()
        if not np.isfinite(total):
            return np.nan
        if total > 0.0 and total * (then - now) >= need:
            log.expected[0] += need
            return now + need / total
        if then == np.inf:
            return np.inf
        need -= total * (then - now)
        log.expected[0] += total * (then - now)
        if then >= clock.until:
            return np.inf
        now = then
        pass_to(rate, log, now, True)
        pass_to(choice, log, now, True)


@njit(cache=True)
def _choose(
    choice: World, log: Log, i: int, time: float, theta: np.ndarray, allowed: np.ndarray, share: float, scale: np.ndarray,
    x: np.ndarray, ok: np.ndarray, w: np.ndarray,
) -> tuple[int, float]:  # fmt: skip
    """Draw an option of sender i; returns it (-1: none is possible) and its log probability."""
    h = choice.h
    scales(h, time, scale)
    possible_targets(h, i, allowed, h.effect.shape[0], ok)
    read_targets(h, i, scale, x)
    weigh(x, theta, ok, w)
    option = pick(w, share)
    return option, np.log(w[option] / w.sum()) if option >= 0 else 0.0


@njit(cache=True, nogil=True)
def draw_timed(
    rate: World, choice: World, log: Log, slots: Slots, clock: Clock, of_rate: np.ndarray, of_choice: np.ndarray,
    most: int, key: int,
) -> int:  # fmt: skip
    """Draw events in continuous time until the clock ends or the log holds ``most``.

    Returns the number of events in the log, or -1 if the hazard grew beyond all numbers.
    """
    n = rate.h.present.shape[0]
    m = n * choice.h.effect.shape[0]
    scale, x, ok, w = (
        np.ones((1, rate.h.effect.shape[1])),
        np.zeros((rate.h.effect.shape[1], n)),
        np.zeros(n, np.bool_),
        np.zeros(n),
    )
    scale_c, x_c = np.ones(choice.h.effect.shape[:2]), np.zeros((choice.h.effect.shape[1], m))
    ok_c, w_c, everyone = np.zeros(m, np.bool_), np.zeros(m), np.zeros(0, np.uint8)
    now, step = clock.start, 0
    while log.count[0] < most:
        time = _wait(rate, choice, log, clock, now, patience(key, step), of_rate, scale, x, ok, w)
        if np.isnan(time):
            return -1
        if time == np.inf:
            break
        now = time
        i = pick(w, coin(key, step, WHO))
        option, logp = _choose(
            choice, log, i, now, of_choice, everyone, coin(key, step, WHOM), scale_c, x_c, ok_c, w_c
        )
        if option < 0:
            log.impossible[0] += 1
        else:
            e = record(log, now, i, option % n, option // n, -1, np.log(w[i]), logp, clock, key, step)
            witness(rate, log, e, slots, 0)
            witness(choice, log, e, slots, 1)
        pass_to(rate, log, now, True)
        pass_to(choice, log, now, True)
        step += 1
    return log.count[0]


@njit(cache=True, nogil=True)
def draw_slots(
    rate: World, choice: World, log: Log, slots: Slots, clock: Clock, of_rate: np.ndarray, of_choice: np.ndarray,
    most: int, key: int,
) -> int:  # fmt: skip
    """Draw one event a slot; its sender is given, or drawn from an ordinal rate. Returns the number in the log."""
    n = rate.h.present.shape[0]
    m = n * choice.h.effect.shape[0]
    scale, x, ok, w = (
        np.ones((1, rate.h.effect.shape[1])),
        np.zeros((rate.h.effect.shape[1], n)),
        np.zeros(n, np.bool_),
        np.zeros(n),
    )
    scale_c, x_c = np.ones(choice.h.effect.shape[:2]), np.zeros((choice.h.effect.shape[1], m))
    ok_c, w_c, allowed = np.zeros(m, np.bool_), np.zeros(m), np.zeros(0, np.uint8)
    for step in range(slots.time.shape[0]):
        time, i, who = slots.time[step], slots.sender[step], 0.0
        pass_to(choice, log, time, False)
        if i < 0:
            pass_to(rate, log, time, False)
            _senders(rate.h, time, of_rate, scale, x, ok, w)
            i = pick(w, coin(key, step, WHO))
            who = np.log(w[i] / w.sum()) if i >= 0 else 0.0
        if slots.allowed.shape[0]:
            allowed = slots.allowed[step]
        option, logp = -1, 0.0
        if i >= 0:
            option, logp = _choose(
                choice, log, i, time, of_choice, allowed, coin(key, step, WHOM), scale_c, x_c, ok_c, w_c
            )
        if option < 0:
            log.impossible[0] += 1
            continue
        e = record(log, time, i, option % n, option // n, step, who, logp, clock, key, step)
        witness(choice, log, e, slots, 1)
        if slots.sender[step] < 0:
            witness(rate, log, e, slots, 0)
    return log.count[0]
