"""Everything an essay is read for, together: who is named, what happened when, what holds, what is claimed.

`read` is the whole offline reader. An essay that names nobody the world knows is refused: nothing could be
tested of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chancellery import world
from chancellery.errors import EssayError, did_you_mean
from chancellery.essays import coder, dates, grammar, joining, proposals
from chancellery.essays.actors import Mention, Roster, principal
from chancellery.essays.opening import open_essay
from chancellery.essays.patterns import compiled
from chancellery.essays.tables import rows
from chancellery.essays.text import Essay, Sentence

_NOT_HAPPENED = ("normative", "negated", "doubted", "tentative", "expected", "near-certain", "likely")
_HAPPENED = re.compile(
    r"\b(?:has|have|had|was|were)\b|\b\w+ed\b|\b(?:met|held|sent|told|spent|began|took|gave|went|came|broke|won|fell|struck|withdrew)\b"
)
_JOINED = re.compile(r"^(?:['’]s)?\s*(?:-|–|—|/|\s+and\s+)\s*(?:the\s+)?$")
_LINK = re.compile(
    r"^(?:['’]s)?(?:\s+[\w'’-]+){0,4}?\s*\b(?:on|against|with|to|in|of|from|over|for|at|and|by|toward|towards|between)(?:\s+(?:the|a|an|its|their))?\s*$"
)
_LATELY = re.compile(r"\b(?:has|have|had|was|were|been)\s+(?:\w+\s+){0,2}$")
NEAR = 60  # characters between a tie's words and the names it joins


@dataclass(frozen=True)
class Named:
    """Somebody the essay names: how often, and where first."""

    actor: str
    name: str
    kind: str
    times: int
    words: tuple[str, ...]
    sentence: Sentence


@dataclass(frozen=True)
class Happening:
    """An act the essay tells of. ``when`` is None where it gives no date."""

    when: dates.When | None
    event: coder.Event
    sentence: Sentence
    quote: str


@dataclass(frozen=True)
class TieFound:
    """A standing condition between two actors that the essay speaks of."""

    kind: str
    source: str
    target: str
    sentence: Sentence
    quote: str


@dataclass(frozen=True)
class Findings:
    """What was read out of one essay."""

    essay: Essay
    actors: tuple[Named, ...]
    happenings: tuple[Happening, ...]
    ties: tuple[TieFound, ...]
    claims: tuple[proposals.Proposal, ...]


def read(
    path: Path | str,
    folder: Path | None = None,
    progress: Callable[[str, float], None] = lambda what, share: None,
) -> Findings:
    """Read an essay without any network or model.

    Parameters
    ----------
    path
        A text, Markdown, HTML or PDF file.
    folder
        The user's own tables of words, which replace those of the same name.
    progress
        Told what is being read and the share that is done; a book takes half a minute.

    Raises
    ------
    EssayError
        The file cannot be read, or names nobody we know.
    """
    progress(Path(path).name, 0.0)
    essay = open_essay(path)
    roster = Roster("\n".join(sentence.text for sentence in essay.sentences))
    named = actors(essay, roster)
    if not named:
        raise EssayError(
            f"{essay.name} names no state, organisation, leader or armed group that we know; "
            "'chancellery show actors' lists them: is it an essay on foreign policy?"
        )
    progress(essay.name, 0.1)
    told = happenings(essay, roster, folder)
    progress(essay.name, 0.3)
    held = ties(essay, roster, folder)

    def so_far(share: float) -> None:
        progress(essay.name, 0.5 + share / 2)

    return Findings(essay, named, told, held, tuple(proposals.claims(essay, roster, folder, so_far)))


def actors(essay: Essay, roster: Roster) -> tuple[Named, ...]:
    """Return who is named, the most often named first."""
    first: dict[str, Sentence] = {}
    words: dict[str, dict[str, None]] = {}
    times: Counter[str] = Counter()
    for sentence in essay.sentences:
        for mention in roster.find(sentence.text):
            first.setdefault(mention.actor, sentence)
            words.setdefault(mention.actor, {})[mention.words] = None
            times[mention.actor] += 1
    known = {one.id: one for one in world.actors()}
    return tuple(
        Named(actor, known[actor].name, known[actor].kind, count, tuple(words[actor]), first[actor])
        for actor, count in times.most_common()
    )


def happenings(essay: Essay, roster: Roster, folder: Path | None = None) -> tuple[Happening, ...]:
    """Return the acts between two known actors that are told as having happened."""
    out = []
    for sentence in essay.sentences:
        text = sentence.text
        if text.endswith("?") or len(roster.principals(text)) < 2 or not _HAPPENED.search(text):
            continue
        doubt = grammar.hedge(text, folder)
        when = dates.find(text)
        if (doubt and doubt.band in _NOT_HAPPENED and not when) or grammar.condition(text):
            continue
        event = coder.code(text, roster, folder=folder)
        if (
            event
            and event.words
            and event.act
            and event.source
            and event.target
            and event.source != event.target
            and (when or _is_told(text, event.words))
        ):
            out.append(Happening(when[0] if when else None, event, sentence, joining.quotation(text)))
    return tuple(out)


def _is_told(text: str, words: str) -> bool:
    """Tell an act that is told of ("met", "has signed") from its noun ("the threat")."""
    if words.casefold().startswith("fail"):
        return False
    return _HAPPENED.match(words) is not None or _LATELY.search(text[: text.find(words)]) is not None


def ties(essay: Essay, roster: Roster, folder: Path | None = None) -> tuple[TieFound, ...]:
    """Return what the essay says holds between two actors, each tie once, where it stands first."""
    kinds = {kind.name for kind in world.tie_kinds()}
    table = rows("ties", folder)
    wrong = next((row for row in table if row["kind"] not in kinds), None)
    if wrong:
        raise EssayError(
            f"ties.csv '{wrong['words']}': tie '{wrong['kind']}' is not known{did_you_mean(wrong['kind'], kinds)}"
        )
    out: dict[tuple[str, str, str], TieFound] = {}
    for sentence in essay.sentences:
        mentions = roster.find(sentence.text)
        if len({m.principal for m in mentions}) < 2:
            continue
        taken: list[tuple[int, int]] = []
        for row in table:
            for found in compiled(row["words"]).finditer(sentence.text):
                if any(a <= found.start() < b for a, b in taken):
                    continue
                pair = _pair(sentence.text, found.start(), found.end(), mentions)
                if pair:
                    taken.append(found.span())
                    source, target = pair
                    if not world.tie_kind(row["kind"]).directed:
                        source, target = sorted(pair)
                    quote = _around(sentence.text, found.start(), found.end())
                    out.setdefault(
                        (row["kind"], source, target), TieFound(row["kind"], source, target, sentence, quote)
                    )
    return tuple(out.values())


def _pair(text: str, start: int, end: int, mentions: list[Mention]) -> tuple[str, str] | None:
    """Return whom the words at a place join: "A's rivalry with B", "A-B trade", "a pact between A and B"."""
    before = [m for m in mentions if m.end <= start and start - m.end <= NEAR]
    after = [m for m in mentions if m.start >= end and m.start - end <= NEAR]
    if (
        len(before) > 1
        and _JOINED.match(text[before[-2].end : before[-1].start])
        and start - before[-1].end <= 25
    ):
        return _distinct(before[-2], before[-1])
    if len(after) > 1 and re.search(r"\bbetween\s+(?:the\s+)?$", text[end - 8 : after[0].start]):
        return _distinct(after[0], after[1])
    if before and after and _LINK.match(f" {text[start:end].split()[-1]}{text[end : after[0].start]}"):
        if re.match(r"\s+by\b", text[end:]):
            return _distinct(after[0], before[-1])
        return _distinct(before[-1], after[0])
    return None


def _distinct(a: Mention, b: Mention) -> tuple[str, str] | None:
    pair = principal(a.actor), principal(b.actor)
    return pair if pair[0] != pair[1] else None


def _around(text: str, start: int, end: int) -> str:
    """Return at most a dozen words around a place."""
    before, after = text[:start].split(), text[end:].split()
    middle = text[start:end].split()
    room = max(joining.QUOTED - len(middle), 0)
    left = before[max(0, len(before) - room // 2) :]
    return " ".join([*left, *middle, *after[: room - len(left)]][: joining.QUOTED])
