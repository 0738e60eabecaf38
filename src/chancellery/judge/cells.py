"""Counts by pair and block of four weeks, and the log ratio of two sides with an error that knows of bursts.

A side is a measure (acts of pairs) on some days. Its level is a rate (acts for each act of the whole stream)
or odds (these acts against the pair's other acts). The difference of log levels is a sum over cells, so its
variance is that of cluster sums (linearisation; Binder 1983): clusters are blocks of four weeks, and pairs as
well where there are eight or more (Cameron, Gelbach & Miller 2011). It is never taken to be smaller than
counting alone would make it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chancellery.judge.stream import BLOCK, Stream

PAIRS_TO_CLUSTER = 8
LEAST_EVENTS, LEAST_OF_A_SIDE, LEAST_BLOCKS = 10, 6, 4


@dataclass(frozen=True)
class Cells:
    """One side: ``hits`` and ``base`` (pairs, blocks), codes of the pairs, numbers of the blocks.

    For a share, base counts all acts of the pair; for a rate, all acts of the stream on the same days.
    """

    hits: np.ndarray
    base: np.ndarray
    pairs: np.ndarray
    blocks: np.ndarray
    share: bool
    days: int

    @property
    def level(self) -> float:
        """Share of the pair's acts, or acts of a pair for each thousand acts of the stream."""
        total = self.base.sum()
        return float(self.hits.sum() / total * (1.0 if self.share else 1000.0)) if total else float("nan")

    @property
    def other(self) -> np.ndarray:
        """What the hits are held against."""
        return self.base - self.hits if self.share else self.base


@dataclass(frozen=True)
class Effect:
    """A difference with its standard error and degrees of freedom; ``levels`` of the two sides, events behind."""

    estimate: float
    error: float
    freedom: float
    events: int
    levels: tuple[float, float]
    problem: str = ""


def cells(
    stream: Stream,
    days: np.ndarray,
    dyads: Sequence[str],
    acts: Sequence[str],
    *,
    share: bool,
    issues: Sequence[str] = (),
    block: int = BLOCK,
) -> Cells:
    """Count one side.

    Parameters
    ----------
    stream
        What happened.
    days
        Ordinals of the days that count.
    dyads, acts, issues
        What is counted; no issues means all.
    share
        Whether the level is a share of the pairs' acts or a rate.
    block
        Days of a block.
    """
    inside = stream.on(days)
    number, pairs = stream.among(dyads)
    names = np.unique(days // block)
    column = np.searchsorted(names, stream.day // block)
    here = inside & (number >= 0)
    hit = here & stream.doing(acts)
    if issues:
        hit &= stream.about(issues)
    shape = (len(pairs), len(names))
    hits = _count(number[hit], column[hit], shape)
    if share:
        base = _count(number[here], column[here], shape)
    else:
        base = np.tile(np.bincount(column[inside], minlength=len(names)).astype(float), (len(pairs), 1))
    return Cells(hits, base, pairs, names, share, len(days))


def _count(row: np.ndarray, column: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    flat = np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1])
    return flat.reshape(shape).astype(float)


def difference(sides: Sequence[tuple[Cells, int]]) -> Effect:
    """Signed sum of the sides' log levels.

    Parameters
    ----------
    sides
        (cells, +1 or −1); two for a contrast, four for a contrast beside another.

    Returns
    -------
    Effect
        ``problem`` says why there is none where too little is covered.
    """
    events = int(sum(c.hits.sum() for c, _ in sides))
    levels = (sides[0][0].level, sides[1][0].level)
    problem = _lacking(sides, events)
    if problem:
        return Effect(float("nan"), float("nan"), 0.0, events, levels, problem)
    estimate, counting = 0.0, 0.0
    for c, sign in sides:
        hit, other = c.hits.sum() + 0.5, c.other.sum() + (0.5 if c.share else 0.0)
        estimate += sign * float(np.log(hit / other))
        counting += 1.0 / hit + (1.0 / other if c.share else 0.0)
    variance, freedom = _clustered(sides)
    return Effect(estimate, float(np.sqrt(max(variance, counting))), freedom, events, levels)


def _lacking(sides: Sequence[tuple[Cells, int]], events: int) -> str:
    for c, _ in sides:
        if not c.days:
            return "no day of the period is covered"
        if len(c.blocks) < LEAST_BLOCKS // 2:
            return "too few weeks are covered on one side"
        if c.base.sum() < LEAST_OF_A_SIDE:
            return "hardly any acts of the pair on one side"
    if sum(len(c.blocks) for c, _ in sides) < LEAST_BLOCKS:
        return "too few weeks are covered"
    if events < LEAST_EVENTS:
        return f"only {events} events"
    return ""


def _clustered(sides: Sequence[tuple[Cells, int]]) -> tuple[float, float]:
    """Variance and degrees of freedom from cluster sums of each cell's pull on the estimate.

    A pair on both sides is one cluster: what is lasting about it cancels out.
    """
    blocks = np.unique(np.concatenate([c.blocks for c, _ in sides]))
    pairs = np.unique(np.concatenate([c.pairs for c, _ in sides]))
    pull = np.zeros((len(pairs), len(blocks)))
    for c, sign in sides:
        mine = sign * (c.hits / max(c.hits.sum(), 0.5) - c.other / max(c.other.sum(), 0.5))
        rows, columns = np.searchsorted(pairs, c.pairs), np.searchsorted(blocks, c.blocks)
        np.add.at(pull, (rows[:, None], columns[None, :]), mine)
    variance, freedom = _sum_of_squares(pull.sum(axis=0)), len(blocks) - len(sides)
    if len(pairs) >= PAIRS_TO_CLUSTER:
        alone = _sum_of_squares(pull[pull != 0.0])
        variance += max(_sum_of_squares(pull.sum(axis=1)) - alone, 0.0)
        freedom = min(freedom, len(pairs) - 1)
    return variance, float(max(freedom, 1))


def _sum_of_squares(sums: np.ndarray) -> float:
    groups = len(sums)
    return float(groups / max(groups - 1, 1) * (sums**2).sum())
