"""What a choice fit is made from: specification, stream of steps, and the pass over them."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from chancellery import world
from chancellery.effects import state as st
from chancellery.effects.catalogue import lookup
from chancellery.model import passes
from chancellery.model.chunks import Chunk, make_chunks
from chancellery.model.compile import Compiled, compile_specification
from chancellery.model.likelihood import Columns, Layout, Sums, layout_of
from chancellery.model.priors import prior_arrays
from chancellery.model.replay import Stream
from chancellery.model.robust import Clustered
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

    @cached_property
    def columns(self) -> Columns:
        """Columns that :meth:`fill` writes to."""
        return Columns.empty(self.layout, self.n)

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """The steps that are fitted, in chunks; earlier ones only build memory."""
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

    def sums(self, theta: np.ndarray, delta: np.ndarray, nested: bool = True) -> Sums:
        """One pass over the steps at these parameters, with or without the sums of nested terms."""
        return passes.add_up(self, theta, delta, nested)

    def clusters(self, theta: np.ndarray, delta: np.ndarray, solved: np.ndarray) -> Clustered:
        """Scores by dyad and week at these parameters, the pair terms eliminated by ``solved`` (n, n, D').

        D' is the number of coefficients, or with that of the target terms if these have scores too.
        """
        return passes.cluster(self, theta, delta, solved)

    def evaluate(self, theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        """Log likelihood, score and information of the coefficients alone, without lasting terms.

        It is what :func:`chancellery.model.belief.believe` and :func:`chancellery.model.nuts.sample` take.
        """
        out = self.sums(theta, np.zeros((self.n, self.n)), nested=False)
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

    def part(self, since: date | None, until: date | None) -> ChoiceProblem:
        """The same problem, with the same scaling, on other days."""
        other = copy(self)
        other.since, other.until = since, until
        other.__dict__.pop("chunks", None)
        return other

    def before(self, day: date) -> ChoiceProblem:
        """The problem on its days up to the eve of a day."""
        return self.part(self.since, day - timedelta(days=1))

    def after(self, day: date) -> ChoiceProblem:
        """The problem on its days from a day on."""
        return self.part(day, self.until)
