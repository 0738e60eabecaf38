"""ICEWS and GDELT: what their readers keep, what they refuse and why, on made-up and real files."""

from __future__ import annotations

import gzip
import time
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from chancellery import sources, world
from chancellery.errors import SourceError
from chancellery.sources import reading
from event_toys import (
    TAB,
    accounted,
    gdelt_line,
    icews_line,
    icews_text,
    reasons,
    rows,
)


def test_icews_tab_file_keeps_acts_between_different_actors_and_counts_the_rest(tmp_path):
    (tmp_path / "events.2018.tab").write_text(TAB, encoding="utf-8")
    found = sources.icews(tmp_path)
    assert rows(found, "time", "source", "act", "target", "n", "row") == [
        (date(2018, 6, 1), "JPN", "consult", "VNM", 2, 2),
        (date(2018, 6, 2), "TALIBAN", "fight", "AFG", 1, 6),
    ]
    assert reasons(found) == {
        "statement, not an act": 1,
        "same actor": 1,
        "unknown actor": 1,
        "unknown code": 1,
        "not a date": 1,
        "malformed line": 1,
    }
    assert accounted(found)
    assert found.rows_read == 9
    assert found.refused.filter(pl.col("reason") == "malformed line").select("row", "raw").row(0) == (
        10,
        "only\tthree\tfields",
    )


def test_an_armed_group_acts_for_itself_though_filed_under_a_state(tmp_path):
    file = tmp_path / "a.tab"
    taliban = icews_line("2018-06-02", "Taliban", "190", "Pakistan", of=("Afghanistan", "Pakistan"))
    fund = icews_line("2018-06-02", "International Monetary Fund", "100", "Pakistan", of=("NA", "Pakistan"))
    file.write_text(icews_text(taliban, fund), encoding="utf-8")
    assert rows(sources.icews(file), "source", "target") == [("TALIBAN", "PAK"), ("IMF", "PAK")]


@pytest.mark.parametrize("form", ["plain", "gz", "zip"])
def test_packed_files_read_the_same(tmp_path, form):
    if form == "plain":
        file = tmp_path / "events.tab"
        file.write_text(TAB, encoding="utf-8")
    elif form == "gz":
        file = tmp_path / "events.tab.gz"
        file.write_bytes(gzip.compress(TAB.encode()))
    else:
        file = tmp_path / "events.zip"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("inside/events.tab", TAB)
            archive.writestr("readme.pdf", "not this")
    found = sources.icews(file)
    assert found.events.height == 2
    assert found.files["file"].to_list() == [file.name]
    assert found.files["sha256"][0] == reading.stamp(file)


def test_a_zip_of_several_files_names_the_member(tmp_path):
    file = tmp_path / "years.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            "b.tab", icews_text(icews_line("2018-01-01", "Japan", "040", "China", of=("Japan", "China")))
        )
        archive.writestr(
            "a.tab", icews_text(icews_line("2018-01-02", "China", "040", "Japan", of=("China", "Japan")))
        )
    assert rows(sources.icews(file), "file", "row") == [("years.zip:b.tab", 2), ("years.zip:a.tab", 2)]


def test_the_same_report_in_two_overlapping_files_counts_once(tmp_path):
    line = icews_line("2018-06-01", "Japan", "040", "Vietnam", of=("Japan", "Vietnam"), event="77")
    for name in ("a.tab", "b.tab"):
        (tmp_path / name).write_text(icews_text(line), encoding="utf-8")
    found = sources.icews(tmp_path)
    assert rows(found, "n", "file") == [(1, "a.tab")]
    assert reasons(found) == {"report repeated": 1}
    assert accounted(found)


def test_bytes_that_are_not_utf8_are_read_as_latin1(tmp_path):
    file = tmp_path / "old.tab"
    line = icews_line("2018-06-01", "Côte d'Ivoire", "040", "Japan", of=("Ivory Coast", "Japan"))
    file.write_bytes(icews_text(line).encode("latin-1"))
    assert rows(sources.icews(file), "source_name", "target") == [("Côte d'Ivoire", "JPN")]


def test_weight_is_the_files_own_where_it_has_one(tmp_path):
    file = tmp_path / "a.tab"
    known = icews_line("2018-06-01", "Japan", "040", "China", of=("Japan", "China"), intensity="2.5")
    blank = icews_line("2018-06-02", "Japan", "040", "China", of=("Japan", "China"), intensity="NA")
    file.write_text(icews_text(known, blank), encoding="utf-8")
    usual = world.cameo().filter(pl.col("code") == "040")["weight"][0]
    assert sources.icews(file).events["weight"].to_list() == [2.5, usual]


