"""The choice likelihood of a step, its gradient and information, as plain matrix arithmetic.

For source i in step t, each of its N_i acts picks (k, j) with probability exp(u_ikj) / Σ exp(u_i··),
u_ikj = α_k + δ_ij + θ_c(k)·x_ij,c + φ_c(k)·a_ikj (McFadden 1974; Stadtfeld & Block 2017).
Coefficients are laid out as one block a class [pair, memory, act columns], then the act intercepts α.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from chancellery.effects import state as st
from chancellery.model.compile import Compiled

CLASSES = st.CLASSES


class Layout(NamedTuple):
    """Where the coefficients of the choice model stand in the parameter vector."""

    pair: int
    memory: int
    act: int
    klass: np.ndarray

    @property
    def block(self) -> int:
        return self.pair + self.memory + self.act

    @property
    def acts(self) -> int:
        return len(self.klass)

    @property
    def size(self) -> int:
        return CLASSES * self.block + self.acts

    def of_class(self, c: int) -> slice:
        """Coefficients of class c."""
        return slice(c * self.block, (c + 1) * self.block)

    @property
    def intercepts(self) -> slice:
        return slice(CLASSES * self.block, self.size)


@dataclass
class Columns:
    """Columns of one state, reused from step to step: Z (4, n, n, pair + memory), A (K, n, n, act)."""

    P: np.ndarray
    M: np.ndarray
    Z: np.ndarray
    A: np.ndarray

    @classmethod
    def empty(cls, layout: Layout, n: int) -> Columns:
        """Arrays of the right shapes."""
        shared = layout.pair + layout.memory
        return cls(
            P=np.zeros((n, n, layout.pair)), M=np.zeros((CLASSES, n, n, layout.memory)),
            Z=np.zeros((CLASSES, n, n, shared)), A=np.zeros((layout.acts, n, n, layout.act)),
        )  # fmt: skip

    def fill(self, compiled: Compiled, s: st.State, shift: np.ndarray, scale: np.ndarray) -> None:
        """Compute the columns from the state and standardise the pair columns."""
        compiled.module.features(s, self.P, self.M, self.A)
        pair = self.P.shape[-1]
        self.Z[..., :pair] = ((self.P - shift) / scale) * (s.can > 0)[:, :, None]
        self.Z[..., pair:] = self.M


def layout_of(compiled: Compiled, klass: np.ndarray) -> Layout:
    """Layout of the coefficients for a compiled specification and the classes of its acts."""
    return Layout(len(compiled.pair), len(compiled.memory), len(compiled.act), np.asarray(klass))


def log_probabilities(
    theta: np.ndarray, delta: np.ndarray, layout: Layout, x: Columns, can: np.ndarray
) -> np.ndarray:
    """Log P(k, j | i) as (K, n, n); impossible targets have −inf.

    Parameters
    ----------
    theta
        (layout.size,) coefficients.
    delta
        (n, n) dyad terms.
    can
        (n, n) 1 where j is a possible target.
    """
    shared = layout.pair + layout.memory
    out = np.empty((layout.acts, *can.shape))
    base = [x.Z[c] @ theta[layout.of_class(c)][:shared] + delta for c in range(CLASSES)]
    alpha = theta[layout.intercepts]
    for k, c in enumerate(layout.klass):
        out[k] = alpha[k] + base[c] + x.A[k] @ theta[layout.of_class(c)][shared:]
    out[:, can <= 0] = -np.inf
    top = out.max(axis=(0, 2), keepdims=True)
    top[~np.isfinite(top)] = 0.0
    total = np.log(np.maximum(np.exp(out - top).sum(axis=(0, 2), keepdims=True), 1e-300)) + top
    return out - total


class Sums(NamedTuple):
    """What a pass over the steps adds up; D = layout.size.

    ``loglik``; ``score`` (D,); ``information`` (D, D); ``score_dyad`` (n, n); ``cross`` (n, n, D) between
    dyad terms and coefficients; ``dyad`` (n, n, n) information of the dyad terms of each source.
    """

    loglik: np.ndarray
    score: np.ndarray
    information: np.ndarray
    score_dyad: np.ndarray
    cross: np.ndarray
    dyad: np.ndarray


def zero_sums(layout: Layout, n: int) -> Sums:
    """Sums before the first step."""
    D = layout.size
    return Sums(
        np.zeros(1), np.zeros(D), np.zeros((D, D)), np.zeros((n, n)), np.zeros((n, n, D)), np.zeros((n, n, n))
    )


def mean_columns(p: np.ndarray, layout: Layout, x: Columns) -> np.ndarray:
    """Σ_k p_kij z_kij as (n, n, D): the expected columns by target, before summing over targets."""
    n = p.shape[1]
    out = np.empty((n, n, layout.size))
    shared = layout.pair + layout.memory
    for c in range(CLASSES):
        block = out[:, :, layout.of_class(c)]
        acts = np.flatnonzero(layout.klass == c)
        block[:, :, :shared] = p[acts].sum(axis=0)[:, :, None] * x.Z[c]
        block[:, :, shared:] = sum((p[k][:, :, None] * x.A[k] for k in acts), np.zeros((n, n, layout.act)))
    out[:, :, layout.intercepts] = np.moveaxis(p, 0, -1)
    return out


def add_step(sums: Sums, counts: np.ndarray, logp: np.ndarray, layout: Layout, x: Columns) -> None:
    """Add one step's log likelihood, score and information to the sums."""
    N = counts.sum(axis=(0, 2))
    p = np.exp(logp)
    happened = counts > 0
    sums.loglik[0] += (counts[happened] * logp[happened]).sum()
    expected = mean_columns(p, layout, x)
    by_source = expected.sum(axis=1)
    target = p.sum(axis=0)
    sums.score[:] += mean_columns(counts, layout, x).sum(axis=(0, 1)) - N @ by_source
    sums.score_dyad[:] += counts.sum(axis=0) - N[:, None] * target
    sums.information[:] -= (by_source * N[:, None]).T @ by_source
    _add_second_moments(sums.information, p * N[None, :, None], layout, x)
    sums.cross[:] += N[:, None, None] * (expected - target[:, :, None] * by_source[:, None, :])
    sums.dyad[:] -= N[:, None, None] * target[:, :, None] * target[:, None, :]
    n = len(N)
    sums.dyad[:, range(n), range(n)] += N[:, None] * target


