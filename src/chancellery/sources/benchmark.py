"""A forecasting benchmark as it stands: every fact with the benchmark's own numbers, nothing translated or refused.

:mod:`chancellery.sources.icews` reads the same files for the record and keeps what happens between states;
a published ranking is over all facts and all entities, so they are read here as they are. Two forms:
a folder with ``events.parquet``, or ``train.txt``, ``valid.txt``, ``test.txt`` (source, relation, target, time)
beside ``entity2id.txt`` and ``relation2id.txt``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from chancellery import world
from chancellery.errors import SourceError
from chancellery.sources import reading

_COLUMNS = ("date", "source", "event", "cameo", "target", "s_id", "r_id", "o_id")
_SPLITS = ("train.txt", "valid.txt", "test.txt")


@dataclass(frozen=True)
class Benchmark:
    """Facts in order of time: source, relation, target (F,) as numbers, ``day`` (F,) from 0.

    ``entities`` and ``relations`` are the names by number; ``roots`` (R,) the first two figures of a relation's
    CAMEO code, 0 where it has none; ``stamps`` the SHA-256 of the files.
    """

    name: str
    source: np.ndarray
    relation: np.ndarray
    target: np.ndarray
    day: np.ndarray
    entities: tuple[str, ...]
    relations: tuple[str, ...]
    roots: np.ndarray
    stamps: dict[str, str]


def benchmark(path: str | Path) -> Benchmark:
    """Read a benchmark's facts, names and days.

    Parameters
    ----------
    path
        Folder of one of the two forms.

    Raises
    ------
    SourceError
        The folder holds neither form, a file is damaged or lacks a column, or an id is no whole number or unnamed.
    """
    folder = Path(path)
    if (folder / "events.parquet").exists():
        return _from_table(folder / "events.parquet")
    if (folder / "entity2id.txt").exists():
        return _from_splits(folder)
    raise SourceError(
        f"{folder} has neither events.parquet nor entity2id.txt; give the folder of a benchmark, such as icews18"
    )


def _from_table(path: Path) -> Benchmark:
    frame = reading.parquet(path, _COLUMNS)
    numbers = frame.select(pl.col("s_id", "r_id", "o_id").cast(pl.Int64, strict=False))
    days = frame["date"].cast(pl.String).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    if (
        bad := numbers.with_columns(day=days)
        .with_row_index("row", 1)
        .filter(pl.any_horizontal(pl.all().is_null()))
        .rows()
    ):
        raise SourceError(
            f"{path.name} row {bad[0][0]} has an empty id or date; each fact needs s_id, r_id, o_id, date"
        )
    day = (days - days.min()).dt.total_days()
    text = frame.select(pl.col("source", "event", "cameo", "target").cast(pl.String))
    named: dict[int, str] = {}
    for ids, names in ((numbers["s_id"], text["source"]), (numbers["o_id"], text["target"])):
        named.update(zip(ids.to_list(), names.fill_null("").to_list(), strict=True))
    acts = dict(zip(numbers["r_id"].to_list(), text["event"].fill_null("").to_list(), strict=True))
    codes = dict(zip(numbers["r_id"].to_list(), text["cameo"].fill_null("").to_list(), strict=True))
    return _ordered(path.parent, numbers, day, named, acts, codes, {path.name: reading.stamp(path)})


def _from_splits(folder: Path) -> Benchmark:
    splits = [folder / name for name in _SPLITS if (folder / name).exists()]
    if not splits:
        raise SourceError(f"{folder} has entity2id.txt but none of {', '.join(_SPLITS)}; put them beside it")
    places = {"s_id": 0, "r_id": 1, "o_id": 2, "time": 3}
    frames = [
        reading.cut(block, split.name, places, widths=(4, 5)).with_columns(
            pl.col(*places).cast(pl.Int64, strict=False)
        )
        for split in splits
        for block in reading.blocks(reading.Text(split.name, split))
    ]
    frame = pl.concat(frames)
    if bad := frame.filter(pl.any_horizontal(pl.col(*places).is_null())).select("file", "row").rows():
        raise SourceError(
            f"{bad[0][0]} line {bad[0][1]} is not four whole numbers: source, relation, target, time"
        )
    step = 24 if (frame["time"] % 24 == 0).all() and frame["time"].n_unique() > 1 else 1
    named, acts = _names(folder / "entity2id.txt"), _names(folder / "relation2id.txt")
    known = {
        _bare(name): code for code, name in world.cameo().select("code", "name").iter_rows() if len(code) >= 3
    }
    codes = {number: known.get(_bare(name), "") for number, name in acts.items()}
    stamps = {file.name: reading.stamp(file) for file in splits}
    return _ordered(folder, frame, frame["time"] // step, named, acts, codes, stamps)


def _names(path: Path) -> dict[int, str]:
    if not path.exists():
        raise SourceError(f"{path.name} is missing beside the facts; put it there")
    blocks = reading.blocks(reading.Text(path.name, path))
    frame = pl.concat(
        [reading.cut(block, path.name, {"name": 0, "id": 1}, widths=(1, 2)) for block in blocks]
    )
    frame = frame.with_columns(pl.col("id").cast(pl.Int64, strict=False)).filter(pl.col("id").is_not_null())
    return dict(frame.select("id", "name").iter_rows())


def _ordered(
    folder: Path,
    numbers: pl.DataFrame,
    day: pl.Series,
    named: dict,
    acts: dict,
    codes: dict,
    stamps: dict[str, str],
) -> Benchmark:
    """Put the facts in order of time, each once a day; entities without a name keep their number."""
    frame = numbers.select("s_id", "r_id", "o_id").with_columns(day=day)
    frame = frame.unique(maintain_order=True).sort("day", maintain_order=True)
    s, r, o, t = (frame[name].to_numpy().astype(np.int64) for name in ("s_id", "r_id", "o_id", "day"))
    if not len(s) or min(s.min(), r.min(), o.min()) < 0:
        raise SourceError(f"{folder} holds no facts, or a negative id; ids count from 0")
    count, acts_count = int(max(s.max(), o.max(), *named)) + 1, int(max(r.max(), *acts)) + 1
    roots = np.array([int(c[:2]) if (c := codes.get(i, ""))[:2].isdigit() else 0 for i in range(acts_count)])
    entities = tuple(named.get(i, f"#{i}") for i in range(count))
    relations = tuple(acts.get(i, f"#{i}") for i in range(acts_count))
    return Benchmark(folder.resolve().name, s, r, o, t, entities, relations, roots, stamps)


def _bare(label: str) -> str:
    return "".join(letter for letter in label.casefold() if letter.isalnum())
