"""No test is a formality: every counted test is run on worlds made up with the effect the claim names, and with
its opposite, and has to tell them apart.

The worlds keep the days, pairs, volumes and bursts of the record; only the level of one side (or the slope) is
moved, by a step a little larger than the test's own error can hide.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from chancellery.essays.claim import Contrast, Trend
from chancellery.judge import contrast as contrasts
from chancellery.judge import trend as trends
from chancellery.judge.cells import Effect, difference
from chancellery.judge.stream import BLOCK, Stream
from chancellery.judge.verdict import CONTRADICTED, SUPPORTED, decide

ERRORS = 5.0  # of the test's own, that the made-up effect is away from the claim's edge
LEAST = float(np.log(1.5))


@dataclass(frozen=True)
class Trial:
    """Verdicts on made-up worlds: share of ``worlds`` where the effect is as claimed that support the claim, and
    of those with the opposite that contradict it; ``size`` of the effect put in.
    """

    size: float
    supports: float
    contradicts: float

    @property
    def tells_apart(self) -> bool:
        """Whether most worlds of either kind are recognised."""
        return self.supports > 0.5 and self.contradicts > 0.5


def trial(
    test: Contrast | Trend, stream: Stream, great_powers: tuple[str, ...], worlds: int = 9, seed: int = 1
) -> Trial | None:
    """Try a test on made-up worlds; None where the record does not cover it.

    Parameters
    ----------
    test, stream, great_powers
        As for the test itself.
    worlds, seed
        Worlds of either kind, and where their noise starts.
    """
    days = stream.covered_all()
    run = contrasts.contrast if isinstance(test, Contrast) else trends.trend
    seen = run(test, stream, great_powers, days, BLOCK)
    if seen.problem or test.expect == "same":
        return None
    size = max(ERRORS * seen.error, LEAST if not test.index else 0.0)
    towards, away = shifts(test.expect, size, test.margin)
    found = []
    for shift, wanted in ((towards, SUPPORTED), (away, CONTRADICTED)):
        verdicts = [
            decide(_again(test, stream, days, seen, shift, seed + w), test.expect, test.margin)
            for w in range(worlds)
        ]
        found.append(verdicts.count(wanted) / worlds)
    return Trial(size, *found)


def shifts(expect: str, size: float, margin: float) -> tuple[float, float]:
    """Effects as the claim has it, and the opposite."""
    return {
        "more": (size, -size),
        "less": (-size, size),
        "not-more": (margin - size, margin + size),
        "not-less": (size - margin, -margin - size),
        "different": (margin + size, 0.0),
    }[expect]


def _again(
    test: Contrast | Trend, stream: Stream, days: np.ndarray, seen: Effect, shift: float, seed: int
) -> Effect:
    if test.index:  # an index is no count: its mean is moved, its scatter over blocks is kept
        noise = seen.error * np.random.default_rng(seed).standard_t(seen.freedom)
        return Effect(shift + noise, seen.error, seen.freedom, seen.events, seen.levels)
    if isinstance(test, Contrast):
        made = difference(contrasts.made_up(contrasts.sides(test, stream, days), shift, seed))
        # The drift of a driver's weeks is the record's and cannot be made up: its error stands.
        return replace(made, error=max(made.error, seen.error)) if test.after else made
    return trends.slope(trends.made_up(trends.trend_cells(test, stream, days), shift, BLOCK, seed), BLOCK)
