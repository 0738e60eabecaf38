"""Sampled alternatives: the whole likelihood when all are drawn, its estimates when some are."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from chancellery.errors import ModelError
from chancellery.model.estimate import fit
from chancellery.model.fit import fit_choice
from chancellery.model.posterior import load_fit, save_fit
from chancellery.model.sample import Sampled, chances, check_sample
from chancellery.model.strategy import fit_problem
from model_toys import toy_problem
from toy_case import toy


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
    for terms in (0, whole.n):  # of the targets
        solved = np.random.default_rng(1).normal(size=(whole.n, whole.n, whole.layout.size + terms)) / 10
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
        up, down = (
            some.sums(theta + 1e-5 * d, delta + 1e-5 * dd),
            some.sums(theta - 1e-5 * d, delta - 1e-5 * dd),
        )
        slope = (up.loglik[0] - down.loglik[0]) / 2e-5
        assert slope == pytest.approx(at.score @ d + (at.score_dyad * dd).sum(), rel=1e-5, abs=1e-4)
        bend = -(up.score - down.score) / 2e-5
        np.testing.assert_allclose(
            bend, at.information @ d + np.einsum("ijd,ij->d", at.cross, dd), rtol=1e-4, atol=1e-3
        )
        bend = -(up.score_dyad - down.score_dyad) / 2e-5
        expected = at.cross @ d + np.einsum("ijh,ih->ij", at.dyad, dd)
        np.testing.assert_allclose(bend, expected, rtol=1e-4, atol=1e-3)


def test_a_sample_estimates_what_the_whole_does_within_two_standard_errors():
    whole = toy_problem()
    full = fit_choice(whole)
    some = fit_choice(Sampled(whole, 12, seed=4))
    z = (some.theta - full.theta) / np.sqrt(np.diag(full.robust))
    assert np.abs(z).max() < 2.0
    assert 0.0 < np.sqrt((z**2).mean()) < 0.7  # it is a sample, and a good one
    assert np.median(np.sqrt(np.diag(some.robust) / np.diag(full.robust))) < 1.3


def test_without_the_correction_for_chances_the_estimates_are_off():
    """The correction is what makes unequal chances harmless: leave it out, and the estimates move far."""
    whole = toy_problem()
    full, some = fit_choice(whole), Sampled(whole, 8, seed=4)
    some.standardise()
    some.cells = [
        cells and cells._replace(log_chance=np.zeros_like(cells.log_chance)) for cells in some.cells
    ]
    wrong, right = fit_choice(some), fit_choice(Sampled(whole, 8, seed=4))
    off = [np.abs((f.theta - full.theta) / np.sqrt(np.diag(full.robust))).mean() for f in (wrong, right)]
    assert off[0] > 1.5 * off[1]


def test_samples_follow_the_seed_and_not_the_threads():
    def drawn(seed: int, threads: int):
        some = Sampled(toy_problem(threads=threads), 6, seed)
        some.standardise()
        return np.concatenate([cells.target for cells in some.cells if cells])

    np.testing.assert_array_equal(drawn(1, 1), drawn(1, 3))
    assert not np.array_equal(drawn(1, 1)[:200], drawn(2, 1)[:200])


def test_chances_add_up_to_the_size_of_the_sample():
    rng = np.random.default_rng(2)
    L, can = np.log(rng.dirichlet(np.full(4 * 9, 0.3), size=2).reshape(2, 4, 9)), np.ones(9)
    can[3] = 0.0
    for size in (4, 12, 25):
        p = chances(L, can, size)
        assert p.sum() == pytest.approx(size, rel=1e-3)
        assert not p[:, 3].any()
        assert (p[:, can > 0] > 0).all()
        assert p.max() <= 1.0
    assert (chances(L, can, 32)[:, can > 0] == 1.0).all()


def test_a_sample_of_everything_is_refused():
    with pytest.raises(ModelError, match=r"sample = 30.*20 alternatives"):
        check_sample(30, 20)


def test_a_case_with_a_sample_is_fitted_and_says_so(tmp_path):
    made, record, full = toy()
    spec = made.model.model_copy(update={"sample": 10})
    some = fit(spec, record, ties=made.ties, attributes=made.attributes)
    assert "among 10 sampled alternatives" in " ".join(str(some).split())
    assert "sampled" not in str(full)
    save_fit(some, tmp_path)
    assert load_fit(tmp_path).spec.sample == 10


def test_lasting_terms_of_a_sample_are_chosen_as_those_of_the_whole():
    asked = {"dyad_sd": "estimate", "actor_sd": "estimate"}
    whole, some = fit_choice(toy_problem(**asked)), fit_choice(Sampled(toy_problem(**asked), 10_000, seed=1))
    assert [row["dyad_sd"] for row in some.considered] == [row["dyad_sd"] for row in whole.considered]
    nats = [[row["nats"] for row in fitted.considered] for fitted in (some, whole)]
    np.testing.assert_allclose(*nats, atol=1e-5)
    assert (some.tau2, some.actor_sd) == (whole.tau2, whole.actor_sd)


def test_rows_before_a_day_are_those_of_the_steps_before_it():
    day = date(2020, 9, 7)
    whole, some = toy_problem(), Sampled(toy_problem(), 10_000, seed=1)
    some.standardise(), whole.standardise()
    theta, delta = random_parameters(whole)
    mine, theirs = some.before(day).sums(theta, delta), whole.before(day).sums(theta, delta)
    assert mine.loglik[0] == pytest.approx(theirs.loglik[0], rel=1e-6)
    rest = whole.after(day).sums(theta, delta)
    assert theirs.loglik[0] + rest.loglik[0] == pytest.approx(whole.sums(theta, delta).loglik[0], rel=1e-12)


@pytest.mark.parametrize("make", [toy_problem, lambda: Sampled(toy_problem(), 8, seed=2)])
def test_sums_without_nested_terms_are_the_others_of_a_pass(make):
    made = make()
    made.standardise()
    at = random_parameters(made)
    light, full = made.sums(*at, nested=False), made.sums(*at)
    for a, b in zip(light[:4], full[:4]):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-9)
    assert not light.cross.size
    assert not light.dyad.size


def test_a_sampled_start_ends_where_a_start_from_nothing_does(monkeypatch):
    monkeypatch.setattr("chancellery.model.strategy.WORTH", 1)
    monkeypatch.setattr("chancellery.model.strategy.START_SAMPLE", 8)
    monkeypatch.setattr("chancellery.model.foresight.TOLERANCE", 1e-12)
    there, here = fit_problem(toy_problem(), lambda what, share: None), fit_choice(toy_problem())
    np.testing.assert_allclose(there.theta, here.theta, atol=1e-6)
    np.testing.assert_allclose(there.robust, here.robust, atol=1e-6)
    assert there.newton < here.newton
