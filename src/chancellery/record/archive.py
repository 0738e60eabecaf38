"""The archive: a folder of Parquet files and one ``record.json``, readable without this program.

The DuckDB file is for work and its format may change with DuckDB's; the archive is what to keep.
A folder is written whole or not at all, and ``record.json`` holds the sha256 of every file in it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import polars as pl

from chancellery.errors import RecordError
from chancellery.record.fingerprint import fingerprint
from chancellery.record.frames import copy_to
from chancellery.record.intake import Receipt, take
from chancellery.record.schema import (
    FORMAT,
    TABLES,
    check_format,
    columns,
    package_version,
    read_order,
    write_order,
)
from chancellery.record.transaction import explained, transaction
from chancellery.sources.harvest import Harvest

if TYPE_CHECKING:
    from chancellery.record.store import Record

ABOUT = "record.json"


def write_parquet(record: Record, folder: str | Path) -> Path:
    """Write a record as an archive; the same content gives the same bytes.

    Parameters
    ----------
    record
        The record.
    folder
        Where; it must not exist yet, or be empty. Its parent must exist.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    RecordError
        The folder has something in it, cannot be made, or the disk is full. Nothing was written.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise RecordError(f"{target} is there already and is not an empty folder; name a new folder")
    if not target.parent.is_dir():
        raise RecordError(f"{target}: there is no folder {target.parent}; create it first")
    with explained(target, "nothing was written"):
        half_written = Path(mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            _write_into(record, half_written)
            half_written.chmod(0o755)
            half_written.replace(target)
        finally:
            shutil.rmtree(half_written, ignore_errors=True)
    return target


def read_parquet(record: Record, folder: str | Path) -> Receipt:
    """Add everything an archive holds, in one transaction; files the record has already are left out.

    A record that was empty takes over the archive's order of precedence and must have its fingerprint.

    Raises
    ------
    RecordError
        The folder is not an archive, has another format, a file in it is missing or damaged, or what
        `intake.add` refuses. Nothing was added.
    """
    source = Path(folder)
    about = _read_about(source)
    frames = {table: _read_table(source, table, about) for table in TABLES}
    harvests = _harvests(frames)
    with transaction(record, "added") as connection:
        anything = "SELECT 1 FROM files UNION ALL SELECT 1 FROM coverage LIMIT 1"
        empty = not connection.execute(anything).fetchall()
        receipt = Receipt(tuple(take(connection, each) for each in harvests), dry_run=False)
        if empty:
            write_order(connection, about["precedence"])
            if fingerprint(record) != about["fingerprint"]:
                raise RecordError(
                    f"{source}: its rows do not have the fingerprint that {ABOUT} gives them; "
                    "write the archive again from its record"
                )
    return receipt


def _write_into(record: Record, folder: Path) -> None:
    rows = {}
    for table in TABLES:
        query = f"SELECT {columns(table)} FROM {table} ORDER BY {columns(table)}"
        copy_to(record.connection, query, folder / f"{table}.parquet", compression="zstd")
        rows[table] = int(record.connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
    about = {
        "format": FORMAT,
        "package": package_version(),
        "fingerprint": fingerprint(record),
        "precedence": read_order(record.connection),
        "rows": rows,
        "sha256": {f"{table}.parquet": _sha256(folder / f"{table}.parquet") for table in TABLES},
    }
    (folder / ABOUT).write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _read_about(folder: Path) -> dict[str, Any]:
    path = folder / ABOUT
    if not path.is_file():
        raise RecordError(
            f"{folder} is not an archive: it has no {ABOUT}; name a folder that write_parquet made"
        )
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        check_format(str(about["format"]), str(about["package"]), str(folder))
        missing = {"fingerprint", "precedence", "sha256"} - set(about)
    except (ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{path} is damaged; write the archive again from its record") from error
    if missing:
        raise RecordError(f"{path} lacks '{min(missing)}'; write the archive again from its record")
    return about


def _read_table(folder: Path, table: str, about: dict[str, Any]) -> pl.DataFrame:
    path = folder / f"{table}.parquet"
    if not path.is_file():
        raise RecordError(f"{folder} lacks {path.name}; write the archive again from its record")
    if _sha256(path) != about["sha256"].get(path.name):
        raise RecordError(f"{path} is not as {ABOUT} describes it; write the archive again from its record")
    return pl.read_parquet(path, memory_map=False)


def _harvests(frames: dict[str, pl.DataFrame]) -> list[Harvest]:
    """Cut the tables of an archive into one harvest a dataset."""
    names = sorted({name for frame in frames.values() for name in frame["dataset"].unique()})
    made = []
    for name in names:
        own = {table: frame.filter(pl.col("dataset") == name) for table, frame in frames.items()}
        made.append(Harvest(name, **{**own, "files": own["files"].drop("dataset")}))
    return made


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
