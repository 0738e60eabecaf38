"""Adding harvests to a record, and taking datasets out again.

A file is known by its sha256 within its dataset: adding it again, under whatever name, changes
nothing. A name stands for one content only, so that (dataset, file, row) always leads back to the
line a row came from; a file that has changed is added after its dataset has been removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from chancellery.errors import RecordError, did_you_mean
from chancellery.record.frames import ask, insert
from chancellery.record.schema import SOURCED, TABLES, datasets
from chancellery.record.transaction import transaction
from chancellery.sources.harvest import Harvest

if TYPE_CHECKING:
    from chancellery.record.store import Record


@dataclass(frozen=True)
class Taken:
    """What one harvest brought.

    Attributes
    ----------
    dataset
        Its dataset.
    files, already
        Names of the files added, and of those whose content the record had already.
    events, ties, attributes, refused
        Rows added.
    repeated
        Events added which the dataset tells in another row too: kept, but counted once.
    """

    dataset: str
    files: tuple[str, ...]
    already: tuple[str, ...]
    events: int
    ties: int
    attributes: int
    refused: int
    repeated: int

    def __str__(self) -> str:
        said = f"{len(self.already):,} {_plural('file', len(self.already))} already there"
        if self.already and not self.files:
            return f"{self.dataset}: {said}, nothing added"
        parts = [f"{self.events:,} events", f"{self.ties:,} ties", f"{self.attributes:,} attributes"]
        parts.append(f"{self.refused:,} refused")
        came = f"{len(self.files):,} {_plural('file', len(self.files))}"
        text = f"{self.dataset}: {', '.join(parts)} from {came}"
        if self.repeated:
            text += f"; {self.repeated:,} events are there more than once and count once"
        return f"{text}; {said}" if self.already else text


@dataclass(frozen=True)
class Receipt:
    """What an add did, or would do, harvest by harvest. ``print(receipt)`` says it in lines."""

    entries: tuple[Taken, ...]
    dry_run: bool

    def __str__(self) -> str:
        head = "dry run, nothing was added; it would be:" if self.dry_run else "added:"
        return "\n".join([head, *(f"  {entry}" for entry in self.entries)])


def add(record: Record, *harvests: Harvest, dry_run: bool = False) -> Receipt:
    """Add harvests, all of them or none.

    Parameters
    ----------
    record
        The record, not read-only.
    harvests
        What the readers of `chancellery.sources` returned. Files the record has already are left out.
    dry_run
        Do everything except keep it: the receipt is the one the real add would give.

    Raises
    ------
    RecordError
        A file has changed under its old name, a row names a file the harvest does not list, the record
        is read-only, or the disk is full. Nothing was added.
    KeyboardInterrupt
        Ctrl-C was pressed. Nothing was added.
    """
    for given in harvests:
        if not isinstance(given, Harvest):
            raise RecordError(
                f"add takes harvests, one argument each, not a {type(given).__name__}; read the file with "
                "chancellery.sources first"
            )
    with transaction(record, "added", keep=not dry_run) as connection:
        entries = tuple(take(connection, given) for given in harvests)
    return Receipt(entries, dry_run)


def take(connection: duckdb.DuckDBPyConnection, given: Harvest) -> Taken:
    """Write the rows of one harvest that are new, inside a transaction the caller holds."""
    _check(given)
    fresh, already = _sort_files(connection, given)
    if given.files.height and not fresh:
        return Taken(given.dataset, (), already, 0, 0, 0, 0, 0)
    rows = {table: _rows_of(given, table, fresh) for table in SOURCED}
    before = _repeats(connection, given.dataset, rows["events"])
    for table, frame in rows.items():
        insert(connection, table, frame)
    listed = given.files.unique("file", keep="first", maintain_order=True)
    listed = listed.filter(pl.col("file").is_in(list(fresh))).with_columns(dataset=pl.lit(given.dataset))
    insert(connection, "files", listed)
    _insert_coverage(connection, given.coverage)
    after = _repeats(connection, given.dataset, rows["events"])
    heights = {table: frame.height for table, frame in rows.items()}
    return Taken(given.dataset, tuple(fresh), already, **heights, repeated=after - before)


def remove(record: Record, dataset: str) -> int:
    """Remove every row of a dataset, its coverage and its files; its place in the precedence is kept.

    Returns
    -------
    int
        Rows removed, coverage and files not counted.

    Raises
    ------
    RecordError
        The record has no such dataset (the sentence names the nearest), or is read-only.
    """
    with transaction(record, "removed") as connection:
        known = datasets(connection)
        if dataset not in known:
            raise RecordError(f"{record.path} has no dataset '{dataset}'{did_you_mean(dataset, known)}")
        removed = 0
        for table in TABLES:
            count = connection.execute(f"DELETE FROM {table} WHERE dataset = ?", [dataset]).fetchall()[0][0]
            removed += count if table in SOURCED else 0
    return removed


def _check(given: Harvest) -> None:
    """Refuse a harvest whose rows could not be traced, or whose frames are not those of the contract."""
    for table in (*SOURCED, "coverage"):
        frame = getattr(given, table)
        if dict(frame.schema) != TABLES[table]:
            raise RecordError(
                f"{given.dataset}: the columns of {table} are not {', '.join(TABLES[table])} with their "
                "types; build the harvest with the function harvest of chancellery.sources.harvest"
            )
        foreign = frame.filter(pl.col("dataset").ne_missing(given.dataset))
        if foreign.height:
            other = foreign["dataset"][0]
            raise RecordError(
                f"{given.dataset}: a row of {table} is of dataset '{other}'; make a harvest of each dataset"
            )
    _check_provenance(given)
    backward = given.coverage.filter(pl.col("start") > pl.col("end"))
    if backward.height:
        start, end = backward.select("start", "end").row(0)
        raise RecordError(f"{given.dataset}: coverage starts on {start} but ends on {end}; swap the two")


def _check_provenance(given: Harvest) -> None:
    listed = set(given.files["file"])
    for table in SOURCED:
        unlisted = sorted(set(getattr(given, table)["file"].unique()) - listed)
        if unlisted:
            raise RecordError(
                f"{given.dataset}: rows of {table} name the file '{unlisted[0]}', which the harvest does not "
                "list; give harvest(files=...) its name, sha256 and rows_read"
            )


def _sort_files(
    connection: duckdb.DuckDBPyConnection, given: Harvest
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell the files whose content is new to the dataset from those that are already there."""
    query = "SELECT file, sha256 FROM files WHERE dataset = ?"
    name_to_hash = dict(connection.execute(query, [given.dataset]).fetchall())
    hashes = set(name_to_hash.values())
    fresh, already = [], []
    for name, sha256 in given.files.select("file", "sha256").unique().sort("file", "sha256").iter_rows():
        if name_to_hash.get(name, sha256) != sha256:
            raise RecordError(
                f"{given.dataset}: the file '{name}' is there already with other content; rename this one, "
                f"or take the old rows out with record.remove('{given.dataset}') and add again"
            )
        if sha256 in hashes:
            already.append(name)
            continue
        name_to_hash[name] = sha256
        hashes.add(sha256)
        fresh.append(name)
    return tuple(fresh), tuple(already)


