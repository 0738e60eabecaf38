"""Log likelihood, score and information of every model against plain loops; robust clusters; one fit by scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize

from chancellery import rem
from chancellery.errors import ModelError
from chancellery.rem.kernels.rows import new_sums
from chancellery.rem.kernels.tie import tie_pass
from rem_compiled import engine
from rem_slow import Observation, Spec, agreement, evaluate, observations
from rem_worlds import Ties, World, made_up, study

PAIR = [
    Spec("inertia", ("calls",), {"window": 9}), Spec("recip", ("calls",), {"weighted": True, "transform": "log1p"}),
    Spec("trans", ("calls",), {"ignore_repetitions": True}), Spec("tie", ("friends",)), Spec("alter", ("wealth",)),
    Spec("four", ("calls",)), Spec("tertius_diff", ("calls", "wealth")), Spec("same", ("floor",)),
]  # fmt: skip
FADING = [
    Spec("inertia", ("calls",), {"half_life": 6}),
    Spec("indeg", ("friends",), {"half_life": 20}),
    PAIR[0],
]
ACTOR = [
    Spec("indeg", ("calls",), {"window": 11}), Spec("outdeg", ("calls",), {"weighted": True, "transform": "log1p"}),
    Spec("ego", ("wealth",)), Spec("tertius", ("friends", "wealth")), Spec("node_trans", ("calls",)),
]  # fmt: skip
MUTUAL = [
    Spec("inertia", ("calls",), {"transform": "log1p", "weighted": True}), Spec("trans", ("calls",)),
    Spec("indeg", ("calls",), {"window": 15}), Spec("diff", ("wealth",)), Spec("tie", ("friends",)),
]  # fmt: skip
ONE = Spec("1")


def check(world: World, model: str, specs: list[Spec], timed: bool = False, **given) -> None:
    """Compiled and slow sums agree at the origin and away from it."""
    made = engine(world, model, specs, timed=timed, **given)
    seen = observations(world, model, specs, timed, **given)
    assert made.line.observations == len(seen)
    chance = np.random.default_rng(7)
    for theta in (np.zeros(len(specs)), chance.normal(0, 0.4, len(specs))):
        sums = made.evaluate(theta, surprise=True)
        loglik, score, information = evaluate(seen, theta, timed)
        np.testing.assert_allclose(sums.loglik[0], loglik, rtol=1e-9)
        np.testing.assert_allclose(sums.score, score, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(sums.information, information, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(
            sums.surprise[made.line.counted], surprises(seen, theta, timed), rtol=1e-9, atol=1e-9
        )


def surprises(seen: list[Observation], theta: np.ndarray, timed: bool) -> list[float]:
    happened = [o for o in seen if o.chosen is not None]
    return [o.x[o.chosen] @ theta - (0 if timed else np.log(np.exp(o.x @ theta).sum())) for o in happened]


def open_doors(world: World) -> World:
    """Add a network of possible pairs: all but a few, some closing and opening later."""
    taken = {(i, j) for _, i, j, *_ in world.networks["calls"].rows}
    free = [(i, j) for i in range(world.n) for j in range(world.n) if i != j and (i, j) not in taken]
    initial = [[float(i != j and (i, j) not in free[:4]) for j in range(world.n)] for i in range(world.n)]
    rows = [
        (14.5, *free[0], 1.0, ""),
        (21.0, *free[4], 0.0, ""),
        (40.0, *free[4], 2.0, ""),
        (50.0, *free[1], 1.0, ""),
    ]
    world.networks["open"] = Ties(rows, True, initial)
    return world


@pytest.mark.parametrize("types", [False, True], ids=["one type", "two types"])
@pytest.mark.parametrize("specs", [PAIR, FADING], ids=["lasting", "fading"])
def test_choice(specs: list[Spec], types: bool):
    check(made_up(11, types), "choice", specs)
    check(made_up(12, types), "choice", specs, since=20, until=50)
    check(open_doors(made_up(13, types)), "choice", specs, risk="open")


def test_choice_among_listed_targets():
    world = made_up(14)
    chance = np.random.default_rng(3)
    allowed = [
        sorted({row[2], *chance.integers(0, 6, 2).tolist()} - {row[1]})
        for row in world.networks["calls"].rows
    ]
    check(world, "choice", PAIR, allowed=allowed)


@pytest.mark.parametrize("timed", [False, True], ids=["ordinal", "timed"])
@pytest.mark.parametrize(
    "specs", [ACTOR, [Spec("outdeg", ("calls",), {"half_life": 9}), ACTOR[0]]], ids=["lasting", "fading"]
)
def test_rate(specs: list[Spec], timed: bool):
    specs = [ONE, *specs] if timed else specs
    check(made_up(15), "rate", specs, timed)
    check(made_up(16), "rate", specs, timed, since=20.25, until=50)
    check(made_up(17, step="week"), "rate", specs, timed, since=22)


@pytest.mark.parametrize("types", [False, True], ids=["one type", "two types"])
@pytest.mark.parametrize("timed", [False, True], ids=["ordinal", "timed"])
@pytest.mark.parametrize("specs", [PAIR, FADING], ids=["lasting", "fading"])
def test_tie(specs: list[Spec], timed: bool, types: bool):
    specs = [
        *specs,
        Spec("outdeg", ("calls",), {"type": "ego"}),
        Spec("shift", ("AB-BA",)),
        Spec("shift", ("AB-XY",)),
    ]
    specs = [ONE, *specs] if timed else specs
    check(made_up(18, types), "tie", specs, timed)
    check(made_up(19, types), "tie", specs, timed, since=20.25, until=50)
    check(open_doors(made_up(20, types)), "tie", specs, timed, risk="open")
    check(made_up(21, types, step="day"), "tie", specs, timed)


@pytest.mark.parametrize("model", ["rate", "choice", "tie"])
def test_two_modes_and_absence(model: str):
    world = made_up(22, senders=[0, 1, 2, 5], receivers=[2, 3, 4, 5], present=[True] * 6)
    check(world, model, ACTOR if model == "rate" else PAIR)
    if model != "choice":
        check(world, model, [ONE, *(ACTOR if model == "rate" else PAIR)], True)


def agreements(seed: int, types: bool = False) -> World:
    world = made_up(seed, types)
    world.networks["calls"].directed = False
    return world


@pytest.mark.parametrize(
    "world", [agreements(23), agreements(24, True), open_doors(agreements(25))], ids=range(3)
)
def test_coordination(world: World):
    """The score is the derivative of the plain log likelihood; the information, the variance of the score."""
    risk = "open" if "open" in world.networks else None
    if risk:
        world.networks["open"].initial = [[float(i != j) for j in range(6)] for i in range(6)]
    specs, chance = MUTUAL, np.random.default_rng(5)
    made, seen = (
        engine(world, "coordination", specs, risk=risk),
        observations(world, "coordination", specs, risk=risk),
    )
    for theta in (np.zeros(len(specs)), chance.normal(0, 0.4, len(specs))):
        sums = made.evaluate(theta)
        np.testing.assert_allclose(sums.loglik[0], agreement(seen, theta), rtol=1e-9)
        slope = approx_fprime(theta, lambda t: agreement(seen, t), 1e-7)
        np.testing.assert_allclose(sums.score, slope, rtol=1e-5, atol=1e-4)
        np.testing.assert_allclose(sums.information, _variance(seen, theta), rtol=1e-5, atol=1e-4)


def _variance(seen: list[Observation], theta: np.ndarray) -> np.ndarray:
    """Covariance of the derivative of an event's log probability, over the pairs that might have agreed."""
    total = np.zeros((len(theta), len(theta)))
    for o in seen:
        ends = [x for x, (k, i, j) in enumerate(o.options) if i < j and (k, j, i) in o.options]
        logs, slopes = [], []
        for x in ends:
            one = [Observation(o.x, x, 0.0, o.options)]
            logs.append(agreement(one, theta))
            slopes.append(approx_fprime(theta, lambda t, one=one: agreement(one, t), 1e-7))
        p = np.exp(logs)
        assert p.sum() == pytest.approx(1.0)
        mean = p @ np.array(slopes)
        total += (np.array(slopes).T * p) @ np.array(slopes) - np.outer(mean, mean)
    return total


