"""The nowcast check: scores of pairs by day are read with care, and a twin that is the model itself ranks first."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given as over
from hypothesis import strategies as some
from scipy import stats

import chancellery as ch
import toy_case
from chancellery.api import save_fit
from chancellery.cases.playing import given
from chancellery.errors import ChancelleryError, ScoreError, SourceError
from chancellery.judge.nowcast import Nowcast, _by_pair, _moved, _overlap, _periods, nowcast
from chancellery.judge.ranks import jackknife, spearman
from chancellery.simulate.ensemble import Runner, lead_futures, lead_in
from chancellery.simulate.step import end_step
from chancellery.sources.dyad_days import DyadDays, dyad_days
from cli_toys import done, run

NEAR = 1e-12


def table(rows: list[tuple[date, str, str, float]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["date", "a", "b", "score"], orient="row")


def scores_of(rows: list[tuple[date, str, str, float]]) -> DyadDays:
    frame = table(rows).sort("date", "a", "b")
    return DyadDays(frame, frame["date"].min(), frame["date"].max(), {})


DAYS = [date(2023, 1, 1), date(2023, 1, 2), date(2023, 1, 4)]
ROWS = [(DAYS[0], "RUS", "CHN", 3.0), (DAYS[0], "PAK", "USA", -2.0), (DAYS[1], "USA", "PAK", 4.5), (DAYS[2], "CHN", "RUS", -1.0)]


@pytest.mark.parametrize("form", ["parquet", "csv", "folder"])
def test_scores_are_read_pairs_ordered_and_gaps_known(tmp_path: Path, form: str):
    path = tmp_path / ("days.csv" if form == "csv" else "days.parquet")
    table(ROWS).write_csv(path) if form == "csv" else table(ROWS).write_parquet(path)
    read = dyad_days(tmp_path if form == "folder" else path)
    assert read.rows.select("a", "b").rows() == [("CHN", "RUS"), ("PAK", "USA"), ("PAK", "USA"), ("CHN", "RUS")]
    assert (read.first, read.last, read.missing()) == (DAYS[0], DAYS[2], [date(2023, 1, 3)])
    assert read.days(DAYS[0], DAYS[2]) == 3
    assert read.actors == {"CHN", "RUS", "PAK", "USA"}
    size, score = read.total(("USA", "PAK", "RUS", "CHN"), DAYS[0], DAYS[2])
    assert size[0, 1] == size[1, 0] == 6.5
    assert (score[0, 1], score[2, 3], size[2, 3], size[0, 2]) == (2.5, 2.0, 4.0, 0.0)
    assert read.seen(("USA", "PAK"), DAYS[0], DAYS[1])[0, 1] == 2
    assert list(read.stamps) == [path.name]
    assert read.among(("USA", "PAK", "DEU"), DAYS[0], DAYS[1]).rows.height == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("date,a,b\n2023-01-01,USA,PAK\n", "has no column 'score'"),
        ("date,a,b,score\n2023-13-01,USA,PAK,1\n", "row 2: needs a date such as 2023-05-31"),
        ("date,a,b,score\n2023-01-01,USA,PAK,1\n2023-01-02,USA,USA,1\n", "row 3: needs .* two different codes"),
        ("date,a,b,score\n2023-01-01,USA,PAK,much\n", "a number as score"),
        ("date,a,b,score\n2023-01-01,USA,PAK,1\n2023-01-01,PAK,USA,2\n", "PAK and USA have two rows on 2023-01-01"),
        ("date,a,b,score\n2023-01-01,USA,PAK\n", "row 2"),
    ],
)
def test_mistakes_in_scores_are_named(tmp_path: Path, text: str, says: str):
    path = tmp_path / "days.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=says):
        dyad_days(path)


def test_nothing_to_read_is_told(tmp_path: Path):
    with pytest.raises(SourceError, match="holds no scores of pairs by day"):
        dyad_days(tmp_path)


@over(some.lists(some.integers(0, 5), min_size=5, max_size=30), some.randoms())
def test_rank_correlation_is_that_of_scipy(a: list[int], random: object):
    b = [x + random.random() * 6 for x in a]
    theirs = stats.spearmanr(a, b)[0] if len(set(a)) > 1 else np.nan
    mine = spearman(np.array(a, float), np.array(b))
    assert (np.isnan(mine) and np.isnan(theirs)) or mine == pytest.approx(theirs)


def test_changes_are_relative_to_the_whole_by_hand():
    # Twice the whole everywhere is no change; with one act in ten days added to each pair of a day.
    moved = _moved(np.array([2.0, 6.0]), np.array([1.0, 3.0]), 10)
    by_hand = np.log(np.array([2.1, 6.1]) / 8.2) - np.log(np.array([1.1, 3.1]) / 4.2)
    assert moved == pytest.approx(by_hand)


def test_months_and_shares_of_steps():
    spans = _periods(date(2023, 11, 20), date(2024, 1, 3))
    assert spans[0] == ("whole", date(2023, 11, 20), date(2024, 1, 3))
    assert spans[1:] == [
        ("2023-11", date(2023, 11, 20), date(2023, 11, 30)),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31)),
        ("2024-01", date(2024, 1, 1), date(2024, 1, 3)),
    ]
    assert _overlap(date(2023, 11, 27), 7, *spans[1][1:]) == pytest.approx(4 / 7)
    assert _overlap(date(2023, 11, 27), 7, *spans[3][1:]) == 0.0


def test_futures_that_agree_have_no_simulation_error():
    same = np.tile(np.arange(12.0), (8, 1))
    assert jackknife(same, np.arange(12.0)) == pytest.approx(0.0, abs=NEAR)
    rng = np.random.default_rng(1)
    assert jackknife(rng.normal(size=(8, 12)), np.arange(12.0)) > 0.05
    assert np.isnan(jackknife(same[:1], np.arange(12.0)))


def test_what_happens_in_the_lead_in_is_what_leads_in():
    """The counts of the lead-in, chronology and all, are those the beginning's memory was made from."""
    made, _, fit = toy_case.toy()
    runner = Runner(fit, given(made, fit.until), 7, 1)
    told = lead_futures(runner, made.start, 2, 1)
    assert told.first[0] == fit.until + timedelta(days=1)
    assert told.last == made.start - timedelta(days=1)
    again = lead_in(runner, made.start, 2, 1)
    state = fit.state()
    for x, days in enumerate(told.days):
        counts = np.zeros(len(told.acts) * 36)
        cell, count = told.cells(0, x)
        counts[cell] = count
        end_step(state, counts.reshape(len(told.acts), 6, 6), days)
    assert np.allclose(state.W, again.memory[0]["W"])
    deal = next(x for x, first in enumerate(told.first) if first <= date(2021, 3, 15) < first + timedelta(days=7))
    agree, pak, rus = told.acts.index("agree"), made.actors.index("PAK"), made.actors.index("RUS")
    cell, count = told.cells(1, deal)
    assert dict(zip(cell, count))[agree * 36 + pak * 6 + rus] >= made.reports


