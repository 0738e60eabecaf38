"""Facts: dated ties and acts of a case's tables, looked up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chancellery.cases import Happening
from chancellery.essays.claim import Fact
from chancellery.essays.terms import period
from chancellery.model.holdings import Tie


@dataclass(frozen=True)
class Found:
    """Whether the tables say what the claim says; ``says`` in words; ``rows`` that speak to it."""

    holds: bool | None
    says: str
    rows: int


def fact(test: Fact, ties: Iterable[Tie], happenings: Iterable[Happening], start: date) -> Found:
    """Look a fact up.

    Parameters
    ----------
    test
        The fact.
    ties, happenings
        Of the case, with the chronology's changes.
    start
        The case's start: what lies on or after it is not covered.
    """
    if test.act is not None:
        return _acts(test, happenings, start)
    on = period(test.on).last
    if on > start:
        return Found(None, f"the tables end on {start}", 0)
    value, rows = strength(ties, test.tie, test.source, test.target, on)
    who = f"{test.tie} {test.source} → {test.target} on {on}"
    if test.than is None:
        told = f"{who}: {'holds' if value > 0 else 'no such tie'}" + (f" ({value:g})" if value > 0 else "")
        return Found((value > 0) == (test.expect == "holds"), told, rows)
    t = test.than
    day = period(t.on).last if t.on else on
    kind, source, target = t.tie or test.tie, t.source or test.source, t.target or test.target
    other, more = strength(ties, kind, source, target, day)
    if not rows and not more:
        return Found(None, f"{who}: the tables hold neither tie", 0)
    told = f"{who}: {value:g}; {kind} {source} → {target} on {day}: {other:g}"
    return Found(value > other if test.expect == "more" else value < other, told, rows + more)


def strength(ties: Iterable[Tie], kind: str, source: str, target: str, on: date) -> tuple[float, int]:
    """Strongest tie of a kind on a day, and how many rows of the pair there are at all."""
    value, rows = 0.0, 0
    for t in ties:
        same = (t.source, t.target) == (source, target) or (
            t.mutual and (t.target, t.source) == (source, target)
        )
        if t.kind == kind and same:
            rows += 1
            value = max(value, t.value if t.holds(on) else 0.0)
    return value, rows


def _acts(test: Fact, happenings: Iterable[Happening], start: date) -> Found:
    asked = period(test.during)
    if asked.first > start:
        return Found(None, f"the chronology ends on {start}", 0)
    ends = {(test.source, test.target)}
    found = [
        h
        for h in happenings
        if h.act == test.act
        and asked.first <= h.on <= asked.last
        and ((h.source, h.target) in ends or (h.mutual and (h.target, h.source) in ends))
    ]
    happened = len(found) >= test.least
    days = ", ".join(str(h.on) for h in found[:3])
    told = f"{len(found)} × {test.act} {test.source} → {test.target} in the chronology" + (
        f" ({days})" if days else ""
    )
    return Found(happened == (test.expect == "happened"), told, len(found))
