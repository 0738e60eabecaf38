"""Scenario files and conditions: what is understood, and what is refused in one sentence with a cure."""

from __future__ import annotations

import pytest

from chancellery.errors import ScenarioError
from chancellery.simulate.condition import Happens, Quantity, TieChanges, parse
from chancellery.simulate.scenario import parse_asks, parse_scenario
from toy_case import ACTORS, SCENARIO

EFFECTS = ("own-share", "common-enemy", "secondary-sanctions")


def read(text: str):
    return parse_scenario(text, "test", ACTORS, EFFECTS)


def test_a_scenario_is_three_lists():
    extra = '\n[[uncertain]]\neffect = "common-enemy"\nscale = [0.5, 1.5]\n[[ask]]\nthat = "USA and RUS agree"\nwithin = "3 months"\n'
    made = read(SCENARIO + extra)
    assert (len(made.levers), len(made.uncertain), len(made.ask)) == (1, 1, 1)
    assert str(made.levers[0]) == "end-tie sanctions USA → RUS on 2021-06-07"
    base = made.without_levers()
    assert base.levers == ()
    assert base.uncertain == made.uncertain


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            ("until = 2021-11-01", "untill = 2021-11-01"),
            r"\[scenario\]: 'untill' is not a field; did you mean 'until'",
        ),
        (("[[lever]]", "[[levers]]"), r"'\[levers\]' is no table of a scenario; did you mean 'lever'"),
        (('do = "end-tie"', 'do = "end-ties"'), "did you mean 'end-tie'"),
        (
            ('tie = "sanctions"', 'tie = "sanction"'),
            r"lever 1: tie 'sanction' is not known; did you mean 'sanctions'",
        ),
        (('source = "USA"', 'source = "Untied States"'), "did you mean 'United States'"),
        (('source = "USA"', 'source = "BRA"'), "'BRA' is not in play"),
        (("on = 2021-06-07", "on = 2031-06-07"), "lies outside 2021-05-03 to 2021-11-01"),
        (("on = 2021-06-07", ""), "needs either 'on' .* or 'when'"),
        (("until = 2021-11-01", "until = 2021-01-01"), "is not after start"),
        (('tie = "sanctions"\n', ""), "'end-tie' needs 'tie'"),
        (("[scenario]", "[scenario"), "not valid TOML"),
        (('title = "Sanctions end"', ""), "field 'title'"),
        (("on = 2021-06-07", 'when = "hedging of PAK"'), "is a quantity"),
        (("on = 2021-06-07", 'when = "USA applauds RUS"'), "'applauds' is no act"),
        (("on = 2021-06-07", 'when = "USA and RUS agree"\nafter = "soon"'), "soon"),
    ],
)
def test_a_mistake_is_named_with_its_cure(change, says):
    assert change[0] in SCENARIO
    with pytest.raises(ScenarioError, match=says) as error:
        read(SCENARIO.replace(*change))
    assert "\n" not in str(error.value)
    assert "test.toml" in str(error.value)


def test_ranges_and_questions_are_checked():
    with pytest.raises(ScenarioError, match="effect 'common-enmy' is not known; did you mean 'common-enemy'"):
        read(SCENARIO + '\n[[uncertain]]\neffect = "common-enmy"\nscale = [0, 1]\n')
    with pytest.raises(ScenarioError, match="not a range from low to high"):
        read(SCENARIO + '\n[[uncertain]]\neffect = "common-enemy"\nscale = [2, 1]\n')
    with pytest.raises(ScenarioError, match="after the scenario's end 2021-11-01"):
        read(SCENARIO + '\n[[ask]]\nthat = "USA and RUS agree"\nwithin = "5 years"\n')
    with pytest.raises(ScenarioError, match="issue 'enrgy' is not known; did you mean 'energy'"):
        parse_asks('[[ask]]\nthat = "USA and RUS agree on enrgy"\n', "questions.toml", ACTORS)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("PAK and RUS agree on energy", Happens("", "PAK", "RUS", ("agree",), "energy", True)),
        ("USA sanctions RUS", Happens("", "USA", "RUS", ("sanction",), None, False)),
        ("Pakistan agrees with Russia", Happens("", "PAK", "RUS", ("agree",), None, False)),
        ("IND attacks PAK", Happens("", "IND", "PAK", ("fight",), None, False)),
        ("PAK and RUS cooperate-military", Happens("", "PAK", "RUS", ("cooperate-military",), None, True)),
        ("sanctions by USA on RUS end", TieChanges("", "sanctions", "USA", "RUS", False)),
        ("alliance of PAK and CHN starts", TieChanges("", "alliance", "PAK", "CHN", True)),
        ("war between RUS and IND ends", TieChanges("", "war", "RUS", "IND", False)),
        ("RUS and IND cease fire", TieChanges("", "war", "RUS", "IND", False)),
        ("hedging of PAK rises", Quantity("", "hedging", "PAK", None)),
        ("initiative of RUS towards PAK", Quantity("", "initiative", "RUS", "PAK")),
        ("conflict share of USA with CHN", Quantity("", "conflict share", "USA", "CHN")),
    ],
)
def test_conditions_are_read(text, want):
    got = parse(text, ACTORS)
    assert type(got) is type(want)
    assert {k: v for k, v in vars(got).items() if k != "text"} == {
        k: v for k, v in vars(want).items() if k != "text"
    }


def test_groups_of_acts_are_classes():
    acts = parse("IND and PAK clash", ACTORS).acts
    assert set(acts) == {"sanction", "coerce", "fight"}
    assert "agree" in parse("IND and PAK cooperate", ACTORS).acts


@pytest.mark.parametrize(
    "text", ["", "what now", "hedging of PAK towards RUS", "initiative of RUS", "sanction by USA on RUS end"]
)
def test_what_is_not_understood_is_refused_with_an_example(text):
    with pytest.raises(ScenarioError, match=r"say|did you mean|is no"):
        parse(text, ACTORS)
