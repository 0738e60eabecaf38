"""The oracles: models another program fitted, and the tasks the peers were timed on, each with a small twin.

The reference folder stands beside the real data; where it is absent those tests are skipped, visibly.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from chancellery import rem
from rem_slow import Spec, evaluate, observations
from rem_worlds import World, made_up, study

MODELS = {
    "SE_rate00": "rate", "SE_choice00": "choice", "SE_choice01": "choice", "SE_choice02": "choice",
    "SE_rate01": "rate", "SE_rate02": "rate", "SE_rate03_int": "rate", "SE_rem_int": "tie",
}  # fmt: skip
LOGS = "weighted=TRUE, transformFun=log1p"
TASKS = [
    (
        "events_200_20000", "choice", f"inertia({LOGS}) + recip({LOGS}) + trans + indeg({LOGS})",
        [0.972946628, 0.771761669, 0.000902959, 0.779415223], [0.0126133, 0.0163496, 0.0019638, 0.0129361], -83249.8681,
    ),
    (
        "events_200_20000", "rate", f"1 + outdeg({LOGS})", [-6.094661770, 0.650739969], [0.0268916, 0.0065127],
        -90044.5395,
    ),
    (
        "events_50_2000", "tie", f"1 + inertia({LOGS}) + recip({LOGS}) + trans + outdeg({LOGS}, type=ego)",
        [-9.028628617, 1.252923804, 0.292187666, 0.047552972, 0.086860227],
        [0.0660165, 0.0326249, 0.0344929, 0.0091475, 0.0276034], -16209.0262,
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def reference(shared_data: Path) -> Path:
    folder = shared_data.parent / "reference"
    if not (folder / "social_evolution" / "estimates.csv").exists():
        pytest.skip("reference estimates not present beside the real data")
    return folder


@pytest.fixture(scope="module")
def calls(reference: Path) -> rem.Study:
    folder = reference / "social_evolution"
    return rem.Study(
        folder / "social_evolution_actors.csv",
        {
            "callNetwork": folder / "social_evolution_calls.csv",
            "friendshipNetwork": folder / "social_evolution_friendship.csv",
        },
    )


def as_term(written: str) -> str:
    """``indeg|callNetwork|ego`` or ``same|actors$floor`` or ``Intercept`` as a formula has it."""
    if written == "Intercept":
        return "1"
    name, argument, *kind = written.split("|")
    return f"{name}({argument}{''.join(f', type={k}' for k in kind)})"


@pytest.mark.parametrize("name", MODELS)
def test_social_evolution(name: str, calls: rem.Study, reference: Path):
    expected = pl.read_csv(reference / "social_evolution" / "estimates.csv").filter(pl.col("model") == name)
    fit = rem.fit(
        calls, "callNetwork ~ " + " + ".join(map(as_term, expected["term"])), MODELS[name], threads=1
    )
    np.testing.assert_allclose(fit.theta, expected["estimate"], atol=1e-4)
    np.testing.assert_allclose(fit.se, expected["se"], atol=1e-3)
    assert fit.loglik == pytest.approx(expected["log_likelihood"][0], rel=1e-6)
    assert fit.belief.converged
    assert fit.events == 439


@pytest.mark.parametrize(
    ("file", "model", "terms", "theta", "se", "loglik"), TASKS, ids=["choice", "rate", "tie"]
)
def test_tasks_of_the_peers(
    file: str, model: str, terms: str, theta: list, se: list, loglik: float, reference: Path
):
    events = pl.read_csv(reference / "peers_task" / f"{file}.csv.gz")
    labels = sorted({*events["sender"], *events["receiver"]})
    fit = rem.fit(rem.Study({"label": labels}, {"calls": events}), f"calls ~ {terms}", model, threads=1)
    np.testing.assert_allclose(fit.theta, theta, atol=1e-4)
    np.testing.assert_allclose(fit.se, se, atol=1e-3)
    assert fit.loglik == pytest.approx(loglik, rel=1e-6)


def small_twin(seed: int) -> World:
    """Forty calls among six, friendships set and dissolved: the shape of the real set."""
    world = made_up(seed, events=40, weights=False)
    world.presence = []
    return world


TWINS = {
    "SE_rate00": [Spec("indeg", ("calls",)), Spec("outdeg", ("calls",))],
    "SE_choice00": [Spec("inertia", ("calls",)), Spec("recip", ("calls",)), Spec("trans", ("calls",))],
    "SE_choice01": [Spec("tie", ("friends",))],
    "SE_choice02": [
        Spec("inertia", ("calls",)), Spec("recip", ("calls",)), Spec("tie", ("friends",)), Spec("recip", ("friends",)),
        Spec("same", ("floor",)),
    ],
    "SE_rate01": [Spec("indeg", ("friends",))],
    "SE_rate02": [Spec("indeg", ("calls",)), Spec("outdeg", ("calls",)), Spec("indeg", ("friends",))],
    "SE_rate03_int": [Spec("1"), Spec("indeg", ("calls",)), Spec("outdeg", ("calls",)), Spec("indeg", ("friends",))],
    "SE_rem_int": [
        Spec("1"), Spec("indeg", ("calls",), {"type": "ego"}), Spec("outdeg", ("calls",), {"type": "ego"}),
        Spec("inertia", ("calls",)), Spec("recip", ("calls",)), Spec("trans", ("calls",)),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", TWINS)
def test_small_twins_of_social_evolution(name: str):
    """At the estimate the slow reference's score is 0, and its information gives the same errors."""
    check_top(small_twin(41), MODELS[name], TWINS[name])


