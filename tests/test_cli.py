"""The command line: every verb explains itself, runs, and speaks JSON."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import typer

from chancellery import __version__, api, cli
from chancellery.cases import case
from chancellery.commands import options
from chancellery.model.posterior import load_fit
from cli_toys import chain, done, events, program, run, walk

COMMANDS = walk(typer.main.get_command(cli.app))
VERBS = [(name, command) for name, command in COMMANDS if name != "chancellery"]
QUESTIONS = 5


@pytest.mark.parametrize(("name", "command"), VERBS, ids=lambda x: x if isinstance(x, str) else "")
def test_every_verb_has_help_an_example_json_and_debug(name, command):
    assert command.help, f"{name} has no help"
    assert "Example" in command.help, f"{name} has no example"
    assert f"  {name}" in command.help, f"the example of {name} does not run it"
    assert len(command.help.split("\n")[0]) <= 64, f"the first line of {name} is cut off in the list of verbs"
    flags = {flag for parameter in command.params for flag in parameter.opts}
    assert {"--json", "--debug", "-v"} <= flags
    for parameter in command.params:
        assert getattr(parameter, "help", None) or parameter.name == "help", (
            f"{name} {parameter.name} has no help"
        )


def test_help_is_printed_for_every_verb_and_alone():
    alone = done()
    assert alone.out == done("--help").out
    assert [
        line.split()[0] for line in alone.out.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    ] == list(cli.VERBS)
    for name, _ in VERBS:
        assert "Usage" in done(*name.split()[1:], "--help").out


def test_version():
    assert done("--version").out == f"chancellery {__version__}\n"


def test_defaults_are_those_of_the_verbs():
    assert (options.DRAWS, options.REPLICATES, options.SEED) == (api.DRAWS, api.REPLICATES, api.SEED)


def test_init_makes_a_case_that_is_read_whole():
    made = chain()
    one = case(made.case)
    assert set(one.actors) == {"USA", "CHN", "JPN", "KOR", "PRK"}
    assert one.scenarios == ["example"]
    assert len(one.ties) == 7
    assert len(one.happenings) == 5
    assert len(one.scenario("example").ask) == QUESTIONS
    assert len(one.model.choice) == 7
    assert "chancellery whatif example" in made.init.out
    assert (made.case / "README.md").exists()


def test_init_in_an_empty_folder_that_is_there(tmp_path: Path):
    made = done("init", tmp_path, "--json").json
    assert set(made["files"]) >= {"case.toml", "scenarios/example.toml"}


def test_add_gives_a_receipt():
    assert chain().add.out.startswith("added:\n  events: ")
    assert "0 refused from 1 file" in chain().add.out


def test_add_lists_refused_rows_by_reason_with_the_nearest_word(tmp_path: Path):
    table = tmp_path / "mine.csv"
    table.write_text(
        events(20) + "2024-01-01,USA,consul,JPN\n2024-01-01,Jpan,consult,USA\n", encoding="utf-8"
    )
    said = done("add", tmp_path / "r.duckdb", table).out
    assert "did you mean 'consult'?" in said
    assert "did you mean 'Japan'?" in said
    assert "mine.csv line 22" in said
    told = done("add", tmp_path / "s.duckdb", table, "--json").json
    assert [row["rows"] for row in told["refused"]] == [1, 1]
    assert told["added"][0]["refused"] == 2
    assert told["coverage"][0]["dataset"] == "mine"


def test_a_dry_run_adds_nothing_and_makes_no_record(tmp_path: Path):
    table, record = tmp_path / "mine.csv", tmp_path / "r.duckdb"
    table.write_text(events(20), encoding="utf-8")
    assert "dry run, nothing was added" in done("add", record, table, "--dry-run").out
    assert not record.exists()
    done("add", record, table)
    before = done("show", "record", record, "--json").json["fingerprint"]
    table.write_text(events(30, seed=4), encoding="utf-8")
    done("add", record, table, "--dataset", "other", "--dry-run")
    assert done("show", "record", record, "--json").json["fingerprint"] == before


def test_adding_twice_changes_nothing(tmp_path: Path):
    table, record = tmp_path / "mine.csv", tmp_path / "r.duckdb"
    table.write_text(events(20), encoding="utf-8")
    done("add", record, table)
    assert "1 file already there, nothing added" in done("add", record, table).out


def test_fit_prints_its_table_saves_the_fit_and_writes_its_page():
    made = chain()
    assert "own-share@20d" in made.fit.out
    assert "robust se" in made.fit.out
    fit = load_fit(made.case / "fit")
    assert str(fit) + "\n" == made.fit.out
    assert "<html" in (made.case / "fit" / "fit.html").read_text(encoding="utf-8")


def test_fit_sees_nothing_of_the_scenarios_time(tmp_path: Path):
    """The record may run on; by default the fit ends on the eve of the case's start."""
    table, record = tmp_path / "long.csv", tmp_path / "r.duckdb"
    table.write_text(events(300) + "2025-03-01,USA,fight,PRK\n", encoding="utf-8")
    done("add", record, table)
    told = done("fit", "--case", chain().case, "--record", record, "--out", tmp_path / "fit", "--json").json
    assert told["until"] <= "2024-12-31"
    assert {"effect", "class", "estimate", "low", "high"} <= set(told["coefficients"][0])
    assert told["events"] == load_fit(tmp_path / "fit").choice.events


