"""``chancellery backtest``: what it prints, what it says of mistakes, and what Ctrl-C leaves."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from chancellery.judge.backtest import methods, score
from cli_toys import chain, done, program, run

AT_WORK = "print('at work', file=sys.stderr, flush=True)"
LOUD_BAR = f"""
from chancellery.commands import console
@contextmanager
def loud(stages=1):
    yield lambda what, share: {AT_WORK}
console.progress_bar = loud
"""
QUICK = (
    "--every",
    "4 weeks",
    "--horizon",
    "7 days",
    "--draws",
    "2",
    "--until",
    "2023-07-10",
    "--workers",
    "1",
)


def words(*more: object) -> tuple:
    made = chain()
    return "backtest", "--case", made.case, "--record", made.record, *more


def test_it_prints_tables_and_writes_them(tmp_path: Path):
    ran = done(*words("--out", tmp_path / "run", *QUICK, "--json"))
    told = ran.json
    assert told["kind"] == "chancellery track record"
    assert told == json.loads((tmp_path / "run" / "track-record.json").read_text(encoding="utf-8"))
    assert "frozen and scored" in ran.err
    text = done(*words("--out", tmp_path / "run", *QUICK)).out
    assert "Did it happen within 7 days" in text
    assert "climatology" in text


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(methods, "find_spec", lambda name: None)
    monkeypatch.setattr(score, "DRAWS", 50)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--horizon", "soon"), "'soon' is not a span of time"),
        (("--horizon", "3 months"), "write it in days or weeks"),
        (("--every", "often"), "'often' is not a span of time"),
        (("--since", "2030-01-01"), "no origin has a window"),
        (("--record", "none.duckdb"), "there is no record none.duckdb"),
        (("--case", "grat-powers"), "did you mean 'great-powers'?"),
    ],
)
def test_mistakes_are_one_sentence_with_a_cure(args: tuple, said: str, tmp_path: Path):
    ran = run(*words("--out", tmp_path / "run", *args))
    assert ran.code == 1
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_draws_that_do_not_divide_are_wrong_usage(tmp_path: Path):
    assert run(*words("--out", tmp_path / "run", "--draws", 5)).code == 2


def test_ctrl_c_keeps_what_is_frozen(tmp_path: Path):
    command = program(LOUD_BAR, *words("--out", tmp_path / "run", *QUICK))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline() == "at work\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert "is kept, the same call goes on" in err
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"]
    assert not manifest["complete"]
