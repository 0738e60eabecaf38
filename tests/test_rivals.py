"""Rival experts: who is right wins, by as much as the record allows, and everything else is shared."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.special import ndtr

import chancellery as ch
import rival_worlds
import toy_case
from chancellery.cases.claims import bearings_of, worded
from chancellery.errors import EssayError, ModelError
from chancellery.judge import experts as ex
from chancellery.judge.contest import ALONE, EVERYTHING, LEARNING, Contest, claim_of, effect_behind
from chancellery.judge.rivals import BY_LETTER, DOUBLE, HALF, disputed, usual_end
from chancellery.judge.statements import Statement, marks, statements
from chancellery.judge.verdict import CONTRADICTED, SUPPORTED, UNDECIDED, Verdict
from chancellery.model.digest import digest, foretold
from chancellery.model.estimate import pose
from chancellery.model.fit import fit_choice
from chancellery.model.predictive import Foreteller
from chancellery.model.priors import Gaussian

UNTIL = rival_worlds.UNTIL
NAMES = ("sanctions:verbal-cooperation", "sanctions:material-cooperation")


@pytest.fixture(scope="module")
def shy():
    return rival_worlds.contest(True)


@pytest.fixture(scope="module")
def keen():
    return rival_worlds.contest(False)


def opinion(sign="+", held=0.85, claim="C1", essay="A", coefficient="trust:verbal-conflict"):
    return ex.Opinion(claim, essay, coefficient, sign, held, "because")


# --- who is right wins


def test_the_expert_with_the_true_sign_wins_and_the_neutral_stands_between(shy):
    c = shy.contest
    ahead, behind, between = c.gap(ALONE, "A"), c.gap(ALONE, "B"), c.gap(ALONE, "A", "B")
    assert ahead.low > 0 > behind.high
    assert between.low > 0
    assert np.isclose(between.mean, ahead.mean - behind.mean)


def test_in_the_world_of_the_opposite_sign_the_other_wins(keen):
    c = keen.contest
    assert c.gap(ALONE, "B").low > 0 > c.gap(ALONE, "A").high


def test_the_more_is_seen_the_less_the_priors_count(shy):
    c = shy.contest
    sizes = [abs(c.gap(stage, "B").mean) for stage in (ALONE, "4 weeks", "13 weeks", EVERYTHING)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0] / 4


def test_who_learns_as_it_goes_loses_less_than_who_does_not(shy):
    c = shy.contest
    assert c.gap(ALONE, "B").mean < c.gap(LEARNING, "B").mean < 0
    lead = c.path(LEARNING, "B")
    assert np.isclose(lead[-1], 1e-3 * c.gap(LEARNING, "B").mean * c.events.sum())
    # The first week is foretold before anything is learnt.
    assert np.isclose(lead[0], c.path(ALONE, "B")[0])


def test_the_events_that_tell_are_those_under_sanctions(shy):
    told = [t for t in shy.tellings if (t.ahead, t.behind) in (("A", "B"), ("B", "A"))]
    assert told
    assert all(t.effect == "sanctions" for t in told)
    right = next(t for t in told if t.ahead == "A")
    wrong = next(t for t in told if t.ahead == "B")
    assert wrong.act in rival_worlds.KIND
    assert {wrong.source, wrong.target} & {"RUS", "CHN"}
    assert right.nats > 0
    assert f"{right.source} {right.act} {right.target}" in right.sentence
    frame = rival_worlds.world(True)[1].events(since=right.first, until=right.last)
    same = frame.filter(
        (frame["source"] == right.source) & (frame["act"] == right.act) & (frame["target"] == right.target)
    )
    assert len(same) == right.reports


def test_differences_by_pair_and_class_add_up_to_the_whole(shy):
    total = shy.apart.nats("A", "neutral").sum()
    assert np.isclose(sum(r["nats"] for r in shy.apart.by_class("A", "neutral")), total)
    best = shy.apart.by_pair("A", "B")[0]
    assert best["nats"] > 0
    assert best["events"] > 0


# --- the arithmetic under it


@pytest.fixture(scope="module")
def posed():
    case, record = rival_worlds.world(True)
    spec = case.model.model_copy(
        update={"priors": {**case.model.priors, **dict.fromkeys(NAMES, Gaussian(sd=0.2))}}
    )
    problem, _ = pose(spec, record, ties=case.ties, attributes=case.attributes, until=UNTIL)
    problem.standardise()
    later = foretold(problem)
    fitted = fit_choice(problem)
    seen, path = digest(problem, later, fitted, NAMES)
    return problem, later, fitted, seen, path


@pytest.mark.parametrize(
    ("mean", "sd", "near"), [((0.05, -0.05), 0.2, 0.001), ((0.0, 0.0), 0.1, 0.2), ((0.3, -0.25), 0.1, 0.5)]
)
def test_prior_joined_with_the_digest_is_the_full_fit(posed, mean, sd, near):
    """The quadratic at the neutral mode joined with another prior is a fit with that prior; far off, nearly so."""
    problem, _, fitted, seen, path = posed
    at_once = replace(seen, power=1.0)
    joined = ex.believe(ex.Expert("X", np.array(mean), np.full(2, sd)), at_once, None)
    priors = {**problem.spec.priors, **{n: Gaussian(mean=m, sd=sd) for n, m in zip(NAMES, mean)}}
    other = problem.part(problem.since, problem.until)
    other.spec = problem.spec.model_copy(update={"priors": priors})
    refit = fit_choice(other)
    assert np.abs(joined.mean - refit.theta[path.places]).max() < near * joined.sd.min()
    assert np.allclose(joined.sd, np.sqrt(np.diag(refit.naive)[path.places]), rtol=0.15)
    theta, delta = path.point(fitted, joined.mean)
    for moved, there, before in ((theta, refit.theta, fitted.theta), (delta, refit.delta, fitted.delta)):
        assert np.abs(moved - there).max() < 0.15 * np.abs(before - there).max()


def test_the_quadratics_of_the_weeks_are_the_likelihood(posed):
    _problem, later, fitted, seen, path = posed
    foreteller = Foreteller(later, fitted, path)
    for away in (np.zeros(2), np.array([0.1, -0.1])):
        exact = foreteller.at([seen.centre + away])[0]
        assert np.allclose(
            ex.along(seen, away)[seen.training :], exact, atol=0.02 * np.abs(exact).max() / 100
        )
    assert len(seen.weeks) == seen.training + len(exact)


def test_slopes_of_events_add_up_to_the_score_of_the_weeks(posed):
    _problem, later, fitted, seen, path = posed
    what = Foreteller(later, fitted, path).happened([seen.centre])
    assert np.allclose(
        (what.slope * what.count[:, None]).sum(axis=0), seen.score[seen.training :].sum(axis=0)
    )
    assert what.count.sum() == seen.events[seen.training :].sum()


def test_doubt_is_integrated_event_by_event(posed):
    """Against a mean over the same draws taken by hand."""
    _problem, later, fitted, seen, path = posed
    foreteller = Foreteller(later, fitted, path, draws=8)
    root = np.diag([0.3, 0.2])
    found = foreteller.integrated(lambda week: [(seen.centre, root)])[0]
    total = 0.0
    for week in seen.weeks[seen.training :]:
        draws = seen.centre + foreteller._noise(week, 2) @ root.T
        what = foreteller.happened(list(draws))
        mine = np.array([s.first for s in what.steps])[what.step]
        now = np.array([d - timedelta(days=d.weekday()) == week for d in mine])
        total += np.log(np.exp(what.logp[:, now]).mean(axis=0)) @ what.count[now]
    assert np.isclose(found.sum(), total)
    assert np.allclose(
        foreteller.integrated(lambda week: [(seen.centre, 0 * root)])[0], foreteller.at([seen.centre])[0]
    )


def test_a_record_whose_reports_hang_together_counts_for_less(posed):
    *_, seen, _ = posed
    assert 0.0 < seen.power <= 1.0
    half, whole = (ex.believe(ex.expert("N", (), NAMES, np.full(2, 0.2)), seen, w) for w in (4, None))
    assert (half.sd > whole.sd).all()


def test_nothing_after_the_training_is_seen():
    case, record = rival_worlds.world(True)
    whole = pose(case.model, record, until=UNTIL)[0]
    cut = pose(case.model, record, until=UNTIL, horizon=UNTIL)[0]
    for problem in (whole, cut):
        problem.standardise()
    assert (whole.scale == cut.scale).all()
    assert (whole.shift == cut.shift).all()
    assert fit_choice(whole).loglik == fit_choice(cut).loglik


def test_the_usual_end_leaves_a_third(shy):
    case, record = rival_worlds.world(True)
    stream = pose(case.model, record)[0].stream
    end = usual_end(stream)
    before = sum(s.events.stop - s.events.start for s in stream.steps if s.last <= end)
    assert 0.6 < before / len(stream.i) < 0.72


# --- from words to priors


@pytest.mark.parametrize("sign", ["+", "-"])
def test_a_claim_is_a_normal_prior_with_its_probability_of_the_sign(sign):
    mean, sd = opinion(sign, 0.4).normal(0.05)
    towards = ndtr(mean / sd) if sign == "+" else ndtr(-mean / sd)
    assert np.isclose(towards, 0.4 + 0.6 / 2)
    by_letter = opinion(sign, 0.4).normal(0.05, by_letter=True)[0]
    assert (by_letter < 0) == (sign == "+")  # a bet against its author


def test_a_claim_of_no_effect_is_narrow():
    mean, sd = opinion("0", 0.9).normal(0.05)
    assert mean == 0.0
    assert np.isclose(ndtr(ex.MARGIN / sd) - ndtr(-ex.MARGIN / sd), 0.9)
    assert opinion("0", 0.01).normal(0.05)[1] == 0.05


def test_said_twice_is_not_surer_and_contradictions_cancel():
    names, scale = ("trust:verbal-conflict", "blame:verbal-conflict"), np.array([0.05, 0.03])
    once, twice = (ex.expert("A", [opinion()] * n, names, scale) for n in (1, 2))
    assert np.allclose(once.mean, twice.mean)
    assert np.allclose(once.sd, twice.sd)
    torn = [opinion("+"), opinion("-", claim="C2")]
    assert np.allclose(ex.expert("A", torn, names, scale).mean, 0.0)
    assert ex.torn(torn)[0][:2] == ("A", names[0])
    assert once.mean[1] == 0.0
    assert once.sd[1] == 0.03


def test_readings_of_the_words_change_the_gaps_as_they_change_the_priors(shy):
    gaps = {r.name: r.gaps[ALONE, "A"].mean for r in shy.readings}
    assert list(gaps) == ["essays", "kent", "kesselman", "mine", BY_LETTER, HALF, DOUBLE]
    assert gaps["mine"] < gaps["essays"] < gaps["kent"]  # 0.5, 0.85 and 0.93, of a claim that is true
    assert np.isclose(gaps["essays"], shy.contest.gap(ALONE, "A").mean)


def test_every_effect_has_its_own_scale_whatever_its_sign(posed):
    seen = posed[3]
    turned = replace(seen, centre=-seen.centre, score=-seen.score, shared_score=-seen.shared_score)
    scales = ex.own_scales(seen)
    assert np.allclose(scales, ex.own_scales(turned))
    assert scales[0] == scales[1]  # two classes of one effect
    told = ex.believe(ex.expert("N", (), NAMES, np.full(2, ex.SCALE)), seen, None)
    assert np.isclose(scales[0] ** 2, (told.mean**2 + told.sd**2).mean())


def test_another_list_of_words_can_be_chosen_by_name_or_file(tmp_path):
    case, _ = rival_worlds.world(True)
    table = tmp_path / "own.csv"
    table.write_text("class,low,high\nasserted,0.98,0.98\ntentative,0.1,0.2\n", encoding="utf-8")
    for words, held in (("essays", 0.85), ("mine", 0.5), (str(table), 0.98)):
        said = ex.opinions(worded(case, words), bearings_of(case))
        assert {o.held for o in said} == {held}


def contest_of(posed, *claims: tuple[str, str, float]) -> Contest:
    """A contest of essay A, whose claims (id, sign, held) speak of both weights, and of B, which errs."""
    _, later, fitted, seen, path = posed
    said = [opinion(s, h, c, coefficient=n) for c, s, h in claims for n in NAMES]
    said += [opinion("+", 0.85, "B1", "B", n) for n in NAMES]
    return Contest(said, seen, Foreteller(later, fitted, path, draws=2), np.full(2, 0.2), stages=(ALONE,))


def test_what_claims_and_effects_earn(posed):
    c = contest_of(posed, ("A1", "-", 0.85), ("A2", "+", 0.4))
    worth = {claim: gap for _, claim, gap in c.worth(claim_of)}
    assert worth["A1"].low > 0 > worth["A2"].high
    assert worth["B1"].high < 0
    assert {(e, x) for e, x, _ in c.worth(effect_behind)} == {("A", "sanctions"), ("B", "sanctions")}
    assert [found[:2] for found in ex.torn(c.said)] == [("A", n) for n in NAMES]


def test_the_same_seed_gives_the_same_numbers_on_any_number_of_threads(posed):
    first = contest_of(posed, ("A1", "-", 0.85))
    again = contest_of(posed, ("A1", "-", 0.85))
    two = again.foreteller.later.part(first.foreteller.later.since, None)
    two.threads = 2
    two.__dict__.pop("desks", None)
    again.foreteller = replace(again.foreteller, later=two)
    other = contest_of(posed, ("A1", "-", 0.85))
    other.foreteller = replace(other.foreteller, seed=8)
    assert (first.scores(ALONE, "A") == again.scores(ALONE, "A")).all()
    assert (first.scores(ALONE, "A") != other.scores(ALONE, "A")).any()
    assert first.gap(ALONE, "A") == again.gap(ALONE, "A")


# --- statements


def verdict(claim: str, what: str, prior: float, posterior: float | None, test: str = "contrast") -> Verdict:
    return Verdict(claim, "A", "causal", test, what, "", prior=prior, posterior=posterior)


def test_statements_are_scored_against_verdicts():
    found = statements(
        [
            verdict("C1", SUPPORTED, 0.8, 0.99),
            verdict("C2", CONTRADICTED, 0.6, 0.02),
            verdict("C3", UNDECIDED, 0.5, 0.7),
            verdict("C4", SUPPORTED, 0.9, 0.99, test="scenario"),
            verdict("C5", SUPPORTED, 0.9, None, test="fact"),
        ]
    )
    assert [s.claim for s in found] == ["C1", "C2", "C3", "C5"]
    assert [s.outcome for s in found] == [1, 0, None, 1]
    # An even prior: the posterior's odds over the prior's.
    assert np.isclose(found[0].graded, 99 / 4 / (1 + 99 / 4))
    assert np.isclose(found[2].graded, 0.7)
    assert found[3].graded == 1.0


def test_marks_by_hand():
    class Said:
        def __init__(self, name, prior):
            self.id, self.prior = name, prior

    found = [Statement("C1", "A", 1, 1.0), Statement("C2", "A", 0, 0.25), Statement("C3", "A", None, 0.5)]
    mark = marks(found, [Said("C1", 0.8), Said("C2", 0.6), Said("C3", 0.5)])[0]
    assert (mark.decided, mark.held, mark.measured) == (2, 1, 3)
    assert np.isclose(mark.brier.mean, (0.2**2 + 0.6**2) / 2)
    assert np.isclose(mark.log.mean, (np.log(0.8) + np.log(0.4)) / 2)
    graded = [0.2**2, 0.25 * 0.4**2 + 0.75 * 0.6**2, 0.25]
    assert np.isclose(mark.expected.mean, np.mean(graded))
    assert mark.brier.low <= mark.brier.mean <= mark.brier.high


# --- as data and words


def test_as_data_and_as_text(shy):
    told = shy.as_dict()
    json.dumps(told, allow_nan=False)
    assert told["kind"] == "chancellery rivals"
    assert told["format"] == 1
    assert [e["name"] for e in told["experts"]] == ["neutral", "A", "B"]
    weight = told["weights"][1]
    assert weight["coefficient"] == NAMES[1]
    assert weight["experts"]["A"]["prior"][0] < 0 < weight["experts"]["B"]["prior"][0]
    after = [weight["experts"][name]["posterior"][0] for name in ("A", "B", "neutral")]
    assert max(after) < 0  # the record has taught all of them
    text = str(shy)
    assert "better than the neutral expert" in text
    assert "worse than the neutral expert" in text


# --- mistakes


def bearing(text: str) -> str:
    return f'[[bearing]]\nclaim = "A1"\neffect = "alliance"\nclasses = ["conflict"]\nsign = "+"\nwhy = "so"\n{text}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (bearing("").replace("A1", "A9"), "there is no claim 'A9'; known are: A1"),
        (bearing("").replace("alliance", "aliance"), "effect 'aliance' is not of this model; did you mean"),
        (bearing("").replace("conflict", "conflicts"), "class 'conflicts' is not known; did you mean"),
        (bearing('sing = "+"'), "'sing' is not a field; did you mean 'sign'"),
        (bearing("").replace('sign = "+"', 'sign = "up"'), "field 'sign'"),
        (bearing("") + bearing(""), "says something of alliance:verbal-conflict twice"),
        (bearing("").replace('why = "so"', 'why = ""'), "field 'why'"),
        ("[bearing]\n", "write [[bearing]] in double brackets"),
        ("[[baering]]\n", "'[baering]' is no table of this file"),
        ("x = ", "not valid TOML"),
        (bearing("").replace("alliance", "own-share"), "is memory that all experts share"),
    ],
)
def test_mistakes_in_the_file_of_bearings(tmp_path, text, said):
    case = rival_worlds.folder(tmp_path / "six")
    (case.folder / "claims" / "experts.toml").write_text(text, encoding="utf-8")
    with pytest.raises(EssayError) as error:
        ch.rivals(case, rival_worlds.world(True)[1])
    assert said in str(error.value)


def test_an_allegation_bears_on_nothing_even_further_down(tmp_path):
    alleged = rival_worlds.claim("A1", "-").split("[claim.test]")[0] + (
        '[claim.test]\nkind = "untestable"\nwhy = "allegation"\nreason = "of persons"\n'
    )
    resting = rival_worlds.claim("A2", "-").replace("horizon =", 'rests_on = ["A1"]\nhorizon =')
    case = rival_worlds.folder(tmp_path / "six", {"A": rival_worlds.essay("A", alleged, resting)})
    path = case.folder / "claims" / "experts.toml"
    path.write_text(bearing("").replace("A1", "A2"), encoding="utf-8")
    with pytest.raises(EssayError, match="rests on A1, an allegation"):
        ch.rivals(case, rival_worlds.world(True)[1])


def test_mistakes_in_what_is_asked(tmp_path):
    case, record = rival_worlds.world(True)
    with pytest.raises(ModelError, match="no event after 2021-12-31 to score on"):
        ch.rivals(case, record, until=date(2021, 12, 31))
    with pytest.raises(EssayError, match="no list of words 'kant'; did you mean 'kent'"):
        ch.rivals(case, record, words="kant")
    for wrong in ({"draws": 3}, {"draws": 0}, {"scale": 0.0}):
        with pytest.raises(
            EssayError, match="draws are an even number, two or more, and a scale is positive"
        ):
            ch.rivals(case, record, **wrong)
    with pytest.raises(EssayError, match=r"there is no none.csv"):
        ch.rivals(case, record, words=str(tmp_path / "none.csv"))
    with pytest.raises(EssayError, match="has no claims"):
        ch.rivals(toy_case.make_case(tmp_path / "bare"), record)
    counsel = rival_worlds.claim("A1", "-").split("[claim.test]")[0]
    counsel += '[claim.test]\nkind = "untestable"\nwhy = "norm"\nreason = "a counsel"\n'
    only_facts = {"A": rival_worlds.essay("A", counsel)}
    with pytest.raises(EssayError, match="no claim bears on a weight"):
        ch.rivals(rival_worlds.folder(tmp_path / "facts", only_facts), record)


def test_the_shipped_case_speaks_of_mechanisms_only_and_every_essay_speaks():
    case = ch.case("great-powers")
    said = ex.opinions(case.claims, bearings_of(case))
    names = disputed({o.coefficient for o in said}, case)
    spoken = {e: {o.coefficient for o in said if o.essay == e} for e in case.claims.essays}
    assert len(names) >= 50
    assert all(len(found) >= 10 for found in spoken.values())
