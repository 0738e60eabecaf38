"""One table of a yearly data set on its way to ties and attributes.

1. `open_sheet` reads a Parquet or CSV file, types its columns and refuses rows without a key.
2. `Sheet.identify` adds the actor behind a code or name, as it stood in the year of the row.
3. `Sheet.refuse` sets rows aside with a reason; `Sheet.harvest` hands over what is left.

A code can change hands within a year: the bearer in the middle of the year counts, failing that the one
at its end, failing that the one at its beginning. So 1991 belongs to the Soviet Union, not to Russia.
"""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from chancellery import world
from chancellery.errors import SourceError
from chancellery.sources import reading, sifting
from chancellery.sources.harvest import REFUSED_SCHEMA, Harvest, harvest, segments

_TEXTS = (".csv",)
_YEARS = (1000, 2999)  # what can be a year; codes for "missing" such as -9 and 9999 cannot
NOT_A_NUMBER = "not a number"
NOT_A_YEAR = "not a year"
NO_VALUE = "no value"
SECOND = "second row of an actor in a year"
PLACE = ("file", "row")
PER_YEAR = "one value a year"


@dataclass
class Sheet:
    """Rows of one table that are still in play, and those refused so far.

    Attributes
    ----------
    dataset
        Short name of the dataset.
    rows
        The table's columns, with ``file`` and ``row`` (Parquet: row from 1; CSV: line, the header being 1).
    files
        Columns of ``FILE_SCHEMA``.
    table
        The table as it was read, to show what stood in a refused row.
    refused
        Frames with the columns of ``REFUSED_SCHEMA``.
    """

    dataset: str
    rows: pl.DataFrame
    files: pl.DataFrame
    table: pl.DataFrame
    refused: list[pl.DataFrame] = field(default_factory=list)

    def refuse(self, where: pl.Expr, reason: str | pl.Expr) -> None:
        """Set aside the rows for which an expression is true.

        Rows that stand for years of one line of the file are refused as one, with the years they span.
        """
        reason = pl.lit(reason) if isinstance(reason, str) else reason
        where = where.fill_null(False)
        out = self.rows.filter(where).with_columns(reason=reason)
        if out.is_empty():
            return
        self.rows = self.rows.filter(~where)
        shown = [
            pl.col(name).cast(pl.String).fill_null("") for name in self.table.columns if name not in PLACE
        ]
        raw = pl.concat_str(shown, separator=" | ").str.slice(0, reading.RAW)
        out = out.join(
            self.table.join(out, on="row", how="semi").select("row", raw=raw), on="row", how="left"
        )
        if "year" in out.columns and "year" not in self.table.columns:
            years = pl.format(
                "{} in {}..{}", pl.col("reason").first(), pl.col("year").min(), pl.col("year").max()
            )
            out = out.group_by("file", "row", "raw", said="reason").agg(reason=years)
        self.refused.append(
            out.unique(["file", "row", "reason"], keep="first", maintain_order=True).select(
                pl.lit(self.dataset).alias("dataset"), "file", "row", "reason", "raw"
            )
        )

    def identify(self, column: str, scheme: str, into: str) -> None:
        """Add the actor a code or name stood for in the row's ``year``, and refuse rows where nobody did."""
        codes = self.rows.select(column, "year").unique().sort(column, "year")
        found = [bearer(code, scheme, year) for code, year in codes.iter_rows()]
        codes = codes.with_columns(pl.Series(into, found, dtype=pl.String))
        self.rows = self.rows.join(codes, on=[column, "year"], how="left", maintain_order="left")
        self.refuse(pl.col(into).is_null(), pl.format(f"{sifting.NO_ACTOR}: {{}} ({scheme})", pl.col(column)))

    def pair(self, source: str, target: str, scheme: str) -> None:
        """Add the actors ``source`` and ``target`` behind two columns; refuse rows of one actor."""
        self.identify(source, scheme, "source")
        self.identify(target, scheme, "target")
        self.refuse(pl.col("source") == pl.col("target"), sifting.SAME)

    def one_a_year(self, column: str, scheme: str) -> None:
        """Add the ``actor`` behind a column; of two rows that mean one actor in a year the first counts."""
        self.identify(column, scheme, "actor")
        self.refuse(pl.col("row").rank("ordinal").over("actor", "year") > 1, SECOND)

    def harvest(
        self,
        *,
        ties: pl.DataFrame | None = None,
        attributes: pl.DataFrame | None = None,
        coverage: pl.DataFrame,
    ) -> Harvest:
        """Build the harvest from the ties or attributes made of the rows."""
        return harvest(
            self.dataset,
            ties=ties,
            attributes=attributes,
            refused=pl.concat([pl.DataFrame(schema=REFUSED_SCHEMA), *self.refused]),
            coverage=coverage,
            files=self.files,
        )


def bearer(name: str | int, scheme: str, year: int) -> str | None:
    """Return the id of the actor that bore a code or name in a year, or None."""
    for day in (date(year, 7, 1), date(year, 12, 31), date(year, 1, 1)):
        found = world.identify(name, scheme, on=day)
        if found is not None:
            return found
    return None


