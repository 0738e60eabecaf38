"""Sums spread over workers elsewhere: each does whole chunks, and they are added here in their order.

The numbers are those of a pass on this machine bit for bit, as long as the workers' processors compute alike.
Needs Dask's ``distributed``, the optional part ``cluster``. What travels is a fit's data once a worker, the
parameters for each pass, and the sums of a chunk back: for n actors and D coefficients 8·n²·(n + D) bytes.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from chancellery.effects import state as st
from chancellery.errors import ModelError
from chancellery.model.likelihood import Sums, zero_sums
from chancellery.model.passes import add_parts, chunk_sums
from chancellery.model.problem import ChoiceProblem
from chancellery.model.replay import Stream
from chancellery.model.spec import Specification

_opened: dict[str, ChoiceProblem] = {}
_numbers = itertools.count()


@dataclass(frozen=True)
class Parcel:
    """What a worker needs to know of a problem: data, specification, acts, and the scaling that was learnt."""

    name: str
    spec: Specification
    stream: Stream
    klass: np.ndarray
    weight: np.ndarray
    since: date | None
    until: date | None
    shift: np.ndarray
    scale: np.ndarray


class SpreadProblem(ChoiceProblem):
    """A choice problem whose passes are done by the workers of a Dask client.

    Parameters
    ----------
    client
        A ``distributed.Client``, or the address of a scheduler.

    Raises
    ------
    ModelError
        If ``distributed`` is not installed, or the scheduler cannot be reached.
    """

    def __init__(self, problem: ChoiceProblem, client: Any) -> None:
        super().__init__(
            problem.spec, problem.stream, problem.fresh, problem.since, problem.until, problem.threads
        )
        self.client, self.parcel = connect(client), None

    def sums(self, theta: np.ndarray, delta: np.ndarray, nested: bool = True) -> Sums:
        """One pass over the steps at these parameters, added in the order of the chunks."""
        if self.parcel is None:
            state = self.fresh()
            # A chunk starts from a memory that each worker rebuilds: it need not travel.
            parcel = Parcel(
                f"{id(self)}-{next(_numbers)}", self.spec, self.stream, state.klass, state.weight, self.since,
                self.until, self.shift, self.scale,
            )  # fmt: skip
            self.parcel = self.client.scatter(parcel, broadcast=True)
        numbers = range(len(self.chunks))
        asked = (theta, delta, nested)
        tasks = [self.client.submit(sums_of, self.parcel, x, *asked, pure=False) for x in numbers]
        out = zero_sums(self.layout, self.n, nested)
        for x in numbers:
            add_parts(out, Sums(*tasks[x].result()))
            tasks[x] = None  # its sums can be let go
        return out

    def part(self, since: date | None, until: date | None) -> SpreadProblem:
        """The same problem on other days, of which the workers have still to be told."""
        other = super().part(since, until)
        other.parcel = None
        return other


def sums_of(
    parcel: Parcel, number: int, theta: np.ndarray, delta: np.ndarray, nested: bool
) -> tuple[np.ndarray, ...]:
    """Sums of one chunk, on a worker; the problem is opened once and kept."""
    if parcel.name not in _opened:
        _opened.clear()
        spec, klass = parcel.spec, np.array(parcel.klass)

        def fresh() -> st.State:
            sizes = list(spec.half_lives), spec.short, spec.long
            out = st.empty_state(len(spec.actors), klass, np.zeros(len(klass)), *sizes)
            out.weight[:] = parcel.weight  # as it stands in a state
            return out

        problem = ChoiceProblem(spec, parcel.stream, fresh, parcel.since, parcel.until)
        problem.shift, problem.scale, problem.learnt = np.array(parcel.shift), np.array(parcel.scale), True
        _opened[parcel.name] = problem
    from threadpoolctl import threadpool_limits

    problem = _opened[parcel.name]
    with threadpool_limits(1, "blas"):
        # What arrives cannot be written to, for which other code would be compiled, with other last bits.
        mine = np.array(theta), np.array(delta)
        out = chunk_sums(problem, problem.chunks[number], problem.desks[0], *mine, nested)
    return tuple(part.copy() for part in out)


def connect(client: Any) -> Any:
    """A Dask client, from one or from the address of a scheduler.

    Raises
    ------
    ModelError
        If ``distributed`` is not installed, or the scheduler cannot be reached.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ModelError(
            "work can only be spread with Dask, which is not installed: pip install 'chancellery[cluster]'"
        ) from None
    if not isinstance(client, str):
        return client
    try:
        return Client(client, timeout="10s")
    except (OSError, TimeoutError, ValueError) as error:
        raise ModelError(f"no Dask scheduler answers at {client} ({error}); check the address") from None