def _add_second_moments(info: np.ndarray, w: np.ndarray, layout: Layout, x: Columns) -> None:
    shared, alpha = layout.pair + layout.memory, layout.intercepts.start
    for c in range(CLASSES):
        lo = c * layout.block
        mid, hi = lo + shared, lo + layout.block
        Z = x.Z[c].reshape(w[0].size, shared)
        acts = np.flatnonzero(layout.klass == c)
        w_class = w[acts].sum(axis=0).reshape(-1, 1)
        info[lo:mid, lo:mid] += (Z * w_class).T @ Z
        for k in acts:
            wk = w[k].reshape(-1, 1)
            A = x.A[k].reshape(w[0].size, layout.act)
            wA = A * wk
            za, zk, ak = Z.T @ wA, Z.T @ wk[:, 0], wA.sum(axis=0)
            info[lo:mid, mid:hi] += za
            info[mid:hi, lo:mid] += za.T
            info[mid:hi, mid:hi] += wA.T @ A
            for rows, v in ((slice(lo, mid), zk), (slice(mid, hi), ak)):
                info[rows, alpha + k] += v
                info[alpha + k, rows] += v
            info[alpha + k, alpha + k] += wk.sum()


def residual_scores(
    counts: np.ndarray, logp: np.ndarray, layout: Layout, x: Columns
) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a step by dyad: (n, n, D) for the coefficients and (n, n) for the dyad terms.

    Each is (observed − expected count) × (columns − their mean for the source): it sums to the score, and
    has mean zero dyad by dyad, which clusters need.
    """
    N = counts.sum(axis=(0, 2))
    p = np.exp(logp)
    e = counts - N[None, :, None] * p
    by_source = mean_columns(p, layout, x).sum(axis=1)
    residual = e.sum(axis=0)
    return mean_columns(e, layout, x) - residual[:, :, None] * by_source[:, None, :], residual
