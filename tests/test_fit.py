"""The estimator: it finds what made the data, sees nothing of the future, and says how sure it is."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import polars as pl
import pytest

from chancellery.api import fit
from chancellery.errors import ModelError
from chancellery.model.estimate import fit as fit_specification
from chancellery.model.posterior import load_fit, save_fit
from chancellery.model.rate import RateData, fit_rate, log_density
from chancellery.model.spec import read_specification, specification
from chancellery.model.summary import coefficient_rows
from chancellery.record import open_record
from chancellery.sources.harvest import harvest
from toy_case import ACTORS, make_case, toy


def test_fit_finds_what_made_the_world():
    """Friends share enemies in the made-up world: that is what cooperation and conflict there follow."""
    _, _, fitted = toy()
    rows = {(r["effect"], r["class"]): r for r in coefficient_rows(fitted)}
    assert rows["common-enemy", "material-cooperation"]["low"] > 0.5
    assert rows["common-enemy", "verbal-conflict"]["high"] < -0.5
    assert rows["common-enemy", "material-conflict"]["high"] < -0.5
    assert fitted.choice.events > 1500
    assert all(r["low"] < r["estimate"] < r["high"] for r in rows.values())


def test_nothing_after_until_moves_the_fit():
    made, record, _ = toy()
    early = fit(made, record, until=date(2020, 12, 27))
    shorter = record.events(until="2020-12-27")
    assert early.until <= date(2020, 12, 27)
    assert early.choice.events < len(shorter)
    cut = open_record(":memory:")
    spans = record.coverage().select("dataset", "start", "end", "what").with_columns(end=date(2020, 12, 27))
    files = record.files().select("file", "sha256", "rows_read")
    cut.add(
        harvest(
            "events",
            events=shorter.with_columns(dataset=_literal("events")),
            coverage=spans.with_columns(dataset=_literal("events")),
            files=files,
        )
    )
    again = fit(made, cut)
    np.testing.assert_array_equal(early.choice.theta, again.choice.theta)
    np.testing.assert_array_equal(early.rate.beta, again.rate.beta)


def _literal(text: str) -> pl.Expr:
    return pl.lit(text)


def test_saved_fit_is_loaded_as_it_was(tmp_path):
    _, _, fitted = toy()
    save_fit(fitted, tmp_path / "fit")
    again = load_fit(tmp_path / "fit")
    np.testing.assert_array_equal(again.choice.theta, fitted.choice.theta)
    np.testing.assert_array_equal(again.memory["W"], fitted.memory["W"])
    assert again.spec == fitted.spec
    assert str(again) == str(fitted)
    assert not list((tmp_path / "fit").glob(".*"))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda f: (f / "fit.json").unlink(), "fit.json is missing"),
        (lambda f: (f / "arrays.npz").write_bytes(b"PK nonsense"), "damaged"),
        (lambda f: (f / "fit.json").write_text(json.dumps({"format": 99})), "format 99"),
    ],
)
def test_a_fit_that_cannot_be_loaded_says_why_and_the_cure(tmp_path, damage, says):
    save_fit(toy()[2], tmp_path)
    damage(tmp_path)
    with pytest.raises(ModelError, match=says) as error:
        load_fit(tmp_path)
    assert "chancellery fit" in str(error.value)


def test_robust_errors_are_larger_when_reports_repeat():
    """Every report told three times adds no information: naive errors shrink, robust ones do not."""
    made, record, fitted = toy()
    events = record.events()
    parts = [
        events.with_columns(
            dataset=_literal("thrice"), source_name=_literal(f"r{x}"), row=events["row"] + 10_000 * x
        )
        for x in range(3)
    ]
    thrice = open_record(":memory:")
    spans = (
        record.coverage().select("dataset", "start", "end", "what").with_columns(dataset=_literal("thrice"))
    )
    thrice.add(
        harvest(
            "thrice",
            events=pl.concat(parts),
            coverage=spans,
            files=record.files().select("file", "sha256", "rows_read"),
        )
    )
    more = fit(made, thrice)

    def ratio(f):
        return np.median(np.sqrt(np.diag(f.choice.robust)) / np.sqrt(np.diag(f.choice.naive)))

    assert more.choice.events > 2.7 * fitted.choice.events
    assert ratio(more) > 1.25 * ratio(fitted)


def test_rate_fit_recovers_its_parameters():
    rng = np.random.default_rng(3)
    n, steps = 12, 300
    actor = np.tile(np.arange(n), steps)
    X = rng.normal(size=(n * steps, 2))
    truth = np.linspace(-0.5, 1.0, n)
    mean = 7.0 * np.exp(truth[actor] + X @ [0.4, -0.2])
    N = rng.negative_binomial(4.0, 4.0 / (4.0 + mean)).astype(float)
    got = fit_rate(
        RateData(X, N, actor, np.zeros(len(N), int), np.repeat(np.arange(steps), n), np.full(len(N), 7.0)), n
    )
    np.testing.assert_allclose(got.beta, [0.4, -0.2], atol=0.04)
    np.testing.assert_allclose(got.actor + got.volume[0], truth, atol=0.15)
    assert abs(np.exp(got.log_phi).mean() - 4.0) < 1.0
    assert np.all(np.diag(got.robust) > 0)


def test_a_firm_belief_about_the_rate_is_kept():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(400, 2))
    N = rng.poisson(np.exp(1.0 + X @ [0.4, -0.2])).astype(float)
    data = RateData(X, N, np.arange(400) % 4, np.zeros(400, int), np.arange(400) // 4, np.ones(400))
    got = fit_rate(data, 4, (np.array([-0.1, 0.0]), np.array([1e8, 1e-6])))
    np.testing.assert_allclose(got.beta[0], -0.1, atol=1e-3)
    assert -0.35 < got.beta[1] < -0.05


def test_flat_priors_on_what_the_record_cannot_tell_are_refused_with_a_cure():
    made, record, _ = toy()
    fields = made.model.model_dump() | {
        "dyad_sd": 0.0,
        "choice": ("act-mix", "energy"),
        "priors": {"energy": {"flat": True}},
    }
    with pytest.raises(ModelError, match="give them normal priors"):
        fit_specification(specification(fields), record)


def test_negative_binomial_density_is_scipys():
    from scipy import stats

    N, mean, phi = np.array([0.0, 3.0, 40.0]), np.array([0.5, 2.0, 30.0]), np.array([0.7, 5.0, 2.0])
    np.testing.assert_allclose(
        log_density(N, mean, phi), stats.nbinom.logpmf(N, phi, phi / (phi + mean)), rtol=1e-10
    )


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"choise": ["own-share"]}, "did you mean 'choice'"),
        ({"choice": ["own-shares"]}, "did you mean 'own-share'"),
        ({"choice": ["weekend"]}, "belongs in 'rate'"),
        ({"half_lives": [40, 10]}, "rising order"),
        ({"actors": ["USA", "RUS"]}, "at least three"),
        ({"actors": ["USA", "RUS", "Rusia"]}, "Rusia"),
        ({"step": "fortnight"}, "step"),
        ({"choice": ["own-share", "own-share"]}, "twice"),
    ],
)
def test_a_wrong_specification_names_field_and_cure(fields, says):
    good = {"actors": list(ACTORS), "choice": ["own-share"]}
    with pytest.raises(ModelError, match=says):
        specification(good | fields, where="model.toml")


def test_a_missing_or_broken_model_file_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"model\.toml is not in"):
        read_specification(tmp_path / "model.toml")
    (tmp_path / "model.toml").write_text("[model\n")
    with pytest.raises(ModelError, match="not valid TOML"):
        read_specification(tmp_path / "model.toml")


def test_an_empty_record_or_a_date_outside_coverage_is_one_sentence(tmp_path):
    made = make_case(tmp_path)
    with pytest.raises(ModelError, match="no event among the 6 actors"):
        fit(made, open_record(":memory:"))
    with pytest.raises(ModelError, match="up to 1999-01-01"):
        fit(made, toy()[1], until=date(1999, 1, 1))
