"""Look into a fitted model: events behind each effect, and what single events were chosen from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chancellery.rem.catalogue import RATE, TIE
from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.look import count_nonzero
from chancellery.rem.kernels.reading import (
    possible_senders,
    possible_targets,
    read_senders,
    read_targets,
    scales,
)
from chancellery.rem.kernels.rows import replay

if TYPE_CHECKING:
    from chancellery.rem.estimate import RemFit
    from chancellery.rem.kernels.holding import Holding

MOST_NUMBERS = 20_000_000  # of statistics that one situation may hold


@dataclass(frozen=True)
class Situation:
    """One event and what might have happened instead.

    Attributes
    ----------
    number
        Place of the event among those of the timeline, from 0.
    statistics
        (p, M) of the M options that were possible.
    chosen
        Which of them happened.
    a, b
        Labels of sender and target.
    """

    number: int
    statistics: np.ndarray
    chosen: int
    a: str
    b: str

    def chances(self, theta: np.ndarray) -> np.ndarray:
        """Probability (M,) that each option is the one that happens next."""
        utility = theta @ self.statistics
        weight = np.exp(utility - utility.max())
        return weight / weight.sum()


def events_behind(fit: RemFit) -> np.ndarray:
    """Scored events (p,) whose own statistic was not zero, for each effect."""
    plan, line = fit.engine.plan, fit.engine.line
    out = np.zeros(plan.columns, np.int64)
    count_nonzero(plan.holding(line.start), line.rows, plan.model == RATE, out)
    return out


def situations(fit: RemFit, numbers: np.ndarray) -> Iterator[Situation]:
    """What the model saw at some events (numbers of the timeline's, rising); those too large to hold are left out."""
    plan, line = fit.engine.plan, fit.engine.line
    h, at = plan.holding(line.start), 0
    rows = np.nonzero(line.rows.code == c.EVENT)[0]
    options = plan.study.n ** (2 if plan.model == TIE else 1) * len(plan.kinds)
    if options * h.effect.shape[1] > MOST_NUMBERS:
        return
    for number in numbers:
        row = int(rows[number])
        replay(h, line.rows, at, row)
        at = row
        statistics, chosen = _read(fit, h, row, int(number))
        labels = plan.study.labels
        yield Situation(int(number), statistics, chosen, labels[line.a[number]], labels[line.b[number]])


def _read(fit: RemFit, h: Holding, row: int, number: int) -> tuple[np.ndarray, int]:
    plan, rows, engine = fit.engine.plan, fit.engine.line.rows, fit.engine
    types, effects, n = h.effect.shape[0], h.effect.shape[1], plan.study.n
    scale = np.ones((types, effects))
    scales(h, float(rows.time[row]), scale)
    a, b, kind = int(rows.a[row]), int(rows.b[row]), int(rows.x[row])
    if plan.model == RATE:
        x, ok = np.zeros((effects, n)), np.zeros(n, np.bool_)
        possible_senders(h, ok)
        read_senders(h, scale, x)
        return _kept(x, ok, a, plan.columns)
    x, ok = np.zeros((effects, types * n)), np.zeros(types * n, np.bool_)
    if plan.model != TIE:
        allowed = engine.allowed[number] if len(engine.allowed) else np.zeros(0, np.uint8)
        possible_targets(h, a, allowed, types, ok)
        read_targets(h, a, scale, x)
        return _kept(x, ok, kind * n + b, plan.columns)
    blocks, marks = [], []
    for i in range(n):
        possible_targets(h, i, np.zeros(0, np.uint8), types, ok)
        read_targets(h, i, scale, x)
        blocks.append(x.copy())
        marks.append(ok & bool(h.present[i] and h.sends[i]))
    return _kept(np.hstack(blocks), np.concatenate(marks), (a * types + kind) * n + b, plan.columns)


def _kept(x: np.ndarray, ok: np.ndarray, chosen: int, p: int) -> tuple[np.ndarray, int]:
    return x[:p, ok], int(ok[:chosen].sum())
