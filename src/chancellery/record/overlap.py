"""Which events count when sources overlap: the rule, in one place and in words.

Nothing is thrown away: every row stays in the record, and the rule is applied on the way out.
It does not depend on the order in which things were added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from chancellery.errors import RecordError, did_you_mean
from chancellery.record import schema
from chancellery.record.frames import fetch
from chancellery.record.transaction import transaction

if TYPE_CHECKING:
    from chancellery.record.store import Record

# Unless an order is set, coders of all news come first, the careful before the voluminous: a list of battles
# placed first would hide everything but battles on the days it covers. All others follow by name.
WIDE_FAMILIES = ("icews", "polecat", "plover", "gdelt")

RULE = (
    "An event counts once. First, a day that several event datasets cover belongs to the first of them in "
    "the order of precedence ({order}); events of the others on that day are set aside (overlap). Then, of "
    "the rows left with the same day, source name, code, issue and target name in one family of datasets "
    "(icews14 and icews18 are both icews), the one with the most reports counts, then the first by dataset, "
    "file and row; the others are set aside (repeat). Events on a day that no dataset covers stand. Every "
    "row stays in the record."
)

SEGMENT_SCHEMA: dict[str, pl.DataType] = {
    "segment": pl.Int32(),
    "dataset": pl.String(),
    "start": pl.Date(),
    "end": pl.Date(),
    "days": pl.Int32(),
}

Span = tuple[date, date]


@dataclass(frozen=True)
class Rule:
    """The rule of what counts, and what it did to a record.

    Attributes
    ----------
    text
        The rule in words, with the order of precedence in force.
    order
        That order.
    set_aside
        Columns ``dataset``, ``part`` ("overlap" or "repeat"), ``rows``; no line where nothing was.
    """

    text: str
    order: tuple[str, ...]
    set_aside: pl.DataFrame

    def __str__(self) -> str:
        lines = [f"  {name}: {rows:,} set aside ({part})" for name, part, rows in self.set_aside.iter_rows()]
        return "\n".join([self.text, *(lines or ["  nothing was set aside"])])


def family(dataset: str) -> str:
    """Return the letters a dataset's name begins with: one family is one source in several editions.

    >>> family("icews05-15"), family("ICEWS18"), family("ucdp-ged")
    ('icews', 'icews', 'ucdp')
    """
    letters = re.match(r"[^\W\d_]+", dataset)
    return letters[0].casefold() if letters else dataset.casefold()


def precedence(record: Record, datasets: Iterable[str] | None = None) -> list[str]:
    """Return the datasets with events in the order in which they claim days.

    First those set by `set_precedence`, then coders of all news (`WIDE_FAMILIES`), then the others by name.
    """
    held = {name for (name,) in record.connection.execute("SELECT DISTINCT dataset FROM events").fetchall()}
    if datasets is not None:
        wanted = _known(record, datasets)
        held &= wanted
    by_hand = [name for name in schema.read_order(record.connection) if name in held]

    def place(name: str) -> tuple[int, str]:
        kin = family(name)
        return (WIDE_FAMILIES.index(kin) if kin in WIDE_FAMILIES else len(WIDE_FAMILIES), name)

    return by_hand + sorted(held - set(by_hand), key=place)


def set_precedence(record: Record, datasets: Iterable[str]) -> None:
    """Set which dataset owns a day that several cover, the first first; those left out come after.

    Raises
    ------
    RecordError
        A dataset is not in the record or is named twice, or the record is read-only.
    """
    order = [datasets] if isinstance(datasets, str) else list(datasets)
    _known(record, order)
    twice = [name for name in order if order.count(name) > 1]
    if twice:
        raise RecordError(f"precedence names '{twice[0]}' twice; name each dataset once")
    with transaction(record, "changed") as connection:
        schema.write_order(connection, order)


def segments(record: Record, datasets: Iterable[str] | None = None) -> pl.DataFrame:
    """Return the time the events cover, cut where its owner changes; what lies between is missing, not peace.

    Parameters
    ----------
    record
        The record.
    datasets
        Only these, as if the others had never been added.

    Returns
    -------
    pl.DataFrame
        Columns ``segment`` (from 0), ``dataset`` (the owner), ``start`` and ``end`` (both days included)
        and ``days``.
    """
    rows = _owned(precedence(record, datasets), _claims(record))
    numbered = [(number, *row, (row[2] - row[1]).days + 1) for number, row in enumerate(rows)]
    return pl.DataFrame(numbered, schema=SEGMENT_SCHEMA, orient="row")


def rule(record: Record) -> Rule:
    """Return the rule in words and how many rows each part of it set aside."""
    order = precedence(record)
    query, parameters = judged(record)
    aside = fetch(
        record.connection,
        f"{query} SELECT dataset, aside AS part, count(*) AS rows FROM judged WHERE aside IS NOT NULL "
        "GROUP BY ALL ORDER BY dataset, part",
        parameters,
    )
    return Rule(RULE.format(order=", ".join(order) or "no event dataset yet"), tuple(order), aside)


def judged(
    record: Record,
    datasets: Iterable[str] | None = None,
    *,
    first: date | None = None,
    last: date | None = None,
) -> tuple[str, dict[str, Any]]:
    """Begin a query: the rows of events with a column ``aside`` (null, ``'overlap'`` or ``'repeat'``).

    Parameters
    ----------
    record
        The record.
    datasets
        Only these, as if the others had never been added.
    first, last
        Only the events of these days, both included.

    Returns
    -------
    tuple
        SQL that ends in the common table ``judged``, and its named parameters.
    """
    order = precedence(record, datasets)
    owned = _owned(order, _claims(record))
    parameters = {
        "names": order,
        "families": [family(name) for name in order],
        "owners": [name for name, _, _ in owned],
        "firsts": [start for _, start, _ in owned],
        "lasts": [end for _, _, end in owned],
        "since": first or date.min,
        "until": last or date.max,
    }
    return _JUDGED, parameters


# One event is one key. Most keys have one row; putting only those with several in order halves the time.
_KEY = "overlapped, time, family, source_name, code, issue, target_name"
_JUDGED = f"""
WITH sets AS (
    SELECT unnest($names::VARCHAR[]) AS dataset, unnest($families::VARCHAR[]) AS family,
           generate_subscripts($names::VARCHAR[], 1) AS place),
