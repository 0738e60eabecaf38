"""What a user does wrong is answered in one sentence with its cure, and exit code 1."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from chancellery import cases
from cli_toys import chain, done, events, run


def refused(*args: object) -> str:
    """Run a verb that must refuse, and return its one sentence."""
    ran = run(*args)
    assert ran.code == 1, ran.err or ran.out
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1, ran.err
    assert ran.err.startswith("chancellery: ")
    assert "defect" not in ran.err
    return ran.err


@pytest.fixture
def scenario(tmp_path: Path):
    """Write the example scenario with one thing changed."""

    def write(old: str, new: str) -> Path:
        text = (chain().case / "scenarios" / "example.toml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "mine.toml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(("args", "said"), [
    (("whatiff",), "'whatif'"),
    (("show", "efects"), "'effects'"),
    (("whatif",), "Missing argument"),
    (("whatif", "x", "--draw", "3"), "--draws"),
    (("whatif", "x", "--draws", "0"), "--draws"),
    (("whatif", "x", "--draws", "5", "--replicates", "2"), "say --draws 4"),
    (("add", "r.duckdb"), "FILES"),
    (("fit",), "--record"),
])  # fmt: skip
def test_a_command_written_wrongly_exits_with_2(args: tuple[str, ...], said: str):
    ran = run(*args)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


def test_a_scenario_that_is_not_there():
    assert "there is no scenario 'exampel'; did you mean 'example'?" in refused(
        "whatif", "exampel", "--case", chain().case
    )


def test_a_typo_in_a_key_of_a_scenario(scenario):
    said = refused("whatif", scenario("tie =", "tye ="), "--case", chain().case)
    assert "mine.toml [[lever]] 1: 'tye' is not a field; did you mean 'tie'?" in said


def test_an_unknown_actor_in_a_scenario(scenario):
    said = refused("whatif", scenario('target = "PRK"', 'target = "North Koree"'), "--case", chain().case)
    assert "lever 1: target: actor 'North Koree' is not known; did you mean 'North Korea'?" in said


def test_an_unknown_act_in_a_scenario(scenario):
    said = refused("whatif", scenario('act = "consult"', 'act = "consul"'), "--case", chain().case)
    assert "lever 2: act 'consul' is not known; did you mean 'consult'?" in said


def test_a_date_outside_the_scenario(scenario):
    said = refused("whatif", scenario("on = 2025-03-01", "on = 2027-03-01"), "--case", chain().case)
    assert "on 2027-03-01 lies outside 2025-01-01 to 2026-01-01" in said


def test_a_tie_is_ended_that_does_not_hold(scenario):
    path = scenario('source = "USA"\ntarget = "PRK"', 'source = "PRK"\ntarget = "USA"')
    said = refused("whatif", path, "--case", chain().case, "--draws", 2, "--json")
    assert (
        "no sanctions tie PRK → USA holds on 2025-01-01; it holds the other way round: swap source and target"
        in said
    )


def test_a_scenario_that_begins_before_the_record_ends(scenario):
    path = scenario("start = 2025-01-01", "start = 2024-06-01")
    assert "before the record ends" in refused("whatif", path, "--case", chain().case, "--draws", 2, "--json")


@pytest.mark.parametrize(("question", "said"), [
    ("USA and PRK dance", "'dance' is no act"),
    ("USA and Utopia agree", "actor 'Utopia' is not known"),
    ("USA and PRK agree within 24 months", "asks to 2027-01-01, outside the scenario's 2025-01-01 to 2026"),
    ("USA and PRK agree by 2024-02-01", "asks to 2024-02-01"),
])  # fmt: skip
def test_a_question_that_cannot_be_asked(question: str, said: str):
    assert said in refused("whatif", "example", "--case", chain().case, "--ask", question)


def test_a_case_that_is_not_there():
    assert "there is no case 'great-power', shipped or as a folder; did you mean 'great-powers'?" in refused(
        "whatif", "wedge", "--case", "great-power"
    )


def test_an_empty_case(tmp_path: Path):
    assert "case.toml is missing; 'chancellery init' makes one" in refused(
        "whatif", "example", "--case", tmp_path
    )
    done("init", tmp_path / "new")
    said = refused("whatif", "example", "--case", tmp_path / "new")
    assert (
        f"has no fit yet; make one with 'chancellery fit --case {tmp_path / 'new'} --record RECORD'" in said
    )


def test_an_actor_in_play_whom_the_fit_does_not_know(tmp_path: Path):
    done("init", tmp_path / "new")
    table = tmp_path / "new" / "actors.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("RUS,great-power,0", "RUS,great-power,1"), encoding="utf-8"
    )
    said = refused("whatif", "example", "--case", tmp_path / "new", "--fit", chain().case / "fit")
    assert "does not know RUS, in play in actors.csv; make it anew" in said


def test_a_mistake_in_a_table_of_the_case_is_told_before_the_work(tmp_path: Path):
    done("init", tmp_path / "new")
    table = tmp_path / "new" / "ties.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace("rivalry,KOR", "rivalri,KOR"), encoding="utf-8"
    )
    said = refused("fit", "--case", tmp_path / "new", "--record", chain().record)
    assert "ties.csv line 5: column 'kind': 'rivalri' is not known; did you mean 'rivalry'?" in said


def test_init_refuses_a_folder_with_something_in_it(tmp_path: Path):
    (tmp_path / "mine.txt").touch()
    assert "is not an empty folder; name a new one" in refused("init", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_init_refuses_a_place_where_nothing_can_be_made(tmp_path: Path):
    (tmp_path / "file").touch()
    assert "cannot be made" in refused("init", tmp_path / "file" / "case")


def test_add_of_a_file_that_is_not_there(tmp_path: Path):
    (tmp_path / "events.csv").touch()
    assert "does not exist; did you mean 'events.csv'?" in refused(
        "add", tmp_path / "r.duckdb", tmp_path / "event.csv"
    )
    assert not (tmp_path / "r.duckdb").exists()


def test_add_of_wrong_columns(tmp_path: Path):
    table = tmp_path / "mine.csv"
    table.write_text("time,sorce,act,target\n2024-01-01,USA,consult,JPN\n", encoding="utf-8")
    said = refused("add", tmp_path / "r.duckdb", table, "--as", "plain")
    assert "mine.csv has no column 'source'" in said
    assert not (tmp_path / "r.duckdb").exists()


def test_add_without_a_reader_where_the_file_does_not_tell(tmp_path: Path):
    table = tmp_path / "mine.csv"
    table.write_text("ccode1,ccode2,year\n2,20,1990\n", encoding="utf-8")
    said = refused("add", tmp_path / "r.duckdb", table)
    assert (
        "its first line does not tell what it is; add --as with one of icews, gdelt, polecat, plover, plain"
        in said
    )


def test_add_with_an_unknown_reader(tmp_path: Path):
    assert "there is no such reader; did you mean 'icews'?" in refused(
        "add", "r.duckdb", tmp_path, "--as", "icew"
    )


def test_a_dataset_is_named_where_the_reader_does_not_allow_it(tmp_path: Path):
    said = refused("add", tmp_path / "r.duckdb", tmp_path, "--as", "atop", "--dataset", "mine")
    assert "the reader atop names its dataset itself; leave the option out" in said


def test_a_changed_file_under_its_old_name_leaves_the_record_as_it_was(tmp_path: Path):
    table, record = tmp_path / "mine.csv", tmp_path / "r.duckdb"
    table.write_text(events(20), encoding="utf-8")
    done("add", record, table)
    before = done("show", "record", record, "--json").json["fingerprint"]
    table.write_text(events(30), encoding="utf-8")
    assert "'mine.csv' is there already with other content" in refused("add", record, table)
    assert done("show", "record", record, "--json").json["fingerprint"] == before


def test_a_record_that_is_not_there(tmp_path: Path):
    path = tmp_path / "r.duckdb"
    for args in (("fit", "--record", path), ("show", "record", path), ("show", "ties", "--record", path)):
        assert f"there is no record {path}; make one with 'chancellery add {path} FILES" in refused(*args)
    assert list(tmp_path.iterdir()) == []


def test_a_record_of_another_version(tmp_path: Path):
    path = tmp_path / "r.duckdb"
    table = tmp_path / "mine.csv"
    table.write_text(events(20), encoding="utf-8")
    done("add", path, table)
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'format'")
    for args in (("add", path, table), ("show", "record", path), ("fit", "--record", path)):
        assert "written by a newer Chancellery" in refused(*args)


def test_a_file_that_is_no_record(tmp_path: Path):
    """DuckDB would open a CSV file as a database in memory, and what is added would be lost."""
    table = tmp_path / "mine.csv"
    table.write_text(events(20), encoding="utf-8")
    for args in (("show", "record", table), ("fit", "--record", table), ("add", table, table)):
        assert f"{table} is not a DuckDB file" in refused(*args)
    assert table.read_text(encoding="utf-8") == events(20)


@pytest.mark.parametrize(("option", "day", "said"), [
    ("--since", "2031-01-01", "nothing since 2031-01-01; name an earlier --since"),
    ("--until", "2019-01-01", "nothing until 2019-01-01; name a later --until"),
    ("--until", "2023-02-01", "first 84 days only fill the memory"),
    ("--until", "yesterday", "'yesterday' is not a date; write it as 2022-02-24"),
])  # fmt: skip
def test_dates_outside_what_the_record_covers(tmp_path: Path, option: str, day: str, said: str):
    made = chain()
    args = ("fit", "--case", made.case, "--record", made.record, "--out", tmp_path / "fit", option, day)
    assert said in refused(*args)
    assert not (tmp_path / "fit").exists()


def test_an_empty_record(tmp_path: Path):
    path = tmp_path / "r.duckdb"
    from chancellery.record import open_record

    open_record(path).close()
    said = refused("fit", "--case", chain().case, "--record", path, "--out", tmp_path / "fit")
    assert "is an empty record; add events with" in said


def test_futures_that_end_before_they_begin():
    said = refused("simulate", "--case", chain().case, "--until", "2024-01-01")
    assert "--until 2024-01-01 is not after the start of the futures, 2025-01-01" in said


def test_output_that_cannot_be_written_is_told_before_the_work(tmp_path: Path):
    (tmp_path / "file").touch()
    within = tmp_path / "file" / "deep"
    made = chain()
    assert "its folder is a file; choose another folder" in refused(
        "whatif", "example", "--case", made.case, "--out", within
    )
    assert "cannot write" in refused("simulate", "--case", made.case, "--out", within / "x.json")
    assert "is a folder; name a file in it" in refused("simulate", "--case", made.case, "--out", tmp_path)
    assert "cannot write" in refused("fit", "--case", made.case, "--record", made.record, "--out", within)


def test_report_of_something_else(tmp_path: Path):
    assert "there is no result" in refused("report", tmp_path / "none.json")
    assert "is not JSON" in refused("report", chain().case / "ties.csv")
    (tmp_path / "other.json").write_text('{"kind": "recipe"}', encoding="utf-8")
    assert "other.json: the what-if result is wrong at kind" in refused("report", tmp_path / "other.json")
    done("simulate", "--case", chain().case, "--draws", 2, "--until", "2025-02", "--out", tmp_path / "s.json")
    assert "which compares nothing; run 'chancellery whatif'" in refused("report", tmp_path / "s.json")


@pytest.mark.parametrize(("args", "said"), [
    (("show", "actors", "Pakistann"), "did you mean 'Pakistan'?"),
    (("show", "actors", "--kind", "stat"), "did you mean 'state'?"),
    (("show", "effects", "comon-enemy"), "did you mean 'common-enemy'?"),
    (("show", "ties", "--kind", "sanction"), "did you mean 'sanctions'?"),
    (("show", "ties", "--on", "2024-13-01"), "is not a day of the calendar"),
    (("show", "scenario", "wege"), "did you mean 'wedge'?"),
])  # fmt: skip
def test_show_names_the_nearest(args: tuple[str, ...], said: str):
    assert said in refused(*args)


def test_debug_shows_where_an_error_arose():
    ran = run("show", "effects", "nothing", "--debug")
    assert ran.code == 1
    assert "Traceback" in ran.err
    assert run("--debug", "show", "effects", "nothing").err == ran.err


def test_a_defect_is_called_a_defect(monkeypatch):
    def broken(name: str) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(cases, "case", broken)
    ran = run("show", "case")
    assert ran.code == 1
    assert ran.err.startswith(
        "chancellery: this is a defect of the program, not of your input: ZeroDivisionError"
    )
    assert len(ran.err.splitlines()) == 1
