"""The verb ``simulate``: draw sequences of events from a fitted or given model.

Drawn events change the networks by the same compiled updates, and are drawn from the statistics the same
compiled readers read, as in the likelihood. Chance is keyed by seed, draw, event and mechanism, so the same
seed gives the same events whatever the number of threads.
"""

from __future__ import annotations

import copy
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import numpy as np
import polars as pl

from chancellery.errors import ModelError
from chancellery.rem.catalogue import CHOICE, COORDINATION, RATE
from chancellery.rem.estimate import RemFit
from chancellery.rem.kernels.drawing import Clock, Log, Slots
from chancellery.rem.kernels.drawing_actor import draw_slots, draw_timed
from chancellery.rem.kernels.drawing_pairs import draw_agreements, draw_tie, draw_tie_slots
from chancellery.rem.stage import Source, Spec, Stage, ends_of, log, refuse, source_of, stage, world
from chancellery.rem.study import UNITS, Study, Table, column, table
from chancellery.rem.timeline import stepped

LIMIT = 1_000_000


@dataclass(frozen=True)
class Simulated:
    """Drawn events of all draws, in order of draw and time.

    Attributes
    ----------
    draw, time, a, b, kind, value : (M,)
        Which draw; when (the study's unit); indices of sender, receiver and type; weight of the event.
    who, whom : (M,)
        Log probability (timed: log hazard) with which the sender, and the option, were drawn.
    draws, seed, start, until
        How many sequences, of which seed, from when to when.
    expected : (draws,)
        Integral of the hazard over time, whose mean is that of the number of events (timed models).
    impossible : (draws,)
        Moments at which nothing was possible, so that no event was drawn.
    """

    draw: np.ndarray
    time: np.ndarray
    a: np.ndarray
    b: np.ndarray
    kind: np.ndarray
    value: np.ndarray
    who: np.ndarray
    whom: np.ndarray
    draws: int
    seed: int
    start: float
    until: float
    expected: np.ndarray
    impossible: np.ndarray
    timed: bool
    dependent: str
    of: Study = field(repr=False)

    def __len__(self) -> int:
        return len(self.draw)

    def part(self, draw: int) -> slice:
        """Where the events of a draw are."""
        return slice(*np.searchsorted(self.draw, (draw, draw + 1)))

    def frame(self) -> pl.DataFrame:
        """Events as a table: draw, time, sender, receiver, increment, and type if there are several."""
        labels, kinds = np.array(self.of.labels), self.of.networks[self.dependent].kinds
        columns = {
            "draw": self.draw, "time": pl.Series(self._times()), "sender": labels[self.a], "receiver": labels[self.b],
            "increment": self.value,
        }  # fmt: skip
        return pl.DataFrame(columns | ({"type": np.array(kinds)[self.kind]} if kinds != ("",) else {}))

    def _times(self) -> np.ndarray | list[datetime]:
        if not self.of._dated:
            return self.time
        epoch, unit = datetime(1970, 1, 1, tzinfo=UTC), UNITS[self.of.unit or "day"]
        return [(epoch + timedelta(seconds=t * unit)).replace(tzinfo=None) for t in self.time]

    def study(self, draw: int) -> Study:
        """The study with the events of a draw in place of the recorded ones, to fit again (until=sim.until)."""
        out, old, part = copy.copy(self.of), self.of.networks[self.dependent], self.part(draw)
        stays = (old.time < self.start) | (old.value <= 0)
        joined = [
            np.concatenate([getattr(old, name)[stays], getattr(self, name)[part]])
            for name in ("time", "a", "b", "value", "kind")
        ]
        order = np.argsort(joined[0], kind="stable")
        time, a, b, value, kind = (x[order] for x in joined)
        changes = replace(old, time=time, a=a, b=b, value=value, kind=kind, row=np.arange(len(order)))
        out.networks = {**self.of.networks, self.dependent: changes}
        if self.timed:  # the watch begins at the start, not at the first event: say again who is there
            out.presence_changes = _watch(self.of, self.start)
        return out


