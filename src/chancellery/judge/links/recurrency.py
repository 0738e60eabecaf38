"""The recurrency baseline: what happened will happen again, the sooner the more recently it did.

    score(o | s, r, day) = α 2^(−λ (day − last day of (s, r, o)))  +  (1 − α) share of o in the answers to r so far

λ and α are chosen for each relation and direction on validation days. Published as the baseline that every model of
temporal knowledge graphs should be set beside, and run here in the same harness as the model.

Source: Gastinger, Meilicke, Errica, Sztyler, Schuelke, Stuckenschmidt 2024, History repeats itself: a baseline for
temporal knowledge graph forecasting, IJCAI.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.judge.links.memory import Memory, memory
from chancellery.judge.links.stream import Questions, Stream

RATES = (1e-4, 1e-3, 0.01, 0.03, 0.1, 1.0)
MIXES = (0.5, 0.9, 0.999, 0.99999)
OPTIONS = np.array([(rate, mix) for rate in RATES for mix in MIXES])


def recurrency(s: Stream, until: int, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Choose on the days ``until + 1`` to ``first - 1``, then rank the answers of ``first`` to ``last``.

    Returns
    -------
    tuple
        Expected ranks (A,) and the relations asked for (A,).
    """
    tried = np.repeat(OPTIONS[:, None], s.asked, 1)
    chosen = OPTIONS[_best(*_pass(s, until + 1, first - 1, tried), s.asked)]
    ranks, relations = _pass(s, first, last, chosen[None])
    return ranks[0], relations


def _best(ranks: np.ndarray, relations: np.ndarray, asked: int) -> np.ndarray:
    """Option (asked,) of the highest mean reciprocal rank of each relation; the first where it was never asked."""
    total = np.stack([np.bincount(relations, 1 / row, asked) for row in ranks])
    overall = total.sum(1).argmax()
    return np.where(np.bincount(relations, minlength=asked) > 0, total.argmax(0), overall)


def _pass(s: Stream, first: int, last: int, options: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rank with every option (K, R, 2): ranks (K, A) and relations (A,)."""
    same = memory(s.subject * s.asked + s.relation, s.object, s.day, len(s.entities) * s.asked, (1e6,))
    act = memory(s.relation, s.object, s.day, s.asked, (1e9,))
    ranks, relations = [], []
    for day in range(last + 1):
        if day >= first:
            asked = s.questions(day)
            ranks.append(_rank(asked, same, act, day, options, len(s.entities), s.asked))
            relations.append(np.repeat(asked.relation, np.diff(asked.first)))
        for m in (same, act):
            m.add(s.bounds[day], s.bounds[day + 1], day)
    return np.concatenate(ranks, axis=1), np.concatenate(relations)


def _rank(
    asked: Questions, same: Memory, act: Memory, day: int, options: np.ndarray, n: int, width: int
) -> np.ndarray:
    keys = asked.subject * width + asked.relation
    return _ranks(
        keys, asked.relation, asked.first, asked.answer, day, options, n,
        same.start, same.active, same.value, same.last, act.start, act.active, act.value, act.count, act.total,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _ranks(
    keys,
    relation,
    first,
    answer,
    day,
    options,
    n,
    begin,
    active,
    value,
    last,
    r_begin,
    r_active,
    r_value,
    r_count,
    r_total,
):
    ranks = np.empty((len(options), len(answer)))
    scores = np.zeros(n)
    for q in range(len(keys)):
        k, r = keys[q], relation[q]
        for option in range(len(options)):
            rate, mix = options[option, r]
            held = range(r_begin[r], r_begin[r] + r_active[r])  # whoever answered (s, r) is among them
            for e in held:
                scores[r_value[e]] = (1 - mix) * r_count[e, 0] / r_total[r, 0]
            for e in range(begin[k], begin[k] + active[k]):
                scores[value[e]] += mix * 2.0 ** (-rate * (day - last[e]))
            for a in range(first[q], first[q + 1]):
                own = scores[answer[a]]
                better, level = 0, 0
                for e in held:
                    better += scores[r_value[e]] > own
                    level += scores[r_value[e]] == own
                if own == 0:
                    level += n - len(held)
                for b in range(first[q], first[q + 1]):
                    better -= scores[answer[b]] > own
                    level -= scores[answer[b]] == own
                ranks[option, a] = 1.0 + better + 0.5 * level
            for e in held:
                scores[r_value[e]] = 0.0
    return ranks
