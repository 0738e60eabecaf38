"""Drawing from classical models: closed forms, keyed chance, who may act, and the likelihood's own numbers."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats

from chancellery import rem
from chancellery.errors import ModelError
from chancellery.rem.formula import read_formula
from chancellery.rem.kernels.rows import replay
from chancellery.rem.plan import Plan
from chancellery.rem.timeline import timeline

N = 8
LABELS = [f"a{x}" for x in range(N)]
LOG = "weighted=True, transform=log1p"
SIZE = np.linspace(-1.0, 1.0, N)


def study(**more: object) -> rem.Study:
    rng = np.random.default_rng(3)
    friends = {
        "time": np.sort(rng.uniform(0, 40, 12)),
        "sender": [LABELS[x] for x in rng.integers(0, 4, 12)],
        "receiver": [LABELS[x] for x in rng.integers(4, N, 12)],
        "replace": [1.0] * 12,
    }
    networks = {"ev": more.pop("ev", rem.Network()), "friends": friends}
    return rem.Study({"label": LABELS, "size": SIZE}, networks, **more)


def recorded(**more: object) -> pl.DataFrame:
    rng = np.random.default_rng(4)
    a = rng.integers(0, N, 120)
    b = (a + rng.integers(1, N, 120)) % N
    columns = {
        "time": np.sort(rng.integers(0, 40, 120)).astype(float),
        "sender": [LABELS[x] for x in a], "receiver": [LABELS[x] for x in b],
    }  # fmt: skip
    return pl.DataFrame(columns | more)


def given(of: rem.Study, formula: str, model: str, *theta: float, **more: object) -> rem.Spec:
    return rem.Spec(of, formula, model, np.array(theta), **more)


def test_waiting_times_and_shares_of_a_constant_tie_model():
    sim = rem.simulate(given(study(), "ev ~ 1 + ego(size)", "tie", -2.0, 0.5), events=4000, seed=5)
    hazard = np.exp(-2.0 + 0.5 * SIZE) * (N - 1)
    waits = np.diff(sim.time, prepend=0.0)
    assert stats.kstest(waits, "expon", args=(0, 1 / hazard.sum())).pvalue > 1e-3
    assert stats.chisquare(np.bincount(sim.a), 4000 * hazard / hazard.sum()).pvalue > 1e-3
    assert sim.expected[0] == pytest.approx(hazard.sum() * sim.time[-1])


def test_number_of_events_until_a_time_is_poisson():
    sim = rem.simulate(given(study(), "ev ~ 1", "tie", -3.0), until=10.0, draws=400, seed=2)
    mean = np.exp(-3.0) * N * (N - 1) * 10.0
    counts = np.bincount(sim.draw, minlength=400)
    assert abs(counts.mean() - mean) < 4 * np.sqrt(mean / 400)
    assert counts.var() == pytest.approx(mean, rel=0.35)
    assert sim.time.max() <= 10.0


def test_shares_of_a_choice_are_a_softmax():
    moments = {"time": np.arange(6000.0), "sender": ["a0"] * 6000}
    sim = rem.simulate(given(study(), "ev ~ alter(size)", "choice", 0.8), events=moments, seed=9)
    weight = np.exp(0.8 * SIZE[1:])
    assert stats.chisquare(np.bincount(sim.b, minlength=N)[1:], 6000 * weight / weight.sum()).pvalue > 1e-3
    assert not (sim.b == 0).any()


def test_shares_of_agreements_are_products_of_choices():
    of = study(ev=rem.Network(directed=False))
    sim = rem.simulate(given(of, "ev ~ alter(size)", "coordination", 0.7), events=4000, seed=3)
    p = np.exp(0.7 * SIZE) * (1 - np.eye(N))
    p /= p.sum(axis=1, keepdims=True)
    upper = np.triu_indices(N, 1)
    share = (p * p.T)[upper]
    seen = np.zeros((N, N))
    np.add.at(seen, (sim.a, sim.b), 1)
    assert stats.chisquare(seen[upper], 4000 * share / share.sum()).pvalue > 1e-3


CASES = {
    "tie, timed": ("tie", f"ev ~ 1 + inertia({LOG}) + recip(window=4) + trans(window=9) + tie(friends)", (-4, 0.3, 0.4, 0.05, 0.5)),
    "tie, ordinal": ("tie", f"ev ~ inertia({LOG}) + recip(window=40) + psABBA + outdeg(type=ego)", (0.3, 0.4, 1.0, 0.1)),
    "tie, ordinal, fading": ("tie", "ev ~ inertia(half_life=20) + recip(window=40) + tie(friends)", (0.3, 0.4, 0.5)),
    "coordination": ("coordination", "ev ~ inertia(window=30) + trans + indeg + tie(friends)", (0.4, 0.1, 0.1, 0.5)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_likelihood_of_what_was_drawn_is_what_it_was_drawn_with(case: str):
    model, formula, theta = CASES[case]
    presence = {"time": [3.0, 12.0], "node": ["a2", "a2"], "replace": [False, True]}
    of = study(presence=presence, ev=rem.Network(directed=model != "coordination"))
    ends = {"until": 40.0} if "1 +" in formula else {"events": 150}
    sim = rem.simulate(given(of, formula, model, *theta), seed=4, **ends)
    fit = rem.fit(sim.study(0), formula, model, cluster=None, until=sim.until if sim.timed else None)
    sums = fit.engine.evaluate(np.array(theta, float), surprise=True)
    np.testing.assert_allclose(sums.surprise, sim.whom, atol=1e-9)
    assert sums.loglik[0] == pytest.approx(sim.whom.sum() - sim.expected[0])


def test_rate_and_choice_drawn_together_are_each_their_own_likelihood():
    rate = given(study(), f"ev ~ 1 + outdeg({LOG}) + indeg(window=5)", "rate", -1.5, 0.2, 0.05)
    choice = given(
        rate.study, f"ev ~ inertia({LOG}) + recip({LOG}, half_life=9) + tie(friends)", "choice", 0.3, 0.4, 0.5
    )
    sim = rem.simulate(rate, choice=choice, until=30.0, seed=8)
    for spec, drawn, less in ((rate, sim.who, sim.expected[0]), (choice, sim.whom, 0.0)):
        until = sim.until if spec is rate else None
        fit = rem.fit(sim.study(0), spec.formula, spec.model, cluster=None, until=until)
        sums = fit.engine.evaluate(spec.theta, surprise=True)
        np.testing.assert_allclose(sums.surprise, drawn, atol=1e-9)
        assert sums.loglik[0] == pytest.approx(drawn.sum() - less)


REDRAWN = {
    "several types, simultaneous": ({"type": ["u", "v"] * 60}, f"ev ~ kind(u) + inertia({LOG}, of=same) + recip(window=6)", "event"),
    "replaced ties in a window": ({"replace": [1.0] * 120}, "ev ~ inertia(window=15) + recip(window=6) + tie(friends)", "event"),
    "steps of a week": ({}, "ev ~ inertia(window=10) + recip(window=3.3)", "week"),
}  # fmt: skip


@pytest.mark.parametrize("case", REDRAWN)
def test_a_fit_drawn_again_keeps_senders_times_and_history(case: str):
    more, formula, step = REDRAWN[case]
    of = study(ev=rem.Network(recorded(**more)), unit="day")
    fit = rem.fit(of, formula, step=step, since=14.0)
    sim = rem.simulate(fit, draws=2, seed=6)
    events = of.networks["ev"]
    later = events.time >= 14.0
    np.testing.assert_array_equal(sim.a[sim.part(1)], events.a[later])
    np.testing.assert_array_equal(sim.time[sim.part(1)], events.time[later])
    again = rem.fit(sim.study(1), formula, step=step, since=14.0)
    surprise = again.engine.evaluate(fit.theta, surprise=True).surprise[again.engine.line.counted]
    np.testing.assert_allclose(surprise, sim.whom[sim.part(1)], atol=1e-9)


def test_mean_log_probability_is_minus_the_entropy():
    moments = {"time": np.arange(3000.0), "sender": ["a3"] * 3000}
    sim = rem.simulate(given(study(), "ev ~ alter(size)", "choice", 1.0), events=moments, seed=12)
    p = np.exp(np.delete(SIZE, 3))
    p /= p.sum()
    entropy, spread = -(p * np.log(p)).sum(), np.sqrt((p * np.log(p) ** 2).sum() - (p * np.log(p)).sum() ** 2)
    assert abs(-sim.whom.mean() - entropy) < 4 * spread / np.sqrt(3000)


def test_same_seed_same_bytes_whatever_the_threads():
    spec = given(study(), f"ev ~ 1 + inertia({LOG}, window=5) + recip", "tie", -3, 0.3, 0.4)
    one, two, other = (
        rem.simulate(spec, until=20.0, draws=6, seed=s, threads=t) for s, t in ((7, 1), (7, 2), (8, 1))
    )
    for name in ("draw", "time", "a", "b", "whom"):
        assert getattr(one, name).tobytes() == getattr(two, name).tobytes()
    assert one.time.tobytes() != other.time.tobytes()
    more = rem.simulate(spec, until=20.0, draws=9, seed=7)
    assert more.time[: len(one)].tobytes() == one.time.tobytes()  # a draw is the same however many there are


def test_presence_roles_and_risk_are_kept():
    of = study(
        presence={"time": [0.0, 20.0], "node": ["a1", "a1"], "replace": [False, True]}, senders=LABELS[:5],
        receivers=LABELS[1:],
    )  # fmt: skip
    sim = rem.simulate(given(of, "ev ~ 1", "tie", -1.0), until=40.0, seed=1)
    absent = sim.time < 20.0
    assert not ((sim.a == 1) | (sim.b == 1))[absent].any()
    assert ((sim.a == 1) | (sim.b == 1))[~absent].any()
    assert sim.a.max() < 5
    assert sim.b.min() >= 1
    risky = rem.simulate(given(study(), "ev ~ 1", "tie", 0.0, risk="friends"), until=40.0, seed=1)
    net = study().networks["friends"]
    began = {(a, b): t for t, a, b in zip(net.time[::-1], net.a[::-1], net.b[::-1])}
    assert len(risky) > 20
    assert all(t > began.get((a, b), np.inf) for t, a, b in zip(risky.time, risky.a, risky.b))


def test_nothing_possible_is_counted_not_invented():
    of = study(receivers=["a0"])
    sim = rem.simulate(
        given(of, "ev ~ inertia", "choice", 1.0), events={"time": [1.0, 2.0], "sender": ["a0", "a1"]}
    )
    assert len(sim) == 1
    assert sim.impossible[0] == 1


@pytest.mark.parametrize(
    "network",
    [
        rem.Network({"time": [1.0, 2.0, 9.0], "sender": ["a0"] * 3, "receiver": ["a1"] * 3, "increment": [0.1, 0.2, 0.1]}),
        rem.Network({"time": [1.0, 2.0, 9.0], "sender": ["a0", "a1", "a0"], "receiver": ["a1", "a0", "a1"], "replace": [1.0] * 3},
                    directed=False),
    ],
    ids=["increments", "replaced agreements"],
)  # fmt: skip
def test_windows_end_when_they_should(network: rem.Network):
    # Events at 1 and 2 in a window of 4: there at 5.5, gone at 8; weights added in parts leave no rounding behind.
    of = study(ev=network)
    plan = Plan(of, "ev", "choice", read_formula("ev ~ inertia(window=4)")[1])
    line = timeline(plan, False)
    for until, there in ((5.5, 1.0), (8.0, 0.0)):
        h = plan.holding(0.0)
        replay(h, line.rows, 0, int(np.searchsorted(line.rows.time, until)))
        assert h.P[0, 0, 1] == there


@pytest.mark.parametrize("model", ["rate", "tie"])
def test_parameters_are_recovered_with_errors_of_the_right_size(model: str):
    formula, theta = (
        f"ev ~ 1 + outdeg({LOG}{', type=ego' if model == 'tie' else ''}) + ego(size)",
        (-3.0, 0.3, 0.4),
    )
    spec = given(study(), formula, model, *theta)
    choice = given(spec.study, f"ev ~ inertia({LOG})", "choice", 0.3) if model == "rate" else None
    sim = rem.simulate(spec, choice=choice, events=150, draws=40, seed=21)
    fits = [rem.fit(sim.study(d), formula, model, cluster=None) for d in range(40)]
    z = np.array([(f.theta - theta) / f.se for f in fits])
    assert (np.abs(z.mean(axis=0)) * np.sqrt(40) < 4).all()
    assert ((z.std(axis=0) > 0.65) & (z.std(axis=0) < 1.4)).all()


def test_expected_information_of_coordination_gives_errors_of_the_right_size():
    of = study(ev=rem.Network(directed=False))
    formula, theta = f"ev ~ inertia({LOG}) + alter(size)", (0.4, 0.5)
    sim = rem.simulate(given(of, formula, "coordination", *theta), events=150, draws=40, seed=22)
    z = []
    for d in range(40):
        fit = rem.fit(sim.study(d), formula, "coordination", cluster=None)
        z.append((fit.theta - theta) / fit.se)
    assert (np.abs(np.mean(z, axis=0)) * np.sqrt(40) < 4).all()
    assert ((np.std(z, axis=0) > 0.65) & (np.std(z, axis=0) < 1.4)).all()


def test_frame_names_actors_and_dates():
    events = recorded(type=["u", "v"] * 60).with_columns(
        pl.date(2020, 1, 1) + pl.duration(days=pl.col("time").cast(int))
    )
    events = events.rename({"literal": "date"}) if "literal" in events.columns else events
    events = events.drop("time").rename({"date": "time"})
    of = rem.Study({"label": LABELS}, {"ev": events})
    frame = rem.simulate(rem.fit(of, "ev ~ inertia"), draws=2).frame()
    assert frame.columns == ["draw", "time", "sender", "receiver", "increment", "type"]
    assert frame["time"].min().year == 2020
    assert set(frame["sender"]) <= set(LABELS)


@pytest.mark.parametrize("model", ["choice", "coordination"])
def test_robust_errors_are_the_naive_ones_where_the_model_is_true(model: str):
    of = study(ev=rem.Network(directed=model == "choice"))
    formula, theta = f"ev ~ inertia({LOG}) + alter(size)", (0.4, 0.5)
    who = np.random.default_rng(1).integers(0, N, 400)
    moments = {"time": np.arange(400.0), "sender": [LABELS[x] for x in who]}
    sim = rem.simulate(given(of, formula, model, *theta), events=moments, draws=20, seed=31)
    fits = [rem.fit(sim.study(d), formula, model) for d in range(20)]
    ratio = np.mean([f.robust_se / f.se for f in fits], axis=0)
    assert ((ratio > 0.8) & (ratio < 1.15)).all()


@pytest.mark.parametrize(
    ("spec", "options", "said"),
    [
        (("ev ~ 1", "rate", (0.0,)), {"until": 1.0}, "choice="),
        (("ev ~ 1", "tie", (0.0,)), {}, "until="),
        (("ev ~ inertia", "choice", (0.0,)), {"events": 5}, "time and sender"),
        (("ev ~ inertia", "choice", (0.0,)), {}, "events="),
        (("ev ~ inertia + recip", "choice", (0.0,)), {"events": 5}, "1 coefficient"),
        (("calls ~ inertia", "choice", (0.0,)), {"events": 5}, "'calls' is not a network"),
        (("ev ~ 1 + inertia(weighted=True)", "tie", (0.0, 2.0)), {"until": 1e3, "limit": 2000}, "runs away"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said(spec: tuple, options: dict, said: str):
    formula, model, theta = spec
    with pytest.raises(ModelError, match=said):
        rem.simulate(given(study(), formula, model, *theta), **options)


def test_increments_that_take_away_are_refused():
    of = study(ev=rem.Network(recorded(increment=[1.0, -1.0] * 60)))
    with pytest.raises(ModelError, match="negative increments"):
        rem.simulate(given(of, "ev ~ inertia", "choice", 0.0))
