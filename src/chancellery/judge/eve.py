"""The world on the eve of a day: what was known then, and a fit that has seen nothing later.

A case's tables are written with hindsight. For a forecast from the past they are cut: ties and attributes that
began later are gone, those that ended later still hold. Ties are taken as they stood a week before the day,
because the last week before a shock often holds its first answers, which tables date to the day and value at
what became of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from chancellery.cases import Case
from chancellery.effects import state as st
from chancellery.errors import ModelError
from chancellery.model.estimate import fit as fit_specification
from chancellery.model.estimate import stream_of
from chancellery.model.holdings import Attribute, Holdings, Tie
from chancellery.model.posterior import Fit
from chancellery.model.replay import walk
from chancellery.record import Record
from chancellery.simulate.futures import Given

TIES_STOOD = timedelta(days=7)
DAY = timedelta(days=1)


def known(the_case: Case, day: date) -> Given:
    """Ties and attributes of a case as they were known on the eve of a day; no happenings, the record has them."""
    return Given(cut(the_case.ties, day - TIES_STOOD), cut(the_case.attributes, day - DAY))


def cut(rows: list, last: date) -> list:
    """Rows that had begun by a day, without the ends that still lay ahead."""
    begun: list[Tie | Attribute] = [r for r in rows if r.start <= last]
    return [replace(r, end=None) if r.end is not None and r.end >= last else r for r in begun]


def fit_before(
    the_case: Case,
    record: Record,
    day: date,
    *,
    since: date | None = None,
    threads: int | None = None,
    progress: Callable[[str, float], None] = lambda what, share: None,
) -> Fit:
    """Fit a case's specification to what happened before a day, with what was known on its eve.

    Raises
    ------
    ModelError
        If the record covers too little before the day, or the fit does not converge.
    """
    given = known(the_case, day)
    return fit_specification(
        the_case.model,
        record,
        ties=given.ties,
        attributes=given.attributes,
        since=since,
        until=day - DAY,
        progress=progress,
        threads=threads,
    )


def standing(fit: Fit, the_case: Case, record: Record, day: date) -> Fit:
    """The same coefficients where the world stood on the eve of another day: memory replayed up to it.

    Raises
    ------
    ModelError
        If the record covers nothing before the day.
    """
    given = known(the_case, day)
    holdings = Holdings(fit.actors, given.ties, given.attributes, fit.background, fit.capability)
    stream = stream_of(record, fit.spec, holdings, day - DAY)
    if not stream.steps:
        raise ModelError(f"the record covers nothing before {day}")
    state = fit.empty_state()
    for _ in walk(stream, state):
        pass
    memory = {name: getattr(state, name).copy() for name in st.MEMORY}
    return replace(fit, memory=memory, until=stream.steps[-1].last)