@cache
def twin() -> tuple[DyadDays, Nowcast]:
    """Scores that are one future of the model on its chronology, spread over the days of its weeks, and the check."""
    made, record, fit = toy_case.toy()
    runner = Runner(fit, given(made, fit.until), 77, 1)  # another seed than the check's
    truth = lead_futures(runner, made.start, 1, 1)
    rows = []
    here = list(range(6))
    for first, days in zip(truth.first, truth.days):
        volume, _ = _by_pair(truth, fit.weight, here, first, first + timedelta(days=days - 1))
        pairs = [(a, b) for x, a in enumerate(made.actors) for b in made.actors[x + 1 :]]
        rows += [
            (first + timedelta(days=d), a, b, 10.0 * v) for (a, b), v in zip(pairs, volume[0]) for d in range(days) if v
        ]
    seen = record.events().filter(pl.col("time") > fit.until - timedelta(days=120))
    before: dict[tuple, float] = {}
    for on, a, b in seen.select("time", "source", "target").iter_rows():
        at = (on, min(a, b), max(a, b))
        before[at] = before.get(at, 0.0) + 10.0
    scores = scores_of(rows + [(*at, v) for at, v in before.items()])
    return scores, nowcast(made, scores, fit=fit, draws=12, threads=1)


def test_a_twin_ranks_as_the_model_says():
    _, found = twin()
    whole = {(r.measure, r.forecast): r for r in found.ranks if r.period == "whole" and r.pairs == "all"}
    volume = whole["volume", "chronology"]
    assert volume.many == 15
    assert volume.value.mean > 0.5
    assert volume.value.low <= volume.value.mean <= volume.value.high
    assert volume.simulation_error < 0.2
    assert {f for m, f in whole if m == "volume"} == {
        "chronology", "no chronology", "nothing changes, memory of 10 days", "nothing changes, memory of 100 days",
    }  # fmt: skip
    assert ("change", "drift back") in whole
    assert whole["volume", "no chronology"].over is None
    assert {r.period for r in found.ranks} == {"whole", "2021-03", "2021-04", "2021-05"}


