"""Parts of the backtest, by hand: who is next, memory across a gap, which windows count, the two regressions."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as some
from threadpoolctl import threadpool_limits

from chancellery.errors import LeakError, ScoreError
from chancellery.judge.backtest import methods as m
from chancellery.judge.backtest.foretell import Days, choose_cells, spread
from chancellery.judge.backtest.history import HALF_LIVES, LEAN, History, history_of, memories
from chancellery.judge.backtest.kinds import KINDS, askable, place_of, series
from chancellery.judge.backtest.known import Known, cut, guarded
from chancellery.judge.backtest.learn import dispersion, learn_chance, learn_counts, quantiles
from chancellery.judge.backtest.origins import LESSONS, SETTLE, WARM, calendar
from chancellery.judge.backtest.score import ranked, window
from chancellery.judge.backtest.track import in_days
from chancellery.model.holdings import Attribute, Tie

DAY = date(2020, 1, 1)
ACTORS = ("USA", "RUS", "CHN")


def history(rows: list[tuple], spans: list[tuple[date, date]], actors: tuple[str, ...] = ACTORS) -> History:
    names = ("time", "source", "act", "target", "code")
    frame = pl.DataFrame([dict(zip(names, r)) for r in rows], schema_overrides={"time": pl.Date})
    return history_of(frame, actors, spans)


def empty(spans: list[tuple[date, date]]) -> History:
    return history([(spans[0][0], "USA", "consult", "RUS", "040")], spans)


def test_ranks_by_hand_with_ties_as_their_expectation():
    score = np.array([5.0, 3.0, 3.0, 1.0])
    assert ranked(score, np.array([0])) == pytest.approx([1, 1, 1, 1])
    # Second and third are tied: rank 2 or 3, each half of the time.
    assert ranked(score, np.array([1])) == pytest.approx([(1 / 2 + 1 / 3) / 2, 0, 1, 1])
    # Two true ones: the other is taken out, so the last is ranked behind two, and the first before all.
    assert ranked(score, np.array([0, 3])) == pytest.approx([(1 + 1 / 3) / 2, 0.5, 1, 1])
    # All the same: every rank of four is as likely.
    assert ranked(np.ones(4), np.array([2])) == pytest.approx(
        [(1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, 0.25, 0.75, 1]
    )


@given(some.lists(some.integers(0, 4), min_size=2, max_size=12), some.data())
def test_ranks_do_not_depend_on_the_order_of_candidates(values: list[int], data: some.DataObject):
    score = np.array(values, float)
    target = data.draw(some.integers(0, len(values) - 1))
    order = np.array(data.draw(some.permutations(range(len(values)))))
    moved = ranked(score[order], np.flatnonzero(order == target))
    assert moved == pytest.approx(ranked(score, np.array([target])))


def test_a_memory_is_decayed_events_over_decayed_covered_days():
    half = HALF_LIVES[0]
    seen = history([(DAY + timedelta(days=4), "USA", "aid", "RUS", "072")], [(DAY, DAY + timedelta(days=9))])
    origin = DAY + timedelta(days=9)
    rates = next(iter(memories(seen, [origin])))
    aid = series().index("aid")
    events, days = 0.5 ** (5 / half), sum(0.5 ** (x / half) for x in range(10))
    longer = rates[1, aid, 0, 1]
    assert rates[0, aid, 0, 1] == pytest.approx((events + LEAN[0] * longer) / (days + LEAN[0]), rel=1e-5)


def test_a_gap_is_missing_and_not_peace():
    rows = [(DAY + timedelta(days=x), "USA", "aid", "RUS", "072") for x in range(100)]
    whole = [(DAY, DAY + timedelta(days=99))]
    after = DAY + timedelta(days=99 + 700)
    there = next(iter(memories(history(rows, whole), [whole[0][1]])))
    later = next(iter(memories(history(rows, whole), [after])))
    aid = series().index("aid")
    assert there[0, aid, 0, 1] == pytest.approx(1.0, rel=0.05)
    assert later[2, aid, 0, 1] == pytest.approx(there[3, aid, 0, 1], rel=0.1)


def test_memories_told_one_after_the_other_are_those_told_alone():
    rng = np.random.default_rng(3)
    rows = sorted(
        (DAY + timedelta(days=int(d)), *rng.permutation(ACTORS)[:2].tolist())
        for d in rng.integers(0, 120, 200)
    )
    seen = history([(d, a, "accuse", b, "112") for d, a, b in rows], [(DAY, DAY + timedelta(days=119))])
    origins = [DAY + timedelta(days=x) for x in (20, 47, 48, 119)]
    for origin, one in zip(origins, memories(seen, origins)):
        alone = next(iter(memories(seen.until(origin), [origin])))
        assert one == pytest.approx(alone, rel=1e-4)


def test_kinds_without_direction_count_either_way_and_codes_tell_kinds_apart():
    seen = history(
        [
            (DAY, "USA", "consult", "RUS", "042"),
            (DAY, "RUS", "consult", "CHN", "040"),
            (DAY, "USA", "aid", "CHN", "073"),
        ],
        [(DAY, DAY)],
    )
    counted = seen.counts(DAY.toordinal(), DAY.toordinal())
    visit, talks, military = (
        next(k for k in KINDS if k.name == name) for name in ("visit", "talks", "military aid")
    )
    assert counted[place_of(visit), 0, 1] == counted[place_of(visit), 1, 0] == 1
    assert counted[place_of(visit)].sum() == 2
    assert counted[place_of(talks), 2, 1] == 1
    assert counted[place_of(military)].sum() == 0
    assert askable(visit, 3).sum() == 3
    assert askable(military, 3).sum() == 6


def test_windows_that_the_record_does_not_cover_to_their_end_are_left_out_and_counted():
    end = DAY + timedelta(days=299)
    plan = calendar(empty([(DAY, end)]), "1 week", (7, 90))
    for h in (7, 90):
        assert all(o + timedelta(days=h) <= end for o in plan.scored[h])
        assert all(len(plan.taught(o, h)) >= LESSONS for o in plan.scored[h])
        assert all(d + timedelta(days=h) <= o for o in plan.scored[h] for d in plan.taught(o, h))
    late = plan.left_out[90]["window not covered to its end"]
    assert late == sum(o + timedelta(days=90) > end for o in _weekly(plan.looks[0], end))
    assert min(plan.origins) >= DAY + timedelta(days=WARM - 1)


def _weekly(first: date, last: date) -> list[date]:
    return [first + timedelta(days=x) for x in range(0, (last - first).days + 1, 7)]


def test_a_new_source_is_first_seen_before_it_is_forecast_from():
    spans = [(DAY, DAY + timedelta(days=249)), (date(2022, 1, 1), date(2022, 6, 30))]
    plan = calendar(empty(spans), "1 week", (7,))
    second = [o for o in plan.scored[7] if o.year == 2022]
    assert min(second) >= date(2022, 1, 1) + timedelta(days=SETTLE - 1)
    assert plan.left_out[7]["origin in a gap of the record"] > 50
    assert plan.left_out[7][f"less than {SETTLE} days into a new source"] in (3, 4)


def test_months_between_origins_do_not_drift():
    plan = calendar(empty([(DAY, date(2021, 12, 31))]), "1 month", (7,))
    assert len({o.day for o in plan.origins}) == 1


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(DAY, DAY + timedelta(days=60))], "at least 126 covered days"),
        ([(DAY, DAY + timedelta(days=150))], "no origin has a window of 7 days"),
    ],
)
def test_a_record_that_is_too_short_is_refused(rows: list, said: str):
    with pytest.raises(ScoreError, match=said):
        calendar(empty(rows), "2 weeks", (7, 30))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("soon", "is not a span of time"),
        ("3 months", "write it in days or weeks"),
        ("400 days", "outside 1 to 366"),
    ],
)
def test_windows_are_days(text: str, said: str):
    with pytest.raises(ScoreError, match=said):
        in_days((text,))


def test_windows_are_days_and_sorted():
    assert in_days(("90 days", "1 week", "7 days")) == (7, 90)


def known(**changed: object) -> Known:
    rows = pl.DataFrame(
        {
            "time": [DAY],
            "source": ["USA"],
            "act": ["aid"],
            "target": ["RUS"],
            "issue": ["general"],
            "code": ["070"],
        }
    )
    ties = pl.DataFrame({"kind": ["trade"], "start": [date(2018, 1, 1)]})
    facts = {
        "day": DAY, "actors": ACTORS, "rows": rows, "spans": (("icews", DAY, DAY),),
        "held": (Tie("sanctions", "USA", "RUS", date(2014, 3, 1), None),),
        "traits": (Attribute("USA", "leader-change", date(2017, 1, 20), None, 1.0),), "yearly": ties,
        "scores": ties.rename({"kind": "name"}), "print_of_record": "",
    }  # fmt: skip
    return Known(**{**facts, **changed})


LATER = DAY + timedelta(days=1)
PLANTED = {
    "an event of 2020-01-02": {"rows": known().rows.with_columns(time=pl.lit(LATER))},
    "the coverage of icews": {"spans": (("icews", DAY, LATER),)},
    "a tie that begins on 2020-01-02": {"held": (Tie("alliance", "USA", "CHN", LATER, None),)},
    "the end on 2020-01-02 of a tie": {"held": (Tie("alliance", "USA", "CHN", date(2019, 1, 1), LATER),)},
    "an attribute dated 2020-01-02": {"traits": (Attribute("CHN", "great-power", LATER, None, 1.0),)},
    "a yearly value of 2019-06-01": {
        "yearly": pl.DataFrame({"kind": ["trade"], "start": [date(2019, 6, 1)]})
    },
    "everything up to": {"day": LATER},
}


@pytest.mark.parametrize("what", PLANTED)
def test_the_guard_catches_a_planted_future_fact(what: str):
    planted = known(**PLANTED[what])
    with pytest.raises(LeakError, match=f"{what}.* was about to be seen by the forecast of 2020-01-01"):
        guarded(planted, DAY)
    assert guarded(cut(planted, DAY), DAY).day == DAY


def test_an_end_that_is_to_come_is_not_known():
    tie = Tie("war", "USA", "RUS", date(2019, 1, 1), LATER)
    assert cut(known(held=(tie,)), DAY).held[0].end is None
    assert cut(known(held=(tie,)), LATER).held[0].end == LATER


def test_a_window_that_has_not_ended_teaches_nothing():
    seen = empty([(DAY, DAY + timedelta(days=40))])
    days = Days(seen, {DAY + timedelta(days=20): np.ones((14, 3, 3))})
    with pytest.raises(AssertionError, match="has not ended"):
        days.after(DAY + timedelta(days=20), 7, DAY + timedelta(days=26))
    assert window(10, 7) == (11, 17)


def test_the_newest_windows_are_among_those_learnt_from():
    days = tuple(DAY + timedelta(days=x) for x in range(50))
    assert spread(days[:5], 16) == days[:5]
    assert len(spread(days, 16)) == 16
    assert spread(days, 16)[-1] == days[-1]


def test_cells_are_chosen_from_what_is_known_and_again_the_same():
    seen = history(
        [(DAY + timedelta(days=x), "USA", "aid", "RUS", "072") for x in range(30)],
        [(DAY, DAY + timedelta(days=29))],
    )
    origin = DAY + timedelta(days=29)
    memory = next(iter(memories(seen, [origin])))
    cells, live = choose_cells(memory, origin, 7)
    assert (cells == choose_cells(memory, origin, 7)[0]).all()
    busy = {tuple(map(int, np.unravel_index(c, (14, 3, 3)))) for c in cells[live]}
    assert busy == {(series().index("aid"), 0, 1)}


def test_regressions_find_the_coefficients_that_made_the_data():
    rng = np.random.default_rng(5)
    X = rng.normal(size=(20_000, 2))
    eta = -2.0 + 1.3 * X[:, 0]
    y = (rng.random(len(X)) < 1 / (1 + np.exp(-eta))).astype(float)
    line = learn_chance(X, y, np.array([1.0, 0.0]))
    assert line.beta[1:] / line.scale == pytest.approx([1.3, 0.0], abs=0.06)
    assert line.probability(X).mean() == pytest.approx(y.mean(), rel=1e-3)
    mean = np.exp(0.5 + 0.8 * X[:, 0])
    counts = rng.negative_binomial(1.5, 1.5 / (1.5 + mean)).astype(float)
    line = learn_counts(X, counts, np.array([1.0, 0.0]))
    assert line.beta[1:] / line.scale == pytest.approx([0.8, 0.0], abs=0.04)
    assert line.r == pytest.approx(1.5, rel=0.08)


def test_without_anything_to_learn_from_the_rate_is_the_forecast():
    X = np.log(np.array([[0.01], [0.02], [0.04]]))
    line = learn_counts(X, np.array([0.0, 0.0, 0.0]), np.array([1.0]), weight=1e-9)
    ratio = line.mean(X)[1:] / line.mean(X)[:-1]
    assert ratio == pytest.approx([2.0, 2.0], rel=1e-3)


def test_quantiles_of_the_negative_binomial():
    # r = 1 is geometric: P(0) = 1 / (1 + m).
    drawn = quantiles(np.array([3.0]), np.array([1.0]), 4000)
    assert drawn.mean() == pytest.approx(3.0, rel=0.01)
    assert (drawn == 0).mean() == pytest.approx(0.25, abs=0.001)
    assert dispersion(np.full(4, 3.0), np.array([3.0, 3.0, 3.0, 3.0])) > 100


def test_every_method_says_what_it_is():
    assert set(m.BASELINES) < set(m.methods()) | {m.BOOSTED}
    assert all(m.SAYS[name] for name in m.methods())
    assert m.methods()[0] == m.COMBINED


def test_trees_learn_kinds_apart():
    pytest.importorskip("sklearn")
    from chancellery.judge.backtest.boosted import Trees

    rng = np.random.default_rng(2)
    X, which = rng.normal(size=(3000, 1)), np.repeat([0, 1], 1500)
    y = ((X[:, 0] > 0) == (which == 0)).astype(float)
    with threadpool_limits(1):
        trees = Trees(X, which, y)
    here = np.array([[1.5], [-1.5]])
    assert trees.foretell(here, 0) == pytest.approx([1, 0], abs=0.05)
    assert trees.foretell(here, 1) == pytest.approx([0, 1], abs=0.05)
    assert Trees(X, which, np.zeros(3000)).foretell(here, 0) == pytest.approx([0, 0])
