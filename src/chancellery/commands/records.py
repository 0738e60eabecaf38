"""Opening records for the verbs: an existing one to read, an old or new one to add to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chancellery.errors import RecordError

if TYPE_CHECKING:
    from chancellery.record import Record

MAGIC = slice(8, 12)  # where a DuckDB file says that it is one


def open_existing(path: Path) -> Record:
    """Open a record to read.

    Raises
    ------
    RecordError
        If there is none, or it is no record.
    """
    from chancellery.record import open_record

    if not path.exists():
        raise RecordError(
            f"there is no record {path}; make one with 'chancellery add {path} FILES --as READER'"
        )
    _check_is_database(path)
    return open_record(path, read_only=True)


@contextmanager
def open_to_add(path: Path, *, dry_run: bool) -> Iterator[Record]:
    """Open a record to add to; one that is made here does not stay behind when nothing came into it.

    Raises
    ------
    RecordError
        If the file is no record, or what is done inside fails.
    """
    from chancellery.record import open_record

    new = not path.exists()
    if not new:
        _check_is_database(path)
    try:
        with open_record(":memory:" if dry_run and new else path) as record:
            yield record
    except BaseException:
        if new and path.exists():
            _discard_if_empty(path)
        raise


def _check_is_database(path: Path) -> None:
    # DuckDB opens some other files, CSV among them, as a database in memory: what is added would be lost.
    if path.is_file():
        with path.open("rb") as file:
            head = file.read(MAGIC.stop)
        if head and head[MAGIC] != b"DUCK":
            raise RecordError(
                f"{path} is not a DuckDB file; the record comes first, then the files: name another file"
            )


def _discard_if_empty(path: Path) -> None:
    from chancellery.record import open_record

    with open_record(path) as record:
        empty = record.files().is_empty()
    if empty:
        path.unlink()
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
