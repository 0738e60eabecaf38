"""Shrunken terms: how far actors or dyads differ beyond what the effects say, learnt from the record.

Terms b of a group are normal(0, τ²). τ² maximises the Laplace approximation to the marginal likelihood by the
Fellner–Schall update (Fellner 1986; Schall 1991; Wood & Fasiolo 2017, Biometrics 73): τ² ← Σb² / γ with
γ = Σ(1 − C_bb/τ²) the number of terms the record really determines. It is EM's fixed point, reached sooner.
The likelihood has to be believed for this: where events come in bursts, choose τ by what it predicts instead
(:mod:`chancellery.model.foresight`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import linalg

from chancellery.model.newton import Climb, Evaluate, climb

START_SD = 0.5
LEAST_SD = 1e-3
ROUNDS = 60
SETTLED = 1e-3


@dataclass(frozen=True, eq=False)
class Group:
    """Coefficients that share a variance.

    Attributes
    ----------
    name
        Such as ``"sender"``.
    members
        (m,) positions of the terms among the coefficients.
    sd
        Their standard deviation; ``"estimate"`` lets the record say.
    """

    name: str
    members: np.ndarray
    sd: float | Literal["estimate"] = "estimate"


def settle(
    evaluate: Evaluate,
    start: np.ndarray,
    mean: np.ndarray,
    precision: np.ndarray,
    groups: Sequence[Group],
    progress: Callable[[str, float], None] = lambda what, share: None,
) -> tuple[Climb, np.ndarray, np.ndarray, dict[str, float]]:
    """Climb to the mode, with the variances of the groups at their fixed point.

    Returns
    -------
    climb, mean, precision, sds
        The last climb (``iterations`` counts all Newton steps), the prior it used, and each group's standard
        deviation; one at its floor of 0.001 means that the terms do not differ.
    """
    mean, precision = mean.copy(), precision.copy()
    sds = {g.name: START_SD if g.sd == "estimate" else max(float(g.sd), LEAST_SD) for g in groups}
    free = [g for g in groups if g.sd == "estimate"]
    total = 0
    for _ in range(ROUNDS):
        for g in groups:
            mean[g.members], precision[g.members] = 0.0, sds[g.name] ** -2
        end = climb(evaluate, start, mean, precision, progress=progress)
        start, total = end.theta, total + end.iterations
        if not free:
            break
        variance = np.diag(linalg.inv(end.information + np.diag(precision)))
        old = dict(sds)
        for g in free:
            sds[g.name] = updated_sd(end.theta[g.members], variance[g.members], old[g.name])
        if all(abs(sds[g.name] - old[g.name]) <= SETTLED * old[g.name] for g in free):
            break
    settled = not free or all(abs(sds[g.name] - old[g.name]) <= 0.05 * old[g.name] for g in free)
    return end._replace(iterations=total, converged=end.converged and settled), mean, precision, sds


def updated_sd(terms: np.ndarray, variance: np.ndarray, sd: float) -> float:
    """One Fellner–Schall update.

    Parameters
    ----------
    terms, variance
        (m,) modes of the terms and their posterior variances at the present ``sd``.
    """
    determined = max(float((1.0 - variance / sd**2).sum()), 1e-9)
    return max(float(np.sqrt((terms**2).sum() / determined)), LEAST_SD)
