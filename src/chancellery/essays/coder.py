"""A sentence of news, or of narrative in an essay, as an event: who did what to whom.

1. The patterns of ``data/acts.csv`` find the words of acts, each with its PLOVER event (mode and context behind
   strokes) and a weight: words that frame others ("refused to ...") weigh more than what they frame.
2. What stands before the verb can turn it: "will release" is an agreement, "will bomb" a threat, "urged ... to
   release" a request, "refused to release" a rejection.
3. Who comes before the act is its source and who comes after its target; the passive turns them round.

PLOVER: Halterman, Bagozzi, Beger, Schrodt & Scraborough 2023. The fourteen acts are those of `chancellery.world`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chancellery import world
from chancellery.essays.actors import Mention, Roster
from chancellery.essays.patterns import compiled
from chancellery.essays.tables import rows

GOOD = ("AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT")
_BAD = ("ASSAULT", "COERCE", "SANCTION", "MOBILIZE", "PROTEST")
_NO = re.compile(
    r"(?:\b(?:refus\w+|declin\w+|reject\w+|den(?:y|ied|ies)|failed|fails|unable|unwilling|ruled out|never|vetoed)\b[^,;]{0,40}|"
    r"\b(?:not|n['’]t)\s+(?:\w+\s){0,2})$",
    re.I,
)
_ASKED = re.compile(
    r"\b(?:urg(?:ed?|es|ing)|ask(?:ed|s|ing)?|call(?:ed|s|ing)? (?:on|upon|for)|demand(?:ed|s|ing)?|appeal(?:ed|s)?|request(?:ed|s)?|"
    r"press(?:ed|ing)|pressur(?:ed?|ing)|must|should|needs? to|wants?|pleaded|requir(?:ed|es)|insist(?:ed|s)?)\b[^;]{0,70}$",
    re.I,
)
_WILL = re.compile(
    r"\b(?:agree[ds]?|agreeing|pledg\w+|promis\w+|vow\w+|offer(?:ed|s)?|plan(?:s|ned)?|intend\w*|willing(?:ness)?|ready|prepared|will|would|"
    r"commit\w*|expected|set|going|threat\w*|warn\w*|may|might|could)\b(?!\s+not)(?:\s+(?:to|be|on|that|it|they|he|she|also|soon|again|"
    r"\w+ly))*\s*$",
    re.I,
)
_PASSIVE = re.compile(r"\b(?:was|were|been|be|being|is|are)\s+(?:\w+ly\s+)?$", re.I)
_BY = re.compile(r"^[^,;]{0,80}?\bby\s+", re.I)
_ON_NEWS = re.compile(r"\b(?:said|says|reported|told|according to|announced)\b", re.I)


@dataclass(frozen=True)
class Event:
    """What a sentence says happened.

    Attributes
    ----------
    source, target
        Ids, or None where the sentence names nobody in the place.
    act
        One of the fourteen acts, or None for crime.
    plover
        PLOVER event, mode and context joined by strokes.
    words
        The words of the act in the sentence.
    """

    source: str | None
    act: str | None
    target: str | None
    plover: str
    words: str

    @property
    def event(self) -> str:
        """The PLOVER event type alone."""
        return self.plover.split("/")[0]


@dataclass(frozen=True)
class _Found:
    event: str
    weight: int
    start: int
    end: int


@lru_cache(maxsize=4)
def _patterns(folder: Path | None) -> tuple[tuple[re.Pattern[str], str, int], ...]:
    return tuple(
        (compiled(row["words"]), row["event"], int(row["frame"] or 0)) for row in rows("acts", folder)
    )


def code(
    sentence: str,
    roster: Roster | None = None,
    *,
    between: Sequence[Mention] | None = None,
    folder: Path | None = None,
) -> Event | None:
    """Code a sentence, or return None when it tells of no act.

    Parameters
    ----------
    sentence
        One sentence.
    roster
        Who can be named; the world's own by default.
    between
        Source and target, where they are known beforehand: only the act is looked for.
    folder
        The user's own tables of words.
    """
    found = _acts(sentence, folder)
    if not found:
        return None
    named = list(between) if between else (roster or _world()).find(sentence)
    best = max(found, key=lambda one: _rank(one, named, bool(between)))
    kind = turned(sentence, best)
    source, target = (named[0], named[-1]) if between else _parties(sentence, best, named)
    return Event(
        source.principal if source else None, _act(kind), target.principal if target else None, kind,
        sentence[best.start : best.end],
    )  # fmt: skip


@lru_cache(maxsize=1)
def _world() -> Roster:
    return Roster()


def _acts(sentence: str, folder: Path | None) -> list[_Found]:
    """Words of acts; one that lies inside a longer one is dropped."""
    found = [
        _Found(event, weight, match.start(), match.end())
        for pattern, event, weight in _patterns(folder)
        for match in pattern.finditer(sentence)
        if match[0] not in ("March", "May")
    ]
    return [one for one in found if not any(_covers(other, one) for other in found)]


def _covers(other: _Found, one: _Found) -> bool:
    """Tell whether a match lies inside a longer one that weighs no less."""
    within = other.start <= one.start and one.end <= other.end
    return within and other.end - other.start > one.end - one.start and other.weight >= one.weight


def _rank(one: _Found, named: Sequence[Mention], given: bool) -> tuple[float, ...]:
    """Words that frame others come first; then those nearest behind the source."""
    if not named:
        return one.weight, -one.start
    ends = sorted(mention.end for mention in named)
    starts = sorted(mention.start for mention in named)
    inside = any(m.start <= one.start < m.end for m in named) if given else False
    behind = one.start - ends[0]
    near = -abs(behind) / 40 - (1.0 if behind < 0 else 0.0)
    amid = 0.7 if len(named) > 1 and ends[0] <= one.start and one.end <= starts[-1] else 0.0
    return one.weight + near + amid - (1.0 if inside else 0.0), -one.start


def turned(sentence: str, one: _Found) -> str:
    """Return the event after what stands before it is taken into account."""
    before = sentence[max(0, one.start - 90) : one.start]
    kind = one.event.split("/")[0]
    if kind in GOOD or kind == "REQUEST":
        if _NO.search(before):
            return "REJECT"
        if kind != "REQUEST" and _ASKED.search(before):
            return "REQUEST"
        if kind not in ("AGREE", "REQUEST") and _WILL.search(before):
            return "AGREE"
    if kind in _BAD and _WILL.search(before):
        return "THREATEN"
    if kind in _BAD and _NO.search(before) and kind == "SANCTION":
        return "REJECT"
    return one.event


def _act(plover: str) -> str | None:
    event, mode, context = [*plover.split("/"), "", ""][:3]
    return world.plover(event, mode or None, context or None)[0]


def _parties(sentence: str, one: _Found, named: list[Mention]) -> tuple[Mention | None, Mention | None]:
    """Source and target: the nearest subject before the act and the first other party after it."""
    before = [m for m in named if m.end <= one.start]
    after = [m for m in named if m.start >= one.end]
    within = [m for m in named if one.start < m.start < one.end]
    if _PASSIVE.search(sentence[: one.start]):
        agent = _BY.match(sentence[one.end :])
        behind = [m for m in after if agent and m.start >= one.end + agent.end()]
        return (behind[0] if behind else None), (_subject(sentence, before) if before else None)
    source = _subject(sentence, before) if before else None
    others = [m for m in (*within, *after) if source is None or m.principal != source.principal]
    target = others[0] if others else None
    if target is None and len({m.principal for m in before}) > 1 and source:
        target = next(m for m in reversed(before) if m.principal != source.principal)
    if source is None and others:
        reported = _ON_NEWS.search(sentence, one.end)
        late = [m for m in others if reported and m.start > reported.start()]
        source = late[-1] if late and late[-1] is not target else None
    return source, target


def _subject(sentence: str, before: list[Mention]) -> Mention:
    """The first name of the clause the act is in."""
    cut = max(sentence.rfind(mark, 0, before[-1].start) for mark in (";", " that ", ", but ", ", while "))
    inside = [m for m in before if m.start > cut]
    return inside[0] if inside else before[-1]
