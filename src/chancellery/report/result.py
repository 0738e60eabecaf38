"""A what-if result as it is shown: groups → lines → one reply a scenario.

The page, the charts and the tables all read this view, and the view reads nothing but the plain data that
``whatif --json`` writes. So a saved result can be shown again without the case, the fit or the futures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chancellery.answer.estimate import Estimate
from chancellery.report import saved
from chancellery.report.saved import Fan


@dataclass(frozen=True)
class Reply:
    """What one scenario answers to one question.

    ``probability`` is (baseline, scenario, difference) for whether it happens at all, None where that has
    no meaning. ``drivers`` are (effect, change of the log odds).
    """

    scenario: str
    baseline: Estimate
    level: Estimate
    difference: Estimate
    probability: tuple[Estimate, Estimate, Estimate] | None
    verdict: str
    differing: float
    drivers: tuple[tuple[str, float], ...]
    fans: tuple[Fan, Fan]


@dataclass(frozen=True)
class Line:
    """One question, with how questions like it have fared and the replies of all scenarios that were asked it."""

    group: str
    label: str
    question: str
    start: str
    end: str
    unit: str
    track: saved.Standing | None
    replies: tuple[Reply, ...]

    @property
    def baseline(self) -> Estimate:
        """The level that all replies are compared with."""
        return self.replies[0].baseline


@dataclass(frozen=True)
class Told:
    """A scenario as it is introduced; ``letter`` is how tables and charts refer to it."""

    name: str
    letter: str
    title: str
    essay: str
    note: str
    levers: tuple[tuple[str, str], ...]
    uncertain: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class View:
    """Everything that is shown of a result."""

    case: str
    about: Mapping[str, Any]
    record_note: str
    great_powers: tuple[str, ...]
    scenarios: tuple[Told, ...]
    lines: tuple[Line, ...]

    @property
    def groups(self) -> dict[str, list[Line]]:
        """Lines by group, both in the order in which they were asked."""
        out: dict[str, list[Line]] = {}
        for line in self.lines:
            out.setdefault(line.group, []).append(line)
        return out

    def scenario(self, name: str) -> Told:
        """The scenario of this name."""
        return next(s for s in self.scenarios if s.name == name)

    def replies(self, name: str) -> Iterator[tuple[Line, Reply]]:
        """Lines with their reply under one scenario."""
        for line in self.lines:
            for reply in line.replies:
                if reply.scenario == name:
                    yield line, reply


def view(result: Mapping) -> View:
    """Check a result and arrange it for showing.

    Parameters
    ----------
    result
        Plain data of ``WhatIf.as_dict()``, or the same read back from JSON.

    Raises
    ------
    ReportError
        If it is not a what-if result, or a field is missing or wrong; the field is named.
    """
    whole = saved.checked(saved.Result, result, "what-if result")
    many = len(whole.scenarios) > 1
    given = enumerate(whole.scenarios.items())
    told = tuple(_told(name, s, _letter(x) if many else "") for x, (name, s) in given)
    return View(whole.case, whole.about, whole.record_note, tuple(whole.great_powers), told, _lines(whole))


def _told(name: str, s: saved.Scenario, letter: str) -> Told:
    levers = tuple((v.text, v.note) for v in s.levers)
    ranges = tuple((_subject(u), str(u.get("note") or "")) for u in s.uncertain)
    return Told(name, letter, s.title, s.essay, s.note, levers, ranges)


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else str(place + 1)


def _subject(entry: Mapping) -> str:
    # Everything but the note and what was left empty, so that ranges of other kinds are shown as well.
    parts = []
    for field, value in entry.items():
        if field == "note" or value is None:
            continue
        shown = " to ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        parts.append(shown if field == "effect" else f"{field} {shown}")
    return ", ".join(parts)


def _lines(whole: saved.Result) -> tuple[Line, ...]:
    gathered: dict[tuple, list[Reply]] = {}
    tracks: dict[tuple, saved.Standing | None] = {}
    for name, scenario in whole.scenarios.items():
        for a in scenario.answers:
            asked = (a.group, a.label, a.question, a.start.isoformat(), a.end.isoformat(), a.unit)
            gathered.setdefault(asked, []).append(_reply(name, a))
            tracks[asked] = a.track
    return tuple(Line(*asked, tracks[asked], tuple(replies)) for asked, replies in gathered.items())


def _reply(name: str, a: saved.Answer) -> Reply:
    p = a.probability
    likely = (p.baseline.estimate, p.level.estimate, p.difference.estimate) if p else None
    drivers = tuple((d.effect, d.change) for d in a.drivers)
    return Reply(
        name, a.baseline.estimate, a.level.estimate, a.difference.estimate, likely, a.verdict,
        a.share_of_futures_that_differ, drivers, (a.fans.baseline, a.fans.scenario),
    )  # fmt: skip
