"""Shrunken terms: variances are recovered, none is found where there is none, and both ways of computing agree."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special

from chancellery.model.belief import Gaussian, Group, believe
from chancellery.model.nested import Terms, eliminate, solver, spread
from chancellery.model.newton import climb
from test_belief import logit
from test_likelihood import LAYOUT, N_ACTORS, Problem

ACTORS, EACH = 60, 40


def many_actors(sd: float, seed: int = 1):
    """Design and outcome of a logit with a slope and a term for each actor, normal with this deviation."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(ACTORS), EACH)
    x = rng.normal(size=len(who))
    terms = rng.normal(0, sd, ACTORS)
    y = (rng.random(len(who)) < special.expit(0.7 * x + terms[who])).astype(float)
    return np.column_stack([x, np.eye(ACTORS)[who]]), y, terms


NAMES = ["slope", *(f"sender-{a}" for a in range(ACTORS))]
MEMBERS = np.arange(1, ACTORS + 1)


@pytest.mark.parametrize("sd", [0.3, 0.8])
def test_the_variance_of_actor_terms_is_recovered(sd):
    got, slopes = [], []
    for seed in range(8):
        X, y, terms = many_actors(sd, seed)
        found = believe(logit(X, y), NAMES, groups=[Group("sender", MEMBERS)])
        got.append(found.sds["sender"])
        slopes.append(found.mode[0])
        assert np.corrcoef(found.mode[1:], terms)[0, 1] > 0.5
        assert found.converged
    assert np.mean(got) == pytest.approx(sd, rel=0.12)
    assert np.mean(slopes) == pytest.approx(0.7, abs=0.05)


def test_it_is_the_top_of_the_marginal_likelihood():
    X, y, _ = many_actors(0.5)
    evaluate = logit(X, y)

    def loss(log_sd):
        group = Group("sender", MEMBERS, sd=float(np.exp(log_sd)))
        return -believe(evaluate, NAMES, groups=[group]).evidence.log_marginal

    top = optimize.minimize_scalar(loss, bounds=(-3, 1), method="bounded").x
    found = believe(evaluate, NAMES, groups=[Group("sender", MEMBERS)]).sds["sender"]
    # The update ignores how the information moves with the mode, as its authors do: close, not equal.
    assert found == pytest.approx(np.exp(top), rel=0.05)


def test_no_difference_is_found_where_there_is_none():
    X, y, _ = many_actors(0.0, seed=5)
    found = believe(logit(X, y), NAMES, groups=[Group("sender", MEMBERS)])
    assert found.sds["sender"] < 0.15
    assert np.abs(found.mode[1:]).max() < 0.2


def test_a_set_deviation_is_a_normal_prior():
    X, y, _ = many_actors(0.5)
    grouped = believe(logit(X, y), NAMES, groups=[Group("sender", MEMBERS, sd=0.4)])
    plain = believe(logit(X, y), NAMES, {"slope": Gaussian()}, default=Gaussian(sd=0.4))
    np.testing.assert_allclose(grouped.mode, plain.mode, atol=1e-9)


def dense(terms: Terms, sums) -> np.ndarray:
    """Information of a packed point written out in full."""
    n, D = terms.n, terms.size
    pairs = np.zeros((n * n, n * n))
    for i in range(n):
        pairs[i * n : (i + 1) * n, i * n : (i + 1) * n] = sums.dyad[i]
    cross = sums.cross.reshape(n * n, D)
    receiver = np.tile(np.eye(n), (n, 1))  # the pair (i, j) belongs to target j
    design = [np.zeros((n * n, 0)), receiver][terms.actor_sd > 0]
    outer = np.block([[sums.information, cross.T @ design], [design.T @ cross, design.T @ pairs @ design]])
    if terms.dyad_sd <= 0:
        return outer
    side = np.hstack([cross, pairs @ design])
    return np.block([[outer, side.T], [side, pairs]])


@pytest.mark.parametrize(("actor_sd", "dyad_sd"), [(0.0, 0.0), (0.4, 0.0), (0.0, 0.3), (0.4, 0.3)])
def test_elimination_equals_the_dense_system(actor_sd, dyad_sd):
    problem, terms = Problem(), Terms(LAYOUT.size, N_ACTORS, actor_sd, dyad_sd)
    sums = problem.sums()
    _, precision = terms.prior(np.zeros(LAYOUT.size), np.ones(LAYOUT.size))
    total = dense(terms, sums) + np.diag(precision)
    gradient = np.random.default_rng(1).normal(size=terms.packed)
    np.testing.assert_allclose(
        solver(terms)(sums, precision, gradient), np.linalg.solve(total, gradient), rtol=1e-7, atol=1e-10
    )
    out = eliminate(sums, terms)
    reduced = out.reduced + np.diag(precision[: terms.outer])
    assert np.linalg.slogdet(reduced)[1] + out.log_determinant == pytest.approx(np.linalg.slogdet(total)[1])
    covariance, D = np.linalg.inv(total), LAYOUT.size
    np.testing.assert_allclose(np.linalg.inv(reduced), covariance[: terms.outer, : terms.outer], rtol=1e-7)
    # Spread of γ_j + δ_ij given the coefficients, from the dense system without them.
    rest = np.linalg.inv(total[D:, D:]) if terms.packed > D else np.zeros((0, 0))
    n, target = N_ACTORS, np.tile(np.eye(N_ACTORS), (N_ACTORS, 1))
    weight = np.hstack([target] * (actor_sd > 0) + [np.eye(n * n)] * (dyad_sd > 0) + [np.zeros((n * n, 0))])
    expected = np.sqrt(np.einsum("ab,bc,ac->a", weight, rest, weight)).reshape(n, n)
    np.testing.assert_allclose(spread(out, reduced, terms), expected, rtol=1e-7)


@pytest.mark.parametrize(("actor_sd", "dyad_sd"), [(0.4, 0.0), (0.4, 0.3)])
def test_the_climb_with_terms_ends_where_scipy_does(actor_sd, dyad_sd):
    problem, terms = Problem(), Terms(LAYOUT.size, N_ACTORS, actor_sd, dyad_sd)
    mean, precision = terms.prior(np.zeros(LAYOUT.size), np.ones(LAYOUT.size))

    def evaluate(point):
        sums = problem.sums(point[: LAYOUT.size], terms.total(point))
        return float(sums.loglik[0]), terms.score(sums), sums

    end = climb(evaluate, mean, mean, precision, solve=solver(terms))

    def loss(point):
        value, score, _ = evaluate(point)
        return -value + 0.5 * precision @ point**2, -score + precision * point

    reached = optimize.minimize(loss, mean, jac=True, method="BFGS", options={"gtol": 1e-8}).x
    np.testing.assert_allclose(end.theta, reached, atol=1e-6)
