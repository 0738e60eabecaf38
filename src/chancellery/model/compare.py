"""Comparing specifications and priors: what the record makes of each.

The marginal likelihood is the probability a specification with its priors gave to the record before seeing
it, by Laplace's approximation (Tierney & Kadane 1986). It takes the events for independent given the past;
they repeat each other, so its odds are too sure. Two remedies stand beside it: the information criterion of
composite likelihood, whose penalty tr(H⁻¹J) counts dependence (Varin & Vidoni 2005), and the tempered marginal
likelihood, the likelihood raised to p / tr(H⁻¹J) (Pauli, Racugno & Ventura 2011), one power for all that are
compared. Held-out events judge without either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

from chancellery.errors import ModelError
from chancellery.model.newton import Climb

if TYPE_CHECKING:
    from chancellery.model.belief import Belief

WARNING = (
    "events repeat and answer each other: the Bayes factors take them for independent and are too sure of "
    "themselves; read the robust column, or score held-out events"
)


@dataclass(frozen=True)
class Evidence:
    """What one fit says for its specification.

    Attributes
    ----------
    loglik, log_marginal
        Log likelihood at the mode; Laplace log marginal likelihood, NaN with a flat prior.
    dof
        Effective number of coefficients, tr (I + P)⁻¹ I; the plain number with flat priors.
    robust_dof
        tr(H⁻¹ J) with the clustered variance of the score J; NaN without clusters.
    events
        Number of events; 0 if unknown.
    """

    loglik: float
    log_marginal: float
    dof: float
    events: int
    robust_dof: float = float("nan")


def laplace(end: Climb, mean: np.ndarray, precision: np.ndarray, events: int = 0) -> Evidence:
    """Evidence of a fit with a dense information matrix, at its mode."""
    loglik, marginal, dof = tempered(end, mean, precision, 1.0)
    return Evidence(loglik, marginal, dof, events)


def tempered(
    end: Climb | Belief, mean: np.ndarray, precision: np.ndarray, power: float
) -> tuple[float, float, float]:
    """Log likelihood, log marginal likelihood and degrees of freedom with the likelihood raised to a power.

    The mode moves with the power; the quadratic at the old mode says where to.
    """
    theta = end.theta if isinstance(end, Climb) else end.mode
    total = power * end.information + np.diag(precision)
    unit = 1.0 / np.sqrt(np.maximum(np.diag(total), 1e-300))
    scaled = total * np.outer(unit, unit)
    pull = power * end.score - precision * (theta - mean)
    gain = 0.5 * float((unit * pull) @ linalg.lstsq(scaled, unit * pull)[0])
    dof = float(np.trace(linalg.lstsq(scaled, power * end.information * np.outer(unit, unit))[0]))
    sign, logdet = np.linalg.slogdet(scaled)
    if (precision <= 0).any() or sign <= 0:
        return end.loglik, float("nan"), dof
    value = power * end.loglik - 0.5 * float((precision * (theta - mean) ** 2).sum()) + gain
    half = 0.5 * (np.log(precision).sum() - logdet + 2.0 * np.log(unit).sum())
    return end.loglik, float(value + half), dof


@dataclass(frozen=True)
class Comparison:
    """A table of specifications, best first; ``rows`` as plain data, ``str()`` as text."""

    rows: list[dict]
    power: float | None

    def __str__(self) -> str:
        columns = ("log_marginal", "log_bayes_factor", "dof", "aic", "bic", "robust_aic")
        if self.power is not None:
            columns += ("tempered",)
        wide = max(len("specification"), *(len(r["name"]) for r in self.rows)) + 2
        head = f"{'specification':<{wide}}" + "".join(f"{c.replace('_', ' '):>18}" for c in columns)
        body = [
            f"{r['name']:<{wide}}"
            + "".join(f"{'' if np.isnan(r[c]) else format(r[c], ',.1f'):>18}" for c in columns)
            for r in self.rows
        ]
        foot = [] if self.power is None else [f"tempered: log marginal likelihood at power {self.power:.3f}"]
        return "\n".join([head, *body, *foot, f"note: {WARNING}"])


def compare(fits: Mapping[str, Belief | Evidence], *, temper: bool = False) -> Comparison:
    """Compare fits of the same events.

    Parameters
    ----------
    fits
        Name to a :class:`~chancellery.model.belief.Belief` or an :class:`Evidence`.
    temper
        Add the marginal likelihood at the power that the largest model's clustered scores call for.

    Returns
    -------
    Comparison
        Best first by marginal likelihood, by AIC where a flat prior leaves none. ``log_bayes_factor`` is
        against the best.

    Raises
    ------
    ModelError
        If there are fewer than two fits, they saw different numbers of events, or tempering lacks clusters.
    """
    if len(fits) < 2:
        raise ModelError("compare needs two or more fits; give a mapping of names to fits")
    found = {name: f if isinstance(f, Evidence) else f.evidence for name, f in fits.items()}
    if len({e.events for e in found.values() if e.events}) > 1:
        seen = ", ".join(f"{name} {e.events:,}" for name, e in found.items())
        raise ModelError(f"the fits saw different events ({seen}): fit them to the same record and days")
    power = _power(fits) if temper else None
    best = max((e.log_marginal for e in found.values() if not np.isnan(e.log_marginal)), default=np.nan)
    rows = [_row(name, e, best) for name, e in found.items()]
    for row in rows:
        if power is not None:
            f = fits[row["name"]]
            row["tempered"] = tempered(f, f.prior_mean, f.prior_precision, power)[1]
    missing = any(np.isnan(r["log_marginal"]) for r in rows)
    rows.sort(key=lambda r: r["aic"] if missing else -r["log_marginal"])
    return Comparison(rows, power)


def _row(name: str, e: Evidence, best: float) -> dict:
    return {
        "name": name,
        "log_marginal": e.log_marginal,
        "log_bayes_factor": e.log_marginal - best,
        "loglik": e.loglik,
        "dof": e.dof,
        "aic": -2.0 * e.loglik + 2.0 * e.dof,
        "bic": -2.0 * e.loglik + np.log(e.events) * e.dof if e.events else float("nan"),
        "robust_aic": -2.0 * e.loglik + 2.0 * e.robust_dof,
    }


def _power(fits: Mapping[str, Belief | Evidence]) -> float:
    """p / tr(I⁻¹ J) of the largest model, as quasi-likelihood takes its dispersion from there; at most 1."""
    for name, f in fits.items():
        if isinstance(f, Evidence) or f.meat is None:
            raise ModelError(
                f"'{name}' has no clustered scores, so there is no power to temper with; give clusters"
            )
    largest = max(fits.values(), key=lambda f: f.evidence.dof)
    return min(1.0, largest.evidence.dof / largest.evidence.robust_dof)
