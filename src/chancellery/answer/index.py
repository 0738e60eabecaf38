"""Indices of behaviour over a stretch of futures, one value a future.

======================  =================================================================================
index                   formula (over the acts of the stretch)
======================  =================================================================================
``hedging of A``        (1 − Σ_g s_g²) / (1 − 1/G), s_g = share of A's cooperative acts towards the great
                        powers that goes to g; 0 all with one, 1 evenly spread (after Kuik 2008, as behaviour)
``concentration of A``  Σ_j s_j², Herfindahl index of A's cooperative acts over all actors
``initiative of A       acts of A towards B, a month
towards B``
``alignment of A with   (cooperative − hostile) / (cooperative + hostile + 1) acts between A and B
B``
``conflict share of A   hostile / all acts between A and B
with B``
``volume of A``         acts of A, a month
======================  =================================================================================
"""

from __future__ import annotations

import numpy as np

from chancellery import world
from chancellery.errors import QuestionError
from chancellery.simulate.condition import Quantity
from chancellery.simulate.futures import Futures

DAYS_A_MONTH = 365.25 / 12
COOPERATIVE = ("verbal-cooperation", "material-cooperation")


def index_series(
    futures: Futures, asked: Quantity, great_powers: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Numerator and denominator parts of an index by step.

    Returns
    -------
    parts
        (parts, draws, steps) counts that :func:`combine` turns into the index over any stretch.
    days
        (steps,) lengths of the steps.
    """
    i = futures.actors.index(asked.source)
    klass = np.array([a.klass for a in world.acts()])
    coop = np.isin(klass, COOPERATIVE)
    shape = (len(futures.acts), len(futures.actors), len(futures.actors))

    def count(acts: np.ndarray, source: object, target: object) -> np.ndarray:
        mask = np.zeros(shape, dtype=bool)
        mask[np.ix_(acts, np.atleast_1d(source), np.atleast_1d(target))] = True
        return futures.series(mask)

    every = np.ones(len(klass), dtype=bool)
    if asked.index in ("hedging", "concentration"):
        names = great_powers if asked.index == "hedging" else futures.actors
        partners = [a for a in names if a != asked.source]
        if asked.index == "hedging" and len(partners) < 2:
            raise QuestionError(
                f"'{asked.text}': hedging needs two great powers in play besides {asked.source}"
            )
        parts = [count(coop, i, futures.actors.index(a)) for a in partners]
    elif asked.index == "volume":
        parts = [count(every, i, np.arange(shape[1]))]
    else:
        j = futures.actors.index(asked.target)
        if asked.index == "initiative":
            parts = [count(every, i, j)]
        else:
            good, bad = (count(a, i, j) + count(a, j, i) for a in (coop, ~coop))
            parts = [good, bad]
    return np.array(parts), np.array(futures.days, dtype=float)


def combine(index: str, parts: np.ndarray, days: float) -> np.ndarray:
    """The index (draws,) from parts (parts, draws) summed over a stretch of ``days``; NaN where undefined."""
    if index in ("initiative", "volume"):
        return parts[0] / days * DAYS_A_MONTH
    if index in ("alignment", "conflict share"):
        good, bad = parts
        if index == "alignment":
            return (good - bad) / (good + bad + 1.0)
        return np.where(good + bad > 0, bad / np.maximum(good + bad, 1.0), np.nan)
    total = parts.sum(axis=0)
    share = np.where(total > 0, parts / np.maximum(total, 1.0), np.nan)
    herfindahl = (share**2).sum(axis=0)
    if index == "concentration":
        return herfindahl
    return (1.0 - herfindahl) / (1.0 - 1.0 / len(parts))
