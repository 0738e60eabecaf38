"""What a reader brings home: tidy rows of events, ties and attributes, and what it refused and why.

Every reader of this room returns a `Harvest`. It knows no store, so reading is also a dry run:
look at ``summary()`` first, add it to a record afterwards. Every row carries the file and the line
it came from, and nothing that was read is lost: a row is either kept (identical reports of one
event are folded and counted in ``n``) or stands in ``refused`` with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from chancellery.errors import SourceError, did_you_mean

EVENT_SCHEMA: dict[str, pl.DataType] = {
    "time": pl.Date(),
    "source": pl.String(),
    "act": pl.String(),
    "target": pl.String(),
    "issue": pl.String(),
    "weight": pl.Float64(),
    "code": pl.String(),
    "n": pl.Int32(),
    "source_name": pl.String(),
    "target_name": pl.String(),
    "dataset": pl.String(),
    "file": pl.String(),
    "row": pl.Int64(),
}
TIE_SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "source": pl.String(),
    "target": pl.String(),
    "start": pl.Date(),
    "end": pl.Date(),
    "value": pl.Float64(),
    "what": pl.String(),
    "dataset": pl.String(),
    "file": pl.String(),
    "row": pl.Int64(),
}
ATTRIBUTE_SCHEMA: dict[str, pl.DataType] = {
    "actor": pl.String(),
    "name": pl.String(),
    "start": pl.Date(),
    "end": pl.Date(),
    "value": pl.Float64(),
    "text": pl.String(),
    "dataset": pl.String(),
    "file": pl.String(),
    "row": pl.Int64(),
}
REFUSED_SCHEMA: dict[str, pl.DataType] = {
    "dataset": pl.String(),
    "file": pl.String(),
    "row": pl.Int64(),
    "reason": pl.String(),
    "raw": pl.String(),
}
COVERAGE_SCHEMA: dict[str, pl.DataType] = {
    "dataset": pl.String(),
    "start": pl.Date(),
    "end": pl.Date(),
    "what": pl.String(),
}
FILE_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "sha256": pl.String(),
    "rows_read": pl.Int64(),
}

# Frame by frame: its schema, the columns that may be empty, and the order in which rows are given out.
_FRAMES: dict[str, tuple[dict[str, pl.DataType], tuple[str, ...], tuple[str, ...]]] = {
    "events": (EVENT_SCHEMA, (), ("time", "file", "row", "source", "target", "act", "code")),
    "ties": (TIE_SCHEMA, ("end", "what"), ("kind", "source", "target", "start", "end", "file", "row")),
    "attributes": (
        ATTRIBUTE_SCHEMA,
        ("end", "value", "text"),
        ("name", "actor", "start", "end", "file", "row"),
    ),
    "refused": (REFUSED_SCHEMA, (), ("file", "row", "reason")),
    "coverage": (COVERAGE_SCHEMA, (), ("start", "end", "what")),
    "files": (FILE_SCHEMA, (), ("file",)),
}


@dataclass(frozen=True)
class Harvest:
    """The rows read from one dataset, before they enter a record.

    Attributes
    ----------
    dataset
        Short name of the dataset, repeated in every row.
    events, ties, attributes, refused, coverage, files
        Polars frames with the columns of the ``*_SCHEMA`` constants of this module, sorted.
        ``coverage`` has one row for each contiguous segment (both days included) in which the
        dataset was looking; silence outside of it is missing data, not peace.
    """

    dataset: str
    events: pl.DataFrame
    ties: pl.DataFrame
    attributes: pl.DataFrame
    refused: pl.DataFrame
    coverage: pl.DataFrame
    files: pl.DataFrame

    @property
    def rows_read(self) -> int:
        """Rows read from all files, headers not counted."""
        return int(self.files["rows_read"].sum())

    def reasons(self) -> pl.DataFrame:
        """Refused rows counted by reason (columns ``reason``, ``rows``), the most frequent first.

        What follows a colon in a reason is detail of that row and is left out of the count.
        """
        return (
            self.refused.group_by(pl.col("reason").str.split(": ").list.first())
            .agg(rows=pl.len().cast(pl.Int64))
            .sort(["rows", "reason"], descending=[True, False])
        )

    def summary(self) -> str:
        """One line to read before adding: what was kept, what was refused and why, and what is covered."""
        reports = int(self.events["n"].sum())
        folded = f" (from {reports:,} reports)" if reports != self.events.height else ""
        parts = [f"{self.events.height:,} events{folded}", f"{self.ties.height:,} ties"]
        if self.attributes.height:
            parts.append(f"{self.attributes.height:,} attributes")
        parts.append(f"{self.refused.height:,} refused{self._why()}")
        if self.coverage.height:
            spans = [
                f"{start}..{end}"
                for start, end in self.coverage.select("start", "end")
                .unique()
                .sort("start", "end")
                .iter_rows()
            ]
            shown = spans if len(spans) <= 4 else [*spans[:2], "…", spans[-1]]
            parts.append("covers " + ", ".join(shown))
        return f"{self.dataset}: " + ", ".join(parts)

    def _why(self) -> str:
        counts = [f"{reason} {rows:,}" for reason, rows in self.reasons().iter_rows()]
        shown = counts if len(counts) <= 6 else [*counts[:6], f"and {len(counts) - 6} reasons more"]
        return f" ({'; '.join(shown)})" if shown else ""

    def __str__(self) -> str:
        return self.summary()


def harvest(
    dataset: str,
    *,
    events: pl.DataFrame | None = None,
    ties: pl.DataFrame | None = None,
    attributes: pl.DataFrame | None = None,
    refused: pl.DataFrame | None = None,
    coverage: pl.DataFrame | None = None,
    files: pl.DataFrame | None = None,
) -> Harvest:
    """Build a `Harvest`: absent frames become empty ones, present ones are checked, cast and sorted.

    A frame may leave out the column ``dataset``: it is filled in.

    Raises
    ------
    SourceError
        A frame lacks a column, has one too many, has a value of the wrong type, or is empty where
        a value must be.
    """
    given = {
        "events": events,
        "ties": ties,
        "attributes": attributes,
        "refused": refused,
        "coverage": coverage,
        "files": files,
    }
    return Harvest(dataset, **{name: _checked(dataset, name, frame) for name, frame in given.items()})


def segments(
    dataset: str,
    days: pl.Series,
    *,
    gap_days: int | None = 7,
    what: str = "days with at least one report",
) -> pl.DataFrame:
    """Coverage rows from the days on which a dataset reported anything.

    Parameters
    ----------
    dataset
        Name of the dataset.
    days
        Dates, in any order, with repeats and nulls.
    gap_days
        More than this many silent days between two reports begin a new segment; None never does,
        which is right for a hand-written list, where silence between two rows is not a gap.
    what
        What the coverage was read from.

    Returns
    -------
    pl.DataFrame
        Columns of ``COVERAGE_SCHEMA``; no row when there is no day.
    """
    present = days.drop_nulls().unique().sort().to_list()
    if not present:
        return pl.DataFrame(schema=COVERAGE_SCHEMA)
    cuts = [
        (before, after)
        for before, after in pairwise(present)
        if gap_days is not None and (after - before).days - 1 > gap_days
    ]
    starts = [present[0], *(after for _, after in cuts)]
    ends = [*(before for before, _ in cuts), present[-1]]
    rows = [(dataset, start, end, what) for start, end in zip(starts, ends)]
    return pl.DataFrame(rows, schema=COVERAGE_SCHEMA, orient="row")


def _checked(dataset: str, name: str, frame: pl.DataFrame | None) -> pl.DataFrame:
    schema, may_be_null, order = _FRAMES[name]
    if frame is None:
        return pl.DataFrame(schema=schema)
    if "dataset" in schema and "dataset" not in frame.columns:
        frame = frame.with_columns(dataset=pl.lit(dataset))
    _check_columns(dataset, name, frame.schema, schema)
    try:
        frame = frame.select(pl.col(column).cast(kind, strict=True) for column, kind in schema.items())
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise SourceError(
            f"{dataset}: a column of {name} does not have the type it must have: {reason}"
        ) from error
    for column in schema:
        if column not in may_be_null and frame[column].null_count():
            where = int(frame[column].is_null().arg_max() or 0) + 1
            raise SourceError(
                f"{dataset}: {name} row {where} has no '{column}'; refuse such rows in the reader"
            )
    return frame.sort([column for column in order if column in schema], nulls_last=True, maintain_order=True)


def _check_columns(
    dataset: str, name: str, found: Mapping[str, pl.DataType], schema: Mapping[str, pl.DataType]
) -> None:
    for column in schema:
        if column not in found:
            raise SourceError(f"{dataset}: {name} has no column '{column}'; it needs {', '.join(schema)}")
    for column in found:
        if column not in schema:
            raise SourceError(
                f"{dataset}: {name} has an unknown column '{column}'{did_you_mean(column, schema)}"
            )
