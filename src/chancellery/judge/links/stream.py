"""The facts of a benchmark as questions: who is the target, who is the source, day by day.

Every fact is asked both ways. (s, r, o) is a question about the target, (s, r, ?), and its inverse (o, r + R, s)
a question about the source: numbers from R on are "was … by". So a model answers one kind of question only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from chancellery.errors import QuestionError
from chancellery.sources.benchmark import Benchmark

ROOTS = 21  # CAMEO's twenty roots, and 0 where a relation has none
QUADS = (
    6,
    9,
    14,
)  # roots from which the four classes begin: verbal, material cooperation, verbal, material conflict


class Questions(NamedTuple):
    """Questions of a day: subject and relation (Q,); answers of question q are ``answer[first[q]:first[q + 1]]``."""

    subject: np.ndarray
    relation: np.ndarray
    first: np.ndarray
    answer: np.ndarray

    def part(self, lo: int, hi: int) -> Questions:
        """Cut the questions ``lo:hi`` out, fewer at the end."""
        hi = min(hi, len(self.subject))
        answers = self.answer[self.first[lo] : self.first[hi]]
        return Questions(
            self.subject[lo:hi], self.relation[lo:hi], self.first[lo : hi + 1] - self.first[lo], answers
        )


@dataclass(frozen=True)
class Stream:
    """Facts both ways (F,) in order of days; ``bounds[t]:bounds[t + 1]`` are those of day t."""

    name: str
    subject: np.ndarray
    relation: np.ndarray
    object: np.ndarray
    day: np.ndarray
    bounds: np.ndarray
    entities: tuple[str, ...]
    relations: tuple[str, ...]  # of both directions
    root: np.ndarray  # of both directions: an inverse one is ROOTS higher
    quad: np.ndarray  # 0-3, an inverse one 4-7
    country: np.ndarray  # of an entity's name, 0 where it names none
    sector: np.ndarray  # of an entity's name, 0 where it is a name of its own

    @property
    def days(self) -> int:
        """Days from the first fact to the last."""
        return len(self.bounds) - 1

    @property
    def asked(self) -> int:
        """Number of relations, both directions."""
        return len(self.relations)

    def questions(self, day: int) -> Questions:
        """Give the questions of a day, by subject and relation, with all that answers each."""
        cut = slice(self.bounds[day], self.bounds[day + 1])
        code = self.subject[cut] * self.asked + self.relation[cut]
        order = np.argsort(code, kind="stable")
        distinct, first = np.unique(code[order], return_index=True)
        return Questions(
            distinct // self.asked,
            distinct % self.asked,
            np.append(first, len(order)).astype(np.int64),
            self.object[cut][order],
        )


def stream(facts: Benchmark) -> Stream:
    """Turn facts into questions both ways.

    Raises
    ------
    QuestionError
        The days do not begin at 0 or are not in order.
    """
    if len(facts.day) and (facts.day[0] != 0 or (np.diff(facts.day) < 0).any()):
        raise QuestionError("the facts of a benchmark have to be in order of days that count from 0")
    n = len(facts.relations)
    day = np.concatenate([facts.day, facts.day])
    order = np.argsort(day, kind="stable")
    ends = [
        np.concatenate([a, b])[order] for a, b in ((facts.source, facts.target), (facts.target, facts.source))
    ]
    quad = np.digitize(facts.roots, QUADS)
    country, sector = places(facts.entities)
    return Stream(
        facts.name,
        ends[0],
        np.concatenate([facts.relation, facts.relation + n])[order],
        ends[1],
        day[order],
        np.searchsorted(day[order], np.arange(int(day.max()) + 2)),
        facts.entities,
        (*facts.relations, *(f"target of: {name}" for name in facts.relations)),
        np.concatenate([facts.roots, facts.roots + ROOTS]),
        np.concatenate([quad, quad + len(QUADS) + 1]),
        country,
        sector,
    )


def places(names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Read country and sector (N,) off ICEWS names: "Police (Australia)" is the police of Australia.

    A country is what stands in the last brackets of some name, or is written so without any. 0 is none; sector 1
    is a country itself.
    """
    parts = [re.fullmatch(r"(.*) \(([^()]*)\)", name) for name in names]
    countries: dict[str, int] = {}
    sectors = {"": 0, "a country": 1}
    for part in parts:
        if part:
            countries.setdefault(part[2], len(countries) + 1)
            sectors.setdefault(part[1], len(sectors))
    country = [countries.get(part[2] if part else name, 0) for part, name in zip(parts, names, strict=True)]
    sector = [
        sectors[part[1]] if part else int(name in countries) for part, name in zip(parts, names, strict=True)
    ]
    return np.array(country, np.int64), np.array(sector, np.int64)
