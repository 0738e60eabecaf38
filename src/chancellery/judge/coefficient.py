"""Coefficients: the weight of an effect in the fit, with the interval that is robust to dependence."""

from __future__ import annotations

import numpy as np

from chancellery import world
from chancellery.essays.claim import Coefficient
from chancellery.essays.terms import GROUPS
from chancellery.judge.cells import Effect
from chancellery.model.posterior import Fit


def coefficient(test: Coefficient, fit: Fit) -> Effect:
    """Mean weight of an effect over classes of act, for one scaled unit of the effect.

    Where an effect has several half-lives its weights are added up. The error is the cluster-robust one, or
    the naive one where too few clusters have made that the smaller; degrees of freedom are weeks less one.
    """
    block = len(fit.columns)
    classes = [c for name in test.classes for c in GROUPS[name]]
    weights = np.zeros(len(fit.choice.theta))
    for klass in classes:
        for x, column in enumerate(fit.columns):
            if column.partition("@")[0] == test.effect:
                weights[world.CLASSES.index(klass) * block + x] += 1.0 / len(classes)
    if not weights.any():
        return Effect(
            *(float("nan"),) * 2, 0.0, 0, (np.nan, np.nan), f"the fit has no effect '{test.effect}'"
        )
    estimate = float(weights @ fit.choice.theta)
    variance = max(float(weights @ fit.choice.robust @ weights), float(weights @ fit.choice.naive @ weights))
    freedom = max(float(fit.choice.steps) - 1.0, 1.0)
    return Effect(estimate, float(np.sqrt(variance)), freedom, fit.choice.events, (np.nan, np.nan))
