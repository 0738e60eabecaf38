"""What a model of links has learnt: settings, weights and places, and the steps by which they are learnt.

The weight of a reason for a relation is a shared one plus what is peculiar to the relation, shrunken to 0; the
weight of a rule (relation seen → relation asked for) is that of their CAMEO roots plus what is peculiar to the pair.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from chancellery.errors import ModelError
from chancellery.judge.links.kernels import adam
from chancellery.judge.links.reasons import HALF_LIVES, NAMES, RULE_HALF_LIVES
from chancellery.judge.links.resemblance import Places, scatter
from chancellery.judge.links.stream import ROOTS, Stream

COLUMNS = 2 * len(HALF_LIVES) + 3  # of a reason
LEAST = 1e-3  # shrinkage of the rules of roots
LITTLE = 1e-6  # Adam's usual damping


@dataclass(frozen=True)
class Settings:
    """What is chosen before fitting; every one on validation days.

    ``since`` is the first day whose questions are learnt from (the days before only fill the memory), ``passes``
    how often they are gone through; ``rate`` and ``place_rate`` are the steps at the start of the first pass, falling
    in a straight line; the shrinkages are per step and unit of rate. ``damp_own`` and ``damp_rules`` hold back weights
    that few questions speak of (see `kernels.adam`): what is peculiar to a rare relation, and rare rules.
    """

    reasons: tuple[str, ...] = NAMES
    rules: bool = True
    rank: int = 64
    since: int = 120
    passes: int = 2
    rate: float = 0.01
    place_rate: float = 0.004
    shrink_own: float = 0.2
    shrink_rules: float = 0.2
    shrink_places: float = 0.3
    damp_own: float = 0.01
    damp_rules: float = 0.03
    batch: int = 1024
    seed: int = 14

    def __post_init__(self) -> None:
        if unknown := [name for name in self.reasons if name not in NAMES]:
            raise ModelError(f"there is no reason '{unknown[0]}'; there are {', '.join(NAMES)}")
        for name in ("since", "passes", "batch", "rank"):
            if getattr(self, name) < (name in ("passes", "batch")):
                raise ModelError(
                    f"{name} is {getattr(self, name)}; it has to be at least {int(name in ('passes', 'batch'))}"
                )


@dataclass
class Weights:
    """``shared`` (C,), ``own`` (R, C), ``rules`` (R, R, H), ``roots`` (42, 42, H), ``places`` or None."""

    shared: np.ndarray
    own: np.ndarray
    rules: np.ndarray
    roots: np.ndarray
    root: np.ndarray  # (R,)
    places: Places | None

    def of(self, relation: np.ndarray, column: int) -> np.ndarray:
        """Weights of the reason that begins at ``column``, for each relation asked for: (Q, COLUMNS)."""
        cut = slice(column, column + COLUMNS)
        return self.shared[cut] + self.own[relation, cut]

    def of_rules(self) -> np.ndarray:
        """Weights of the rules (R, R, H): asked for, seen, half-life."""
        return self.rules + self.roots[self.root][:, self.root]

    def all(self) -> list[np.ndarray]:
        """The arrays, in a fixed order."""
        return [self.shared, self.own, self.rules, self.roots, *(self.places.all() if self.places else [])]


def begin(s: Stream, settings: Settings) -> Weights:
    """Nothing learnt yet: weights of 0, places drawn with the seed."""
    f, columns, h = np.float32, COLUMNS * len(settings.reasons), len(RULE_HALF_LIVES)
    rng = np.random.default_rng([settings.seed, 5])
    return Weights(
        np.zeros(columns, f),
        np.zeros((s.asked, columns), f),
        np.zeros((s.asked, s.asked, h) if settings.rules else (1, 1, h), f),
        np.zeros((2 * ROOTS, 2 * ROOTS, h), f),
        s.root,
        scatter(len(s.entities), s.asked, settings.rank, rng) if settings.rank else None,
    )


@dataclass
class Adam:
    """The moments of every array of some weights; one :meth:`step` takes the gradients in the same order."""

    weights: Weights
    settings: Settings
    steps: int = 0
    moments: list[tuple[np.ndarray, np.ndarray]] = field(init=False)

    def __post_init__(self) -> None:
        self.moments = [
            (np.zeros(x.size, np.float32), np.zeros(x.size, np.float32)) for x in self.weights.all()
        ]
        c = self.settings
        places = (c.place_rate, c.shrink_places, LITTLE)
        self.pace = [
            (c.rate, 0.0, LITTLE),
            (c.rate, c.shrink_own, c.damp_own),
            (c.rate, c.shrink_rules, c.damp_rules),
            (c.rate, LEAST, LITTLE),
            *[places] * 4,
            (c.place_rate, 0.0, LITTLE),
        ]

    def step(self, gradients: list[np.ndarray], left: float) -> None:
        """Go one step down, at ``left`` (from 1 to 0) of the rates."""
        self.steps += 1
        ahead, behind = 1 / (1 - 0.9**self.steps), 1 / (1 - 0.99**self.steps)
        for x, gradient, (mean, square), (rate, shrink, damp) in zip(
            self.weights.all(), gradients, self.moments, self.pace, strict=False
        ):
            adam(
                x.reshape(-1), np.ascontiguousarray(gradient, np.float32).reshape(-1), mean, square,
                np.float32(rate * left), np.float32(shrink), np.float32(ahead), np.float32(behind),
                np.float32(damp),
            )  # fmt: skip
