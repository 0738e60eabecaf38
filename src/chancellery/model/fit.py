"""The fit: Newton on the penalised log likelihood, then a covariance that knows reports are not independent.

Coefficients θ have the priors of the specification. Lasting terms, γ_j ~ N(0, σ²) of a target and
δ_ij ~ N(0, τ²) of a pair, are eliminated source by source, so a Newton step costs one dense solve of the size
of (θ, γ); their standard deviations are set, or chosen by what they foretell (:mod:`foresight`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy import linalg

from chancellery.errors import ModelError
from chancellery.model.compare import Evidence
from chancellery.model.covariance import sandwich
from chancellery.model.foresight import choose_terms, climb_terms
from chancellery.model.nested import Eliminated, Terms, eliminate, spread
from chancellery.model.newton import Climb, part
from chancellery.model.problem import ChoiceProblem
from chancellery.model.sample import Sampled

NAN = float("nan")


@dataclass
class ChoiceFit:
    """The fitted choice model.

    Attributes
    ----------
    theta, delta, tau2
        Coefficients (D,), lasting terms of target and pair together (n, n), variance of the pair terms.
    naive, robust
        Covariances (D, D): inverse information, and clustered by dyad and by week.
    delta_sd
        (n, n) posterior standard deviation of the lasting terms.
    shift, scale
        Standardisation of the pair columns, learnt here and replayed everywhere.
    actor_sd
        Standard deviation of the target terms.
    log_marginal, dof, robust_dof
        What :func:`chancellery.model.compare.compare` reads; NaN in fits of earlier versions. ``dof`` counts
        the lasting terms, ``robust_dof`` only the coefficients and target terms.
    considered
        Standard deviations that were tried, with the nats an event they foretold.
    surprises
        The least expected events: day, places of source, act and target, probability.
    """

    theta: np.ndarray
    delta: np.ndarray
    tau2: float
    naive: np.ndarray
    robust: np.ndarray
    delta_sd: np.ndarray
    shift: np.ndarray
    scale: np.ndarray
    loglik: float
    events: int
    steps: int
    newton: int
    actor_sd: float = 0.0
    log_marginal: float = NAN
    dof: float = NAN
    robust_dof: float = NAN
    considered: list[dict] = field(default_factory=list)
    surprises: list[dict] = field(default_factory=list)

    @property
    def evidence(self) -> Evidence:
        """For comparing specifications; a standard deviation chosen on later events flatters it a little."""
        return Evidence(self.loglik, self.log_marginal, self.dof, self.events, self.robust_dof)


def fit_choice(
    problem: ChoiceProblem | Sampled,
    progress: Callable[[str, float], None] = lambda what, share: None,
    start: np.ndarray | None = None,
) -> ChoiceFit:
    """Fit the choice model.

    Parameters
    ----------
    problem
        Data and specification.
    progress
        Called with what is being done and the share done.
    start
        Packed point of :func:`~chancellery.model.foresight.settled_terms` to start from; by default the
        prior means.

    Raises
    ------
    ModelError
        If Newton does not converge, naming the coefficient that moves most and what to try.
    """
    progress("scaling", 0.0)
    problem.standardise()
    try:
        terms, start, considered = choose_terms(problem, part(progress, 0.02, 0.5), start)
        end = climb_terms(problem, terms, start, part(progress, 0.5, 0.9))
    except linalg.LinAlgError:
        raise ModelError(
            "some coefficients with flat priors say the same, or nothing varies for them: give them normal priors, "
            "such as { mean = 0, sd = 1 }"
        ) from None
    if not end.converged:
        raise ModelError(_unsettled(problem, end))
    progress("robust covariance", 0.9)
    return _finish(problem, terms, end, considered)


def _unsettled(problem: ChoiceProblem | Sampled, end: Climb) -> str:
    names, theta = problem.names(), end.theta[: problem.layout.size]
    mean, precision = problem.prior()
    worst = int(np.abs((theta - mean) * np.sqrt(precision)).argmax())
    return (
        f"the fit did not converge in {end.iterations} steps: '{names[worst]}' went farthest from its prior, to "
        f"{theta[worst]:.2g}; use fewer effects, or a tighter prior on that one"
    )


def _finish(problem: ChoiceProblem | Sampled, terms: Terms, end: Climb, considered: list[dict]) -> ChoiceFit:
    """Covariances, evidence, and what was least expected."""
    sums, D = end.information, terms.size
    precision = terms.prior(*problem.prior())[1]
    out = eliminate(sums, terms)
    total = out.reduced + np.diag(precision[: terms.outer])
    naive = linalg.inv(total)
    delta = terms.total(end.theta)
    seen = problem.clusters(end.theta[:D], delta, out.solved)
    meat = seen.meat()
    robust = sandwich(naive, meat)
    events, steps = (int(x) for x in seen.seen)
    return ChoiceFit(
        theta=end.theta[:D],
        delta=delta,
        tau2=terms.dyad_sd**2,
        naive=naive[:D, :D],
        robust=robust[:D, :D],
        delta_sd=spread(out, total, terms),
        shift=problem.shift,
        scale=problem.scale,
        loglik=end.loglik,
        events=events,
        steps=steps,
        newton=end.iterations,
        actor_sd=terms.actor_sd,
        log_marginal=_log_marginal(end, terms, out, total, precision),
        dof=_dof(terms, out, naive, precision),
        robust_dof=float((naive * meat).sum()),
        considered=considered,
        surprises=seen.surprises,
    )


def _log_marginal(
    end: Climb, terms: Terms, out: Eliminated, total: np.ndarray, precision: np.ndarray
) -> float:
    """Laplace log marginal likelihood; pair terms of an actor with itself have no data and cancel."""
    if (precision <= 0).any():
        return NAN
    determinant = np.linalg.slogdet(total)[1] + out.log_determinant
    return float(end.objective + 0.5 * (np.log(precision).sum() - determinant))


def _dof(terms: Terms, out: Eliminated, naive: np.ndarray, precision: np.ndarray) -> float:
    """Effective number of coefficients and terms: their number less the share the priors decide."""
    own = np.diag(naive) * precision[: terms.outer]
    dof = terms.outer - own.sum()
    if terms.dyad_sd > 0:
        # Variance of the pair terms themselves: given the rest, and through the rest.
        through = ((out.solved @ naive) * out.solved).sum()
        inner = np.einsum("ijj->", out.inverse) + through
        dof += terms.n**2 - inner / terms.dyad_sd**2
    return float(dof)
