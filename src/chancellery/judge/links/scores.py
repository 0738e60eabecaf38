"""How good is a ranking: mean reciprocal rank and hits, filtered by the day, ties at their expected rank.

The protocol, printed beside every number (:data:`PROTOCOL`):

- single step: for a question of day t everything before day t is known, whatever split it belongs to;
- both directions: every fact (s, r, o) asks for o given s and r, and for s given r and o;
- every entity of the benchmark is a candidate, also those that never occurred;
- time-aware filter: other true answers to the question on the same day are left out, and nothing else is;
- an answer tied with k candidates has the rank in the middle, 1 + better + k / 2;
- hits at n count ranks up to n, so a rank of 1.5 is no hit at 1.

Source: Gastinger et al. 2024, History repeats itself: a baseline for temporal knowledge graph forecasting,
IJCAI; Sun et al. 2020, A re-evaluation of knowledge graph completion methods, ACL, for ties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from chancellery.judge.scores import Interval, block_bootstrap

PROTOCOL = (
    "single step; both directions; all entities are candidates; time-aware filter (other answers of the same day "
    "left out); ties at the expected rank"
)
HITS = (1, 3, 10)


@dataclass(frozen=True)
class Score:
    """Mean reciprocal rank and share of ranks up to 1, 3 and 10, over ``answers`` ranked answers.

    ``interval`` is that of the mean reciprocal rank, 90%, from whole days drawn again; None where days were not given.
    """

    answers: int
    mrr: float
    hits: tuple[float, float, float]
    interval: Interval | None = None

    def as_dict(self) -> dict:
        """Plain data."""
        ends = {"low": self.interval.low, "high": self.interval.high} if self.interval else {}
        return {"answers": self.answers, "mrr": self.mrr, **ends, **{f"hits@{n}": h for n, h in zip(HITS, self.hits)}}


def score(ranks: np.ndarray, days: np.ndarray | None = None) -> Score:
    """Sum up ranks (A,) from 1, of answers of these days (A,); no ranks give a score of 0 over 0 answers."""
    if not len(ranks):
        return Score(0, 0.0, (0.0, 0.0, 0.0))
    one, three, ten = (float((ranks <= n).mean()) for n in HITS)
    interval = None if days is None else block_bootstrap(1.0 / ranks, days)
    return Score(len(ranks), float((1.0 / ranks).mean()), (one, three, ten), interval)


@njit(cache=True, nogil=True)
def expected_ranks(utility: np.ndarray, first: np.ndarray, answer: np.ndarray) -> np.ndarray:
    """Rank every answer (A,) among all candidates of its question but the question's other answers.

    Parameters
    ----------
    utility
        (Q, N), higher is better.
    first, answer
        Answers of question q are ``answer[first[q]:first[q + 1]]``.
    """
    ranks = np.empty(len(answer))
    for q in range(len(utility)):
        for a in range(first[q], first[q + 1]):
            own = utility[q, answer[a]]
            better, level = 0, 0
            for o in range(utility.shape[1]):
                better += utility[q, o] > own
                level += utility[q, o] == own
            for b in range(first[q], first[q + 1]):
                better -= utility[q, answer[b]] > own
                level -= utility[q, answer[b]] == own
            ranks[a] = 1.0 + better + 0.5 * level
    return ranks
