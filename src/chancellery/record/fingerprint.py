"""A hash of everything a record holds, so that a result can say from which record it came.

Each row becomes a text, the text a number (64 bits of its MD5), and a table the sum of its rows'
numbers: a sum does not mind the order of rows but notices each copy. A row carries the sha256 of
its file in place of the file's name, so renaming a file changes nothing and one byte changed does.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import polars as pl

from chancellery.record.frames import ask
from chancellery.record.overlap import precedence
from chancellery.record.queries import coverage
from chancellery.record.schema import FORMAT, SOURCED, TABLES

if TYPE_CHECKING:
    from chancellery.record.store import Record


def fingerprint(record: Record) -> str:
    """Return a SHA-256 (64 hexadecimal digits) of rows, files, coverage, format and order of precedence.

    The same harvests added in any order, and in any split by file, have the same fingerprint. When the record
    was made, where it is and which version made it do not matter.
    """
    content = {
        "format": FORMAT,
        "tables": {table: _table_sum(record, table) for table in (*SOURCED, "files")},
        "coverage": [[str(value) for value in row] for row in coverage(record).drop("what").iter_rows()],
        "precedence": precedence(record),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _table_sum(record: Record, table: str) -> list[str]:
    """Return the number of rows and their sum, as text: it exceeds 64 bits."""
    told = {column: kind for column, kind in TABLES[table].items() if column not in ("file", "sha256")}
    parts = [_as_text(column, kind) for column, kind in told.items()]
    # chr(30) stands for an empty cell, chr(31) between cells: neither occurs in a line of text.
    cells = ", ".join(f"coalesce({part}, chr(30))" for part in [*parts, "sha256"])
    joined = table if table == "files" else f"{table} JOIN files USING (dataset, file)"
    query = f"""SELECT count(*), coalesce(sum(md5_number_lower(line)), 0)
        FROM (SELECT concat_ws(chr(31), {cells}) AS line FROM {joined})"""
    return [str(number) for number in ask(record.connection, query)[0]]


def _as_text(column: str, kind: pl.DataType) -> str:
    if kind == pl.Float64:
        return f"""printf('%.17g', "{column}")"""
    return f'"{column}"::VARCHAR'
