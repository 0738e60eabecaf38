"""Two small regressions with a prior: did it happen (logistic), and how often (negative binomial).

Both are learnt on pairs and windows that have ended. The prior is what an observer without them would say: a log
rate counts in full (coefficient 1, give or take ``OWN``), anything else not at all (0, give or take ``OTHER`` of
its standard deviation); with little to learn from, the forecast is the rate itself. Windows that overlap repeat
each other, so a row weighs as much as its window has of its own. Negative binomial: variance m + m²/r (Cameron &
Trivedi 2013, *Regression Analysis of Count Data*, ch. 3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize, special
from scipy.stats import nbinom

from chancellery.model.rate import log_density

OWN, OTHER, LEVEL = 0.5, 0.3, 3.0
STEPS = 25
SETTLED = 1e-3
NARROW = 0.1  # a column that hardly moved must not weigh heavily once it does
BOUNDS = (-20.0, 12.0)  # of a log mean
SPREAD = (-3.5, 7.0)  # bounds of the logarithm of r


class Line(NamedTuple):
    """A fitted regression: ``shift``, ``scale`` (F,) of the columns, ``beta`` (F + 1,) with the intercept first,
    and ``r``, the dispersion of counts (infinite for probabilities)."""

    shift: np.ndarray
    scale: np.ndarray
    beta: np.ndarray
    r: float = np.inf

    def at(self, X: np.ndarray) -> np.ndarray:
        """Linear predictor (rows,) of columns (rows, F)."""
        return _design(X, self.shift, self.scale) @ self.beta

    def probability(self, X: np.ndarray) -> np.ndarray:
        """Chance that it happens, of a line that was learnt from what happened."""
        return special.expit(self.at(X))

    def mean(self, X: np.ndarray) -> np.ndarray:
        """Expected count, of a line that was learnt from counts."""
        return np.exp(np.clip(self.at(X), *BOUNDS))


def learn_chance(X: np.ndarray, y: np.ndarray, towards: np.ndarray, weight: float = 1.0) -> Line:
    """Logistic regression of what happened.

    Parameters
    ----------
    X, y
        (rows, F) columns, and (rows,) outcomes in {0, 1}.
    towards
        (F,) prior means of the coefficients of the columns as they are.
    weight
        Of a row.
    """
    D, shift, scale, prior, beta = _begun(X, towards)
    beta[0] = prior[0][0] = special.logit(np.clip(y.mean(), 1e-4, 1.0 - 1e-4))

    def look(eta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        p = special.expit(eta)
        return float(y @ eta - np.logaddexp(0.0, eta).sum()), y - p, p * (1.0 - p)

    return Line(shift, scale, _mode(D, look, weight, beta, prior))


def learn_counts(
    X: np.ndarray, y: np.ndarray, towards: np.ndarray, weight: float = 1.0, rounds: int = 2
) -> Line:
    """Negative binomial regression of counts (rows,), log link; see :func:`learn_chance`."""
    D, shift, scale, prior, beta = _begun(X, towards)
    beta[0] = prior[0][0] = np.log(max(y.mean(), 1e-4)) - np.log(_mean(D, beta).mean())
    r = 1.0

    def look(eta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        m = np.exp(np.clip(eta, *BOUNDS))
        part = r / (r + m)
        return float(y @ eta - (y + r) @ np.log(r + m)), (y - m) * part, m * part

    for _ in range(rounds):
        beta = _mode(D, look, weight, beta, prior)
        r = dispersion(_mean(D, beta), y)
    return Line(shift, scale, beta, r)


def dispersion(mean: np.ndarray, y: np.ndarray) -> float:
    """The r under which counts with these means are likeliest."""
    low, high = SPREAD
    some = y > 0.0  # most counts are zero, and need no gamma functions
    idle, busy, came = mean[~some], mean[some], y[some]

    def loss(v: float) -> float:
        r = np.exp(v)
        return r * float(np.log1p(idle / r).sum()) - float(log_density(came, busy, r).sum())

    found = optimize.minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 0.05})
    return float(np.exp(found.x))


def quantiles(mean: np.ndarray, r: np.ndarray, draws: int) -> np.ndarray:
    """Evenly spaced quantiles (cells, draws) of negative binomial forecasts, to be scored like draws."""
    levels = (np.arange(draws) + 0.5) / draws
    r, mean = np.asarray(r, float)[:, None], np.asarray(mean, float)[:, None]
    return nbinom.ppf(levels[None, :], r, r / (r + np.maximum(mean, 1e-9)))


def _begun(X: np.ndarray, towards: np.ndarray) -> tuple:
    """Design, standards, prior (mean, precision) and a point to begin at, all on the standardised scale."""
    shift, scale = X.mean(axis=0), np.maximum(X.std(axis=0), NARROW)
    own = towards != 0.0
    mean = np.concatenate([[0.0], towards * scale])
    sd = np.concatenate([[LEVEL], np.where(own, OWN * scale, OTHER)])
    return _design(X, shift, scale), shift, scale, (mean, 1.0 / sd**2), mean.copy()


def _design(X: np.ndarray, shift: np.ndarray, scale: np.ndarray) -> np.ndarray:
    out = np.empty((len(X), X.shape[1] + 1))
    out[:, 0] = 1.0
    np.subtract(X, shift, out=out[:, 1:])
    out[:, 1:] /= scale
    return out


def _mean(D: np.ndarray, beta: np.ndarray) -> np.ndarray:
    return np.exp(np.clip(D @ beta, *BOUNDS))


def _mode(
    D: np.ndarray,
    look: Callable[[np.ndarray], tuple[float, np.ndarray, np.ndarray]],
    weight: float,
    beta: np.ndarray,
    prior: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """Climb to the mode by Fisher scoring, halving a step that does not climb.

    ``look`` tells of a linear predictor (rows,) its log likelihood, score and weight row by row.
    """
    mean, precision = prior

    def value(loglik: float, at: np.ndarray) -> float:
        return weight * loglik - 0.5 * float(precision @ (at - mean) ** 2)

    loglik, left, rows = look(D @ beta)
    for _ in range(STEPS):
        score = weight * (D.T @ left) - precision * (beta - mean)
        information = weight * ((D * rows[:, None]).T @ D) + np.diag(precision)
        move, now = linalg.solve(information, score, assume_a="pos"), value(loglik, beta)
        while True:
            loglik, left, rows = look(D @ (beta + move))
            if value(loglik, beta + move) >= now - 1e-9 * abs(now) or np.abs(move).max() < SETTLED:
                break
            move = move / 2.0
        beta = beta + move
        if np.abs(move).max() < SETTLED:
            break
    return beta
