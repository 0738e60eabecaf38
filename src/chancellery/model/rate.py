"""How much an actor does in a step: negative binomial counts.

N_i(t) ~ NegativeBinomial(mean m_i = days · exp(v_segment + α_i + β·a_i(t)), dispersion φ_i): variance
m + m²/φ. α_i are shrunken actor terms, v the volume of a source segment, a_i the actor effects. Fitted by
Newton in (β, v, α); φ by actor, its logarithm shrunken to a common mean (Cameron & Trivedi 2013).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize, special

from chancellery.errors import ModelError
from chancellery.model.covariance import sandwich
from chancellery.model.newton import log_prior

ACTOR_SD = 1.0
EFFECT_SD = 0.3  # of an effect on the logarithm of the rate, unless the specification says otherwise
VOLUME_SD = 5.0
DISPERSION_SD = 1.0
ROUNDS = 60
SETTLED = 1e-4


@dataclass(frozen=True)
class RateData:
    """Rows of the rate fit: one an actor and step.

    ``X`` (rows, effects), ``N`` (rows,) counts, ``actor``, ``segment``, ``week`` (rows,) indices,
    ``days`` (rows,) length of the step.
    """

    X: np.ndarray
    N: np.ndarray
    actor: np.ndarray
    segment: np.ndarray
    week: np.ndarray
    days: np.ndarray


@dataclass
class RateFit:
    """The fitted rate model.

    ``beta`` (effects,) on the raw effects; ``volume`` (segments,); ``actor`` (n,); ``log_phi`` (n,) log
    dispersion; ``naive``, ``robust`` covariances of (beta, volume, actor) in that order.
    """

    beta: np.ndarray
    volume: np.ndarray
    actor: np.ndarray
    log_phi: np.ndarray
    naive: np.ndarray
    robust: np.ndarray
    loglik: float

    def log_mean(self, X: np.ndarray, segment: int) -> np.ndarray:
        """Log of the mean acts a day of each actor; ``X`` (n, effects)."""
        return self.volume[segment] + self.actor + X @ self.beta


def fit_rate(data: RateData, n: int, beliefs: tuple[np.ndarray, np.ndarray] | None = None) -> RateFit:
    """Fit the rate model.

    Parameters
    ----------
    data, n
        Rows, and number of actors.
    beliefs
        Mean and precision (effects,) of the effects' priors; normal(0, 0.3) each without.

    Raises
    ------
    ModelError
        If the fit does not settle.
    """
    design, precision = _design(data, n)
    effects, segments = data.X.shape[1], int(data.segment.max()) + 1
    centre = np.zeros(design.shape[1])
    if beliefs is not None:
        centre[:effects], precision[:effects] = beliefs
    params = centre.copy()
    params[effects : effects + segments] = np.log(data.N.mean() / data.days.mean() + 0.01)
    log_phi = np.full(n, np.log(5.0))
    for _ in range(ROUNDS):
        params, moved = _newton(design, data, params, (centre, precision), np.exp(log_phi)[data.actor])
        mean = data.days * np.exp(design @ params)
        log_phi = _dispersion(data, mean, n, log_phi)
        if moved < SETTLED:
            break
    else:
        raise ModelError("the rate fit did not settle: use fewer rate effects")
    return _summarise(design, data, params, log_phi, precision, effects, segments)


def _design(data: RateData, n: int) -> tuple[np.ndarray, np.ndarray]:
    rows, segments = len(data.N), int(data.segment.max()) + 1
    volume, actor = np.zeros((rows, segments)), np.zeros((rows, n))
    volume[np.arange(rows), data.segment] = 1.0
    actor[np.arange(rows), data.actor] = 1.0
    sd = [EFFECT_SD] * data.X.shape[1] + [VOLUME_SD] * segments + [ACTOR_SD] * n
    return np.hstack([data.X, volume, actor]), 1.0 / np.square(sd)


def _newton(
    design: np.ndarray,
    data: RateData,
    params: np.ndarray,
    belief: tuple[np.ndarray, np.ndarray],
    phi: np.ndarray,
) -> tuple[np.ndarray, float]:
    start, (centre, precision) = params, belief
    value = _objective(design, data, params, belief, phi)
    for _ in range(50):
        mean = data.days * np.exp(np.clip(design @ params, -30, 30))
        score = design.T @ ((data.N - mean) * phi / (phi + mean)) - precision * (params - centre)
        weight = mean * phi / (phi + mean)  # expected information: always positive
        move = linalg.solve((design * weight[:, None]).T @ design + np.diag(precision), score, assume_a="pos")
        share = 1.0
        while share > 1e-4:
            new = _objective(design, data, params + share * move, belief, phi)
            if new >= value - 1e-9 * abs(value):
                break
            share /= 2
        params, value = params + share * move, new
        if np.abs(move).max() < 1e-7:
            break
    return params, float(np.abs(params - start).max())


def _objective(
    design: np.ndarray,
    data: RateData,
    params: np.ndarray,
    belief: tuple[np.ndarray, np.ndarray],
    phi: np.ndarray,
) -> float:
    mean = data.days * np.exp(np.clip(design @ params, -30, 30))
    return float(log_density(data.N, mean, phi).sum()) + log_prior(params, *belief)


def log_density(N: np.ndarray, mean: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """Log probability of counts under the negative binomial with this mean and dispersion."""
    return (
        special.gammaln(N + phi)
        - special.gammaln(phi)
        - special.gammaln(N + 1)
        + phi * np.log(phi / (phi + mean))
        + N * np.log(np.maximum(mean, 1e-300) / (phi + mean))
    )


def _dispersion(data: RateData, mean: np.ndarray, n: int, log_phi: np.ndarray) -> np.ndarray:
    centre = log_phi.mean()
    out = np.empty(n)
    for a in range(n):
        mine = data.actor == a

        def loss(v: float, mine: np.ndarray = mine) -> float:
            penalty = 0.5 * ((v - centre) / DISPERSION_SD) ** 2
            return penalty - log_density(data.N[mine], mean[mine], np.exp(v)).sum()

        out[a] = optimize.minimize_scalar(loss, bounds=(-3.0, 7.0), method="bounded").x
    return out


def _summarise(
    design: np.ndarray,
    data: RateData,
    params: np.ndarray,
    log_phi: np.ndarray,
    precision: np.ndarray,
    effects: int,
    segments: int,
) -> RateFit:
    phi = np.exp(log_phi)[data.actor]
    mean = data.days * np.exp(design @ params)
    weight = mean * phi / (phi + mean)
    naive = linalg.inv((design * weight[:, None]).T @ design + np.diag(precision))
    u = design * ((data.N - mean) * phi / (phi + mean))[:, None]
    meat = _cluster(u, data.actor) + _cluster(u, data.week) - u.T @ u
    robust = sandwich(naive, meat)
    split = [effects, effects + segments]
    beta, volume, actor = np.split(params, split)
    return RateFit(beta, volume, actor, log_phi, naive, robust, float(log_density(data.N, mean, phi).sum()))


def _cluster(u: np.ndarray, by: np.ndarray) -> np.ndarray:
    sums = np.zeros((int(by.max()) + 1, u.shape[1]))
    np.add.at(sums, by, u)
    return sums.T @ sums
