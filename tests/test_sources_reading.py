"""What all event readers share: files and their damage, coverage, the harvest and its summary."""

from __future__ import annotations

import gzip
import subprocess
import sys
from datetime import date
from importlib import import_module

import polars as pl
import pytest

from chancellery import sources, world
from chancellery.errors import ChancelleryError, SourceError
from chancellery.sources import reading, sifting
from chancellery.sources.harvest import EVENT_SCHEMA, FILE_SCHEMA, TIE_SCHEMA, harvest, segments
from event_toys import (
    ICEWS_HEADER,
    POLECAT_HEADER,
    TAB,
    icews_text,
)

READERS = ["icews", "gdelt", "polecat", "plover", "plain"]


@pytest.mark.parametrize("reader", READERS)
def test_missing_path_and_empty_file_and_folder(tmp_path, reader):
    read = getattr(sources, reader)
    (tmp_path / "events.csv").write_bytes(b"")
    with pytest.raises(SourceError, match=r"does not exist; did you mean 'events\.csv'"):
        read(tmp_path / "event.csv")
    with pytest.raises(SourceError, match=r"events\.csv is empty"):
        read(tmp_path / "events.csv")
    (tmp_path / "none").mkdir()
    with pytest.raises(SourceError, match=r"holds no .*; it should have files ending in"):
        read(tmp_path / "none")


@pytest.mark.parametrize(
    ("reader", "text", "missing"),
    [
        (
            "icews",
            "\t".join(ICEWS_HEADER).replace("CAMEO Code", "CAMEO Kode"),
            "'CAMEO Code'; did you mean 'CAMEO Kode'",
        ),
        ("polecat", "\t".join(POLECAT_HEADER).replace("Event Date", "Date of Event"), "'Event Date'"),
    ],
)
def test_wrong_columns_are_named(tmp_path, reader, text, missing):
    file = tmp_path / "a.txt"
    file.write_text(text + "\n" + text + "\n", encoding="utf-8")
    with pytest.raises(SourceError, match=missing):
        getattr(sources, reader)(file)


def test_wrong_columns_of_a_parquet_benchmark_are_named(tmp_path):
    pl.DataFrame({"date": ["2018-01-01"], "source": ["India"], "target": ["China"]}).write_parquet(
        tmp_path / "events.parquet"
    )
    with pytest.raises(SourceError, match=r"events\.parquet has no column 'cameo'"):
        sources.icews(tmp_path)


def test_a_header_alone_is_an_empty_harvest(tmp_path):
    (tmp_path / "a.tab").write_text(icews_text(), encoding="utf-8")
    found = sources.icews(tmp_path)
    assert found.rows_read == found.events.height == found.coverage.height == 0


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.tab", b"\n \n\r\n", r"a\.tab is empty"),
        ("a.zip", b"PK but not really", "not a readable zip"),
        ("a.tab.gz", gzip.compress(TAB.encode() * 50)[:-40], "breaks off or is damaged"),
        ("a.tab.gz", b"plain text", "breaks off or is damaged"),
        ("a.tab", "time".encode("utf-16"), "encoded in UTF-16"),
        ("a.tab", b"\x89PNG\x00\x00", "not a text file"),
        ("events.parquet", b"PAR1 no", "not a readable Parquet file"),
    ],
)
def test_damaged_files_say_what_is_wrong(tmp_path, name, content, complaint):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=complaint):
        sources.icews(tmp_path / name)


def test_long_text_is_read_in_blocks_with_the_right_line_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 64)
    file = tmp_path / "a.txt"
    lines = [f"line {n} ü" if n % 7 else "" for n in range(1, 200)]
    file.write_text("\r\n".join(lines), encoding="utf-8")
    found = pl.concat(reading.blocks(reading.Text("a.txt", file)))
    assert found.rows() == [(n, line) for n, line in enumerate(lines, start=1) if line]


def test_coverage_breaks_where_the_source_is_silent_for_more_than_a_week():
    days = pl.Series([date(2018, 1, 1), date(2018, 1, 9), date(2018, 1, 18), date(2018, 1, 18), None])
    assert segments("x", days).select("start", "end").rows() == [
        (date(2018, 1, 1), date(2018, 1, 9)),
        (date(2018, 1, 18), date(2018, 1, 18)),
    ]
    assert segments("x", days, gap_days=None).height == 1
    assert segments("x", pl.Series([], dtype=pl.Date)).height == 0


def test_a_leader_acts_for_the_state_and_a_bloc_for_nobody():
    resolve = sifting.whom("name")
    leader = next(one for one in world.actors() if one.kind == "leader")
    bloc = next(one for one in world.actors() if one.kind == "bloc")
    assert resolve(leader.id) == leader.of
    assert resolve(bloc.id) is None


def test_harvest_checks_what_a_reader_hands_over():
    event = {
        "time": date(2020, 1, 1), "source": "IND", "act": "consult", "target": "PAK", "issue": "general",
        "weight": 1, "code": "040", "n": 1, "source_name": "India", "target_name": "Pakistan",
        "file": "a", "row": 1,
    }  # fmt: skip
    good = harvest("x", events=pl.DataFrame([event]))
    assert good.events.schema == pl.Schema(EVENT_SCHEMA)
    assert good.ties.schema == pl.Schema(TIE_SCHEMA)
    assert good.files.schema == pl.Schema(FILE_SCHEMA)
    assert good.events["dataset"].to_list() == ["x"]
    with pytest.raises(SourceError, match="events has no column 'target'"):
        harvest("x", events=pl.DataFrame([event]).drop("target"))
    with pytest.raises(SourceError, match="unknown column 'wait'; did you mean 'weight'"):
        harvest("x", events=pl.DataFrame([event | {"wait": 1}]))
    with pytest.raises(SourceError, match="events row 2 has no 'target'"):
        harvest("x", events=pl.DataFrame([event, event | {"target": None}]))
    with pytest.raises(SourceError, match="does not have the type"):
        harvest("x", events=pl.DataFrame([event | {"time": "soon"}]))


def test_summary_says_what_was_kept_refused_and_covered(tmp_path):
    (tmp_path / "events.tab").write_text(TAB, encoding="utf-8")
    summary = sources.icews(tmp_path).summary()
    assert summary.startswith("icews: 2 events (from 3 reports), 0 ties, 6 refused (")
    assert "statement, not an act 1" in summary
    assert summary.endswith("covers 2018-06-01..2018-06-02")


def test_a_reader_is_not_hidden_by_the_file_it_lives_in():
    import_module("chancellery.sources.plover")
    assert callable(sources.plover)


@pytest.mark.parametrize("name", sorted(sources.READERS))
def test_every_reader_named_is_there_and_explained(name):
    reader = getattr(sources, name)
    assert callable(reader)
    assert "SourceError" in reader.__doc__


def test_importing_the_room_loads_nothing_heavy():
    check = "import sys, chancellery.sources as s; sys.exit('polars' in sys.modules or 'icews' not in dir(s))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_readers_are_named_and_found_when_used():
    assert (
        {"icews", "gdelt", "polecat", "plover", "plain", "atop"} <= set(sources.READERS) <= set(dir(sources))
    )
    with pytest.raises(AttributeError, match="no reader 'icewz'"):
        _ = sources.icewz


def test_every_complaint_is_one_of_ours(tmp_path):
    with pytest.raises(ChancelleryError):
        sources.gdelt(tmp_path / "nothing")
