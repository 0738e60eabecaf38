"""Questions: what is asked of futures, and the value every future gives.

A question about something that happens gives a probability and a rate; one about a tie a probability; one
about an index a level. The window runs from the scenario's start to the end of the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from chancellery import world
from chancellery.answer.index import combine, index_series
from chancellery.answer.issue import IssueShares
from chancellery.errors import QuestionError
from chancellery.simulate import chance
from chancellery.simulate.condition import Condition, Happens, Quantity, TieChanges, parse, tie_index
from chancellery.simulate.futures import Futures
from chancellery.simulate.scenario import Ask, Header

Unit = Literal["probability", "a year", "index", "a month"]


@dataclass(frozen=True)
class Question:
    """A question with its window."""

    label: str
    group: str
    text: str
    condition: Condition
    start: date
    end: date


@dataclass(frozen=True)
class Measured:
    """What every future says.

    ``values`` (draws,) in ``unit``; ``series`` (draws, steps) for the fan chart; ``happened`` (draws,) 0 or
    1 where the question is whether something happens, else None.
    """

    unit: Unit
    values: np.ndarray
    series: np.ndarray
    happened: np.ndarray | None


def question(ask: Ask, header: Header, actors: tuple[str, ...]) -> Question:
    """Compile a question for a scenario's dates.

    Raises
    ------
    ScenarioError
        If the phrase is not understood.
    """
    end = ask.by or (world.later(header.start, ask.within) if ask.within else header.until)
    return Question(
        ask.label or ask.that,
        ask.group,
        ask.that,
        parse(ask.that, actors),
        header.start,
        min(end, header.until),
    )


def measure(
    futures: Futures, asked: Question, shares: IssueShares, great_powers: tuple[str, ...]
) -> Measured:
    """Answer a question in every future.

    Raises
    ------
    QuestionError
        If the futures end before the question does.
    """
    if asked.end > futures.last:
        raise QuestionError(
            f"'{asked.text}' asks to {asked.end}, the futures end on {futures.last}; simulate longer"
        )
    window = np.array([f <= asked.end for f in futures.first])
    if isinstance(asked.condition, TieChanges):
        return _tie(futures, asked.condition, window)
    if isinstance(asked.condition, Quantity):
        return _index(futures, asked.condition, window, great_powers)
    series = happening_series(futures, asked.condition, shares)
    days = sum(d for d, inside in zip(futures.days, window) if inside)
    inside = series[:, window].sum(axis=1)
    return Measured("a year", inside * 365.25 / days, series, (inside > 0).astype(float))


def happening_series(futures: Futures, condition: Happens, shares: IssueShares) -> np.ndarray:
    """Counts (draws, steps) of an act, thinned to its issue with noise keyed by pair, act, step and draw."""
    mask = condition.mask(futures.actors)
    if condition.issue is None:
        return futures.series(mask)
    out = np.zeros((futures.draws, len(futures.first)))
    for k, i, j in np.argwhere(mask):
        one = np.zeros_like(mask)
        one[k, i, j] = True
        counts = futures.series(one).astype(int)
        for d in range(futures.draws):
            share = shares.share(futures.seed, d // futures.replicates, k, i, j, condition.issue)
            out[d] += _thin(
                counts[d], share, futures, d, (futures.acts[k], futures.actors[i], futures.actors[j])
            )
    return out


def _thin(
    counts: np.ndarray, share: float, futures: Futures, draw: int, names: tuple[str, ...]
) -> np.ndarray:
    # The m-th act of a step keeps its coin whatever else happens, so paired futures differ only where acts do.
    coins = chance.generator(futures.seed, "issue", draw, *names).random(
        (len(counts), max(int(counts.max()), 1))
    )
    return ((coins < share) & (np.arange(coins.shape[1]) < counts[:, None])).sum(axis=1)


def _tie(futures: Futures, condition: TieChanges, window: np.ndarray) -> Measured:
    kind = tie_index(condition.kind)
    at = (futures.actors.index(condition.source), futures.actors.index(condition.target))
    series = np.empty((futures.draws, len(window)))
    for d in range(futures.draws):
        series[d] = futures.tie_start[(kind, *at)]
        for step, what, i, j, value in futures.changes[d]:
            if (what, i, j) == (kind, *at):
                series[d, step:] = value
    holds = series > 0
    right = holds if condition.begins else ~holds
    happened = right[:, window].any(axis=1).astype(float)
    return Measured("probability", happened, right.astype(float), happened)


def _index(futures: Futures, asked: Quantity, window: np.ndarray, great_powers: tuple[str, ...]) -> Measured:
    parts, days = index_series(futures, asked, great_powers)
    values = combine(asked.index, parts[:, :, window].sum(axis=2), float(days[window].sum()))
    series = np.stack(
        [
            combine(asked.index, _recent(parts, x), float(days[max(0, x - 12) : x + 1].sum()))
            for x in range(len(window))
        ],
        axis=1,
    )
    return Measured("a month" if asked.index in ("initiative", "volume") else "index", values, series, None)


def _recent(parts: np.ndarray, x: int) -> np.ndarray:
    return parts[:, :, max(0, x - 12) : x + 1].sum(axis=2)


def bins(futures: Futures, length: int = 28) -> list[tuple[date, slice]]:
    """Stretches of about ``length`` days for charts: (middle day, slice of steps)."""
    per = max(1, length // futures.days[0])
    out = []
    for x in range(0, len(futures.first) - per + 1, per):
        out.append((futures.first[x] + timedelta(days=length // 2), slice(x, x + per)))
    return out
