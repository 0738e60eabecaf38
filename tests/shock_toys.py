"""A shock in the made-up world of six states: an experiment's file, and records with more rows than it should see."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import toy_case
from chancellery import sources
from chancellery.cases import Case
from chancellery.record import Record, open_record

ON = date(2020, 11, 16)
EXPERIMENT = """# A quarrel.
[experiment]
title = "Delhi and Beijing come to blows"
on = 2020-11-16
days = 42
shocked = ["IND~CHN"]
sources = ["made up"]

[[lever]]
do = "start-tie"
tie = "war"
source = "IND"
target = "CHN"
on = 2020-11-16

[[lever]]
do = "act"
act = "fight"
source = "IND"
target = "CHN"
mutual = true
count = 40
every = "week"
on = 2020-11-16
"""


def make(folder: Path, text: str = EXPERIMENT, name: str = "blows") -> Case:
    """The toy case with one experiment."""
    made = toy_case.make_case(folder / "six")
    (made.folder / "experiments").mkdir(exist_ok=True)
    (made.folder / "experiments" / f"{name}.toml").write_text(text, encoding="utf-8")
    return made


def record_of(folder: Path, rows: list[tuple]) -> Record:
    """A record of some events."""
    table = toy_case.write_csv(folder / "events.csv", ("time", "source", "act", "target", "issue"), rows)
    record = open_record(":memory:")
    record.add(sources.plain(table))
    return record
