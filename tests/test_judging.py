"""Verdicts: made-up worlds in which we know what is so, and figures worked out by hand."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import toy_case
from chancellery import world
from chancellery.api import case, judge
from chancellery.errors import CaseError, EssayError
from chancellery.essays.claim import Coefficient, Contrast, Driver, Fact, Trend
from chancellery.essays.claim import Scenario as Played
from chancellery.essays.disputes import Interval, Person, Slip, Term
from chancellery.judge.cells import Effect, cells, difference
from chancellery.judge.contrast import alternatives, contrast, halves, sides
from chancellery.judge.evidence import gather
from chancellery.judge.fact import fact
from chancellery.judge.formality import trial
from chancellery.judge.otherwise import choices
from chancellery.judge.reversal import coefficient_trial, scenario_trial, with_weights
from chancellery.judge.slips import check_slips
from chancellery.judge.trend import trend
from chancellery.judge.verdict import (
    Alternative,
    Verdict,
    adjust,
    benjamini_hochberg,
    decide,
    interval,
    is_fragile,
    updated,
)
from chancellery.model.holdings import Tie
from toy_claims import ACTORS, ESSAY, another, stream

POWERS = ("USA", "RUS", "CHN")
TEST = Contrast(
    kind="contrast", acts=("conflict",), of="share", dyads=("USA>PAK",), during="2020-01/2020-06", expect="more",
    than={"during": "2020-07/2020-12"},
)  # fmt: skip


def run(test, made) -> Effect:
    return contrast(test, made, POWERS, made.covered_all())


def test_a_share_that_is_larger_is_found_and_its_size_is_right():
    effect = run(TEST, stream(days=730, share=(0.6, 0.6)))
    assert decide(effect, "more", 0.25) == "undecided"
    effect = run(TEST, stream(share=(0.6, 0.2)))
    truth = math.log(0.6 / 0.4) - math.log(0.2 / 0.8)
    low, high = interval(effect)
    assert low < truth < high
    assert decide(effect, "more", 0.25) == "supported"
    assert decide(effect, "less", 0.25) == "contradicted"
    assert effect.levels == pytest.approx((0.6, 0.2), abs=0.06)


def test_a_rate_does_not_mind_how_much_news_there_is():
    made = stream(share=(0.5, 0.5), rate=(3.0, 3.0))
    test = TEST.model_copy(update={"of": "rate", "acts": ("all",)})
    half = made.day < made.day.min() + 183
    rng = np.random.default_rng(3)
    kept = half | (rng.random(len(made.day)) < 0.3)  # the source reports less in the second half
    columns = {name: getattr(made, name)[kept] for name in ("day", "source", "act", "target", "issue")}
    thinned = replace(made, **columns)
    assert abs(run(test, thinned).estimate) < 0.25
    assert decide(run(test, thinned), "same", 0.5) == "supported"


def test_days_that_are_not_covered_count_for_nothing():
    made = stream()
    first, last = made.segments[0]
    gap = replace(made, segments=((first, first + 150), (last - 100, last)))
    days = gap.covered_all()
    assert len(days) == 151 + 101
    assert not gap.on(days)[made.day == first + 170].any()
    gone = TEST.model_copy(update={"during": "2019"})
    assert run(gone, made).problem == "no day of the period is covered"
    assert decide(run(gone, made), "more", 0.25) == "not covered"


def test_estimate_by_hand():
    made = stream(share=(0.6, 0.2))
    early = made.day < date(2020, 7, 1).toordinal()
    mine = (made.source == 0) & (made.target == 3)
    hit = made.doing(("conflict",))
    a, b = (mine & hit & early).sum(), (mine & hit & ~early).sum()
    n, m = (mine & early).sum(), (mine & ~early).sum()
    by_hand = math.log((a + 0.5) / (n - a + 0.5)) - math.log((b + 0.5) / (m - b + 0.5))
    assert run(TEST, made).estimate == pytest.approx(by_hand)


def test_bursts_widen_the_interval():
    made = stream(share=(0.4, 0.4))
    days = made.covered_all()
    two = sides(TEST, made, days)
    calm = difference(two)
    rng = np.random.default_rng(0)
    burst = [
        (
            replace(
                c, hits=rng.binomial(c.base.astype(int), rng.choice([0.05, 0.75], c.base.shape)).astype(float)
            ),
            s,
        )
        for c, s in two
    ]
    assert difference(burst).error > 1.5 * calm.error


def test_what_is_lasting_about_pairs_cancels_in_a_comparison_of_periods():
    made = stream(share=(0.5, 0.5))
    rng = np.random.default_rng(5)
    level = np.array([0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 0.9, 0.95, 0.4])[:, None]
    days = made.covered_all()
    pairs = tuple(f"{a}~{b}" for x, a in enumerate(ACTORS) for b in ACTORS[x + 1 :])[:10]
    cell = cells(made, days, pairs, ("conflict",), share=True)
    base = np.full((10, len(cell.blocks)), 40.0)
    one, two = (
        replace(cell, base=base, hits=rng.binomial(40, np.broadcast_to(level, base.shape)).astype(float))
        for _ in range(2)
    )
    other = replace(two, pairs=two.pairs + 100)
    assert difference([(one, 1), (two, -1)]).error < 0.5 * difference([(one, 1), (other, -1)]).error


def test_weeks_after_more_of_a_driver_are_set_against_weeks_after_less():
    made = stream(share=(0.9, 0.05))
    high, low = halves(Driver(dyads=("USA>PAK",), acts=("conflict",), within=4), made, made.covered_all())
    middle = date(2020, 7, 15).toordinal()
    assert not set(high) & set(low)
    assert (high < middle).mean() > 0.9
    assert (low > middle - 28).mean() > 0.9


def test_drift_alone_is_no_relation():
    """Two things that drift by themselves over months: blocks of weeks are fooled, shifts are not."""
    decided = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        made = stream(seed=seed, days=366)
        week = (made.day - made.day.min()) // 7
        for pair, act in (((0, 3), "accuse"), ((1, 2), "agree")):
            drift = np.cumsum(rng.normal(0, 0.5, week.max() + 1))
            chance = 1.0 / (1.0 + np.exp(-(drift - drift.mean())))
            here = (made.source == pair[0]) & (made.target == pair[1])
            names = [a.name for a in world.acts()]
            hit = rng.random(len(week)) < chance[week]
            made.act[here] = np.where(hit, names.index(act), names.index("consult"))[here]
        test = TEST.model_copy(
            update={"than": None, "during": None, "after": Driver(dyads=("RUS>CHN",), acts=("agree",))}
        )
        decided += decide(run(test, made), "more", 0.25) != "undecided"
    assert decided <= 2


def test_a_double_standard_is_the_difference_of_two_answers():
    made = stream()
    after = {"dyads": ("RUS~CHN",), "acts": ("cooperation",)}
    test = TEST.model_copy(update={"during": None, "than": None, "after": Driver(**after)})
    one = run(test, made).estimate
    second = test.model_copy(update={"dyads": ("USA>IND",)})
    both = Contrast(**{**test.model_dump(), "than": {"dyads": ("USA>IND",), "after": after}})
    assert run(both, made).estimate == pytest.approx(one - run(second, made).estimate)


def test_a_trend_is_a_slope_a_year():
    made = stream(days=731, share=(0.2, 0.7))
    test = Trend(kind="trend", acts=("conflict",), of="share", dyads=("USA>PAK",), expect="more")
    effect = trend(test, made, POWERS, made.covered_all())
    assert decide(effect, "more", 0.25) == "supported"
    flat = trend(test, stream(days=731, share=(0.4, 0.4)), POWERS, made.covered_all())
    assert decide(flat, "more", 0.25) == "undecided"
    low, high = interval(flat)
    assert low < 0.0 < high


def test_an_index_over_blocks():
    made = stream()
    test = Contrast(
        kind="contrast", index="conflict share of USA with PAK", during="2020-01/2020-06", expect="more",
        than={"during": "2020-07/2020-12"},
    )  # fmt: skip
    effect = run(test, made)
    assert effect.levels[0] > effect.levels[1] + 0.2
    assert decide(effect, "more", 0.1) == "supported"


@pytest.mark.parametrize(
    "test",
    [
        TEST,
        TEST.model_copy(update={"expect": "less"}),
        TEST.model_copy(update={"of": "rate", "expect": "not-more"}),
        TEST.model_copy(update={"expect": "not-less", "beside": ("USA>IND",)}),
        TEST.model_copy(update={"than": None, "after": Driver(dyads=("RUS~CHN",)), "during": None}),
        Trend(kind="trend", acts=("conflict",), of="share", dyads=("USA>PAK",), expect="less"),
    ],
    ids=lambda t: f"{t.kind} {t.of} {t.expect}",
)
def test_with_the_effect_reversed_the_verdict_flips(test):
    tried = trial(test, stream(share=(0.4, 0.4)), POWERS)
    assert tried.supports > 0.5
    assert tried.contradicts > 0.5


def test_a_test_that_could_not_fail_is_seen():
    few = stream(rate=(0.06, 0.06), share=(0.5, 0.5))
    margin = TEST.model_copy(
        update={"expect": "different"}
    )  # so few acts can never show that nothing differs
    tried = trial(margin, few, POWERS)
    assert tried is None or not tried.tells_apart


EFFECT = Effect(0.1, 0.02, 30.0, 100, (0.5, 0.4))


@pytest.mark.parametrize(
    ("expect", "margin", "verdict"),
    [
        ("more", 0.25, "supported"),
        ("less", 0.25, "contradicted"),
        ("not-less", 0.25, "supported"),
        ("not-more", 0.25, "supported"),
        ("not-more", 0.03, "contradicted"),
        ("same", 0.25, "supported"),
        ("same", 0.03, "contradicted"),
        ("different", 0.25, "contradicted"),
        ("different", 0.03, "supported"),
        ("same", 0.1, "undecided"),
    ],
)
def test_what_is_expected_decides(expect: str, margin: float, verdict: str):
    assert decide(EFFECT, expect, margin) == verdict


def test_belief_moves_with_the_evidence_and_not_without():
    nothing = replace(EFFECT, estimate=0.0, error=100.0)
    assert updated(0.4, nothing, "more", 0.25, 0.5) == pytest.approx(0.4, abs=0.01)
    assert updated(0.4, EFFECT, "more", 0.25, 0.5) > 0.95
    assert updated(0.4, EFFECT, "less", 0.25, 0.5) < 0.05


def test_many_tests_are_held_to_one_rate():
    p = np.array([0.01, 0.02, 0.03, 0.5])
    assert benjamini_hochberg(p) == pytest.approx([0.04, 0.04, 0.04, 0.5])
    found = [
        Verdict(str(x), "T0", "causal", "contrast", "supported", "", p=v)
        for x, v in enumerate([0.04] + [0.9] * 9)
    ]
    assert adjust(found)[0].verdict == "undecided"
    assert adjust(found[:1])[0].verdict == "supported"


def test_fragile_is_what_another_choice_turns_round():
    assert is_fragile("supported", 0.4, "more", 0.25, (Alternative("x", -0.1, "undecided"),))
    weak, same = Alternative("x", 0.1, "undecided"), Alternative("y", 0.5, "supported")
    assert is_fragile("supported", 0.4, "more", 0.25, (weak, weak, same))
    assert not is_fragile("supported", 0.4, "more", 0.25, (weak, same))
    assert not is_fragile("undecided", 0.4, "more", 0.25, (Alternative("x", -0.1, "undecided"),))
    made = stream()
    told = [what for what, *_ in alternatives(TEST, made, made.covered_all())]
    assert told == ["blocks of eight weeks", "as a rate"]


TIES = (
    Tie("trade", "CHN", "RUS", date(2018, 1, 1), date(2022, 12, 31), 0.2),
    Tie("trade", "CHN", "RUS", date(2023, 1, 1), None, 0.35),
)


@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        ({"on": "2020", "expect": "holds"}, True),
        ({"on": "2017", "expect": "holds"}, False),
        ({"on": "2017", "expect": "absent"}, True),
        ({"on": "2024", "than": {"on": "2020"}, "expect": "more"}, True),
        ({"on": "2024", "than": {"on": "2020"}, "expect": "less"}, False),
        ({"on": "2024", "source": "IND", "than": {"target": "PAK"}, "expect": "more"}, None),
        ({"on": "2030", "expect": "holds"}, None),
    ],
)
def test_facts_are_looked_up(fields: dict, holds: bool | None):
    test = Fact(**{"kind": "fact", "tie": "trade", "source": "CHN", "target": "RUS"} | fields)
    assert fact(test, TIES, (), date(2025, 5, 1)).holds is holds


def judged(tmp_path: Path, **options):
    made = toy_case.make_case(tmp_path / "case")
    (made.folder / "claims").mkdir()
    kinds = ("trend", "coefficient", "scenario", "fact", "bargain", "untestable")
    text = ESSAY + "".join(another(x, kind) for x, kind in enumerate(kinds, 2))
    (made.folder / "claims" / "t0.toml").write_text(text, encoding="utf-8")
    _, record, fitted = toy_case.toy()
    return made, judge(made.claims, record, fitted, draws=4, **options)


def test_every_claim_gets_a_verdict_and_the_result_is_json(tmp_path: Path):
    _, found = judged(tmp_path)
    assert [v.claim for v in found] == [f"A{x}" for x in range(1, 8)]
    by_id = {v.claim: v for v in found}
    assert by_id["A6"].verdict == "not covered"
    assert by_id["A7"].verdict == "not testable"
    assert by_id["A5"].verdict == "supported"
    assert all(0 <= v.posterior <= 1 for v in found if v.posterior is not None)
    assert sum(n for row in found.tally("test").values() for n in row.values()) == len(found) == 7
    assert "standard error of parameters" in by_id["A4"].says
    data = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert data["verdicts"][0]["claim"] == "A1"
    assert "A7 T0 not testable" in str(found)


def test_sensitivity_is_tried_kept_and_said(tmp_path: Path, monkeypatch):
    made, found = judged(tmp_path)
    assert found.tried == ()
    coefficient = {v.claim: v for v in found}["A3"]
    assert replace(coefficient, verdict="supported").firmness == "not tried"
    assert replace(coefficient, verdict="undecided").firmness == ""
    record, fitted = toy_case.toy()[1:]
    again = judge(made.claims, record, fitted, draws=4, sensitivity=True, keep=tmp_path / "kept", whole=False)
    wanted = ("without memory", "half-lives twice as long")
    assert again.tried == (*wanted, "other dice")
    by_id = {v.claim: v for v in again}
    assert tuple(a.what for a in by_id["A3"].alternatives) == wanted
    assert tuple(a.what for a in by_id["A4"].alternatives) == (*wanted, "other dice")
    assert len({round(a.estimate, 9) for a in by_id["A4"].alternatives}) == 3
    assert by_id["A4"].estimate == {v.claim: v for v in found}["A4"].estimate
    # Kept fits are used, not made anew.
    monkeypatch.setattr(sys.modules["chancellery.judge.otherwise"], "fit_specification", None)
    kept = judge(made.claims, record, fitted, draws=4, sensitivity=True, keep=tmp_path / "kept", whole=False)
    assert [v.alternatives for v in kept] == [v.alternatives for v in again]
    with pytest.raises(EssayError, match="needs a record to fit them to"):
        judge(made.claims, None, fitted, sensitivity=True, keep=tmp_path / "none")


def test_other_choices_follow_the_record(tmp_path: Path):
    made, record, _ = toy_case.toy()
    told = {c.what: c for c in choices(made, record)}
    assert list(told) == ["without memory", "half-lives twice as long"]
    assert told["half-lives twice as long"].spec.half_lives == tuple(2 * h for h in made.model.half_lives)
    assert "own-share" not in told["without memory"].spec.choice
    folder = toy_case.make_case(tmp_path / "case").folder
    (folder / "case.toml").write_text(toy_case.CASE + "judge_until = 2020-12-31\n", encoding="utf-8")
    last = choices(case(folder), record)[-1]
    assert (last.what, last.until) == ("to 2020-12-31", date(2020, 12, 31))
    (folder / "case.toml").write_text(toy_case.CASE + 'judge_until = "soon"\n', encoding="utf-8")
    with pytest.raises(CaseError, match="judge_until is a date"):
        case(folder)


def test_without_record_or_futures_nothing_is_claimed(tmp_path: Path):
    made, found = judged(tmp_path, scenarios=False)
    assert {v.claim: v.verdict for v in found}["A4"] == "not covered"
    nothing = judge(made.claims, None, toy_case.toy()[2], scenarios=False)
    assert {v.claim: v.verdict for v in nothing}["A1"] == "not covered"


def test_errors_are_found_where_the_tables_can():
    rows = case("great-powers").happenings
    person = Slip(
        id="E1",
        essay="T",
        paragraph=1,
        says="x",
        wrong="y",
        check=Person(kind="person", person="UKR-KULEBA", state="RUS"),
    )
    right = person.model_copy(update={"check": Person(kind="person", person="UKR-KULEBA", state="UKR")})
    term = person.model_copy(
        update={"check": Term(kind="term", row="B0006", state="USA", leader="Donald Trump")}
    )
    so = person.model_copy(
        update={"check": Term(kind="term", row="B0006", state="USA", leader="Barack Obama")}
    )
    gap = person.model_copy(
        update={"check": Interval(kind="interval", row="B0006", other="B0007", days=(20, 30))}
    )
    found = [c.result for c in check_slips((person, right, term, so, gap), rows, ())]
    assert found == ["found", "not found", "found", "not found", "not found"]


def test_the_counted_tests_of_the_shipped_case_are_no_formality(shared_data: Path):
    from chancellery import sources
    from chancellery.record import open_record

    made = case("great-powers")
    with open_record(":memory:") as record:
        record.add(*(sources.icews(shared_data / n) for n in ("icews18", "icews21", "icews22", "icews23")))
        evidence = gather(made, record, made.fit)
    tests = [c for c in made.claims if isinstance(c.test, Contrast | Trend)]
    tried = {c.id: trial(c.test, evidence.stream(c.test), POWERS, worlds=5) for c in tests}
    covered = {name: t for name, t in tried.items() if t is not None}
    assert len(covered) > 0.9 * len(tests)
    assert [name for name, t in covered.items() if not t.tells_apart] == []


def test_a_coefficient_test_tells_worlds_with_the_effect_from_worlds_with_its_opposite():
    made, _, fitted = toy_case.toy()
    test = Coefficient(kind="coefficient", effect="alliance", classes=("cooperation",), expect="more")
    assert coefficient_trial(test, made, fitted, size=0.5, days=364).tells_apart


def test_weights_are_turned_where_they_should_be():
    fitted = toy_case.toy()[2]
    turned = with_weights(fitted, ["sanctions"], ["verbal-conflict"], None)
    moved = np.flatnonzero(turned.choice.theta != fitted.choice.theta)
    at = world.CLASSES.index("verbal-conflict") * len(fitted.columns) + fitted.columns.index("sanctions")
    assert moved.tolist() == [at]
    assert turned.choice.theta[at] == -fitted.choice.theta[at]
    assert with_weights(fitted, ["sanctions"], None, 0.7).choice.theta[at] == 0.7


def test_a_scenario_that_hangs_on_a_weight_turns_with_it():
    made, _, fitted = toy_case.toy()
    strong = with_weights(fitted, ["sanctions"], None, 1.5)
    test = Played(
        kind="scenario",
        scenario="sanctions-end",
        that="USA and RUS cooperate",
        within="5 months",
        expect="less",
    )
    found = scenario_trial(test, made, strong)
    assert "sanctions" in found.effects
    assert found.turns
    assert found.estimate < 0 < found.turned
