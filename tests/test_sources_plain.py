"""Your own CSV of events: what it may hold, and what is said of a row that cannot be read."""

from __future__ import annotations

import csv
from datetime import date
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chancellery import sources, world
from chancellery.errors import SourceError
from event_toys import (
    accounted,
    rows,
)


def plain_file(folder: Path, *lines: str, header: str = "time,source,act,target") -> Path:
    file = folder / "mine.csv"
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return file


def test_plain_takes_names_ids_acts_and_codes(tmp_path):
    file = plain_file(
        tmp_path,
        "2025-04-30,United States,cooperate-economic,UKR,energy,,,",
        "2025-05-07,IND,190,Pakistan,,-9.5,,3",
        "2025-05-10,PAK,,IND,,,040,",
        header="time,source,act,target,issue,weight,code,n",
    )
    found = sources.plain(file)
    assert found.dataset == "mine"
    assert rows(found, "source", "act", "target", "issue", "code", "n") == [
        ("USA", "cooperate-economic", "UKR", "energy", "cooperate-economic", 1),
        ("IND", "fight", "PAK", "military", "190", 3),
        ("PAK", "consult", "IND", "general", "040", 1),
    ]
    assert found.events["weight"][1] == -9.5
    assert found.events["weight"][0] == world.act("cooperate-economic").weight
    assert found.events["source_name"][0] == "United States"
    assert found.coverage.select("start", "end").rows() == [(date(2025, 4, 30), date(2025, 5, 10))]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2025-02-30,IND,consult,PAK,,,", "not a date: '2025-02-30'; write YYYY-MM-DD"),
        ("0202-02-03,IND,consult,PAK,,,", "not a date: '0202-02-03'"),
        (",IND,consult,PAK,,,", "not a date"),
        ("2025-02-03,Indai,consult,PAK,,,", "unknown actor: .*Indai.*did you mean 'India'"),
        ("2025-02-03,IND,consul,PAK,,,", "unknown code: act 'consul' is not known; did you mean 'consult'"),
        ("2025-02-03,IND,10,PAK,,,", "unknown code: '10' has lost a zero or is a mere heading"),
        ("2025-02-03,IND,010,PAK,,,", "statement, not an act"),
        ("2025-02-03,IND,consult,India,,,", "same actor"),
        ("2025-02-03,IND,consult,,,,", "no source or target named"),
        ("2025-02-03,IND,consult,PAK,militry,,", "unknown issue: 'militry'; did you mean 'military'"),
        ("2025-02-03,IND,consult,PAK,,heavy,", "weight is not a number: 'heavy'"),
        ("2025-02-03,IND,consult,PAK,,nan,", "weight is not a number"),
        ("2025-02-03,IND,consult,PAK,,,0", "n is not a whole number of 1 or more: '0'"),
        ("2025-02-03,IND,consult", "malformed line: 3 fields where the header has 7"),
    ],
)
def test_plain_refuses_a_bad_row_with_reason_and_line(tmp_path, line, reason):
    file = plain_file(
        tmp_path, "2025-02-03,IND,consult,PAK,,,", line, header="time,source,act,target,issue,weight,n"
    )
    found = sources.plain(file)
    assert found.events.height == 1
    assert found.refused.height == 1
    assert found.refused["row"][0] == 3
    assert pl.Series([found.refused["reason"][0]]).str.contains(f"^{reason}")[0]


def test_plain_takes_the_issue_an_act_names(tmp_path):
    file = plain_file(tmp_path, "2025-02-03,IND,cooperate-military,USA", "2025-02-04,IND,consult,USA")
    assert sources.plain(file).events["issue"].to_list() == ["military", "general"]


def test_plain_suggests_for_the_first_unknown_words_only(tmp_path, monkeypatch):
    monkeypatch.setattr(import_module("chancellery.sources.plain"), "_SUGGESTED", 1)
    file = plain_file(tmp_path, "2025-02-03,Indai,consult,USA", "2025-02-03,Pakistn,consult,USA")
    found = sources.plain(file).refused["reason"].to_list()
    assert "did you mean 'India'" in found[0]
    assert found[1] == "unknown actor: 'Pakistn'"


def test_plain_counts_lines_inside_quotes(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text(
        'time,source,act,target\n2025-01-01,"Ind\nia",consult,PAK\n\n2025-01-02,IND,x,PAK\n', encoding="utf-8"
    )
    assert sources.plain(file).refused["row"].to_list() == [2, 5]


def test_plain_names_an_unknown_and_a_missing_column(tmp_path):
    with pytest.raises(SourceError, match="unknown column 'isue'; did you mean 'issue'"):
        sources.plain(plain_file(tmp_path, header="time,source,act,target,isue"))
    with pytest.raises(SourceError, match="no column 'target'; did you mean 'tarqet'"):
        sources.plain(plain_file(tmp_path, header="time,source,act,tarqet"))
    with pytest.raises(SourceError, match="column 'act' twice"):
        sources.plain(plain_file(tmp_path, header="time,source,act,target,act"))


def test_plain_with_semicolons_says_so(tmp_path):
    with pytest.raises(
        SourceError, match=r"mine\.csv is separated by semicolons; save it as CSV with commas"
    ):
        sources.plain(plain_file(tmp_path, "2025-01-01;IND;consult;PAK", header="time;source;act;target"))


def test_plain_that_is_not_utf8_names_the_line(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_bytes("time,source,act,target\n2025-01-01,Türkiye,consult,PAK\n".encode("latin-1"))
    with pytest.raises(SourceError, match=r"mine\.csv line 2 is not UTF-8; save the file as UTF-8"):
        sources.plain(file)


def test_plain_with_a_header_only_is_an_empty_harvest(tmp_path):
    found = sources.plain(plain_file(tmp_path))
    assert found.events.height == found.rows_read == found.coverage.height == 0
    assert found.files["file"].to_list() == ["mine.csv"]


cell = st.sampled_from(
    ["2025-01-01", "2025-01-02", "IND", "PAK", "India", "consult", "040", "010", "190", "x", "", "é"]
)


@settings(max_examples=60, deadline=None)
@given(table=st.lists(st.lists(cell, min_size=3, max_size=5), max_size=12))
def test_plain_loses_no_row(tmp_path_factory, table):
    """Kept reports and refused rows together are the rows read, whatever the rows hold."""
    table = [line for line in table if any(line)]
    file = tmp_path_factory.mktemp("plain") / "mine.csv"
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([["time", "source", "act", "target"], *table])
    found = sources.plain(file)
    assert found.rows_read == len(table)
    assert accounted(found)
