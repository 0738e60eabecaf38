"""Sampling over the same likelihood agrees with the normal approximation at the mode."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from chancellery.errors import ModelError
from chancellery.model.belief import Flat, Gaussian, believe
from chancellery.model.nuts import sample, split_rhat
from test_belief import logit, world


def test_nuts_and_laplace_agree_on_a_small_problem():
    pytest.importorskip("nutpie", reason="needs the extra 'bayes'")
    X, y = world(rows=1500)
    evaluate = logit(X, y)
    belief = believe(evaluate, ["a", "b", "c"], {"b": Gaussian(mean=0.5, sd=0.1)})
    drawn = sample(evaluate, belief, draws=1500, tune=400)
    sd = np.sqrt(np.diag(belief.naive))
    np.testing.assert_allclose((drawn.mean - belief.mode) / sd, 0.0, atol=0.1)
    np.testing.assert_allclose(np.sqrt(np.diag(drawn.covariance)) / sd, 1.0, atol=0.1)
    assert drawn.divergences == 0
    assert drawn.warnings == ()
    again = sample(evaluate, belief, draws=1500, tune=400)
    np.testing.assert_array_equal(drawn.draws, again.draws)


def test_without_nutpie_the_message_names_the_extra(monkeypatch):
    X, y = world()
    monkeypatch.setitem(sys.modules, "nutpie", None)
    with pytest.raises(ModelError, match=r"chancellery\[bayes\]"):
        sample(logit(X, y), believe(logit(X, y), list("abc"), default=Flat()))


def test_chains_that_disagree_have_a_large_rhat():
    rng = np.random.default_rng(1)
    together = rng.normal(size=(2, 500, 1))
    assert split_rhat(together)[0] < 1.01
    assert split_rhat(together + np.array([0.0, 3.0])[:, None, None])[0] > 1.5
