"""Opening the file of a record, and putting every way it can fail into one sentence with its cure."""

from __future__ import annotations

import errno
import re
from pathlib import Path
from tempfile import gettempdir

import duckdb

from chancellery.errors import RecordError
from chancellery.record.schema import check_format, create, read_meta, tables

MEMORY = ":memory:"


def connect(path: str | Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the DuckDB file of a record, new or existing, and check that it is one.

    Raises
    ------
    RecordError
        There is no such folder or file, it is not a record, it has another format, another process
        holds it, or it may not be written.
    """
    _check_place(path, read_only=read_only)
    try:
        connection = duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as error:
        raise RecordError(_why_not_opened(path, str(error), read_only=read_only)) from error
    try:
        _check_content(connection, str(path), read_only=read_only)
    except duckdb.Error as error:
        connection.close()
        raise RecordError(explain(error, path, "nothing was created")) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _check_place(path: str | Path, *, read_only: bool) -> None:
    if str(path) == MEMORY:
        if read_only:
            raise RecordError("a record in memory begins empty; leave read_only out, or name a file")
        return
    place = Path(path)
    if place.is_dir():
        raise RecordError(f"{path} is a folder; name a file in it, such as {place / 'world.duckdb'}")
    if not place.parent.is_dir():
        raise RecordError(f"{path}: there is no folder {place.parent}; create it first")
    if read_only and not place.exists():
        raise RecordError(f"{path}: there is no such record to read; leave read_only out to create it")
    if place.exists() and place.stat().st_size and _mark(place) != b"DUCK":
        # DuckDB opens a CSV as a database in memory: what is added to it would be lost without a word.
        raise RecordError(f"{path} is not a DuckDB file; name another file, or remove it")


def _mark(place: Path) -> bytes:
    try:
        with place.open("rb") as file:
            return file.read(12)[8:]
    except OSError:
        return b"DUCK"  # DuckDB's own complaint about the file says more


def _check_content(connection: duckdb.DuckDBPyConnection, path: str, *, read_only: bool) -> None:
    found = tables(connection)
    if not found and not read_only:
        create(connection)
        return
    if "meta" not in found:
        held = f"holds the tables {', '.join(sorted(found)[:5])}" if found else "holds no table"
        raise RecordError(f"{path} is a DuckDB file but not a record ({held}); name another file")
    meta = read_meta(connection)
    check_format(meta.get("format"), meta.get("package"), path)


def _why_not_opened(path: str | Path, said: str, *, read_only: bool) -> str:
    if "Conflicting lock" in said or "being used by another process" in said:
        holder = re.search(r"PID (\d+)", said)
        who = f" (process {holder[1]})" if holder else ""
        return f"{path} is open in another process{who}; close it there, then open it again"
    if "different configuration" in said:
        other = "to write" if read_only else "read-only"
        return f"{path} is already open in this program, {other}; close it first"
    if "not a valid DuckDB database" in said:
        return f"{path} is not a DuckDB file; name another file, or remove it to begin a new record there"
    if "version number" in said:
        number = re.search(r"version number (\d+)", said)
        return (
            f"{path} has DuckDB storage version {number[1] if number else 'unknown'}, which DuckDB "
            f"{duckdb.__version__} cannot read; install the newest duckdb, or read a Parquet archive into a "
            "new record"
        )
    if re.search(r"Read-only file system|Permission denied|Access is denied", said):
        new = "" if read_only or not Path(path).exists() else "open it with read_only=True, or "
        return f"{path} may not be {'read' if read_only else 'written'} here; {new}use a folder that is yours"
    return f"{path} cannot be opened; DuckDB says: {_first_line(said)}"


def explain(error: Exception, path: str | Path, outcome: str) -> str:
    """Say in one sentence what stopped a piece of work, what became of it, and the cure.

    Parameters
    ----------
    error
        What DuckDB, polars or the system raised.
    path
        The record, or the folder being written.
    outcome
        What the reader must know of the data, such as ``"nothing was added"``.
    """
    said = str(error)
    full = "No space left" in said or "disk full" in said.casefold()
    full = full or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    if full:
        where = f"the disk is full, its own or that of the temporary folder {gettempdir()}"
        return f"{path}: {where}; {outcome}; free some space and try again"
    if "Read-only file system" in said or "Permission denied" in said:
        return f"{path} may not be written here; {outcome}; use a folder that is yours"
    return f"{path}: the work was stopped; {outcome}; the reason given: {_first_line(said)}"


def _first_line(said: str) -> str:
    return said.strip().splitlines()[0] if said.strip() else "none"
