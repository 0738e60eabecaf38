"""The classical models' sums do not depend on who adds them up: threads here, or processes elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from chancellery import rem
from chancellery.errors import ModelError
from chancellery.rem.engine import Engine
from chancellery.rem.spread import spread

N, EVENTS = 8, 3000  # enough rows for several pieces


@pytest.fixture(scope="module")
def study() -> rem.Study:
    rng = np.random.default_rng(5)
    sender = rng.integers(0, N, EVENTS)
    receiver = (sender + rng.integers(1, N, EVENTS)) % N
    calls = {"time": np.arange(EVENTS), "sender": sender, "receiver": receiver}
    return rem.Study({"label": list(range(N))}, {"calls": calls})


def same_bits(a, b) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_workers_give_the_same_bits_as_here(study):
    distributed = pytest.importorskip("distributed")
    formula = "calls ~ inertia(weighted=True, transform=log1p) + recip + trans"
    here = rem.fit(study, formula)
    assert here.engine.pieces > 1
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        there = spread(here.engine, client)
        assert same_bits(there.evaluate(here.theta, True, True), here.engine.evaluate(here.theta, True, True))
        elsewhere = rem.fit(study, formula, client=client)
    assert np.array_equal(elsewhere.theta, here.theta)
    assert np.array_equal(elsewhere.robust_se, here.robust_se)
    assert type(elsewhere.engine) is Engine


def test_own_effects_stay_at_home(study):
    @rem.effect("network")
    def heavy(x, i, j):
        return x[i, j]

    fit = rem.fit(study, "calls ~ heavy(calls)", own=[heavy])
    with pytest.raises(ModelError, match="compiled for one process"):
        spread(fit.engine, None)
