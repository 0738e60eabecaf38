"""Specifications of classical models weighed against each other; their posterior checked by sampling."""

from __future__ import annotations

import numpy as np
import pytest

from chancellery import rem
from chancellery.model.belief import Gaussian, Sign

N, EVENTS = 7, 250


@pytest.fixture(scope="module")
def study() -> rem.Study:
    """Calls at random, four in ten of them answers to the call before."""
    rng = np.random.default_rng(2)
    rows = [(0, 1)]
    while len(rows) < EVENTS:
        a, b = rows[-1]
        i, j = (b, a) if rng.random() < 0.4 else rng.choice(N, 2, replace=False)
        rows.append((int(i), int(j)))
    sender, receiver = zip(*rows, strict=True)
    calls = {"time": list(range(EVENTS)), "sender": list(sender), "receiver": list(receiver)}
    return rem.Study({"label": list(range(N))}, {"calls": calls})


def held(study: rem.Study, sign: str) -> rem.RemFit:
    priors = {"recip(calls, weighted, log1p)": Sign(sign=sign, held=0.95), "inertia(calls)": Gaussian()}
    return rem.fit(study, "calls ~ inertia + recip(weighted=True, transform=log1p)", priors=priors)


def test_the_expert_who_is_right_is_weighed_heavier(study):
    fits = {"returned": held(study, "+"), "avoided": held(study, "-")}
    table = rem.evidence(fits)
    assert [row["name"] for row in table.rows] == ["returned", "avoided"]
    gain = table.rows[0]["log_marginal"] - table.rows[1]["log_marginal"]
    assert gain > 1.0
    # By hand: the same likelihood and scale, so that only the distance to the prior means differs (about).
    far = [abs(fits[k].theta[1] - fits[k].belief.prior_mean[1]) for k in ("returned", "avoided")]
    assert gain == pytest.approx((far[1] ** 2 - far[0] ** 2) / 2, abs=0.3)


def test_sampling_agrees_with_the_normal_posterior(study):
    pytest.importorskip("nutpie", reason="needs the extra 'bayes'")
    fit = held(study, "+")
    drawn = rem.sample(fit, draws=800, tune=300)
    sd = np.sqrt(np.diag(fit.belief.naive))
    np.testing.assert_allclose((drawn.mean - fit.theta) / sd, 0.0, atol=0.1)
    np.testing.assert_allclose(np.sqrt(np.diag(drawn.covariance)) / sd, 1.0, atol=0.1)
    assert drawn.divergences == 0
