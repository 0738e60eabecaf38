"""Lasting terms are let in when they foretell later events, and kept out when bursts only look lasting."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from chancellery.effects import state as st
from chancellery.errors import ModelError
from chancellery.model.belief import Gaussian, believe
from chancellery.model.compare import compare, laplace
from chancellery.model.estimate import acts_arrays
from chancellery.model.fit import fit_choice
from chancellery.model.foresight import prudent
from chancellery.model.holdings import Holdings
from chancellery.model.nested import Terms, solver
from chancellery.model.newton import Climb, log_prior
from chancellery.model.problem import ChoiceProblem
from chancellery.model.replay import Stream, make_steps
from chancellery.model.spec import specification
from test_hierarchy import dense

ACTORS = ("USA", "RUS", "CHN", "PAK", "IND", "DEU", "FRA", "TUR")
WEEKS, A_WEEK = 80, 12
START = date(2020, 1, 6)


def problem(
    lasting: float = 0.0, bursts: float = 0.0, popular: float = 0.0, weeks: int = WEEKS, **fields
) -> ChoiceProblem:
    """Weeks in which every actor turns to others by lasting attention, by this week's mood, and by chance."""
    rng, n = np.random.default_rng(3), len(ACTORS)
    delta = rng.normal(0, 1, (n, n)) * lasting + rng.normal(0, 1, n) * popular
    rows = []
    for week in range(weeks):
        u = delta + bursts * rng.normal(size=(n, n))
        u[range(n), range(n)] = -np.inf
        p = np.exp(u)
        p /= p.sum(axis=1, keepdims=True)
        for i in range(n):
            targets = rng.choice(n, A_WEEK, p=p[i])
            rows += [(7 * week, i, int(rng.integers(14)), int(j)) for j in targets]
    day, i, k, j = np.array(rows).T
    days = np.datetime64(START) + day.astype("timedelta64[D]")
    last = START + timedelta(days=7 * weeks - 1)
    klass, weight = acts_arrays()
    spec = specification({"actors": ACTORS, "choice": ["act-mix"], "half_lives": [10, 100], **fields})
    stream = Stream(
        i=i,
        k=k,
        j=j,
        count=np.ones(len(rows)),
        steps=make_steps(days, [(START, last)], "week"),
        segments=("toy",),
        holdings=Holdings(ACTORS, [], []),
        n_acts=14,
    )
    fresh = lambda: st.empty_state(n, klass, weight, [10.0, 100.0], spec.short, spec.long)  # noqa: E731
    return ChoiceProblem(spec, stream, fresh, None, last)


@pytest.mark.parametrize("lasting", [0.2, 0.8])
def test_lasting_attention_is_let_in_at_about_its_size(lasting):
    fit = fit_choice(problem(lasting=lasting, dyad_sd="estimate"))
    assert lasting / 2 <= np.sqrt(fit.tau2) <= lasting * 2
    assert {row["dyad_sd"] for row in fit.considered} >= {0.0, 0.8}


def test_popular_targets_are_told_from_attentive_pairs():
    fit = fit_choice(problem(popular=0.6, dyad_sd="estimate", actor_sd="estimate"))
    assert 0.2 <= fit.actor_sd <= 0.8
    assert np.sqrt(fit.tau2) <= 0.2


def test_bursts_are_not_taken_for_lasting_attention():
    """Each week's mood is its own; yet a pair's total varies more than chance, which misleads likelihood."""
    bursty = problem(bursts=1.5, dyad_sd="estimate")
    assert fit_choice(bursty).tau2 <= 0.1**2
    fits = {sd: fit_choice(problem(bursts=1.5, dyad_sd=sd)).evidence for sd in (0.0, 0.2, 0.4)}
    assert max(fits, key=lambda sd: fits[sd].log_marginal) >= 0.2


def test_evidence_with_terms_equals_the_dense_one():
    made = problem(lasting=0.4, weeks=20, dyad_sd=0.3, actor_sd=0.2)
    fit = fit_choice(made)
    terms = Terms(made.layout.size, made.n, 0.2, 0.3)
    mean, precision = terms.prior(*made.prior())
    # A fit keeps only the sum of the terms: from there to the mode, where the priors share it out.
    point, step = np.concatenate([fit.theta, np.zeros(made.n), fit.delta.ravel()]), np.ones(1)
    while np.abs(step).max() > 1e-9:
        sums = made.sums(point[: terms.size], terms.total(point))
        step = solver(terms)(sums, precision, terms.score(sums) - precision * (point - mean))
        point = point + step
    np.testing.assert_allclose(terms.total(point), fit.delta, atol=1e-4)
    end = Climb(
        point, float(sums.loglik[0]), float(sums.loglik[0]) + log_prior(point, mean, precision),
        terms.score(sums), dense(terms, sums), 0, True, 0.0,
    )  # fmt: skip
    expected = laplace(end, mean, precision, fit.events)
    assert fit.log_marginal == pytest.approx(expected.log_marginal, abs=1e-3)
    assert fit.dof == pytest.approx(expected.dof, abs=1e-3)
    rows = compare({"with": fit.evidence, "dense": expected}).rows
    assert rows[1]["log_bayes_factor"] == pytest.approx(0.0, abs=1e-3)


def test_a_term_for_pairs_costs_nothing_when_left_out():
    without = fit_choice(problem(lasting=0.5, weeks=20, dyad_sd=0.0))
    assert not without.delta.any()
    assert not without.delta_sd.any()
    tiny = fit_choice(problem(lasting=0.5, weeks=20, dyad_sd=1e-4))
    np.testing.assert_allclose(tiny.theta, without.theta, atol=1e-4)


def test_the_general_room_and_the_choice_fit_are_one_estimator():
    made = problem(lasting=0.5, weeks=20, dyad_sd=0.0)
    fit = fit_choice(made)
    priors = made.spec.priors | {f"act:{k}": Gaussian(sd=5.0) for k in range(14)}
    belief = believe(made.evaluate, made.names(), priors, events=fit.events)
    np.testing.assert_allclose(belief.mode, fit.theta, atol=1e-4)
    np.testing.assert_allclose(belief.naive, fit.naive, rtol=1e-3, atol=1e-8)
    assert belief.evidence.log_marginal == pytest.approx(fit.log_marginal, abs=1e-4)


def test_too_short_a_record_says_so():
    with pytest.raises(ModelError, match="6 are needed; write numbers"):
        fit_choice(problem(weeks=12, dyad_sd="estimate"))


def test_the_cautious_candidate_wins_within_one_standard_error():
    events = np.full(20, 10.0)
    noise = np.random.default_rng(0).normal(size=20)
    noise -= noise.mean()
    level = -30.0 + np.zeros(20)
    chosen, mean, error = prudent(np.array([level, level + 0.1 + noise]), events)
    assert chosen == 0
    assert mean[1] - mean[0] == pytest.approx(0.01)
    assert error[1] == 0.0
    assert error[0] == pytest.approx(np.sqrt(20 / 19 * (noise**2).sum()) / 200)
    assert prudent(np.array([level, level + 1.0 + noise]), events)[0] == 1


@pytest.mark.parametrize("sd", [-0.1, "guess"])
def test_a_wrong_deviation_is_refused(sd):
    with pytest.raises(ModelError, match="dyad_sd"):
        problem(weeks=2, dyad_sd=sd)
