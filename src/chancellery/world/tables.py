"""The tables of the world: small CSV files beside the code, read once and kept as tuples of rows.

The plain csv module is used, not a frame library, so that importing the world stays cheap.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files

from chancellery.errors import WorldError

Row = dict[str, str]


@cache
def rows(table: str) -> tuple[Row, ...]:
    """Return the rows of ``world/data/<table>.csv`` as dictionaries of stripped strings.

    Raises
    ------
    WorldError
        A row has more or fewer fields than the header: the sentence names the file and the line.
    """
    path = files("chancellery.world").joinpath("data", f"{table}.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(read(stream, f"{table}.csv"))


def read(stream: Iterable[str], name: str) -> list[Row]:
    """Read an open CSV stream, refusing ragged rows.

    Parameters
    ----------
    stream
        Lines of a CSV text with a header.
    name
        What to call the file in an error.
    """
    reader = csv.DictReader(stream)
    out = []
    for row in reader:
        if None in row or None in row.values():
            raise WorldError(
                f"{name} line {reader.line_num}: {len(reader.fieldnames or ())} fields are expected; "
                "quote values that hold a comma"
            )
        out.append({key: value.strip() for key, value in row.items()})
    return out


def several(text: str) -> tuple[str, ...]:
    """Split a field that lists several names, separated by semicolons."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def number(text: str) -> int | None:
    """Read an optional whole number."""
    return int(text) if text else None


def day(text: str) -> date | None:
    """Read an optional ISO date."""
    return date.fromisoformat(text) if text else None
