"""When: the origins, and which windows can be scored.

A question is put at the end of its origin and answered at the end of its window, whatever happened in between.
A window that the record does not cover to its last day is not scored at all: to score only the questions that
came true before the record ended would favour whoever says yes. What is left out is counted, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from chancellery.errors import ScoreError
from chancellery.judge.backtest.history import History
from chancellery.world.clock import later

WARM = 126  # covered days before the first fit: 12 weeks fill the memory, 6 more teach
SETTLE = 28  # covered days of a new stretch before it is forecast from: its volume has first to be seen
REFIT = 91  # covered days after which the model is fitted anew
LESSONS = 6  # windows of a length that must have ended before one is forecast


@dataclass(frozen=True)
class Calendar:
    """Days on which something is done.

    Attributes
    ----------
    origins
        Days at whose end forecasts are made.
    horizons
        Length of the windows, in days.
    looks
        Weekly days at whose end the model's rates are looked at, so that there are windows to learn from.
    lessons
        By horizon, those of them whose window the record covers whole.
    fits
        Days up to which the model is fitted.
    scored
        By horizon, the origins whose window can be scored.
    left_out
        By horizon and reason, how many are not.
    """

    origins: tuple[date, ...]
    horizons: tuple[int, ...]
    looks: tuple[date, ...]
    lessons: dict[int, tuple[date, ...]]
    fits: tuple[date, ...]
    scored: dict[int, tuple[date, ...]]
    left_out: dict[int, dict[str, int]]

    def fit_of(self, day: date) -> date:
        """Day of the newest fit at a day."""
        return max(f for f in self.fits if f <= day)

    def taught(self, origin: date, horizon: int) -> tuple[date, ...]:
        """Lessons whose window of this length had ended by the origin."""
        return tuple(d for d in self.lessons[horizon] if d + timedelta(days=horizon) <= origin)


def calendar(
    history: History,
    every: str,
    horizons: tuple[int, ...],
    since: date | None = None,
    until: date | None = None,
) -> Calendar:
    """Lay out a backtest over a record's covered stretches.

    Parameters
    ----------
    every
        Span between origins, such as ``"2 weeks"``.
    since, until
        First and last day an origin may have.

    Raises
    ------
    ScoreError
        If no origin has a window that can be scored.
    """
    first = date.fromordinal(history.spans[0][0])
    last = date.fromordinal(history.spans[-1][1])
    settled = [d for d in _ends_of_weeks(history) if _settled(history, d)]
    if not settled:
        raise ScoreError(
            f"the record covers {first} to {last}; a backtest needs at least {WARM} covered days before it"
        )
    start = settled[0]
    origins, at, number = [], start, 0
    while at <= last:
        if (since is None or at >= since) and (until is None or at <= until):
            origins.append(at)
        number += 1
        at = _after(start, every, number)
    lessons = {h: tuple(d for d in settled if _whole(history, d, h)) for h in horizons}
    bare = Calendar(tuple(origins), horizons, tuple(settled), lessons, _fits(history, settled), {}, {})
    scored, left_out = {}, {}
    for h in horizons:
        reasons = {o: _reason(history, bare, o, h) for o in origins}
        scored[h] = tuple(o for o, why in reasons.items() if not why)
        left_out[h] = {
            w: sum(why == w for why in reasons.values()) for w in sorted({*reasons.values()} - {""})
        }
    if not any(scored.values()):
        raise ScoreError(
            f"the record covers {first} to {last}, and no origin has a window of {min(horizons)} days that can be "
            "scored; take a shorter --horizon, origins nearer to each other with --every, or add later events"
        )
    used = tuple(o for o in origins if any(o in scored[h] for h in horizons))
    return replace(bare, origins=used, scored=scored, left_out=left_out)


def _after(start: date, every: str, number: int) -> date:
    """The origin ``number`` spans after the start, counted from it so that months do not drift."""
    count, _, unit = every.strip().partition(" ")
    later(start, every)  # says what is wrong with a span that is none
    return later(start, f"{int(count) * number} {unit.strip()}")


def _ends_of_weeks(history: History) -> list[date]:
    """Last days of the weeks of every covered stretch, counted from its first day like the model's steps."""
    return [date.fromordinal(at) for a, b in history.spans for at in range(a + 6, b + 1, 7)]


def _settled(history: History, day: date) -> bool:
    at = day.toordinal()
    begun = [a for a, b in history.spans if a <= at <= b]
    if not begun or history.covered(history.spans[0][0], at) < WARM:
        return False
    return at - begun[0] + 1 >= SETTLE


def _fits(history: History, days: list[date]) -> tuple[date, ...]:
    out = [days[0]]
    for day in days[1:]:
        if history.covered(out[-1].toordinal() + 1, day.toordinal()) >= REFIT:
            out.append(day)
    return tuple(out)


def _reason(history: History, plan: Calendar, origin: date, horizon: int) -> str:
    """Why a window is not scored; nothing where it is."""
    at = origin.toordinal()
    if history.covered(at, at) == 0:
        return "origin in a gap of the record"
    if not _settled(history, origin):
        return f"less than {SETTLE} days into a new source"
    if not _whole(history, origin, horizon):
        return "window not covered to its end"
    few = len(plan.taught(origin, horizon)) < LESSONS
    return f"fewer than {LESSONS} earlier windows to learn from" if few else ""


def _whole(history: History, day: date, horizon: int) -> bool:
    at = day.toordinal()
    return history.covered(at + 1, at + horizon) == horizon
