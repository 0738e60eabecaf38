"""The shipped case holds what it promises, and a case with a mistake says where."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chancellery import world
from chancellery.cases import SHIPPED, case
from chancellery.cases.files import CHRONOLOGY_COLUMNS, TIE_COLUMNS, rows
from chancellery.errors import ChancelleryError
from toy_case import make_case

GREAT = SHIPPED / "great-powers"


@pytest.fixture(scope="module")
def great():
    return case("great-powers")


def test_fifty_actors_are_in_play_and_all_of_the_inventory_is_known(great):
    assert len(great.actors) >= 50
    for name in ("NATO", "EU", "UN", "TALIBAN", "TTP", "ISIS-K", "IMF", "FATF", "PAK", "PAN", "DNK"):
        assert name in great.actors
    numbered = (
        {x for a in world.actors() for x in a.inventory.split()}
        if isinstance(world.actors()[0].inventory, str)
        else {x for a in world.actors() for x in a.inventory}
    )
    assert len(numbered) >= 88


def test_all_sixty_ties_of_the_inventory_are_dated_and_sourced(great):
    table = [*rows(GREAT / "ties.csv", TIE_COLUMNS), *rows(GREAT / "chronology.csv", CHRONOLOGY_COLUMNS)]
    tagged = {x for r in table for x in r["inventory"].replace(";", " ").split() if x.startswith("T")}
    assert tagged >= {f"T{n:03d}" for n in range(1, 61)}
    assert all(r["where"] for r in table)


def test_the_chronology_is_long_dated_sourced_and_unique(great):
    table = list(rows(GREAT / "chronology.csv", CHRONOLOGY_COLUMNS))
    recent = [r for r in table if "2023-04-11" <= r["on"] <= "2025-05-01"]
    assert len(recent) >= 150
    assert len({r["id"] for r in table}) == len(table)
    assert [r["on"] for r in table] == sorted(r["on"] for r in table)
    assert all(r["what"] and r["where"] for r in table)


def test_errors_of_the_essays_are_entered_with_the_right_date(great):
    by = {
        x: r["on"] for r in rows(GREAT / "chronology.csv", CHRONOLOGY_COLUMNS) for x in r["inventory"].split()
    }
    assert by["E015"] == "2016-08-29"  # LEMOA, before the first Trump term
    assert by["E032"] == "2025-03-18"  # the second call, five weeks after the first


def test_what_held_when(great):
    def held(kind: str, a: str, b: str, on: date) -> bool:
        return any(t.kind == kind and (t.source, t.target) == (a, b) and t.holds(on) for t in great.ties)

    start = great.start
    assert held("sanctions", "USA", "RUS", start)
    assert held("sanctions", "EU", "RUS", start)
    assert held("member", "PAK", "SCO", start)
    assert held("member", "POL", "NATO", start)
    assert held("grey-list", "FATF", "PAK", date(2020, 1, 1))
    assert not held("grey-list", "FATF", "PAK", start)
    assert not held("sanctions", "IND", "PAK", date(2018, 1, 1))


def test_every_scenario_of_the_case_reads(great):
    assert {"us-russia-thaw", "us-russia-thaw-eu-follows", "wedge", "thaw-china-focus"} <= set(
        great.scenarios
    )
    for name in great.scenarios:
        made = great.scenario(name)
        assert made.levers
        assert len(made.ask) >= 10


@pytest.mark.parametrize(
    ("file", "change", "says"),
    [
        ("actors.csv", ("PAK,", "PAKK,"), r"actors\.csv line 5: column 'id'.*did you mean"),
        ("actors.csv", ("role", "rule"), r"actors\.csv: has no column 'role'; did you mean 'rule'"),
        ("ties.csv", ("sanctions", "sanktions"), r"ties\.csv line 2: .*did you mean 'sanctions'"),
        ("ties.csv", ("2020-02-03", "03/02/2020"), r"ties\.csv line 2: column 'start': .* is not a date"),
        ("ties.csv", ("2020-08-01", "2019-08-01"), "before it starts"),
        ("ties.csv", (",0.4,", ",much,"), "is not a number"),
        ("chronology.csv", (",agree,", ",agre,"), r"chronology\.csv line 2: .*did you mean 'agree'"),
        ("chronology.csv", ("start-tie", "begin-tie"), "did you mean"),
        ("case.toml", ("start =", "begin ="), r"case\.toml: 'begin' is not a field"),
        ("model.toml", ("common-enemy", "comon-enemy"), "did you mean 'common-enemy'"),
        ("questions.toml", ("PAK and RUS agree", "PAK and RUS agrree"), "questions.toml ask 1"),
    ],
)
def test_a_mistake_in_a_case_is_named(tmp_path, file, change, says):
    make_case(tmp_path)
    text = (tmp_path / file).read_text()
    assert change[0] in text
    (tmp_path / file).write_text(text.replace(*change))
    with pytest.raises(ChancelleryError, match=says):
        read_everything(tmp_path)


def read_everything(folder: Path) -> tuple:
    made = case(folder)
    return made.roles, made.ties, made.happenings, made.model, made.asks


def test_a_missing_file_and_an_unknown_case_are_named(tmp_path):
    make_case(tmp_path)
    (tmp_path / "actors.csv").unlink()
    with pytest.raises(ChancelleryError, match=r"actors\.csv is missing"):
        _ = case(tmp_path).roles
    with pytest.raises(ChancelleryError, match="did you mean 'great-powers'"):
        case("great-power")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ChancelleryError, match=r"case\.toml is missing"):
        case(tmp_path / "empty")


def test_a_tie_that_does_not_hold_cannot_be_ended(tmp_path):
    made = make_case(tmp_path)
    text = (tmp_path / "chronology.csv").read_text()
    (tmp_path / "chronology.csv").write_text(
        text.replace("start-tie,RUS,PAK,0,,energy,0.2", "end-tie,RUS,PAK,0,,energy,")
    )
    made = case(tmp_path)
    with pytest.raises(ChancelleryError, match="no energy tie RUS → PAK holds on 2021-04-01"):
        _ = made.ties


def test_an_empty_case_says_so(tmp_path):
    made = make_case(tmp_path)
    (tmp_path / "actors.csv").write_text("id,role,in_play,why\n")
    with pytest.raises(ChancelleryError, match="fewer than three actors"):
        _ = made.roles
