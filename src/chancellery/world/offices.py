"""Who led: heads of state and of government, with their terms of office.

The table covers the states of the shipped case from 2016 to `UNTIL`. A day of handover is the successor's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chancellery.world import tables
from chancellery.world.roster import actor

UNTIL = date(2025, 5, 31)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of office: its first day, and its last day or None where it lasted beyond `UNTIL`."""

    leader: str
    state: str
    office: str
    start: date
    end: date | None
    source: str


@lru_cache(maxsize=1)
def leaders() -> tuple[Term, ...]:
    """Return every term of office in the table, by state, office and start."""
    return tuple(_term(row) for row in tables.rows("leaders"))


def _term(row: tables.Row) -> Term:
    return Term(
        leader=row["leader"],
        state=row["state"],
        office=row["office"],
        start=date.fromisoformat(row["start"]),
        end=tables.day(row["end"]),
        source=row["source"],
    )


def in_office(state: str, on: date) -> tuple[Term, ...]:
    """Return the terms of a state that include a day.

    Raises
    ------
    UnknownActor
        The state is not known.
    """
    wanted = actor(state).id
    return tuple(
        term
        for term in leaders()
        if term.state == wanted and term.start <= on and (term.end is None or on <= term.end)
    )
