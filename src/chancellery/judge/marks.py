"""How well the changes of third parties were foretold: direction, size, intervals, and what the shock adds.

Beside the run with the shock stand the run without it, and "nothing changes". Intervals are those of
resampled pairs of states: the cells of a pair (four classes, either way round) share their luck.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from chancellery.judge.change import EFFECT_ERRORS, TOLD, Changes
from chancellery.judge.scores import Interval, block_bootstrap, pit, skill
from chancellery.simulate.chance import generator

LEAST_CELLS = 5  # fewer say nothing
SHUFFLES = 1000


@dataclass(frozen=True)
class Marks:
    """How predictions of some cells fared; None where fewer than ``LEAST_CELLS`` could tell.

    Attributes
    ----------
    scored, told
        Cells whose size is scored, and cells whose observed change can be told from noise.
    rose
        Share of the told changes that were rises: what always saying the commoner direction would get.
    right, right_without
        Share of the told changes whose direction the run with the shock, and without it, foretold.
    error, error_without, error_nothing
        Mean absolute error of the log change, of either run's median, and of "nothing changes".
    gain, gain_without
        Share of the error of "nothing changes" that the run with the shock, and without it, saves.
    gain_over_without
        Share of the error of the run without the shock that the shock saves.
    held_50, held_90, held_50_without, held_90_without
        Share of observed changes inside the central 50% and 90% of futures, ties placed at random.
    effects
        Cells where the shock's predicted effect is larger than its simulation error and the observed change,
        less what the run without the shock expected, can be told from noise.
    effect_right
        Share of those whose directions agree.
    effect_chance, effect_p
        What effects shuffled among the cells of their class would get on average, and how often they do as well.
    """

    scored: int
    told: int
    rose: float | None
    right: Interval | None
    right_without: Interval | None
    error: float | None
    error_without: float | None
    error_nothing: float | None
    gain: Interval | None
    gain_without: Interval | None
    gain_over_without: Interval | None
    held_50: Interval | None
    held_90: Interval | None
    held_50_without: Interval | None
    held_90_without: Interval | None
    effects: int
    effect_right: Interval | None
    effect_chance: float | None
    effect_p: float | None

    def as_dict(self) -> dict:
        """Plain data; an interval is ``mean``, ``low``, ``high`` at 90%."""
        return asdict(self)


def marks(cells: Changes, seed: int) -> Marks:
    """Mark the predictions of some cells."""
    return Marks(**_direction(cells), **_size(cells, seed), **_effect(cells, seed))


def _share(right: np.ndarray, blocks: np.ndarray) -> Interval | None:
    return block_bootstrap(right.astype(float), blocks) if len(right) >= LEAST_CELLS else None


def _direction(cells: Changes) -> dict:
    told = cells.where(cells.told)
    up = told.seen > 0
    return {
        "told": len(up),
        "rose": float(up.mean()) if len(up) >= LEAST_CELLS else None,
        "right": _share((told.shock.mean(axis=1) > 0) == up, told.block),
        "right_without": _share((told.none.mean(axis=1) > 0) == up, told.block),
    }


def _size(cells: Changes, seed: int) -> dict:
    held = cells.where(cells.scored)
    if len(held.seen) < LEAST_CELLS:
        names = (
            "error", "error_without", "error_nothing", "gain", "gain_without", "gain_over_without",
            "held_50", "held_90", "held_50_without", "held_90_without",
        )  # fmt: skip
        return {"scored": len(held.seen), **dict.fromkeys(names)}
    with_it, without = (np.abs(held.seen - np.median(run, axis=1)) for run in (held.shock, held.none))
    nothing = np.abs(held.seen)
    out = {
        "scored": len(held.seen),
        "error": float(with_it.mean()),
        "error_without": float(without.mean()),
        "error_nothing": float(nothing.mean()),
        "gain": skill(with_it, nothing, held.block),
        "gain_without": skill(without, nothing, held.block),
        "gain_over_without": skill(with_it, without, held.block),
    }
    for run, name in ((held.shock, ""), (held.none, "_without")):
        place = pit(run, held.seen, generator(seed, "ties", name))
        for share in (50, 90):
            out[f"held_{share}{name}"] = _share(np.abs(place - 0.5) <= share / 200.0, held.block)
    return out


def effects(cells: Changes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the shock adds, and what is left of the observed change without it.

    Returns
    -------
    predicted, left
        (C,) mean over futures of the difference of the two runs; observed change less the run without.
    counts
        (C,) whether the first is larger than its simulation error and the second can be told from noise.
    """
    apart = cells.shock - cells.none
    predicted = apart.mean(axis=1)
    error = apart.std(axis=1, ddof=1) / np.sqrt(apart.shape[1])
    left = cells.seen - cells.none.mean(axis=1)
    counts = (np.abs(predicted) > EFFECT_ERRORS * error) & (np.abs(left) >= TOLD * cells.error)
    return predicted, left, counts


def _effect(cells: Changes, seed: int) -> dict:
    predicted, left, counts = effects(cells)
    up, rose = predicted[counts] > 0, left[counts] > 0
    if len(up) < LEAST_CELLS:
        return {"effects": len(up), "effect_right": None, "effect_chance": None, "effect_p": None}
    right, klass = up == rose, cells.klass[counts]
    rng = generator(seed, "shuffles")
    by_chance = np.empty(SHUFFLES)
    for x in range(SHUFFLES):
        order = np.lexsort((rng.random(len(up)), klass))
        shuffled = np.empty_like(up)
        shuffled[np.argsort(klass, kind="stable")] = up[order]
        by_chance[x] = (shuffled == rose).mean()
    as_good = int((by_chance >= right.mean() - 1e-12).sum())
    return {
        "effects": len(up),
        "effect_right": _share(right, cells.block[counts]),
        "effect_chance": float(by_chance.mean()),
        "effect_p": (1 + as_good) / (1 + SHUFFLES),
    }
