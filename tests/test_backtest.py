"""The backtest as a whole, on the six made-up states: nothing leaks, nothing is scored that was not frozen."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import polars as pl
import pytest

import toy_case
from chancellery import sources
from chancellery.api import backtest
from chancellery.cases import Case
from chancellery.commands.console import plain
from chancellery.errors import LeakError, ScoreError
from chancellery.judge.backtest import methods, run, score
from chancellery.judge.backtest.freeze import Manifest, read_arrays
from chancellery.judge.backtest.known import everything
from chancellery.judge.backtest.result import TrackRecord
from chancellery.judge.backtest.score import questions
from chancellery.record import Record, open_record
from chancellery.report.track_page import track_page

LAST = date(2020, 8, 9)  # two origins, one fit
OPTIONS = {"every": "4 weeks", "horizon": "7 days", "until": LAST, "draws": 4}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch):
    """No trees, whose library takes seconds to start, and few draws of blocks."""
    monkeypatch.setattr(methods, "find_spec", lambda name: None)
    monkeypatch.setattr(score, "DRAWS", 50)


@cache
def ran() -> tuple[Path, TrackRecord]:
    """One run, kept; made once."""
    folder = Path(mkdtemp(prefix="chancellery-backtest-"))
    case, record, _ = toy_case.toy()
    return folder, backtest(case, record, out=folder, **OPTIONS)


def again(tmp_path: Path) -> Path:
    """A copy of the run to do things to."""
    return Path(shutil.copytree(ran()[0], tmp_path / "run"))


def planted(tmp_path: Path) -> tuple[Case, Record]:
    """The same world with things that happen after the last origin: events, a tie, an attribute, the end of a war."""
    later = LAST + timedelta(days=1)
    made = toy_case.make_case(tmp_path / "six")
    ties = made.folder / "ties.csv"
    text = ties.read_text(encoding="utf-8")
    assert "2020-08-01" in text
    text = text.replace("2020-06-01,2020-08-01", "2020-06-01,2020-08-20")
    ties.write_text(text + f"t9,alliance,RUS,CHN,1,{later},,1,,toy,toy,\n", encoding="utf-8")
    (made.folder / "attributes.csv").write_text(
        f"id,actor,name,start,end,value,what,where\na9,PAK,transactional,{later},,1,toy,toy\n",
        encoding="utf-8",
    )
    record = open_record(":memory:")
    extra = [
        (later + timedelta(days=d), "PAK", "fight", "DEU", "general") for d in range(60) for _ in range(9)
    ]
    rows = sorted([*toy_case.events(), *extra])
    record.add(
        sources.plain(
            toy_case.write_csv(tmp_path / "events.csv", ("time", "source", "act", "target", "issue"), rows)
        )
    )
    return made, record


def test_what_happens_after_an_origin_leaves_its_forecast_alone(tmp_path: Path):
    case, record = planted(tmp_path)
    # The war of the twin ends later, so the run it is held against must not know of the end either.
    plain = toy_case.make_case(tmp_path / "plain")
    ties = plain.folder / "ties.csv"
    ties.write_text(
        ties.read_text(encoding="utf-8").replace("2020-06-01,2020-08-01", "2020-06-01,"), encoding="utf-8"
    )
    backtest(plain, toy_case.toy()[1], out=tmp_path / "without", **OPTIONS)
    backtest(case, record, out=tmp_path / "with", **OPTIONS)
    with_, without = (Manifest.open(tmp_path / name) for name in ("with", "without"))
    assert with_.made_of["record"] != without.made_of["record"]
    assert with_.digest() == without.digest()


def test_a_cut_that_leaks_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from chancellery.judge.backtest import known

    honest = known.cut

    def leaky(all_: known.Known, origin: date) -> known.Known:
        return honest(all_, origin + timedelta(days=1))

    monkeypatch.setattr(known, "cut", leaky)
    case, record, _ = toy_case.toy()
    with pytest.raises(LeakError, match="was about to be seen by the forecast of"):
        backtest(case, record, out=tmp_path / "run", **OPTIONS)
    assert not list((tmp_path / "run").rglob("*.npz"))


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    case, record, _ = toy_case.toy()
    whole = Manifest.open(ran()[0])
    done: list[str] = []
    honest = run.do

    def stopping(job: run.Job, task: run.Task) -> run.Task:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(task.what)
        return honest(job, task)

    monkeypatch.setattr(run, "do", stopping)
    with pytest.raises(KeyboardInterrupt):
        backtest(case, record, out=tmp_path / "run", **OPTIONS)
    kept = Manifest.open(tmp_path / "run")
    assert done == ["fit", "futures"]
    assert not kept.complete
    assert f"futures/{min(p.stem for p in (ran()[0] / 'futures').iterdir())}.npz" in kept.files
    done.clear()
    monkeypatch.setattr(run, "do", lambda job, task: (done.append(task.what), honest(job, task))[1])
    backtest(case, record, out=tmp_path / "run", **OPTIONS)
    assert done == ["futures", "forecast"]
    assert Manifest.open(tmp_path / "run").digest() == whole.digest()


def test_processes_make_the_same_files(tmp_path: Path):
    case, record, _ = toy_case.toy()
    folder = again(tmp_path)
    for path in (folder / "futures").iterdir():
        path.unlink()
    seen: list[tuple[str, float]] = []
    backtest(
        case,
        record,
        out=folder,
        workers=2,
        progress=lambda what, share: seen.append((what, share)),
        **OPTIONS,
    )
    assert Manifest.open(folder).files == Manifest.open(ran()[0]).files
    shares = [share for what, share in seen if what.startswith("futures")]
    assert len(shares) == 2
    assert shares == sorted(shares)


def test_a_forecast_that_was_changed_is_not_scored(tmp_path: Path):
    case, record, _ = toy_case.toy()
    folder = again(tmp_path)
    path = sorted((folder / "forecasts").iterdir())[0]
    arrays = read_arrays(path)
    arrays["7/question/p:combined"] = arrays["7/question/p:combined"] * 0 + 0.5
    np.savez_compressed(path, **arrays)
    with pytest.raises(ScoreError, match="is not what was frozen"):
        backtest(case, record, out=folder, **OPTIONS)
    with pytest.raises(ScoreError, match="is not what was frozen"):
        Manifest.open(folder).read(f"forecasts/{path.name}")


def test_a_folder_of_another_run_or_of_something_else_is_refused(tmp_path: Path):
    case, record, _ = toy_case.toy()
    folder = again(tmp_path)
    with pytest.raises(ScoreError, match=r"another draws \(4, now 6\); name another folder"):
        backtest(case, record, out=folder, **OPTIONS | {"draws": 6})
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(ScoreError, match="is not empty and holds no backtest"):
        backtest(case, record, out=tmp_path / "mine", **OPTIONS)
    with pytest.raises(ScoreError, match="is a file; name a folder"):
        backtest(case, record, out=tmp_path / "mine" / "letter.txt", **OPTIONS)
    (folder / "manifest.json").write_text("{")
    with pytest.raises(ScoreError, match="is damaged"):
        backtest(case, record, out=folder, **OPTIONS)


def test_questions_are_resolved_at_the_end_of_their_window_whatever_happened():
    folder, result = ran()
    case, record, _ = toy_case.toy()
    known = everything(case, record)
    origin = date.fromisoformat(result.told["origins"][0])
    sheet = questions(Manifest.open(folder), known.history(), (origin,), 7)
    kinds = [k["group"] for k in result.told["questions"]]
    assert "all" in kinds
    seen = record.events().filter(
        (pl.col("time") > origin)
        & (pl.col("time") <= origin + timedelta(days=7))
        & (pl.col("act") == "threaten")
    )
    happened = {
        (case.actors.index(a), case.actors.index(b)) for a, b in seen.select("source", "target").iter_rows()
    }
    threats = sheet.part(sheet.group == 6)
    asked = dict(zip(zip(threats.i.tolist(), threats.j.tolist()), threats.came))
    assert all(came == (pair in happened) for pair, came in asked.items())
    assert len(asked) == 30


def test_the_result_is_told_in_three_forms(tmp_path: Path):
    _, result = ran()
    told = result.as_dict()
    assert json.loads(json.dumps(told, allow_nan=True))["kind"] == "chancellery track record"
    first = told["questions"][0]
    assert [x["method"] for x in first["methods"]] == [x["name"] for x in told["methods"]]
    assert first["methods"][0]["skill_brier"] is None
    assert first["methods"][2]["skill_brier"]["low"] <= first["methods"][2]["skill_brier"]["high"]
    futures = next(x for x in told["counts"][0]["methods"] if x["method"] == "simulation")
    assert futures["over_climatology"]["low"] <= futures["over_climatology"]["high"]
    page = track_page(plain(told))
    assert "climatology" in page
    frame = result.frame()
    assert len(frame) == sum(len(row["methods"]) for row in told["questions"])
    assert {"skill_brier_mean", "brier", "group"} <= set(frame.columns)
    assert "Who is next" in str(result)
    assert "| combined |" in result.markdown()
    with pytest.raises(ScoreError, match="no table 'ranks'"):
        result.frame("ranks")
    for pit in told["pit"]:
        assert sum(pit["bins"]) == pytest.approx(1.0)
    for row in told["best"]:
        assert row["origin"] < row["first"] <= row["last"]
        assert 0 <= row["probability"] <= 1
