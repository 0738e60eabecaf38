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
from chancellery.model import moments
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
    """Columns of one state: P (n, n, pair), M (4, n, n, memory), A (K, n, n, act); reused by every step."""

    P: np.ndarray
    M: np.ndarray
    A: np.ndarray

    @classmethod
    def empty(cls, layout: Layout, n: int) -> Columns:
        """Arrays of the right shapes."""
        return cls(
            P=np.zeros((n, n, layout.pair)), M=np.zeros((CLASSES, n, n, layout.memory)),
            A=np.zeros((layout.acts, n, n, layout.act)),
        )  # fmt: skip

    def fill(self, compiled: Compiled, s: st.State, shift: np.ndarray, scale: np.ndarray,
             sources: np.ndarray | None = None) -> None:  # fmt: skip
        """Compute the columns from the state and standardise the pair columns, of all sources or of some."""
        compiled.module.features(s, self.P, self.M, self.A, sources)
        rows = np.arange(len(self.P)) if sources is None else sources
        moments.standardise(self.P, shift, scale, s.can, rows)


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
    blocks = theta[: CLASSES * layout.block].reshape(CLASSES, layout.block)
    wp, wm, wa = np.split(blocks, [layout.pair, layout.pair + layout.memory], axis=1)
    base = np.moveaxis(x.P @ wp.T, -1, 0) + delta
    for c in range(CLASSES):
        base[c] += x.M[c] @ wm[c]
    out = np.empty((layout.acts, *can.shape))
    alpha = theta[layout.intercepts]
    moments.normalise(base, x.A, np.ascontiguousarray(wa), alpha, layout.klass, can, out)
    return out


class Sums(NamedTuple):
    """What a pass over the steps adds up; D = layout.size.

    ``loglik``; ``score`` (D,); ``information`` (D, D); ``score_dyad`` (n, n); ``cross`` (n, n, D) between
    dyad terms and coefficients; ``dyad`` (n, n, n) information of the dyad terms of each source. Without
    nested terms the last two are empty (0, n, D) and (0, n, n).
    """

    loglik: np.ndarray
    score: np.ndarray
    information: np.ndarray
    score_dyad: np.ndarray
    cross: np.ndarray
    dyad: np.ndarray


def zero_sums(layout: Layout, n: int, nested: bool = True) -> Sums:
    """Sums before the first step; those of nested terms are most of the work, and left out without."""
    D, sources = layout.size, n if nested else 0
    return Sums(
        np.zeros(1), np.zeros(D), np.zeros((D, D)), np.zeros((n, n)), np.zeros((sources, n, D)),
        np.zeros((sources, n, n)),
    )  # fmt: skip


def add_step(sums: Sums, counts: np.ndarray, logp: np.ndarray, layout: Layout, x: Columns) -> None:
    """Add one step's log likelihood, score and information to the sums.

    Parameters
    ----------
    counts, logp
        (K, n, n) what happened, and its log probabilities.
    """
    N = counts.sum(axis=(0, 2))
    sources = np.flatnonzero(N)
    happened = np.flatnonzero(counts)
    sums.loglik[0] += counts.ravel()[happened] @ logp.ravel()[happened]
    p = moments.probabilities(logp)
    q = moments.class_sums(p, layout.klass)
    mean = moments.sums_by_source(sources, p, q, layout.klass, x.P, x.M, x.A)
    sums.score[:] += moments.sum_of_choices(happened, counts, layout.klass, x.P, x.M, x.A) - N[sources] @ mean
    target = q.sum(axis=0)
    sums.score_dyad[:] += counts.sum(axis=0) - N[:, None] * target
    _add_information(sums.information, sources, N, p, q, mean, layout, x)
    if len(sums.cross):
        moments.add_centred(sources, p, q, layout.klass, x.P, x.M, x.A, N, mean, sums.cross)
        moments.add_dyads(sources, N, target, sums.dyad)


def _add_information(info: np.ndarray, sources: np.ndarray, N: np.ndarray, p: np.ndarray, q: np.ndarray,
                     mean: np.ndarray, layout: Layout, x: Columns) -> None:  # fmt: skip
    """Add Σ_i N_i (E[z zᵀ] − E[z] E[z]ᵀ), as products of a matrix with itself: half the work of others."""
    root = mean * np.sqrt(N[sources])[:, None]
    info -= root.T @ root
    own = moments.act_moments(sources, N, p, x.A)
    for c in range(CLASSES):
        acts = np.flatnonzero(layout.klass == c)
        rows = moments.root_rows(sources, c, acts, N, p, q, x.P, x.M, x.A)
        product = rows.T @ rows
        _put_act_moments(product, own[acts], layout.pair + layout.memory)
        # Places of the rows' columns in the information: the class's block, then its acts' intercepts.
        block = layout.of_class(c)
        at = np.concatenate([np.arange(block.start, block.stop), layout.intercepts.start + acts])
        info[np.ix_(at, at)] += product


def _put_act_moments(product: np.ndarray, own: np.ndarray, shared: int) -> None:
    """Write the moments of act columns and intercepts, which differ by act, behind the shared columns."""
    mixed = shared + own.shape[1] - 1
    product[shared:mixed, shared:mixed] = own[:, 1:, 1:].sum(axis=0)
    product[shared:mixed, mixed:] = own[:, 1:, 0].T
    product[mixed:, shared:mixed] = own[:, 0, 1:]
    product[mixed:, mixed:] = np.diag(own[:, 0, 0])


def residual_scores(
    counts: np.ndarray, logp: np.ndarray, layout: Layout, x: Columns, out: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a step by dyad: (n, n, D) for the coefficients and (n, n) for the dyad terms.

    Each is (observed − expected count) × (columns − their mean for the source): it sums to the score, and
    has mean zero dyad by dyad, which clusters need. The former are added to ``out`` if it is given.
    """
    N = counts.sum(axis=(0, 2))
    sources, n = np.flatnonzero(N), len(N)
    p = moments.probabilities(logp)
    e = counts - N[None, :, None] * p
    columns = (layout.klass, x.P, x.M, x.A)
    mean = moments.sums_by_source(sources, p, moments.class_sums(p, layout.klass), *columns)
    q = moments.class_sums(e, layout.klass)
    out = np.zeros((n, n, layout.size)) if out is None else out
    moments.add_centred(sources, e, q, *columns, np.ones(n), mean, out)
    return out, q.sum(axis=0)
