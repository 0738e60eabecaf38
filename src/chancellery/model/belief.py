"""Belief: a concave log likelihood and a prior in, what is believed after the record out.

The door of this corner of the room: priors (``priors``), the climb to the mode (``newton``), covariances
(``covariance``), variances of shrunken terms (``hierarchy``), comparing specifications (``compare``) and the
check by sampling (``nuts``). Any likelihood will do that gives its value, score and information.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg

from chancellery.errors import ModelError
from chancellery.model.compare import Evidence, laplace
from chancellery.model.covariance import Clusters, meat, nearest_covariance, sandwich
from chancellery.model.hierarchy import Group, settle
from chancellery.model.newton import Climb, Evaluate, climb, null_directions
from chancellery.model.priors import Flat, Gaussian, Prior, Sign, prior, prior_arrays

__all__ = [
    "Belief", "Clusters", "Evaluate", "Evidence", "Flat", "Gaussian", "Group", "Prior", "Sign", "believe", "climb",
    "meat", "nearest_covariance", "prior", "prior_arrays", "sandwich",
]  # fmt: skip

CORRELATED = 0.98
SEPARATED = 1e-6  # share of the information at the start that is left where a coefficient has run away


@dataclass(frozen=True)
class Belief:
    """What is believed of p coefficients after the record.

    Attributes
    ----------
    names, mode
        Names and posterior mode (p,).
    prior_mean, prior_precision
        (p,) normal prior; of a shrunken term with its estimated variance.
    loglik, log_posterior
        Log likelihood, and with the log prior density less its constant, at the mode.
    score, information
        (p,) and (p, p) of the log likelihood at the mode.
    naive, robust
        (p, p) covariances: inverse of information plus prior precision; sandwich, or None without clusters.
    meat
        (p, p) clustered variance of the score behind ``robust``.
    sds
        Standard deviation of each group of shrunken terms, by name.
    evidence
        What :func:`chancellery.model.compare.compare` reads.
    iterations, converged, warnings
        How the climb went; a warning is one sentence with its cure.
    """

    names: tuple[str, ...]
    mode: np.ndarray
    prior_mean: np.ndarray
    prior_precision: np.ndarray
    loglik: float
    log_posterior: float
    score: np.ndarray
    information: np.ndarray
    naive: np.ndarray
    robust: np.ndarray | None
    meat: np.ndarray | None
    sds: dict[str, float]
    evidence: Evidence
    iterations: int
    converged: bool
    warnings: tuple[str, ...]

    @property
    def covariance(self) -> np.ndarray:
        """Robust covariance where there is one, else the naive."""
        return self.naive if self.robust is None else self.robust

    def with_clusters(self, clusters: Clusters) -> Belief:
        """The same belief with the covariance robust to dependence within these clusters."""
        variance = meat(clusters)
        penalty = float(np.trace(self.naive @ variance))
        return replace(
            self,
            meat=variance,
            robust=sandwich(self.naive, variance),
            evidence=replace(self.evidence, robust_dof=penalty),
        )


def believe(
    evaluate: Evaluate,
    names: Sequence[str],
    priors: Mapping[str, Prior] | None = None,
    *,
    default: Prior | None = None,
    groups: Sequence[Group] = (),
    clusters: Callable[[np.ndarray], Clusters] | None = None,
    events: int = 0,
    start: np.ndarray | None = None,
    progress: Callable[[str, float], None] = lambda what, share: None,
) -> Belief:
    """Find the posterior mode and its covariances.

    Parameters
    ----------
    evaluate
        ``evaluate(theta) -> (loglik, score (p,), information (p, p))``; concave in theta.
    names
        The p coefficients, ``effect``, ``effect:class`` or ``effect@window:class``.
    priors, default
        Priors by name (:func:`chancellery.model.priors.prior_arrays`), and of all others: normal(0, 1).
    groups
        Shrunken terms (dyads, senders, receivers): their priors are normal(0, sd²) with sd set or estimated.
    clusters
        Scores by cluster at a theta, for the robust covariance.
    events
        Number of events, for the BIC.
    start
        (p,) where to begin; the prior means.

    Raises
    ------
    ModelError
        If coefficients without a prior say the same, naming them, or the likelihood is not finite at the start.
    """
    names = tuple(names)
    mean, precision = prior_arrays(priors or {}, names, default)
    begin = mean if start is None else np.asarray(start, dtype=float)
    evaluate = _remembering(evaluate)
    information = evaluate(begin)[2]
    at_start = np.diag(information).copy()
    if np.isfinite(information).all():
        _check_identified(information, precision, groups, names)
    try:
        end, mean, precision, sds = settle(evaluate, begin, mean, precision, groups, progress)
    except linalg.LinAlgError:
        raise ModelError(
            "the information became singular on the way: some coefficients run away together; give them "
            "normal priors, such as { mean = 0, sd = 1 }"
        ) from None
    found = _believed(end, names, mean, precision, sds, events, at_start)
    return found if clusters is None else found.with_clusters(clusters(end.theta))


def _believed(
    end: Climb,
    names: tuple[str, ...],
    mean: np.ndarray,
    precision: np.ndarray,
    sds: dict[str, float],
    events: int,
    at_start: np.ndarray,
) -> Belief:
    naive = _inverse(end.information + np.diag(precision))
    return Belief(
        names=names,
        mode=end.theta,
        prior_mean=mean,
        prior_precision=precision,
        loglik=end.loglik,
        log_posterior=end.objective,
        score=end.score,
        information=end.information,
        naive=naive,
        robust=None,
        meat=None,
        sds=sds,
        evidence=laplace(end, mean, precision, events),
        iterations=end.iterations,
        converged=end.converged,
        warnings=tuple(_warnings(end, precision, at_start, naive, names)),
    )


def _remembering(evaluate: Evaluate) -> Evaluate:
    """The same likelihood, which answers a point asked twice in a row without another pass over the events."""
    last: list = [None, None]

    def again(theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        if last[0] is None or not np.array_equal(last[0], theta):
            last[:] = theta.copy(), evaluate(theta)
        return last[1]

    return again


def _inverse(matrix: np.ndarray) -> np.ndarray:
    unit = 1.0 / np.sqrt(np.maximum(np.diag(matrix), 1e-300))
    return linalg.pinvh(matrix * np.outer(unit, unit)) * np.outer(unit, unit)


def _check_identified(
    information: np.ndarray, precision: np.ndarray, groups: Sequence[Group], names: tuple[str, ...]
) -> None:
    """Refuse directions about which nothing is known, before a step is taken along them."""
    given = precision.copy()
    for group in groups:
        given[group.members] = 1.0
    for v in null_directions(information, given):
        involved = [names[x] for x in np.flatnonzero(np.abs(v) > 0.05)]
        if len(involved) == 1:
            raise ModelError(
                f"'{involved[0]}' never varies among the options, so the record says nothing of it: leave it out, or "
                "give it a normal prior"
            )
        raise ModelError(
            f"{', '.join(map(repr, involved[:6]))} say the same (an exact linear relation): leave one out, or give "
            "them normal priors"
        )


def _warnings(
    end: Climb, precision: np.ndarray, at_start: np.ndarray, naive: np.ndarray, names: tuple[str, ...]
) -> list[str]:
    """What is wrong with a climb, one sentence each."""
    found = []
    if not end.converged:
        found.append(
            f"not converged after {end.iterations} steps (one more could gain {end.decrement / 2:.2g}): use fewer "
            "effects, or tighter priors"
        )
    gone = (np.diag(end.information) < SEPARATED * at_start) & (precision < SEPARATED * at_start)
    for x in np.flatnonzero(gone):
        found.append(
            f"'{names[x]}' predicts perfectly (separation) and runs to {end.theta[x]:.1f}: its estimate and error "
            "mean nothing; give it a normal prior"
        )
    sd = np.sqrt(np.diag(naive))
    correlation = np.abs(naive / np.outer(sd, sd))
    for x, y in zip(*np.nonzero(np.triu(correlation, 1) > CORRELATED)):
        found.append(
            f"'{names[x]}' and '{names[y]}' can hardly be told apart (correlation of the estimates "
            f"{correlation[x, y]:.3f}): leave one out, or read only their sum"
        )
    return found
