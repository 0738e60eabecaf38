"""One change of a record: all of it, or none of it.

DuckDB keeps the promise against a crash and a kill; this file keeps it against errors, a full disk
and Ctrl-C, and sees to it that what the user reads afterwards says what became of the data.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from chancellery.errors import RecordError
from chancellery.record.opening import MEMORY, connect, explain

if TYPE_CHECKING:
    from chancellery.record.store import Record


@contextmanager
def explained(path: str | Path, outcome: str) -> Iterator[None]:
    """Turn what DuckDB, polars or the system raises into one sentence; Ctrl-C passes, with the outcome said.

    Parameters
    ----------
    path
        The record or folder being written.
    outcome
        What the reader must know of the data, such as ``"nothing was added"``.
    """
    try:
        yield
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(f"{path}: stopped by Ctrl-C; {outcome}") from error
    except (duckdb.Error, OSError, pl.exceptions.PolarsError) as error:
        raise RecordError(explain(error, path, outcome)) from error


@contextmanager
def transaction(record: Record, done: str, *, keep: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Do what is inside in one transaction.

    Parameters
    ----------
    record
        The record to change.
    done
        The verb for the message, such as ``"added"``: "nothing was added".
    keep
        False rolls back at the end as well: a dry run.

    Raises
    ------
    RecordError
        The record is read-only, or the change failed on disk; the record is as it was.
    KeyboardInterrupt
        Ctrl-C was pressed; the record is as it was.
    """
    if record.read_only:
        raise RecordError(
            f"{record.path} was opened read-only, so nothing can be {done}; open it without read_only"
        )
    with explained(record.path, f"nothing was {done}"):
        try:
            record.connection.execute("BEGIN")
            yield record.connection
            with _ctrl_c_held_back() as held:
                record.connection.execute("COMMIT" if keep else "ROLLBACK")
        except BaseException:
            _roll_back(record)
            raise
    if held:
        became = f"everything was {done} before" if keep else f"nothing was {done}"
        raise KeyboardInterrupt(f"{record.path}: stopped by Ctrl-C; {became}")


@contextmanager
def _ctrl_c_held_back() -> Iterator[list[int]]:
    """Wait for a commit to end before Ctrl-C is obeyed, so that what is then said of the data is true."""
    held: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield held
        return
    before = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    try:
        yield held
    finally:
        signal.signal(signal.SIGINT, before or signal.default_int_handler)


def _roll_back(record: Record) -> None:
    """Leave no open transaction behind; a connection that DuckDB gave up on is opened anew."""
    try:
        record.connection.execute("ROLLBACK")
    except duckdb.TransactionException:
        return
    except duckdb.Error:
        if str(record.path) == MEMORY:
            return
        record.connection.close()
        record.connection = connect(record.path)
