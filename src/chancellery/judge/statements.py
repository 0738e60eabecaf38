"""Claims as probability statements: how good the probabilities were that the authors' words stand for.

A claim says, in the author's words of doubt, how probable it is; the record says whether its test held. Each essay
is scored by Brier and log score over its decided claims (supported 1, contradicted 0); and over every measured
claim by the expected Brier score under the record's own probability, which an even prior gives. Answers of the
model's futures are left out: they are no record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from chancellery.essays.claim import Claim
from chancellery.judge.scores import Interval, block_bootstrap, brier, log_score
from chancellery.judge.verdict import SUPPORTED, Verdict

COIN = 0.25  # Brier score of saying one half every time
LEVEL = 0.95


@dataclass(frozen=True)
class Statement:
    """A claim's probability and what became of it.

    ``outcome`` is 1 or 0 where the verdict is decided; ``graded`` the record's probability that the claim holds.
    """

    claim: str
    essay: str
    outcome: int | None
    graded: float | None


@dataclass(frozen=True)
class Mark:
    """How an essay's probabilities did.

    ``decided`` claims, of which ``held`` are supported; ``stated`` mean probability; ``brier`` and ``log`` over
    these with intervals over claims; ``expected`` Brier score over ``measured`` claims.
    """

    essay: str
    decided: int
    held: int
    stated: float
    brier: Interval
    log: Interval
    measured: int
    expected: Interval


def statements(verdicts: Iterable[Verdict]) -> tuple[Statement, ...]:
    """The claims about which the record, not the model's futures, says something."""
    out = []
    for v in verdicts:
        if v.test == "scenario" or v.prior is None:
            continue
        outcome = int(v.verdict == SUPPORTED) if v.decided else None
        graded = float(outcome) if outcome is not None and v.posterior is None else _even(v)
        if graded is not None:
            out.append(Statement(v.claim, v.essay, outcome, graded))
    return tuple(out)


def _even(v: Verdict) -> float | None:
    """The record's probability with an even prior: the author's is divided out of the posterior."""
    if v.posterior is None or not 0.0 < v.prior < 1.0:
        return None
    for_it, against = v.posterior * (1.0 - v.prior), (1.0 - v.posterior) * v.prior
    return for_it / (for_it + against) if for_it + against > 0 else None


def marks(found: Iterable[Statement], claims: Iterable[Claim], seed: int = 7) -> tuple[Mark, ...]:
    """Score every essay, its claims read under some list of words.

    Parameters
    ----------
    found
        What became of the claims.
    claims
        The claims, with the probabilities that are to be scored.
    """
    said = {c.id: c.prior for c in claims}
    found = [s for s in found if said.get(s.claim) is not None]
    out = []
    for essay in sorted({s.essay for s in found}):
        mine = [s for s in found if s.essay == essay]
        decided = [s for s in mine if s.outcome is not None]
        p = np.array([said[s.claim] for s in decided])
        y = np.array([float(s.outcome) for s in decided])
        every, grade = np.array([said[s.claim] for s in mine]), np.array([s.graded for s in mine])
        out.append(
            Mark(
                essay, len(decided), int(y.sum()), float(p.mean()) if len(p) else float("nan"),
                _mean(brier(p, y), seed), _mean(log_score(p, y), seed), len(mine),
                _mean(grade * (1.0 - every) ** 2 + (1.0 - grade) * every**2, seed),
            )
        )  # fmt: skip
    return tuple(out)


def _mean(values: np.ndarray, seed: int) -> Interval:
    """Mean with an interval over claims, each its own block; nothing where there are fewer than two."""
    if len(values) < 2:
        mean = float(values.mean()) if len(values) else float("nan")
        return Interval(mean, float("nan"), float("nan"))
    return block_bootstrap(values, np.arange(len(values)), level=LEVEL, seed=seed)
