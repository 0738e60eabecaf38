"""Changes of third parties by hand: the log ratio, its error, the windows, and the marks of predictions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from chancellery import world
from chancellery.judge.change import Changes, Window, changes, count, dispersion, log_change, window
from chancellery.judge.marks import effects, marks
from chancellery.judge.placebo import placebo_windows
from chancellery.judge.stream import Stream

ACTS = [a.name for a in world.acts()]
ACTORS = ("USA", "RUS", "CHN")
DAY = date(2020, 3, 1)


def stream(rows: list[tuple[int, int, str, int]], segments: tuple[tuple[int, int], ...]) -> Stream:
    """Acts (days after DAY, source, act, target) in stretches (first, last) of days after DAY."""
    zero = DAY.toordinal()
    column = [np.array([r[x] for r in rows], dtype=int) for x in (0, 1, 3)]
    act = np.array([ACTS.index(r[2]) for r in rows], dtype=int)
    spans = tuple((zero + a, zero + b) for a, b in segments)
    return Stream(ACTORS, column[0] + zero, column[1], act, column[2], np.zeros(len(rows), int), spans)


def test_a_change_is_worked_by_hand():
    # 9 acts after and 4 before, the whole 30 and 20: weights 0.6 and 0.4.
    assert log_change(4.0, 9.0, 20.0, 30.0) == pytest.approx(np.log(9.6 / 4.4) - np.log(1.5))


@given(some.floats(1.0, 1e6), some.floats(1.0, 1e6))
def test_a_cell_without_acts_has_not_changed(v_before: float, v_after: float):
    assert log_change(0.0, 0.0, v_before, v_after) == pytest.approx(0.0, abs=1e-9)


@given(some.integers(0, 50), some.integers(0, 50), some.integers(60, 500), some.integers(60, 500))
def test_turning_time_round_turns_the_sign(b: int, a: int, v_b: int, v_a: int):
    there, back = log_change(b, a, float(v_b), float(v_a)), log_change(a, b, float(v_a), float(v_b))
    assert there == pytest.approx(-back)


def test_windows_lie_in_one_stretch_and_say_when_they_are_short():
    held = stream([], ((0, 99), (200, 240)))
    whole = window(held, DAY + timedelta(days=40), 35)
    assert whole == Window(
        (DAY + timedelta(days=5), DAY + timedelta(days=39)), (DAY + timedelta(days=40), DAY + timedelta(days=74))
    )
    cut = window(held, DAY + timedelta(days=70), 60)
    assert (cut.days, cut.before[0]) == (30, DAY + timedelta(days=10))
    assert "does not cover" in window(held, DAY + timedelta(days=150), 60)
    assert "does not cover 2020-03-01 and its eve" in window(held, DAY, 60)
    assert "only 20 days before" in window(held, DAY + timedelta(days=220), 60)
    assert "only 10 days from" in window(held, DAY + timedelta(days=90), 60)


def test_counts_are_by_class_and_ordered_pair():
    rows = [(1, 0, "consult", 1), (1, 0, "agree", 1), (2, 1, "fight", 0), (5, 0, "consult", 1)]
    found = count(stream(rows, ((0, 9),)), DAY, DAY + timedelta(days=4))
    verbal, fighting = world.CLASSES.index("verbal-cooperation"), world.CLASSES.index("material-conflict")
    assert found[verbal, 0, 1] == sum(world.act(a).klass == "verbal-cooperation" for a in ("consult", "agree"))
    assert found[fighting, 1, 0] == 1
    assert found.sum() == 3


def test_bursts_make_the_dispersion_large_and_an_even_flow_does_not():
    third = ~np.eye(3, dtype=bool)
    even = [(d, 0, "consult", 1) for d in range(56)]
    burst = [(0, 0, "consult", 1)] * 56  # one week of eight: mean 7, squares 49² + 7 · 7², so 392 / 7 = 56
    last = DAY + timedelta(days=55)
    assert dispersion(stream(even, ((0, 99),)), DAY, last, third)[0] == 1.0
    assert dispersion(stream(burst, ((0, 99),)), DAY, last, third)[0] == pytest.approx(56.0)


def test_third_parties_alone_make_the_volume():
    third = ~np.eye(3, dtype=bool)
    third[0, 1] = False  # shocked
    rows = [(d, 2, "consult", 0) for d in range(0, 80, 2)] + [(50, 0, "fight", 1)] * 500
    held = stream(rows, ((0, 99),))
    at = window(held, DAY + timedelta(days=40), 40)
    runs = np.zeros((2, 4, 3, 3))
    runs[:, 0, 2, 0] = 20.0
    found = changes(held, at, third, runs, runs)
    assert len(found.seen) == 1
    assert (found.before[0], found.after[0]) == (20, 20)
    assert found.seen[0] == found.shock[0, 0] == 0.0
    assert not found.told[0]
    assert found.scored[0]


def cells(seen: np.ndarray, shock: np.ndarray, none: np.ndarray, error: float = 0.1) -> Changes:
    """Cells of as many pairs, in four classes."""
    C = len(seen)
    zero = np.zeros(C)
    return Changes(
        np.arange(C) % 4, zero.astype(int), zero.astype(int), np.arange(C), zero + 10, zero + 10, seen,
        zero + error, shock, none, zero + 10,
    )  # fmt: skip


def test_a_forecaster_that_is_the_truth_keeps_its_promises():
    rng = np.random.default_rng(3)
    centre = rng.normal(0, 1, (800, 1))
    draws = centre + rng.normal(0, 0.5, (800, 100))
    found = marks(cells(centre[:, 0] + rng.normal(0, 0.5, 800), draws, draws - centre), 7)
    assert found.held_50.mean == pytest.approx(0.5, abs=0.06)
    assert found.held_90.mean == pytest.approx(0.9, abs=0.04)
    assert found.right.mean > 0.8
    assert found.gain.low > 0.3
    assert found.gain_over_without.low > 0.3
    assert found.effect_right.mean > 0.85
    assert found.effect_p < 0.01
    assert found.error < found.error_without


def test_a_forecaster_of_noise_gains_nothing():
    rng = np.random.default_rng(4)
    seen, made_up = rng.normal(0, 1, 400), rng.normal(0, 1, (400, 1))
    none = rng.normal(0, 0.1, (400, 50))
    found = marks(cells(seen, none + made_up, none), 7)
    assert found.gain.high < 0
    assert found.gain_over_without.high < 0
    assert found.effect_p > 0.05
    assert abs(found.effect_right.mean - found.effect_chance) < 0.1
    assert found.held_50.mean < 0.3


def test_an_effect_counts_when_it_is_larger_than_its_error_and_the_change_than_noise():
    wave = np.array([-1.0, 1.0] * 10)
    shock = np.array([0.5 + 0.1 * wave, 0.01 * wave, 0.5 + 0.1 * wave])
    held = cells(np.array([1.0, 1.0, 0.1]), shock, np.zeros((3, 20)))
    predicted, left, counts = effects(held)
    assert predicted == pytest.approx([0.5, 0.0, 0.5])
    assert left == pytest.approx([1.0, 1.0, 0.1])
    assert counts.tolist() == [True, False, False]


def test_too_few_cells_say_nothing():
    three = cells(np.ones(3), np.ones((3, 5)), np.zeros((3, 5)))
    found = marks(three, 7)
    assert (found.told, found.scored, found.right, found.gain, found.effect_right) == (3, 3, None, None, None)
    nothing = marks(replace(three, expected=np.zeros(3), before=np.zeros(3)), 7)
    assert nothing.scored == 0


def test_placebo_days_keep_away_from_the_shock():
    held = stream([], ((0, 299), (400, 499)))
    on = DAY + timedelta(days=100)
    at = window(held, on, 60)
    days = [(w.after[0] - DAY).days for w in placebo_windows(held, at, 60, 99)]
    assert days == [28, 168, 196, 224, 428]  # from 41 to 159 the windows after would meet
    assert len(placebo_windows(held, at, 60, 2)) == 2
    cut = window(held, DAY + timedelta(days=280), 60)
    assert cut.days == 20
    short = placebo_windows(held, cut, 60, 99)
    assert {w.days for w in short} == {20}
    assert short[3].before[0] == short[3].after[0] - timedelta(days=60)  # as long as the shock's before
    assert all(w.after[1] < cut.after[0] or w.after[0] >= DAY + timedelta(days=340) for w in short)
