"""Why this answer: a utility taken apart into reasons, rules and resemblance, each with the past events behind it.

The contributions of a candidate add up to its utility, exactly, since nothing in a utility is anything but a sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chancellery.errors import QuestionError
from chancellery.judge.links.memory import Memory
from chancellery.judge.links.model import Links
from chancellery.judge.links.resemblance import VIEWS
from chancellery.judge.links.stream import Questions, Stream
from chancellery.judge.links.utility import Half, Morning, base, morning, view

LATEST = 3  # events shown of a contribution
SMALL = 0.1  # contributions below are summed up in words
PARTNERS = 3  # whose events are shown of a resemblance


@dataclass(frozen=True)
class Event:
    """A past fact in words."""

    day: int
    source: str
    relation: str
    target: str

    def __str__(self) -> str:
        return f"day {self.day}: {self.source} — {self.relation} — {self.target}"


@dataclass(frozen=True)
class Contribution:
    """What one reason adds to the utility, the number of past events behind it, and the latest of them."""

    name: str
    words: str
    adds: float
    count: int
    latest: tuple[Event, ...]


@dataclass(frozen=True)
class Why:
    """An answer explained: ``utility`` is the sum of ``contributions``, largest first; probability among all."""

    question: str
    answer: str
    utility: float
    probability: float
    rank: float  # among all entities, ties at the middle
    contributions: tuple[Contribution, ...]

    def __str__(self) -> str:
        lines = [
            f"{self.question}: {self.answer}, {100 * self.probability:.1f}%, rank {self.rank:g} (utility {self.utility:+.2f})"
        ]
        shown = [c for c in self.contributions if abs(c.adds) >= SMALL]
        for c in shown:
            lines.append(f"  {c.adds:+.2f}  {c.words} ({c.count} event{'s' * (c.count != 1)})")
            lines += [f"           {event}" for event in c.latest]
        if rest := len(self.contributions) - len(shown):
            left = self.utility - sum(c.adds for c in shown)
            lines.append(f"  {left:+.2f}  {rest} smaller one{'s' * (rest != 1)} together")
        return "\n".join(lines)


def why(model: Links, subject: int, relation: int, answer: int, day: int) -> Why:
    """Explain the utility of ``answer`` for (subject, relation, ?) on the morning of ``day``.

    ``relation`` counts both directions: from ``len(stream.relations) // 2`` on the subject is the target.

    Raises
    ------
    QuestionError
        A number is outside the stream.
    """
    s, past = model.stream, model.past
    for name, number, size in (
        ("entity", subject, len(s.entities)), ("entity", answer, len(s.entities)),
        ("relation", relation, s.asked), ("day", day, s.days + 1),
    ):  # fmt: skip
        if not 0 <= number < size:
            raise QuestionError(f"there is no {name} {number}; {name} numbers go from 0 to {size - 1}")
    if past.seen > day:
        past.forget()
    while past.seen < day:
        past.add(past.seen)
    asked = Questions(np.array([subject]), np.array([relation]), np.array([0, 1]), np.array([answer]))
    m = morning(past, asked)
    sight, rules = view(past, model.weights), model.weights.of_rules() if past.rules else None
    utilities = Half(m, 0, 1).utilities(model.weights, rules, base(m, model.weights), sight)[0].astype(float)
    found = [*_reasons(model, m, answer), *_rules(model, m, rules, answer)]
    if sight is not None:
        found += _resemblance(model, subject, relation, answer)
    own = utilities[answer]
    rank = 1 + (utilities > own).sum() + ((utilities == own).sum() - 1) / 2
    odds = np.exp(utilities - utilities.max())
    ordered = tuple(sorted(found, key=lambda c: -abs(c.adds)))
    text = f"{s.entities[subject]} — {s.relations[relation]} — ? on day {day}"
    return Why(text, s.entities[answer], float(own), float(odds[answer] / odds.sum()), float(rank), ordered)


def _reasons(model: Links, m: Morning, answer: int) -> list[Contribution]:
    s, subject = model.stream, m.asked.subject[0]
    same = s.country[subject] > 0 and s.country[subject] == s.country[answer]
    group = {
        "object": answer,
        "country": 2 * s.country[answer],
        "sector": 2 * s.sector[answer] + same,
    }
    found = []
    for looked in (*m.of_act, *m.of_subject):
        for e in np.flatnonzero(looked.rows.value == group[looked.reason.counts]):
            adds = float(model.weights.of(m.asked.relation, looked.column)[0] @ looked.rows.x[e])
            memory = m.past.memories[looked.reason.table]
            key = m.past.lookup[looked.reason.key](m.asked.subject, m.asked.relation)[0]
            found.append(
                _told(
                    looked.reason.name,
                    looked.reason.words,
                    adds,
                    memory,
                    int(memory.start[key] + e),
                    s,
                    m.past.seen,
                )
            )
    return found


def _rules(model: Links, m: Morning, rules: np.ndarray | None, answer: int) -> list[Contribution]:
    if rules is None:
        return []
    s, relation, found = model.stream, m.asked.relation[0], []
    for e in np.flatnonzero(m.rule_object == answer):
        seen = m.rule_seen[e]
        adds = float(rules[relation, seen] @ m.rules.x[e])
        place = int(m.past.rules.start[m.asked.subject[0]] + e)
        half, act = s.asked // 2, s.relations[seen % (s.asked // 2)]
        words = (
            f"rule: {'the subject did this to it' if seen < half else 'it did this to the subject'}: {act}"
        )
        found.append(_told(f"rule {seen}", words, adds, m.past.rules, place, s, m.past.seen))
    return found


def _told(
    name: str, words: str, adds: float, memory: Memory, entry: int, s: Stream, day: int
) -> Contribution:
    facts = np.flatnonzero(memory.entry[: s.bounds[day]] == entry)
    return Contribution(name, words, adds, len(facts), _latest(s, facts))


def _latest(s: Stream, facts: np.ndarray) -> tuple[Event, ...]:
    return tuple(_event(s, f) for f in facts[::-1][:LATEST])


def _event(s: Stream, fact: int) -> Event:
    half, r = s.asked // 2, s.relation[fact]
    ends = s.entities[s.subject[fact]], s.entities[s.object[fact]]
    source, target = ends if r < half else ends[::-1]
    return Event(int(s.day[fact]), source, s.relations[r % half], target)


def _resemblance(model: Links, subject: int, relation: int, answer: int) -> list[Contribution]:
    """Part ⟨wanted, seen⟩ by the subject's views; the company behind each is shown by its latest events."""
    company, places, past = model.past.company, model.weights.places, model.past
    sight = view(past, model.weights)
    seen = sight.seen[answer].astype(float)
    wanted = sight.asks(places, np.array([subject]), np.array([relation]))[0].astype(float)
    placed = company.met[-1][answer].toarray()[0] * (places.candidate @ (wanted * places.view[2]))
    fits = float(places.shift[relation] @ seen)
    found = [_kept(model, "fits", "resemblance: the place of its company fits the act", fits, answer, placed)]
    for v, of in enumerate(sight.subject):
        scale = places.scale[relation, v] * seen
        share = company.met[0 if v == 1 else -1][subject].toarray()[0]
        weight = share * ((places.subject if v < 3 else sight.subject[2]) @ scale)
        who, parts = (answer, placed) if v == 0 else (subject, weight)
        words = f"resemblance: {VIEWS[v].replace('its', 'the subject’s').replace('their', 'the subject’s partners’')} and the answer's"
        found.append(_kept(model, f"view {v}", words, float(of[subject] @ scale), who, parts))
    return found


def _kept(model: Links, name: str, words: str, adds: float, who: int, parts: np.ndarray) -> Contribution:
    """Show the latest events of ``who`` with the partners whose ``parts`` (N,) weigh most."""
    s, end = model.stream, model.stream.bounds[model.past.seen]
    partners = np.argsort(-np.abs(parts), kind="stable")[:PARTNERS]
    partners = partners[parts[partners] != 0]
    facts = np.flatnonzero((s.subject[:end] == who) & np.isin(s.object[:end], partners))
    return Contribution(name, words, adds, len(facts), _latest(s, facts))