def test_the_two_passes_of_a_tie_model_are_one():
    """The sums corrected pair by pair are those over all pairs; long enough for fresh sums to be taken."""
    world = made_up(26, types=True, events=1100)
    specs = [
        ONE,
        *PAIR,
        Spec("shift", ("AB-BY",)),
        Spec("node_trans", ("calls",)),
        Spec("degree", ("calls",), {"type": "ego"}),
    ]
    made = engine(world, "tie", specs, timed=True)
    theta = np.linspace(-0.3, 0.2, len(specs))
    rows, none = made.line.rows, np.zeros(0, np.int64)
    for timed in (False, True):
        made.timed, full = timed, new_sums(len(theta), 0, len(made.line.a))
        tie_pass(made.plan.holding(made.line.start), rows, 0, len(rows.code), theta, timed, none, 0, 1, full)
        kept = made.evaluate(theta, surprise=True)
        for name in ("loglik", "score", "surprise"):
            np.testing.assert_allclose(
                getattr(kept, name), getattr(full, name), rtol=1e-9, atol=1e-9, err_msg=name
            )
        np.testing.assert_allclose(np.triu(kept.information), np.triu(full.information), rtol=1e-9, atol=1e-9)


HONOURED = {
    ("choice", "inertia + recip + alter(wealth)"): {"default", "dyad", "receiver", "sender", "sender+week", "month"},
    ("rate", "1 + outdeg + ego(wealth)"): {"default", "sender"},
    ("tie", "1 + inertia + recip + alter(wealth)"): {"default", "dyad"},
    ("tie", "inertia + recip + alter(wealth)"): {"default", "dyad"},
    ("tie", "inertia(half_life=9) + recip"): {"month"},
}