def benchmark(folder: Path, records: list[tuple]) -> Path:
    folder.mkdir(exist_ok=True)
    columns = ["date", "source", "source_code", "cameo", "goldstein", "target", "target_code"]
    frame = pl.DataFrame(records, schema=columns, orient="row")
    frame.with_columns(pl.col("date").str.to_datetime("%Y-%m-%d")).write_parquet(folder / "events.parquet")
    return folder


def test_parquet_benchmark_takes_its_codes_and_its_folders_name(tmp_path):
    folder = benchmark(
        tmp_path / "icews99",
        [
            ("2018-01-01", "Narendra Modi", "IND", "040", 1.0, "China", "CHN"),
            ("2018-01-01", "Taliban", "AFG", "190", -10.0, "Military (Afghanistan)", "AFG"),
            ("2018-01-01", "Taliban", None, "190", -10.0, "Military (Afghanistan)", "AFG"),
            ("2018-01-02", "European Union", "EU", "163", -8.0, "Russia", "RUS"),
            ("2018-01-02", "Nobody at all", None, "040", 1.0, "Russia", "RUS"),
            ("2018-01-02", "Russia", "RUS", "010", 0.0, "China", "CHN"),
        ],
    )
    found = sources.icews(folder)
    assert found.dataset == "icews99"
    assert rows(found, "source", "act", "target", "n") == [
        ("IND", "consult", "CHN", 1),
        ("TALIBAN", "fight", "AFG", 2),
        ("EU", "sanction", "RUS", 1),
    ]
    assert reasons(found) == {"statement, not an act": 1, "unknown actor": 1}
    assert accounted(found)


