"""Set the stage for drawing: what holds at the start, what comes from outside, what the past will still undo.

A model's events before the start are history: they happened as recorded, and leave their windows later. From
the start on, the record of the modelled network is forgotten and drawn anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from chancellery.errors import ModelError
from chancellery.rem.catalogue import RATE, TIE
from chancellery.rem.estimate import RemFit
from chancellery.rem.formula import read_formula
from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.drawing import Log, World
from chancellery.rem.kernels.holding import Holding, copy
from chancellery.rem.kernels.kept import _readers, new_kept
from chancellery.rem.kernels.rows import Rows, replay
from chancellery.rem.plan import Plan
from chancellery.rem.study import Changes, Study
from chancellery.rem.timeline import outside, stepped, timeline

HELD = 64  # a fading hazard is held constant for this part of its half-life


@dataclass(frozen=True)
class Spec:
    """A model with coefficients that are given, not fitted.

    Attributes
    ----------
    study
        Actors, networks and attributes; events of the modelled network may be there or not.
    formula, model, step, risk
        As in :func:`chancellery.rem.fit`.
    theta
        Coefficients (p,) in the order of the formula.
    """

    study: Study
    formula: str
    model: str
    theta: np.ndarray
    step: str = "event"
    risk: str | None = None


@dataclass(frozen=True)
class Source:
    """A model ready to be drawn from, whether fitted or given."""

    plan: Plan
    theta: np.ndarray
    step: str
    since: float | None
    until: float | None
    allowed: np.ndarray = field(repr=False)

    @property
    def timed(self) -> bool:
        """Whether it says when events happen."""
        return any(t.effect.name == "intercept" for t in self.plan.terms)

    @property
    def events(self) -> Changes:
        """Changes of the modelled network."""
        return self.plan.study.networks[self.plan.dependent]

    @property
    def held(self) -> float:
        """Longest time a hazard may be held constant; inf if nothing fades."""
        rates = self.plan.effect_fading
        return np.log(2) / rates.max() / HELD if rates.size and rates.max() > 0 else np.inf

    @cached_property
    def first(self) -> float:
        """Time of the first row of the study; 0 if there is none."""
        rows = _everything(self)
        return float(rows.time[0]) if len(rows.time) else 0.0


def source_of(given: RemFit | Spec) -> Source:
    """Read what to draw from.

    Raises
    ------
    ModelError
        If the coefficients do not match the formula.
    """
    if isinstance(given, RemFit):
        o = given.options
        return Source(given.engine.plan, given.theta, o.step, o.since, o.until, given.engine.allowed)
    dependent, terms = read_formula(given.formula)
    if dependent not in given.study.networks:
        raise ModelError(
            f"'{dependent}' is not a network of the study; add it, without events if there are none"
        )
    theta = np.ascontiguousarray(given.theta, dtype=float)
    if theta.shape != (len(terms),):
        raise ModelError(
            f"theta: {theta.size} coefficient(s) for {len(terms)} effects: {', '.join(t.label for t in terms)}"
        )
    plan = Plan(given.study, dependent, given.model, terms, given.risk)
    return Source(plan, theta, given.step, None, None, np.zeros((0, 0), np.uint8))


@dataclass(frozen=True)
class Stage:
    """One model at the start of a draw; every draw works on a copy.

    Attributes
    ----------
    h, rows
        What holds, and what comes from outside.
    layers
        Numbers of the networks that drawn events change.
    past
        Which changes of the modelled network are history (indices).
    entered
        How many of them have happened when the draw begins.
    """

    source: Source
    h: Holding
    rows: Rows
    layers: list[int]
    past: np.ndarray
    entered: int
    start: float


def stage(source: Source, start: float, until: float | None) -> Stage:
    """Bring a model to its start."""
    plan, events = source.plan, source.events
    at = float(stepped(np.array([start]), source.step, plan.study)[0])
    everything = _everything(source)
    h = plan.holding(float(everything.time[0]) if len(everything.time) else at)
    replay(h, everything, 0, int(np.searchsorted(everything.time, at)))
    past = np.nonzero((events.time < start) & (events.value > 0))[0]
    entered = int((stepped(events.time[past], source.step, plan.study) < at).sum())
    layers = [x for x, layer in enumerate(plan.layers) if layer.network == plan.dependent]
    return Stage(source, h, outside(plan, source.step, at, until), layers, past, entered, at)


def _everything(source: Source) -> Rows:
    if (source.events.value > 0).any():
        return timeline(source.plan, False, source.step).rows
    return outside(source.plan, source.step, -np.inf, None)


def ends_of(one: Stage, time: np.ndarray) -> np.ndarray:
    """When events at these times (S,) leave the window of each network they change: (D, S)."""
    plan = one.source.plan
    out = np.full((len(one.layers), len(time)), np.inf)
    for d, x in enumerate(one.layers):
        window = plan.layers[x].window
        if window is not None:
            out[d] = stepped(time + window, one.source.step, plan.study)
    return out


def world(one: Stage, capacity: int) -> World:
    """A fresh world for one draw, with room for so many events."""
    plan, past, n = one.source.plan, one.past, one.source.plan.study.n
    layers = [plan.layers[x] for x in one.layers]
    windows = np.array([np.inf if layer.window is None else layer.window for layer in layers])
    kinds, events = np.array([layer.kind for layer in layers], np.int64), one.source.events
    ends = np.zeros((len(layers), capacity))
    ends[:, : len(past)] = ends_of(one, events.time[past])
    guarded = events.replace and bool(np.isfinite(windows).any())
    latest = np.full((len(layers), n, n) if guarded else (0, 0, 0), -1, np.int64)
    for d in range(len(latest)):
        mine = past[: one.entered]
        mine = np.nonzero((kinds[d] < 0) | (events.kind[mine] == kinds[d]))[0]
        latest[d, events.a[past[mine]], events.b[past[mine]]] = mine
        if not events.directed:
            latest[d, events.b[past[mine]], events.a[past[mine]]] = mine
    h, all_pairs = copy(one.h), plan.model == TIE
    reads, *shift = _readers(h)
    return World(
        h=h, rows=one.rows, at=np.zeros(1, np.int64), layer=np.array(one.layers, np.int64), kind=kinds,
        window=windows, ends=ends,
        gone=np.array([int((ends[d, : one.entered] < one.start).sum()) for d in range(len(layers))], np.int64),
        entered=np.array([one.entered]), latest=latest, kept=new_kept(int(all_pairs), n, 0, 0), reads=reads,
        shift=np.array(shift), replaces=int(events.replace), directed=int(events.directed), one=_one_row(),
    )  # fmt: skip


def _one_row() -> Rows:
    whole, real = (np.zeros(1, np.int64) for _ in range(6)), (np.zeros(1) for _ in range(3))
    code, a, b, x, mark, event = whole
    time, value, gap = real
    code[0] = c.INTERVAL
    return Rows(code=code, time=time, a=a, b=b, x=x, value=value, mark=mark, event=event, gap=gap)


def log(one: Stage, capacity: int) -> Log:
    """A log that begins with history."""
    past, events = one.past, one.source.events
    real, whole = (np.zeros(capacity) for _ in range(4)), (np.full(capacity, -1) for _ in range(4))
    time, value, who, whom = real
    a, b, kind, slot = whole
    time[: len(past)] = stepped(events.time[past], one.source.step, one.source.plan.study)
    for mine, given in ((a, events.a), (b, events.b), (kind, events.kind), (value, events.value)):
        mine[: len(past)] = given[past]
    return Log(
        np.array([len(past)]), time, a, b, kind, value, slot, who, whom, np.zeros(1), np.zeros(1, np.int64)
    )


def refuse(source: Source, choice: Source | None) -> None:
    """Refuse pairs of models that cannot be drawn together.

    Raises
    ------
    ModelError
        With the cure.
    """
    if source.plan.model == RATE and choice is None:
        raise ModelError("a rate model says who acts, not whom it turns to; give a choice model as choice=")
    if choice is not None and source.plan.model != RATE:
        raise ModelError(f"'choice' goes with a rate model; a {source.plan.model} model is drawn alone")
    if choice is not None and choice.plan.model != "choice":
        raise ModelError(f"choice: is a {choice.plan.model} model, not a choice model")
    if choice is not None and choice.plan.study.labels != source.plan.study.labels:
        raise ModelError("choice: is of another study than the rate; fit both to one")
    if choice is not None and (choice.plan.dependent, choice.step) != (source.plan.dependent, source.step):
        raise ModelError(
            "choice: models another network, or in other steps, than the rate; fit both to the same events"
        )
    if source.timed and source.step != "event":
        raise ModelError(
            "events of a step have no order in time to be drawn; fit the timed model with step='event'"
        )
