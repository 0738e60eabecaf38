"""What a choice fit is made from: specification, stream of steps, and the pass over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from datetime import date

import numpy as np

from chancellery import world
from chancellery.effects import state as st
from chancellery.effects.catalogue import lookup
from chancellery.errors import ModelError
from chancellery.model.compile import Compiled, compile_specification
from chancellery.model.likelihood import (
    Columns,
    Layout,
    Sums,
    add_step,
    layout_of,
    log_probabilities,
    zero_sums,
)
from chancellery.model.priors import prior_arrays
from chancellery.model.replay import Step, Stream, walk
from chancellery.model.spec import Specification

INTERCEPT_SD = 5.0


class ChoiceProblem:
    """Data and specification of one choice fit: everything a pass over the steps needs."""

    def __init__(
        self,
        spec: Specification,
        stream: Stream,
        fresh: Callable[[], st.State],
        since: date | None,
        until: date | None,
    ) -> None:
        self.spec, self.stream, self.fresh, self.since, self.until = spec, stream, fresh, since, until
        self.compiled: Compiled = compile_specification(spec)
        state = fresh()
        self.n = state.can.shape[0]
        self.layout: Layout = layout_of(self.compiled, state.klass)
        self.columns = Columns.empty(self.layout, self.n)
        self.shift = np.zeros(self.layout.pair)
        self.scale = np.ones(self.layout.pair)

    def visit(self) -> Iterator[tuple[Step, st.State, np.ndarray]]:
        """Yield (step, state, counts) for the steps that are fitted; earlier ones only build memory."""
        for step, s, counts in walk(self.stream, self.fresh(), self.until):
            if self.since is None or step.first >= self.since:
                yield step, s, counts

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
        total, squares, weight, seen = np.zeros(self.layout.pair), np.zeros(self.layout.pair), 0.0, 0.0
        scaled = np.array([e in self._scaled for e in self.compiled.pair], dtype=bool)
        for _, s, counts in self.visit():
            self.compiled.module.features(s, self.columns.P, self.columns.M, self.columns.A)
            rows = self.columns.P[s.can > 0]
            total += rows.sum(axis=0)
            squares += (rows**2).sum(axis=0)
            weight += len(rows)
            seen += counts.sum()
        if not seen:
            raise ModelError(f"no event among the actors in play between {self.since} and {self.until}")
        mean = total / weight
        sd = np.sqrt(np.maximum(squares / weight - mean**2, 0.0))
        self.shift = np.where(scaled, mean, 0.0)
        # A column that never varies says nothing; scale 1 leaves its coefficient to the prior.
        self.scale = np.where(scaled & (sd > 1e-9), sd, 1.0)

    @property
    def _scaled(self) -> set[str]:
        return {name for name in self.compiled.pair if lookup(name).scaled}

    def sums(self, theta: np.ndarray, delta: np.ndarray) -> Sums:
        """One pass over the steps at these parameters."""
        out = zero_sums(self.layout, self.n)
        for _, s, counts in self.visit():
            self.fill(s)
            add_step(
                out,
                counts,
                log_probabilities(theta, delta, self.layout, self.columns, s.can),
                self.layout,
                self.columns,
            )
        return out

    def evaluate(self, theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Log likelihood, score and information of the coefficients alone, without lasting terms.

        It is what :func:`chancellery.model.belief.believe` and :func:`chancellery.model.nuts.sample` take.
        """
        out = self.sums(theta, np.zeros((self.n, self.n)))
        return float(out.loglik[0]), out.score, out.information

    def names(self) -> tuple[str, ...]:
        """Names of the coefficients: ``column:class``, then the acts as ``act:`` and their number."""
        columns = [f"{name}:{c}" for c in world.CLASSES for name in self.compiled.columns]
        return (*columns, *(f"act:{k}" for k in range(self.layout.acts)))

    def prior(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and precision of the coefficients' priors; intercepts of acts have their own wide one."""
        mean, precision = prior_arrays(self.spec.priors, self.names())
        mean[self.layout.intercepts], precision[self.layout.intercepts] = 0.0, INTERCEPT_SD**-2
        return mean, precision

    def part(self, until: date, since: date | None = None) -> ChoiceProblem:
        """The same problem, with the same scaling, on a part of its days."""
        other = copy(self)
        other.until, other.since = until, since or self.since
        return other
