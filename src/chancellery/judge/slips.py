"""The fact check: errors of essays looked for in the chronology, the ties and the terms of office."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chancellery import world
from chancellery.cases import Happening
from chancellery.errors import EssayError, did_you_mean
from chancellery.essays.disputes import Interval, LeftOut, Person, Slip, Term, TieHolds
from chancellery.judge.fact import strength
from chancellery.model.holdings import Tie


@dataclass(frozen=True)
class Checked:
    """One error looked for: ``found`` (the tables speak against the essay), ``not found`` or ``not detectable``."""

    slip: Slip
    result: str
    says: str


def check_slips(slips: Iterable[Slip], happenings: Sequence[Happening], ties: Sequence[Tie]) -> list[Checked]:
    """Look for errors.

    Parameters
    ----------
    slips
        What essays are thought to have wrong.
    happenings, ties
        Of the case; all rows, whoever is in play.

    Raises
    ------
    EssayError
        If a check names a row that does not exist.
    """
    return [_look(s, {h.id: h for h in happenings}, ties) for s in slips]


def _look(slip: Slip, rows: dict[str, Happening], ties: Sequence[Tie]) -> Checked:
    check = slip.check
    if check is None:
        return Checked(slip, "not detectable", slip.why)
    wrong, says = {
        Term: _term, Person: _person, Interval: _interval, TieHolds: _tie_holds, LeftOut: _left_out,
    }[type(check)](check, rows, ties)  # fmt: skip
    return Checked(slip, "found" if wrong else "not found", says)


def _row(name: str, rows: dict[str, Happening]) -> Happening:
    if name not in rows:
        raise EssayError(f"errors.toml: the chronology has no row '{name}'{did_you_mean(name, rows)}")
    return rows[name]


def _term(check: Term, rows: dict[str, Happening], ties: Sequence[Tie]) -> tuple[bool, str]:
    row = _row(check.row, rows)
    holders = [t.leader for t in world.in_office(check.state, row.on)]
    return (
        check.leader not in holders,
        f"{row.what} ({row.on}): in office {', '.join(holders) or 'nobody known'}",
    )


def _person(check: Person, rows: dict[str, Happening], ties: Sequence[Tie]) -> tuple[bool, str]:
    state = check.person.partition("-")[0]
    return state != check.state, f"{check.person} acts for {state}, not for {check.state}"


def _interval(check: Interval, rows: dict[str, Happening], ties: Sequence[Tie]) -> tuple[bool, str]:
    first, second = _row(check.row, rows), _row(check.other, rows)
    days = (second.on - first.on).days
    return not check.days[0] <= days <= check.days[1], f"{days} days between {first.on} and {second.on}"


def _tie_holds(check: TieHolds, rows: dict[str, Happening], ties: Sequence[Tie]) -> tuple[bool, str]:
    value, known = strength(ties, check.tie, check.source, check.target, check.on)
    starts = [
        t.start for t in ties if (t.kind, t.source, t.target) == (check.tie, check.source, check.target)
    ]
    told = f"; it starts {min(starts)}" if starts else ""
    return (
        known > 0 and value == 0.0,
        f"{check.tie} {check.source} → {check.target} on {check.on}: {value:g}{told}",
    )


def _left_out(check: LeftOut, rows: dict[str, Happening], ties: Sequence[Tie]) -> tuple[bool, str]:
    ends = {check.source, check.target}
    later = [
        t.start
        for t in ties
        if t.kind == check.tie and {t.source, t.target} == ends and check.told < t.start <= check.written
    ]
    dates = ", ".join(map(str, later)) or "none"
    return bool(later), f"later rows of {check.tie} between {check.source} and {check.target}: {dates}"
