"""Sampled alternatives: the whole likelihood when all are drawn, its estimates when some are."""

from __future__ import annotations

import numpy as np
import pytest

from chancellery.errors import ModelError
from chancellery.model.fit import fit_choice
from chancellery.model.sample import Sampled, chances, check_sample
from model_toys import toy_problem


def random_parameters(problem, seed: int = 0):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 0.3, problem.layout.size), rng.normal(0, 0.3, (problem.n, problem.n))


def test_with_every_alternative_drawn_the_sums_are_the_whole_ones():
    whole = toy_problem()
    some = Sampled(whole, 10_000, seed=1)
    some.standardise()
    theta, delta = random_parameters(whole)
    for mine, theirs, name in zip(
        some.sums(theta, delta), whole.sums(theta, delta), whole.sums(theta, delta)._fields
    ):
        scale = np.abs(theirs).max()
        np.testing.assert_allclose(mine, theirs, atol=2e-6 * scale, err_msg=name)
    solved = np.random.default_rng(1).normal(size=(whole.n, whole.n, whole.layout.size)) / 10
    mine, theirs = some.clusters(theta, delta, solved), whole.clusters(theta, delta, solved)
    np.testing.assert_allclose(mine.meat(), theirs.meat(), atol=1e-5 * np.abs(theirs.meat()).max())
    assert mine.seen.tolist() == theirs.seen.tolist()


def test_derivatives_of_the_sampled_likelihood_are_its_slopes():
    some = Sampled(toy_problem(), 6, seed=3)
    some.standardise()
    theta, delta = random_parameters(some)
    at = some.sums(theta, delta)
    rng = np.random.default_rng(5)
    for _ in range(4):
        d, dd = rng.normal(size=theta.shape), rng.normal(size=delta.shape)
        up, down = some.sums(theta + 1e-5 * d, delta + 1e-5 * dd), some.sums(theta - 1e-5 * d, delta - 1e-5 * dd)
        slope = (up.loglik[0] - down.loglik[0]) / 2e-5
        assert slope == pytest.approx(at.score @ d + (at.score_dyad * dd).sum(), rel=1e-5, abs=1e-4)
        bend = -(up.score - down.score) / 2e-5
        np.testing.assert_allclose(
            bend, at.information @ d + np.einsum("ijd,ij->d", at.cross, dd), rtol=1e-4, atol=1e-3
        )
        bend = -(up.score_dyad - down.score_dyad) / 2e-5
        expected = at.cross @ d + np.einsum("ijh,ih->ij", at.dyad, dd)
        np.testing.assert_allclose(bend, expected, rtol=1e-4, atol=1e-3)
