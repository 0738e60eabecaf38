"""The utility of every candidate for every question of a morning, and the gradient of a loss in it.

    U(o | s, r, day) = Σ_reasons (w + w_r) · x(o)  +  Σ_rules w_{r, r'} · x(s did r' with o)  +  ⟨wanted(s, r), seen(o)⟩

x are fading counts and shares, 0 for what never happened (:mod:`chancellery.judge.links.memory`). Only days before
the morning are in it. Questions are worked off in two halves, on two threads if there are two; the halves do not
depend on the threads, so the numbers do not either.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from chancellery.judge.links import kernels
from chancellery.judge.links.memory import Memory, Rows
from chancellery.judge.links.reasons import ACT_ALONE, REASONS, Reason, keys, memories
from chancellery.judge.links.resemblance import Company, Sight, company, gradients, look
from chancellery.judge.links.stream import Questions, Stream
from chancellery.judge.links.weights import COLUMNS, Settings, Weights


class Past:
    """Everything remembered of a stream up to a morning; :meth:`add` the days one after the other."""

    def __init__(self, s: Stream, settings: Settings) -> None:
        self.stream = s
        self.reasons = tuple(reason for reason in REASONS if reason.name in settings.reasons)
        self.lookup = {name: function for name, (function, _) in keys(s).items()}
        self.memories: dict[str, Memory] = memories(s, settings.reasons)
        self.rules = self.memories.pop("rules") if settings.rules else None
        self.company: Company | None = company(s) if settings.rank else None
        self.groups = 2 * (int(max(s.country.max(), s.sector.max())) + 1)
        self.rooms: dict[bool, np.ndarray] = {}
        self.seen = 0  # the morning: days before it have been added

    def forget(self) -> None:
        """Go back to the morning of day 0."""
        for memory in self._all():
            memory.forget()
        if self.company:
            self.company.day = -1
        self.seen = 0

    def add(self, day: int) -> None:
        """See what happened on ``day``, the morning's; it is the next morning then."""
        if day != self.seen:
            raise ValueError(f"day {day} cannot be added on the morning of day {self.seen}")
        bounds = self.stream.bounds
        for memory in self._all():
            memory.add(bounds[day], bounds[day + 1], day)
        self.seen = day + 1

    def room(self, half: bool, rows: int) -> np.ndarray:
        """Give working memory for the utilities of a half, (rows, N): the same one again and again."""
        held = self.rooms.get(half)
        if held is None or len(held) < rows:
            held = self.rooms[half] = np.empty((rows, len(self.stream.entities)), np.float32)
        return held[:rows]

    def _all(self) -> list[Memory]:
        others = [self.rules] if self.rules else []
        return [*self.memories.values(), *others, *([self.company.memory] if self.company else [])]


@dataclass(frozen=True)
class Looked:
    """A reason's rows for some questions: question q looks at row ``row[q]``."""

    reason: Reason
    column: int
    row: np.ndarray
    rows: Rows


@dataclass(frozen=True)
class Morning:
    """All that questions of one morning look at."""

    past: Past
    asked: Questions
    relations: np.ndarray  # distinct (K,)
    which: np.ndarray  # (Q,) of them
    of_act: list[Looked]  # looked up by the distinct relations
    of_subject: list[Looked]  # looked up by question
    rule_row: np.ndarray
    rules: Rows | None
    rule_object: np.ndarray
    rule_seen: np.ndarray


def morning(past: Past, asked: Questions) -> Morning:
    """Look up everything that bears on the questions."""
    relations, which = np.unique(asked.relation, return_inverse=True)
    of_act, of_subject = [], []
    for place, reason in enumerate(past.reasons):
        alone = reason.key in ACT_ALONE
        key = past.lookup[reason.key](asked.subject, relations if alone else asked.relation)
        distinct, row = np.unique(key, return_inverse=True)
        found = Looked(reason, place * COLUMNS, row, past.memories[reason.table].rows(distinct, past.seen))
        (of_act if alone else of_subject).append(found)
    if past.rules is None:
        empty = np.empty(0, np.int64)
        return Morning(past, asked, relations, which, of_act, of_subject, empty, None, empty, empty)
    subjects, row = np.unique(asked.subject, return_inverse=True)
    rules, _ = past.rules.counts(subjects, past.seen)
    n = past.stream.asked
    return Morning(
        past, asked, relations, which, of_act, of_subject, row, rules, rules.value // n, rules.value % n
    )