def covered_years(dataset: str, years: pl.Series, what: str = PER_YEAR) -> pl.DataFrame:
    """Coverage rows, one for each unbroken run of the years given."""
    distinct = years.drop_nulls().unique().to_list()
    days = [day for year in distinct for day in (date(year, 1, 1), date(year, 12, 31))]
    # Between the two days of one year lie 363 or 364; a year that is missing leaves more.
    return segments(dataset, pl.Series(days, dtype=pl.Date), gap_days=364, what=what)


def locate(path: str | Path, usual: str) -> Path:
    """Return the file itself, or the one in a folder that bears the usual name (a glob; the last if several).

    Raises
    ------
    SourceError
        Nothing is there, or the folder lacks the file.
    """
    path = Path(path)
    if not path.is_dir():
        return reading.find(path, _TEXTS, usual)[0]
    found = sorted(path.glob(usual))
    if not found:
        raise SourceError(f"{path} holds no {usual}; give the path of the file itself")
    return found[-1]


def headings(path: str | Path, usual: str) -> list[str]:
    """Return the column names of a table, to tell which of several published forms it is.

    Raises
    ------
    SourceError
        Nothing to read, or a damaged file.
    """
    file = locate(path, usual)
    if file.suffix.lower() != ".parquet":
        return _csv_lines(file)[1]
    try:
        return list(pl.read_parquet_schema(file))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceError(f"{file.name} is not a readable Parquet file; fetch it again") from error


def open_sheet(
    dataset: str,
    path: str | Path,
    columns: Mapping[str, type[pl.DataType]],
    *,
    usual: str,
    keys: Sequence[str],
    years: Sequence[str] = ("year",),
) -> Sheet:
    """Read the columns of one table.

    Parameters
    ----------
    dataset
        Name for the rows.
    path
        A Parquet or CSV file (also ``.gz``, ``.zip``), or the folder that has it.
    columns
        Column → type; all must be there.
    usual
        Name of the file in a folder, as a glob.
    keys
        Columns without whose value a row says nothing: such rows are refused.
    years
        Those of the columns that are years.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    file = locate(path, usual)
    if file.suffix.lower() == ".parquet":
        frame, malformed = reading.parquet(file, list(columns)), pl.DataFrame(schema=REFUSED_SCHEMA)
    else:
        frame, malformed = _csv(dataset, file, list(columns))
    count = frame.height + malformed.height
    files = pl.DataFrame({"file": [file.name], "sha256": [reading.stamp(file)], "rows_read": [count]})
    sheet = Sheet(dataset, frame, files, frame, [malformed])
    for name, kind in columns.items():
        _type(sheet, name, kind)
    for name in keys:
        sheet.refuse(pl.col(name).is_null(), f"{NO_VALUE}: {name}")
    for name in years:
        sheet.refuse(~pl.col(name).is_between(*_YEARS), pl.format(f"{NOT_A_YEAR}: {name} {{}}", pl.col(name)))
    return sheet


def _type(sheet: Sheet, name: str, kind: type[pl.DataType]) -> None:
    """Cast a column; a text that is no number is refused, a NaN is an empty value."""
    found = sheet.rows.schema[name]
    if kind == pl.String:
        sheet.rows = sheet.rows.with_columns(pl.col(name).cast(pl.String))
        return
    if not (found.is_numeric() or found == pl.Boolean or found == pl.Null):
        number = pl.col(name).cast(pl.String).cast(pl.Float64, strict=False)
        lost = number.is_null() & pl.col(name).is_not_null()
        sheet.refuse(lost, pl.format(f"{NOT_A_NUMBER}: {name} {{}}", pl.col(name).cast(pl.String)))
    number = pl.col(name).cast(pl.Float64).fill_nan(None)
    sheet.rows = sheet.rows.with_columns(number.cast(kind, strict=False).alias(name))


def _csv_lines(file: Path) -> tuple[str, list[str], list[tuple[int, list[str]]]]:
    """Read a CSV text with quotes: its name, its heading, and its rows with the line they begin on."""
    text = reading.texts([file], _TEXTS)[0]
    try:
        with text.open() as handle:
            body = handle.read()
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{text.name} breaks off or is damaged ({error}); fetch it again") from error
    lines = csv.reader(io.StringIO(body.decode("utf-8-sig", errors="chancellery-latin"), newline=""))
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for fields in lines:
            rows.append((line, [cell.strip() for cell in fields]))
            line = lines.line_num + 1
    except csv.Error as error:
        raise SourceError(f"{text.name} line {lines.line_num}: {error}; save it as CSV again") from error
    heading = rows[0][1] if rows else []
    return text.name, heading, [(line, fields) for line, fields in rows[1:] if any(fields)]


def _csv(dataset: str, file: Path, needs: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read columns of a CSV text as strings, and apart from them the lines of another width."""
    name, heading, rows = _csv_lines(file)
    reading.require(name, heading, needs)
    places = [heading.index(column) for column in needs]
    good = [
        (name, line, *(None if fields[place] in reading.NULLS else fields[place] for place in places))
        for line, fields in rows
        if len(fields) == len(heading)
    ]
    bad = [
        (dataset, name, line, reading.MALFORMED, ",".join(fields)[: reading.RAW])
        for line, fields in rows
        if len(fields) != len(heading)
    ]
    schema = {"file": pl.String, "row": pl.Int64}
    frame = pl.DataFrame(good, schema=schema | dict.fromkeys(needs, pl.String), orient="row")
    return frame, pl.DataFrame(bad, schema=REFUSED_SCHEMA, orient="row")
