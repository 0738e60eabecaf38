"""Cause and effect of a clause: where the one ends, the other begins, and which way it points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from chancellery.essays import grammar

QUOTED = 12  # words of the text that a proposal may repeat
HEAD = 9  # words of an effect that say whether it is good or bad; what hangs on them does not
SHORT = 12  # words of a cause or an effect
BEFORE = "(what was said before)"
_BACK = re.compile(
    r"^\W*(?:and |but |so |yet |thus,? |hence,? )?(?:this|that|it|these|those|they|which|the (?:latter|former)|(?:this |it )?in turn|"
    + re.escape(BEFORE)
    + r")\W*$",
    re.I,
)
LEAD = re.compile(
    r"^(?:\W|(?:and|but|so|yet|however|moreover|furthermore|therefore|thus|hence|also|indeed|in fact|first|second|third|"
    r"finally|consequently|meanwhile|similarly|likewise|for instance|for example|more recently|in conclusion|in turn|while|"
    r"although|though|whereas|then|which|that|to)\b,?\s*)+",
    re.I,
)
_TRAIL = re.compile(
    r"(?:\W|\b(?:and|or|but|to|the|a|an|of|for|with|that|which|as|has|have|had|is|are|was|were|will|would|may|might|could|can|"
    r"cannot|also|not|only|further|significantly|certainly|already|likely|be|been|it|by|in|do|does|did|should|must|shall|ought)\b)+$",
    re.I,
)
PRONOUN = re.compile(
    r"^\W*(?:and |but |so |yet |however,? |thus,? |hence,? )?(?:this|that|these|"
    r"those|it|its|they|their|he|his|she|her|such|which|the (?:latter|former))\b",
    re.I,
)
_SUBJECT_ENDS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|may|might|could|can|cannot|should|must|remains?|seems?|appears?|does|do|did)\b"
)
_ALONE = re.compile(
    r"^\W*(?:$|\w+ly\W*$|day by day|steadily\b|since\s|over the\s|across\s|among\s|between\s|within\s)", re.I
)
_NOT = re.compile(r"\b(?:not|cannot|never)\b|n['’]t\b", re.I)
_CIRCUMSTANCE = re.compile(
    r"^\W*(?:(?:and|but|yet|so)\s+)?(?:with|given|after|following|amid|faced with|in response to|"
    r"in the wake of|in the absence of|having)\s+(?P<what>(?:[^\s,]+\s+){1,18}?[^\s,]+),\s+(?=\S+\s+\S+)",
    re.I,
)
_DESPITE = re.compile(r"^\W*(?:despite|in spite of|notwithstanding)\s+(?P<what>[^,]{4,160}),\s+", re.I)


def joined(clause: str, folder: Path | None) -> tuple[str, str, str, str, bool]:
    """Return cause, relation, effect, direction, and whether a word of the text joins them."""
    pair = grammar.if_then(clause)
    if pair:
        cause, effect, word = pair
        name = {
            "unless": "necessary_for",
            "without": "necessary_for",
            "only if": "necessary_for",
            "even if": "insufficient_for",
        }.get(word, "causes")
        if word == "without" and _NOT.search(effect):  # "could not hold out without": it does, with it
            return cause, name, effect, "+", True
        return cause, name, effect, _direction(effect, "+", folder), True
    around = _CIRCUMSTANCE.match(clause)
    if around:
        inner = joined(clause[around.end() :], folder)
        return inner if inner[4] else (around["what"], inner[1], clause[around.end() :], inner[3], True)
    conceded = _DESPITE.match(clause)
    if conceded:
        inner = clause[conceded.end() :]
        found = _main(inner, [r for r in grammar.relations(inner, folder) if not r.weak])
        if found is None:
            return conceded["what"], "insufficient_for", inner, "0", True
        clause = inner
    else:
        found = _main(clause, grammar.relations(clause, folder))
    if found is None:
        verb = _SUBJECT_ENDS.search(clause, 3)
        at = verb.start() if verb else clause.find(" ", len(clause) // 2) + 1
        return clause[:at], "causes", clause[at:], _direction(clause[at:], "+", folder), False
    before, after = clause[: found.start], clause[found.end :]
    cause, effect = (before, clause[found.start :]) if found.cause == "left" else (after, before)
    if found.cause == "left" and not before.strip(" ,"):
        cause, effect = BEFORE, after
    if found.cause == "right" and len(before.split()) < 3:
        cause, _, effect = after.partition(", ")
        if not effect:
            return (
                joined(after, folder)
                if len(after.split()) > 3
                else (cause, found.name, before, found.direction, True)
            )
    if found.name == "signals":  # what is a sign of something speaks for it, good or bad
        return cause, found.name, effect, found.direction, True
    if found.cause == "left" and _ALONE.match(after):  # "is increasing day by day" joins nothing
        return before, "causes", clause[found.start :], found.direction, False
    said = after if found.cause == "left" else effect
    return cause, found.name, effect, _direction(said, found.direction, folder), True


def _main(clause: str, found: Sequence[grammar.Relation]) -> grammar.Relation | None:
    """Choose the word that joins the clause: strong before weak, connectives of cause before verbs."""
    if not found:
        return None

    def rank(one: grammar.Relation) -> tuple[int, int]:
        if one.name == "insufficient_for":
            return 0 if clause[one.start :].casefold().startswith("no ") else 3, one.start
        because = one.cause == "right" and not clause[one.start : one.end].endswith(" by")
        return (0 if because else 2 if one.weak else 1), one.start

    return min(found, key=rank)


def _direction(words: str, sign: str, folder: Path | None) -> str:
    """Direction of the effect: a lowering verb lowers; a raising verb raises what its object is."""
    if sign == "0" or sign == "-":
        return sign
    verb = _SUBJECT_ENDS.search(words)
    said = words[verb.start() :] if verb else words
    good = grammar.valence(" ".join(said.split()[:HEAD]), folder)
    if sign == "±":
        return "-" if good < 0 else "±"
    return "-" if good < 0 else "+"


def shortened(words: str) -> str:
    if _BACK.match(words):
        return BEFORE
    trimmed = _TRAIL.sub("", LEAD.sub("", words.strip())).strip(' ,.;:—–-"“”')
    parts = trimmed.split()
    if not parts and PRONOUN.match(words):
        return BEFORE
    return " ".join(parts[:SHORT]) + (" …" if len(parts) > SHORT else "") or "(not said)"


def quotation(clause: str) -> str:
    """Return at most `QUOTED` words of a clause, beginning where it asserts something."""
    words = LEAD.sub("", clause).split()
    return " ".join(words[:QUOTED]).strip(" ,;:—–")
