"""A sentence of news, or of narrative in an essay, as an event: who did what to whom.

1. The patterns of ``data/acts.csv`` find the words of acts, each with its PLOVER event (mode and context behind
   strokes) and a weight: words that frame others ("refused to ...") weigh more than what they frame.
2. What stands before the verb can turn it: "will release" is an agreement, "will bomb" a threat, "urged ... to
   release" a request, "refused to release" a rejection.
3. Who comes before the act is its source and who comes after its target; the passive turns them round.
4. `weighing` has the last word on the event: the patterns' choice is one cue among the words around it. Own
   patterns of a user are taken at their word.

PLOVER: Halterman, Bagozzi, Beger, Schrodt & Scraborough 2023. The fourteen acts are those of `chancellery.world`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chancellery import world
from chancellery.essays import weighing
from chancellery.essays.actors import Mention, Roster
from chancellery.essays.patterns import compiled, may_hold
from chancellery.essays.tables import has_own, rows

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
        The words of the act in the sentence; empty where no pattern, only the words around, told it.
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
def _patterns(folder: Path | None) -> tuple[tuple[str, re.Pattern[str], str, int], ...]:
    return tuple(
        (row["words"], compiled(row["words"]), row["event"], int(row["frame"] or 0))
        for row in rows("acts", folder)
    )


def code(
    sentence: str,
    roster: Roster | None = None,
    *,
    between: Sequence[Mention] | None = None,
    folder: Path | None = None,
    weigh: bool = True,
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
    weigh
        Weigh the words around the act as well; without, the patterns alone choose.
    """
    weigh = weigh and not has_own("acts", folder)
    found = _acts(sentence, folder)
    named = list(between) if between else (roster or _world()).find(sentence)
    if not found:
        if not (weigh and len({m.principal for m in named}) > 1):
            return None
        kind = weighing.weighed(_cues(sentence, named[0], named[-1], "-", found))
        return Event(named[0].principal, _act(kind), named[-1].principal, kind, "")
    best = max(found, key=lambda one: _rank(one, named, bool(between)))
    kind = turned(sentence, best)
    source, target = (named[0], named[-1]) if between else _parties(sentence, best, named)
    if weigh:
        event = weighing.weighed(_cues(sentence, source, target, kind, found))
        kind, best = _agreeing(sentence, event, kind, best, found)
    return Event(
        source.principal if source else None, _act(kind), target.principal if target else None, kind,
        sentence[best.start : best.end],
    )  # fmt: skip


def cues_of(sentence: str, between: Sequence[Mention]) -> set[str]:
    """Return the cues `weighing` has for a sentence whose parties are known."""
    found = _acts(sentence, None)
    best = max(found, key=lambda one: _rank(one, list(between), True), default=None)
    return _cues(sentence, between[0], between[-1], turned(sentence, best) if best else "-", found)


def _cues(
    sentence: str, source: Mention | None, target: Mention | None, kind: str, found: list[_Found]
) -> set[str]:
    spots = sorted((m.start, m.end) for m in (source, target) if m)
    backwards = source is not None and target is not None and target.start < source.start
    events = [one.event.split("/")[0] for one in found]
    return weighing.cues(sentence, spots, backwards, kind.split("/")[0], events)


def _agreeing(sentence: str, event: str, kind: str, best: _Found, found: list[_Found]) -> tuple[str, _Found]:
    """Return the event in full with the words that say it, or bare where no pattern does."""
    for one in (best, *found):
        full = kind if one is best else turned(sentence, one)
        if weighing.FOLDED.get(full.split("/")[0], full.split("/")[0]) == event:
            return full, one
    return event, best


@lru_cache(maxsize=1)
def _world() -> Roster:
    return Roster()


def _acts(sentence: str, folder: Path | None) -> list[_Found]:
    """Words of acts; one that lies inside a longer one is dropped."""
    found = [
        _Found(event, weight, match.start(), match.end())
        for words, pattern, event, weight in _patterns(folder)
        if may_hold(sentence, words)
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
    words = sentence[one.start : one.end].casefold()
    if _PASSIVE.search(sentence[: one.start]) and not words.split()[0].endswith("ing"):
        agent = _BY.match(sentence[one.end :])
        behind = [m for m in after if agent and m.start >= one.end + agent.end()]
        return (behind[0] if behind else None), (_subject(sentence, before) if before else None)
    if before and _RECEIVED.search(f"{sentence[max(0, one.start - 40) : one.start]}{words}"):
        giver = next((m for m in after if _FROM.search(sentence[one.end : m.start])), None)
        if giver:
            return giver, _subject(sentence, before)
    source = _subject(sentence, before) if before else None
    wished = _wished(sentence, one, before) if words in ("must", "should") else None
    if wished:
        return wished
    if source and one.event.split("/")[0] in _TOGETHER:
        beside = [m for m in before if m.start > source.end and _AND.match(sentence[source.end : m.start])]
        if beside and beside[0].principal != source.principal:
            return source, beside[0]
    others = [m for m in (*within, *after) if source is None or m.principal != source.principal]
    target = others[0] if others else None
    if words.startswith("discuss"):
        target = next((m for m in others if _WITH.search(sentence[one.end : m.start])), target)
    if target is None and len({m.principal for m in before}) > 1 and source:
        target = next(m for m in reversed(before) if m.principal != source.principal)
    if source is None and others:
        reported = _ON_NEWS.search(sentence, one.end)
        late = [m for m in others if reported and m.start > reported.start()]
        source = late[-1] if late and late[-1] is not target else None
    return source, target


_TOGETHER = ("AGREE", "SUPPORT", "CONSULT", "COOPERATE")  # what two may do with each other
_AND = re.compile(r"^(?:['’]s?)?(?:\s+[a-z][\w'’-]+)?\s+and\s+(?:the\s+)?(?:[A-Z][\w.]+\s+){0,2}$")
_RECEIVED = re.compile(r"\b(?:receiv|got|gets?\b|accept)\w*[^,;]*$", re.I)
_FROM = re.compile(r"\bfrom\s+(?:the\s+)?(?:[\w.]+\s+){0,2}$")
_WITH = re.compile(r"\bwith\s+(?:the\s+)?(?:[\w.]+\s+){0,3}$")
_PLACE = re.compile(r"^\W*(?:In|At|Across|Throughout)\s+(?:the\s+)?$")


def _wished(sentence: str, one: _Found, before: list[Mention]) -> tuple[Mention, Mention] | None:
    """Who says that another must do something, and who that is."""
    if len({m.principal for m in before}) < 2:
        return None
    speaker, other = before[0], before[-1]
    told = _ON_NEWS.search(sentence[speaker.end : other.start])
    return (speaker, other) if told and speaker.principal != other.principal else None


def _subject(sentence: str, before: list[Mention]) -> Mention:
    """The first name of the clause the act is in; a place at its head is none where another name follows."""
    cut = max(sentence.rfind(mark, 0, before[-1].start) for mark in (";", " that ", ", but ", ", while "))
    inside = [m for m in before if m.start > cut] or before[-1:]
    head = sentence[: inside[0].start]
    placed = len(inside) > 1 and _PLACE.match(head) and sentence[inside[0].end :].startswith(",")
    return inside[1] if placed else inside[0]
