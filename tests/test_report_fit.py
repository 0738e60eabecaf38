"""The page of a fit: estimates, robust beside naive, and whether the model behaves like the record."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from chancellery.errors import ReportError
from chancellery.report.fit_charts import check_chart, hazard_chart
from chancellery.report.fit_page import fit_page, short_number, write_fit_page
from chancellery.report.saved import Check, Coefficient
from test_report import HOSTILE, assert_sound


def row(
    effect: str, estimate: float, se: float, part: str = "choice", klass: str = "verbal-conflict"
) -> dict:
    return {
        "part": part, "effect": effect, "class": klass, "estimate": estimate, "robust_se": se, "naive_se": se / 2,
        "low": estimate - 1.96 * se, "high": estimate + 1.96 * se,
    }  # fmt: skip


def check(name: str, horizon: str, observed: float, low: float, high: float, ok: bool) -> dict:
    simulated = {"low": low, "median": (low + high) / 2, "high": high}
    return {"name": name, "horizon": horizon, "observed": observed, "simulated": simulated, "unit": "acts a week",
            "ok": ok, "note": "a note on it"}  # fmt: skip


def summary() -> dict:
    """A made-up summary of a fit."""
    return {
        "title": "Three states", "actors": ["USA", "RUS", "CHN"], "acts": ["consult", "fight"], "events": 1234, "steps": 52,
        "since": "2018-01-01", "until": "2018-12-31",
        "about": {"chancellery": "0.1.0", "segments": [["2018-01-01", "2018-10-31"], ["2018-12-01", "2018-12-31"]]},
        "coefficients": [
            row("alliance", 0.4, 0.1), row("rivalry", -0.1, 0.2), row("own-share@5d", 0.3, 0.05),
            row("alliance", 0.1, 0.01, klass="material-conflict"), row("at-war", 0.2, 0.1, "rate", "all"),
            row("act", -1.0, 0.1, "intercept", "fight"),
        ],
        "transitions": {"end-war": (2.0, 280.0), "start-sanctions": (0, 0)},
        "checks": [check("volume", "one week ahead", 100, 90, 115, True), check("volume", "free-running", 100, 20, 60, False),
                   check("empty", "free-running", 0, 0, 0, True)],
    }  # fmt: skip


def test_a_fit_page_is_sound_and_says_what_the_summary_says():
    text = assert_sound(fit_page(summary())).text
    for said in (
        "Three states", "3 actors, 2 acts, 1,234 events in 52 steps", "1 January 2018 to 31 December 2018", "USA, RUS, CHN",
        "2018-01-01 to 2018-10-31; 2018-12-01 to 2018-12-31", "a note on it", "not reproduced", "intercepts of the acts",
        "+0.400 [+0.204, +0.596] ● 1.49 0.100 0.050", "280 weeks of war 0.71%",
    ):  # fmt: skip
        assert said in text


def test_the_headline_counts_mechanisms_without_memory_and_names_failed_checks():
    text = assert_sound(fit_page(summary())).text
    assert "2 of 3 coefficients of mechanisms stand out from zero at 95%" in text
    assert "2.0 times the naive ones" in text
    assert "does not run away in 2 of 3 comparisons" in text
    assert "It fails: volume (free-running)." in text


def test_checks_may_be_missing():
    told = summary()
    del told["checks"]
    text = assert_sound(fit_page(told)).text
    assert "No check of simulated against observed behaviour comes with this fit." in text


def test_hazard_ratios_are_drawn_robust_and_naive():
    svg = hazard_chart([Coefficient(**row("alliance", math.log(2), 0.1))], "class")
    assert "alliance 2.00 [1.64, 2.43]" in svg
    for ink in ("#0072b2", "#d55e00"):
        assert ink in svg


def test_an_estimate_gone_wild_does_not_break_the_picture():
    rows = [Coefficient(**row("alliance", 800.0, 900.0)), Coefficient(**row("rivalry", math.nan, 1.0))]
    svg = hazard_chart(rows, "class")
    assert "alliance 20.00 [0.05, 20.00]" in svg
    assert "rivalry" not in svg
    assert hazard_chart(rows[1:], "class") is None
    told = summary()
    told["coefficients"] = [row("alliance", 800.0, 900.0), {**row("rivalry", 0.0, 1.0), "estimate": None}]
    assert_sound(fit_page(told))


def test_checks_are_multiples_of_the_simulated_median():
    svg = check_chart([Check(**check("volume", "", 100, 20, 60, False))], "free-running")
    assert "volume 2.50 [0.50, 1.50]" in svg
    assert check_chart([Check(**check("empty", "", 0, 0, 0, True))], "free-running") is None


def test_numbers_have_three_digits_that_count():
    shown = [short_number(x) for x in (1234.5, 12.345, 0.012345, -3.0, math.nan)]
    assert shown == ["1,234", "12.3", "0.0123", "−3", "–"]


def test_names_in_a_summary_cannot_become_markup():
    told = summary()
    told["title"] = told["about"]["chancellery"] = told["coefficients"][0]["effect"] = told["actors"][0] = (
        HOSTILE
    )
    told["checks"][0]["name"] = told["checks"][0]["horizon"] = told["checks"][0]["note"] = HOSTILE
    told["transitions"][HOSTILE] = (1, 2)
    page = fit_page(told)
    assert_sound(page)
    assert "<script" not in page


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda s: s.pop("title"), "title: field required"),
        (lambda s: s["coefficients"][1].pop("low"), "coefficients › 2 › low: field required"),
        (lambda s: s["coefficients"][0].update(estimate="much"), "coefficients › 1 › estimate"),
        (
            lambda s: s["checks"][0]["simulated"].pop("median"),
            "checks › 1 › simulated › median: field required",
        ),
        (lambda s: s["transitions"].update({"end-war": (1,)}), "transitions › end-war › 2: field required"),
    ],
)
def test_a_damaged_summary_is_refused_with_the_field_and_the_cure(spoil, said: str):
    told = summary()
    spoil(told)
    with pytest.raises(ReportError, match="make it again from the fit") as refused:
        fit_page(told)
    assert said in str(refused.value)


def test_a_fit_page_is_written(tmp_path: Path):
    path = write_fit_page(summary(), tmp_path / "fit.html")
    assert path.read_text(encoding="utf-8") == fit_page(summary())
