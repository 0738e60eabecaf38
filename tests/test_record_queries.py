"""Questions to a record: which rows, in which order, and what a wrong question is answered."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from chancellery.errors import RecordError
from chancellery.record import open_record
from chancellery.sources.harvest import ATTRIBUTE_SCHEMA, COVERAGE_SCHEMA, REFUSED_SCHEMA, TIE_SCHEMA
from record_toys import everything, toy

QUESTIONS = ("events", "ties", "attributes", "coverage", "refused", "counts", "segments", "files")


@pytest.fixture
def record():
    with open_record(":memory:") as opened:
        opened.add(toy(), everything("atop"))
        yield opened


def test_an_empty_record_answers_with_empty_frames_of_the_same_columns():
    with open_record(":memory:") as empty, open_record(":memory:") as full:
        full.add(everything())
        for question in QUESTIONS:
            assert getattr(empty, question)().schema == getattr(full, question)().schema, question
            assert getattr(empty, question)().is_empty()
        assert "nothing was set aside" in str(empty.rule())


def test_since_and_until_are_both_included(record):
    assert record.events(since="2018-01-02", until=date(2018, 1, 2))["act"].to_list() == ["accuse"]
    assert record.events(since=datetime(2018, 1, 2, 12)).height == 2
    assert record.events(until="2018-01").height == 3
    assert record.events(until="2017").is_empty()


def test_actors_keep_events_between_them_only(record):
    assert record.events(actors=["PAK", "USA"]).height == 2
    assert record.events(actors=["PAK", "CHN"]).is_empty()
    assert record.events(actors=[]).is_empty()


def test_a_tie_holds_on_its_first_and_on_its_last_day(record):
    def held(on: str) -> list[float]:
        return record.ties(on=on, kinds=["sanctions"])["value"].to_list()

    assert [held(day) for day in ("2014-03-05", "2014-03-06", "2018-01-10", "2018-01-11")] == [
        [],
        [0.25],
        [0.25, 0.5],
        [0.5],
    ]
    assert dict(record.ties().schema) == TIE_SCHEMA
    assert record.ties().height == 4
    assert record.ties(on="2018-06-01")["kind"].to_list() == ["alliance", "sanctions"]


def test_awkward_text_survives(record):
    texts = record.ties(kinds=["sanctions", "energy"])["what"].to_list()
    assert texts == ["", None, 'it\'s "sectoral", naïve\nsecond line']


def test_the_same_tie_from_two_files_is_given_once(record):
    record.add(everything("atop", file="again.csv"))
    assert record.ties().height == 4
    assert record.attributes().height == 3
    assert record.counts().filter(dataset="atop")["ties"].to_list() == [8]
    assert set(record.ties()["file"]) == {"again.csv"}


def test_tie_matrix_has_a_direction_where_the_kind_has_one(record):
    actors = ["USA", "PAK", "RUS", "CHN"]
    sanctions = record.tie_matrix("sanctions", "2018-01-05", actors)
    assert sanctions.dtype == np.float64
    assert sanctions[0, 2] == 0.5
    assert sanctions.sum() == 0.5
    alliance = record.tie_matrix("alliance", "2018-01-05", actors)
    assert alliance[0, 1] == alliance[1, 0] == 1.0
    assert alliance.sum() == 2.0
    energy = record.tie_matrix("energy", "2017-06-01", actors)
    assert energy[2, 3] == 0.1 + 0.2


def test_tie_matrix_can_tell_no_tie_from_zero_and_leaves_strangers_out(record):
    matrix = record.tie_matrix("alliance", date(2018, 1, 5), ["PAK", "IND"], absent=float("nan"))
    assert np.isnan(matrix).all()
    assert record.tie_matrix("alliance", "2018-01-05", []).shape == (0, 0)


def test_attributes_hold_on_a_day(record):
    assert dict(record.attributes().schema) == ATTRIBUTE_SCHEMA
    assert record.attributes(on="2018-06-01").select("actor", "name", "value", "text").rows() == [
        ("USA", "growth", 2.3, None),
        ("PAK", "leader", None, "prime minister"),
    ]


def test_refused_rows_can_be_asked_by_reason_in_any_case(record):
    assert dict(record.refused().schema) == REFUSED_SCHEMA
    assert record.refused().height == 3
    assert record.refused("STATEMENT")["dataset"].to_list() == ["atop", "icews18"]
    assert record.refused("Atlantis")["raw"].to_list() == ["Atlantis,consult"]


def test_coverage_and_files_say_what_was_read(record):
    assert dict(record.coverage().schema) == COVERAGE_SCHEMA
    assert record.files().select("dataset", "file", "rows_read").rows() == [
        ("atop", "list.csv", 10),
        ("icews18", "train.txt", 10),
    ]


def test_counts_are_by_dataset_and_table(record):
    assert record.counts().rows(named=True)[0] == {
        "dataset": "atop",
        "files": 1,
        "events": 3,
        "counted": 0,
        "ties": 4,
        "attributes": 3,
        "refused": 2,
    }


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (lambda record: record.events(since="yesterday"), "since: 'yesterday' is not a date; write it as"),
        (lambda record: record.events(until="2018-02-30"), "until: '2018-02-30' is not a day"),
        (lambda record: record.events(since="2019", until="2018"), r"since \(2019-01-01\) is after until"),
        (lambda record: record.events(datasets=["icews"]), "no dataset 'icews'; did you mean 'icews18'"),
        (lambda record: record.segments("icews"), "no dataset 'icews'; did you mean 'icews18'"),
        (lambda record: record.events(actors="PAK"), r"actors is a list of names; write \['PAK'\]"),
        (lambda record: record.ties(on="x"), "on: 'x' is not a date"),
        (lambda record: record.ties(kinds=["sanction"]), "'sanction' is not known; did you mean 'sanctions'"),
        (lambda record: record.ties(kinds="trade"), r"kinds is a list of names; write \['trade'\]"),
        (lambda record: record.tie_matrix("alliances", "2018", ["PAK"]), "did you mean 'alliance'"),
        (lambda record: record.tie_matrix("trade", "2018", ["PAK", "PAK"]), "names 'PAK' twice"),
        (lambda record: record.attributes(on="x"), "on: 'x' is not a date"),
    ],
)
def test_a_wrong_question_is_answered_with_field_and_cure(record, question, said):
    with pytest.raises(RecordError, match=said):
        question(record)
