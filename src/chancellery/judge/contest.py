"""The contest: experts scored on the same weeks, by how much of the record each has seen.

A gap is a difference of two experts' log scores in nats for a thousand events, positive where the first is
better, with an interval from blocks of four weeks drawn again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from chancellery.judge.experts import (
    NEUTRAL,
    Belief,
    Opinion,
    along,
    believe,
    effect_of,
    expert,
    experts,
    learnt,
)
from chancellery.judge.scores import Interval, block_bootstrap
from chancellery.judge.stream import BLOCK
from chancellery.model.digest import Digest
from chancellery.model.predictive import Foreteller

ALONE, EVERYTHING, LEARNING = "the essay alone", "everything", "learning as it goes"
STAGES: dict[str, int | None] = {ALONE: 0, "4 weeks": 4, "13 weeks": 13, EVERYTHING: None}
LEVEL = 0.95
THOUSAND = 1000.0


class Contest:
    """Experts and the weeks they are scored on.

    Parameters
    ----------
    said
        The opinions of all essays.
    seen
        The digest of the record.
    foreteller
        The days they are scored on.
    scale, by_letter
        (M,), and as in :func:`~chancellery.judge.experts.expert`.
    stages
        How much of the record the experts see before, names of ``STAGES``, or that they learn as it goes.
    """

    def __init__(
        self,
        said: Sequence[Opinion],
        seen: Digest,
        foreteller: Foreteller,
        scale: np.ndarray,
        *,
        by_letter: bool = False,
        stages: Sequence[str] = (*STAGES, LEARNING),
    ) -> None:
        self.said, self.seen, self.foreteller = tuple(said), seen, foreteller
        self.scale, self.by_letter, self.stages = scale, by_letter, tuple(stages)
        self.experts = experts(said, seen.names, scale, by_letter)

    @property
    def essays(self) -> tuple[str, ...]:
        """Experts that are essays."""
        return tuple(name for name in self.experts if name != NEUTRAL)

    @cached_property
    def weeks(self) -> tuple[date, ...]:
        """Mondays of the weeks that are foretold."""
        return self.seen.weeks[self.seen.training :]

    @cached_property
    def events(self) -> np.ndarray:
        """Events of each of these weeks."""
        return self.seen.events[self.seen.training :]

    def belief(self, name: str, stage: str) -> Belief:
        """What an expert believes before the first of these weeks."""
        return believe(self.experts[name], self.seen, 0 if stage == LEARNING else STAGES[stage])

    @cached_property
    def _scores(self) -> dict[tuple[str, str], np.ndarray]:
        """Log scores (weeks,) by stage and expert."""
        keys = [(stage, name) for stage in self.stages for name in self.experts]
        started = [self.belief(name, stage) for stage, name in keys]
        by_week: dict[date, list[Belief]] = {}
        for t, week in enumerate(self.weeks, self.seen.training):
            by_week.setdefault(week, list(started))
            for x, (stage, _) in enumerate(keys):
                if stage == LEARNING:
                    started[x] = learnt(started[x], self.seen, self.seen.score[t], self.seen.information[t])
        found = self.foreteller.integrated(lambda week: [(b.mean, b.root) for b in by_week[week]])
        return dict(zip(keys, found))

    def scores(self, stage: str, name: str) -> np.ndarray:
        """Log score (weeks,) of the events of each week, one by one, doubt about the weights integrated out."""
        return self._scores[stage, name]

    def between(
        self, ahead: np.ndarray, behind: np.ndarray, among: np.ndarray | slice = slice(None)
    ) -> Interval:
        """Gap of two series of scores (weeks,), over all weeks or some."""
        values = THOUSAND * (ahead - behind)[among] / self.events[among].mean()
        return block_bootstrap(values, self._blocks[among], level=LEVEL, seed=self.foreteller.seed)

    def gap(self, stage: str, name: str, other: str = NEUTRAL) -> Interval:
        """Gap of two experts."""
        return self.between(self.scores(stage, name), self.scores(stage, other))

    @cached_property
    def _blocks(self) -> np.ndarray:
        return np.array([w.toordinal() // BLOCK for w in self.weeks])

    def mean(self, stage: str, name: str) -> float:
        """Nats an event."""
        return float(self.scores(stage, name).sum() / self.events.sum())

    def by_year(self, stage: str, name: str) -> dict[int, Interval]:
        """Gap to the neutral expert by year of the weeks' last days."""
        years = np.array([(w + timedelta(days=6)).year for w in self.weeks])
        ahead, behind = self.scores(stage, name), self.scores(stage, NEUTRAL)
        return {int(y): self.between(ahead, behind, years == y) for y in np.unique(years)}

    def path(self, stage: str, name: str) -> np.ndarray:
        """Lead over the neutral expert in nats (weeks,), summed up week by week."""
        return np.cumsum(self.scores(stage, name) - self.scores(stage, NEUTRAL))

    def worth(self, of: Callable[[Opinion], str]) -> list[tuple[str, str, Interval]]:
        """What parts of the essays earn (positive) or cost them when they know nothing of the record.

        The gap of the essay's mean weights to those it would have without the part, doubt left out.

        Parameters
        ----------
        of
            From an opinion to the part it belongs to: its claim, or the effect it speaks of.

        Returns
        -------
        list
            (essay, part, gap).
        """
        parts, means = [], [self.experts[name].mean for name in self.essays]
        for name in self.essays:
            mine = self.experts[name].opinions
            for one in dict.fromkeys(of(o) for o in mine):
                rest = [o for o in mine if of(o) != one]
                without = expert(name, rest, self.seen.names, self.scale, self.by_letter)
                parts.append((name, one))
                means.append(without.mean)
        found = self.foreteller.at(means)
        whole = dict(zip(self.essays, found))
        return [
            (name, one, self.between(whole[name], other))
            for (name, one), other in zip(parts, found[len(self.essays) :])
        ]

    def error_of_quadratics(self) -> float:
        """Largest error in nats an event of the quadratics, at the weights of experts who saw nothing."""
        means = [e.mean for e in self.experts.values()]
        told = [along(self.seen, m - self.seen.centre)[self.seen.training :] for m in means]
        return float(np.abs((self.foreteller.at(means) - told).sum(axis=1)).max() / self.events.sum())


def claim_of(opinion: Opinion) -> str:
    """The claim behind an opinion."""
    return opinion.claim


def effect_behind(opinion: Opinion) -> str:
    """The effect an opinion speaks of."""
    return effect_of(opinion.coefficient)