spans AS (
    SELECT unnest($owners::VARCHAR[]) AS owner, unnest($firsts::DATE[]) AS first,
           unnest($lasts::DATE[]) AS last),
days AS (SELECT DISTINCT time FROM events WHERE time BETWEEN $since AND $until),
owned AS (SELECT days.time, owner FROM days JOIN spans ON days.time BETWEEN first AND last),
placed AS (
    SELECT events.*, family, place, coalesce(owner <> events.dataset, FALSE) AS overlapped
    FROM events JOIN sets USING (dataset) LEFT JOIN owned USING (time)
    WHERE time BETWEEN $since AND $until),
several AS (SELECT {_KEY} FROM placed GROUP BY {_KEY} HAVING count(*) > 1),
judged AS (
    SELECT *, CASE WHEN overlapped THEN 'overlap' END AS aside
    FROM placed ANTI JOIN several USING ({_KEY})
    UNION ALL
    SELECT *, CASE WHEN overlapped THEN 'overlap' WHEN row_number() OVER (
        PARTITION BY {_KEY} ORDER BY n DESC, place, file, "row", source, act, target, weight) > 1
        THEN 'repeat' END
    FROM placed SEMI JOIN several USING ({_KEY}))
"""


def merge(spans: Iterable[Span]) -> list[Span]:
    """Join spans of days that touch or overlap."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1] + timedelta(days=1):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _claims(record: Record) -> dict[str, list[Span]]:
    """Return the days each dataset covers, as merged spans."""
    rows = record.connection.execute('SELECT dataset, start, "end" FROM coverage').fetchall()
    names = {name for name, _, _ in rows}
    return {name: merge((start, end) for other, start, end in rows if other == name) for name in names}


def _owned(order: list[str], claims: dict[str, list[Span]]) -> list[tuple[str, date, date]]:
    """Cut the covered time so that each piece has one owner: the first in order that covers it."""
    pieces: list[tuple[str, date, date]] = []
    taken: list[Span] = []
    for name in order:
        for start, end in claims.get(name, []):
            pieces += [(name, *free) for free in _without(start, end, taken)]
        taken = merge([*taken, *claims.get(name, [])])
    return sorted(pieces, key=lambda piece: piece[1])


def _without(start: date, end: date, taken: list[Span]) -> list[Span]:
    """Return the parts of a span that no span of the sorted list ``taken`` holds."""
    free: list[Span] = []
    day = timedelta(days=1)
    for first, last in taken:
        if last < start or first > end:
            continue
        if start < first:
            free.append((start, first - day))
        start = last + day
    return [*free, (start, end)] if start <= end else free


def _known(record: Record, datasets: Iterable[str]) -> set[str]:
    wanted = {datasets} if isinstance(datasets, str) else set(datasets)
    held = schema.datasets(record.connection)
    for name in sorted(wanted - held):
        raise RecordError(f"{record.path} has no dataset '{name}'{did_you_mean(name, held)}")
    return wanted
