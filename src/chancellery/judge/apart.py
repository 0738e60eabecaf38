"""Where experts part: by pair of states, by class of act, and on which events, with the effect that made it so.

Differences are exact log scores at the experts' mean weights, in nats; the effect named as the reason is the one
whose weights, times the slope of the event's log probability, add most to the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import combinations

import numpy as np

from chancellery import world
from chancellery.judge.experts import effect_of
from chancellery.model.predictive import Happened
from chancellery.record import Record

EACH = 3  # events told for each side of a pair


@dataclass(frozen=True)
class Telling:
    """An event, as reports of a week, on which two experts differed.

    ``first`` and ``last`` day of the reports; ``nats`` by which ``ahead`` gave them more than ``behind``, all
    together; ``ratio`` of the chances of one of them; ``effect`` that did most, with its share of the nats.
    """

    ahead: str
    behind: str
    first: date
    last: date
    source: str
    act: str
    target: str
    reports: int
    nats: float
    ratio: float
    effect: str
    share: float

    @property
    def sentence(self) -> str:
        """In words."""
        days = f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"
        many = "one report" if self.reports == 1 else f"{self.reports} reports"
        return (
            f"{days}: {self.source} {self.act} {self.target}, {many}; {self.ahead} gave each {self.ratio:.2f} times "
            f"the chance that {self.behind} did ({self.nats:.1f} nats), mostly by its weight on {self.effect}"
        )

    def as_dict(self) -> dict:
        """Plain data with the sentence."""
        return {**asdict(self), "first": str(self.first), "last": str(self.last), "sentence": self.sentence}


class Apart:
    """Differences of experts on what happened.

    Parameters
    ----------
    what
        The events, with one row of log probabilities an expert.
    means
        Expert to mean weights (M,), in the order of the rows.
    names, actors
        Of the M weights and of the places.
    """

    def __init__(
        self, what: Happened, means: Mapping[str, np.ndarray], names: Sequence[str], actors: Sequence[str]
    ) -> None:
        self.what, self.means, self.names, self.actors = what, dict(means), tuple(names), tuple(actors)
        self.row = {name: x for x, name in enumerate(means)}
        self.acts = world.acts()

    def nats(self, name: str, other: str) -> np.ndarray:
        """(E,) difference of all reports of each event together."""
        return self.what.count * (self.what.logp[self.row[name]] - self.what.logp[self.row[other]])

    def by_pair(self, name: str, other: str, most: int = 5) -> list[dict]:
        """Pairs of states where one is furthest ahead, and furthest behind."""
        n, w = len(self.actors), self.what
        total = np.bincount(w.source * n + w.target, weights=self.nats(name, other), minlength=n * n)
        events = np.bincount(w.source * n + w.target, weights=w.count, minlength=n * n)
        order = np.argsort(-total)
        chosen = [*(x for x in order[:most] if total[x] > 0), *(x for x in order[-most:] if total[x] < 0)]
        return [
            {"source": self.actors[x // n], "target": self.actors[x % n], "nats": float(total[x]),
             "events": int(events[x])}
            for x in chosen
        ]  # fmt: skip

    def by_class(self, name: str, other: str) -> list[dict]:
        """Classes of act."""
        place = np.array([world.CLASSES.index(a.klass) for a in self.acts])[self.what.act]
        total = np.bincount(place, weights=self.nats(name, other), minlength=len(world.CLASSES))
        events = np.bincount(place, weights=self.what.count, minlength=len(world.CLASSES))
        return [
            {"class": c, "nats": float(total[x]), "events": int(events[x])}
            for x, c in enumerate(world.CLASSES)
        ]

    def tellings(self, days: Callable[[Happened, int], tuple[date, date]], each: int = EACH) -> list[Telling]:
        """Events that told most between any two experts, both ways; of each kind the largest first, then the rest."""
        out = []
        for a, b in combinations(self.means, 2):
            for ahead, behind in ((a, b), (b, a)):
                nats = self.nats(ahead, behind)
                chosen: dict[tuple[int, int, int], int] = {}
                for x in np.argsort(-nats):
                    if nats[x] <= 0 or len(chosen) == each:
                        break
                    chosen.setdefault(self._kind(x), int(x))
                out += [self._telling(ahead, behind, x, float(nats[x]), days) for x in chosen.values()]
        out.sort(key=lambda t: -t.nats)
        first = list({(t.source, t.act, t.target): t for t in reversed(out)}.values())
        return [*sorted(first, key=lambda t: -t.nats), *(t for t in out if t not in first)]

    def _kind(self, x: int) -> tuple[int, int, int]:
        return int(self.what.source[x]), int(self.what.act[x]), int(self.what.target[x])

    def _telling(self, ahead: str, behind: str, x: int, nats: float, days: Callable) -> Telling:
        w = self.what
        parts: dict[str, float] = {}
        for name, part in zip(self.names, (self.means[ahead] - self.means[behind]) * w.slope[x]):
            parts[effect_of(name)] = parts.get(effect_of(name), 0.0) + float(part)
        effect = max(parts, key=parts.get)
        source, target = self.actors[w.source[x]], self.actors[w.target[x]]
        return Telling(
            ahead, behind, *days(w, x), source, self.acts[w.act[x]].name, target, int(w.count[x]), nats,
            float(np.exp(nats / w.count[x])), effect, parts[effect] * float(w.count[x]) / nats,
        )  # fmt: skip


def days_in(record: Record, actors: Sequence[str]) -> Callable[[Happened, int], tuple[date, date]]:
    """A function that finds the first and last day of an event's reports in a record."""
    acts = [a.name for a in world.acts()]

    def days(what: Happened, x: int) -> tuple[date, date]:
        step = what.steps[what.step[x]]
        frame = record.events(since=step.first, until=step.last, actors=actors)
        frame = frame.filter(
            (frame["source"] == actors[what.source[x]])
            & (frame["target"] == actors[what.target[x]])
            & (frame["act"] == acts[what.act[x]])
        )
        seen = frame["time"].to_list()
        return _day(min(seen)), _day(max(seen))

    return days


def _day(value: object) -> date:
    return value.date() if hasattr(value, "date") else value
