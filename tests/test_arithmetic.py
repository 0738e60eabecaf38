"""The bulk logarithm and exponential agree with the library's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from chancellery.effects.arithmetic import exp_in_place, log_in_place, quick_exp, quick_log


@given(some.floats(1e-300, 1e300))
def test_logarithm(x):
    assert quick_log(x) == pytest.approx(np.log(x), rel=1e-15, abs=1e-16)


@given(some.floats(-707.0, 709.0))
def test_exponential(x):
    assert quick_exp(x) == pytest.approx(np.exp(x), rel=1e-15)


def test_they_invert_each_other_in_bulk():
    x = np.linspace(-700.0, 700.0, 4001)
    y = x.copy()
    exp_in_place(y)
    np.testing.assert_allclose(y, np.exp(x), rtol=1e-15)
    log_in_place(y)
    np.testing.assert_allclose(y, x, rtol=1e-13, atol=1e-13)


def test_edges():
    assert quick_log(1.0) == 0.0
    assert quick_exp(0.0) == 1.0
    assert 0.0 < quick_exp(-1e30) < 1e-300
    near = 1.0 + np.array([-1e-9, 1e-9, 1e-15])
    np.testing.assert_allclose([quick_log(x) for x in near], np.log(near), rtol=1e-15)