def test_whatif_runs_the_example_of_the_new_case(tmp_path: Path):
    ran = done("whatif", "example", "--case", chain().case, "--draws", 4, "--out", tmp_path / "out")
    page, data = tmp_path / "out" / "example.html", tmp_path / "out" / "example.json"
    assert f"report: {page}" in ran.err
    assert "The United States and North Korea talk" in ran.out
    assert "Washington lifts its sanctions" in page.read_text(encoding="utf-8")
    result = json.loads(data.read_text(encoding="utf-8"))
    assert result["about"]["draws"] == 4
    assert len(result["scenarios"]["example"]["answers"]) == QUESTIONS
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["example.html", "example.json"]


def test_whatif_writes_the_page_it_is_told(tmp_path: Path):
    page = tmp_path / "new" / "talks.html"
    done("whatif", "example", "--case", chain().case, "--draws", 2, "--out", page)
    assert page.exists()
    assert page.with_suffix(".json").exists()


def test_whatif_json_is_all_there_is_on_standard_output(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ran = done("whatif", "example", "--case", chain().case, "--draws", 2, "--json")
    assert ran.json["kind"] == "chancellery what-if"
    assert list(tmp_path.iterdir()) == []


def test_whatif_of_a_scenario_file_with_questions_of_ones_own(tmp_path: Path):
    text = (chain().case / "scenarios" / "example.toml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace("2025-03-01", "2025-04-01"), encoding="utf-8")
    result = done(
        "whatif", mine, "--case", chain().case, "--draws", 2, "--json",
        "--ask", "USA and PRK agree within 6 months", "--ask", "JPN sanctions PRK by 2025-10-01",
    ).json  # fmt: skip
    half, by = result["scenarios"]["mine"]["answers"][-2:]
    assert (half["question"], half["to"]) == ("USA and PRK agree", "2025-07-01")
    assert (by["question"], by["to"]) == ("JPN sanctions PRK", "2025-10-01")


def test_the_same_seed_gives_the_same_answers():
    args = ("whatif", "example", "--case", chain().case, "--draws", 4, "--json")
    first, second, other = done(*args).json, done(*args).json, done(*args, "--seed", 8).json
    assert first["scenarios"] == second["scenarios"]
    assert first["scenarios"] != other["scenarios"]


def test_whatif_of_the_shipped_case(tmp_path: Path):
    if not (case("great-powers").folder / "fit" / "fit.json").exists():
        pytest.skip("the shipped case has no fit in this checkout")
    done("whatif", "wedge", "--draws", 2, "--out", tmp_path)
    assert (tmp_path / "wedge.html").stat().st_size > 10_000


def test_simulate_gives_levels(tmp_path: Path):
    file = tmp_path / "levels.json"
    args = ("simulate", "--case", chain().case, "--until", "2025-06", "--draws", 4, "--out", file)
    ran = done(*args)
    assert "Baseline, 2025-01-01 to 2025-06-30, 4 futures" in ran.out
    saved = json.loads(file.read_text(encoding="utf-8"))
    assert saved == done(*args, "--json").json
    assert saved["about"]["until"] == "2025-06-30"
    talk = saved["answers"][0]
    assert talk["unit"] == "a year"
    assert 0 <= talk["probability"]["value"] <= 1
    assert len(talk["fan"]["dates"]) == len(talk["fan"]["mean"])


def test_simulate_a_scenario():
    told = done("simulate", "--case", chain().case, "--scenario", "example", "--draws", 2, "--json").json
    assert told["scenario"]["name"] == "example"
    assert len(told["scenario"]["levers"]) == 2
    assert len(told["answers"]) == QUESTIONS


def test_report_of_a_saved_result(tmp_path: Path):
    done("whatif", "example", "--case", chain().case, "--draws", 2, "--out", tmp_path)
    first = (tmp_path / "example.html").read_bytes()
    done("report", tmp_path / "example.json", "--out", tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == first
    table = done("report", tmp_path / "example.json", "--markdown").out
    assert "| " in table
    told = done("report", tmp_path / "example.json", "--markdown", "--out", tmp_path / "t.md", "--json").json
    assert (
        (tmp_path / "t.md").read_text(encoding="utf-8").strip() == told["markdown"].strip() == table.strip()
    )


def test_doctor_tells_what_is_there():
    ran = run("doctor", "--json")
    findings = {one["what"]: one for one in ran.json["findings"]}
    assert {"chancellery", "python", "cores", "memory", "numpy", "duckdb", "cache of compiled code"} <= set(
        findings
    )
    assert findings["case great-powers"]["ok"]
    assert findings["pytest (optional, test)"]["found"]
    assert ran.code == (0 if ran.json["healthy"] else 1)


def test_doctor_names_what_is_broken_and_the_cure(tmp_path: Path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CHANCELLERY_CACHE", str(tmp_path / "file"))
    ran = run("doctor")
    assert ran.code == 1
    assert "cache of compiled code: set CHANCELLERY_CACHE to a folder that can be written" in ran.err


@pytest.mark.parametrize("args", [
    ("show",), ("show", "acts"), ("show", "effects"), ("show", "effects", "common-enemy"), ("show", "levers"),
    ("show", "actors", "--kind", "forum"), ("show", "actors", "Pakistan"), ("show", "case"),
    ("show", "scenarios"), ("show", "scenario", "wedge"), ("show", "ties", "--actor", "India"),
])  # fmt: skip
def test_show_prints_a_table_and_speaks_json(args: tuple[str, ...]):
    assert len(done(*args).out.splitlines()) > 2
    assert done(*args, "--json").json


def test_show_of_the_new_case():
    made = chain()
    assert "korea" in done("show", "case", made.case).out
    assert done("show", "fit", "--case", made.case).out == made.fit.out
    assert done("show", "fit", "--case", made.case, "--json").json["actors"] == [
        "USA",
        "CHN",
        "JPN",
        "KOR",
        "PRK",
    ]
    assert "datasets" in done("show", "record", made.record).out
    assert done("show", "record", made.record, "--json").json["counts"][0]["dataset"] == "events"
    assert "no such tie holds" in done("show", "ties", "--record", made.record, "--on", "2024-01-01").out


def test_show_ties_on_a_day():
    args = ("show", "ties", "--case", chain().case, "--kind", "sanctions", "--json")
    assert done(*args, "--on", "2016-03-14").json == []
    (tie,) = done(*args, "--on", "2016-03-15").json
    assert (tie["source"], tie["target"], tie["end"]) == ("USA", "PRK", None)


def test_a_reader_that_had_enough_is_no_error():
    ran = subprocess.run(
        ["bash", "-c", '"$@" | head -1', "-", *program("", "show", "actors")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.stdout.startswith("id")
