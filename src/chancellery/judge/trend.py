"""Trends: the slope of a rate, a share or an index over a period, a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from chancellery.essays.claim import Trend
from chancellery.judge.cells import LEAST_BLOCKS, LEAST_EVENTS, Cells, Effect, cells
from chancellery.judge.contrast import other_times, within
from chancellery.judge.indices import index_slope
from chancellery.judge.stream import BLOCK, Stream

STEPS = 40


def trend(
    test: Trend, stream: Stream, great_powers: tuple[str, ...], days: np.ndarray, block: int = BLOCK
) -> Effect:
    """The slope of a trend: log rate, log odds or index points a year.

    Parameters
    ----------
    test, stream, great_powers, days, block
        As for :func:`chancellery.judge.contrast.contrast`.
    """
    if test.index:
        return index_slope(test, stream, great_powers, days)
    return slope(trend_cells(test, stream, days, block), block)


def trend_cells(test: Trend, stream: Stream, days: np.ndarray, block: int = BLOCK) -> Cells:
    """Counts of a trend by block."""
    chosen = within(days, test.during)
    return cells(
        stream, chosen, test.dyads, test.acts, share=test.of == "share", issues=test.issues, block=block
    )


def slope(c: Cells, block: int) -> Effect:
    """Slope a year by quasi-likelihood (Poisson rate or binomial share), error robust to bursts in blocks."""
    hits, base = c.hits.sum(axis=0), c.base.sum(axis=0)
    events = int(hits.sum())
    nothing = (float("nan"), float("nan"))
    if len(c.blocks) < LEAST_BLOCKS + 2 or events < LEAST_EVENTS:
        return Effect(*nothing, 0.0, events, nothing, f"only {events} events in {len(c.blocks)} stretches")
    time = (c.blocks - c.blocks.mean()) * block / 365.25
    design = np.column_stack([np.ones(len(time)), time])
    theta = np.array([np.log(hits.sum() / max((base - hits * c.share).sum(), 0.5)), 0.0])
    for _ in range(STEPS):
        mean, weight = _fitted(design @ theta, base, share=c.share)
        information = (design * weight[:, None]).T @ design
        step = np.linalg.solve(information, design.T @ (hits - mean))
        theta = theta + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-10:
            break
    mean, weight = _fitted(design @ theta, base, share=c.share)
    naive = np.linalg.inv((design * weight[:, None]).T @ design)
    score = design * (hits - mean)[:, None]
    robust = len(time) / (len(time) - 2) * naive @ (score.T @ score) @ naive
    error = float(np.sqrt(max(robust[1, 1], naive[1, 1])))
    ends = [_level(theta[0] + theta[1] * t, share=c.share) for t in (time.max(), time.min())]
    return Effect(float(theta[1]), error, float(len(time) - 2), events, (ends[0], ends[1]))


def _fitted(line: np.ndarray, base: np.ndarray, *, share: bool) -> tuple[np.ndarray, np.ndarray]:
    if share:
        p = 1.0 / (1.0 + np.exp(-np.clip(line, -30, 30)))
        return base * p, base * p * (1 - p) + 1e-12
    mean = base * np.exp(np.clip(line, -30, 30))
    return mean, mean + 1e-12


def _level(line: float, *, share: bool) -> float:
    return float(1.0 / (1.0 + np.exp(-line)) if share else 1000.0 * np.exp(line))


def alternatives(
    test: Trend, stream: Stream, days: np.ndarray
) -> Iterator[tuple[str, Trend, np.ndarray, int]]:
    """The same trend under other defensible choices."""
    yield from other_times(test, stream, days)
    if test.index:
        return
    if test.acts != ("all",):
        of = "share" if test.of == "rate" else "rate"
        yield f"as a {of}", test.model_copy(update={"of": of}), days, BLOCK


def made_up(c: Cells, shift: float, block: int, seed: int) -> Cells:
    """Counts like those observed, but rising by ``shift`` a year in logs."""
    rng = np.random.default_rng(seed)
    time = (c.blocks - c.blocks.mean()) * block / 365.25
    line = np.log((c.hits.sum() + 0.5) / (c.other.sum() + 0.5)) + shift * time
    mean, _ = _fitted(line, c.base, share=c.share)
    hits = (
        rng.poisson(mean) if not c.share else rng.binomial(c.base.astype(int), mean / np.maximum(c.base, 1))
    )
    return replace(c, hits=hits.astype(float))
