"""The fit: Newton on the penalised log likelihood, then a covariance that knows reports are not independent.

Coefficients θ have Gaussian priors; dyad terms δ_ij ~ N(0, τ²), τ set or estimated (EM); δ is eliminated
source by source, so a Newton step costs one dense solve of the size of θ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from scipy import linalg

from chancellery.effects import state as st
from chancellery.effects.catalogue import lookup
from chancellery.errors import ModelError
from chancellery.model import passes
from chancellery.model.chunks import Chunk, make_chunks
from chancellery.model.compile import Compiled, compile_specification
from chancellery.model.likelihood import Columns, Layout, Sums, layout_of
from chancellery.model.replay import Stream, walk
from chancellery.model.robust import Clusters, sandwich
from chancellery.model.sample import Sampled
from chancellery.model.spec import Prior, Specification

TOLERANCE = 1e-6
MAX_STEPS = 40
INTERCEPT_SD = 5.0
START_VARIANCE = 0.25


@dataclass
class ChoiceFit:
    """The fitted choice model.

    Attributes
    ----------
    theta, delta, tau2
        Coefficients (D,), dyad terms (n, n), variance of the dyad terms.
    naive, robust
        Covariances (D, D): inverse information, and clustered by dyad and by week.
    delta_sd
        (n, n) posterior standard deviation of the dyad terms.
    shift, scale
        Standardisation of the pair columns, learnt here and replayed everywhere.
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


