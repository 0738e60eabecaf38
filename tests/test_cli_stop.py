"""Ctrl-C: exit code 130, a sentence that says what is kept, and nothing half-written."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from chancellery.report import page
from cli_toys import chain, done, events, program, run

AT_WORK = "print('at work', file=sys.stderr, flush=True)"
# The bar tells when futures are being run: Ctrl-C comes in the middle of them.
LOUD_BAR = f"""
from chancellery.commands import console
@contextmanager
def loud(stages=1):
    yield lambda what, share: {AT_WORK}
console.progress_bar = loud
"""
# Rows are in the open transaction, the commit is still to come.
SLOW_ADD = f"""
from chancellery.record import intake
take = intake.take
def slow(connection, harvest):
    taken = take(connection, harvest)
    {AT_WORK}
    time.sleep(60)
    return taken
intake.take = slow
"""


def stopped(before: str, *args: object) -> str:
    """Run a verb, press Ctrl-C when it is at work, and return what it said."""
    with subprocess.Popen(
        program(before, *args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        said = process.stderr.readline()
        assert said == "at work\n", said + process.stderr.read()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert out == ""
    return err


def test_ctrl_c_in_the_middle_of_whatif(tmp_path: Path):
    said = stopped(LOUD_BAR, "whatif", "example", "--case", chain().case, "--draws", 5000, "--out", tmp_path)
    assert "stopped by Ctrl-C; nothing was written" in said
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_in_the_middle_of_fit(tmp_path: Path):
    made = chain()
    args = ("fit", "--case", made.case, "--record", made.record, "--out", tmp_path / "fit")
    assert "stopped by Ctrl-C; nothing was written" in stopped(LOUD_BAR, *args)
    assert list(tmp_path.rglob("*.*")) == []


@pytest.mark.parametrize("new", [True, False])
def test_ctrl_c_in_the_middle_of_add(tmp_path: Path, new: bool):
    record, table = tmp_path / "r.duckdb", tmp_path / "more.csv"
    if not new:
        table.write_text(events(20), encoding="utf-8")
        done("add", record, table, "--dataset", "first")
        before = done("show", "record", record, "--json").json["fingerprint"]
    table.write_text(events(50, seed=9), encoding="utf-8")
    assert f"{record}: stopped by Ctrl-C; nothing was added" in stopped(SLOW_ADD, "add", record, table)
    if new:
        assert sorted(path.name for path in tmp_path.iterdir()) == ["more.csv"]
    else:
        assert done("show", "record", record, "--json").json["fingerprint"] == before


def test_ctrl_c_while_the_page_is_made_keeps_the_result(tmp_path: Path, monkeypatch):
    def interrupted(result: object, path: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(page, "write_page", interrupted)
    ran = run("whatif", "example", "--case", chain().case, "--draws", 2, "--out", tmp_path)
    assert ran.code == 130
    data = tmp_path / "example.json"
    assert f"stopped by Ctrl-C; {data} is whole; 'chancellery report {data}' makes the page" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["example.json"]
    monkeypatch.undo()
    done("report", data)


def test_ctrl_c_while_a_fit_is_saved_waits_until_it_is_whole(tmp_path: Path, monkeypatch):
    from chancellery import api

    def interrupted(fit: object, folder: Path) -> None:
        signal.raise_signal(signal.SIGINT)
        save(fit, folder)

    save = api.save_fit
    monkeypatch.setattr(api, "save_fit", interrupted)
    made = chain()
    ran = run("fit", "--case", made.case, "--record", made.record, "--out", tmp_path / "fit")
    assert ran.code == 130
    assert f"the fit in {tmp_path / 'fit'} is whole, its page was not made" in ran.err
    assert done("show", "fit", "--case", made.case, "--fit", tmp_path / "fit").out == made.fit.out
