"""Evaluate a model: log likelihood, score and information, piece by piece of the timeline.

The pieces are always the same, whoever adds them up (threads, other machines), and they are added in order, so
the sums are the same to the last bit. What holds at the start of each piece is kept from the first pass.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from chancellery.errors import ModelError
from chancellery.rem.catalogue import CHOICE, COORDINATION, RATE
from chancellery.rem.kernels.choice import choice_pass
from chancellery.rem.kernels.coordination import coordination_pass
from chancellery.rem.kernels.holding import Holding, copy
from chancellery.rem.kernels.kept import kept_pass, new_kept
from chancellery.rem.kernels.rate import rate_pass
from chancellery.rem.kernels.rows import Sums, new_sums, replay
from chancellery.rem.kernels.tie import tie_pass
from chancellery.rem.plan import Plan
from chancellery.rem.timeline import Timeline

PIECES = 8
SMALL = 4_000_000  # numbers of state below which every piece keeps its own start


@dataclass
class Engine:
    """A model on a timeline, ready to be evaluated at any coefficients.

    Attributes
    ----------
    timed
        Whether the gaps count.
    allowed
        (E, N) 0/1: an event's own list of possible targets, or (0, 0).
    cluster
        Cluster of each event (ways, E), or (0, 0) where the model has its own (senders of a rate, pairs of a tie).
    sample
        Options compared with the event; None for all.
    """

    plan: Plan
    line: Timeline
    timed: bool
    allowed: np.ndarray
    cluster: np.ndarray
    clusters: int
    sample: int | None = None
    seed: int = 1
    threads: int = os.cpu_count() or 1
    _starts: list[Holding] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        rows = len(self.line.rows.code)
        h = self.plan.holding(self.line.start)
        pieces = PIECES if h.X.size + h.P.size <= SMALL and rows > 2000 else 1
        self.cuts = [rows * x // pieces for x in range(pieces + 1)]
        for lo, hi in zip(self.cuts, self.cuts[1:], strict=False):
            self._starts.append(copy(h))
            if hi < rows:
                replay(h, self.line.rows, lo, hi)

    @property
    def pieces(self) -> int:
        """Number of pieces."""
        return len(self._starts)

    def evaluate(self, theta: np.ndarray, clusters: bool = False, surprise: bool = False) -> Sums:
        """Log likelihood, score (p,) and information (p, p) at coefficients (p,).

        Raises
        ------
        ModelError
            If an event was not possible when it happened.
        """
        theta = np.ascontiguousarray(theta, dtype=float)

        def one(piece: int) -> Sums:
            return self.piece(piece, theta, clusters, surprise)

        if self.threads > 1 and self.pieces > 1:
            with ThreadPoolExecutor(self.threads) as pool:
                parts = list(pool.map(one, range(self.pieces)))
        else:
            parts = [one(x) for x in range(self.pieces)]
        return self.total(parts)

    def total(self, parts: list[Sums]) -> Sums:
        """Add the sums of the pieces, in their order."""
        out = Sums(*(sum(arrays[1:], arrays[0].copy()) for arrays in zip(*parts, strict=True)))
        upper = np.triu(out.information)
        return out._replace(information=upper + np.triu(upper, 1).T)

    def piece(self, piece: int, theta: np.ndarray, clusters: bool = False, surprise: bool = False) -> Sums:
        """Sums over one piece of the timeline; the information is its upper triangle."""
        lo, hi, h = self.cuts[piece], self.cuts[piece + 1], copy(self._starts[piece])
        out = new_sums(len(theta), self.clusters if clusters else 0, len(self.line.a) if surprise else 0)
        bad = self._pass(h, lo, hi, theta, out, clusters)
        if bad >= 0:
            self._impossible(bad)
        return out

    def _pass(self, h: Holding, lo: int, hi: int, theta: np.ndarray, out: Sums, clusters: bool) -> int:
        rows, model = self.line.rows, self.plan.model
        cluster = self.cluster[0] if clusters and len(self.cluster) else np.zeros(0, np.int64)
        if model == CHOICE:
            sample = float(self.sample) if self.sample else np.inf
            return choice_pass(h, rows, lo, hi, theta, self.allowed, cluster, sample, self.seed, out)
        if model == RATE:
            return rate_pass(h, rows, lo, hi, theta, self.timed, clusters, out)
        if model == COORDINATION:
            return coordination_pass(h, rows, lo, hi, theta, cluster, out)
        if self.sample or self.plan.fades:
            return tie_pass(h, rows, lo, hi, theta, self.timed, cluster, self.sample or 0, self.seed, out)
        kept = new_kept(h.effect.shape[0], len(h.present), h.effect.shape[1], len(theta), clusters and not self.timed)
        return kept_pass(h, rows, lo, hi, theta, self.timed, kept, out)

    def _impossible(self, row: int) -> None:
        labels, rows = self.plan.study.labels, self.line.rows
        a, b = labels[rows.a[row]], labels[rows.b[row]]
        who = f"{a} → {b}" if self.plan.model != RATE else a
        number = int(self.line.row[rows.event[row]]) + 1
        raise ModelError(
            f"network '{self.plan.dependent}': row {number} ({who}, time {rows.time[row]:g}) was not possible then; "
            "see who is present, 'senders', 'receivers', 'risk' and 'allowed'"
        )
