"""Dates as essays write them: a day, a month, a year, a decade, or a distance from another day.

What the text does not say is left open: "on 12 February" has no year, and none is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
          "november", "december")  # fmt: skip
_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.)"
)
_YEAR = r"(?P<year>1[6-9]\d\d|20\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"\b(?P<year>(?:19|20)\d\d)-(?P<num>0[1-9]|1[0-2])-(?P<day>[0-3]\d)\b",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?(?!\w)",
        rf"\b{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?(?!\w)(?!,\d)",
        rf"\b(?:(?:early|mid|late)[- ])?{_MONTH},?\s+(?:of\s+)?{_YEAR}\b",
        rf"\b(?:in|since|by|last|this|early|mid|late|back in|until|of)\s+{_MONTH}(?!\w)",
        rf"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|[Ff]rom|[Dd]uring|[Aa]fter|"
        rf"[Bb]efore|of|[Tt]he|[Ee]arly|[Ll]ate|[Mm]id)[- ]{_YEAR}\b(?!s)",
        rf"\(\s*{_YEAR}\s*\)",
        r"\b(?P<decade>1[6-9]\d0|20\d0)s\b",
        r"\b(?P<relative>(?:[Aa]n?|one|two|three|four|five|six|several|\d+) (?:day|"
        r"week|month|year|decade)s? (?:ago|later|earlier|before|after)|"
        r"(?:[Ll]ast|[Ee]arlier this|[Tt]his) (?:week|month|year|spring|summer|autumn|fall|winter|decade|century)|yesterday|"
        r"on the same day|last (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b",
    )
)


@dataclass(frozen=True)
class When:
    """A date in a text.

    Attributes
    ----------
    words
        As the text says it.
    iso
        ``2015``, ``2015-10``, ``2015-10-03``, ``--02-12`` (no year said), or empty for a relative date.
    precision
        ``day``, ``month``, ``year``, ``decade`` or ``relative``.
    """

    words: str
    iso: str
    precision: str
    start: int


def find(text: str) -> list[When]:
    """Return the dates of a text, in order, none inside another; impossible days are left out."""
    out: list[When] = []
    for form in _FORMS:
        for found in form.finditer(text):
            when = _read(found)
            if when and not any(
                when.start < o.start + len(o.words) and o.start < when.start + len(when.words) for o in out
            ):
                out.append(when)
    return sorted(out, key=lambda when: when.start)


def _read(found: re.Match[str]) -> When | None:
    part = found.groupdict()
    words = found[0].strip("() ")
    start = found.start() + found[0].index(words)
    if part.get("relative"):
        return When(words, "", "relative", start)
    if part.get("decade"):
        return When(words, part["decade"], "decade", start)
    month = int(part["num"]) if part.get("num") else _month(part.get("month"))
    day = int(part["day"]) if part.get("day") else None
    if day is not None and not 1 <= day <= (29 if month == 2 else 30 if month in (4, 6, 9, 11) else 31):
        return None
    year = part.get("year") or "-"
    if month is None:
        return When(words, year, "year", start)
    iso = f"{year}-{month:02d}" + (f"-{day:02d}" if day else "")
    return When(words, iso, "day" if day else "month", start)


def _month(name: str | None) -> int | None:
    if not name:
        return None
    return next(i for i, month in enumerate(MONTHS, 1) if month.startswith(name.rstrip(".").casefold()[:3]))
