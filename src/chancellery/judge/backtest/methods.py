"""The forecasters that are set beside each other, each a choice of columns for the same two regressions.

Every baseline is given what suits it best on windows that have ended: its level, its slope and, for counts, its
dispersion are learnt there, so none loses for want of a calibration. Only the simulation is left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from chancellery.judge.backtest.history import HALF_LIVES
from chancellery.judge.backtest.learn import Line, learn_chance, learn_counts
from chancellery.model.rate import log_density

COMBINED, SIMULATION = "combined", "simulation"
UNIFORM, CLIMATOLOGY, PERSISTENCE, RECURRENCY = "uniform", "climatology", "persistence", "recurrency"
REGRESSION, BOOSTED = "regression", "boosted trees"
SAYS = {
    COMBINED: "what is served: memory and the model's expectation, joined by a regression on windows that have ended",
    SIMULATION: "the model's futures as they come, neither joined with anything nor calibrated",
    UNIFORM: "every pair the same: how often it happens at all",
    CLIMATOLOGY: "how often it happened between the two in the long run",
    PERSISTENCE: "what happened in as many days before happens again",
    RECURRENCY: "exponentially weighted counts, with the half-life that did best so far",
    REGRESSION: "the regression of the combined forecast on the same memory, without the model",
    BOOSTED: "gradient-boosted trees on the same memory (scikit-learn), for questions",
}
SOME = 0.1  # stands for none at all in a logarithm; more would bend the line for many
ADDS = (1.0, 0.8, 0.6, 0.3)  # of the log rate, by memory, the longest first
BASELINES = (UNIFORM, CLIMATOLOGY, PERSISTENCE, RECURRENCY, REGRESSION, BOOSTED)


def methods() -> tuple[str, ...]:
    """Names of the forecasters at hand, the served one first; boosted trees need scikit-learn."""
    return tuple(m for m in SAYS if m != BOOSTED or find_spec("sklearn"))


@dataclass(frozen=True)
class Seen:
    """What the forecasters see of some pairs on one day.

    Attributes
    ----------
    memory, model
        (pairs, F) and (pairs, 3) columns of :mod:`~.columns`.
    last
        (pairs,) what happened in as many days before as are foretold.
    """

    memory: np.ndarray
    model: np.ndarray
    last: np.ndarray

    def columns(self, method: str, scale: int = 0) -> np.ndarray:
        """Columns (pairs, F) of a method; ``scale`` is the memory recurrency looks at."""
        if method == UNIFORM:
            return self.memory[:, :0]
        if method == CLIMATOLOGY:
            return self.memory[:, :1]
        if method == PERSISTENCE:
            return np.log(self.last + SOME)[:, None]
        if method == RECURRENCY:  # differences add up to the log rate of one memory
            return self.memory[:, : len(HALF_LIVES) - scale].sum(axis=1, keepdims=True)
        return self.memory if method == REGRESSION else np.hstack([self.memory, self.model])

    def towards(self, method: str) -> np.ndarray:
        """Prior means of a method's coefficients: a rate counts in full, the newer a memory the less it adds."""
        out = np.zeros(self.columns(method).shape[1])
        if method in (CLIMATOLOGY, PERSISTENCE, RECURRENCY):
            out[:] = 1.0
        elif method in (REGRESSION, COMBINED):
            out[: len(HALF_LIVES)] = ADDS
        return out


def joined(seen: list[Seen]) -> Seen:
    """Several days as one."""
    return Seen(*(np.concatenate([getattr(s, name) for s in seen]) for name in ("memory", "model", "last")))


def learnt(taught: Seen, y: np.ndarray, counts: bool, weight: float) -> dict[str, tuple[Line, int]]:
    """Learn every regression from days whose windows have ended.

    Parameters
    ----------
    taught, y
        What was seen, and what came: counts, or 0 and 1.
    weight
        Of a row: the share of its window that no other window has.

    Returns
    -------
    dict
        By method its line, and the memory it looks at where that was chosen.
    """
    learn = learn_counts if counts else learn_chance
    out: dict[str, tuple[Line, int]] = {}
    for method in (UNIFORM, CLIMATOLOGY, PERSISTENCE, REGRESSION, COMBINED):
        out[method] = learn(taught.columns(method), y, taught.towards(method), weight), 0
    towards = taught.towards(RECURRENCY)
    tried = [
        (learn(taught.columns(RECURRENCY, scale), y, towards, weight), scale)
        for scale in range(len(HALF_LIVES) - 1)
    ]
    out[RECURRENCY] = max(
        tried, key=lambda line: _likelihood(line[0], taught.columns(RECURRENCY, line[1]), y, counts)
    )
    return out


def _likelihood(line: Line, X: np.ndarray, y: np.ndarray, counts: bool) -> float:
    if counts:
        return float(log_density(y, line.mean(X), line.r).sum())
    p = np.clip(line.probability(X), 1e-9, 1.0 - 1e-9)
    return float((y * np.log(p) + (1.0 - y) * np.log1p(-p)).sum())
