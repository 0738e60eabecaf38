"""Indices of behaviour over coded acts: one value for each block of four weeks, compared or followed in time.

The formulas are those of :mod:`chancellery.answer.index`, the same that questions ask of futures.
"""

from __future__ import annotations

import numpy as np

from chancellery import world
from chancellery.answer.index import COOPERATIVE, combine
from chancellery.cases.claims import index_of
from chancellery.essays.claim import Contrast, Measured
from chancellery.essays.terms import period
from chancellery.judge.cells import LEAST_BLOCKS, Effect
from chancellery.judge.stream import BLOCK, Stream

LEAST_ACTS = 8  # acts of a block below which its index says nothing


def index_blocks(
    text: str, stream: Stream, great_powers: tuple[str, ...], days: np.ndarray
) -> tuple[np.ndarray, np.ndarray, int]:
    """Values (blocks,) of an index, the middle day of each block, and the acts behind them."""
    asked = index_of(text, stream.actors)
    parts_of, least = _parts(asked, stream, great_powers)
    blocks = days // BLOCK
    values, middles, events = [], [], 0
    for name in np.unique(blocks):
        mine = days[blocks == name]
        rows = stream.on(mine)
        parts = np.array([[float((rows & part).sum())] for part in parts_of])
        if parts.sum() < least or len(mine) < BLOCK // 2:
            continue
        values.append(float(combine(asked.index, parts, float(len(mine)))[0]))
        middles.append(float(mine.mean()))
        events += int(parts.sum())
    return np.array(values), np.array(middles), events


def _parts(asked: object, stream: Stream, great_powers: tuple[str, ...]) -> tuple[list[np.ndarray], int]:
    """Masks (E,) of the counts an index is made of, and the acts it needs."""
    i = stream.actors.index(asked.source)
    klass = np.array([a.klass for a in world.acts()])
    coop = np.isin(klass, COOPERATIVE)[stream.act]
    mine = stream.source == i
    if asked.index in ("hedging", "concentration"):
        names = great_powers if asked.index == "hedging" else stream.actors
        partners = [stream.actors.index(a) for a in names if a != asked.source]
        return [mine & coop & (stream.target == j) for j in partners], LEAST_ACTS
    if asked.index == "volume":
        return [mine], 0
    j = stream.actors.index(asked.target)
    if asked.index == "initiative":
        return [mine & (stream.target == j)], 0
    between = (mine & (stream.target == j)) | ((stream.source == j) & (stream.target == i))
    return [between & coop, between & ~coop], 1


def index_difference(
    test: Contrast, stream: Stream, great_powers: tuple[str, ...], days: np.ndarray
) -> Effect:
    """Difference of the mean index of two sides, with Welch's error."""
    a, _, n = index_blocks(test.index, stream, great_powers, _within(days, test.during))
    other = test.than
    b, _, m = index_blocks(
        other.index or test.index, stream, great_powers, _within(days, other.during or test.during)
    )
    levels = (float(a.mean()) if len(a) else np.nan, float(b.mean()) if len(b) else np.nan)
    if min(len(a), len(b)) < LEAST_BLOCKS - 1:
        return Effect(np.nan, np.nan, 0.0, n + m, levels, "too few stretches with enough acts for the index")
    u, v = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    freedom = (u + v) ** 2 / max(u**2 / (len(a) - 1) + v**2 / (len(b) - 1), 1e-30)
    return Effect(levels[0] - levels[1], float(np.sqrt(u + v)), float(max(freedom, 1)), n + m, levels)


def index_slope(test: Measured, stream: Stream, great_powers: tuple[str, ...], days: np.ndarray) -> Effect:
    """Slope of the index a year by least squares over blocks, with an error robust to unequal variances (HC1)."""
    y, x, n = index_blocks(test.index, stream, great_powers, _within(days, test.during))
    if len(y) < LEAST_BLOCKS + 2:
        return Effect(
            np.nan, np.nan, 0.0, n, (np.nan, np.nan), "too few stretches with enough acts for the index"
        )
    time = (x - x.mean()) / 365.25
    slope = float((time * y).sum() / (time**2).sum())
    left = y - y.mean() - slope * time
    pull = time * left / (time**2).sum()
    error = float(np.sqrt(len(y) / (len(y) - 2) * (pull**2).sum()))
    ends = (float(y.mean() + slope * time.max()), float(y.mean() + slope * time.min()))
    return Effect(slope, error, float(len(y) - 2), n, ends)


def _within(days: np.ndarray, during: str | None) -> np.ndarray:
    asked = period(during)
    if asked is None:
        return days
    return days[(days >= asked.first.toordinal()) & (days <= asked.last.toordinal())]
