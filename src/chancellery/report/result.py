"""A what-if result as it is shown: groups → lines → one reply a scenario.

The page, the charts and the tables all read this view, and the view reads nothing but the plain data that
``whatif --json`` writes. So a result that was saved can be shown again without the case, the fit or the futures.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chancellery.answer.estimate import Estimate
from chancellery.errors import ReportError, did_you_mean

KIND, FORMAT = "chancellery what-if", 1
UNITS = ("a year", "a month", "index", "probability")
VERDICTS = ("rises", "falls", "unclear", "identical")
NUMBERS = ("value", "low", "high", "simulation_error", "future_low", "future_high")
BANDS = ("mean", "q10", "q25", "q50", "q75", "q90")
CURE = "make the result again with `chancellery whatif`"


@dataclass(frozen=True)
class Fan:
    """Mean and quantiles by date; NaN where no future gives a value."""

    dates: tuple[str, ...]
    bands: Mapping[str, tuple[float, ...]]


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
    """One question, with the replies of all scenarios that were asked it."""

    group: str
    label: str
    question: str
    start: str
    end: str
    unit: str
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
    about: Mapping[str, object]
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
        If it is not a what-if result, or a field is missing or unknown; the field is named.
    """
    kind = result.get("kind") if isinstance(result, Mapping) else None
    if kind != KIND:
        raise ReportError(f"this is not a what-if result: 'kind' is {kind!r}, not {KIND!r}; {CURE}")
    if result.get("format") != FORMAT:
        raise ReportError(
            f"the result has format {result.get('format')!r}, this version of Chancellery shows format {FORMAT}; {CURE}"
        )
    given = _get(result, "scenarios", "the result")
    if not given:
        raise ReportError(f"the result has no scenario; {CURE}")
    return View(
        str(_get(result, "case", "the result")), dict(_get(result, "about", "the result")),
        str(result.get("record_note") or ""), tuple(result.get("great_powers") or ()),
        tuple(_told(x, name, entry, len(given)) for x, (name, entry) in enumerate(given.items())),
        _lines(given),
    )  # fmt: skip


def _get(entry: Mapping, field: str, where: str) -> object:
    if not isinstance(entry, Mapping) or field not in entry:
        known = entry if isinstance(entry, Mapping) else ()
        raise ReportError(f"{where} has no '{field}'{did_you_mean(field, map(str, known)) if known else ''}; {CURE}")
    return entry[field]


def _told(place: int, name: str, entry: Mapping, scenarios: int) -> Told:
    where = f"scenario '{name}'"
    ranges = tuple(
        (_subject(u), str(u.get("note") or "")) for u in entry.get("uncertain") or ()
    )  # fmt: skip
    return Told(
        name, _letter(place) if scenarios > 1 else "", str(_get(entry, "title", where)), str(entry.get("essay") or ""),
        str(entry.get("note") or ""),
        tuple((str(_get(v, "text", where)), str(v.get("note") or "")) for v in _get(entry, "levers", where)), ranges,
    )  # fmt: skip


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else str(place + 1)


def _subject(entry: Mapping) -> str:
    # Everything but the note and what was left empty, so that ranges of other kinds are shown as well.
    parts = []
    for field, value in entry.items():
        if field == "note" or value is None:
            continue
        shown = " to ".join(f"{x:g}" for x in value) if isinstance(value, list | tuple) else str(value)
        parts.append(shown if field == "effect" else f"{field} {shown}")
    return ", ".join(parts)


def _lines(given: Mapping) -> tuple[Line, ...]:
    gathered: dict[tuple, list[Reply]] = {}
    words: dict[tuple, Mapping] = {}
    for name, entry in given.items():
        for place, a in enumerate(_get(entry, "answers", f"scenario '{name}'"), 1):
            where = f"scenario '{name}', answer {place}"
            key = tuple(str(_get(a, f, where)) for f in ("group", "label", "question", "from", "to", "unit"))
            gathered.setdefault(key, []).append(_reply(name, a, where))
            words[key] = a
    return tuple(Line(*key, tuple(replies)) for key, replies in gathered.items())


def _reply(name: str, a: Mapping, where: str) -> Reply:
    for field, known in (("unit", UNITS), ("verdict", VERDICTS)):
        if _get(a, field, where) not in known:
            raise ReportError(f"{where}: {field} '{a[field]}' is not known{did_you_mean(str(a[field]), known)}; {CURE}")
    likely = a.get("probability")
    probability = None
    if likely is not None:
        probability = tuple(_estimate(likely, f, f"{where}, probability") for f in ("baseline", "level", "difference"))
    fans = _get(a, "fans", where)
    return Reply(
        name, *(_estimate(a, f, where) for f in ("baseline", "level", "difference")), probability, a["verdict"],
        _number(a.get("share_of_futures_that_differ")),
        tuple((str(_get(d, "effect", where)), _number(_get(d, "change", where))) for d in a.get("drivers") or ()),
        (_fan(fans, "baseline", where), _fan(fans, "scenario", where)),
    )  # fmt: skip


def _estimate(entry: Mapping, field: str, where: str) -> Estimate:
    e = _get(entry, field, where)
    return Estimate(*(_number(_get(e, f, f"{where}, {field}")) for f in NUMBERS))


def _fan(fans: Mapping, field: str, where: str) -> Fan:
    fan = _get(fans, field, where)
    dates = tuple(str(d) for d in _get(fan, "dates", f"{where}, fan"))
    bands = {b: tuple(_number(x) for x in _get(fan, b, f"{where}, fan")) for b in BANDS}
    for band, values in bands.items():
        if len(values) != len(dates):
            raise ReportError(f"{where}, fan: '{band}' has {len(values)} values for {len(dates)} dates; {CURE}")
    return Fan(dates, bands)


def _number(value: object) -> float:
    """A number; null, which strict JSON writes for a value that is not defined, is NaN."""
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ReportError(f"'{value}' stands where a number is expected; {CURE}")
    return float(value)
