"""Link prediction: ranks by hand, nothing of the future, a utility that is the sum of its reasons."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from chancellery.errors import ModelError, QuestionError
from chancellery.judge.links import (
    Settings,
    Track,
    fit_links,
    rank_days,
    recurrency,
    run_track,
    score,
    stream,
    why,
)
from chancellery.judge.links.memory import memory
from chancellery.judge.links.scores import expected_ranks
from chancellery.judge.links.stream import places
from chancellery.judge.links.utility import Half, Past, base, learn, morning, view
from chancellery.judge.links.weights import begin
from link_toys import facts, world

QUICK = Settings(rank=8, since=5, passes=2, batch=16)


def test_ranks_by_hand_ties_in_the_middle_and_other_answers_left_out():
    utility = np.array([[3.0, 2.0, 2.0, 5.0, 2.0]], np.float32)
    asked = np.array([0, 2]), np.array([1, 3])  # entities 1 and 3 are both true
    # 3 is best. 1: entity 3 is left out, 0 is better, 2 and 4 are level: 1 + 1 + 2 / 2.
    assert expected_ranks(utility, *asked).tolist() == [3.0, 1.0]
    assert expected_ranks(utility, np.array([0, 1]), np.array([1])).tolist() == [4.0]
    flat = np.zeros((1, 5), np.float32)
    assert expected_ranks(flat, np.array([0, 1]), np.array([2])).tolist() == [3.0]


def test_scores_by_hand():
    found = score(np.array([1.0, 1.5, 2.0, 20.0]))
    assert found.mrr == pytest.approx((1 + 2 / 3 + 1 / 2 + 1 / 20) / 4)
    assert found.hits == (0.25, 0.75, 0.75)
    assert score(np.array([])).answers == 0
    assert found.interval is None


def test_the_interval_of_a_score_is_that_of_its_days():
    """Two days, each of one rank: a draw of days has the one, the other, or the mean of both."""
    found = score(np.array([1.0, 1.0, 4.0, 4.0]), np.array([7, 7, 8, 8]))
    assert (found.interval.mean, found.interval.low, found.interval.high) == (0.625, 0.25, 1.0)
    assert found.as_dict()["low"] == 0.25


def test_every_fact_is_asked_both_ways_and_filtered_by_its_day_only():
    s = stream(facts([(0, 0, 1, 0), (0, 0, 2, 0), (3, 1, 1, 0), (0, 0, 4, 1)]))
    asked = s.questions(0)
    told = [
        (a, r, sorted(asked.answer[asked.first[q] : asked.first[q + 1]]))
        for q, (a, r) in enumerate(zip(asked.subject, asked.relation))
    ]
    assert told == [(0, 0, [1, 2]), (1, 3, [0]), (1, 4, [3]), (2, 3, [0]), (3, 1, [1])]
    # Entity 4 answers (0, 0) the day after: no answer of today's, so it stays a candidate.


def test_names_tell_country_and_sector():
    country, sector = places(("Police (Arcadia)", "Arcadia", "Ann Other", "Police (Borduria)"))
    assert country[0] == country[1] > 0
    assert country[2] == 0
    assert sector.tolist() == [sector[3], 1, 0, sector[3]]


def test_a_memory_is_what_counting_from_scratch_gives():
    rng = np.random.default_rng(1)
    day = np.sort(rng.integers(0, 12, 80))
    key, value = rng.integers(-1, 4, 80), rng.integers(0, 5, 80)
    m = memory(key, value, day, 4, (2.0, 9.0))
    for today in range(12):
        for k in range(4):
            rows = m.rows(np.array([k]), today)
            past = (key == k) & (day < today)
            assert sorted(rows.value) == sorted(set(value[past]))
            for v, x in zip(rows.value, rows.x):
                for j, half in enumerate((2.0, 9.0)):
                    fade = 0.5 ** ((today - day) / half)
                    count, total = fade[past & (value == v)].sum(), fade[past].sum()
                    assert x[j] == pytest.approx(np.log1p(8 * count), rel=1e-4)
                    assert x[2 + j] == pytest.approx(np.log1p(100 * count / (total + 0.3)), rel=1e-4)
                gap = today - day[past & (value == v)].max()
                assert x[4:] == pytest.approx([1, 1 / gap, 0.3 * np.log(gap)], rel=1e-5, abs=1e-6)
        lo, hi = np.searchsorted(day, [today, today + 1])
        m.add(lo, hi, today)


def utilities(model, day):
    past = model.past
    past.forget()
    for t in range(day):
        past.add(t)
    m = morning(past, model.stream.questions(day))
    fixed, rules = base(m, model.weights), model.weights.of_rules()
    return Half(m, 0, len(m.asked.subject)).utilities(model.weights, rules, fixed, view(past, model.weights))


def test_a_planted_future_changes_nothing():
    quiet = world()
    day = quiet.day
    extra = [(int(a), 1, 5, int(t)) for t in range(30, 40) for a in range(20)]
    rows = [*zip(quiet.source, quiet.relation, quiet.target, day)]
    planted = facts(sorted(set(rows) | set(extra)), quiet.entities)
    before, after = (fit_links(stream(b), 24, QUICK) for b in (quiet, planted))
    for x, y in zip(before.weights.all(), after.weights.all()):
        assert x.tobytes() == y.tobytes()
    for t in (25, 29):  # the morning of day 30 has not seen day 30 either
        assert utilities(before, t).tobytes() == utilities(after, t).tobytes()
    asked = quiet.source[day == 30], quiet.relation[day == 30]
    same = [[why(model, a, r, 5, 30).utility for a, r in zip(*asked)] for model in (before, after)]
    assert same[0] == same[1]
    assert utilities(before, 31).tobytes() != utilities(after, 31).tobytes()[: utilities(before, 31).nbytes]


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_model():
    s = stream(world())
    one, two, other = (fit_links(s, 20, replace(QUICK, seed=seed)) for seed in (1, 1, 2))
    assert all(x.tobytes() == y.tobytes() for x, y in zip(one.weights.all(), two.weights.all()))
    assert one.weights.places.subject.tobytes() != other.weights.places.subject.tobytes()
    assert (rank_days(one, 25, 30)[0] == rank_days(two, 25, 30)[0]).all()


def test_gradients_are_those_of_the_loss():
    s = stream(world(days=14))
    settings = replace(QUICK, rank=3)
    past, weights = Past(s, settings), begin(s, settings)
    rng = np.random.default_rng(0)
    for x in weights.all():
        x += rng.normal(0, 0.05, x.shape).astype(np.float32)
    for day in range(12):
        past.add(day)
    m = morning(past, s.questions(12))
    n = len(m.asked.subject)
    with ThreadPoolExecutor(2) as pool:
        _, found = learn(m, weights, pool)
        for x, gradient in zip(weights.all(), found):
            place = np.unravel_index(np.abs(gradient).argmax(), x.shape)
            kept, loss = x[place], []
            for step in (0.02, -0.02):
                x[place] = kept + np.float32(step)
                loss.append(learn(m, weights, pool)[0] / n)
            x[place] = kept
            assert gradient[place] == pytest.approx((loss[0] - loss[1]) / 0.04, rel=0.02)


@pytest.fixture(scope="module")
def model():
    return fit_links(stream(world(days=80)), 60, replace(QUICK, passes=6))


def test_a_rule_is_found_that_recurrency_cannot_know(model):
    ranks, relations = rank_days(model, 70, 79)
    base_ranks, base_relations = recurrency(model.stream, 60, 70, 79)
    assert (relations == base_relations).all()
    answered = relations == 1  # act 1 answers act 0 of two days ago: new to recurrency
    assert score(ranks[answered]).mrr > 2 * score(base_ranks[answered]).mrr
    assert model.losses[-1] < model.losses[0]


def test_contributions_add_up_to_the_utility_and_name_past_events(model):
    utility = utilities(model, 72)
    asked = model.stream.questions(72)
    for q in range(0, len(asked.subject), 7):
        a, r, o = asked.subject[q], asked.relation[q], asked.answer[asked.first[q]]
        told = why(model, a, r, o, 72)
        assert told.utility == pytest.approx(utility[q, o], abs=1e-4)
        assert sum(c.adds for c in told.contributions) == pytest.approx(told.utility, abs=1e-3)
        assert all(event.day < 72 for c in told.contributions for event in c.latest)
        assert all(c.count for c in told.contributions if c.name in model.settings.reasons)
        others = model.stream.questions(72).part(q, q + 1)
        if len(others.answer) == 1:
            assert told.rank == expected_ranks(utility[q : q + 1], others.first, others.answer)[0]


def test_an_answer_is_explained_in_words(model):
    s = model.stream
    day = next(t for t in range(70, 80) if (s.questions(t).relation == 1).any())
    asked = s.questions(day)
    q = int(np.flatnonzero(asked.relation == 1)[0])
    text = str(why(model, asked.subject[q], 1, asked.answer[asked.first[q]], day))
    assert f"— act 1 — ? on day {day}" in text
    assert "rule: it did this to the subject: act 0" in text
    assert f"day {day - 2}: " in text


def test_recurrency_by_hand():
    # One relation; (0, 0, 1) on day 0, (0, 0, 2) on day 1, then the same questions on days 2 and 3.
    s = stream(facts([(0, 0, 1, 0), (0, 0, 2, 1), (0, 0, 2, 2), (0, 0, 2, 3)], relations=1))
    ranks, relations = recurrency(s, 1, 3, 3)
    assert dict(zip(relations.tolist(), ranks.tolist())) == {0: 1.0, 1: 1.0}


def test_a_run_tells_protocol_split_and_both_sides():
    toy = world()
    n = [int(((toy.day > a) & (toy.day <= b)).sum()) for a, b in ((-1, 20), (20, 30), (30, 39))]
    track = Track("toy", 20, 30, tuple(n), QUICK)
    told = run_track(toy, track).as_dict()
    assert "ties at the expected rank" in told["protocol"]
    sides = told["scores"]["links"]["test"]
    assert sides["both"]["answers"] == 2 * n[2] == sides["target"]["answers"] + sides["source"]["answers"]
    assert set(told["scores"]["recurrency"]) == {"test"}
    with pytest.raises(ModelError, match="give the folder of that benchmark"):
        run_track(toy, replace(track, facts=(1, 2, 3)))


def test_mistakes_are_told():
    s = stream(world())
    with pytest.raises(ModelError, match="there is no reason 'sam'; there are same"):
        Settings(reasons=("sam",))
    with pytest.raises(ModelError, match="passes is 0"):
        Settings(passes=0)
    with pytest.raises(ModelError, match="days 0 to 39"):
        fit_links(s, 40, QUICK)
    fitted = fit_links(s, 10, replace(QUICK, passes=1, rules=False, rank=0, reasons=("same", "act")))
    with pytest.raises(ModelError, match="cannot rank days 39 to 40"):
        rank_days(fitted, 39, 40)
    with pytest.raises(QuestionError, match="there is no relation 6"):
        why(fitted, 0, 6, 0, 11)
    told = why(fitted, 0, 0, 1, 11)
    assert {c.name for c in told.contributions} <= {"same", "act"}
    with pytest.raises(QuestionError, match="order of days"):
        stream(replace(world(), day=world().day[::-1]))