def _rows_of(given: Harvest, table: str, fresh: tuple[str, ...]) -> pl.DataFrame:
    frame: pl.DataFrame = getattr(given, table)
    if len(fresh) == given.files.height:
        return frame
    return frame.filter(pl.col("file").is_in(list(fresh)))


def _insert_coverage(connection: duckdb.DuckDBPyConnection, coverage: pl.DataFrame) -> None:
    """Add the coverage rows that are not there yet word for word; overlaps are merged on reading."""
    known = set(connection.execute('SELECT dataset, start, "end", what FROM coverage').fetchall())
    new = [row for row in coverage.unique(maintain_order=True).rows() if row not in known]
    insert(connection, "coverage", pl.DataFrame(new, schema=coverage.schema, orient="row"))


def _repeats(connection: duckdb.DuckDBPyConnection, dataset: str, events: pl.DataFrame) -> int:
    """Rows beyond the first for the same event of a dataset, in the days that are being added."""
    if events.is_empty():
        return 0
    query = """
        SELECT coalesce(sum(copies - 1), 0) FROM (
            SELECT count(*) AS copies FROM events WHERE dataset = ? AND time BETWEEN ? AND ?
            GROUP BY time, source_name, code, issue, target_name)"""
    span = [events["time"].min(), events["time"].max()]
    return int(ask(connection, query, [dataset, *span])[0][0])


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"
