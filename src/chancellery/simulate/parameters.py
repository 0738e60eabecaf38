"""Parameters: one draw from the posterior, in the units the step uses."""

from __future__ import annotations

import numpy as np

from chancellery.errors import ScenarioError
from chancellery.model.compile import Compiled
from chancellery.model.posterior import Fit
from chancellery.simulate import chance
from chancellery.simulate.plan import scale_columns
from chancellery.simulate.scenario import Scenario
from chancellery.simulate.step import Parameters

FEEDBACK = ("own-activity-short", "own-activity-middle", "targeted-short")
STATIONARY = 0.98  # elasticity of tomorrow's activity to today's above which futures may explode
TRIES = 200


def draw_parameters(
    fit: Fit, compiled: Compiled, seed: int, number: int, scenario: Scenario | None = None
) -> Parameters:
    """Draw one set of parameters from the posterior.

    Parameters
    ----------
    number
        Which parameter draw; the same number gives the same parameters under every scenario.
    scenario
        Its uncertain ranges are drawn too.
    """
    rng = chance.generator(seed, "parameters", number)
    D = len(fit.choice.theta)
    theta = fit.choice.theta + _root(fit.choice.robust) @ rng.standard_normal(D)
    delta = fit.choice.delta + fit.choice.delta_sd * rng.standard_normal(fit.choice.delta.shape)
    p = _in_units(fit, compiled, theta, delta, _stationary(fit, rng))
    for number_of, u in enumerate(scenario.uncertain if scenario else ()):
        factor = chance.generator(seed, "range", number, number_of, u.effect).uniform(*u.scale)
        scale_columns((p.wp, p.wm, p.wa), (compiled.pair, compiled.memory, compiled.act), u.effect, factor)
    p.chance |= {
        k: float(rng.beta(a + 0.5, max(b - a, 0.0) + 0.5)) for k, (a, b) in sorted(fit.transitions.items())
    }
    return p


def mean_parameters(fit: Fit, compiled: Compiled) -> Parameters:
    """The posterior mean; ties change by themselves in no transition."""
    rate = np.concatenate([fit.rate.beta, fit.rate.volume, fit.rate.actor])
    return _in_units(fit, compiled, fit.choice.theta, fit.choice.delta, rate)


def _in_units(
    fit: Fit, compiled: Compiled, theta: np.ndarray, delta: np.ndarray, rate: np.ndarray
) -> Parameters:
    """Coefficients of standardised columns as the step uses them; of the segments' volumes the last goes on."""
    effects, segments = len(fit.rate.beta), len(fit.rate.volume)
    block, pair, memory = len(fit.columns), len(compiled.pair), len(compiled.memory)
    theta_of = theta[: 4 * block].reshape(4, block)
    wp = theta_of[:, :pair] / fit.choice.scale
    alpha = theta[4 * block :] - (wp @ fit.choice.shift)[fit.klass]
    return Parameters(
        wp=np.ascontiguousarray(wp),
        wm=np.ascontiguousarray(theta_of[:, pair : pair + memory]),
        wa=np.ascontiguousarray(theta_of[:, pair + memory :]),
        alpha=alpha,
        delta=delta,
        base=rate[effects + segments :] + rate[effects + segments - 1],
        beta=rate[:effects],
        phi=np.exp(fit.rate.log_phi),
        chance={},
    )


def _stationary(fit: Fit, rng: np.random.Generator) -> np.ndarray:
    """Draw the rate coefficients, again if activity would feed on itself without end."""
    mean = np.concatenate([fit.rate.beta, fit.rate.volume, fit.rate.actor])
    root = _root(fit.rate.robust)
    live = [x for x, name in enumerate(fit.rate_columns) if name in FEEDBACK]
    for _ in range(TRIES):
        rate = mean + root @ rng.standard_normal(len(mean))
        if rate[live].sum() < STATIONARY:
            return rate
    raise ScenarioError(
        "activity feeds on itself in this fit: give its rate effects tighter priors and fit again"
    )


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))
