"""Passes spread over workers elsewhere: each does whole pieces of the timeline, added here in their order.

The sums are those of this machine bit for bit, as long as the workers' processors compute alike. Needs Dask's
``distributed``, the optional part ``cluster``. The engine travels once to each worker, coefficients for each
pass, and the sums of a piece back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from chancellery.errors import ModelError
from chancellery.model.spread import connect
from chancellery.rem.engine import Engine
from chancellery.rem.kernels.rows import Sums


@dataclass
class SpreadEngine(Engine):
    """An engine whose passes are done by the workers of a Dask client."""

    client: Any = None
    _parcel: Any = field(default=None, init=False, repr=False)

    def evaluate(self, theta: np.ndarray, clusters: bool = False, surprise: bool = False) -> Sums:
        """As :meth:`Engine.evaluate`, piece by piece elsewhere."""
        if self._parcel is None:
            self._parcel = self.client.scatter(at_home(self), broadcast=True)
        theta = np.ascontiguousarray(theta, dtype=float)
        tasks = [
            self.client.submit(sums_of, self._parcel, piece, theta, clusters, surprise, pure=False)
            for piece in range(self.pieces)
        ]
        return self.total([Sums(*task.result()) for task in tasks])


def spread(engine: Engine, client: Any) -> SpreadEngine:
    """Make an engine work through a client, or through the scheduler at an address.

    Raises
    ------
    ModelError
        If ``distributed`` is missing or nobody answers; if the formula names effects of the user, which are
        compiled for this process alone.
    """
    if engine.plan.own:
        raise ModelError("effects of your own are compiled for one process; leave 'client' out")
    return SpreadEngine(**_given(engine), client=connect(client))


def at_home(engine: Engine) -> Engine:
    """The engine with passes of its own again."""
    return Engine(**_given(engine))


def _given(engine: Engine) -> dict[str, Any]:
    return {f.name: getattr(engine, f.name) for f in fields(Engine) if f.init}


def sums_of(engine: Engine, piece: int, theta: np.ndarray, clusters: bool, surprise: bool) -> tuple[np.ndarray, ...]:
    """Sums of one piece, on a worker."""
    # What arrives cannot be written to, for which other code would be compiled.
    return tuple(engine.piece(piece, np.array(theta), clusters, surprise))
