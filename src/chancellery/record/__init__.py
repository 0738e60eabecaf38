"""The record: what happened and what holds, in one DuckDB file, with Parquet as its archive.

Read in this order: `schema` (the tables), `store` (open a record), `intake` (add harvests to it),
`overlap` (which rows count when sources overlap), `queries` (rows out again), `fingerprint`,
`archive` and `summary`.
"""

from __future__ import annotations

from chancellery.record.intake import Receipt, Taken
from chancellery.record.overlap import Rule
from chancellery.record.store import Record, open_record
from chancellery.record.summary import summary

__all__ = ["Receipt", "Record", "Rule", "Taken", "open_record", "summary"]
