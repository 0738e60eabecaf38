"""The tables of a record, and the number of the format they have.

Seven tables: events, ties, attributes, refused and coverage hold the rows of harvests unchanged;
files holds what was read (a file is known by its sha256, not by its name); meta holds the number
of the format, the version of the program that made the record, when, and the order of datasets.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.metadata import version

import duckdb
import polars as pl

from chancellery.errors import RecordError
from chancellery.sources.harvest import (
    ATTRIBUTE_SCHEMA,
    COVERAGE_SCHEMA,
    EVENT_SCHEMA,
    FILE_SCHEMA,
    REFUSED_SCHEMA,
    TIE_SCHEMA,
)

# Raised by one whenever a table changes; a record of another format is refused, never guessed at.
FORMAT = 1

TABLES: dict[str, dict[str, pl.DataType]] = {
    "events": EVENT_SCHEMA,
    "ties": TIE_SCHEMA,
    "attributes": ATTRIBUTE_SCHEMA,
    "refused": REFUSED_SCHEMA,
    "coverage": COVERAGE_SCHEMA,
    "files": {"dataset": pl.String(), **FILE_SCHEMA},
}

# Tables whose rows name the file they came from.
SOURCED = ("events", "ties", "attributes", "refused")

_SQL_TYPES = {
    pl.Date(): "DATE",
    pl.String(): "VARCHAR",
    pl.Float64(): "DOUBLE",
    pl.Int32(): "INTEGER",
    pl.Int64(): "BIGINT",
}


def package_version() -> str:
    """Version of the program that is running."""
    return version("chancellery")


def columns(table: str) -> str:
    """Return the columns of a table, quoted, in order (``end`` and ``row`` are words of SQL)."""
    return ", ".join(f'"{column}"' for column in TABLES[table])


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of an empty record, whole or not at all."""
    connection.execute("BEGIN")
    for table, schema in TABLES.items():
        body = ", ".join(f'"{column}" {_SQL_TYPES[kind]}' for column, kind in schema.items())
        connection.execute(f"CREATE TABLE {table} ({body})")
    connection.execute("CREATE TABLE meta (name VARCHAR, value VARCHAR)")
    made = {
        "format": str(FORMAT),
        "package": package_version(),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    for name, value in made.items():
        write_meta(connection, name, value)
    connection.execute("COMMIT")


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Names of the tables the open file holds."""
    found = connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    return {name for (name,) in found}


def datasets(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Names of the datasets that were added, those that brought nothing but their coverage included."""
    found = connection.execute("SELECT dataset FROM files UNION SELECT dataset FROM coverage").fetchall()
    return {name for (name,) in found}


def read_meta(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Everything the table meta says."""
    return dict(connection.execute("SELECT name, value FROM meta ORDER BY name").fetchall())


def write_meta(connection: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    """Set one entry of the table meta."""
    connection.execute("DELETE FROM meta WHERE name = ?", [name])
    connection.execute("INSERT INTO meta VALUES (?, ?)", [name, value])


def read_order(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Datasets in the order of precedence that was set by hand; empty when none was."""
    return json.loads(read_meta(connection).get("precedence", "[]"))


def write_order(connection: duckdb.DuckDBPyConnection, datasets: list[str]) -> None:
    """Keep an order of precedence."""
    write_meta(connection, "precedence", json.dumps(datasets, ensure_ascii=False))


def check_format(found: str | None, wrote: str | None, name: str) -> None:
    """Refuse a record or an archive of another format.

    Parameters
    ----------
    found
        The format it says it has.
    wrote
        The version of the program that wrote it.
    name
        The file, for the message.

    Raises
    ------
    RecordError
        The format is not `FORMAT`; the sentence names both, and the way out.
    """
    if found is not None and found == str(FORMAT):
        return
    if found is None or not found.isdigit():
        raise RecordError(
            f"{name}: its format reads {found!r}, wanted is {FORMAT}; it is damaged: "
            "add the raw files, or a Parquet archive, to a new record"
        )
    age = "a newer" if int(found) > FORMAT else "an older"
    update = "update Chancellery, or " if int(found) > FORMAT else ""
    raise RecordError(
        f"{name}: written by {age} Chancellery ({wrote or 'version unknown'}) in record format {found}, "
        f"wanted is format {FORMAT}; {update}add the raw files again, or a Parquet archive of format "
        f"{FORMAT}, to a new record"
    )
