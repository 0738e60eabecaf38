"""Tiny made-up worlds of five actors, and the two ways to reach their state: step by step, or at once.

A toy act weighs 0.2, 0.5, 1, 0.5, 1 and 2 in the rates of cooperation and conflict, so that rates can be
worked out by hand: one ``aid`` in a single step of 30 days is a rate of 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as some

from chancellery.effects import catalogue
from chancellery.effects import state as st
from chancellery.model.spec import Specification

ACTORS = USA, RUS, PAK, CHN, TTP = ("USA", "RUS", "PAK", "CHN", "TTP")
ACTS = ("consult", "agree", "aid", "demand", "sanction", "fight")
KLASS = np.array([0, 0, 1, 2, 3, 3])
WEIGHT = np.array([1.0, 2.5, 5.0, -2.5, -5.0, -10.0])
HALF_LIVES, SHORT, LONG = (10.0, 40.0), 20.0, 80.0
SEASON = (2.0 / 7.0, 0.6, -0.8)


@dataclass(frozen=True)
class ToyWorld:
    """What happened and what holds.

    ``steps`` are (days nobody covered before the step, days of the step); ``events`` are (step, source, act,
    target, count) by name; ``ties`` are (kind, source, target, value), kinds as in ``state.TIES``;
    ``attributes`` are (name, actor, value); ``gone`` actors cannot act or be acted on.
    """

    events: tuple[tuple[int, str, str, str, float], ...] = ()
    steps: tuple[tuple[int, int], ...] = ((0, 30),)
    ties: tuple[tuple[str, str, str, float], ...] = ()
    attributes: tuple[tuple[str, str, float], ...] = ()
    gone: frozenset[str] = field(default_factory=frozenset)

    def counts(self, step: int) -> np.ndarray:
        """Counts (K, n, n) of a step."""
        out = np.zeros((len(ACTS), len(ACTORS), len(ACTORS)))
        for at, i, k, j, count in self.events:
            if at == step:
                out[ACTS.index(k), ACTORS.index(i), ACTORS.index(j)] += count
        return out


def by_updates(world: ToyWorld) -> st.State:
    """The state after living through the world step by step, as replay and simulation do."""
    s = _empty(world)
    for number, (gap, days) in enumerate(world.steps):
        st.decay(s, float(gap))
        st.decay(s, float(days))
        st.absorb_counts(s, world.counts(number), float(days))
    st.refresh_holdings(s)
    st.refresh(s)
    return s


def from_scratch(world: ToyWorld) -> st.State:
    """The state from the closed form: every count halves with each half-life since the end of its step."""
    s = _empty(world)
    ends = np.cumsum([gap + days for gap, days in world.steps])
    for h, half in enumerate((*HALF_LIVES, SHORT, LONG)):
        faded = 0.5 ** ((ends[-1] - ends) / half)
        s.cover[h] = (faded * [days for _, days in world.steps]).sum()
        total = sum(f * world.counts(number) for number, f in enumerate(faded))
        for k, klass in enumerate(KLASS):
            if h < len(HALF_LIVES):
                s.W[h, klass] += total[k]
            else:
                s.E[h - len(HALF_LIVES), int(klass >= 2)] += total[k] * abs(WEIGHT[k]) / 5.0
        if h == len(HALF_LIVES) - 1:
            s.A[:] = total
    st.refresh_holdings(s)
    st.refresh(s)
    return s


def _empty(world: ToyWorld) -> st.State:
    s = st.empty_state(len(ACTORS), KLASS, WEIGHT, list(HALF_LIVES), SHORT, LONG)
    for kind, i, j, value in world.ties:
        s.tie[st.TIES.index(kind), ACTORS.index(i), ACTORS.index(j)] = value
    for name, i, value in world.attributes:
        s.attribute[st.ATTRIBUTES.index(name), ACTORS.index(i)] = value
    for name in world.gone:
        s.can[ACTORS.index(name), :] = s.can[:, ACTORS.index(name)] = 0.0
    s.season[:] = SEASON
    return s


def shipped(level: str | None = None) -> tuple[str, ...]:
    """Names of the effects that come with the package, of one level or of all."""
    return tuple(
        e.name for e in catalogue.effects(level) if e.function.__module__.startswith("chancellery.effects.")
    )


def toy_specification() -> Specification:
    """A specification of the five actors with every shipped effect."""
    rate = shipped("actor")
    return Specification(
        actors=ACTORS, choice=tuple(e for e in shipped() if e not in rate), rate=rate, half_lives=HALF_LIVES,
        short=SHORT, long=LONG,
    )  # fmt: skip


def toy_columns(compiled, s: st.State) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Compiled columns of a state: pair (n, n, F), memory (4, n, n, F), act (K, n, n, F), rate (n, F)."""
    n, K = len(ACTORS), len(ACTS)
    out = (
        np.zeros((n, n, len(compiled.pair))), np.zeros((4, n, n, len(compiled.memory))),
        np.zeros((K, n, n, len(compiled.act))), np.zeros((n, len(compiled.rate))),
    )  # fmt: skip
    compiled.module.features(s, *out[:3])
    compiled.module.activity(s, out[3])
    return out


_two = some.permutations(ACTORS).map(lambda order: tuple(order[:2]))
_value = some.sampled_from((0.0, 0.1, 0.25, 0.5, 1.0))


@some.composite
def toy_worlds(draw) -> ToyWorld:
    """Any small world: up to four steps with gaps, a dozen events, ties and attributes at random."""
    steps = draw(some.lists(some.tuples(some.integers(0, 20), some.integers(1, 30)), min_size=1, max_size=4))
    happened = some.tuples(
        some.integers(0, len(steps) - 1), _two, some.sampled_from(ACTS), some.integers(1, 9)
    )
    tie = some.tuples(some.sampled_from(st.TIES), _two, _value)
    attribute = some.tuples(some.sampled_from(st.ATTRIBUTES), some.sampled_from(ACTORS), _value)
    return ToyWorld(
        events=tuple((x, i, k, j, float(c)) for x, (i, j), k, c in draw(some.lists(happened, max_size=12))),
        steps=tuple(steps),
        ties=tuple((kind, i, j, v) for kind, (i, j), v in draw(some.lists(tie, max_size=25))),
        attributes=tuple(draw(some.lists(attribute, max_size=10))),
        gone=draw(some.sampled_from((frozenset(), frozenset({TTP})))),
    )
