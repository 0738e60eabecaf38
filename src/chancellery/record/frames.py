"""Polars frames in and out of DuckDB, by way of a temporary Parquet file.

DuckDB hands frames over directly only where pyarrow is installed, which this program does not ask
for. A Parquet file costs a few hundredths of a second for a hundred thousand rows and keeps types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl


def ask(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Sequence[Any] | Mapping[str, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """Run a query and return its rows; Ctrl-C ends it at once.

    DuckDB alone notices Ctrl-C late or never, and differently from version to version. So the query runs in a
    thread of its own while this one waits, and is told to stop.
    """

    def run() -> list[tuple[Any, ...]]:
        return connection.execute(query, parameters or None).fetchall()

    with ThreadPoolExecutor(max_workers=1) as pool:
        running = pool.submit(run)
        try:
            # Waiting without a limit would keep Ctrl-C from being seen on Windows.
            while not running.done():
                wait([running], timeout=0.2)
        except KeyboardInterrupt:
            while not running.done():
                with suppress(KeyboardInterrupt):
                    connection.interrupt()
                    wait([running], timeout=0.2)
            raise
        return running.result()


def insert(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Append the rows of a frame to a table with the same columns."""
    if frame.is_empty():
        return
    with TemporaryDirectory(prefix="chancellery-") as folder:
        path = Path(folder) / "rows.parquet"
        frame.write_parquet(path, compression="lz4")
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
