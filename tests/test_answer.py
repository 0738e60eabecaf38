"""Answers: estimates with their two errors, indices worked by hand, paired contrasts, words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as sampled
from hypothesis import strategies

from chancellery.answer.contrast import contrast
from chancellery.answer.estimate import estimate
from chancellery.answer.index import combine
from chancellery.answer.question import question
from chancellery.api import great_powers, issue_shares, whatif
from chancellery.errors import QuestionError
from chancellery.simulate.scenario import Ask, Lever
from test_simulate import HEADER, futures, toy

END = Lever(do="end-tie", tie="sanctions", source="USA", target="RUS", on=HEADER.start)


def answer(that: str, *levers: Lever, draws: int = 6):
    made, _, fitted = toy()
    asked = question(Ask(that=that), HEADER, fitted.actors)
    return contrast(
        futures(*levers, draws=draws),
        futures(draws=draws),
        asked,
        issue_shares(made, fitted),
        great_powers(made),
    )


def test_the_two_errors_are_told_apart():
    rng = np.random.default_rng(0)
    groups = np.repeat(rng.normal(0, 2, 2000), 2)
    both = estimate(groups + rng.normal(0, 1, 4000), 2)
    assert (both.high - both.low) / 2 / 1.645 == pytest.approx(2.0, rel=0.06)
    assert both.simulation_error == pytest.approx(1 / np.sqrt(4000), rel=0.1)
    dice = estimate(rng.normal(0, 1, 4000), 2)
    assert dice.high - dice.low < 0.4
    only = estimate(groups, 2)
    assert only.simulation_error == 0.0


@sampled(strategies.lists(strategies.floats(-5, 5), min_size=4, max_size=40))
def test_an_estimate_lies_in_its_interval_and_ignores_missing_values(values):
    e = estimate(np.array([*values, np.nan]), 2)
    assert e.low <= e.value + 1e-9
    assert e.value <= e.high + 1e-9
    assert e.total_low <= e.low + 1e-9
    assert e.value == pytest.approx(np.mean(values))


def test_indices_by_hand():
    even = np.array([[4.0], [4.0], [4.0]])
    alone = np.array([[9.0], [0.0], [0.0]])
    assert combine("hedging", even, 30)[0] == pytest.approx(1.0)
    assert combine("hedging", alone, 30)[0] == pytest.approx(0.0)
    assert combine("concentration", np.array([[6.0], [3.0]]), 30)[0] == pytest.approx(4 / 9 + 1 / 9)
    assert combine("conflict share", np.array([[3.0], [1.0]]), 30)[0] == pytest.approx(0.25)
    assert combine("alignment", np.array([[3.0], [1.0]]), 30)[0] == pytest.approx(2 / 5)
    assert combine("initiative", np.array([[10.0]]), 365.25)[0] == pytest.approx(10 / 12)
    assert np.isnan(combine("conflict share", np.array([[0.0], [0.0]]), 30)[0])


def test_no_lever_no_change_and_it_is_said_plainly():
    a = answer("USA and RUS agree")
    assert a.verdict == "identical"
    assert a.difference.value == a.difference.low == a.difference.high == 0.0
    assert "nothing changes" in a.sentence


def test_a_strong_lever_shows_and_the_pairing_helps():
    more = Lever(do="scale-rate", source="PAK", target="RUS", factor=4.0, mutual=True, on=HEADER.start)
    a = answer("PAK and RUS cooperate", more)
    assert a.verdict == "rises"
    assert a.difference.total_low > 0
    assert "rises" in a.sentence
    unpaired = np.hypot(a.baseline.simulation_error, a.level.simulation_error)
    assert answer("IND and DEU cooperate", more).difference.simulation_error <= unpaired + 5.0


def test_a_tie_question_is_a_probability():
    a = answer("sanctions by USA on RUS end", END)
    assert a.unit == "probability"
    assert a.level.value == 1.0
    assert 0.0 <= a.baseline.value <= 1.0


def test_energy_is_a_share_of_what_is_coded():
    energy, all_of_it = answer("PAK and RUS agree on energy", END), answer("PAK and RUS agree", END)
    assert 0 < energy.baseline.value < all_of_it.baseline.value


def test_the_share_of_an_issue_grows_with_the_evidence():
    made, _, fitted = toy()
    shares = issue_shares(made, fitted)
    k, p, r, i = fitted.acts.index("agree"), *(fitted.actors.index(a) for a in ("PAK", "RUS", "IND"))
    mean = [np.mean([shares.share(7, d, k, p, other, "energy") for d in range(200)]) for other in (r, i)]
    assert mean[0] > mean[1] > 0
    assert shares.evidence(p, r) == (1, 1)
    economic = np.mean([shares.share(7, d, k, p, r, "economic") for d in range(200)])
    assert economic == pytest.approx(0.5, abs=0.15)


def test_futures_of_other_draws_cannot_be_compared():
    made, _, fitted = toy()
    asked = question(Ask(that="USA and RUS agree"), HEADER, fitted.actors)
    with pytest.raises(QuestionError, match="same ones"):
        contrast(futures(draws=2), futures(draws=4), asked, issue_shares(made, fitted), great_powers(made))


def test_whatif_answers_every_question_and_is_plain_data():
    import json

    made, _, fitted = toy()
    result = whatif(made, "sanctions-end", the_fit=fitted, draws=4, replicates=2)
    data = json.loads(json.dumps(result.as_dict()))
    answers = data["scenarios"]["sanctions-end"]["answers"]
    assert [a["question"] for a in answers] == ["PAK and RUS agree on energy", "hedging of PAK"]
    for a in answers:
        assert len(a["fans"]["baseline"]["dates"]) == len(a["fans"]["scenario"]["q50"])
        assert a["difference"]["low"] <= a["difference"]["value"] <= a["difference"]["high"]
    assert data["about"]["seed"] == 7
    again = whatif(made, "sanctions-end", the_fit=fitted, draws=4, replicates=2).as_dict()
    assert json.dumps(again["scenarios"]) == json.dumps(result.as_dict()["scenarios"])
