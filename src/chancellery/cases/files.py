"""Reading the CSV tables of a case: each row checked, each complaint with file, line and cure."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from chancellery import world
from chancellery.errors import CaseError, ChancelleryError, did_you_mean
from chancellery.model.holdings import Attribute, Tie

TIE_COLUMNS = (
    "id",
    "kind",
    "source",
    "target",
    "mutual",
    "start",
    "end",
    "value",
    "issue",
    "what",
    "where",
)
CHRONOLOGY_COLUMNS = (
    "id",
    "on",
    "precision",
    "do",
    "source",
    "target",
    "mutual",
    "act",
    "tie",
    "value",
    "issue",
    "what",
    "where",
)
ACTOR_COLUMNS = ("id", "role", "in_play", "why")
ATTRIBUTE_COLUMNS = ("actor", "name", "start", "end", "value", "what", "where")
CHANGES = ("act", "start-tie", "end-tie", "scale-tie", "leader", "attribute")


class Row(dict):
    """One row of a table, which knows where it stands."""

    def __init__(self, fields: dict[str, str], where: str) -> None:
        super().__init__(fields)
        self.where = where

    def wrong(self, message: str) -> CaseError:
        """An error that names this row."""
        return CaseError(f"{self.where}: {message}")

    def day(self, column: str) -> date | None:
        """A date, None when the field is empty."""
        if not self[column]:
            return None
        try:
            return date.fromisoformat(self[column])
        except ValueError:
            raise self.wrong(f"column '{column}': '{self[column]}' is not a date like 2024-05-31") from None

    def number(self, column: str, default: float) -> float:
        """A number, the default when the field is empty."""
        try:
            return float(self[column]) if self[column] else default
        except ValueError:
            raise self.wrong(f"column '{column}': '{self[column]}' is not a number") from None

    def actor(self, column: str) -> str:
        """An actor id."""
        try:
            return world.actor(self[column]).id
        except ChancelleryError as error:
            raise self.wrong(f"column '{column}': {error}") from None

    def word(self, column: str, known: tuple[str, ...]) -> str:
        """A word out of a vocabulary."""
        if self[column] not in known:
            raise self.wrong(
                f"column '{column}': '{self[column]}' is not known{did_you_mean(self[column], known)}"
            )
        return self[column]


def rows(path: Path, columns: tuple[str, ...], *, required: bool = True) -> Iterator[Row]:
    """Yield the rows of a table.

    Raises
    ------
    CaseError
        If the file is missing, not UTF-8, or lacks a column.
    """
    if not path.exists():
        if required:
            raise CaseError(
                f"{path.name} is missing in {path.parent}; 'chancellery init' makes a case with all files"
            )
        return
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            found = reader.fieldnames or []
            for column in columns:
                if column not in found:
                    raise CaseError(f"{path.name}: has no column '{column}'{did_you_mean(column, found)}")
            for fields in reader:
                where = f"{path.name} line {reader.line_num}"
                if None in fields or None in fields.values():
                    raise CaseError(f"{where}: has not {len(found)} fields; quote a field that holds a comma")
                yield Row({k: v.strip() for k, v in fields.items()}, where)
    except UnicodeDecodeError:
        raise CaseError(f"{path.name}: is not UTF-8; save it as UTF-8") from None
    except csv.Error as error:
        raise CaseError(f"{path.name}: is not a CSV table: {error}") from None


def tie_of(row: Row) -> Tie:
    """A dated tie from a row of ``ties.csv``."""
    kinds = tuple(k.name for k in world.tie_kinds())
    start = row.day("start")
    if start is None:
        raise row.wrong("column 'start' is empty; a tie needs the day it began")
    end = row.day("end")
    if end is not None and end < start:
        raise row.wrong(f"ends {end}, before it starts {start}; swap the two")
    return Tie(
        row.word("kind", kinds),
        row.actor("source"),
        row.actor("target"),
        start,
        end,
        row.number("value", 1.0),
        row["mutual"] == "1",
    )


def attribute_of(row: Row) -> Attribute:
    """A dated attribute from a row of ``attributes.csv``."""
    start = row.day("start")
    if start is None:
        raise row.wrong("column 'start' is empty; an attribute needs the day it began")
    return Attribute(row.actor("actor"), row["name"], start, row.day("end"), row.number("value", 1.0))
