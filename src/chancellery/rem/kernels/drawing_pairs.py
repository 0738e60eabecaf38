"""Draw events of pair models: competing pairs (tie-oriented), timed or ordinal, and agreements (coordination)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from chancellery.rem.kernels.choice import coin
from chancellery.rem.kernels.coordination import _choices
from chancellery.rem.kernels.drawing import (
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
from chancellery.rem.kernels.moments import weigh
from chancellery.rem.kernels.reading import possible_targets, read_pair, read_targets, scales
from chancellery.rem.kernels.tie import possible

AFRESH = 256  # events between fresh sums of rows


class Pairs(NamedTuple):
    """Hazards of all options (K, N, N), their sums by sender (N,), and room to work in."""

    w: np.ndarray
    row: np.ndarray
    scale: np.ndarray
    x: np.ndarray
    ok: np.ndarray
    work: np.ndarray
    one: np.ndarray


@njit(cache=True)
def _new_pairs(w: World) -> Pairs:
    types, effects, n = w.h.effect.shape[0], w.h.effect.shape[1], w.h.present.shape[0]
    return Pairs(
        np.zeros((types, n, n)), np.zeros(n), np.ones((types, effects)), np.zeros((effects, types * n)),
        np.zeros(types * n, np.bool_), np.zeros(types * n), np.zeros(effects),
    )  # fmt: skip


@njit(cache=True)
def _renew_row(world: World, pairs: Pairs, i: int, theta: np.ndarray) -> None:
    h, types, n = world.h, pairs.w.shape[0], pairs.row.shape[0]
    pairs.row[i] = 0.0
    if not (h.present[i] and h.sends[i]):
        pairs.w[:, i] = 0.0
        return
    possible_targets(h, i, np.zeros(0, np.uint8), types, pairs.ok)
    read_targets(h, i, pairs.scale, pairs.x)
    factor = np.exp(weigh(pairs.x, theta, pairs.ok, pairs.work))
    for k in range(types):
        for j in range(n):
            hazard = pairs.work[k * n + j] * factor
            pairs.w[k, i, j] = hazard
            pairs.row[i] += hazard


@njit(cache=True)
def _renew_cell(world: World, pairs: Pairs, i: int, j: int, theta: np.ndarray) -> None:
    h = world.h
    ok = possible(h.present, h.sends, h.receives, h.risk[0], h.X, i, j)
    for k in range(pairs.w.shape[0]):
        hazard = 0.0
        if ok:
            read_pair(h, k, pairs.scale, i, j, pairs.one)
            utility = 0.0
            for e in range(theta.shape[0]):
                utility += theta[e] * pairs.one[e]
            hazard = np.exp(utility)
        pairs.row[i] += hazard - pairs.w[k, i, j]
        pairs.w[k, i, j] = hazard


@njit(cache=True)
def _renew(world: World, pairs: Pairs, theta: np.ndarray, everything: bool) -> None:
    """Read again the pairs that something changed."""
    m, n = world.kept, pairs.row.shape[0]
    everything = everything or m.stale[1] > 0 or world.shift[2]  # nothing is known of a user's effect
    for i in range(n):
        if everything or m.stale_row[i]:
            _renew_row(world, pairs, i, theta)
    if not everything:
        for j in range(n):
            if m.stale_column[j]:
                for i in range(n):
                    if not m.stale_row[i]:
                        _renew_cell(world, pairs, i, j, theta)
        for x in range(m.stale[0]):
            _renew_cell(world, pairs, m.stale_cell[x, 0], m.stale_cell[x, 1], theta)
    m.stale_row[:] = False
    m.stale_column[:] = False
    m.stale[:] = 0


@njit(cache=True)
def _pick_pair(pairs: Pairs, share: float) -> tuple[int, int, int]:
    """Type, sender and target in which a share of the whole hazard is reached."""
    n, types = pairs.row.shape[0], pairs.w.shape[0]
    left = share * pairs.row.sum()
    i = -1
    for x in range(n):
        if pairs.row[x] > 0.0:
            i = x
            if left < pairs.row[x]:
                break
            left -= pairs.row[x]
    for k in range(types):
        for j in range(n):
            pairs.work[k * n + j] = pairs.w[k, i, j]
    option = pick(pairs.work, min(left / pairs.work.sum(), 1.0))
    return option // n, i, option % n


@njit(cache=True, nogil=True)
def draw_tie(
    world: World, log: Log, slots: Slots, clock: Clock, theta: np.ndarray, most: int, key: int
) -> int:
    """Draw events of competing pairs in continuous time until the clock ends or the log holds ``most``.

    Returns the number of events in the log, or -1 if the hazard grew beyond all numbers.
    """
    pairs, now, step, fades = _new_pairs(world), clock.start, 0, clock.held < np.inf
    while log.count[0] < most:
        need = patience(key, step)
        while True:
            then = min(next_change(world, log), clock.until, now + clock.held)
            if fades:
                scales(world.h, now + 0.5 * min(clock.held, then - now), pairs.scale)
            _renew(world, pairs, theta, fades or step % AFRESH == 0)
            total = pairs.row.sum()
            if not np.isfinite(total):
                return -1
            used = min(total * (then - now), need) if total > 0.0 else 0.0
            log.expected[0] += used
            if (used == need and total > 0.0) or then >= clock.until:
                break
            need -= used
            now = then
            pass_to(world, log, now, True)
        if used < need or total <= 0.0:
            break
        now += need / total
        k, i, j = _pick_pair(pairs, coin(key, step, WHOM))
        e = record(log, now, i, j, k, -1, 0.0, np.log(pairs.w[k, i, j]), clock, key, step)
        witness(world, log, e, slots, 0)
        pass_to(world, log, now, True)
        step += 1
    return log.count[0]


@njit(cache=True, nogil=True)
def draw_tie_slots(
    world: World, log: Log, slots: Slots, clock: Clock, theta: np.ndarray, most: int, key: int
) -> int:
    """Draw one event a slot, out of all pairs possible then. Returns the number in the log, -1 if they overflow."""
    pairs, fades = _new_pairs(world), clock.held < np.inf
    for step in range(slots.time.shape[0]):
        pass_to(world, log, slots.time[step], False)
        if fades:
            scales(world.h, slots.time[step], pairs.scale)
        _renew(world, pairs, theta, fades or step % AFRESH == 0)
        total = pairs.row.sum()
        if not np.isfinite(total):
            return -1
        if total <= 0.0:
            log.impossible[0] += 1
            continue
        k, i, j = _pick_pair(pairs, coin(key, step, WHOM))
        logp = np.log(pairs.w[k, i, j] / total)
        e = record(log, slots.time[step], i, j, k, step, 0.0, logp, clock, key, step)
        witness(world, log, e, slots, 0)
    return log.count[0]


@njit(cache=True, nogil=True)
def draw_agreements(
    world: World, log: Log, slots: Slots, clock: Clock, theta: np.ndarray, most: int, key: int
) -> int:
    """Draw one agreement a slot: p_ij p_ji over all pairs. Returns the number in the log."""
    h = world.h
    types, effects, n = h.effect.shape[0], h.effect.shape[1], h.present.shape[0]
    m = types * n
    x, logp, ok = np.zeros((n, effects, m)), np.zeros((n, m)), np.zeros((n, m), np.bool_)
    mean, scale, w = np.zeros((n, theta.shape[0])), np.ones((types, effects)), np.zeros(n * m)
    for step in range(slots.time.shape[0]):
        time = slots.time[step]
        pass_to(world, log, time, False)
        scales(h, time, scale)
        _choices(h, theta, scale, x, logp, ok, mean)
        w[:] = 0.0
        for i in range(n):
            for k in range(types):
                for j in range(i + 1, n):
                    if ok[i, k * n + j] and ok[j, k * n + i]:
                        w[i * m + k * n + j] = np.exp(logp[i, k * n + j] + logp[j, k * n + i])
        option = pick(w, coin(key, step, WHOM))
        if option < 0:
            log.impossible[0] += 1
            continue
        i, k, j = option // m, option % m // n, option % n
        e = record(log, time, i, j, k, step, 0.0, np.log(w[option] / w.sum()), clock, key, step)
        witness(world, log, e, slots, 0)
    return log.count[0]
