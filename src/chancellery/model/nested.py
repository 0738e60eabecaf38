"""Nested terms: lasting attention of a pair and of everybody to a target, eliminated source by source.

Beside the coefficients θ a choice may have a term γ_j for each target and a term δ_ij for each ordered pair,
normal around 0. A source's own term cancels out of its choice; how much it does is the rate's affair. Terms
of one source touch no other's, so a Newton step costs a small solve a source and one dense solve of the size
of (θ, γ) (bordered block-diagonal system).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import linalg

from chancellery.model.likelihood import Sums


class Terms(NamedTuple):
    """Which terms there are: ``size`` coefficients, ``n`` actors, standard deviations (0: left out).

    A point is packed as θ (size,), then γ (n,) and δ (n·n,) where they are in.
    """

    size: int
    n: int
    actor_sd: float
    dyad_sd: float

    @property
    def outer(self) -> int:
        """Coefficients and target terms."""
        return self.size + (self.n if self.actor_sd > 0 else 0)

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return self.actor_sd > 0 or self.dyad_sd > 0

    @property
    def packed(self) -> int:
        """Everything."""
        return self.outer + (self.n**2 if self.dyad_sd > 0 else 0)

    def prior(self, mean: np.ndarray, precision: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and precision of a packed point, given those of the coefficients."""
        centre, sharp = np.zeros(self.packed), np.zeros(self.packed)
        centre[: self.size], sharp[: self.size] = mean, precision
        sharp[self.size : self.outer] = self.actor_sd**-2.0 if self.actor_sd > 0 else 0.0
        sharp[self.outer :] = self.dyad_sd**-2.0 if self.dyad_sd > 0 else 0.0
        return centre, sharp

    def total(self, point: np.ndarray) -> np.ndarray:
        """Terms γ_j + δ_ij (n, n) of a packed point."""
        out = np.zeros((self.n, self.n))
        if self.dyad_sd > 0:
            out += point[self.outer :].reshape(self.n, self.n)
        return out + point[self.size : self.outer] if self.actor_sd > 0 else out

    def moved(self, point: np.ndarray, other: Terms) -> np.ndarray:
        """The point as one of other terms; terms that are new begin at 0, terms that go are dropped."""
        out = np.zeros(other.packed)
        out[: self.size] = point[: self.size]
        if self.actor_sd > 0 and other.actor_sd > 0:
            out[self.size : other.outer] = point[self.size : self.outer]
        if self.dyad_sd > 0 and other.dyad_sd > 0:
            out[other.outer :] = point[self.outer :]
        return out

    def score(self, sums: Sums) -> np.ndarray:
        """Score of a packed point."""
        parts = [sums.score]
        if self.actor_sd > 0:
            parts.append(sums.score_dyad.sum(axis=0))
        if self.dyad_sd > 0:
            parts.append(sums.score_dyad.ravel())
        return np.concatenate(parts)


class Eliminated(NamedTuple):
    """Sums with the pair terms eliminated; D' = size of (θ, γ).

    ``inverse`` (n, n, n) posterior covariance of the pair terms of each source given the rest; ``solved``
    (n, n, D') its product with the cross information; ``reduced`` (D', D') information of (θ, γ);
    ``log_determinant`` of the eliminated blocks, prior precision included.
    """

    inverse: np.ndarray
    solved: np.ndarray
    reduced: np.ndarray
    log_determinant: float


def eliminate(sums: Sums, terms: Terms) -> Eliminated:
    """Eliminate the pair terms."""
    n, cross, reduced = terms.n, sums.cross, sums.information.copy()
    if terms.actor_sd > 0:
        between = sums.cross.sum(axis=0)
        reduced = np.block([[reduced, between.T], [between, sums.dyad.sum(axis=0)]])
        cross = np.concatenate([sums.cross, sums.dyad], axis=2)
    inverse, solved, logdet = np.zeros((n, n, n)), np.zeros((n, n, terms.outer)), 0.0
    if terms.dyad_sd > 0:
        for i in range(n):
            block = sums.dyad[i] + np.eye(n) / terms.dyad_sd**2
            inverse[i] = linalg.inv(block)
            logdet += np.linalg.slogdet(block)[1]
            solved[i] = inverse[i] @ cross[i]
            reduced -= cross[i].T @ solved[i]
    return Eliminated(inverse, solved, reduced, logdet)


def solver(terms: Terms) -> Callable[[Sums, np.ndarray, np.ndarray], np.ndarray]:
    """Newton step of a packed point, for :func:`chancellery.model.newton.climb`."""

    def solve(sums: Sums, precision: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        out = eliminate(sums, terms)
        total = out.reduced + np.diag(precision[: terms.outer])
        if terms.dyad_sd <= 0:
            return linalg.solve(total, gradient, assume_a="pos")
        pull = gradient[terms.outer :].reshape(terms.n, terms.n)
        right = gradient[: terms.outer] - np.einsum("ijd,ij->d", out.solved, pull)
        move = linalg.solve(total, right, assume_a="pos")
        inner = np.einsum("ijk,ik->ij", out.inverse, pull) - out.solved @ move
        return np.concatenate([move, inner.ravel()])

    return solve


def spread(out: Eliminated, total: np.ndarray, terms: Terms) -> np.ndarray:
    """Posterior standard deviation (n, n) of γ_j + δ_ij given the coefficients.

    ``total`` (D', D') is the reduced information with the prior precision of (θ, γ).
    """
    variance = np.einsum("ijj->ij", out.inverse).copy()
    if terms.actor_sd > 0:
        targets = linalg.inv(total[terms.size :, terms.size :])
        weight = np.eye(terms.n)[None] - out.solved[:, :, terms.size :]
        variance += ((weight @ targets) * weight).sum(axis=2)
    return np.sqrt(np.maximum(variance, 0.0))