def bare(folder: Path, step: int = 24) -> Path:
    folder.mkdir()
    (folder / "entity2id.txt").write_text("India\t0\nPakistan\t1\nTaliban\t2\n", encoding="utf-8")
    (folder / "relation2id.txt").write_text("Consult\t0\nMake statement\t1\n", encoding="utf-8")
    (folder / "train.txt").write_text(f"0    \t0\t1\t0\t0\n1\t0\t2\t{step}\t0\n", encoding="utf-8")
    (folder / "test.txt").write_text(f"0\t1\t1\t{2 * step}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("step", [1, 24])
def test_bare_benchmark_counts_days_or_hours_from_the_start(tmp_path, step):
    found = sources.icews(bare(tmp_path / "b", step), start="2018-01-01")
    assert rows(found, "time", "source", "act", "target", "code") == [
        (date(2018, 1, 1), "IND", "consult", "PAK", "040"),
        (date(2018, 1, 2), "PAK", "consult", "TALIBAN", "040"),
    ]
    assert found.refused.select("file", "row", "reason").rows() == [("test.txt", 1, "statement, not an act")]


def test_bare_benchmark_asks_for_its_first_day(tmp_path):
    folder = bare(tmp_path / "b")
    with pytest.raises(SourceError, match="start='2018-01-01'"):
        sources.icews(folder)
    with pytest.raises(SourceError, match="start 'January' is not a date"):
        sources.icews(folder, start="January")


def test_bare_benchmark_asks_for_its_relations(tmp_path):
    folder = bare(tmp_path / "b")
    (folder / "relation2id.txt").unlink()
    with pytest.raises(SourceError, match=r"relation2id\.txt is missing"):
        sources.icews(folder, start="2018-01-01")


INDIA = {"code1": "IND", "name1": "INDIA", "country1": "IND"}
PAKISTAN = {"code2": "PAKGOV", "name2": "ISLAMABAD", "country2": "PAK"}


@pytest.mark.parametrize("width", [58, 61])
def test_gdelt_of_both_versions(tmp_path, width):
    lines = [
        gdelt_line(width, id="1", day="20240105", event="040", added="20240105", **INDIA, **PAKISTAN),
        gdelt_line(width, id="2", day="20240105", event="040", added="20240105", **INDIA, **PAKISTAN),
        gdelt_line(width, id="3", day="20240105", event="010", added="20240105", **INDIA, **PAKISTAN),
        gdelt_line(width, id="4", day="20240106", event="173", added="20240106", **INDIA),
        gdelt_line(width, id="5", day="20230105", event="040", added="20240106", **INDIA, **PAKISTAN),
        gdelt_line(width, id="6", day="notaday", event="040", added="20240106", **INDIA, **PAKISTAN),
        "1\t2\t3",
        gdelt_line(
            width, id="7", day="20240106", event="190", added="20240106", code1="AFGTAL", name1="TALIBAN",
            country1="AFG", group1="TAL", **PAKISTAN,
        ),
    ]  # fmt: skip
    file = tmp_path / "20240105.export.CSV"
    file.write_text("\n".join(lines), encoding="utf-8")
    found = sources.gdelt(file)
    assert rows(found, "time", "source", "act", "target", "n") == [
        (date(2024, 1, 5), "IND", "consult", "PAK", 2),
        (date(2024, 1, 6), "TALIBAN", "fight", "PAK", 1),
    ]
    assert reasons(found) == {
        "statement, not an act": 1,
        "no source or target named": 1,
        "older than its file": 1,
        "not a date": 1,
        "malformed line": 1,
    }
    assert found.refused.filter(pl.col("reason") == "malformed line")["row"].to_list() == [7]
    assert found.coverage.select("start", "end").rows() == [(date(2024, 1, 5), date(2024, 1, 6))]
    assert accounted(found)


def test_gdelt_files_of_the_past_are_covered_by_event_days(tmp_path):
    days = ("19790101", "19790102", "19790601")
    lines = [gdelt_line(58, id=d, day=d, event="040", added="20130203", **INDIA, **PAKISTAN) for d in days]
    (tmp_path / "1979.csv").write_text("\n".join(lines), encoding="utf-8")
    found = sources.gdelt(tmp_path)
    assert found.events.height == 3
    assert found.coverage.select("start", "end").rows() == [
        (date(1979, 1, 1), date(1979, 1, 2)),
        (date(1979, 6, 1), date(1979, 6, 1)),
    ]


def test_gdelt_may_be_held_to_root_events(tmp_path):
    file = tmp_path / "a.csv"
    lines = [
        gdelt_line(
            61, id=str(n), day="20240105", event="040", added="20240105", root=str(n), **INDIA, **PAKISTAN
        )
        for n in (0, 1)
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert sources.gdelt(file).events["n"].to_list() == [2]
    assert reasons(sources.gdelt(file, root_only=True)) == {"not a root event": 1}


def test_gdelt_code_without_its_leading_zero_is_not_guessed(tmp_path):
    """CAMEO 10 is a demand, 010 a statement; a spreadsheet makes the second look like the first."""
    file = tmp_path / "a.csv"
    file.write_text(gdelt_line(61, id="1", day="20240105", event="10", **INDIA, **PAKISTAN), encoding="utf-8")
    assert reasons(sources.gdelt(file)) == {"unknown code": 1}


def test_a_file_that_is_not_gdelt_says_so(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("time,source\n2024-01-01,IND\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"a\.csv line 1 has 1 tab-separated columns .* 57, 58 or 61"):
        sources.gdelt(file)


def test_real_raw_sample(shared_data):
    found = sources.icews(shared_data / "icews_raw_sample_2018")
    assert found.rows_read == 3705
    assert accounted(found)
    assert found.events["time"].unique().sort().to_list() == [date(2018, 6, 1), date(2018, 6, 2)]
    assert not {"malformed line", "unknown code", "not a date"} & set(reasons(found))


def test_real_year_of_the_benchmark(shared_data):
    began = time.perf_counter()
    found = sources.icews(shared_data / "icews18")
    assert time.perf_counter() - began < 30
    raw = pl.read_parquet(shared_data / "icews18" / "events.parquet", columns=["cameo"])
    statements = raw["cameo"].cast(pl.String).str.starts_with("01").sum()
    assert found.rows_read == raw.height == 468_558
    assert accounted(found)
    assert reasons(found)["statement, not an act"] == statements
    assert found.coverage.select("start", "end").rows() == [(date(2018, 1, 1), date(2018, 10, 31))]
    assert set(found.events["act"]) <= {act.name for act in world.acts()}
    assert {"TALIBAN", "EU", "USA", "PAK"} <= set(found.events["source"])
    assert (found.events["source"] != found.events["target"]).all()


def test_real_repeats_are_counted(shared_data):
    found = sources.icews(shared_data / "icews22")
    assert accounted(found)
    assert found.events["n"].max() > 10
