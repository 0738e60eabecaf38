"""Contrasts: the days or pairs of each side, the effect, other choices, and the same test on made-up worlds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TypeVar

import numpy as np

from chancellery.essays.claim import Contrast, Driver, Trend
from chancellery.essays.terms import acts_of, period
from chancellery.judge.cells import Cells, Effect, cells, difference
from chancellery.judge.indices import index_difference
from chancellery.judge.shifting import before, shifted_error
from chancellery.judge.stream import BLOCK, WEEK, Stream

Sides = list[tuple[Cells, int]]
Counted = TypeVar("Counted", Contrast, Trend)


def contrast(
    test: Contrast, stream: Stream, great_powers: tuple[str, ...], days: np.ndarray, block: int = BLOCK
) -> Effect:
    """The effect of a contrast.

    Parameters
    ----------
    test
        What is compared.
    stream
        Events or chronology.
    great_powers
        For indices of hedging.
    days
        Days that may be used: all covered ones, or fewer for an alternative.
    block
        Days of a block of the error.
    """
    if test.index:
        return index_difference(test, stream, great_powers, days)
    effect = difference(sides(test, stream, days, block))
    if effect.problem:
        return effect
    return replace(effect, error=max(effect.error, _by_chance(test, stream, days)))


def sides(test: Contrast, stream: Stream, days: np.ndarray, block: int = BLOCK) -> Sides:
    """The two sides of a contrast, or four: beside other pairs, or of two drivers."""
    if test.after is not None and test.than is not None:  # one driver's effect against another's
        other = test.than
        second = test.model_copy(
            update={
                "after": other.after or test.after,
                "dyads": other.dyads or test.dyads,
                "acts": other.acts or test.acts,
                "than": None,
            }
        )
        first = _two(test.model_copy(update={"than": None}), stream, days, block)
        return first + _turned(_two(second, stream, days, block))
    out = _two(test, stream, days, block)
    if test.beside:
        out += _turned(_two(test.model_copy(update={"dyads": test.beside}), stream, days, block))
    return out


def _turned(two: Sides) -> Sides:
    return [(c, -sign) for c, sign in two]


def _two(test: Contrast, stream: Stream, days: np.ndarray, block: int) -> Sides:
    share = test.of == "share"
    mine = within(days, test.during)

    def side(chosen: np.ndarray, dyads: tuple, acts: tuple, issues: tuple) -> Cells:
        return cells(stream, chosen, dyads, acts, share=share, issues=issues, block=block)

    if test.after is not None:
        high, low = halves(test.after, stream, mine)
        return [(side(d, test.dyads, test.acts, test.issues), s) for d, s in ((high, 1), (low, -1))]
    than = test.than
    theirs = within(days, than.during) if than.during else mine
    other = side(theirs, than.dyads or test.dyads, than.acts or test.acts, than.issues or test.issues)
    return [(side(mine, test.dyads, test.acts, test.issues), 1), (other, -1)]


def within(days: np.ndarray, during: str | None) -> np.ndarray:
    """Days that lie in a period; all of them without one."""
    asked = period(during)
    if asked is None:
        return days
    return days[(days >= asked.first.toordinal()) & (days <= asked.last.toordinal())]


def halves(driver: Driver, stream: Stream, days: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Days whose preceding weeks had more of the driver than usual, and less.

    Usual is the median over the weeks of the same covered stretch, so that years and sources with other volumes
    are not compared.
    """
    high, low = [], []
    for first, last in stream.segments:
        weeks, value = before(driver, stream, (first, last))
        if np.isfinite(value).sum() < 2:
            continue
        mine = days[(days >= first) & (days <= last)]
        level = value[mine // WEEK - weeks[0]]
        middle = np.nanmedian(value)
        high.append(mine[level > middle])
        low.append(mine[level <= middle])
    empty = np.zeros(0, dtype=int)
    return (np.concatenate(high) if high else empty, np.concatenate(low) if low else empty)


def _by_chance(test: Contrast, stream: Stream, days: np.ndarray) -> float:
    """Error of a contrast of weeks under shifts of its driver; nothing for other contrasts."""
    if test.after is None:
        return 0.0
    than = test.than
    asked = [(test.after, test.dyads, test.acts)]
    if than is not None:
        asked.append((than.after or test.after, than.dyads or test.dyads, than.acts or test.acts))
    drivers = []
    for driver, dyads, acts in asked:
        mine = stream.among(dyads)[0] >= 0
        hits = mine & stream.doing(acts)
        if test.issues:
            hits &= stream.about(test.issues)
        drivers.append((driver, hits, mine & ~hits if test.of == "share" else np.ones(len(mine), dtype=bool)))
    return shifted_error(drivers, stream, within(days, test.during))


def other_times(
    test: Counted, stream: Stream, days: np.ndarray
) -> Iterator[tuple[str, Counted, np.ndarray, int]]:
    """The same question without one of the record's spans, and in longer blocks: for contrasts and trends."""
    if len(stream.segments) > 1:
        for first, last in stream.segments:
            yield f"without {date.fromordinal(first).year}", test, days[(days < first) | (days > last)], BLOCK
    if not test.index:
        yield "blocks of eight weeks", test, days, 2 * BLOCK


def alternatives(
    test: Contrast, stream: Stream, days: np.ndarray
) -> Iterator[tuple[str, Contrast, np.ndarray, int]]:
    """The same question under other defensible choices: what changed, the test, the days, the block."""
    yield from other_times(test, stream, days)
    if test.index:
        return
    if test.acts != ("all",) and not (test.than and test.than.dyads):
        # Between other pairs a rate and a share are different questions.
        of = "share" if test.of == "rate" else "rate"
        yield f"as a {of}", test.model_copy(update={"of": of}), days, BLOCK
    done = {a for name in test.acts for a in acts_of(name)}
    if "consult" in done and len(done) > 1:
        rest = tuple(sorted(done - {"consult"}))
        than = test.than and test.than.model_copy(
            update={
                "acts": test.than.acts
                and tuple(sorted({a for n in test.than.acts for a in acts_of(n)} - {"consult"}))
            }
        )
        yield "talks left out", test.model_copy(update={"acts": rest, "than": than}), days, BLOCK
    if test.after is not None:
        for length in (max(1, test.after.within // 2), test.after.within * 2):
            yield f"{length} weeks before", _with_memory(test, length), days, BLOCK
    if 1 < len(test.dyads) <= 8:
        for one in test.dyads:
            fewer = tuple(d for d in test.dyads if d != one)
            yield f"without {one}", test.model_copy(update={"dyads": fewer}), days, BLOCK


def _with_memory(test: Contrast, length: int) -> Contrast:
    update: dict = {"after": test.after.model_copy(update={"within": length})}
    if test.than is not None and test.than.after is not None:
        other = test.than.after.model_copy(update={"within": length})
        update["than"] = test.than.model_copy(update={"after": other})
    return test.model_copy(update=update)


def made_up(known: Sides, shift: float, seed: int) -> Sides:
    """A world like the one observed, but with the effect at ``shift``.

    Every side keeps its days, pairs, base counts and bursts (a gamma factor a block, with the variance seen in
    the blocks). The first two sides start from the level of both together and are moved apart, half the way
    each; a third and fourth get the level of both together, so that they add nothing.
    """
    rng = np.random.default_rng(seed)
    out: Sides = []
    for x, (c, sign) in enumerate(known):
        two = [k for k, _ in known[2 * (x // 2) : 2 * (x // 2) + 2]]
        level = np.log((sum(k.hits.sum() for k in two) + 0.5) / (sum(k.other.sum() for k in two) + 0.5))
        odds = np.exp(level + (sign * shift / 2 if x < 2 else 0.0))
        burst = rng.gamma(1.0 / _burst(c), _burst(c), size=(1, c.base.shape[1]))
        expected = odds * burst
        draw = (
            rng.binomial(c.base.astype(int), expected / (1 + expected))
            if c.share
            else rng.poisson(c.base * expected)
        )
        out.append((replace(c, hits=draw.astype(float)), sign))
    return out


def _burst(c: Cells) -> float:
    """Variance of a block's factor beyond counting, between 0.001 and 1."""
    mean = c.base.sum(axis=0) * c.hits.sum() / max(c.base.sum(), 1.0)
    seen = c.hits.sum(axis=0)
    beyond = ((seen - mean) ** 2 - mean).sum() / max((mean**2).sum(), 1e-9)
    return float(np.clip(beyond, 0.001, 1.0))
