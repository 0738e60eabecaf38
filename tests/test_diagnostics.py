"""Diagnostics of a fit: each fault is named with what to do, and a sound fit is not accused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from chancellery.errors import ModelError
from chancellery.model.belief import Gaussian, Sign
from chancellery.model.diagnostics import coefficient_names, diagnostics
from chancellery.model.spec import read_specification, specification
from toy_case import ACTORS, toy

GOOD = {"actors": list(ACTORS), "choice": ["own-share", "trust"], "rate": ["weekend"]}


def changed(**choice):
    """The toy fit with parts of its choice model exchanged."""
    _, _, fit = toy()
    return replace(fit, choice=replace(fit.choice, **choice))


def told(fit, kind: str) -> list:
    return [d for d in diagnostics(fit) if d.kind == kind]


def test_every_kind_is_told_once_a_fit_is_made_and_printed():
    _, _, fit = toy()
    kinds = [d.kind for d in diagnostics(fit)]
    assert {"convergence", "collinearity", "thin data"} <= set(kinds)
    printed = " ".join(str(fit).split())  # long sentences are folded
    for d in diagnostics(fit):
        assert f"{d.kind}: {d.says}" in printed


def test_twins_are_named():
    _, _, fit = toy()
    naive = np.diag(np.diag(fit.choice.naive)).copy()
    names = coefficient_names(fit)
    assert told(changed(naive=naive), "collinearity")[0].fine
    x, y = 2, 5
    naive[x, y] = naive[y, x] = -0.99 * np.sqrt(naive[x, x] * naive[y, y])
    (one,) = told(changed(naive=naive), "collinearity")
    assert set(one.about) == {names[x], names[y]}
    assert "-0.99" in one.says
    assert "leave one out" in one.says


def test_a_group_that_leans_on_itself_is_named_by_its_condition_number():
    """Four estimates, no pair of which correlates beyond 0.95, that nearly cancel together."""
    _, _, fit = toy()
    D, rows = len(fit.choice.theta), np.array([0, 3, 4, 6])
    naive = np.eye(D)
    naive[np.ix_(rows, rows)] = np.full((4, 4), -0.3333) + 1.3333 * np.eye(4)
    (one,) = told(changed(naive=naive), "collinearity")
    assert not one.fine
    assert "condition number" in one.says
    assert set(one.about) <= {coefficient_names(fit)[x] for x in rows}


def test_a_coefficient_that_is_its_prior_is_thin_data():
    _, _, fit = toy()
    names = coefficient_names(fit)
    x = names.index("sanctions:material-conflict")
    naive = 1e-4 * np.eye(len(fit.choice.theta))
    naive[x, x] = 0.97
    thin = [d for d in told(changed(naive=naive), "thin data") if "priors decide" in d.says]
    assert thin[0].about == ("sanctions:material-conflict",)
    assert f"1 of {len(names)}" in thin[0].says


def test_a_robust_error_from_too_few_clusters_is_told():
    _, _, fit = toy()
    names, robust = coefficient_names(fit), 4.0 * fit.choice.naive
    assert not [d for d in told(changed(robust=robust), "thin data") if "naive errors" in d.says]
    x = names.index("alliance:verbal-conflict")
    robust[x, x] = 0.01 * fit.choice.naive[x, x]
    (one,) = [d for d in told(changed(robust=robust), "thin data") if "naive errors" in d.says]
    assert one.about == ("alliance:verbal-conflict",)


def test_acts_with_few_events_are_counted():
    _, _, fit = toy()
    counts = fit.issue_counts.copy()
    counts[3] = 0.0
    counts[3, 0, 0, 1] = 7
    few = next(d for d in told(replace(fit, issue_counts=counts), "thin data") if "fewer than" in d.says)
    assert f"{fit.acts[3]} (7)" in few.about


def test_the_least_expected_events_are_kept_with_their_probability():
    _, _, fit = toy()
    rare = fit.choice.surprises
    assert len(rare) == 10
    assert [e["p"] for e in rare] == sorted(e["p"] for e in rare)
    shown = [rare[0] | {"p": 3e-6, "source": 0, "target": 1, "act": 2, "day": "2020-05-04"}]
    (one,) = told(changed(surprises=shown), "surprise")
    assert one.about == (f"USA {fit.acts[2]} RUS (2020-05-04, probability 3e-06)",)
    assert told(changed(surprises=[shown[0] | {"p": 0.1}]), "surprise") == []


def test_priors_of_a_model_file_are_read_by_effect_and_class(tmp_path):
    (tmp_path / "model.toml").write_text(
        '[model]\nactors = ["USA", "RUS", "CHN"]\nchoice = ["own-share", "trust"]\n[model.priors]\n'
        'trust = { sign = "+", held = 0.9 }\n"trust:material-conflict" = { sign = "-", held = 0.75, scale = 0.5 }\n'
        "own-share = { sd = 0.2 }\n"
    )
    spec = read_specification(tmp_path / "model.toml")
    assert spec.priors == {
        "trust": Sign(sign="+", held=0.9),
        "trust:material-conflict": Sign(sign="-", held=0.75, scale=0.5),
        "own-share": Gaussian(sd=0.2),
    }
    assert specification(spec.model_dump(mode="json")) == spec
    assert set(spec.without("trust").priors) == {"own-share"}


@pytest.mark.parametrize(
    ("priors", "says"),
    [
        ({"own-shares": {"sd": 1}}, "did you mean 'own-share'"),
        ({"trust:material-conflit": {"sd": 1}}, "did you mean 'material-conflict'"),
        ({"alliance": {"sd": 1}}, "not among the effects"),
        ({"trust": {"sign": "+", "hold": 0.9}}, r"priors\.trust: 'hold' .*did you mean 'held'"),
        ({"trust": {"sign": "+", "held": 1.2}}, "probability from 0.5"),
        ({"weekend:verbal-conflict": {"sd": 1}}, "write the effect alone"),
        (3, "is a table of effects"),
    ],
)
def test_a_wrong_prior_in_a_specification_names_itself(priors, says):
    with pytest.raises(ModelError, match=says):
        specification(GOOD | {"priors": priors})
