"""The task of bench/next_event.py on a made-up record: it still builds, and no forecast sees its own day."""

from __future__ import annotations

import importlib.util
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

BENCH = Path(__file__).resolve().parents[1] / "bench" / "next_event.py"
START = date(2020, 1, 1)


@pytest.fixture
def task() -> ModuleType:
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


def test_stretches_cover_every_scored_day_once(task, frame):
    since, last = START + timedelta(days=100), START + timedelta(days=129)
    data = task.stream(frame)
    assert task.periods(data, since, None, 0) == [(since, last)]
    weekly = task.periods(data, since, None, 7)
    days = [a + timedelta(days=d) for a, b in weekly for d in range((b - a).days + 1)]
    assert days == [since + timedelta(days=d) for d in range(30)]


@pytest.mark.parametrize("refit", [0, 7])
def test_a_fit_ends_on_the_eve_of_what_it_scores(task, frame, monkeypatch, refit):
    data, since, fits, scored = task.stream(frame), START + timedelta(days=100), [], []

    def fitted(data, spec, start, until):
        fits.append((start, until))
        return None, None

    def score(problem, fit, first, last):
        scored.append(first)
        return -2.0 * ((last - first).days + 1), (last - first).days + 1

    monkeypatch.setattr(task, "fitted", fitted)
    monkeypatch.setattr(task, "score", score)
    line = task.run(data, task.specification(("mechanisms",)), since, None, refit)
    assert [until for _, until in fits] == [first - timedelta(days=1) for first in scored]
    assert [start for start, _ in fits] == [first - task.WINDOW if refit else None for first in scored]
    assert "-2.0000 nats an event on 30 events" in line
