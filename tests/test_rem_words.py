"""A coefficient in words: the ratio is right, the worked event is the model's own, every kind of effect has words."""

from __future__ import annotations

import re

import numpy as np
import pytest

from chancellery import rem
from chancellery.errors import ModelError
from chancellery.rem import look
from chancellery.rem.catalogue import EFFECTS
from chancellery.rem.words import _MORE, _THERE, explain, place
from table_toys import fitted, study


def test_a_binary_effect_is_present_or_absent():
    fit = fitted()
    said = explain(fit, "recip(calls)")
    x = place(fit, "recip(calls)")
    assert said.startswith("Where the target turned to the sender before in calls")
    ends = np.exp(fit.theta[x] + np.array([-1, 1]) * 1.959964 * fit.robust_se[x])
    assert f"{np.exp(fit.theta[x]):.2f} times as likely to be chosen" in said
    assert f"(95% interval {ends[0]:.2f} to {ends[1]:.2f})" in said
    assert explain(fit, "recip") == said


def test_the_worked_event_is_what_the_model_gave_it():
    """The chance with the effect is the model's; taking the effect away by hand gives the other."""
    fit = fitted()
    x = place(fit, "recip")
    said = explain(fit, "recip")
    number = int(re.search(r"event (\d+)", said)[1]) - 1
    (s,) = look.situations(fit, np.array([number]))
    assert f"({s.a} → {s.b})" in said
    assert s.statistics.shape == (4, 9)
    assert "among 9 possible targets" in said
    np.testing.assert_allclose(np.log(s.chances(fit.theta)[s.chosen]), fit.surprise[number], atol=1e-10)
    less = s.statistics.copy()
    less[x, s.chosen] -= 1.0
    utility = np.exp(fit.theta @ less)
    without = utility[s.chosen] / utility.sum()
    shown = [float(v) for v in re.findall(r"([\d.]+)%", said.split("For instance")[1])]
    assert shown == pytest.approx([100 * s.chances(fit.theta)[s.chosen], 100 * without], rel=0.02, abs=0.6)


@pytest.mark.parametrize(("model", "formula"), [
    ("rate", "calls ~ outdeg"), ("rate", "calls ~ 1 + outdeg"), ("tie", "calls ~ recip"), ("tie", "calls ~ 1 + recip"),
])  # fmt: skip
def test_situations_of_every_model_are_those_of_the_likelihood(model, formula):
    fit = fitted(formula, model)
    for s in look.situations(fit, np.array([3, 150, 299])):
        utility = fit.theta @ s.statistics[:, s.chosen]
        own = utility if fit.options.timed else np.log(s.chances(fit.theta)[s.chosen])
        assert own == pytest.approx(fit.surprise[s.number], abs=1e-9)


def test_a_log_is_about_doubling_and_a_number_about_one_standard_deviation():
    fit = fitted("calls ~ inertia(weighted=True, transform=log1p) + diff(age) + indeg")
    double = explain(fit, "inertia")
    assert double.startswith(
        "When the number of earlier acts of the sender towards the target in calls, plus one, doubles"
    )
    assert f"{2 ** fit.theta[0]:.2f} times" in double or f"{2 ** fit.theta[0]:.3f} times" in double
    assert re.match(
        r"When the difference in age is [\d.]+ larger \(one standard deviation\)", explain(fit, "diff(age)")
    )
    assert explain(fit, "indeg").startswith("With each further actor who turned to the target in calls")


def test_timed_models_speak_of_how_often():
    fit = fitted("calls ~ 1 + outdeg", "rate")
    often = explain(fit, "1")
    days = np.exp(-fit.theta[0])
    assert f"once in {days:.0f} days" in often or f"once in {days:.2g} days" in often
    assert "acts" in explain(fit, "outdeg")
    assert "once in" in explain(fit, "outdeg")
    assert "frequent" in explain(fitted("calls ~ 1 + recip", "tie"), "recip")


def test_an_interval_across_one_is_called_unsettled():
    said = explain(fitted(), "diff(age)")
    low, high = map(float, re.search(r"interval ([\d.]+) to ([\d.]+)", said).groups())
    assert ("not settled" in said) == (low < 1 < high)


def test_every_effect_of_the_catalogue_has_words():
    for e in EFFECTS:
        assert e.name in {"intercept", *_MORE, *_THERE}, f"give '{e.name}' words in rem/words.py"


def test_products_windows_and_fading_are_said():
    fit = rem.fit(
        study(),
        "calls ~ recip(window='20 days') + inertia(half_life=10) + recip(window='20 days'):same(floor)",
    )
    assert "within 20 days" in explain(fit, "recip(window='20 days')")
    assert "fading by half in 10" in explain(fit, "inertia")
    assert "product" in explain(fit, fit.terms[2].label)


def test_an_effect_of_ones_own_is_called_by_its_name():
    @rem.effect("network", "attribute")
    def elder(x, age, i, j):
        return age[j] - age[i] if x[i, j] > 0 else 0.0

    fit = rem.fit(study(), "calls ~ recip + elder(calls, age)", own=[elder])
    assert re.match(
        r"When 'elder\(calls, age\)' is [\d.]+ larger \(one standard deviation\), a target",
        explain(fit, "elder"),
    )
    assert "elder(calls, age)" in str(fit)


def test_coordination_speaks_of_both_sides():
    from table_toys import tables

    t = tables()
    both = rem.Study(t["actors"], {"pacts": rem.Network(t["calls"].head(40), directed=False)})
    said = explain(rem.fit(both, "pacts ~ same(floor)", "coordination"), "same")
    assert "each side" in said


def test_a_term_that_is_not_there_suggests_the_nearest():
    with pytest.raises(ModelError, match=r"no term 'recipp\(calls\)'; did you mean 'recip\(calls\)'"):
        explain(fitted(), "recipp(calls)")
    fit = fitted("calls ~ recip + recip(friends)")
    assert "in calls" in explain(fit, "recip")
    with pytest.raises(ModelError, match=r"no term 'inertia'"):
        explain(fit, "inertia")


def test_political_coefficients_in_words():
    from chancellery.model.words import explain as explain_political
    from toy_case import toy

    fit = toy()[2]
    said = explain_political(fit, "common-enemy:verbal-conflict")
    assert "one standard deviation" in said
    assert "of the acts of" in said
    assert explain_political(fit, "alliance:verbal-cooperation").startswith("Where 'alliance'")
    x = fit.columns.index("own-share@10d")
    assert f"{2 ** fit.choice.theta[x]:.2f}" in explain_political(fit, "own-share@10d:verbal-cooperation")
    assert "acts" in explain_political(fit, "own-activity-short")
    with pytest.raises(ModelError, match="did you mean 'common-enemy:verbal-conflict'"):
        explain_political(fit, "comon-enemy:verbal-conflict")