def test_the_check_is_plain_data_and_the_same_again():
    scores, found = twin()
    made, _, fit = toy_case.toy()
    told = found.as_dict()
    assert told["about"]["happenings"] == 2  # one mutual act
    assert told["uncovered"] == ()
    assert repr(nowcast(made, scores, fit=fit, draws=12, threads=1).as_dict()) == repr(told)
    fewer = nowcast(made, scores.among(made.actors[:5], scores.first, scores.last), fit=fit, draws=2, threads=1)
    assert fewer.uncovered == ("DEU",)


def test_scores_that_do_not_fit_are_refused():
    scores, _ = twin()
    made, _, fit = toy_case.toy()
    for first, last, says in (
        (fit.until, scores.last, "the level before needs days from"),
        (scores.first, fit.until + timedelta(days=9), "less than four weeks after the record's end"),
    ):
        with pytest.raises(ScoreError, match=says):
            nowcast(made, scores.among(made.actors, first, last), fit=fit, draws=2)
    with pytest.raises(ChancelleryError, match="the scores know only 2 of the actors in play"):
        nowcast(made, scores.among(("USA", "RUS"), scores.first, scores.last), fit=fit, draws=2)


def test_the_command_tells_and_refuses(tmp_path: Path):
    scores, _ = twin()
    made = toy_case.make_case(tmp_path / "six")
    save_fit(toy_case.toy()[2], made.folder / "fit")
    path = tmp_path / "days.parquet"
    scores.rows.write_parquet(path)
    words = ("nowcast", "--case", made.folder, "--draws", 2)
    assert "drift back" in done(*words, "--gdelt", path).out
    found = done(*words, "--gdelt", path, "--until", "2021-04-15", "--json").json
    assert found["about"]["until"] == "2021-04-15"
    assert found["ranks"][0]["measure"] == "volume"
    ran = run(*words, "--gdelt", tmp_path / "day.parquet")
    assert (ran.code, ran.out) == (1, "")
    assert "does not exist; did you mean 'days.parquet'" in ran.err
    assert callable(ch.nowcast)


def test_the_shared_scores_are_read_whole_and_their_gaps_are_those_listed(shared_data: Path):
    folder = shared_data / "gdelt_dyad_day_2018_2024"
    read = dyad_days(folder)
    assert read.rows.height == 2_706_008
    assert (read.first, read.last) == (date(2018, 1, 1), date(2024, 2, 23))
    assert [str(day) for day in read.missing()] == (folder / "missing_days.txt").read_text().split()
    actors = ch.case("great-powers").actors
    assert len([a for a in actors if a in read.actors]) == 44  # states; organisations and groups have no scores
    week = read.among(actors, date(2022, 2, 24), date(2022, 3, 2))
    size, score = week.total(actors, week.first, week.last)
    rus, ukr = actors.index("RUS"), actors.index("UKR")
    assert (rus, ukr) in {tuple(map(int, x)) for x in np.argwhere(size == size.max())}
    assert score[rus, ukr] < 0
