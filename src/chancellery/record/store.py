"""Open a record, and the handle through which it is added to and asked.

`Record` holds the connection and nothing else: each of its verbs is one line that calls the
function of the same name in the file that does the work.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from chancellery.errors import RecordError
from chancellery.record import archive, fingerprint, intake, overlap, queries
from chancellery.record.frames import ask
from chancellery.record.opening import MEMORY, connect
from chancellery.record.schema import TABLES, package_version, read_meta
from chancellery.sources.harvest import Harvest


def open_record(path: str | Path, *, read_only: bool = False) -> Record:
    """Open the record in a file, creating it when there is none.

    Parameters
    ----------
    path
        A DuckDB file, or ``":memory:"`` for a record that lives as long as the program.
    read_only
        Refuse every change; several processes may then read the same file at once.

    Raises
    ------
    RecordError
        The file cannot be opened as a record; the sentence names the cure.
    """
    return Record(connect(path, read_only=read_only), path, read_only=read_only)


class Record:
    """What happened and what holds. Use it in one thread, and close it, or open it with ``with``.

    Attributes
    ----------
    connection
        The DuckDB connection, for questions the verbs below do not answer.
    path
        The file, or ``":memory:"``.
    read_only
        Whether changes are refused.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: str | Path, *, read_only: bool) -> None:
        self._connection: duckdb.DuckDBPyConnection | None = connection
        self.path = path if str(path) == MEMORY else Path(path)
        self.read_only = read_only

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The open connection; a closed record says so."""
        if self._connection is None:
            raise RecordError(f"{self.path} was closed; open it again")
        return self._connection

    @connection.setter
    def connection(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def add(self, *harvests: Harvest, dry_run: bool = False) -> intake.Receipt:
        """Add harvests in one transaction; see `intake.add`."""
        return intake.add(self, *harvests, dry_run=dry_run)

    def remove(self, dataset: str) -> int:
        """Remove every row of a dataset; see `intake.remove`."""
        return intake.remove(self, dataset)

    def set_precedence(self, datasets: Iterable[str]) -> None:
        """Say which dataset owns a day that several cover; see `overlap.set_precedence`."""
        overlap.set_precedence(self, datasets)

    def precedence(self) -> list[str]:
        """Return the datasets with events, first the one that owns the days it covers."""
        return overlap.precedence(self)

    def rule(self) -> overlap.Rule:
        """Return the rule of what counts, and how many rows each part of it set aside."""
        return overlap.rule(self)

    def segments(self, datasets: Iterable[str] | None = None) -> pl.DataFrame:
        """Return the covered stretches of time, each with its owner; see `overlap.segments`."""
        return overlap.segments(self, datasets)

    def events(
        self,
        since: date | str | None = None,
        until: date | str | None = None,
        actors: Iterable[str] | None = None,
        datasets: Iterable[str] | None = None,
    ) -> pl.DataFrame:
        """Return the events that count; see `queries.events`."""
        return queries.events(self, since=since, until=until, actors=actors, datasets=datasets)

    def ties(self, on: date | str | None = None, kinds: Iterable[str] | None = None) -> pl.DataFrame:
        """Return ties, all or those that hold on a day; see `queries.ties`."""
        return queries.ties(self, on=on, kinds=kinds)

    def tie_matrix(
        self, kind: str, on: date | str, actors: Iterable[str], *, absent: float = 0.0
    ) -> np.ndarray:
        """Return the ties of one kind on a day as a matrix; see `queries.tie_matrix`."""
        return queries.tie_matrix(self, kind, on, actors, absent=absent)

    def attributes(self, on: date | str | None = None) -> pl.DataFrame:
        """Return attributes, all or those that hold on a day; see `queries.attributes`."""
        return queries.attributes(self, on=on)

    def coverage(self) -> pl.DataFrame:
        """Return what each dataset covers, touching segments merged; see `queries.coverage`."""
        return queries.coverage(self)

    def refused(self, reason: str | None = None) -> pl.DataFrame:
        """Return the rows that were refused, and why; see `queries.refused`."""
        return queries.refused(self, reason=reason)

    def files(self) -> pl.DataFrame:
        """Return the files that were read; see `queries.files`."""
        return queries.files(self)

    def counts(self) -> pl.DataFrame:
        """Return rows of each table by dataset; see `queries.counts`."""
        return queries.counts(self)

    def fingerprint(self) -> str:
        """Hash of all content, whatever the order it came in; see `fingerprint.fingerprint`."""
        return fingerprint.fingerprint(self)

    def write_parquet(self, folder: str | Path) -> Path:
        """Write the archive; see `archive.write_parquet`."""
        return archive.write_parquet(self, folder)

    def read_parquet(self, folder: str | Path) -> intake.Receipt:
        """Add everything an archive holds; see `archive.read_parquet`."""
        return archive.read_parquet(self, folder)

    def doctor(self) -> dict[str, str | int]:
        """Versions and sizes: what to put into a report of a problem."""
        meta = read_meta(self.connection)
        rows = {table: int(ask(self.connection, f"SELECT count(*) FROM {table}")[0][0]) for table in TABLES}
        wal = Path(f"{self.path}.wal")
        return {
            "record": str(self.path),
            "format": int(meta["format"]),
            "created": meta["created"],
            "created by": meta["package"],
            "chancellery": package_version(),
            "duckdb": duckdb.__version__,
            "polars": pl.__version__,
            "python": platform.python_version(),
            "bytes": self.path.stat().st_size if isinstance(self.path, Path) else 0,
            "bytes not yet merged": wal.stat().st_size if wal.exists() else 0,
            **{f"rows of {table}": number for table, number in rows.items()},
        }

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Record({str(self.path)!r}{', read_only=True' if self.read_only else ''})"
