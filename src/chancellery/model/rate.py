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
    design = Design(data, n)
    effects, segments = design.effects, design.segments
    centre, precision = np.zeros(design.size), design.precision.copy()
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


class Design:
    """The design [effects, segment, actor] of the rows, whose dummies are never laid out: sums by index do."""

    def __init__(self, data: RateData, n: int) -> None:
        self.X, self.segment, self.actor = data.X, data.segment, data.actor
        self.effects, self.segments, self.n = data.X.shape[1], int(data.segment.max()) + 1, n
        sd = [EFFECT_SD] * self.effects + [VOLUME_SD] * self.segments + [ACTOR_SD] * n
        self.precision = 1.0 / np.square(sd)
        self.size = len(sd)

    def __matmul__(self, params: np.ndarray) -> np.ndarray:
        """Linear predictor (rows,)."""
        beta, volume, actor = np.split(params, [self.effects, self.effects + self.segments])
        return self.X @ beta + volume[self.segment] + actor[self.actor]

    def sums(self, weight: np.ndarray) -> np.ndarray:
        """Σ over rows of weight · design: (size,)."""
        by = (np.bincount(self.segment, weight, self.segments), np.bincount(self.actor, weight, self.n))
        return np.concatenate([self.X.T @ weight, *by])

    def squares(self, weight: np.ndarray) -> np.ndarray:
        """Σ over rows of weight · design designᵀ: (size, size)."""
        F, S = self.effects, self.segments
        out = np.zeros((self.size, self.size))
        weighted = self.X * weight[:, None]
        out[:F, :F] = weighted.T @ self.X
        for f in range(F):
            out[f, F : F + S] = np.bincount(self.segment, weighted[:, f], S)
            out[f, F + S :] = np.bincount(self.actor, weighted[:, f], self.n)
        both = np.bincount(self.segment * self.n + self.actor, weight, S * self.n).reshape(S, self.n)
        out[F : F + S, F + S :] = both
        out += out.T
        out[:F, :F] /= 2.0
        out[F : F + S, F : F + S] = np.diag(both.sum(axis=1))
        out[F + S :, F + S :] = np.diag(both.sum(axis=0))
        return out

    def grouped(self, weight: np.ndarray, by: np.ndarray) -> np.ndarray:
        """Sums of weight · design over the rows of a group: (groups, size)."""
        groups, F, S = int(by.max()) + 1, self.effects, self.segments
        out = np.zeros((groups, self.size))
        for f in range(F):
            out[:, f] = np.bincount(by, weight * self.X[:, f], groups)
        for at, index, many in ((F, self.segment, S), (F + S, self.actor, self.n)):
            sums = np.bincount(by * many + index, weight, groups * many)
            out[:, at : at + many] = sums.reshape(groups, many)
        return out


def _newton(
    design: Design,
    data: RateData,
    params: np.ndarray,
    belief: tuple[np.ndarray, np.ndarray],
    phi: np.ndarray,
) -> tuple[np.ndarray, float]:
    start, (centre, precision) = params, belief
    value = _objective(design, data, params, belief, phi)
    for _ in range(50):
        mean = data.days * np.exp(np.clip(design @ params, -30, 30))
        score = design.sums((data.N - mean) * phi / (phi + mean)) - precision * (params - centre)
        weight = mean * phi / (phi + mean)  # expected information: always positive
        move = linalg.solve(design.squares(weight) + np.diag(precision), score, assume_a="pos")
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
    design: Design,
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
    design: Design,
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
    naive = linalg.inv(design.squares(weight) + np.diag(precision))
    left = (data.N - mean) * phi / (phi + mean)
    groups = (design.grouped(left, by) for by in (data.actor, data.week))
    meat = sum(g.T @ g for g in groups) - design.squares(left**2)
    robust = sandwich(naive, meat)
    split = [effects, effects + segments]
    beta, volume, actor = np.split(params, split)
    return RateFit(beta, volume, actor, log_phi, naive, robust, float(log_density(data.N, mean, phi).sum()))
