"""The choice likelihood: equal to a slow reference, and its derivatives to numerical ones."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chancellery.model.compile import compile_specification
from chancellery.model.likelihood import (
    Columns,
    Layout,
    add_step,
    layout_of,
    log_probabilities,
    residual_scores,
    zero_sums,
)
from toy_worlds import ACTORS, ToyWorld, by_updates, toy_columns, toy_specification

N_ACTORS = 5
KLASS = np.array([0, 0, 1, 3])  # two acts in one class, and a class nobody's act belongs to
LAYOUT = Layout(pair=2, memory=2, act=1, klass=KLASS)


class Problem:
    """Made-up steps: columns, what is possible, what happened; five actors, four acts."""

    def __init__(self, seed: int = 0, steps: int = 2) -> None:
        rng = np.random.default_rng(seed)
        n, K = N_ACTORS, len(KLASS)
        self.theta, self.delta = rng.normal(0, 0.5, LAYOUT.size), rng.normal(0, 0.3, (n, n))
        self.can = 1.0 - np.eye(n)
        self.can[1, 3] = 0.0
        self.steps = []
        for _ in range(steps):
            x = Columns(
                P=rng.normal(size=(n, n, 2)), M=rng.normal(size=(4, n, n, 2)), A=rng.normal(size=(K, n, n, 1))
            )
            counts = rng.poisson(0.7, (K, n, n)) * self.can
            counts[:, 4] = 0.0  # an actor that does nothing
            self.steps.append((x, counts.astype(float)))

    def sums(self, theta=None, delta=None):
        theta = self.theta if theta is None else theta
        delta = self.delta if delta is None else delta
        out = zero_sums(LAYOUT, N_ACTORS)
        for x, counts in self.steps:
            add_step(out, counts, log_probabilities(theta, delta, LAYOUT, x, self.can), LAYOUT, x)
        return out


def reference_utility(theta, delta, x: Columns, k: int, i: int, j: int) -> float:
    c = int(KLASS[k])
    block = theta[c * 5 : (c + 1) * 5]
    total = theta[4 * 5 + k] + delta[i, j]
    total += block[0] * x.P[i, j, 0] + block[1] * x.P[i, j, 1]
    total += block[2] * x.M[c, i, j, 0] + block[3] * x.M[c, i, j, 1]
    return total + block[4] * x.A[k, i, j, 0]


def reference_log_likelihood(problem: Problem, theta, delta) -> float:
    """Σ over events of u_ikj − log Σ exp u_i··, one event after the other."""
    total = 0.0
    for x, counts in problem.steps:
        for i in range(N_ACTORS):
            u = {
                (k, j): reference_utility(theta, delta, x, k, i, j)
                for k in range(len(KLASS))
                for j in range(N_ACTORS)
                if problem.can[i, j] > 0
            }
            whole = log(sum(exp(v) for v in u.values()))
            total += sum(counts[k, i, j] * (v - whole) for (k, j), v in u.items())
    return total


def slope(f, at: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Central differences of f (returning a number or an array) by each entry of ``at``, first axes."""
    out = []
    for place in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[place] += step
        down[place] -= step
        out.append((np.asarray(f(up)) - np.asarray(f(down))) / (2 * step))
    return np.reshape(out, (*at.shape, *np.shape(out[0])))


@pytest.fixture(scope="module")
def problem():
    return Problem()


def test_log_likelihood_is_the_slow_one(problem):
    expected = reference_log_likelihood(problem, problem.theta, problem.delta)
    assert problem.sums().loglik[0] == pytest.approx(expected, rel=1e-12)


def test_probabilities_sum_to_one_over_what_is_possible(problem):
    x, _ = problem.steps[0]
    logp = log_probabilities(problem.theta, problem.delta, LAYOUT, x, problem.can)
    np.testing.assert_allclose(np.exp(logp).sum(axis=(0, 2)), 1.0, rtol=1e-12)
    assert (np.isneginf(logp) == (problem.can <= 0)[None]).all()


def test_score_is_the_slope_of_the_log_likelihood(problem):
    by_theta = slope(lambda t: reference_log_likelihood(problem, t, problem.delta), problem.theta)
    np.testing.assert_allclose(problem.sums().score, by_theta, rtol=1e-6, atol=1e-6)


def test_score_of_dyad_terms_is_the_slope(problem):
    by_delta = slope(lambda d: reference_log_likelihood(problem, problem.theta, d), problem.delta)
    np.testing.assert_allclose(problem.sums().score_dyad, by_delta, rtol=1e-6, atol=1e-6)


def test_information_is_minus_the_slope_of_the_score(problem):
    curvature = slope(lambda t: problem.sums(theta=t).score, problem.theta)
    np.testing.assert_allclose(problem.sums().information, -curvature, rtol=1e-6, atol=1e-6)


def test_information_between_dyad_terms_and_coefficients(problem):
    curvature = slope(lambda d: problem.sums(delta=d).score, problem.delta)
    np.testing.assert_allclose(problem.sums().cross, -curvature, rtol=1e-6, atol=1e-6)