class ChoiceProblem:
    """Data and specification of one choice fit: everything a pass over the steps needs."""

    def __init__(
        self,
        spec: Specification,
        stream: Stream,
        fresh: Callable[[], st.State],
        since: date | None,
        until: date | None,
        threads: int = 1,
    ) -> None:
        self.spec, self.stream, self.fresh, self.since, self.until = spec, stream, fresh, since, until
        self.threads, self.learnt = threads, False
        self.compiled: Compiled = compile_specification(spec)
        state = fresh()
        self.n = state.can.shape[0]
        self.layout: Layout = layout_of(self.compiled, state.klass)
        self.shift = np.zeros(self.layout.pair)
        self.scale = np.ones(self.layout.pair)

    def visit(self) -> object:
        """Yield (step, state, counts) for the steps that are fitted; earlier ones only build memory."""
        for step, s, counts in walk(self.stream, self.fresh(), self.until):
            if self.since is None or step.first >= self.since:
                yield step, s, counts

    @cached_property
    def columns(self) -> Columns:
        """Columns that :meth:`fill` writes to."""
        return Columns.empty(self.layout, self.n)

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """The steps that are fitted, in chunks."""
        return make_chunks(self.stream, self.fresh, self.since, self.until)

    @cached_property
    def desks(self) -> list[passes.Desk]:
        """Room to work in for each thread."""
        return [passes.Desk(self) for _ in range(max(1, min(self.threads, len(self.chunks))))]

    def fill(self, s: st.State) -> None:
        """Columns of the state, standardised."""
        self.columns.fill(self.compiled, s, self.shift, self.scale)

    def standardise(self) -> None:
        """Learn mean and standard deviation of the pair columns over all possible dyads of the steps.

        Raises
        ------
        ModelError
            If nothing happened in the steps.
        """
        if not self.learnt:
            self.learn_scale(*passes.pair_moments(self))

    def learn_scale(self, mean: np.ndarray, sd: np.ndarray) -> None:
        """Take mean and standard deviation of the pair columns for their shift and scale."""
        self.learnt = True
        scaled = np.array([e in self._scaled for e in self.compiled.pair], dtype=bool)
        self.shift = np.where(scaled, mean, 0.0)
        # A column that never varies says nothing; scale 1 leaves its coefficient to the prior.
        self.scale = np.where(scaled & (sd > 1e-9), sd, 1.0)

    @property
    def _scaled(self) -> set[str]:
        return {name for name in self.compiled.pair if lookup(name).scaled}

    def sums(self, theta: np.ndarray, delta: np.ndarray) -> Sums:
        """One pass over the steps at these parameters."""
        return passes.add_up(self, theta, delta)

    def clusters(self, theta: np.ndarray, delta: np.ndarray, solved: np.ndarray) -> Clusters:
        """Scores by dyad and week at these parameters, the dyad terms eliminated by ``solved`` (n, n, D)."""
        return passes.cluster(self, theta, delta, solved)

    def prior(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and precision of the coefficients' priors."""
        mean, sd = np.zeros(self.layout.size), np.full(self.layout.size, INTERCEPT_SD)
        for c in range(st.CLASSES):
            for f, name in enumerate(self.compiled.columns):
                belief = self.spec.priors.get(name.split("@")[0], Prior())
                mean[c * self.layout.block + f], sd[c * self.layout.block + f] = belief.mean, belief.sd
        return mean, 1.0 / sd**2


def _eliminate(sums: Sums, tau2: float) -> tuple[list[np.ndarray], np.ndarray, np.ndarray, np.ndarray]:
    """Eliminate the dyad terms: (C_i⁻¹ by source, information of θ given δ profiled, C⁻¹B, C⁻¹ diagonal)."""
    n, D = sums.score_dyad.shape[0], len(sums.score)
    inverse, reduced = [], sums.information.copy()
    solved, variance = np.zeros((n, n, D)), np.zeros((n, n))
    for i in range(n):
        c = linalg.inv(sums.dyad[i] + np.eye(n) / tau2)
        inverse.append(c)
        solved[i] = c @ sums.cross[i]
        reduced -= sums.cross[i].T @ solved[i]
        variance[i] = np.diag(c)
    return inverse, reduced, solved, variance


def fit_choice(
    problem: ChoiceProblem | Sampled,
    progress: Callable[[str, float], None] = lambda what, share: None,
    start: tuple[np.ndarray, np.ndarray] | None = None,
) -> ChoiceFit:
    """Fit the choice model.

    Parameters
    ----------
    problem
        Data and specification.
    progress
        Called with what is being done and the share done.
    start
        Coefficients and dyad terms to start from; by default the prior means and nothing.

    Raises
    ------
    ModelError
        If Newton does not converge, naming the coefficient that moves most and what to try.
    """
    progress("scaling", 0.0)
    mean, precision = problem.prior()
    problem.standardise()
    theta, delta = start or (mean.copy(), np.zeros((problem.n, problem.n)))
    estimate = problem.spec.dyad_sd == "estimate"
    tau2 = START_VARIANCE if estimate else max(float(problem.spec.dyad_sd) ** 2, 1e-8)
    sums = problem.sums(theta, delta)
    for newton in range(1, MAX_STEPS + 1):
        value = _objective(sums, theta, delta, mean, precision, tau2)
        inverse, reduced, solved, variance = _eliminate(sums, tau2)
        gradient = sums.score - precision * (theta - mean)
        pull = sums.score_dyad - delta / tau2
        right = gradient - np.einsum("ijd,ij->d", solved, pull)
        move = linalg.solve(reduced + np.diag(precision), right, assume_a="pos")
        move_dyad = np.stack([inverse[i] @ pull[i] for i in range(problem.n)]) - solved @ move
        theta, delta, sums = _line_search(
            problem, theta, delta, move, move_dyad, value, mean, precision, tau2
        )
        settled = abs(right @ move + (pull * move_dyad).sum()) < TOLERANCE * max(1.0, abs(value))
        old = tau2
        if estimate:
            off = ~np.eye(problem.n, dtype=bool)
            tau2 = float(max(((delta**2 + variance)[off]).mean(), 1e-4))
        progress("Newton", newton / (newton + 3))
        if settled and abs(tau2 - old) < 0.01 * old:
            break
    else:
        worst = int(np.abs(move).argmax())
        raise ModelError(
            f"the fit did not converge in {MAX_STEPS} steps: coefficient {worst} still moves by {move[worst]:.2g}; "
            "use fewer effects, or a tighter prior on the one that moves"
        )
    return _finish(problem, theta, delta, tau2, sums, precision, newton, progress)


def _objective(
    sums: Sums, theta: np.ndarray, delta: np.ndarray, mean: np.ndarray, precision: np.ndarray, tau2: float
) -> float:
    return float(
        sums.loglik[0] - 0.5 * (precision * (theta - mean) ** 2).sum() - 0.5 * (delta**2).sum() / tau2
    )


def _line_search(
    problem: ChoiceProblem,
    theta: np.ndarray,
    delta: np.ndarray,
    move: np.ndarray,
    move_dyad: np.ndarray,
    value: float,
    mean: np.ndarray,
    precision: np.ndarray,
    tau2: float,
) -> tuple[np.ndarray, np.ndarray, Sums]:
    share = 1.0
    while True:
        new, new_delta = theta + share * move, delta + share * move_dyad
        sums = problem.sums(new, new_delta)
        if (
            _objective(sums, new, new_delta, mean, precision, tau2) >= value - 1e-9 * abs(value)
            or share < 1e-3
        ):
            return new, new_delta, sums
        share /= 2.0


def _finish(
    problem: ChoiceProblem,
    theta: np.ndarray,
    delta: np.ndarray,
    tau2: float,
    sums: Sums,
    precision: np.ndarray,
    newton: int,
    progress: Callable[[str, float], None],
) -> ChoiceFit:
    progress("robust covariance", 0.9)
    _, reduced, solved, variance = _eliminate(sums, tau2)
    naive = linalg.inv(reduced + np.diag(precision))
    clusters = problem.clusters(theta, delta, solved)
    events, steps = (int(x) for x in clusters.seen)
    return ChoiceFit(
        theta=theta,
        delta=delta,
        tau2=tau2,
        naive=naive,
        robust=sandwich(naive, clusters.meat()),
        delta_sd=np.sqrt(variance),
        shift=problem.shift,
        scale=problem.scale,
        loglik=float(sums.loglik[0]),
        events=events,
        steps=steps,
        newton=newton,
    )
