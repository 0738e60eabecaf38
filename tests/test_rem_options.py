"""Threads, samples, listed targets, steps and spans: what they may change of a fit, and what they must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from chancellery import rem
from chancellery.model.belief import Gaussian
from chancellery.rem.memory import predicted_bytes
from chancellery.rem.timeline import stepped
from rem_compiled import engine
from rem_slow import Spec
from rem_worlds import Ties, World, made_up, study

TERMS = {
    "choice": "inertia(weighted=True, transform=log1p) + recip + trans + alter(wealth)",
    "rate": "1 + outdeg(weighted=True, transform=log1p) + ego(wealth)",
    "tie": "1 + inertia + recip(half_life=9) + alter(wealth)",
    "coordination": "inertia + diff(wealth)",
}


def acted(n: int, events: int, seed: int = 1) -> World:
    """Events drawn one by one from a known choice model: log1p of repetition 0.6, of return 0.4; random senders."""
    chance = np.random.default_rng(seed)
    x, rows, now = np.zeros((n, n)), [], 0.0
    for _ in range(events):
        i = int(chance.integers(n))
        utility = 0.6 * np.log1p(x[i]) + 0.4 * np.log1p(x[:, i])
        p = np.exp(utility) * (np.arange(n) != i)
        j = int(chance.choice(n, p=p / p.sum()))
        now += float(chance.exponential())
        rows.append((now, i, j, 1.0, ""))
        x[i, j] += 1
    return World(n, {"calls": Ties(rows)})


@pytest.mark.parametrize("model", TERMS)
def test_threads_change_no_bit(model: str, monkeypatch: pytest.MonkeyPatch):
    """Enough rows for several pieces, added up in their order whoever computes them."""
    world = made_up(31, events=2100)
    world.networks["calls"].directed = model != "coordination"
    # The warm start and the climb are the same passes; two evaluations show it in less time than a fit.
    specs = [
        Spec("inertia", ("calls",), {"window": 9}),
        Spec("tie", ("friends",)),
        Spec("alter", ("wealth",)),
    ]
    if model == "rate":
        specs = [Spec("outdeg", ("calls",), {"half_life": 9}), Spec("ego", ("wealth",))]
    one = engine(world, model, specs)
    assert one.pieces > 1
    theta = np.full(len(specs), 0.1)
    first = one.evaluate(theta, surprise=True)
    one.threads = 2
    for a, b in zip(first, one.evaluate(theta, surprise=True), strict=True):
        np.testing.assert_array_equal(a, b)
    whole = replace(one)
    whole.cuts, whole._starts = [0, len(one.line.rows.code)], whole._starts[:1]
    for a, b in zip(first[:3], whole.evaluate(theta)[:3], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


def test_a_fit_on_two_threads_is_the_fit_on_one():
    own = study(acted(6, 2100))
    one, two = (rem.fit(own, f"calls ~ {TERMS['choice'].split(' + alter')[0]}", threads=t) for t in (1, 2))
    np.testing.assert_array_equal(one.theta, two.theta)
    np.testing.assert_array_equal(one.belief.covariance, two.belief.covariance)
    np.testing.assert_array_equal(one.surprise, two.surprise)


def test_a_sample_of_all_options_is_all_of_them():
    own = study(made_up(32, events=40))
    full, sampled = (rem.fit(own, f"calls ~ {TERMS['choice']}", sample=s, threads=1) for s in (None, 5))
    np.testing.assert_array_equal(full.theta, sampled.theta)
    np.testing.assert_array_equal(full.se, sampled.se)


@pytest.mark.parametrize(("model", "terms", "sample"), [
    ("choice", "inertia(weighted=True, transform=log1p) + recip(weighted=True, transform=log1p)", 5),
    ("tie", "1 + inertia(weighted=True, transform=log1p) + recip(weighted=True, transform=log1p)", 40),
    ("tie", "inertia(weighted=True, transform=log1p) + recip(weighted=True, transform=log1p)", 40),
])  # fmt: skip
def test_a_sample_is_within_two_standard_errors(model: str, terms: str, sample: int):
    own = study(acted(15, 600))
    full = rem.fit(own, f"calls ~ {terms}", model, threads=1, cluster=None)
    drawn = rem.fit(own, f"calls ~ {terms}", model, threads=1, cluster=None, sample=sample)
    again = rem.fit(own, f"calls ~ {terms}", model, threads=1, cluster=None, sample=sample)
    other = rem.fit(own, f"calls ~ {terms}", model, threads=1, cluster=None, sample=sample, seed=2)
    assert (np.abs(drawn.theta - full.theta) < 2 * drawn.se).all()
    np.testing.assert_array_equal(drawn.theta, again.theta)
    assert (drawn.theta != other.theta).all()


def test_the_truth_is_found_again():
    """Estimates of a simulated set are within three standard errors of what it was drawn from."""
    terms = "inertia(weighted=True, transform=log1p) + recip(weighted=True, transform=log1p)"
    fit = rem.fit(study(acted(15, 900, seed=4)), f"calls ~ {terms}", threads=1)
    assert (np.abs(fit.theta - [0.6, 0.4]) < 3 * fit.se).all()


def test_listed_targets_as_labels_and_as_a_mask_are_one():
    world = made_up(33, events=40)
    listed = [
        sorted({"abcdef"[row[2]], *"abcde"} - {"abcdef"[row[1]]}) for row in world.networks["calls"].rows
    ]
    mask = np.array([[x in row for x in "abcdef"] for row in listed])
    one, two = (
        rem.fit(study(world), f"calls ~ {TERMS['choice']}", allowed=a, threads=1) for a in (listed, mask)
    )
    np.testing.assert_array_equal(one.theta, two.theta)
    assert (one.theta != rem.fit(study(world), f"calls ~ {TERMS['choice']}", threads=1).theta).any()


def test_a_span_ends_as_if_the_record_did():
    world, short = made_up(34, events=60), made_up(34, events=60)
    for ties in short.networks.values():
        ties.rows = [row for row in ties.rows if row[0] <= 41.25]
    short.changes = {name: [row for row in rows if row[0] <= 41.25] for name, rows in short.changes.items()}
    short.presence = [row for row in short.presence if row[0] <= 41.25]
    one = rem.fit(study(world), f"calls ~ {TERMS['choice']}", until=41.25, threads=1)
    two = rem.fit(study(short), f"calls ~ {TERMS['choice']}", threads=1)
    np.testing.assert_array_equal(one.theta, two.theta)
    assert one.events == two.events == sum(row[0] <= 41.25 for row in world.networks["calls"].rows)


def test_a_prior_is_of_the_term_it_names_alone():
    """A firm prior on one effect does not reach its product with another."""
    own = study(made_up(35, events=60))
    terms = "calls ~ alter(wealth) + alter(wealth):same(floor)"
    free = rem.fit(own, terms, threads=1)
    firm = rem.fit(own, terms, priors={"alter(wealth)": Gaussian(mean=2.0, sd=0.001)}, threads=1)
    assert firm.theta[0] == pytest.approx(2.0, abs=0.01)
    assert firm.belief.prior_precision.tolist() == pytest.approx([1e6, 0.0])
    assert free.belief.prior_precision.tolist() == [0.0, 0.0]


def test_units_change_nothing_but_the_clock():
    """Days or hours: the same choice; a timed rate's intercept moves by log 24."""
    world = made_up(36, events=50)
    table = {
        "time": [row[0] for row in world.networks["calls"].rows],
        "sender": ["abcdef"[row[1]] for row in world.networks["calls"].rows],
        "receiver": ["abcdef"[row[2]] for row in world.networks["calls"].rows],
    }
    days = rem.Study({"label": list("abcdef")}, {"calls": table}, unit="day")
    hours = rem.Study(
        {"label": list("abcdef")}, {"calls": {**table, "time": [24 * t for t in table["time"]]}}, unit="hour"
    )
    for model, terms in (
        ("choice", "inertia(window='9 days') + recip(half_life='2 weeks')"),
        ("rate", "1 + outdeg(window='9 days')"),
    ):
        one, two = (rem.fit(s, f"calls ~ {terms}", model, threads=1) for s in (days, hours))
        shift = np.array([np.log(24), 0.0]) * (model == "rate")
        np.testing.assert_allclose(one.theta - shift, two.theta, rtol=1e-6, atol=1e-6)


