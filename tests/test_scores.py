"""Scores by hand, against their definitions, and as properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from chancellery.errors import ScoreError
from chancellery.judge.scores import (
    block_bootstrap,
    brier,
    crps,
    log_score,
    pit,
    reliability,
    skill,
)

numbers = st.lists(st.floats(-50, 50), min_size=2, max_size=9)


def test_brier_and_log_by_hand():
    assert brier([0.8, 0.8], [1, 0]) == pytest.approx([0.04, 0.64])
    assert log_score([0.8, 0.8], [1, 0]) == pytest.approx(np.log([0.8, 0.2]))
    assert log_score([0.0], [1])[0] == pytest.approx(np.log(1e-6))


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_scores_are_proper(truth: float, said: float):
    """Nobody gains by saying what they do not believe."""

    def expected(score, p):
        yes, no = score([p, p], [1, 0])
        return truth * yes + (1 - truth) * no

    assert expected(brier, truth) <= expected(brier, said) + 1e-12
    assert expected(log_score, truth) >= expected(log_score, said) - 1e-12


@given(numbers, st.floats(-50, 50), st.booleans())
def test_crps_is_its_definition(draws: list[float], y: float, fair: bool):
    x = np.array(draws)
    m = len(x)
    pairs = np.abs(x[:, None] - x[None, :]).sum() / (m * (m - fair))
    assert crps(x[None, :], [y], fair=fair)[0] == pytest.approx(np.abs(x - y).mean() - 0.5 * pairs, abs=1e-9)


def test_crps_of_many_draws_is_that_of_the_distribution():
    draws = np.random.default_rng(3).normal(size=(1, 200_000))
    closed = 0.7 * (2 * stats.norm.cdf(0.7) - 1) + 2 * stats.norm.pdf(0.7) - 1 / np.sqrt(np.pi)
    assert crps(draws, [0.7])[0] == pytest.approx(closed, abs=0.005)


def test_fair_crps_does_not_reward_many_draws():
    rng = np.random.default_rng(5)
    y = rng.poisson(3, 60_000).astype(float)
    few, many = (crps(rng.poisson(3, (len(y), m)), y).mean() for m in (3, 30))
    assert few == pytest.approx(many, abs=0.02)
    assert crps(rng.poisson(3, (len(y), 3)), y, fair=False).mean() > many + 0.1


def test_pit_is_uniform_for_an_honest_forecaster_and_not_for_a_narrow_one():
    rng = np.random.default_rng(7)
    y = rng.poisson(2.0, 4000)
    honest = pit(rng.poisson(2.0, (4000, 40)), y, rng)
    narrow = pit(np.full((4000, 40), 2), y, rng)
    assert stats.kstest(honest, "uniform").pvalue > 0.01
    assert stats.kstest(narrow, "uniform").pvalue < 1e-6


def test_reliability_by_hand():
    found = reliability([0.1, 0.1, 0.1, 0.1, 1.0], [0, 0, 0, 1, 1], bins=5)
    assert list(found.low) == [0.0, 0.8]
    assert list(found.count) == [4, 1]
    assert found.observed == pytest.approx([0.25, 1.0])
    assert found.forecast == pytest.approx([0.1, 1.0])


def test_calibration_slope_tells_the_overconfident():
    rng = np.random.default_rng(11)
    odds = rng.normal(0, 1, 40_000)
    y = rng.random(40_000) < 1 / (1 + np.exp(-odds))
    assert reliability(1 / (1 + np.exp(-odds)), y).slope == pytest.approx(1.0, abs=0.05)
    assert reliability(1 / (1 + np.exp(-2 * odds)), y).slope == pytest.approx(0.5, abs=0.03)
    shifted = reliability(1 / (1 + np.exp(-(odds - 1.0))), y)
    assert shifted.intercept == pytest.approx(1.0, abs=0.05)
    assert np.isnan(reliability([0.2, 0.4], [0, 0]).slope)


def test_interval_of_blocks_covers_where_that_of_single_values_does_not():
    """Values that are the same within a block: the mean of 40 blocks of 25, not of 1,000 values."""
    rng = np.random.default_rng(13)
    hits = {"blocks": 0, "single": 0}
    for seed in range(120):
        values = np.repeat(rng.normal(size=40), 25)
        for name, labels in (("blocks", np.repeat(np.arange(40), 25)), ("single", np.arange(1000))):
            found = block_bootstrap(values, labels, draws=300, seed=seed)
            hits[name] += found.low <= 0.0 <= found.high
    assert 0.80 <= hits["blocks"] / 120 <= 0.97
    assert hits["single"] / 120 < 0.5


def test_skill_by_hand():
    found = skill([1.0, 1.0, 2.0], [2.0, 2.0, 4.0], ["a", "a", "b"])
    assert (found.mean, found.low, found.high) == pytest.approx((0.5, 0.5, 0.5))
    assert found.excludes_zero
    assert str(found) == "+0.500 [+0.500, +0.500]"


def test_the_same_seed_gives_the_same_interval():
    values, blocks = np.random.default_rng(1).normal(size=50), np.arange(50) // 5
    assert block_bootstrap(values, blocks) == block_bootstrap(values, blocks)
    assert block_bootstrap(values, blocks) != block_bootstrap(values, blocks, seed=8)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: brier([1.2], [1]), "outside 0 to 1"),
        (lambda: brier([np.nan], [1]), "outside 0 to 1"),
        (lambda: brier([0.5], [2]), "neither 0"),
        (lambda: brier([0.5, 0.5], [1]), "do not fit"),
        (lambda: crps(np.zeros((2, 1)), [0, 0]), "one row of draws"),
        (lambda: block_bootstrap([], []), "one label"),
        (lambda: skill([0.0], [0.0], [1]), "never wrong"),
    ],
)
def test_what_cannot_be_scored_is_said(call, says: str):
    with pytest.raises(ScoreError, match=says):
        call()
