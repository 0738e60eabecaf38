"""Fit a model of links day by day, and rank the answers of later days.

The days are gone through in order. On each morning the questions of the day are answered from the days before; then
the day is seen. While fitting, the weights take a step after every batch of questions; while ranking they stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from chancellery.errors import ModelError
from chancellery.judge.links.scores import expected_ranks
from chancellery.judge.links.stream import Stream
from chancellery.judge.links.utility import Past, base, halves, learn, morning, view
from chancellery.judge.links.weights import Adam, Settings, Weights, begin

Told = Callable[[int, int], None]  # days done, days in all


@dataclass
class Links:
    """A fitted model: what it learnt, and the past it stands on. ``losses`` is one mean a pass, per answer."""

    stream: Stream
    settings: Settings
    weights: Weights
    past: Past
    until: int  # last day learnt from
    losses: list[float]


@contextmanager
def workers() -> Iterator[Executor]:
    """Two threads for the halves of a batch, with one each for the linear algebra inside."""
    with threadpool_limits(1), ThreadPoolExecutor(2) as pool:
        yield pool


def fit_links(
    s: Stream, until: int, settings: Settings | None = None, tell: Told = lambda done, of: None
) -> Links:
    """Learn from the days ``settings.since`` to ``until``; no later day is looked at.

    Raises
    ------
    ModelError
        ``until`` is not a day of the stream, or before ``settings.since``.
    """
    settings = settings or Settings()
    if not settings.since <= until < s.days:
        raise ModelError(
            f"cannot learn from day {settings.since} to day {until}: the facts have days 0 to {s.days - 1}"
        )
    weights, past = begin(s, settings), Past(s, settings)
    adam = Adam(weights, settings)
    width = until - settings.since + 1
    losses = []
    with workers() as pool:
        for turn in range(settings.passes):
            past.forget()
            loss, answers = 0.0, 0
            for day in range(until + 1):
                gone = turn * width + max(day - settings.since, 0)
                left = max(1 - gone / (settings.passes * width), 0.05)
                if day >= settings.since:
                    loss += _one_day(past, weights, adam, left, pool)
                    answers += int(s.bounds[day + 1] - s.bounds[day])
                past.add(day)
                tell(turn * (until + 1) + day + 1, settings.passes * (until + 1))
            losses.append(loss / max(answers, 1))
    return Links(s, settings, weights, past, until, losses)


def _one_day(past: Past, weights: Weights, adam: Adam, left: float, pool: Executor) -> float:
    asked = past.stream.questions(past.seen)
    loss = 0.0
    for lo in range(0, len(asked.subject), adam.settings.batch):
        some = asked.part(lo, lo + adam.settings.batch)
        part, gradients = learn(morning(past, some), weights, pool)
        adam.step(gradients, left)
        loss += part
    return loss


def rank_days(
    model: Links, first: int, last: int, tell: Told = lambda done, of: None
) -> tuple[np.ndarray, np.ndarray]:
    """Rank the answers of the days ``first`` to ``last`` with the weights as they are.

    Returns
    -------
    tuple
        Expected ranks (A,) and the relations asked for (A,).

    Raises
    ------
    ModelError
        A day is not in the stream.
    """
    s, past = model.stream, model.past
    if not 0 <= first <= last < s.days:
        raise ModelError(f"cannot rank days {first} to {last}: the facts have days 0 to {s.days - 1}")
    if past.seen > first:
        past.forget()
    ranks, relations = [np.empty(0)], [np.empty(0, np.int64)]
    with workers() as pool:
        for day in range(past.seen, last + 1):
            if day >= first:
                for found, relation in _ranked(model, pool):
                    ranks.append(found)
                    relations.append(relation)
                tell(day - first + 1, last - first + 1)
            past.add(day)
    return np.concatenate(ranks), np.concatenate(relations)


def _ranked(model: Links, pool: Executor) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    past, weights = model.past, model.weights
    asked = past.stream.questions(past.seen)
    sight, rules = view(past, weights), weights.of_rules() if past.rules else None
    for lo in range(0, len(asked.subject), model.settings.batch):
        m = morning(past, asked.part(lo, lo + model.settings.batch))
        fixed = base(m, weights)

        def work(half, m=m, fixed=fixed):
            some = m.asked.part(half.lo, half.hi)
            ranks = expected_ranks(half.utilities(weights, rules, fixed, sight), some.first, some.answer)
            return ranks, np.repeat(some.relation, np.diff(some.first))

        yield from pool.map(work, halves(m))