def test_information_of_dyad_terms_is_source_by_source(problem):
    curvature = slope(lambda d: problem.sums(delta=d).score_dyad, problem.delta)  # (i, j, source, target)
    for i in range(N_ACTORS):
        np.testing.assert_allclose(problem.sums().dyad[i], -curvature[i, :, i], rtol=1e-6, atol=1e-6)
        others = [x for x in range(N_ACTORS) if x != i]
        np.testing.assert_allclose(curvature[i][:, others], 0.0, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=some.integers(0, 10_000))
def test_the_information_is_that_of_a_concave_likelihood(seed):
    """Joint information of coefficients and dyad terms: symmetric, no negative eigenvalue."""
    sums = Problem(seed, steps=1).sums()
    n, D = N_ACTORS, LAYOUT.size
    joint = np.zeros((D + n * n, D + n * n))
    joint[:D, :D] = sums.information
    joint[D:, :D] = sums.cross.reshape(n * n, D)
    joint[:D, D:] = joint[D:, :D].T
    for i in range(n):
        joint[D + i * n : D + (i + 1) * n, D + i * n : D + (i + 1) * n] = sums.dyad[i]
    np.testing.assert_allclose(joint, joint.T, atol=1e-9)
    assert np.linalg.eigvalsh(joint).min() > -1e-8


@settings(max_examples=20, deadline=None)
@given(seed=some.integers(0, 10_000))
def test_residual_scores_sum_to_the_score(seed):
    problem = Problem(seed, steps=1)
    x, counts = problem.steps[0]
    logp = log_probabilities(problem.theta, problem.delta, LAYOUT, x, problem.can)
    by_dyad, residual = residual_scores(counts, logp, LAYOUT, x)
    sums = problem.sums()
    np.testing.assert_allclose(by_dyad.sum(axis=(0, 1)), sums.score, atol=1e-9)
    np.testing.assert_allclose(residual, sums.score_dyad, atol=1e-9)


def test_residual_scores_have_mean_zero_dyad_by_dyad(problem):
    """Put the expected counts in place of what happened: nothing is left over."""
    x, counts = problem.steps[0]
    logp = log_probabilities(problem.theta, problem.delta, LAYOUT, x, problem.can)
    expected = np.exp(logp) * counts.sum(axis=(0, 2))[None, :, None]
    by_dyad, residual = residual_scores(expected, logp, LAYOUT, x)
    np.testing.assert_allclose(by_dyad, 0.0, atol=1e-12)
    np.testing.assert_allclose(residual, 0.0, atol=1e-12)


def test_actors_that_do_nothing_say_nothing(problem):
    sums = problem.sums()
    assert not sums.cross[4].any()
    assert not sums.dyad[4].any()
    x, counts = problem.steps[0]
    before = zero_sums(LAYOUT, N_ACTORS)
    logp = log_probabilities(problem.theta, problem.delta, LAYOUT, x, problem.can)
    add_step(before, np.zeros_like(counts), logp, LAYOUT, x)
    assert not any(part.any() for part in before)


def test_very_unlikely_and_very_likely_choices_stay_finite(problem):
    theta = problem.theta * 1000.0
    sums = problem.sums(theta=theta)
    assert all(np.isfinite(part).all() for part in sums)
    x, _ = problem.steps[0]
    logp = log_probabilities(theta, problem.delta, LAYOUT, x, problem.can)
    np.testing.assert_allclose(np.exp(logp).sum(axis=(0, 2)), 1.0, rtol=1e-9)


def test_an_actor_without_any_possible_target_has_no_probabilities():
    problem = Problem()
    problem.can[4] = problem.can[:, 4] = 0.0
    x, _ = problem.steps[0]
    logp = log_probabilities(problem.theta, problem.delta, LAYOUT, x, problem.can)
    assert np.isneginf(logp[:, 4]).all()
    np.testing.assert_allclose(np.exp(logp[:, :4]).sum(axis=(0, 2)), 1.0, rtol=1e-12)


def test_columns_of_a_state_are_standardised_where_there_is_a_choice():
    compiled = compile_specification(toy_specification())
    s = by_updates(ToyWorld(events=((0, "USA", "aid", "PAK", 3.0),), gone=frozenset({"TTP"})))
    layout = layout_of(compiled, s.klass)
    x = Columns.empty(layout, len(ACTORS))
    rng = np.random.default_rng(2)
    shift, scale = rng.normal(size=layout.pair), rng.uniform(0.5, 2.0, layout.pair)
    x.fill(compiled, s, shift, scale)
    pair, memory, act, _ = toy_columns(compiled, s)
    possible = s.can > 0
    np.testing.assert_allclose(x.P[possible], ((pair - shift) / scale)[possible], rtol=1e-12)
    assert not x.P[~possible].any()
    np.testing.assert_array_equal(x.M, memory)
    np.testing.assert_array_equal(x.A, act)
    assert layout.size == 4 * len(compiled.columns) + len(s.klass)
