"""Covariances of estimates: naive, and robust to dependence within clusters.

Event reports repeat and answer each other, so the inverse information is far too small. The sandwich keeps
the model's slope and takes the noise from the data: scores are added up within a cluster (a dyad, a week)
before they are squared, so whatever hangs together there counts once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import linalg


class Clusters(NamedTuple):
    """Scores of the log likelihood added up by cluster, at the mode.

    ``first`` (G₁, p), say by dyad; ``second`` (G₂, p), say by week, or None for one-way; ``both`` (G₁₂, p)
    by their intersection (dyad and week).
    """

    first: np.ndarray
    second: np.ndarray | None = None
    both: np.ndarray | None = None


def meat(clusters: Clusters) -> np.ndarray:
    """Two-way clustered variance (p, p) of the score (Cameron, Gelbach & Miller 2011), each part times G/(G−1)."""
    out = _part(clusters.first)
    if clusters.second is not None:
        out = out + _part(clusters.second)
        if clusters.both is not None:
            out = out - _part(clusters.both)
    return out


def _part(scores: np.ndarray) -> np.ndarray:
    groups = len(scores)
    return groups / max(groups - 1, 1) * (scores.T @ scores)


def sandwich(naive: np.ndarray, variance_of_score: np.ndarray) -> np.ndarray:
    """Robust covariance naive · V · naive, made a proper one."""
    out = naive @ variance_of_score @ naive
    return nearest_covariance((out + out.T) / 2.0)


def nearest_covariance(matrix: np.ndarray) -> np.ndarray:
    """Nearest covariance: two-way clustering can leave tiny negative eigenvalues (Cameron et al. 2011)."""
    values, vectors = linalg.eigh(matrix)
    return (vectors * np.maximum(values, 0.0)) @ vectors.T
