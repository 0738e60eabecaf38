"""The program's own engine on a made-up world, without the climb: what the slow reference is compared with."""

from __future__ import annotations

import numpy as np

from chancellery.rem.engine import Engine
from chancellery.rem.formula import read_formula
from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.holding import Holding, copy
from chancellery.rem.kernels.reading import read_pair, read_senders, read_targets, scales
from chancellery.rem.kernels.rows import replay
from chancellery.rem.plan import Plan
from chancellery.rem.timeline import timeline
from rem_slow import Spec
from rem_worlds import World, study


def engine(
    world: World, model: str, specs: list[Spec], *, timed: bool = False, since: float | None = None,
    until: float | None = None, risk: str | None = None, allowed: list[list[int]] | None = None, sample: int | None = None,
) -> Engine:  # fmt: skip
    """The engine of a formula, as ``fit`` builds it."""
    own = study(world)
    _, terms = read_formula(f"{world.dependent} ~ " + " + ".join(str(s) for s in specs))
    plan = Plan(own, world.dependent, model, terms, risk)
    line = timeline(plan, timed, world.step, since, until)
    mask = np.zeros((0, 0), np.uint8)
    if allowed is not None:
        mask = np.array([[j in row for j in range(world.n)] for row in allowed], np.uint8)
    return Engine(plan, line, timed, mask, np.zeros((0, 0), np.int64), 0, sample, 1, 1)


def walk(made: Engine):
    """Yield (time, what holds) just before each event."""
    h, rows = made.plan.holding(made.line.start), made.line.rows
    for r in range(len(rows.code)):
        if rows.code[r] == c.EVENT:
            yield float(rows.time[r]), copy(h)
        replay(h, rows, r, r + 1)


def pairs(h: Holding, time: float) -> tuple[np.ndarray, np.ndarray]:
    """Statistics (types, N, N, effects) of all pairs, read sender by sender and pair by pair."""
    types, effects, n = h.effect.shape[0], h.effect.shape[1], len(h.present)
    scale, block, one = np.ones((types, effects)), np.zeros((effects, types * n)), np.zeros(effects)
    scales(h, time, scale)
    rows, cells = np.zeros((types, n, n, effects)), np.zeros((types, n, n, effects))
    for i in range(n):
        read_targets(h, i, scale, block)
        rows[:, i] = block.reshape(effects, types, n).transpose(1, 2, 0)
        for k in range(types):
            for j in range(n):
                read_pair(h, k, scale, i, j, one)
                cells[k, i, j] = one
    return rows, cells


def senders(h: Holding, time: float) -> np.ndarray:
    """Statistics (N, effects) of all senders."""
    scale, out = np.ones((1, h.effect.shape[1])), np.zeros((h.effect.shape[1], len(h.present)))
    scales(h, time, scale)
    read_senders(h, scale, out)
    return out.T