def _watch(study: Study, start: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    time, who, there = study.presence_changes
    mine = there[(who == 0) & (time <= start)]
    at = int(np.searchsorted(time, start, side="right"))
    now = mine[-1] if len(mine) else float(study.present[0])
    return np.insert(time, at, start), np.insert(who, at, 0), np.insert(there, at, now)


def simulate(
    source: RemFit | Spec,
    *,
    choice: RemFit | Spec | None = None,
    events: int | Table | None = None,
    since: object = None,
    until: object = None,
    draws: int = 1,
    seed: int = 1,
    threads: int | None = None,
    limit: int = LIMIT,
) -> Simulated:
    """Draw sequences of events.

    Parameters
    ----------
    source
        A fit, or a :class:`Spec` (study, formula, model, coefficients). A choice model needs events to say who
        acts when; a rate model needs ``choice``.
    choice
        Choice model of a rate model's receivers.
    events
        Number of events; or, for models without time, a table of their times (and ``sender``, for a choice
        model). By default those of the study, or what happens until ``until``.
    since
        Start; what the record says before it is history. By default that of the fit, or the first row.
    until
        End; of a timed fit by default where its record ends.
    draws, seed
        How many sequences, and of which seed.
    threads
        By default all cores; the result does not depend on it.
    limit
        Events of a draw beyond which a timed model counts as run away.

    Returns
    -------
    Simulated

    Raises
    ------
    ModelError
        Naming what is missing, or the draw that ran away.
    """
    main = source_of(source)
    second = None if choice is None else source_of(choice)
    refuse(main, second)
    begin, end = _span(main, since, until, source, events)
    stages = [stage(s, begin, None if end == np.inf else end) for s in (main, second or main)]
    slots, raw = _slots(stages, main, events, begin, end)
    values = main.events.value[main.events.value > 0]
    values = np.unique(values) if len(np.unique(values)) < 2 else values
    clock = Clock(
        stages[0].start, end, min(s.source.held for s in stages), values if len(values) else np.ones(1)
    )
    count = events if isinstance(events, int) else None

    def one(draw: int) -> Log:
        return _draw(stages, slots, clock, main.timed, count, limit, _key(seed, draw), draw)

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        logs = list(pool.map(one, range(draws)))
    return _gathered(logs, raw, len(stages[0].past), main, seed, begin, end)


def _span(
    main: Source, since: object, until: object, given: RemFit | Spec, events: object
) -> tuple[float, float]:
    """Start and end in the study's unit.

    Raises
    ------
    ModelError
        If a timed model has no end.
    """
    study = main.plan.study
    begin, end = study.moment(since, "since"), study.moment(until, "until")
    begin = main.since if begin is None else begin
    end = main.until if end is None else end
    begin = main.first if begin is None else begin
    if end is None and main.timed and events is None:
        if not isinstance(given, RemFit):
            raise ModelError("simulate: say until when, as until=, or how many events, as events=")
        end = float(given.engine.line.rows.time[-1])
    return begin, np.inf if end is None else end


def _slots(
    stages: list[Stage], main: Source, events: object, begin: float, end: float
) -> tuple[Slots, np.ndarray]:
    """Moments of events of models without time, and their times before they are cut into steps."""
    study, deep = main.plan.study, max(len(s.layers) for s in stages)
    time, sender, allowed = np.zeros(0), np.zeros(0, np.int64), np.zeros((0, 0), np.uint8)
    if not main.timed:
        time, sender, allowed = _moments(main, events, begin, end)
    ends = np.full((2, deep, len(time)), np.inf)
    for place, one in enumerate(stages):
        ends[place, : len(one.layers)] = ends_of(one, time)
    who = sender if main.plan.model == CHOICE else np.full(len(time), -1)
    return Slots(stepped(time, main.step, study), who, allowed, ends), time


def _moments(
    main: Source, events: object, begin: float, end: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    study, old = main.plan.study, main.events
    none = np.zeros((0, 0), np.uint8)
    if events is None:
        dated = old.value > 0
        mine = dated & (old.time >= begin) & (old.time <= end)
        if not mine.any():
            raise ModelError(
                f"network '{main.plan.dependent}' has no events to say when one happens; give events="
            )
        allowed = main.allowed[mine[dated & (old.time <= end)]] if len(main.allowed) else none
        return old.time[mine], old.a[mine], allowed
    if isinstance(events, int):
        if main.plan.model == CHOICE:
            raise ModelError(
                "a choice model does not say who acts: give events= as a table of time and sender"
            )
        return begin + 1.0 + np.arange(events), np.full(events, -1), none
    frame = table(events, "events")
    time = study.times(frame[column(frame, ("time", "date"), "events")], "events")
    sender = np.full(len(time), -1)
    if main.plan.model == CHOICE:
        sender = study.actors(
            frame[column(frame, ("sender", "source", "actor1", "from"), "events")], "events"
        )
    order = np.argsort(time, kind="stable")
    return time[order], sender[order], none


def _key(seed: int, draw: int) -> int:
    """Key of all chance of a draw."""
    text = blake2b(f"rem\x1f{seed}\x1f{draw}".encode(), digest_size=8).digest()
    return int.from_bytes(text, "little", signed=True)


def _draw(
    stages: list[Stage],
    slots: Slots,
    clock: Clock,
    timed: bool,
    count: int | None,
    limit: int,
    key: int,
    draw: int,
) -> Log:
    """One sequence. A timed draw that fills its room begins again with more: its chance is keyed, so it is the same."""
    past = len(stages[0].past)
    room = count if count is not None else 1000 if timed else len(slots.time)
    while True:
        out = log(stages[0], past + room)
        got = _run(stages, slots, clock, timed, out, past + room, key)
        if got < 0 or (timed and count is None and got == past + room and room >= limit):
            raise ModelError(
                f"simulate: draw {draw + 1} runs away ({out.count[0] - past} events by time {out.time[out.count[0] - 1]:g}); "
                "memory feeds on itself: use a window, a half_life or transform=log1p"
            )
        if not timed or count is not None or got < past + room:
            return out
        room = min(4 * room, limit)


def _run(stages: list[Stage], slots: Slots, clock: Clock, timed: bool, out: Log, most: int, key: int) -> int:
    model, theta = stages[0].source.plan.model, stages[0].source.theta
    main = world(stages[0], most)
    if model in (RATE, CHOICE):
        other = world(stages[1], most) if model == RATE else main
        draw = draw_timed if timed else draw_slots
        return draw(main, other, out, slots, clock, theta, stages[1].source.theta, most, key)
    draw = draw_agreements if model == COORDINATION else draw_tie if timed else draw_tie_slots
    return draw(main, out, slots, clock, theta, most, key)


def _gathered(
    logs: list[Log], raw: np.ndarray, past: int, main: Source, seed: int, begin: float, end: float
) -> Simulated:
    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(x, name)[past : x.count[0]] for x in logs])

    slot, time = joined("slot"), joined("time")
    time[slot >= 0] = raw[slot[slot >= 0]]  # the moment itself, not the step it is in
    counts = [int(x.count[0]) - past for x in logs]
    if end == np.inf and len(time):
        end = float(time.max())
    return Simulated(
        draw=np.repeat(np.arange(len(logs)), counts), time=time, a=joined("a"), b=joined("b"), kind=joined("kind"),
        value=joined("value"), who=joined("who"), whom=joined("whom"), draws=len(logs), seed=seed, start=begin, until=end,
        expected=np.array([x.expected[0] for x in logs]), impossible=np.array([x.impossible[0] for x in logs]),
        timed=main.timed, dependent=main.plan.dependent, of=main.plan.study,
    )  # fmt: skip
