"""ICEWS coded event data: the published tab files, and the forms in which forecasting benchmarks carry them.

Three forms are told apart by what lies at the path:

- the 20-column tab files of the Dataverse (``.tab``, ``.tsv``, ``.csv``, also ``.gz`` or ``.zip``);
- a folder with ``events.parquet``: one row an event with names, country codes, CAMEO code, weight;
- the bare benchmark: ``train.txt``, ``valid.txt``, ``test.txt`` with whole numbers (source, relation, target,
  time) and ``entity2id.txt``, ``relation2id.txt`` beside them, which needs the first day.

A sector actor such as "Military (Russia)" is the state it names. Reports inside one state, statements
(CAMEO 01) and reports of actors the world tables do not know are refused, and counted.

Sources: Boschee et al. 2015, ICEWS Coded Event Data, doi:10.7910/DVN/28075; Jin et al. 2020, Recurrent Event
Network, for the benchmarks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from chancellery import world
from chancellery.errors import SourceError
from chancellery.sources import reading, sifting
from chancellery.sources.harvest import Harvest

_ENDINGS = (".tab", ".tsv", ".csv")
_NEEDS = (
    "Event Date",
    "Source Name",
    "Source Country",
    "CAMEO Code",
    "Intensity",
    "Target Name",
    "Target Country",
)
_NAMED = {"source": ("Source Name", "Source Country"), "target": ("Target Name", "Target Country")}
_CODED = {"source": ("source", "source_code"), "target": ("target", "target_code")}
_TABLE = ("date", "source", "cameo", "target")
_SPLITS = ("train.txt", "valid.txt", "test.txt")


def icews(path: str | Path, *, dataset: str | None = None, start: date | str | None = None) -> Harvest:
    """Read ICEWS events.

    Parameters
    ----------
    path
        A tab file, a Parquet file, or a folder of one of the three forms.
    dataset
        Name for the rows; by default ``icews`` for tab files and the folder's name for a benchmark.
    start
        Day of time 0 of a bare benchmark (a date or ``YYYY-MM-DD``); the other forms carry their dates.

    Raises
    ------
    SourceError
        Nothing to read, a needed column is missing, a file is damaged, or ``start`` is needed or no date.
    """
    path = Path(path)
    folder = path if path.is_dir() else path.parent
    table = path / "events.parquet" if path.is_dir() else path
    if table.suffix == ".parquet" and table.exists():
        return sifting.gather(
            dataset or folder.resolve().name, [_from_table(table)], {table.name: reading.stamp(table)}
        )
    if (folder / "entity2id.txt").exists():
        splits = [folder / name for name in _SPLITS if (folder / name).exists()] if path.is_dir() else [path]
        stamps = {split.name: reading.stamp(split) for split in splits}
        blocks = _from_splits(folder, splits, _first_day(folder, start))
        return sifting.gather(dataset or folder.resolve().name, blocks, stamps)
    texts = reading.texts(
        reading.find(path, _ENDINGS, "ICEWS events (events.parquet or tab files)"), _ENDINGS
    )
    stamps = {text.name: reading.stamp(text.path) for text in texts}
    return sifting.gather(dataset or "icews", _from_tabs(texts), stamps)


def _from_tabs(texts: list[reading.Text]) -> Iterator[pl.DataFrame]:
    for text in texts:
        for block in reading.delimited(text, _NEEDS, also=("Event ID",)):
            sides = sifting.sides(block, _NAMED, named=("icews", "name"), placed=("icews", "name"))
            yield sifting.coded(
                block.select(
                    "file",
                    "row",
                    "reason",
                    "raw",
                    id="Event ID",
                    time=sifting.day(pl.col("Event Date")),
                    code="CAMEO Code",
                    weight=pl.col("Intensity").cast(pl.Float64, strict=False),
                    source_name="Source Name",
                    target_name="Target Name",
                    **sides,
                )
            )


def _from_table(path: Path) -> pl.DataFrame:
    frame = reading.parquet(path, _TABLE, also=("source_code", "target_code", "goldstein"))
    names = ("source", "target", "source_code", "target_code", "cameo")
    frame = frame.with_columns(pl.col(name).cast(pl.String) for name in names)
    sides = sifting.sides(frame, _CODED, named=("icews", "name"), placed=("name", "iso3"))
    return sifting.coded(
        frame.select(
            "file",
            "row",
            reason=pl.lit(None, pl.String),
            raw=pl.lit(None, pl.String),
            time=sifting.day(pl.col("date").cast(pl.String).str.slice(0, 10)),
            code="cameo",
            weight=pl.col("goldstein").cast(pl.Float64, strict=False),
            source_name="source",
            target_name="target",
            **sides,
        )
    )


def _first_day(folder: Path, start: date | str | None) -> date:
    if start is None:
        raise SourceError(
            f"{folder.name} counts time from a day it does not name; give it, as in start='2018-01-01'"
        )
    try:
        return start if isinstance(start, date) else date.fromisoformat(start)
    except ValueError as error:
        raise SourceError(f"start '{start}' is not a date; write it as in start='2018-01-01'") from error


def _from_splits(folder: Path, splits: list[Path], start: date) -> Iterator[pl.DataFrame]:
    if not splits:
        raise SourceError(f"{folder} has entity2id.txt but none of {', '.join(_SPLITS)}; put them beside it")
    entities, relations = _ids(folder / "entity2id.txt"), _ids(folder / "relation2id.txt")
    codes = _codes_of_labels(relations["name"].to_list())
    named = sifting.whom("icews", "name")
    entities = entities.with_columns(actor=sifting.translate(entities["name"], named))
    relations = relations.with_columns(
        code=pl.col("name").replace_strict(codes, default=None, return_dtype=pl.String)
    )
    frames = [
        reading.cut(block, split.name, {"s": 0, "r": 1, "o": 2, "t": 3}, widths=(4, 5))
        for split in splits
        for block in reading.blocks(reading.Text(split.name, split))
    ]
    whole = pl.col("s", "r", "o", "t").cast(pl.Int64, strict=False)
    frame = pl.concat(frames).with_columns(whole)
    yield sifting.coded(
        frame.join(_side(entities, "s", "source"), on="s", how="left", maintain_order="left")
        .join(_side(entities, "o", "target"), on="o", how="left", maintain_order="left")
        .join(relations.select(r="id", code="code"), on="r", how="left", maintain_order="left")
        .select(
            "file",
            "row",
            "reason",
            "raw",
            "code",
            "source",
            "target",
            "source_name",
            "target_name",
            time=pl.lit(start) + pl.duration(days=pl.col("t") // _hours_a_day(frame["t"])),
        )
        .with_columns(pl.col("time").cast(pl.Date))
    )


def _hours_a_day(times: pl.Series) -> int:
    """24 where a benchmark counts hours (every time a multiple of 24, as ICEWS18), 1 where it counts days."""
    distinct = times.drop_nulls().unique()
    return 24 if len(distinct) > 1 and (distinct % 24 == 0).all() else 1


def _side(entities: pl.DataFrame, key: str, side: str) -> pl.DataFrame:
    return entities.select(
        pl.col("id").alias(key), pl.col("actor").alias(side), pl.col("name").alias(f"{side}_name")
    )


def _ids(path: Path) -> pl.DataFrame:
    """Read a table of names and numbers; a first line with the count of entries is left out."""
    if not path.exists():
        raise SourceError(f"{path.name} is missing beside entity2id.txt; put it there")
    blocks = reading.blocks(reading.Text(path.name, path))
    frame = pl.concat([reading.cut(block, path.name, {"name": 0, "id": 1}, widths=(2,)) for block in blocks])
    return (
        frame.with_columns(pl.col("id").cast(pl.Int64, strict=False))
        .filter(pl.col("id").is_not_null())
        .unique("id", keep="first", maintain_order=True)
    )


def _codes_of_labels(labels: list[str]) -> dict[str, str]:
    """Find the CAMEO codes of event labels, compared by letters and figures only."""
    table = world.cameo().select("code", "name").iter_rows()
    known: dict[str, str] = {}
    for code, name in table:
        if len(code) >= 3:
            known.setdefault(_bare(name), code)
    return {label: known[_bare(label)] for label in labels if _bare(label) in known}


def _bare(label: str) -> str:
    return "".join(letter for letter in label.casefold() if letter.isalnum())
