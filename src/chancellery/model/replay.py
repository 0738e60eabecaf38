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

DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True)
class Step:
    """One covered step: its first day, length in days, source segment, and slice of the events."""

    first: date
    days: int
    segment: int
    events: slice

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)


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
        ``"day"`` or ``"week"``; the last step of a segment may be shorter.
    """
    out = []
    for number, (first, last) in enumerate(coverage):
        at = first
        while at <= last:
            end = min(at + timedelta(days=DAYS[step] - 1), last)
            lo, hi = np.searchsorted(days, [np.datetime64(at), np.datetime64(end) + 1])
            out.append(Step(at, (end - at).days + 1, number, slice(int(lo), int(hi))))
            at = end + timedelta(days=1)
    return tuple(out)


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
    now = steps[0].first
    for step in steps:
        if step.first > now:
            st.decay(s, float((step.first - now).days))
        stream.holdings.apply(s, step.first)
        set_season(s, step.first, step.days)
        st.refresh(s)
        counts = stream.counts(step)
        yield step, s, counts
        st.decay(s, float(step.days))
        st.absorb_counts(s, counts, float(step.days))
        now = step.last + timedelta(days=1)
