"""Rows out of a record, as polars frames in a fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from chancellery.errors import RecordError, WorldError, did_you_mean
from chancellery.record.frames import fetch
from chancellery.record.overlap import judged, merge
from chancellery.record.schema import TABLES, columns
from chancellery.sources.harvest import COVERAGE_SCHEMA
from chancellery.world import parse_date, tie_kinds

if TYPE_CHECKING:
    from chancellery.record.store import Record

_HOLDS = '(start <= $day AND ("end" IS NULL OR "end" >= $day))'


def events(
    record: Record,
    *,
    since: date | str | None = None,
    until: date | str | None = None,
    actors: Iterable[str] | None = None,
    datasets: Iterable[str] | None = None,
) -> pl.DataFrame:
    """Return the events that count under the rule of `overlap`.

    Parameters
    ----------
    record
        The record.
    since, until
        First and last day, both included; as text also a month (``2018-10``) or a year.
    actors
        Keep events whose source and target are both among these ids.
    datasets
        Only these, as if the others had never been added: the way to look at what the rule sets aside.

    Returns
    -------
    pl.DataFrame
        Columns of ``EVENT_SCHEMA``, sorted by time, dataset, file and row.

    Raises
    ------
    RecordError
        A date cannot be read, the span is empty, or a dataset is not in the record.
    """
    first, last = _day(since, "since"), _day(until, "until", end=True)
    if first and last and first > last:
        raise RecordError(f"since ({first}) is after until ({last}); swap the two")
    chosen = None if actors is None else _ids(actors, "actors")
    query, parameters = judged(record, datasets, first=first, last=last)
    among = ""
    if chosen is not None:
        parameters["actors"] = chosen
        among = "AND list_contains($actors::VARCHAR[], source) AND list_contains($actors::VARCHAR[], target)"
    order = 'time, dataset, file, "row", source, act, target, issue, code, source_name, target_name'
    return fetch(
        record.connection,
        f"{query} SELECT {columns('events')} FROM judged WHERE aside IS NULL {among} ORDER BY {order}",
        parameters,
    )


def ties(record: Record, *, on: date | str | None = None, kinds: Iterable[str] | None = None) -> pl.DataFrame:
    """Return ties; a tie that several files of a dataset tell alike is given once.

    Parameters
    ----------
    record
        The record.
    on
        Only those that hold on this day; the first and the last day of a tie both belong to it.
    kinds
        Only these kinds.

    Returns
    -------
    pl.DataFrame
        Columns of ``TIE_SCHEMA``, sorted by kind, source, target and start.

    Raises
    ------
    RecordError
        The date cannot be read, or a kind is neither known to the world tables nor in the record.
    """
    where, parameters = _holding(on)
    if kinds is not None:
        parameters["kinds"] = [_kind(record, kind) for kind in _ids(kinds, "kinds")]
        where += " AND list_contains($kinds::VARCHAR[], kind)"
    same = 'kind, source, target, start, "end", value, what, dataset'
    query = f"""SELECT {columns("ties")} FROM ties WHERE {where}
        QUALIFY row_number() OVER (PARTITION BY {same} ORDER BY file, "row") = 1
        ORDER BY {same}, file, "row" """
    return fetch(record.connection, query, parameters)


def tie_matrix(
    record: Record, kind: str, on: date | str, actors: Iterable[str], *, absent: float = 0.0
) -> np.ndarray:
    """Return the ties of one kind that hold on a day as a matrix.

    Parameters
    ----------
    record
        The record.
    kind
        A tie kind. Kinds that have no direction give a symmetric matrix.
    on
        The day.
    actors
        Ids that name the rows (source) and the columns (target), in this order; n of them.
    absent
        What stands where there is no tie, and on the diagonal. Use ``float("nan")`` for a kind where zero
        says something, such as a distance.

    Returns
    -------
    np.ndarray
        float64 [n, n]. Where several ties of the kind hold at once, the largest value stands.

    Raises
    ------
    RecordError
        The kind or the date is not known, or an actor is named twice.
    """
    names = _ids(actors, "actors")
    place = {name: number for number, name in enumerate(names)}
    if len(place) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise RecordError(f"actors names '{twice}' twice; name each actor once")
    held = ties(record, on=on, kinds=[kind]).filter(
        pl.col("source").is_in(names) & pl.col("target").is_in(names) & (pl.col("source") != pl.col("target"))
    )
    matrix = np.full((len(names), len(names)), absent, dtype=np.float64)
    directed = {known.name: known.directed for known in tie_kinds()}.get(kind, True)
    for source, target, value in held.sort("value").select("source", "target", "value").iter_rows():
        matrix[place[source], place[target]] = value
        if not directed:
            matrix[place[target], place[source]] = value
    return matrix


def attributes(record: Record, *, on: date | str | None = None) -> pl.DataFrame:
    """Return attributes of actors, all or those that hold on a day, sorted by name, actor and start."""
    where, parameters = _holding(on)
    same = 'name, actor, start, "end", value, text, dataset'
    query = f"""SELECT {columns("attributes")} FROM attributes WHERE {where}
        QUALIFY row_number() OVER (PARTITION BY {same} ORDER BY file, "row") = 1
        ORDER BY {same}, file, "row" """
    return fetch(record.connection, query, parameters)


def coverage(record: Record) -> pl.DataFrame:
    """Return the segments each dataset covers, merged where they touch or overlap.

    Returns
    -------
    pl.DataFrame
        Columns of ``COVERAGE_SCHEMA``, sorted by dataset and start. Harvests that described their coverage
        differently have their words joined in ``what``.
    """
    rows = record.connection.execute('SELECT dataset, what, start, "end" FROM coverage').fetchall()
    spans: dict[str, list[tuple[date, date]]] = {}
    words: dict[str, set[str]] = {}
    for dataset, what, start, end in rows:
        spans.setdefault(dataset, []).append((start, end))
        words.setdefault(dataset, set()).add(what)
    merged = [
        (dataset, start, end, _in_words(words[dataset]))
        for dataset, days in sorted(spans.items())
        for start, end in merge(days)
    ]
    return pl.DataFrame(merged, schema=COVERAGE_SCHEMA, orient="row")


def _in_words(whats: set[str]) -> str:
    """Join at most three descriptions: a folder of daily files has hundreds."""
    first, more = sorted(whats)[:3], len(whats) - 3
    return "; ".join([*first, f"and {more} more"] if more > 0 else first)


def refused(record: Record, *, reason: str | None = None) -> pl.DataFrame:
    """Return refused rows, all or those whose reason contains a text in any case, by dataset, file, row."""
    query = f"""SELECT {columns("refused")} FROM refused WHERE contains(lower(reason), lower($reason))
        ORDER BY dataset, file, "row", reason, raw"""
    return fetch(record.connection, query, {"reason": reason or ""})


def files(record: Record) -> pl.DataFrame:
    """Return the files that were read: ``dataset``, ``file``, ``sha256``, ``rows_read``."""
    return fetch(record.connection, f"SELECT {columns('files')} FROM files ORDER BY dataset, file")


def counts(record: Record) -> pl.DataFrame:
    """Count rows by dataset.

    Returns
    -------
    pl.DataFrame
        Columns ``dataset``, ``files``, ``events`` (all that are kept), ``counted`` (those that count under
        the rule of `overlap`), ``ties``, ``attributes``, ``refused``; sorted by dataset.
    """
    query, parameters = judged(record)
    parts = [f"SELECT dataset, '{table}' AS part FROM {table}" for table in TABLES]
    parts.append("SELECT dataset, 'counted' FROM judged WHERE aside IS NULL")
    shown = ("files", "events", "counted", "ties", "attributes", "refused")
    counted = ", ".join(f"count(*) FILTER (part = '{name}') AS {name}" for name in shown)
    query += f"SELECT dataset, {counted} FROM ({' UNION ALL '.join(parts)}) GROUP BY dataset ORDER BY dataset"
    return fetch(record.connection, query, parameters)


def _holding(on: date | str | None) -> tuple[str, dict[str, object]]:
    day = _day(on, "on")
    return (_HOLDS, {"day": day}) if day else ("TRUE", {})


def _day(given: date | str | None, field: str, *, end: bool = False) -> date | None:
    if given is None:
        return None
    try:
        return parse_date(given, end=end)
    except WorldError as error:
        raise RecordError(f"{field}: {error}") from error


def _ids(given: Iterable[str], field: str) -> Sequence[str]:
    if isinstance(given, str):
        raise RecordError(f"{field} is a list of names; write ['{given}']")
    return list(given)


def _kind(record: Record, kind: str) -> str:
    known = {known.name for known in tie_kinds()}
    known |= {name for (name,) in record.connection.execute("SELECT DISTINCT kind FROM ties").fetchall()}
    if kind not in known:
        raise RecordError(f"tie kind '{kind}' is not known{did_you_mean(kind, known)}")
    return kind