@dataclass
class Half:
    """The work on a contiguous part of the questions."""

    morning: Morning
    lo: int
    hi: int

    def utilities(
        self, weights: Weights, rules: np.ndarray, base: np.ndarray, sight: Sight | None
    ) -> np.ndarray:
        """Utilities (hi - lo, N); ``base`` (K, N) are those that do not depend on the subject."""
        m, cut = self.morning, slice(self.lo, self.hi)
        subject, relation = m.asked.subject[cut], m.asked.relation[cut]
        utility = m.past.room(self.lo > 0, len(subject))
        if sight is None:
            utility[:] = 0
        else:
            self.wanted = sight.asks(weights.places, subject, relation)
            np.matmul(self.wanted, sight.seen.T, out=utility)
        kernels.add_rows(utility, base, m.which[cut])
        for found in m.of_subject:
            target = utility
            if found.reason.counts != "object":
                target = np.zeros((len(subject), m.past.groups), np.float32)
            kernels.spread(target, found.row[cut], weights.of(relation, found.column), *found.rows)
            if found.reason.counts != "object":
                kernels.hand_out(utility, target, *self._groups(found.reason, subject))
        if m.rules is not None:
            kernels.spread_rules(
                utility,
                m.rule_row[cut],
                relation,
                m.rules.start,
                m.rule_object,
                m.rule_seen,
                m.rules.x,
                rules,
            )
        return utility

    def _groups(self, reason: Reason, subject: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Groups of the candidates, their countries, and the subjects' (0 where home or abroad does not matter)."""
        s = self.morning.past.stream
        if reason.counts == "country":
            return s.country, s.country, np.zeros(len(subject), np.int64)
        return s.sector, s.country, s.country[subject]

    def gradients(self, residual: np.ndarray, weights: Weights, sight: Sight | None) -> list[np.ndarray]:
        """Bring residuals (hi - lo, N) back: to own weights, rules, wanted, seen, and to the base (K, N)."""
        m, cut = self.morning, slice(self.lo, self.hi)
        subject, relation = m.asked.subject[cut], m.asked.relation[cut]
        own, rules = np.zeros_like(weights.own), np.zeros_like(weights.rules)
        for found in m.of_subject:
            source = residual
            if found.reason.counts != "object":
                source = np.zeros((len(subject), m.past.groups), np.float32)
                kernels.hand_in(residual, source, *self._groups(found.reason, subject))
            column = own[:, found.column : found.column + COLUMNS]
            kernels.collect(source, found.row[cut], relation, *found.rows, column)
        if m.rules is not None:
            kernels.collect_rules(
                residual,
                m.rule_row[cut],
                relation,
                m.rules.start,
                m.rule_object,
                m.rule_seen,
                m.rules.x,
                rules,
            )
        base = np.zeros((len(m.relations), residual.shape[1]), np.float32)
        kernels.sum_by(residual, m.which[cut], base)
        if sight is None:
            return [own, rules, base]
        return [own, rules, base, residual @ sight.seen, residual.T @ self.wanted]


def base(m: Morning, weights: Weights) -> np.ndarray:
    """Utilities that depend on the relation alone: (K, N)."""
    utility = np.zeros((len(m.relations), len(m.past.stream.entities)), np.float32)
    for found in m.of_act:
        kernels.spread(utility, found.row, weights.of(m.relations, found.column), *found.rows)
    return utility


def halves(m: Morning) -> list[Half]:
    """Part the questions in two."""
    n = len(m.asked.subject)
    return [Half(m, lo, hi) for lo, hi in ((0, n // 2), (n // 2, n)) if hi > lo]


def view(past: Past, weights: Weights) -> Sight | None:
    """See everybody's places as of the morning; None where the model has none."""
    if past.company is None or weights.places is None:
        return None
    past.company.morning(past.seen)
    return look(past.company, weights.places)


def learn(m: Morning, weights: Weights, pool: Executor) -> tuple[float, list[np.ndarray]]:
    """Give the loss of the questions' answers and its mean gradient in every array of the weights."""
    sight, rules, fixed = (
        view(m.past, weights),
        weights.of_rules() if m.rules is not None else None,
        base(m, weights),
    )

    def work(half: Half) -> tuple[float, list[np.ndarray]]:
        utility = half.utilities(weights, rules, fixed, sight)
        asked = m.asked.part(half.lo, half.hi)
        loss = kernels.residuals(utility, asked.first, asked.answer)
        return loss, half.gradients(utility, weights, sight)

    parts = halves(m)
    done = list(pool.map(work, parts))
    n = np.float32(len(m.asked.subject))
    own, rule, at_base = (sum(d[1][i] for d in done) for i in range(3))
    for found in m.of_act:
        column = own[:, found.column : found.column + COLUMNS]
        kernels.collect(at_base, found.row, m.relations, *found.rows, column)
    roots = np.zeros_like(weights.roots)
    if m.rules is not None:
        to = (np.arange(len(roots))[:, None] == weights.root).astype(np.float32)
        roots = np.stack([to @ rule[:, :, h] @ to.T for h in range(rule.shape[2])], axis=2)
    found = [own.sum(0) / n, own / n, rule / n, roots / n]
    if sight is not None:
        wanted = np.concatenate([d[1][3] for d in done]) / n
        seen = sum(d[1][4] for d in done) / n
        found += gradients(
            m.past.company, weights.places, sight, m.asked.subject, m.asked.relation, wanted, seen
        )
    return sum(d[0] for d in done), found
