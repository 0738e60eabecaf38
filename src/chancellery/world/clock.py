"""How time is counted: days, weeks or months of the calendar, or one step an event.

Every step is a pair of inclusive dates. The first and last step of a span are cut to the span.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from chancellery.errors import WorldError, did_you_mean

STEPS = ("day", "week", "month", "event")

_SPAN = re.compile(r"^\s*(?P<count>\d+)\s*(?P<unit>day|week|month|year)s?\s*$", re.IGNORECASE)
_DATE = re.compile(r"^\s*(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?)?\s*$")


@dataclass(frozen=True, slots=True)
class Clock:
    """Steps in which the model's time ticks.

    Parameters
    ----------
    step
        ``day`` (default), ``week`` (Monday to Sunday), ``month``, or ``event`` (one step an event).

    Raises
    ------
    WorldError
        The step is not known.
    """

    step: str = "day"

    def __post_init__(self) -> None:
        if self.step not in STEPS:
            raise WorldError(f"clock step '{self.step}' is not known{did_you_mean(self.step, STEPS)}")

    def index(self, on: date) -> int:
        """Return the absolute number of the step that holds a day; consecutive steps differ by one.

        Raises
        ------
        WorldError
            The clock ticks by event: a day alone does not say which.
        """
        if self.step == "day":
            return on.toordinal()
        if self.step == "week":
            return (on.toordinal() - 1) // 7  # 0001-01-01 was a Monday
        if self.step == "month":
            return on.year * 12 + on.month - 1
        raise WorldError("a clock with step 'event' has no step for a day; use positions(days) of the events")

    def span(self, index: int) -> tuple[date, date]:
        """Return the first and last day of the step with an absolute number (the inverse of `index`)."""
        if self.step == "day":
            return date.fromordinal(index), date.fromordinal(index)
        if self.step == "week":
            return date.fromordinal(index * 7 + 1), date.fromordinal(index * 7 + 7)
        if self.step == "month":
            year, month = divmod(index, 12)
            return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])
        raise WorldError("a clock with step 'event' has no calendar days; choose step day, week or month")

    def steps(self, start: date, end: date) -> list[tuple[date, date]]:
        """Return the steps from `start` to `end`, both included, as (first day, last day).

        Raises
        ------
        WorldError
            `end` is before `start`, or the clock ticks by event.
        """
        if end < start:
            raise WorldError(f"end {end} is before start {start}; swap them or give a later end")
        whole = [self.span(number) for number in range(self.index(start), self.index(end) + 1)]
        return [(max(first, start), min(last, end)) for first, last in whole]

    def positions(self, days: Sequence[date], start: date | None = None) -> list[int]:
        """Return the step of each of some days, counted from 0 at `start` (default: the first day).

        With step ``event`` the days must be in order and each has a step of its own.

        Raises
        ------
        WorldError
            A day lies before `start`, or the days of an event clock are not in order.
        """
        if not days:
            return []
        if self.step == "event":
            late = next((b for a, b in pairwise(days) if b < a), None)
            if late is not None:
                raise WorldError(f"events must be in order of time; {late} follows a later day: sort them")
            return list(range(len(days)))
        origin = self.index(start or min(days))
        out = [self.index(one) - origin for one in days]
        if min(out) < 0:
            raise WorldError(f"day {min(days)} lies before the start {start}; give an earlier start")
        return out


def parse_date(text: str | date, *, end: bool = False) -> date:
    """Read ``2022-02-24``, ``2022-02`` or ``2022``; the last two mean their first day, or last with `end`.

    Raises
    ------
    WorldError
        The text is not a date of one of these forms.
    """
    if isinstance(text, date):
        return date(text.year, text.month, text.day)
    found = _DATE.match(str(text))
    if found is None:
        raise WorldError(f"'{text}' is not a date; write it as 2022-02-24, 2022-02 or 2022")
    year = int(found["year"])
    month = int(found["month"] or (12 if end else 1))
    try:
        last = monthrange(year, month)[1]
        return date(year, month, int(found["day"] or (last if end else 1)))
    except ValueError:
        raise WorldError(f"'{text}' is not a day of the calendar; check its month and day") from None


def later(on: date, span: str) -> date:
    """Return the day a span such as ``90 days``, ``2 weeks``, ``24 months`` or ``1 year`` after another.

    A month later is the same day of the month, or the month's last day where it has no such day.

    Raises
    ------
    WorldError
        The span is not a whole number of days, weeks, months or years.
    """
    found = _SPAN.match(span)
    if found is None:
        raise WorldError(f"'{span}' is not a span of time; write it as '90 days', '2 weeks' or '24 months'")
    count, unit = int(found["count"]), found["unit"].lower()
    if unit in ("day", "week"):
        return on + timedelta(days=count * (7 if unit == "week" else 1))
    months = on.year * 12 + on.month - 1 + count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))
