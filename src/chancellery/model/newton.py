"""Newton's climb to the mode of a concave log posterior, whatever the likelihood.

The likelihood is a function ``evaluate(theta) -> (loglik, score, information)``; the prior is normal with a
diagonal precision (0: flat). How the information is stored and solved is the likelihood's affair, so a model
with thousands of nested terms climbs by the same loop as one with three.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import linalg

from chancellery.errors import ModelError

Evaluate = Callable[[np.ndarray], tuple[float, np.ndarray, Any]]
Solve = Callable[[Any, np.ndarray, np.ndarray], np.ndarray]

TOLERANCE = 1e-10
MAX_STEPS = 60
LEAST_SHARE = 1e-4
NULL = 1e-10  # eigenvalue of the scaled information below which a direction is not identified


class Climb(NamedTuple):
    """Where a climb ended.

    ``theta`` (p,); ``loglik``; ``objective``: log likelihood plus log prior less its constant; ``score`` (p,)
    of the log likelihood; ``information`` as the likelihood gave it; ``decrement``: the squared gradient in
    the metric of the inverse information, twice what one more step could gain.
    """

    theta: np.ndarray
    loglik: float
    objective: float
    score: np.ndarray
    information: Any
    iterations: int
    converged: bool
    decrement: float


def part(progress: Callable[[str, float], None], begin: float, end: float) -> Callable[[str, float], None]:
    """Progress of a piece of work that fills a part of the whole, and never goes back.

    Whatever the piece does several times over, such as climbing again with other terms, counts on.
    """
    reached = [begin]

    def report(what: str, share: float) -> None:
        reached[0] = max(reached[0], begin + (end - begin) * min(max(share, 0.0), 1.0))
        progress(what, reached[0])

    return report


def log_prior(theta: np.ndarray, mean: np.ndarray, precision: np.ndarray) -> float:
    """Log density of the normal prior less its constant."""
    return -0.5 * float((precision * (theta - mean) ** 2).sum())


def solve_dense(information: np.ndarray, precision: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Newton step for a dense information matrix.

    Raises
    ------
    numpy.linalg.LinAlgError
        If information plus precision is singular: some coefficients are not identified.
    """
    total = information + np.diag(precision)
    # Scaled to a unit diagonal first: effects in dollars and effects in shares stand side by side.
    unit = 1.0 / np.sqrt(np.maximum(np.diag(total), 1e-300))
    return unit * linalg.solve(total * np.outer(unit, unit), unit * gradient, assume_a="pos")


def climb(
    evaluate: Evaluate,
    start: np.ndarray,
    mean: np.ndarray,
    precision: np.ndarray,
    *,
    solve: Solve = solve_dense,
    tolerance: float = TOLERANCE,
    max_steps: int = MAX_STEPS,
    progress: Callable[[str, float], None] = lambda what, share: None,
) -> Climb:
    """Climb to the mode by Newton's method with step halving.

    Parameters
    ----------
    evaluate
        Log likelihood, score (p,) and information of a point.
    start, mean, precision
        (p,) each: where to begin; the normal prior.
    solve
        ``solve(information, precision, gradient)`` returns the step (p,).
    tolerance
        The climb ends when the decrement gᵀH⁻¹g falls below it (times the log likelihood's rounding error
        where that is larger): all coefficients are then within about √tolerance standard errors of the mode.

    Returns
    -------
    Climb
        With ``converged`` false if ``max_steps`` did not suffice; who calls decides what to say.

    Raises
    ------
    ModelError
        If the likelihood is not finite where the climb begins.
    """
    theta = np.array(start, dtype=float)
    loglik, score, information = evaluate(theta)
    if not (np.isfinite(loglik) and np.isfinite(score).all()):
        raise ModelError(
            "the log likelihood is not finite where the fit begins: look for missing values in the effects"
        )
    value, decrement = loglik + log_prior(theta, mean, precision), np.inf
    for iteration in range(max_steps + 1):
        gradient = score - precision * (theta - mean)
        move = solve(information, precision, gradient)
        decrement = float(gradient @ move)
        settled = decrement <= max(tolerance, 1e-14 * abs(value))
        if settled or iteration == max_steps:
            return Climb(theta, loglik, value, score, information, iteration, settled, decrement)
        progress("Newton", iteration / (iteration + 3))
        share = 1.0
        while True:
            new = theta + share * move
            loglik, score, information = evaluate(new)
            reached = loglik + log_prior(new, mean, precision)
            if reached >= value - 1e-12 * abs(value) or share < LEAST_SHARE:
                break
            share /= 2.0
        theta, value = new, reached
    raise AssertionError("the loop returns")


def null_directions(information: np.ndarray, precision: np.ndarray) -> list[np.ndarray]:
    """Directions (p,) about which neither likelihood nor prior says anything, one array each.

    Returned in the scale of the coefficients' own standard errors, largest entry 1.
    """
    total = information + np.diag(precision)
    size = np.sqrt(np.maximum(np.diag(total), 0.0))
    unit = np.where(size > 0, 1.0 / np.where(size > 0, size, 1.0), 0.0)
    values, vectors = linalg.eigh(total * np.outer(unit, unit))
    limit = NULL * max(float(values[-1]), 1e-300)
    return [v / v[np.abs(v).argmax()] for x, v in zip(values, vectors.T) if x <= limit]
