"""What happened, as columns a test can count: coded events with the days they cover, or a chronology.

Days without coverage are missing, not peace: nothing is ever counted on them, and rates are for every act of
the whole stream on the same days, so that the volume of a source falls out of a comparison.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from chancellery import world
from chancellery.cases import Happening
from chancellery.essays.terms import ANY, acts_of, pair
from chancellery.record import Record

WEEK, BLOCK = 7, 28


@dataclass(frozen=True)
class Stream:
    """Acts among actors in play, one row a report.

    Attributes
    ----------
    actors
        Ids, whose places ``source`` and ``target`` give.
    day
        (E,) ordinals; ``act`` and ``issue`` (E,) places among ``world.acts()`` and ``world.ISSUES``.
    segments
        Covered stretches of days, (first, last) ordinals, in order, not touching.
    """

    actors: tuple[str, ...]
    day: np.ndarray
    source: np.ndarray
    act: np.ndarray
    target: np.ndarray
    issue: np.ndarray
    segments: tuple[tuple[int, int], ...]
    name: str = "events"

    def covered(self, first: date, last: date) -> np.ndarray:
        """Days of the segments between two dates, ordinals in order."""
        spans = [np.arange(max(a, first.toordinal()), min(b, last.toordinal()) + 1) for a, b in self.segments]
        return np.concatenate(spans) if spans else np.zeros(0, dtype=int)

    def covered_all(self) -> np.ndarray:
        """All covered days, ordinals in order."""
        return self.covered(date.min, date.max)

    def on(self, days: np.ndarray) -> np.ndarray:
        """(E,) whether each row lies on one of these days."""
        if not len(days):
            return np.zeros(len(self.day), dtype=bool)
        table = np.zeros(days.max() - days.min() + 1, dtype=bool)
        table[days - days.min()] = True
        place = np.clip(self.day - days.min(), 0, len(table) - 1)
        return table[place] & (self.day >= days.min()) & (self.day <= days.max())

    def among(self, dyads: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
        """Pairs that a list of dyads names.

        Returns
        -------
        number
            (E,) place of each row's pair among ``codes``, −1 for none.
        codes
            (pairs,) in order; a pair has one code whichever way round it is.
        """
        n = len(self.actors)
        wanted = np.zeros((n, n), dtype=bool)
        for text in dyads:
            for i, j, both in self._spread(text):
                wanted[i, j] = True
                wanted[j, i] |= both
        code = np.minimum.outer(np.arange(n), np.arange(n)) * n + np.maximum.outer(np.arange(n), np.arange(n))
        codes = np.unique(code[wanted])
        table = np.where(wanted, np.searchsorted(codes, code), -1)
        return table[self.source, self.target], codes

    def _spread(self, text: str) -> list[tuple[int, int, bool]]:
        a, b, both = pair(text)
        places = range(len(self.actors))
        left = places if a == ANY else [self.actors.index(a)]
        right = places if b == ANY else [self.actors.index(b)]
        return [(i, j, both) for i in left for j in right if i != j]

    def doing(self, acts: Iterable[str]) -> np.ndarray:
        """(E,) whether each row is one of these acts or groups of acts."""
        wanted = {act for name in acts for act in acts_of(name)}
        table = np.array([a.name in wanted for a in world.acts()])
        return table[self.act]

    def about(self, issues: Iterable[str]) -> np.ndarray:
        """(E,) whether each row concerns one of these issues."""
        table = np.isin(np.array(world.ISSUES), list(issues))
        return table[self.issue]


def stream_of(record: Record, actors: tuple[str, ...]) -> Stream:
    """The coded events of a record among some actors."""
    rows = record.events(actors=actors).select("time", "source", "act", "target", "issue").rows()
    # A segment ends where its dataset does; the next may begin the day after.
    spans = [(a.toordinal(), b.toordinal()) for a, b in record.segments().select("start", "end").iter_rows()]
    return _columns(actors, rows, tuple(sorted(spans)), "events")


def chronology_of(
    happenings: Iterable[Happening], actors: tuple[str, ...], first: date, last: date
) -> Stream:
    """The acts of a chronology between two days; a mutual act counts either way."""
    rows = []
    for h in happenings:
        if first <= h.on <= last:
            rows.append((h.on, h.source, h.act, h.target, h.issue))
            if h.mutual:
                rows.append((h.on, h.target, h.act, h.source, h.issue))
    return _columns(actors, rows, ((first.toordinal(), last.toordinal()),), "chronology")


def _columns(actors: tuple[str, ...], rows: list[tuple], spans: tuple, name: str) -> Stream:
    place = {a: x for x, a in enumerate(actors)}
    act = {a.name: x for x, a in enumerate(world.acts())}
    issue = {i: x for x, i in enumerate(world.ISSUES)}
    general = issue["general"]
    kept = [r for r in rows if r[1] != r[3]]
    columns = [
        np.array([r[0].toordinal() for r in kept], dtype=int),
        np.array([place[r[1]] for r in kept], dtype=int),
        np.array([act[r[2]] for r in kept], dtype=int),
        np.array([place[r[3]] for r in kept], dtype=int),
        np.array([issue.get(r[4], general) for r in kept], dtype=int),
    ]
    return Stream(actors, *columns, spans, name)
