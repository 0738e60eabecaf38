"""The task of bench/next_event.py on a made-up record: it still builds, and no forecast sees its own day."""

from __future__ import annotations

import importlib
import importlib.util
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest

from chancellery.effects.state import empty_state
from chancellery.model.estimate import acts_arrays
from chancellery.model.replay import walk

BENCH = Path(__file__).resolve().parents[1] / "bench" / "next_event.py"
START = date(2020, 1, 1)


@pytest.fixture
def signs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark's signals; generated code imports their effects by name, so they must be on the path."""
    monkeypatch.syspath_prepend(str(BENCH.parent))
    return importlib.import_module("next_event_signals")


@pytest.fixture
def task(signs: ModuleType) -> ModuleType:
    """The benchmark as a module of its own, free to be changed by one test."""
    spec = importlib.util.spec_from_file_location("next_event", BENCH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def frame() -> pl.DataFrame:
    """One act a day for 130 days, USA→CHN and CHN→USA in turn."""
    days = [START + timedelta(days=d) for d in range(130)]
    sides = [("USA", "CHN") if d % 2 else ("CHN", "USA") for d in range(130)]
    return pl.DataFrame(
        {
            "date": days,
            "source_code": [a for a, _ in sides],
            "target_code": [b for _, b in sides],
            "cameo": ["040" if d % 3 else "112" for d in range(130)],
        }
    )


def test_left_out_groups_are_not_in_the_specification(task):
    everything, less = task.specification(()), task.specification(("excitation", "mechanisms"))
    assert set(task.GROUPS["excitation"]) <= set(everything.choice)
    assert set(less.choice) < set(everything.choice) - set(task.GROUPS["excitation"])
    assert less.priors["own-share"].sd == 0.1


@pytest.fixture
def folder(tmp_path: Path, frame: pl.DataFrame) -> Path:
    """Scores of another event set for the frame's days: 10 a day for CHN and USA, and -20 for RUS and UKR once."""
    path = tmp_path / "gdelt_dyad_day_2018_2024" / "dyad_day.parquet"
    path.parent.mkdir()
    rows = [(day, "CHN", "USA", 10.0) for day in frame["date"]] + [(START, "RUS", "UKR", -20.0)]
    pl.DataFrame(rows, schema=["date", "a", "b", "score"], orient="row").write_parquet(path)
    return tmp_path


def test_a_day_is_remembered_from_the_next_on_and_fades_by_half(signs):
    daily = np.zeros((4, 2, 2))
    daily[1, 0, 1] = 8.0
    assert signs.remembered(daily, 1.0)[:, 0, 1].tolist() == [0.0, 0.0, 4.0, 2.0]


def test_meetings_fall_due_when_announced_and_are_settled_when_held(signs):
    announced, held = np.zeros((4, 1, 1)), np.zeros((4, 1, 1))
    announced[0], held[1] = 2.0, 5.0
    due = signs.meetings_due(announced, held).ravel()
    fade = 0.5**0.1
    assert due == pytest.approx([0.0, 2.0, 2.0 * fade * np.exp(-1.5), 2.0 * fade**2 * np.exp(-1.5)])


def test_a_meeting_held_on_the_day_of_its_announcement_settles_only_what_is_beyond(signs):
    announced, held = np.zeros((2, 1, 1)), np.zeros((2, 1, 1))
    announced[0], held[0] = 2.0, 3.0
    assert signs.meetings_due(announced, held)[1, 0, 0] == pytest.approx(2.0 * np.exp(-0.3))


def test_signals_reach_the_state_where_their_effects_read_them(task, signs, frame, folder):
    holdings = signs.signals(frame, folder, task.ACTORS)
    usa, chn, rus, ukr = (task.ACTORS.index(a) for a in ("USA", "CHN", "RUS", "UKR"))
    data = task.stream(frame, holdings)
    klass, weight = acts_arrays()
    s = empty_state(len(task.ACTORS), klass, weight, list(task.HALF_LIVES), 30.0, 180.0)
    s = s._replace(tie=np.zeros_like(holdings.background))
    for step, _, _ in walk(data, s):
        if step.first == START + timedelta(days=1):
            break
    fade = 0.5 ** (1.0 / 7.0)  # the third half-life is a week
    assert signs.seen(s, usa, chn, 0, 2) == pytest.approx(np.log1p(10.0 * fade))
    assert signs.seen(s, ukr, rus, 3, 2) == pytest.approx(np.log1p(20.0 * fade))
    assert signs.seen_share(s, usa, chn, 0, 2) == pytest.approx(
        np.log((10.0 * fade + 5) / (10.0 * fade + 200))
    )
    assert signs.seen_back(s, usa, chn, 0, 2) == signs.seen_share(s, chn, usa, 0, 2)
    # The first day's only act, of CHN towards USA, criticised: nothing was announced, nothing is due.
    assert signs.announced(s, usa, chn, 0, 2) == pytest.approx(np.log(0.3 / (fade + 3.0)))
    assert signs.due(s, usa, chn, 0) == 0.0


def test_no_signal_sees_its_own_day(task, signs, frame, folder):
    on = START + timedelta(days=60)
    before = signs.signals(frame, folder, task.ACTORS).signals[on]
    changed = frame.with_columns(
        cameo=pl.when(pl.col("date") >= on).then(pl.lit("036")).otherwise(pl.col("cameo"))
    )
    path = folder / signs.SCORES
    scores = pl.read_parquet(path)
    scores.with_columns(score=pl.when(pl.col("date") >= on).then(99.0).otherwise("score")).write_parquet(path)
    after = signs.signals(changed, folder, task.ACTORS).signals
    assert np.array_equal(after[on], before)
    assert after[on + timedelta(days=1)].tolist() != before.tolist()


def test_a_fit_ends_on_the_eve_of_what_it_scores(task, signs, frame, folder, monkeypatch):
    data, since, fits = (
        task.stream(frame, signs.signals(frame, folder, task.ACTORS)),
        START + timedelta(days=100),
        [],
    )

    def fitted(data, spec, until):
        fits.append(until)
        return None, None

    monkeypatch.setattr(task, "fitted", fitted)
    monkeypatch.setattr(task, "score", lambda problem, fit, since, until, keep: (-2.0 * 30, 30))
    line = task.run(data, task.specification(("mechanisms",)), since, None)
    assert fits == [since - timedelta(days=1)]
    assert "-2.0000 nats an event on 30 events" in line


def test_drifting_coefficients_learn_from_a_day_only_after_it(task, signs, frame, folder):
    """Another last day changes nothing before it; the day before it does; and a step goes the way of its day."""
    spec = task.specification((*(g for g in task.GROUPS if g != "counts"), "mechanisms"))
    holdings = signs.signals(frame, folder, task.ACTORS)
    since = START + timedelta(days=127)
    problem, fit = task.fitted(task.stream(frame, holdings), spec, since - timedelta(days=1))

    def scored(cameo: str, day: int, until: int, keep: float) -> float:
        changed = frame.with_columns(
            cameo=pl.when(pl.col("date") == START + timedelta(days=day))
            .then(pl.lit(cameo))
            .otherwise(pl.col("cameo"))
        )
        problem.stream = task.stream(changed, holdings)
        return task.score(problem, fit, since, START + timedelta(days=until), keep)[0]

    assert scored("190", 129, 128, 0.9) == scored("040", 129, 128, 0.9)
    first, both = scored("190", 127, 127, 0.9), scored("190", 127, 128, 0.9)
    assert first == scored("190", 127, 127, 1.0)
    assert both != scored("190", 127, 128, 1.0)
