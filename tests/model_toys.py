"""A made-up world as a choice problem: the toy case's record, ready for passes over its steps."""

from __future__ import annotations

from datetime import date

from chancellery.effects import state as st
from chancellery.model.background import background
from chancellery.model.estimate import acts_arrays, stream_of
from chancellery.model.holdings import Holdings
from chancellery.model.problem import ChoiceProblem
from chancellery.model.replay import Stream
from toy_case import toy


def toy_problem(threads: int = 1, since: date | None = date(2020, 4, 1), **fields: object) -> ChoiceProblem:
    """The toy case's choice problem, with some fields of its specification changed."""
    made, record, _ = toy()
    spec = made.model.model_copy(update=fields)
    ground = background(record, spec.actors, made.ties, None)
    holdings = Holdings(spec.actors, made.ties, made.attributes, ground.ties, ground.capability)
    stream: Stream = stream_of(record, spec, holdings)
    klass, weight = acts_arrays()

    def fresh() -> st.State:
        return st.empty_state(len(spec.actors), klass, weight, list(spec.half_lives), spec.short, spec.long)

    return ChoiceProblem(spec, stream, fresh, since, None, threads)
