"""Checks of a fit and of a chronology against the record."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from chancellery.api import fit, given
from chancellery.cases import Happening
from chancellery.errors import ModelError
from chancellery.judge.chronology import check_chronology
from chancellery.judge.freerun import Stretch, free_run, one_step, passes, statistics
from chancellery.model.estimate import stream_of
from chancellery.model.holdings import Holdings
from toy_case import toy


@pytest.fixture(scope="module")
def early():
    made, record, _ = toy()
    fitted = fit(made, record, until=date(2020, 11, 1))
    holdings = Holdings(fitted.actors, made.ties, made.attributes, fitted.background, fitted.capability)
    return fitted, given(made, fitted.until), stream_of(record, fitted.spec, holdings)


def test_a_free_run_of_a_steady_world_stays_near_what_was_seen(early):
    with pytest.raises(ModelError, match="covers nothing after"):
        free_run(toy()[2], early[1], early[2], draws=2)
    fitted, known, stream = early
    # One segment: what comes after the fit's last day is cut off it by hand.
    rows = one_step(fitted, known, stream)
    by = {r["name"]: r for r in rows}
    volume = by["acts a week"]
    assert 0.7 < volume["simulated"]["median"] / volume["observed"] < 1.4
    assert by["attention, correlation with observed"]["simulated"]["median"] > 0.7
    free = {r["name"]: r for r in free_run(fitted, known, stream, draws=4)}
    assert 0.5 < free["acts a week"]["simulated"]["median"] / free["acts a week"]["observed"] < 2.0
    assert all(passes(r) for r in rows if r["name"].startswith("share of"))


def test_running_away_is_seen():
    row = {"name": "acts a week", "observed": 100.0, "simulated": {"low": 1.0, "median": 900.0, "high": 1e6}}
    assert not passes(row)
    assert passes(row | {"simulated": {"low": 80.0, "median": 120.0, "high": 190.0}})
    assert not passes({"name": "share of verbal conflict", "observed": 0.1, "simulated": {"median": 0.9}})


def test_statistics_by_hand():
    counts = np.zeros((14, 3, 3))
    counts[0, 0, 1] = counts[0, 1, 0] = 6
    counts[13, 0, 2] = 4
    got = statistics(Stretch(counts, 14.0), Stretch(counts, 14.0))
    assert got["acts a week"] == 8.0
    assert got["share of verbal cooperation"] == 0.75
    assert got["share of material conflict"] == 0.25
    assert got["concentration of attention"] == pytest.approx((36 + 36 + 16) / 256)
    assert got["act mix, distance to observed"] == 0.0
    assert got["attention, correlation with observed"] == pytest.approx(1.0)


def test_the_chronology_is_looked_up_where_the_record_covers_the_day():
    _, record, _ = toy()
    first = record.events().row(0, named=True)

    def row(on: date, act: str, source: str, target: str) -> Happening:
        return Happening("x", on, source, act, target, "general", False, "made up", "nowhere")

    rows = [
        row(first["time"], first["act"], first["source"], first["target"]),
        row(first["time"], "fight", "DEU", "PAK"),
        row(date(2024, 1, 1), "fight", "DEU", "PAK"),
    ]
    checked = check_chronology(rows, record)
    assert [c.row for c in checked] == rows[:2]
    assert checked[0].found == "same act"
    assert checked[1].found in ("nothing", "other acts", "same class")
    assert all(0.0 <= c.usual <= 1.0 for c in checked)
