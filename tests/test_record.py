"""The record: adding, adding again, overlapping files and sources, and taking out."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from chancellery.errors import RecordError
from chancellery.record import open_record, summary
from chancellery.sources.harvest import EVENT_SCHEMA, Harvest, harvest
from record_toys import FIRST, covers, events, everything, files, toy


@pytest.fixture
def record():
    with open_record(":memory:") as opened:
        yield opened


def test_rows_come_back_as_they_were_read_with_their_provenance(record):
    receipt = record.add(toy())
    found = record.events()
    assert dict(found.schema) == EVENT_SCHEMA
    assert found.equals(toy().events.select(found.columns).sort("time"))
    assert found.select("dataset", "file", "row").row(0) == ("icews18", "train.txt", 1)
    entry = receipt.entries[0]
    assert (entry.events, entry.refused, entry.files, entry.already) == (3, 1, ("train.txt",), ())
    assert "3 events" in str(receipt)


def test_the_same_file_twice_changes_nothing_and_the_receipt_says_so(record):
    record.add(toy())
    before = record.fingerprint(), record.counts()
    receipt = record.add(toy())
    assert receipt.entries[0].already == ("train.txt",)
    assert "1 file already there, nothing added" in str(receipt)
    assert record.fingerprint() == before[0]
    assert record.counts().equals(before[1])


def test_a_copy_of_a_file_under_another_name_is_already_there(record):
    original = toy(file="a.txt")
    copy = harvest(
        "icews18",
        events=events("b.txt", FIRST),
        files=original.files.with_columns(file=pl.lit("b.txt")),
    )
    record.add(original)
    assert record.add(copy).entries[0].already == ("b.txt",)
    assert record.counts()["events"].to_list() == [3]


def test_twice_in_one_add_counts_once(record):
    receipt = record.add(toy(), toy())
    assert [entry.events for entry in receipt.entries] == [3, 0]


def test_only_the_new_files_of_a_folder_are_added(record):
    record.add(toy(file="train.txt"))
    both = harvest(
        "icews18",
        events=pl.concat([events("train.txt", FIRST), events("test.txt", [(9, "CHN", "aid", "PAK", "071")])]),
        files=files("train.txt", "test.txt"),
    )
    entry = record.add(both).entries[0]
    assert (entry.files, entry.already, entry.events) == (("test.txt",), ("train.txt",), 1)
    assert record.events().height == 4


def test_the_same_file_in_another_dataset_is_another_file(record):
    record.add(toy("icews18"))
    assert record.add(toy("gdelt")).entries[0].events == 3


def test_a_changed_file_under_its_old_name_is_refused_with_the_way_out(record):
    record.add(toy())
    with pytest.raises(
        RecordError, match=r"'train\.txt' is there already with other content.*record\.remove"
    ):
        record.add(toy(text="edited"))
    assert record.counts()["events"].to_list() == [3]
    record.remove("icews18")
    assert record.add(toy(text="edited", told=FIRST[:2])).entries[0].events == 2


def test_an_event_told_in_two_overlapping_files_counts_once_and_both_rows_stay(record):
    record.add(toy(file="june.txt", told=FIRST))
    later = [*FIRST[1:], (4, "IND", "protest", "CHN", "141")]
    receipt = record.add(toy(file="july.txt", told=later))
    assert receipt.entries[0].repeated == 2
    assert "2 events are there more than once" in str(receipt)
    assert record.counts().select("events", "counted").row(0) == (6, 4)
    assert record.events()["time"].dt.day().to_list() == [1, 2, 3, 4]
    rule = record.rule()
    assert rule.set_aside.rows() == [("icews18", "repeat", 2)]
    assert "counts once" in rule.text
    assert "icews18: 2 set aside (repeat)" in str(rule)


def test_of_repeated_rows_the_one_with_most_reports_counts_then_the_first_by_file(record):
    record.add(toy(file="b.txt", told=FIRST[:2], n=[1, 1]), toy(file="a.txt", told=FIRST[:2], n=[1, 1]))
    record.add(toy(file="c.txt", told=FIRST[:1], n=[7]))
    assert record.events().select("file", "n").rows() == [("c.txt", 7), ("a.txt", 1)]


def test_events_that_differ_only_in_their_issue_are_two_events(record):
    pair = events("list.csv", [(1, "PAK", "agree", "RUS", "agree")] * 2)
    pair = pair.with_columns(issue=pl.Series(["energy", "military"]))
    record.add(harvest("chronology", events=pair, files=files("list.csv")))
    assert record.events()["issue"].to_list() == ["energy", "military"]


def test_a_day_two_sources_cover_belongs_to_the_first_in_the_order_of_precedence(record):
    same = [(day, "PAK", "consult", "USA", "042") for day in (1, 10, 20)]
    record.add(toy("gdelt", told=same, days=(1, 31)), toy("icews18", told=same, days=(5, 15)))
    assert record.precedence() == ["icews18", "gdelt"]
    assert record.events()["dataset"].to_list() == ["gdelt", "icews18", "gdelt"]
    assert record.rule().set_aside.rows() == [("gdelt", "overlap", 1), ("icews18", "overlap", 2)]
    assert record.counts()["events"].to_list() == [3, 3]


def test_the_order_of_precedence_can_be_set_and_is_part_of_the_fingerprint(record):
    record.add(toy("gdelt"), toy("icews18"))
    before = record.fingerprint()
    record.set_precedence(["gdelt"])
    assert record.precedence() == ["gdelt", "icews18"]
    assert set(record.events()["dataset"]) == {"gdelt"}
    assert record.fingerprint() != before
    record.set_precedence(["icews18"])
    assert record.fingerprint() == before


def test_what_the_rule_sets_aside_can_be_seen_by_naming_the_dataset(record):
    record.add(toy("gdelt"), toy("icews18"))
    assert record.events(datasets=["gdelt"])["dataset"].to_list() == ["gdelt"] * 3


def test_events_on_a_day_nobody_covers_stand(record):
    record.add(toy(days=(1, 2)))
    assert record.events().height == 3


def test_two_editions_of_one_source_do_not_count_an_uncovered_event_twice(record):
    bare = {"refused": None, "coverage": None}
    for dataset in ("icews14", "icews05-15"):
        record.add(harvest(dataset, events=events("all.txt", FIRST), files=files("all.txt"), **bare))
    assert record.events()["dataset"].to_list() == ["icews05-15"] * 3
    assert record.rule().set_aside.rows() == [("icews14", "repeat", 3)]


def test_segments_cut_the_covered_time_where_its_owner_changes(record):
    gaps = harvest(
        "gdelt",
        events=events("g.csv", FIRST),
        files=files("g.csv"),
        coverage=covers((1, 4), (5, 20), (25, 31)),
    )
    record.add(gaps, toy("icews18", days=(8, 10)))
    found = record.segments()
    assert found.columns == ["segment", "dataset", "start", "end", "days"]
    assert [(name, start.day, end.day, days) for _, name, start, end, days in found.iter_rows()] == [
        ("gdelt", 1, 7, 7),
        ("icews18", 8, 10, 3),
        ("gdelt", 11, 20, 10),
        ("gdelt", 25, 31, 7),
    ]
    assert [
        (start.day, end.day) for start, end in record.segments(["gdelt"]).select("start", "end").rows()
    ] == [
        (1, 20),
        (25, 31),
    ]


def test_a_dataset_without_events_owns_no_day(record):
    ties_only = everything("alliances")
    ties_only = Harvest(**{**vars(ties_only), "events": ties_only.events.clear()})
    record.add(ties_only, toy("icews18", days=(2, 3)))
    assert record.segments()["dataset"].to_list() == ["icews18"]
    assert record.events().height == 3


def test_coverage_that_touches_or_overlaps_is_merged(record):
    record.add(
        toy(file="a.txt", days=(1, 10)), toy(file="b.txt", days=(11, 15)), toy(file="c.txt", days=(20, 31))
    )
    assert record.coverage().select("start", "end").rows() == [
        (date(2018, 1, 1), date(2018, 1, 15)),
        (date(2018, 1, 20), date(2018, 1, 31)),
    ]


def test_coverage_told_in_different_words_is_one_coverage(record):
    for file, days in {"a.txt": (1, 10), "b.txt": (5, 15), "c.txt": (16, 20), "d.txt": (19, 21)}.items():
        given = toy(file=file, days=days)
        told = given.coverage.with_columns(what=pl.lit(f"days in {file}"))
        record.add(Harvest(**{**vars(given), "coverage": told}))
    assert record.coverage().rows() == [
        (
            "icews18",
            date(2018, 1, 1),
            date(2018, 1, 21),
            "days in a.txt; days in b.txt; days in c.txt; and 1 more",
        )
    ]


def test_a_dry_run_gives_the_receipt_of_the_real_add_and_keeps_nothing(record):
    record.add(toy(file="june.txt"))
    before = record.fingerprint()
    dry = record.add(toy(file="july.txt"), everything(), dry_run=True)
    assert record.fingerprint() == before
    assert "nothing was added" in str(dry)
    assert dry.entries == record.add(toy(file="july.txt"), everything()).entries


def test_remove_takes_a_dataset_out_of_every_table(record):
    record.add(toy())
    before = record.fingerprint()
    record.add(everything())
    assert record.remove("chronology") == 3 + 4 + 3 + 2
    assert record.fingerprint() == before
    assert record.coverage()["dataset"].to_list() == ["icews18"]


def test_a_dataset_that_brought_nothing_but_its_coverage_can_be_removed(record):
    record.add(harvest("acled", coverage=covers((1, 9))))
    assert record.remove("acled") == 0
    assert record.coverage().is_empty()


def test_remove_of_an_unknown_dataset_names_the_nearest(record):
    record.add(toy())
    with pytest.raises(RecordError, match="no dataset 'icews81'; did you mean 'icews18'"):
        record.remove("icews81")


def test_precedence_refuses_unknown_and_repeated_names(record):
    record.add(toy())
    with pytest.raises(RecordError, match="no dataset 'icew18'; did you mean 'icews18'"):
        record.set_precedence(["icew18"])
    with pytest.raises(RecordError, match="names 'icews18' twice; name each dataset once"):
        record.set_precedence(["icews18", "icews18"])


def test_a_row_of_a_file_the_harvest_does_not_list_is_refused(record):
    with pytest.raises(
        RecordError, match=r"rows of events name the file 'x\.txt'.*does not list; give harvest"
    ):
        record.add(harvest("icews18", events=events("x.txt", FIRST)))


def test_coverage_that_ends_before_it_starts_is_refused(record):
    backward = harvest("icews18", files=files("a.txt"), coverage=covers((9, 3)))
    with pytest.raises(RecordError, match="starts on 2018-01-09 but ends on 2018-01-03; swap"):
        record.add(backward)


def test_a_harvest_of_mixed_datasets_or_wrong_columns_is_refused(record):
    good = toy()
    mixed = Harvest(**{**vars(good), "events": good.events.with_columns(dataset=pl.lit("gdelt"))})
    with pytest.raises(RecordError, match="a row of events is of dataset 'gdelt'"):
        record.add(mixed)
    short = Harvest(**{**vars(good), "events": good.events.drop("weight")})
    with pytest.raises(RecordError, match="the columns of events are not time, source"):
        record.add(short)


def test_anything_but_a_harvest_is_refused_with_the_way_to_get_one(record):
    with pytest.raises(RecordError, match=r"add takes harvests.*not a list.*chancellery\.sources"):
        record.add([toy()])


def test_the_fingerprint_sees_one_changed_cell_and_not_a_renamed_file(record):
    record.add(toy())
    with open_record(":memory:") as other:
        changed = toy()
        touched = changed.events.with_columns(weight=pl.col("weight") + 1e-12)
        other.add(Harvest(**{**vars(changed), "events": touched}))
        assert other.fingerprint() != record.fingerprint()
    with open_record(":memory:") as renamed:
        moved = {table: getattr(toy(), table) for table in ("events", "refused", "files")}
        moved = {table: frame.with_columns(file=pl.lit("moved.txt")) for table, frame in moved.items()}
        renamed.add(harvest("icews18", **moved, coverage=toy().coverage))
        assert renamed.fingerprint() == record.fingerprint()


def test_the_fingerprint_tells_an_empty_cell_from_an_empty_text():
    prints = set()
    for text in (None, ""):
        with open_record(":memory:") as record:
            given = everything()
            ties = given.ties.with_columns(what=pl.lit(text, dtype=pl.String))
            record.add(Harvest(**{**vars(given), "ties": ties}))
            prints.add(record.fingerprint())
    assert len(prints) == 2


def test_summary_says_what_is_held_covered_refused_and_set_aside(record):
    assert "empty record" in summary(record)
    record.add(toy("gdelt", days=(1, 20)), toy("icews18"), everything())
    said = summary(record)
    assert "3 datasets, 9 events kept, 3 of them count" in said
    assert "gdelt: 2018-01-01 to 2018-01-20 (news)" in said
    assert "icews18: statement 1" in said
    assert "chronology: Statement 1; unknown actor 1" in said
    assert "gdelt: 3 set aside (overlap)" in said
    assert "icews18, gdelt, chronology" in said


def test_doctor_gives_versions_and_sizes(tmp_path):
    with open_record(tmp_path / "world.duckdb") as record:
        record.add(everything())
        told = record.doctor()
    assert told["format"] == 1
    assert told["rows of ties"] == 4
    assert told["bytes"] > 0
    assert {"chancellery", "duckdb", "polars", "python", "created"} <= set(told)