@pytest.mark.parametrize("model", ["choice", "rate", "tie"])
def test_small_twins_of_the_tasks(model: str):
    logs = {"weighted": True, "transform": "log1p"}
    pair = [Spec("inertia", ("calls",), logs), Spec("recip", ("calls",), logs), Spec("trans", ("calls",))]
    specs = {
        "choice": [*pair, Spec("indeg", ("calls",), logs)],
        "rate": [Spec("1"), Spec("outdeg", ("calls",), logs)],
        "tie": [Spec("1"), *pair, Spec("outdeg", ("calls",), {**logs, "type": "ego"})],
    }[model]
    check_top(small_twin(42), model, specs)


def check_top(world: World, model: str, specs: list[Spec]) -> None:
    timed = specs[0].name == "1"
    fit = rem.fit(study(world), "calls ~ " + " + ".join(map(str, specs)), model, threads=1)
    loglik, score, information = evaluate(observations(world, model, specs, timed), fit.theta, timed)
    covariance = np.linalg.inv(information)
    assert score @ covariance @ score < 1e-6  # within a thousandth of a standard error of the top
    np.testing.assert_allclose(fit.se, np.sqrt(np.diag(covariance)), rtol=1e-7)
    assert fit.loglik == pytest.approx(loglik, rel=1e-9)


# Fisheries treaties 1960-1970 (Hollway & Koskinen 2016): coordination with states that come and go, missing
# attributes, and treaties signed on one day. Printed in the vignette "teaching2" of goldfish, to three decimals.
TREATIES = {
    "inertia(weighted=TRUE)": (0.134, 0.048), "indeg": (0.568, 0.058), "trans": (0.289, 0.146),
    "tie(contignet)": (1.648, 0.184), "alter(states$regime)": (-0.015, 0.016), "diff(states$regime)": (0.008, 0.013),
    "alter(states$gdp)": (6.089, 1.516), "diff(states$gdp)": (-4.601, 1.582),
}  # fmt: skip


def test_fisheries_treaties_agree_with_the_published_table(shared_data: Path):
    folder = shared_data / "goldfish_fisheries"

    def network(name: str) -> rem.Network:
        matrix = pl.read_csv(folder / f"{name}net_matrix.csv").to_numpy()
        return rem.Network(folder / f"{name}changes.csv", matrix, directed=False)

    states = rem.Study(
        folder / "states.csv",
        {"bilatnet": network("bilat"), "contignet": network("contig")},
        attributes={"regime": folder / "regchanges.csv", "gdp": folder / "gdpchanges.csv"},
        presence=folder / "sovchanges.csv",
    )
    fit = rem.fit(states, "bilatnet ~ " + " + ".join(TREATIES), "coordination")
    assert fit.events == 69
    np.testing.assert_allclose(fit.theta, [t for t, _ in TREATIES.values()], atol=0.0005001)
    np.testing.assert_allclose(fit.se, [s for _, s in TREATIES.values()], atol=0.0005001)
    assert round(fit.loglik) == -359
