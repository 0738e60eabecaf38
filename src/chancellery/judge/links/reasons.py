"""The reasons why o may be the answer to (s, r, ?): under which key the past is looked up, and what is counted.

Each reason is a memory seen from one side. "Its" is the subject's, "the same act" is the relation asked for,
"that country" is read off the names (:func:`chancellery.judge.links.stream.places`). Beside these stand rules
(the subject did r' with o: a weight for every pair of relation asked for and relation seen) and resemblance
(:mod:`chancellery.judge.links.resemblance`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chancellery.judge.links.memory import Memory, memory
from chancellery.judge.links.stream import QUADS, ROOTS, Stream

HALF_LIVES = (2.0, 8.0, 30.0, 150.0)  # days
RULE_HALF_LIVES = (3.0, 25.0, 200.0)


@dataclass(frozen=True)
class Reason:
    """``table`` is the memory (several reasons may look at one from different sides), ``key`` how it is looked up."""

    name: str
    table: str
    key: str
    counts: str  # "object", or the "country" or "sector" of the object
    words: str


REASONS = (
    Reason("same", "subject, act", "subject, act", "object", "the subject did the same act with it"),
    Reason("root", "subject, root", "subject, root", "object", "the subject did acts of the same kind with it"),
    Reason("class", "subject, class", "subject, class", "object", "the subject did acts of the same class with it"),
    Reason("way", "subject, way", "subject, way", "object", "the subject did anything to it"),
    Reason("back", "subject, way", "subject, back", "object", "it did anything to the subject"),
    Reason("class back", "subject, class", "subject, class back", "object", "it did acts of the same class to the subject"),
    Reason("country act", "country, act", "country, act", "object", "others of the subject's country did the same act with it"),
    Reason("country", "country, way", "country, way", "object", "others of the subject's country did anything to it"),
    Reason("act", "act", "act", "object", "anyone did the same act with it"),
    Reason("any", "way", "way", "object", "anyone did anything to it"),
    Reason("to country, act", "subject, act, country", "subject, act", "country", "the subject did the same act with its country"),
    Reason("to country", "subject, way, country", "subject, way", "country", "the subject did anything to its country"),
    Reason("sectors", "sector, act", "sector, act", "sector", "its sector and the subject's did the same act, at home or abroad"),
)  # fmt: skip
NAMES = tuple(reason.name for reason in REASONS)
ACT_ALONE = ("act", "way")  # keys that do not depend on the subject: worked out once for all who ask


def keys(s: Stream) -> dict[str, tuple[Callable[[np.ndarray, np.ndarray], np.ndarray], int]]:
    """Give for every key its function of subject and relation (Q,), and how many keys there are."""
    half, n, entities = s.asked // 2, s.asked, len(s.entities)
    roots, classes = 2 * ROOTS, 2 * (len(QUADS) + 1)
    countries, sectors = int(s.country.max()) + 1, int(s.sector.max()) + 1

    def of_country(number: Callable, width: int) -> Callable:
        return lambda a, r: np.where(s.country[a] > 0, s.country[a] * width + number(r), -1)

    return {
        "subject": (lambda a, r: a, entities),
        "subject, act": (lambda a, r: a * n + r, entities * n),
        "subject, root": (lambda a, r: a * roots + s.root[r], entities * roots),
        "subject, class": (lambda a, r: a * classes + s.quad[r], entities * classes),
        "subject, class back": (
            lambda a, r: a * classes + (s.quad[r] + classes // 2) % classes,
            entities * classes,
        ),
        "subject, way": (lambda a, r: a * 2 + (r >= half), entities * 2),
        "subject, back": (lambda a, r: a * 2 + (r < half), entities * 2),
        "country, act": (of_country(lambda r: r, n), countries * n),
        "country, way": (of_country(lambda r: r >= half, 2), countries * 2),
        "act": (lambda a, r: r, n),
        "way": (lambda a, r: (r >= half).astype(np.int64), 2),
        "sector, act": (lambda a, r: s.sector[a] * n + r, sectors * n),
    }


def counted(s: Stream) -> dict[str, np.ndarray]:
    """Give what each fact adds to a memory of objects, countries or sectors: numbers (F,).

    Groups are numbered 2 g + 1 for the subject's own country and 2 g otherwise; countries use even numbers only.
    """
    same = (s.country[s.subject] > 0) & (s.country[s.subject] == s.country[s.object])
    return {
        "object": s.object,
        "country": 2 * s.country[s.object],
        "sector": 2 * s.sector[s.object] + same,
    }


def memories(s: Stream, names: tuple[str, ...]) -> dict[str, Memory]:
    """Lay out the memories that the named reasons look at, all unseen, and the one of the rules."""
    lookup, what = keys(s), counted(s)
    found: dict[str, Memory] = {}
    for reason in REASONS:
        if reason.name in names and reason.table not in found:
            key = reason.table.removesuffix(", country") if reason.counts == "country" else reason.table
            function, size = lookup[key]
            found[reason.table] = memory(
                function(s.subject, s.relation), what[reason.counts], s.day, size, HALF_LIVES
            )
    seen = s.object * s.asked + s.relation
    found["rules"] = memory(s.subject, seen, s.day, len(s.entities), RULE_HALF_LIVES)
    return found
