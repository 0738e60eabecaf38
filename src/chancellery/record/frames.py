"""Polars frames in and out of DuckDB, by way of a temporary Parquet file.

DuckDB hands frames over directly only where pyarrow is installed, which this program does not ask
for. A Parquet file costs a few hundredths of a second for a hundred thousand rows and keeps types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

# DuckDB does not look for Ctrl-C while it inserts, so a long insert goes in pieces of about a second.
_ROWS_AT_ONCE = 250_000


def ask(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Sequence[Any] | Mapping[str, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """Run a query and return its rows; Ctrl-C while it runs is Ctrl-C, not an error of DuckDB's own."""
    try:
        return connection.execute(query, parameters or None).fetchall()
    except (duckdb.InterruptException, RuntimeError) as error:
        if "interrupt" in str(error).casefold():
            raise KeyboardInterrupt from error
        raise


def insert(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Append the rows of a frame to a table with the same columns."""
    for piece in frame.iter_slices(_ROWS_AT_ONCE):
        with TemporaryDirectory(prefix="chancellery-") as folder:
            path = Path(folder) / "rows.parquet"
            piece.write_parquet(path, compression="lz4")
            ask(connection, f"INSERT INTO {table} BY NAME SELECT * FROM read_parquet(?)", [str(path)])


def fetch(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any] | None = None
) -> pl.DataFrame:
    """Answer a query as a frame, rows in the query's order."""
    with TemporaryDirectory(prefix="chancellery-") as folder:
        path = Path(folder) / "rows.parquet"
        copy_to(connection, query, path, parameters=parameters)
        return pl.read_parquet(path, memory_map=False)


def copy_to(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    path: Path,
    *,
    parameters: Mapping[str, Any] | None = None,
    compression: str = "lz4_raw",
) -> None:
    """Write the answer to a query as one Parquet file."""
    target = str(path).replace("'", "''")
    ask(connection, f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION {compression})", parameters)
