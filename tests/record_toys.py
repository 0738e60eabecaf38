"""Small made-up harvests for the tests of the record: five states, a few days, a few files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

import polars as pl

from chancellery.sources.harvest import EVENT_SCHEMA, Harvest, harvest

NAMES = {"PAK": "Pakistan", "USA": "United States", "RUS": "Russia", "CHN": "China", "IND": "India"}

# (day of January 2018, source, act, target, code)
Told = tuple[int, str, str, str, str]

FIRST: list[Told] = [
    (1, "PAK", "consult", "USA", "042"),
    (2, "USA", "accuse", "PAK", "111"),
    (3, "RUS", "agree", "CHN", "057"),
]


def digest(text: str) -> str:
    """Return the sha256 a file with this text would have."""
    return hashlib.sha256(text.encode()).hexdigest()


def events(file: str, told: Iterable[Told], n: Iterable[int] | None = None) -> pl.DataFrame:
    """Event rows of one file, numbered from line 1."""
    told = list(told)
    counts = [1] * len(told) if n is None else list(n)
    rows = [
        (
            date(2018, 1, day),
            source,
            act,
            target,
            "general",
            1.0,
            code,
            many,
            NAMES[source],
            NAMES[target],
            file,
            line,
        )
        for line, ((day, source, act, target, code), many) in enumerate(zip(told, counts), start=1)
    ]
    schema = {column: kind for column, kind in EVENT_SCHEMA.items() if column != "dataset"}
    return pl.DataFrame(rows, schema=schema, orient="row")


def files(*names: str, text: str = "") -> pl.DataFrame:
    """List files whose content is their name and a text."""
    return pl.DataFrame(
        {"file": names, "sha256": [digest(name + text) for name in names], "rows_read": [10] * len(names)}
    )


def covers(*spans: tuple[int, int], what: str = "news") -> pl.DataFrame:
    """Coverage rows of days of January 2018."""
    return pl.DataFrame(
        {
            "start": [date(2018, 1, first) for first, _ in spans],
            "end": [date(2018, 1, last) for _, last in spans],
            "what": [what] * len(spans),
        }
    )


def toy(
    dataset: str = "icews18",
    file: str = "train.txt",
    told: Iterable[Told] = FIRST,
    *,
    days: tuple[int, int] = (1, 31),
    n: Iterable[int] | None = None,
    text: str = "",
) -> Harvest:
    """One file of events, one refused row, and coverage of a span of January 2018."""
    refused = pl.DataFrame(
        {"file": [file], "row": [99], "reason": ["statement: code 010"], "raw": ["a|b|010"]}
    )
    return harvest(
        dataset,
        events=events(file, told, n),
        refused=refused,
        files=files(file, text=text),
        coverage=covers(days),
    )


def many(count: int, *, file: str = "big.txt", dataset: str = "icews18") -> Harvest:
    """Return a harvest of many different events: enough to reach the disk before the commit."""
    numbers = pl.int_range(count, eager=True)
    frame = pl.DataFrame({"row": numbers + 1}).select(
        time=pl.lit(date(2018, 1, 5)),
        source=pl.lit("PAK"),
        act=pl.lit("consult"),
        target=pl.lit("USA"),
        issue=pl.lit("general"),
        weight=pl.col("row") * 0.37,
        code=pl.lit("042"),
        n=pl.lit(1),
        source_name=pl.col("row").hash(seed=1).cast(pl.String),
        target_name=pl.col("row").hash(seed=2).cast(pl.String),
        file=pl.lit(file),
        row=pl.col("row"),
    )
    return harvest(dataset, events=frame, files=files(file), coverage=covers((5, 5)))


def everything(dataset: str = "chronology", file: str = "list.csv") -> Harvest:
    """One harvest with rows in every table, nulls and awkward text among them."""
    ties = pl.DataFrame(
        {
            "kind": ["alliance", "sanctions", "sanctions", "energy"],
            "source": ["USA", "USA", "USA", "RUS"],
            "target": ["PAK", "RUS", "RUS", "CHN"],
            "start": [date(2004, 6, 16), date(2014, 3, 6), date(2017, 8, 2), date(2017, 1, 1)],
            "end": [None, date(2018, 1, 10), None, date(2017, 12, 31)],
            "value": [1.0, 0.25, 0.5, 0.1 + 0.2],
            "what": ["major ally", None, 'it\'s "sectoral", naïve\nsecond line', ""],
            "file": [file] * 4,
            "row": [1, 2, 3, 4],
        }
    )
    attributes = pl.DataFrame(
        {
            "actor": ["PAK", "PAK", "USA"],
            "name": ["growth", "leader", "growth"],
            "start": [date(2017, 1, 1)] * 3,
            "end": [date(2017, 12, 31), None, date(2018, 12, 31)],
            "value": [5.5, None, 2.3],
            "text": [None, "prime minister", None],
            "file": [file] * 3,
            "row": [5, 6, 7],
        }
    )
    refused = pl.DataFrame(
        {
            "file": [file, file],
            "row": [8, 9],
            "reason": ["unknown actor: 'Atlantis'", "Statement"],
            "raw": ["Atlantis,consult", ""],
        }
    )
    return harvest(
        dataset,
        events=events(file, FIRST),
        ties=ties,
        attributes=attributes,
        refused=refused,
        files=files(file),
        coverage=covers((1, 9)),
    )
