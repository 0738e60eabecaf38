"""Which reader a file is for, and readers that hold ties: ``add`` hands files to the right one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chancellery.commands.guess import guess
from chancellery.errors import SourceError
from cli_toys import done, events
from event_toys import POLECAT_HEADER, TAB, gdelt_line

PLOVER = {"date": "2024-01-01", "event": "CONSULT", "source": ["USA"], "target": ["CHN"]}
FILES = {
    "icews": ("a.tab", TAB),
    "polecat": ("a.txt", "\t".join(POLECAT_HEADER) + "\n"),
    "gdelt": ("a.export.CSV", gdelt_line(58, id="1", day="20240105", event="040", added="20240105") + "\n"),
    "plover": ("a.jsonl", json.dumps(PLOVER) + "\n"),
    "plain": ("a.csv", "\ufeff" + events(3)),
}


@pytest.mark.parametrize("reader", FILES)
def test_a_file_tells_its_reader(tmp_path: Path, reader: str):
    name, text = FILES[reader]
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert guess(tmp_path / name) == reader
    assert guess(tmp_path) == reader


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "1\t2\t3\n", '{"some": "json"}', "time;source;act;target\n"])
def test_a_file_that_does_not_tell(tmp_path: Path, text: str):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="add --as with one of icews"):
        guess(path)


def test_files_of_one_dataset_are_added_together(tmp_path: Path):
    (tmp_path / "a.tab").write_text(TAB, encoding="utf-8")
    (tmp_path / "b.csv").write_text(events(20), encoding="utf-8")
    told = done("add", tmp_path / "r.duckdb", tmp_path / "a.tab", tmp_path / "b.csv", "--json").json
    assert len(told["added"]) == 2
    assert told["added"][1]["events"] == 20
    assert {row["reason"] for row in told["refused"]} >= {"unknown actor", "malformed line"}


def test_ties_among_the_actors_of_a_case(tmp_path: Path):
    table = tmp_path / "votes.csv"
    rows = [
        f"{code},{year},{point}"
        for year in (2019, 2020)
        for code, point in ((2, 2.0), (740, 1.0), (710, -0.5))
    ]
    table.write_text("\n".join(["ccode,year,idealpointfp", *rows]) + "\n", encoding="utf-8")
    record = tmp_path / "r.duckdb"
    done("add", record, table, "--as", "ideal_distances", "--case", "template")
    ties = done("show", "ties", "--record", record, "--on", "2020-06-01", "--json").json
    assert {(t["source"], t["target"], t["value"]) for t in ties} == {
        ("CHN", "JPN", 1.5), ("CHN", "USA", 2.5), ("JPN", "USA", 1.0),
    }  # fmt: skip