def test_memory_said_beforehand_grows_with_actors_not_events():
    few, many = (engine(made_up(37, events=e), "choice", [Spec("trans", ("calls",))]) for e in (20, 200))
    assert predicted_bytes(few.plan, 0, 1, 1) == predicted_bytes(many.plan, 0, 1, 1)
    wide = engine(acted(12, 20), "choice", [Spec("trans", ("calls",))])
    assert predicted_bytes(wide.plan, 0, 1, 1) > predicted_bytes(few.plan, 0, 1, 1)


@pytest.mark.parametrize("unit", ["second", "day", "week", "month", "year"])
@pytest.mark.parametrize("step", ["day", "week", "month"])
def test_midnight_belongs_to_the_step_it_begins(unit: str, step: str):
    """In every unit, though a date is no round number of weeks or years."""
    days = [date(2018, 1, 1) + timedelta(days=x) for x in range(0, 1200, 7)]
    days += [date(2018 + x // 12, 1 + x % 12, 1) for x in range(48)]
    own = rem.Study(
        {"label": ["a", "b"]},
        {"calls": {"time": days, "sender": ["a"] * len(days), "receiver": ["b"] * len(days)}},
        unit=unit,
    )
    times = own.times(pl.Series(days), "days")
    starts = [
        d - timedelta(days=d.weekday()) if step == "week" else d.replace(day=1) if step == "month" else d
        for d in days
    ]
    np.testing.assert_allclose(stepped(times, step, own), own.times(pl.Series(starts), "starts"), rtol=1e-12)