@pytest.mark.parametrize(("model", "terms"), list(HONOURED))
@pytest.mark.parametrize(
    "cluster", ["default", "dyad", "dyad+week", "sender", "sender+week", "receiver", "month", None]
)
def test_scores_by_cluster_add_up_to_the_score(model: str, terms: str, cluster: str | None):
    own, honoured = study(made_up(27, events=60)), HONOURED[model, terms]
    if cluster not in ("default", None) and cluster not in honoured:
        with pytest.raises(ModelError, match="cluster"):
            rem.fit(own, f"calls ~ {terms}", model, cluster=cluster)
        return
    fit = rem.fit(own, f"calls ~ {terms}", model, cluster=cluster, threads=1)
    np.testing.assert_allclose(fit.belief.score, 0.0, atol=1e-3)
    if cluster is None or cluster not in honoured:
        assert fit.robust_se is None
        return
    away = fit.theta + 0.1
    sums = fit.engine.evaluate(away, clusters=True)
    np.testing.assert_allclose(sums.clusters.sum(axis=0), sums.score, rtol=1e-8, atol=1e-8)
    assert (fit.robust_se > 0).all()


def test_an_agreement_is_one_cluster_whoever_is_named_first():
    world = agreements(28)
    turned = agreements(28)
    turned.networks["calls"].rows = [(t, j, i, v, k) if x % 2 else (t, i, j, v, k) for x, (t, i, j, v, k) in
                                     enumerate(turned.networks["calls"].rows)]  # fmt: skip
    one, two = (
        rem.fit(study(w), "calls ~ inertia + diff(wealth)", "coordination", threads=1)
        for w in (world, turned)
    )
    np.testing.assert_allclose(one.theta, two.theta, rtol=1e-8)
    np.testing.assert_allclose(one.robust_se, two.robust_se, rtol=1e-8)


@pytest.mark.parametrize(
    ("model", "timed"), [("choice", False), ("rate", True), ("tie", True), ("coordination", False)]
)
def test_scipy_finds_the_same_top(model: str, timed: bool):
    world = agreements(29) if model == "coordination" else made_up(29, events=40)
    specs = [ONE] if timed else []
    specs += ACTOR[1:3] if model == "rate" else [Spec("inertia", ("calls",)), Spec("alter", ("wealth",))]
    seen = observations(world, model, specs, timed)
    value = (
        (lambda t: agreement(seen, t)) if model == "coordination" else (lambda t: evaluate(seen, t, timed)[0])
    )
    found = minimize(lambda t: -value(t), np.zeros(len(specs)), method="BFGS", options={"gtol": 1e-6})
    fit = rem.fit(study(world), "calls ~ " + " + ".join(map(str, specs)), model, threads=1)
    np.testing.assert_allclose(fit.theta, found.x, atol=2e-4)
    assert fit.loglik == pytest.approx(-found.fun, rel=1e-9)
    if model != "coordination":
        expected = np.sqrt(np.diag(np.linalg.inv(evaluate(seen, fit.theta, timed)[2])))
        np.testing.assert_allclose(fit.se, expected, rtol=1e-7)


def test_by_hand():
    """Four actors, two calls: a→b at 1, a→b again at 3.

    Choice, inertia θ: first choice 1/3; second e^θ / (e^θ + 2). With θ = log 2: log(1/3) + log(2/4).
    Rate, timed, constant e^c, four actors, time 2 between: two events less 2 · 4 · e^c = 2c − 8 e^c; the top is
    at e^c = 1/4 with se 1/√2. Tie, timed: 12 pairs, 2c − 24 e^c; the top at e^c = 1/12.
    """
    rows = [(1.0, 0, 1, 1.0, ""), (3.0, 0, 1, 1.0, "")]
    world = World(4, {"calls": Ties(rows)})
    made = engine(world, "choice", [Spec("inertia", ("calls",))])
    assert made.evaluate(np.log([2.0])).loglik[0] == pytest.approx(np.log(1 / 3) + np.log(2 / 4), rel=1e-12)
    for model, hazard in (("rate", 1 / 4), ("tie", 1 / 12)):
        fit = rem.fit(study(world), "calls ~ 1", model, cluster=None, threads=1)
        assert np.exp(fit.theta[0]) == pytest.approx(hazard, rel=1e-6)
        assert fit.se[0] == pytest.approx(1 / np.sqrt(2), rel=1e-6)
        assert fit.loglik == pytest.approx(2 * np.log(hazard) - 2, rel=1e-9)


def test_nothing_is_expected_before_the_scored_span():
    """Events at 1, 2, 3, 11; scored from 2.5: events at 3 and 11, exposure 8.5 of two actors: rate 2 / 17."""
    rows = [(t, int(t) % 2, 1 - int(t) % 2, 1.0, "") for t in (1.0, 2.0, 3.0, 11.0)]
    fit = rem.fit(
        study(World(2, {"calls": Ties(rows)})), "calls ~ 1", "rate", since=2.5, cluster=None, threads=1
    )
    assert np.exp(fit.theta[0]) == pytest.approx(2 / 17, rel=1e-6)
