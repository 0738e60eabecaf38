"""Belief over any concave likelihood: the mode, its covariances, priors, evidence, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, optimize, special, stats

from chancellery.errors import ModelError
from chancellery.model.belief import Clusters, Flat, Gaussian, Sign, believe, climb, meat, prior, prior_arrays
from chancellery.model.compare import compare
from chancellery.model.priors import probability_of_sign


def logit(X: np.ndarray, y: np.ndarray):
    """Log likelihood, score and information of a logistic regression."""

    def evaluate(theta: np.ndarray):
        eta = X @ theta
        p = special.expit(eta)
        value = float(y @ eta - np.logaddexp(0, eta).sum())
        return value, X.T @ (y - p), (X * (p * (1 - p))[:, None]).T @ X

    return evaluate


def world(seed: int = 1, rows: int = 400, theta=(1.0, -0.5, 0.0)) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, len(theta)))
    return X, (rng.random(rows) < special.expit(X @ theta)).astype(float)


def test_the_mode_is_scipys():
    X, y = world()
    evaluate = logit(X, y)
    found = believe(
        evaluate, ["a", "b", "c"], {"a": Gaussian(mean=0.3, sd=0.2), "b": Sign(sign="-", held=0.9)}
    )

    def loss(theta):
        sharp = np.array([25.0, 1.0, 1.0])
        centre = np.array([0.3, -stats.norm.ppf(0.9), 0.0])
        return -evaluate(theta)[0] + 0.5 * (sharp * (theta - centre) ** 2).sum()

    np.testing.assert_allclose(found.mode, optimize.minimize(loss, np.zeros(3), tol=1e-12).x, atol=1e-5)
    assert found.converged
    assert found.log_posterior == pytest.approx(-loss(found.mode), abs=1e-9)
    np.testing.assert_allclose(
        np.linalg.inv(found.naive), found.information + np.diag([25.0, 1, 1]), rtol=1e-9
    )


def test_flat_priors_give_maximum_likelihood_from_anywhere():
    X, y = world()
    found = believe(logit(X, y), ["a", "b", "c"], default=Flat(), start=np.array([9.0, -9.0, 9.0]))
    assert np.abs(found.score).max() < 1e-6
    assert np.isnan(found.evidence.log_marginal)
    assert found.evidence.dof == pytest.approx(3.0)


def test_effects_of_very_different_scale_are_estimated_alike():
    X, y = world()
    units = np.array([1e-8, 1.0, 1e6])
    plain = believe(logit(X, y), ["a", "b", "c"], default=Flat())
    scaled = believe(logit(X * units, y), ["a", "b", "c"], default=Flat())
    np.testing.assert_allclose(scaled.mode * units, plain.mode, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(
        np.sqrt(np.diag(scaled.naive)) * units, np.sqrt(np.diag(plain.naive)), rtol=1e-6
    )


@pytest.mark.parametrize("held", [0.5, 0.8, 0.975])
@pytest.mark.parametrize("sign", ["+", "-"])
def test_a_sign_held_with_a_probability_has_that_probability(sign, held):
    mean, precision = Sign(sign=sign, held=held, scale=0.4).normal
    positive = probability_of_sign(mean, precision**-0.5)
    assert positive == pytest.approx(held if sign == "+" else 1.0 - held)


def test_priors_are_found_from_the_special_to_the_general():
    priors = {
        "a": Gaussian(mean=1),
        "a:x": Gaussian(mean=2),
        "a@7d": Gaussian(mean=3),
        "a@7d:x": Gaussian(mean=4),
    }
    names = ["a@7d:x", "a@9d:x", "a@7d:y", "a@9d:y", "a", "b"]
    mean, precision = prior_arrays(priors, names)
    np.testing.assert_array_equal(mean, [4, 2, 3, 1, 1, 0])
    np.testing.assert_array_equal(precision, np.ones(6))


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"sgin": "+"}, "did you mean 'sign'"),
        ({"sign": "+", "held": 0.3}, "write the other sign below 0.5"),
        ({"sign": "+", "held": 1.0}, "less than 1"),
        ({"sign": "up", "held": 0.9}, "'sign'"),
        ({"sign": "+"}, "'held'"),
        ({"sign": "+", "held": 0.9, "sd": 1.0}, "mixes"),
        ({"sd": 0}, "'sd'"),
        (3, "write a table"),
    ],
)
def test_a_wrong_prior_names_the_key_and_the_cure(table, says):
    with pytest.raises(ModelError, match=says) as error:
        prior(table, "priors.trust")
    assert "priors.trust" in str(error.value)


def test_one_way_clusters_of_one_are_the_textbook_sandwich():
    X, y = world()
    evaluate = logit(X, y)
    scores = lambda theta: X * (y - special.expit(X @ theta))[:, None]  # noqa: E731
    found = believe(evaluate, list("abc"), default=Flat(), clusters=lambda t: Clusters(scores(t)))
    u, bread = scores(found.mode), np.linalg.inv(found.information)
    n = len(y)
    np.testing.assert_allclose(found.robust, n / (n - 1) * bread @ u.T @ u @ bread, rtol=1e-9)
    assert found.covariance is found.robust


def test_events_told_thrice_widen_nothing_once_clustered():
    X, y = world()
    thrice = np.repeat(np.arange(len(y)), 3)
    once = believe(logit(X, y), list("abc"), default=Flat())
    more = believe(logit(X[thrice], y[thrice]), list("abc"), default=Flat())
    scores = X * (y - special.expit(X @ more.mode))[:, None] * 3
    robust = more.with_clusters(Clusters(scores)).robust
    np.testing.assert_allclose(np.diag(more.naive), np.diag(once.naive) / 3, rtol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(robust) / np.diag(once.naive)), 1.0, atol=0.12)


def test_two_ways_add_up_and_the_intersection_is_taken_off():
    rng = np.random.default_rng(2)
    u, first, second = rng.normal(size=(60, 2)), np.arange(60) % 6, np.arange(60) // 20
    sums = lambda by: np.array([u[by == g].sum(axis=0) for g in np.unique(by)])  # noqa: E731
    both = sums(first * 10 + second)
    direct = np.zeros((2, 2))
    for x in range(60):
        for z in range(60):
            same = [first[x] == first[z], second[x] == second[z]]
            factor = same[0] * 6 / 5 + same[1] * 3 / 2 - (same[0] and same[1]) * 18 / 17
            direct += factor * np.outer(u[x], u[z])
    np.testing.assert_allclose(meat(Clusters(sums(first), sums(second), both)), direct, rtol=1e-10)


def test_separation_is_told_and_a_prior_cures_it():
    X, y = world()
    X = np.column_stack([X, y])
    flat = believe(logit(X, y), ["a", "b", "c", "oracle"], default=Flat())
    assert [w for w in flat.warnings if "'oracle' predicts perfectly" in w]
    assert believe(logit(X, y), ["a", "b", "c", "oracle"]).warnings == ()


def test_what_says_the_same_is_refused_by_name_unless_a_prior_decides():
    X, y = world()
    X = np.column_stack([X, X[:, 0] - 2 * X[:, 1]])
    names = ["a", "b", "c", "again"]
    with pytest.raises(ModelError, match="'a', 'b', 'again' say the same"):
        believe(logit(X, y), names, default=Flat())
    assert believe(logit(X, y), names).converged
    X[:, 3] = 0.0
    with pytest.raises(ModelError, match="'again' never varies"):
        believe(logit(X, y), names, default=Flat())


def test_near_twins_are_named():
    X, y = world()
    X = np.column_stack([X, X[:, 0] + 0.05 * np.random.default_rng(0).normal(size=len(y))])
    told = believe(logit(X, y), ["a", "b", "c", "twin"], default=Flat()).warnings
    assert len(told) == 1
    assert "'a' and 'twin' can hardly be told apart" in told[0]


def test_a_climb_that_is_cut_short_says_so():
    X, y = world()
    end = climb(logit(X, y), np.zeros(3), np.zeros(3), np.ones(3), max_steps=1)
    assert not end.converged
    assert end.iterations == 1
    with pytest.raises(ModelError, match="missing values"), np.errstate(invalid="ignore"):
        believe(logit(np.where(X > 2, np.nan, X), y), list("abc"))


def test_evidence_is_exact_for_a_normal_likelihood():
    """With y ~ N(Xθ, 1) and θ ~ N(m, P⁻¹) the marginal of y is normal: Laplace is exact."""
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(30, 2)), rng.normal(size=30)

    def evaluate(theta):
        r = y - X @ theta
        return float(-0.5 * r @ r - 15 * np.log(2 * np.pi)), X.T @ r, X.T @ X

    priors = {"a": Gaussian(mean=0.5, sd=0.7), "b": Gaussian(mean=0, sd=2.0)}
    found = believe(evaluate, ["a", "b"], priors)
    exact = stats.multivariate_normal(X @ [0.5, 0], np.eye(30) + X @ np.diag([0.49, 4.0]) @ X.T).logpdf(y)
    assert found.evidence.log_marginal == pytest.approx(exact, abs=1e-8)


def test_evidence_is_close_to_the_integral_for_a_logit():
    X, y = world(rows=80, theta=(0.8,))
    evaluate = logit(X, y)
    inside = lambda t: np.exp(evaluate(np.array([t]))[0] + stats.norm.logpdf(t) + 50)  # noqa: E731
    exact = np.log(integrate.quad(inside, -3, 4)[0]) - 50
    assert believe(evaluate, ["a"]).evidence.log_marginal == pytest.approx(exact, abs=0.02)


def test_compare_prefers_the_model_that_made_the_data():
    X, y = world(rows=2000)
    fits = {
        "right": believe(logit(X[:, :2], y), ["a", "b"], events=2000),
        "too few": believe(logit(X[:, :1], y), ["a"], events=2000),
        "too many": believe(logit(X, y), ["a", "b", "c"], events=2000),
    }
    table = compare(fits)
    assert [r["name"] for r in table.rows] == ["right", "too many", "too few"]
    assert table.rows[0]["log_bayes_factor"] == 0.0
    assert table.rows[1]["bic"] - table.rows[0]["bic"] > 0
    assert "too sure" in str(table)


def test_tempering_undoes_events_told_thrice():
    """Every event told three times makes log Bayes factors thrice too large; tempering takes that back."""
    X, y = world(rows=1500, theta=(0.3, 0.08))
    thrice = np.repeat(np.arange(len(y)), 3)

    def fits(X, y, times):
        made = {}
        for name, columns in (("one", [0]), ("two", [0, 1])):
            b = believe(logit(X[:, columns], y), list("ab")[: len(columns)], events=len(y))
            u = X[:, columns] * (y - special.expit(X[:, columns] @ b.mode))[:, None]
            made[name] = b.with_clusters(Clusters(u.reshape(-1, times, len(columns)).sum(axis=1)))
        return made

    def factor(table, column):
        rows = {r["name"]: r for r in table.rows}
        return rows["two"][column] - rows["one"][column]

    once, more = fits(X, y, 1), fits(X[thrice], y[thrice], 3)
    honest = factor(compare(once), "log_marginal")
    table = compare(more, temper=True)
    assert table.power == pytest.approx(1 / 3, rel=0.1)
    assert abs(factor(table, "tempered") - honest) < 0.4 < abs(factor(table, "log_marginal") - honest)


def test_compare_refuses_what_cannot_be_compared():
    X, y = world()
    a = believe(logit(X, y), list("abc"), events=400)
    b = believe(logit(X[:300], y[:300]), list("abc"), events=300)
    with pytest.raises(ModelError, match="different events"):
        compare({"a": a, "b": b})
    with pytest.raises(ModelError, match="two or more"):
        compare({"a": a})
    with pytest.raises(ModelError, match="'a' has no clustered scores"):
        compare({"a": a, "again": a}, temper=True)
