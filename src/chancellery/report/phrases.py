"""Words and numbers as all tables and pages print them: one verdict, one interval, one headline."""

from __future__ import annotations

import math
from datetime import date

from chancellery.answer import words
from chancellery.answer.estimate import Estimate
from chancellery.report.result import Line, Reply, Told, View
from chancellery.report.saved import Standing

VERDICT_WORDS = {
    "rises": "rises",
    "falls": "falls",
    "unclear": "no change that stands out",
    "identical": "identical",
}
VERDICT_ICONS = {"rises": "▲", "falls": "▼", "unclear": "○", "identical": "="}
UNIT_WORDS = {
    "a year": "reported acts a year",
    "a month": "reported acts a month",
    "index": "index",
    "probability": "share of futures",
}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
CERTAIN = 0.995
FEW_DRAWS = 30
UNSEPARATED = "[< error]"


def per(unit: str) -> str:
    """What follows a number in a sentence."""
    return f" {unit}" if unit.startswith("a ") else ""


def level(e: Estimate, unit: str) -> str:
    """The value of a level, without its unit."""
    return _unsigned_zero(words.number(e.value, unit))


def change(e: Estimate, unit: str) -> str:
    """The value of a difference with its sign; a difference that rounds to zero has none."""
    return _signed(e.value, unit, _digits(e, unit)) if e.value == e.value else "–"


def interval(e: Estimate, unit: str, *, difference: bool = False) -> str:
    """The 90% interval of the parameters, or a mark that it is lost in the simulation error.

    With few draws the variance between parameters can come out below its own noise and is put at zero; an
    interval of no width would then read as certainty.
    """
    if e.value != e.value:
        return ""
    if e.simulation_error > 0 and e.high - e.low <= 1e-6 * max(abs(e.value), e.simulation_error):
        return UNSEPARATED
    if difference:
        ends = [_signed(x, unit, _digits(e, unit)).removesuffix(" pp") for x in (e.low, e.high)]
    else:
        ends = ["0" if x == 0 else _unsigned_zero(words.number(x, unit)) for x in (e.low, e.high)]
    return f"[{', '.join(ends)}]"


def error(e: Estimate, unit: str, *, difference: bool = False) -> str:
    """The simulation error as ±."""
    if e.value != e.value:
        return ""
    if difference and unit == "index":
        return f"±{e.simulation_error:.{_digits(e, unit)}f}"
    return words.error(e, unit)


def _digits(e: Estimate, unit: str) -> int:
    """Decimals of a difference of indices: three, more where all of it would round away."""
    size = max(abs(e.value), abs(e.low), abs(e.high), e.simulation_error)
    return 3 if unit != "index" or size >= 0.002 or size == 0 else 4 if size >= 0.0002 else 5


def _signed(value: float, unit: str, digits: int) -> str:
    text = f"{value:+.{digits}f}" if unit == "index" else words.signed(value, unit)
    return _unsigned_zero(text)


def _unsigned_zero(text: str) -> str:
    return text.replace("-", "−") if any(c in "123456789" for c in text) else text.lstrip("+−-")


def likely(reply: Reply) -> str:
    """Whether it happens at all: a chance, ``certain at this rate``, or a dash where it is not asked."""
    if reply.probability is None:
        return "–"
    base, scenario, difference = reply.probability
    if base.value >= CERTAIN and scenario.value >= CERTAIN:
        return "certain at this rate"
    unit = "probability"
    spread = f"{interval(difference, unit, difference=True)} {error(difference, unit, difference=True)}"
    return f"{level(base, unit)} → {level(scenario, unit)} ({change(difference, unit)} {spread})"


def likelihood_informs(view: View) -> bool:
    """Whether any line has a chance of happening that is not certain both ways."""
    shown = {likely(r) for line in view.lines for r in line.replies}
    return bool(shown - {"–", "certain at this rate"})


