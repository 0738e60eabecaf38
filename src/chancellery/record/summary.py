"""What is in a record, in words and aligned numbers: the text that ``chancellery show`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from chancellery.record.frames import fetch

if TYPE_CHECKING:
    from chancellery.record.store import Record

# More reasons or segments than this are counted, not listed.
_SHOWN = 8


def summary(record: Record) -> str:
    """Say what a record holds: rows, coverage, what was refused and why, what the rule set aside."""
    counts = record.counts()
    if counts.is_empty():
        return f"{record.path}: an empty record; add harvests to it"
    kept, counted = int(counts["events"].sum()), int(counts["counted"].sum())
    head = f"{record.path}: {counts.height} datasets, {kept:,} events kept, {counted:,} of them count"
    parts = [head, _table(counts), _covers(record.coverage()), _reasons(record), str(record.rule())]
    return "\n\n".join(part for part in parts if part)


def _table(counts: pl.DataFrame) -> str:
    """Align the counts: names to the left, numbers to the right."""
    rows = ([name, *(f"{number:,}" for number in numbers)] for name, *numbers in counts.iter_rows())
    cells = [counts.columns, *rows]
    widths = [max(len(line[place]) for line in cells) for place in range(counts.width)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *(cell.rjust(wide) for cell, wide in zip(line[1:], widths[1:]))])
        for line in cells
    )


def _covers(coverage: pl.DataFrame) -> str:
    lines = []
    for (dataset, what), rows in coverage.group_by("dataset", "what", maintain_order=True):
        spans = [f"{start} to {end}" for start, end in rows.select("start", "end").iter_rows()]
        lines.append(f"  {dataset}: {_listed(spans)} ({what})")
    return "\n".join(["covered:", *lines]) if lines else ""


def _reasons(record: Record) -> str:
    """Count refused rows by reason; what follows a colon is detail of one row."""
    query = """SELECT dataset, split_part(reason, ': ', 1) AS why, count(*) AS rows FROM refused
        GROUP BY ALL ORDER BY dataset, rows DESC, why"""
    lines = []
    for (dataset,), rows in fetch(record.connection, query).group_by("dataset", maintain_order=True):
        reasons = [f"{why} {number:,}" for why, number in rows.select("why", "rows").iter_rows()]
        lines.append(f"  {dataset}: {_listed(reasons)}")
    return "\n".join(["refused:", *lines]) if lines else ""


def _listed(items: list[str]) -> str:
    more = [f"and {len(items) - _SHOWN} more"] if len(items) > _SHOWN else []
    return "; ".join([*items[:_SHOWN], *more])
