"""A made-up world of six states: a case folder, its events, and a fit, small enough for every test."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from chancellery import sources, world
from chancellery.api import case, fit
from chancellery.cases import Case
from chancellery.model.posterior import Fit
from chancellery.record import Record, open_record

ACTORS = ("USA", "RUS", "CHN", "PAK", "IND", "DEU")
START, DAYS = date(2020, 1, 6), 420

CASE = """[case]
title = "Six states"
start = 2021-05-03
"""
MODEL = """[model]
step = "week"
half_lives = [10, 100]
choice = ["own-share", "returned-share", "act-mix", "alliance", "sanctions", "secondary-sanctions", "common-enemy"]
rate = ["own-activity-short", "own-activity-long"]
"""
QUESTIONS = """[[ask]]
that = "PAK and RUS agree on energy"
within = "6 months"

[[ask]]
that = "hedging of PAK"
"""
SCENARIO = """[scenario]
title = "Sanctions end"
start = 2021-05-03
until = 2021-11-01

[[lever]]
do = "end-tie"
tie = "sanctions"
source = "USA"
target = "RUS"
on = 2021-06-07
"""


def events(seed: int = 1) -> list[tuple]:
    """Rows (time, source, act, target, issue) of a world where everybody has friends and enemies."""
    rng = np.random.default_rng(seed)
    acts = [a.name for a in world.acts()]
    rows = []
    for day in range(DAYS):
        for _ in range(rng.poisson(6)):
            i, j = rng.choice(6, 2, replace=False, p=np.array([5, 4, 4, 2, 3, 2]) / 20)
            friendly = (i + j) % 2 == 0
            pool = (
                ["consult", "agree", "cooperate-economic", "aid"]
                if friendly
                else ["accuse", "threaten", "sanction", "consult"]
            )
            act = pool[rng.integers(4)] if rng.random() < 0.9 else acts[rng.integers(len(acts))]
            issue = "economic" if act in ("agree", "cooperate-economic") and rng.random() < 0.5 else "general"
            rows.append((START + timedelta(days=day), ACTORS[i], act, ACTORS[j], issue))
    return rows


def write_csv(path: Path, header: tuple[str, ...], rows: list[tuple]) -> Path:
    """Write a table."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def make_case(folder: Path) -> Case:
    """Write the case folder."""
    (folder / "scenarios").mkdir(parents=True, exist_ok=True)
    for name, text in (("case.toml", CASE), ("model.toml", MODEL), ("questions.toml", QUESTIONS)):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "scenarios" / "sanctions-end.toml").write_text(SCENARIO, encoding="utf-8")
    roles = {"USA": "great-power", "RUS": "great-power", "CHN": "great-power"}
    write_csv(
        folder / "actors.csv",
        ("id", "role", "in_play", "why"),
        [(a, roles.get(a, "middle-power"), 1, "toy") for a in ACTORS],
    )
    tie_columns = (
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
        "inventory",
    )
    write_csv(
        folder / "ties.csv",
        tie_columns,
        [
            ("t1", "sanctions", "USA", "RUS", 0, "2020-02-03", "", 1, "", "toy", "toy", ""),
            ("t2", "alliance", "USA", "DEU", 1, "1955-05-06", "", 1, "", "toy", "toy", ""),
            ("t3", "trade", "USA", "PAK", 0, "2010-01-01", "", 0.4, "", "toy", "toy", ""),
            ("t4", "war", "IND", "CHN", 1, "2020-06-01", "2020-08-01", 1, "", "toy", "toy", ""),
        ],
    )
    columns = (
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
        "inventory",
    )
    write_csv(
        folder / "chronology.csv",
        columns,
        [
            (
                "h1",
                "2021-03-15",
                "day",
                "act",
                "PAK",
                "RUS",
                1,
                "agree",
                "",
                "",
                "energy",
                "toy deal",
                "toy",
                "",
            ),
            (
                "h2",
                "2021-04-01",
                "day",
                "start-tie",
                "RUS",
                "PAK",
                0,
                "",
                "energy",
                0.2,
                "",
                "toy",
                "toy",
                "",
            ),
            ("h3", "2021-04-05", "day", "leader", "USA", "", 0, "", "", "", "", "toy", "toy", ""),
        ],
    )
    return case(folder)


@cache
def toy() -> tuple[Case, Record, Fit]:
    """The case, its record in memory, and its fit; made once a test run."""
    folder = Path(mkdtemp(prefix="chancellery-toy-"))
    made = make_case(folder / "six")
    record = open_record(":memory:")
    table = write_csv(folder / "events.csv", ("time", "source", "act", "target", "issue"), events())
    record.add(sources.plain(table))
    return made, record, fit(made, record)