def listed(items: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def name(told: Told) -> str:
    """A scenario's title with its letter."""
    return f"{told.letter}: {told.title}" if told.letter else told.title


def headline(view: View, told: Told) -> str:
    """One scenario in a paragraph: which lines rise, which fall, and plainly if nothing changes."""
    by: dict[str, list[tuple[Line, Reply]]] = {}
    for line, reply in view.replies(told.name):
        by.setdefault(reply.verdict, []).append((line, reply))
    total = sum(map(len, by.values()))
    if total == 0:
        return "No question was asked of this scenario."
    if len(by.get("identical", ())) == total:
        return f"Nothing changes: in all {total} lines every future is the same as in the baseline."
    moved = [v for v in ("rises", "falls") if v in by]
    said = [
        _moved(by[v], v, f"{len(by[v])} of {total} lines" if v == moved[0] else f"{len(by[v])}")
        for v in moved
    ]
    if not said:
        said = [f"Nothing rises or falls in a way that stands out, in {total} lines asked."]
    still = by.get("unclear", [])
    if still:
        lead = still[0][0].label
        which = f": {lead}" if len(still) == 1 else f", among them “{lead}”"
        said.append(f"In {len(still)} no change stands out{which}.")
    same = [line.label for line, _ in by.get("identical", ())]
    if same:
        said.append(f"Nothing changes at all, future by future, in {len(same)}: {listed(_quoted(same))}.")
    return " ".join(said)


def _quoted(labels: list[str]) -> list[str]:
    return [f"“{label}”" for label in labels]


def _moved(moved: list[tuple[Line, Reply]], verdict: str, how_many: str) -> str:
    verb = verdict if len(moved) == 1 else verdict[:-1]
    each = [
        f"“{line.label}” (from {level(r.baseline, line.unit)} to {level(r.level, line.unit)}{per(line.unit)})"
        for line, r in moved
    ]
    return f"{how_many} {verb}: {listed(each)}."


def lead(view: View) -> str:
    """The answer in one sentence: what moves alike in every scenario, and how many lines move in none."""
    count = len(view.scenarios)
    both = {1: "the scenario", 2: "both scenarios"}.get(count, f"all {count} scenarios")
    either = {1: "", 2: " in either scenario"}.get(count, " in any scenario")
    full = [line for line in view.lines if len(line.replies) == count]
    if full and all(r.verdict == "identical" for line in full for r in line.replies):
        return f"Nothing changes{either}: every future is the same as in the baseline."
    parts = []
    for verdict in ("rises", "falls"):
        alike = _quoted([x.label for x in full if all(r.verdict == verdict for r in x.replies)])
        if alike:
            parts.append(f"{listed(alike)} {verdict if len(alike) == 1 else verdict[:-1]}")
    still = sum(all(r.verdict in ("unclear", "identical") for r in x.replies) for x in full)
    moves = f"In {both}, {listed(parts)}" if parts else f"Nothing rises or falls in {both}"
    return f"{moves}; in {still} of {len(view.lines)} lines no change stands out{either}."


def logodds(change_of_log_odds: float) -> str:
    """A change of log odds with its sign."""
    return _unsigned_zero(f"{change_of_log_odds:+.3f}")


def odds(change_of_log_odds: float) -> str:
    """By what a change of log odds multiplies the odds: ``1.105 (+11%)``."""
    factor = math.exp(max(-50.0, min(change_of_log_odds, 50.0)))
    percent = abs(100 * (factor - 1))
    size = f"{percent:.1f}%" if percent < 10 else f"{percent:.0f}%"
    return f"{factor:.3f} ({'+' if factor >= 1 else '−'}{size})"


def day(iso: str) -> str:
    """A date as it is said: ``1 May 2025``; anything else as it is."""
    try:
        when = date.fromisoformat(str(iso))
    except ValueError:
        return str(iso)
    # strftime would follow the language of the machine.
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def described(line: Line, reply: Reply) -> str:
    """A chart in words, with its numbers: what a reader who cannot see it is told."""
    unit, d = line.unit, reply.difference
    spread = f"{interval(d, unit, difference=True)} {error(d, unit, difference=True)}"
    return (
        f"{line.label}, {line.start} to {line.end}: scenario {level(reply.level, unit)}{per(unit)}, "
        f"baseline {level(reply.baseline, unit)}{per(unit)}; difference {change(d, unit)} {spread}; "
        f"verdict: {VERDICT_WORDS[reply.verdict]}."
    )


def comparisons(view: View) -> tuple[int, float]:
    """Number of differences tested, and how many would stand out by chance if nothing changed."""
    tested = sum(r.verdict != "identical" for line in view.lines for r in line.replies)
    return tested, 0.1 * tested


def standings(v: View) -> list[tuple[str, Standing, list[Line]]]:
    """How questions like those of a result have fared: (name in the page, standing, lines), most lines first."""
    by: dict[str, tuple[Standing, list[Line]]] = {}
    for line in v.lines:
        if line.track is not None:
            key = record_key(line.track)
            by.setdefault(key, (line.track, []))[1].append(line)
    found = [(key, standing, lines) for key, (standing, lines) in by.items()]
    return sorted(found, key=lambda x: (x[1].skill is None, -len(x[2]), x[0]))


def record_key(standing: Standing) -> str:
    """Where on the page the score of questions like one is told."""
    return f"record-{standing.group or 'none'}-{standing.horizon}"


def gained(standing: Standing) -> str:
    """The skill of questions like one in a few characters: ``+12%``, a dash where it is not scored."""
    if standing.skill is None:
        return "not scored"
    return f"{100 * standing.skill.mean:+.0f}%".replace("-", "−")
