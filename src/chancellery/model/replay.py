"""Replay: the record's events, step by step, through the state.

A stream is the record as arrays: what happened in each step, which steps the sources covered, and which
ties and attributes held. Walking it gives the state at the start of every covered step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from chancellery.effects import state as st
from chancellery.errors import ModelError
from chancellery.model.holdings import Holdings
from chancellery.world.clock import Clock

# Days of a step; a month stands for the months of the calendar, and a step of one event is simulated by days.
DAYS = {"day": 1, "week": 7, "month": 30, "event": 1}


@dataclass(frozen=True)
class Step:
    """One covered step: its first day, length in days, source segment, and slice of the events.

    A step of one event is ``instant``: it is the moment of the event, on the day ``first``, and ``days`` is
    the covered time since the step before, part of a day where several events share one; ``gap`` is the
    time before that which nobody covered.
    """

    first: date
    days: float
    segment: int
    events: slice
    gap: float = 0.0
    instant: bool = False

    @property
    def last(self) -> date:
        return self.first if self.instant else self.first + timedelta(days=int(self.days) - 1)


@dataclass(frozen=True)
class Stream:
    """Events of the actors in play, sorted by day: source ``i``, act ``k``, target ``j``, ``count``."""

    i: np.ndarray
    k: np.ndarray
    j: np.ndarray
    count: np.ndarray
    steps: tuple[Step, ...]
    segments: tuple[str, ...]
    holdings: Holdings
    n_acts: int = field(default=14)

    def counts(self, step: Step) -> np.ndarray:
        """Counts (K, n, n) of a step."""
        n = len(self.holdings.actors)
        out = np.zeros((self.n_acts, n, n))
        at = step.events
        np.add.at(out, (self.k[at], self.i[at], self.j[at]), self.count[at])
        return out

    def between(self, since: date | None, until: date | None) -> tuple[Step, ...]:
        """Steps that begin on or after ``since`` and end on or before ``until``."""
        return tuple(
            s
            for s in self.steps
            if (since is None or s.first >= since) and (until is None or s.last <= until)
        )


def make_steps(days: np.ndarray, coverage: list[tuple[date, date]], step: str) -> tuple[Step, ...]:
    """Cut covered segments into steps.

    Parameters
    ----------
    days
        Sorted event days, ``datetime64[D]``.
    coverage
        First and last day of each covered segment, in order, not overlapping.
    step
        ``"day"``, ``"week"`` (seven days from the segment's first), ``"month"`` (of the calendar) or
        ``"event"`` (each event its own step, in the order given); the last step of a segment may be shorter.
    """
    out: list[Step] = []
    for number, (first, last) in enumerate(coverage):
        if step == "event":
            out += _instants(days, first, last, number, coverage[number - 1][1] if number else None)
            continue
        for at, end in _spans(first, last, step):
            lo, hi = np.searchsorted(days, [np.datetime64(at), np.datetime64(end) + 1])
            out.append(Step(at, (end - at).days + 1, number, slice(int(lo), int(hi))))
    return tuple(out)


def _spans(first: date, last: date, step: str) -> list[tuple[date, date]]:
    """First and last days of the steps of a segment."""
    if step == "month":
        return Clock("month").steps(first, last)
    starts = range(first.toordinal(), last.toordinal() + 1, DAYS[step])
    return [
        (date.fromordinal(at), date.fromordinal(min(at + DAYS[step] - 1, last.toordinal()))) for at in starts
    ]


def _instants(days: np.ndarray, first: date, last: date, number: int, before: date | None) -> list[Step]:
    """Steps of one event each, and one without any that closes the segment.

    Events of one day share the time since the last day that had any in equal parts: the record does not say
    at what hour they were.
    """
    lo, hi = np.searchsorted(days, [np.datetime64(first), np.datetime64(last) + 1])
    out: list[Step] = []
    reached, gap = first - timedelta(days=1), float((first - before).days - 1) if before else 0.0
    for day, at, many in zip(*np.unique(days[lo:hi], return_index=True, return_counts=True)):
        today = day.astype(date)
        share = (today - reached).days / int(many)
        for x in range(int(lo + at), int(lo + at + many)):
            out.append(Step(today, share, number, slice(x, x + 1), gap, True))
            gap = 0.0
        reached = today
    if reached < last:
        out.append(Step(last, float((last - reached).days), number, slice(int(hi), int(hi)), gap, True))
    return out


def set_season(s: st.State, first: date, days: int) -> None:
    """Set the clock effects of a step: weekend share, sine and cosine of the day of the year."""
    weekend = sum((first + timedelta(days=d)).weekday() >= 5 for d in range(days)) / days
    angle = 2.0 * np.pi * (first.timetuple().tm_yday + days / 2.0) / 365.25
    s.season[:] = weekend, np.sin(angle), np.cos(angle)


def walk(
    stream: Stream, s: st.State, until: date | None = None
) -> Iterator[tuple[Step, st.State, np.ndarray]]:
    """Yield (step, state at its start, counts of the step) for every covered step in order.

    The state is changed in place between yields; after the last one it stands at the end of that step.

    Raises
    ------
    ModelError
        If nothing is covered before ``until``.
    """
    steps = stream.between(None, until)
    if not steps:
        raise ModelError(f"the record covers no step up to {until}; add events or choose a later date")
    stream.holdings.forget()
    yield from walk_steps(stream, s, steps, steps[0].first, stream.holdings)


def walk_steps(
    stream: Stream, s: st.State, steps: tuple[Step, ...], now: date, holdings: Holdings
) -> Iterator[tuple[Step, st.State, np.ndarray]]:
    """:func:`walk` over some steps, from a state whose memory stands at the start of the day ``now``."""
    for step in steps:
        approach(s, step, now)
        holdings.apply(s, step.first)
        set_season(s, step.first, 1 if step.instant else int(step.days))
        st.refresh(s)
        counts = stream.counts(step)
        yield step, s, counts
        now = take_in(s, step, counts)


def approach(s: st.State, step: Step, now: date) -> None:
    """Let the time pass between the end of the step before and the moment at which a step's acts are chosen."""
    if step.instant:
        st.decay(s, step.gap)
        st.decay(s, step.days)
        s.cover[:] += step.days
    elif step.first > now:
        st.decay(s, float((step.first - now).days))


def take_in(s: st.State, step: Step, counts: np.ndarray) -> date:
    """Let a step happen; the day at whose start the memory stands then."""
    if not step.instant:
        st.decay(s, float(step.days))
    st.absorb_counts(s, counts, 0.0 if step.instant else float(step.days))
    return step.last + timedelta(days=1)
