"""What may be seen at an origin, and the guard that looks whether anything later is in it.

Everything a forecast is made from passes through here: events up to the origin, the dated ties and attributes that
had begun (an end that was still to come is not known), and yearly tables as they stood a year before, because they
are published late. The guard then reads what was cut, row by row, whoever cut it: a rule that leaks fails the
run instead of making a good score. What a case's author chose with hindsight (actors, effects) no guard can see.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from chancellery.cases import Case
from chancellery.errors import LeakError, ScoreError
from chancellery.judge.backtest.history import History, history_of
from chancellery.model.holdings import Attribute, Tie
from chancellery.record import Record

LATE = timedelta(days=365)  # of the yearly tables
EVENT_COLUMNS = ("time", "source", "act", "target", "issue", "code")


@dataclass(frozen=True)
class Known:
    """A record and a case's dated rows as far as they go; as a record it answers what a fit asks of one.

    Attributes
    ----------
    day
        Last day that is known.
    actors, rows
        Actors in play, and events among them: columns ``EVENT_COLUMNS``.
    spans
        (dataset, first, last) of the covered stretches.
    held, traits
        Dated ties and attributes of the case.
    yearly, scores
        The record's own ties and attributes.
    """

    day: date
    actors: tuple[str, ...]
    rows: pl.DataFrame
    spans: tuple[tuple[str, date, date], ...]
    held: tuple[Tie, ...]
    traits: tuple[Attribute, ...]
    yearly: pl.DataFrame
    scores: pl.DataFrame
    print_of_record: str

    def events(self, until: date | None = None) -> pl.DataFrame:
        """Events up to a day."""
        return self.rows if until is None else self.rows.filter(pl.col("time") <= until)

    def segments(self) -> pl.DataFrame:
        """Covered stretches."""
        names = ("dataset", "start", "end")
        return pl.DataFrame([dict(zip(names, span)) for span in self.spans])

    def ties(self, kinds: list[str]) -> pl.DataFrame:
        """Yearly ties of some kinds."""
        return self.yearly.filter(pl.col("kind").is_in(kinds))

    def attributes(self) -> pl.DataFrame:
        """Yearly attributes."""
        return self.scores

    def fingerprint(self) -> str:
        """Of the whole record, of which this is a part."""
        return self.print_of_record

    def history(self) -> History:
        """Events as counts."""
        return history_of(self.rows, self.actors, [(first, last) for _, first, last in self.spans])

    def at(self, origin: date) -> Known:
        """What of this was known at the end of a day, looked over by the guard.

        Raises
        ------
        LeakError
            If anything later is left in it: a defect of the program.
        """
        return guarded(cut(self, origin), origin)


def everything(case: Case, record: Record) -> Known:
    """All that a record holds of a case's actors; what happened is scored against it.

    Raises
    ------
    ScoreError
        If the record holds no event among them, or does not say which days it covers.
    """
    rows = record.events(actors=case.actors).filter(pl.col("source") != pl.col("target"))
    segments = record.segments().filter(pl.col("dataset").is_not_null()).sort("start")
    spans = tuple(segments.select("dataset", "start", "end").iter_rows())
    if rows.is_empty() or not spans:
        raise ScoreError(
            "the record holds no event among the actors in play; add events with 'chancellery add'"
        )
    return Known(
        day=max(last for _, _, last in spans),
        actors=case.actors,
        rows=rows.select(EVENT_COLUMNS),
        spans=spans,
        held=tuple(case.ties),
        traits=tuple(case.attributes),
        yearly=record.ties(),
        scores=record.attributes(),
        print_of_record=record.fingerprint(),
    )


def cut(known: Known, origin: date) -> Known:
    """Cut everything to what was known at the end of ``origin``."""
    published = origin - LATE
    return replace(
        known,
        day=origin,
        rows=known.rows.filter(pl.col("time") <= origin),
        spans=tuple((name, a, min(b, origin)) for name, a, b in known.spans if a <= origin),
        held=tuple(_open_ended(t, origin) for t in known.held if t.start <= origin),
        traits=tuple(_open_ended(a, origin) for a in known.traits if a.start <= origin),
        yearly=known.yearly.filter(pl.col("start") <= published),
        scores=known.scores.filter(pl.col("start") <= published),
    )


def _open_ended(row: Tie | Attribute, origin: date) -> Tie | Attribute:
    return replace(row, end=None) if row.end is not None and row.end > origin else row


def guarded(known: Known, origin: date) -> Known:
    """Look whether anything after ``origin`` is known, and hand it back if not.

    Raises
    ------
    LeakError
        Naming the first thing that is.
    """

    def leak(what: str) -> LeakError:
        return LeakError(
            f"{what} was about to be seen by the forecast of {origin}: the run is not worth scoring"
        )

    late = known.rows.filter(pl.col("time") > origin)
    if len(late):
        day, source, act, target = late.select("time", "source", "act", "target").row(0)
        raise leak(f"an event of {day} ({source} {act} {target})")
    for name, _, last in known.spans:
        if last > origin:
            raise leak(f"the coverage of {name} up to {last}")
    for t in known.held:
        if t.start > origin:
            raise leak(f"a tie that begins on {t.start} ({t.kind} {t.source} → {t.target})")
        if t.end is not None and t.end > origin:
            raise leak(f"the end on {t.end} of a tie ({t.kind} {t.source} → {t.target})")
    for a in known.traits:
        if a.start > origin or (a.end is not None and a.end > origin):
            raise leak(f"an attribute dated {a.start} ({a.name} of {a.actor})")
    for frame, what in ((known.yearly, "kind"), (known.scores, "name")):
        late = frame.filter(pl.col("start") > origin - LATE)
        if len(late):
            raise leak(f"a yearly value of {late['start'][0]} ({late[what][0]})")
    if known.day > origin:
        raise leak(f"everything up to {known.day}")
    return known
