"""Goodness of fit: statistics by hand, p-values that are right on average, advice that names what is missing."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from chancellery import rem
from chancellery.errors import ModelError
from chancellery.rem.fitness import joint_p, two_sided
from chancellery.rem.portrait import STATISTICS, burstiness, mean_distance, portrait
from chancellery.report.violins import violins

LABELS = [f"a{x}" for x in range(10)]
LOG = "weighted=True, transform=log1p"


def made_up(*theta: float) -> rem.Study:
    """A record drawn from a tie model: intercept, inertia, reciprocity."""
    empty = rem.Study({"label": LABELS}, {"ev": rem.Network()})
    spec = rem.Spec(empty, f"ev ~ 1 + inertia({LOG}) + recip({LOG})", "tie", np.array(theta))
    return rem.simulate(spec, events=200, seed=5).study(0)


def test_portrait_by_hand():
    # 0→1, 1→0, 0→1, 1→2, 0→2 among four
    got = portrait(np.array([0.0, 1, 3, 4, 8]), np.array([0, 1, 0, 1, 0]), np.array([1, 0, 1, 2, 2]), 4)
    assert set(got) == set(STATISTICS)
    assert got["events"] == 5
    assert got["out_top"] == pytest.approx(3 / 5)
    assert got["in_top"] == pytest.approx(2 / 5)
    assert got["dyads"] == 4
    assert got["repeated"] == pytest.approx(1 / 4)
    assert got["reciprocity"] == pytest.approx(2 / 4)
    assert got["answered"] == pytest.approx(2 / 4)
    # Two-paths between different actors: 0→1→2 (closed by 0→2) and 1→0→2 (closed by 1→2).
    assert got["transitivity"] == 1.0
    assert got["cycles"] == 0.0
    assert got["distance"] == 1.0
    assert got["gap_median"] == 1.5
    assert got["gap_cv"] == pytest.approx(np.std([1, 2, 1, 4]) / 2)


def test_burstiness_of_regular_random_and_bursty_actors():
    # Goh & Barabási 2008: -1 for a regular signal, 0 for a Poisson one, towards 1 for bursts.
    assert burstiness(np.arange(20.0), np.zeros(20, int)) == pytest.approx(-1.0)
    rng = np.random.default_rng(1)
    assert abs(burstiness(np.cumsum(rng.exponential(size=20_000)), np.zeros(20_000, int))) < 0.02
    assert burstiness(np.cumsum(rng.pareto(0.5, size=5000)), np.zeros(5000, int)) > 0.5
    assert np.isnan(burstiness(np.arange(2.0), np.arange(2)))


def test_distances_of_a_chain():
    chain = np.diag(np.ones(3), 1)
    assert mean_distance(chain) == pytest.approx((3 * 1 + 2 * 2 + 1 * 3) / 6)
    assert np.isnan(mean_distance(np.zeros((3, 3))))


def test_p_values_are_uniform_where_the_model_is_true():
    rng = np.random.default_rng(2)
    single, joint = [], []
    for _ in range(300):
        points = rng.multivariate_normal([0, 0, 0], [[1, 0.9, 0], [0.9, 1, 0], [0, 0, 4]], 60)
        single.append(two_sided(points[0], points[1:]))
        joint.append(joint_p(points[0], points[1:]))
    # The share of p-values of 0.1 and less is 0.1, with a standard error of 0.017.
    assert abs((np.array(joint) <= 0.1).mean() - 0.1) < 0.055
    assert (np.abs((np.array(single) <= 0.1).mean(axis=0) - 0.1) < 0.055).all()


def test_joint_p_sees_what_single_ones_cannot():
    rng = np.random.default_rng(3)
    drawn = rng.multivariate_normal([0, 0], [[1, 0.99], [0.99, 1]], 99)
    assert joint_p(np.array([1.0, -1.0]), drawn) == pytest.approx(0.01)
    assert (two_sided(np.array([1.0, -1.0]), drawn) > 0.1).all()


def test_the_true_model_fits_and_one_without_reciprocity_does_not():
    of = made_up(-6.0, 0.5, 1.2)
    true = rem.fitness(rem.fit(of, f"ev ~ 1 + inertia({LOG}) + recip({LOG})", "tie"), draws=100, seed=3)
    assert true.joint > 0.02
    assert (true.p < 0.05).mean() < 0.3
    less = rem.fitness(rem.fit(of, f"ev ~ 1 + inertia({LOG})", "tie"), draws=100, seed=3)
    p = dict(zip(less.names, less.p))
    assert min(p["reciprocity"], p["answered"]) < 0.05
    assert less.joint < true.joint
    assert any("recip" in sentence for sentence in less.advice)
    assert "reciprocity" in str(less)
    assert str(less).count("*") == (less.p < 0.05).sum()


def test_choice_rate_and_own_statistics():
    of = made_up(-6.0, 0.5, 0.5)
    rate, choice = rem.fit(of, "ev ~ 1", "rate"), rem.fit(of, f"ev ~ inertia({LOG})", "choice")
    both = rem.fitness(
        rate, choice=choice, draws=40, statistics={"to a0": lambda t, a, b, n: float((b == 0).sum())}
    )
    assert "to a0" in both.names
    assert both.observed[both.names.index("to a0")] == (of.networks["ev"].b == 0).sum()
    alone = rem.fitness(choice, draws=40)
    assert "events" not in alone.names  # as many as recorded, always: it tells nothing
    assert "out_sd" not in alone.names
    with pytest.raises(ModelError, match="draws"):
        rem.fitness(choice, draws=5)


def test_same_seed_same_figure_and_it_says_what_is_outside():
    fit = rem.fit(made_up(-6.0, 0.9, 2.0), "ev ~ 1", "tie")
    found = [rem.fitness(fit, draws=60, seed=4, threads=t) for t in (1, 2)]
    one, two = (violins(f) for f in found)
    assert one == two
    outside = [name for name, p in zip(found[0].names, found[0].p) if p < 0.05]
    assert outside
    root = ElementTree.fromstring(one)
    assert root.tag.endswith("svg")
    assert all(name in root.attrib["aria-label"] for name in outside)
    assert "href" not in one
