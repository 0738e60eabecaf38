"""What an essay claims: each asserting clause as cause, relation, effect, direction, doubt and whose view it is.

A clause is proposed as a claim when enough speaks for it: a word of doubt, a word of cause, a condition, a
norm, a reported view, or a judgement about a state of affairs. Narrative, questions and words about the essay
itself are left out. The weights below are small whole numbers on purpose: they are rules, not a model.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chancellery.essays import grammar, voices
from chancellery.essays.actors import Roster
from chancellery.essays.joining import LEAD, PRONOUN, joined, quotation, shortened
from chancellery.essays.tables import rows
from chancellery.essays.text import Essay, Sentence

ENOUGH = 2
_META = re.compile(
    r"^\W*(?:let['’]?s|let us|(?:this|the (?:following|present)) (?:article|essay|paper|section|analysis|brief|study|piece)"
    r"(?! (?:argues|contends|claims|finds|shows|concludes|holds|suggests) that)|"
    r"in (?:this|the following) (?:article|essay|paper|section|study)|(?:the )?(?:key|following|main) (?:points|questions)|"
    r"(?:these|they) range from|first|click|i (?:will|shall)|we (?:will|shall|now turn))\b",
    re.I,
)
_STATE = re.compile(
    r"\b(?:is|are|remains?|becomes?|has become|have become|was|were|lacks?|faces?|presents?|poses?|constitutes?|carr(?:y|ies)|"
    r"stands?|enjoys?|possess(?:es)?|holds?|has|have|serves? as|continues? to|relies|rely|belongs?|matters?|maintains?|views?|"
    r"overlooks?|oversimplif(?:y|ies)|prioriti[sz]e[sd]?|regarded)\b",
    re.I,
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|[a-z]{3,}(?:ed)|met|held|sent|told|spent|began|took|gave|went|came|broke|won|fell|signed)\b"
)
_NARRATIVE = re.compile(
    r"\b(?:on (?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December)|"
    r"in (?:\w+ )?(?:19|20)\d\d|last (?:week|month|year|\w+day)|a (?:week|month|year|day) (?:later|earlier|ago)|"
    r"on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|on the same day|yesterday|\d{1,2} (?:January|February|March|April|May|"
    r"June|July|August|September|October|November|December))\b"
)


@dataclass(frozen=True)
class Proposal:
    """One claim as the reader understands it.

    Attributes
    ----------
    kind
        ``causal``, ``conditional``, ``predictive``, ``belief`` (reported of somebody), ``assessment`` or
        ``normative``.
    direction
        ``+`` raises, ``-`` lowers, ``0`` no or not enough effect, ``±`` not said.
    hedge, band
        The word of doubt in the text, empty where there is none, and its class, a row of `classes`.
    horizon
        The text's own words for when, or empty.
    speaker
        Id or words of whose view it is, empty when it is the author's.
    actors
        Ids of who is in it; taken from the sentence before where the clause only points back.
    sentence
        Where it stands.
    quote
        At most `joining.QUOTED` words of it, verbatim.
    """

    kind: str
    cause: str
    relation: str
    effect: str
    direction: str
    hedge: str
    band: str
    horizon: str
    speaker: str
    actors: tuple[str, ...]
    sentence: Sentence
    quote: str


def claims(
    essay: Essay,
    roster: Roster,
    folder: Path | None = None,
    progress: Callable[[float], None] = lambda share: None,
) -> list[Proposal]:
    """Propose the claims of an essay, in the order of the text; ``progress`` is told the share that is done."""
    out: list[Proposal] = []
    before: tuple[str, ...] = ()
    for place, sentence in enumerate(essay.sentences):
        progress(place / len(essay.sentences))
        named = roster.principals(sentence.text)
        if not _is_left_out(sentence.text):
            for start, end in grammar.clauses(sentence.text):
                clause = sentence.text[start:end]
                clause = clause[grammar.framed(clause) :]
                if strength(clause, sentence.text, folder) >= ENOUGH:
                    found = roster.principals(clause)
                    inherited = (
                        () if start == 0 and not PRONOUN.match(clause) else (named if start else before)
                    )
                    who = tuple(dict.fromkeys((*found, *(inherited if len(found) < 2 else ()))))
                    out.append(_proposal(clause, sentence, who or named or before, roster, folder))
        before = named or before
    return out


def _is_left_out(sentence: str) -> bool:
    if sentence.rstrip("\"”’')").endswith("?") or len(sentence.split()) < 4:
        return True
    return _META.match(sentence) is not None


def strength(clause: str, sentence: str, folder: Path | None = None) -> int:
    """Count what speaks for a clause being a claim; `ENOUGH` makes it one."""
    score = 0
    doubt = grammar.hedge(clause, folder)
    if doubt:
        score += 2
    found = grammar.relations(clause, folder)
    strong = [one for one in found if not one.weak]
    score += 2 if strong else 1 if found else 0
    if grammar.condition(clause) or grammar.norm(clause):
        score += 2
    spoken = voices.speech(clause)
    if spoken or voices.alleged(clause):
        score += 2 if spoken and voices.holds(clause, spoken) else 1
    judged = _STATE.search(clause) is not None and grammar.evaluates(clause, folder)
    score += 1 if judged else 0
    score += 2 if _STANCE.search(clause) else 0
    score += 1 if grammar.evaluates(clause, folder) else 0
    if _NARRATIVE.search(sentence) and _PAST.search(clause) and not doubt:
        score -= 2
    return score


def _proposal(
    clause: str, sentence: Sentence, who: tuple[str, ...], roster: Roster, folder: Path | None
) -> Proposal:
    doubt = grammar.hedge(clause, folder)
    if doubt and grammar.is_aside(clause, doubt, grammar.relations(clause, folder)):
        doubt = None
    voice, said_by, content = _voice(clause, sentence.text, roster)
    hangs = grammar.if_then(content)
    if doubt and hangs and doubt.words in hangs[0] and doubt.words not in hangs[1]:
        doubt = grammar.hedge(hangs[1], folder)  # "if it does not pay, it will lose": the loss is the claim
    cause, relation, effect, direction, signal = joined(content, folder)
    band = _band(clause, doubt, voice)
    under = clause != sentence.text and grammar.supposed(sentence.text)
    kind = _kind(clause, band, bool(voice), signal and relation != "signals", cause, under)
    if band in ("negated", "doubted"):
        relation, direction = "insufficient_for", "0"
    if kind == "normative":
        direction = "-" if _AGAINST.search(clause) else "+"
    return Proposal(
        kind, shortened(cause), relation, shortened(effect), direction, doubt.words if doubt else "", band,
        grammar.horizon(clause), said_by, who, sentence, quotation(clause),
    )  # fmt: skip


_AGAINST = re.compile(
    r"\b(?:(?:should|must|ought to|needs? to|has to|have to)\s+(?:not|never|resist|avoid|refrain|stop|abandon|drop|oppose|end)|"
    r"ought not|needs? not|cannot|can ill|(?:un|in)(?:wise|advisable))\b",
    re.I,
)


def _voice(clause: str, sentence: str, roster: Roster) -> tuple[bool, str, str]:
    """Return whether another's view is reported, whose, and what is reported."""
    found = voices.speech(clause)
    if found is None:
        return voices.alleged(clause), "", clause
    after = clause[found.end() :]
    if found[0].casefold().startswith(("according", "in the")):
        whose, _, content = after.removeprefix(" to").strip().partition(", ")
        named = roster.find(whose)
        return (
            True,
            named[0].actor if named else " ".join(whose.split()[:4]),
            content or clause[: found.start()] or clause,
        )
    subject = clause[: found.start()].rstrip(" ,")
    content = _THAT.sub("", after) if _THAT.match(after) else clause
    whose = subject.rsplit(", ", 1)[-1]
    named = roster.find(whose)
    if named:
        return True, named[-1].actor, content
    names = _CAPITALS.findall(whose)
    if names:
        return True, names[-1], content
    earlier = roster.find(sentence[: sentence.find(clause) + found.start()]) if PRONOUN.match(whose) else []
    return bool(whose), earlier[-1].actor if earlier else " ".join(LEAD.sub("", whose).split()[-3:]), content


_THAT = re.compile(r"^,?\s*(?:that|:)\s+", re.I)
_CAPITALS = re.compile(r"\b[A-ZÀ-Þ][\w’'.-]+(?: [A-ZÀ-Þ][\w’'.-]+){0,3}")


def _band(clause: str, doubt: grammar.Hedge | None, voice: bool) -> str:
    if voice:
        return "reported"
    return doubt.band if doubt else "asserted"


def _kind(clause: str, band: str, voice: bool, signal: bool, cause: str, under: bool) -> str:
    """Kind of a claim; ``under`` a supposition the whole sentence begins with."""
    if band == "normative" or (voice is False and grammar.norm(clause) and band == "asserted"):
        return "normative"
    if (grammar.condition(clause) and not _NAIVE.search(clause)) or (under and _FUTURE.search(clause)):
        return "conditional"
    if _NAIVE.search(clause):
        return "assessment"
    if voice or _STANCE.search(clause) or _AIM.search(clause):
        return "belief"
    if band == "negated" and signal and not _FUTURE.search(clause):
        return "causal"
    if band in ("tentative", "expected", "near-certain", "likely", "doubted", "negated"):
        if _SEEMS.search(clause) and _AHEAD.search(clause):
            return "predictive"
        if _SEEMS.search(clause) or not _FUTURE.search(clause):
            return "assessment"
        return "conditional" if _is_supposed(clause, cause) else "predictive"
    return "causal" if signal else "assessment"


def _is_supposed(clause: str, cause: str) -> bool:
    """Tell a forecast of what would follow, if something happened, from one of what will."""
    if _GERUND.match(cause):
        return True
    return _SUPPOSED.search(clause) is not None and (
        _is_event(cause) or _POINTS_BACK.match(clause) is not None
    )


_NAIVE = re.compile(
    r"\bbe (?:an? )?(?:naive|wrong|mistaken?|premature|misleading|illusory|illusion) to\b", re.I
)
_STANCE = re.compile(
    r"(?<!the )(?<!its )\b(?:opposes|supports|backs|rejects|resists|welcomes|favou?rs|distrusts)\b"
)
_AIM = re.compile(
    r"\b(?:wants? (?:to|a|an|the)|wanted to|aims? (?:to|at)|intends? to|hopes? (?:to|for)|is (?:un)?willing to|are (?:un)?willing to|"
    r"is (?:determined|eager|keen) to|are (?:determined|eager|keen) to|has in mind|in mind:|"
    r"(?:principal|main|strategic|ultimate) (?:goal|aim|end)s?)\b",
    re.I,
)
_GERUND = re.compile(
    r"^\W*(?!during|king|nothing|something|anything|according|given)[A-Z]?[a-z]{2,}ing\b", re.I
)
_POINTS_BACK = re.compile(
    r"^\W*(?:and |but |so |yet |thus,? |then,? )?(?:this|that|it|these|such an?)\s+(?:[\w-]+\s){0,2}?(?:would|could|might)\b",
    re.I,
)
_AHEAD = re.compile(r"\b(?:future|coming|prospects?|outlook|era|heading|headed|about to)\b", re.I)
_FUTURE = re.compile(
    r"\b(?:will|would|could|may|might|can|cannot|shall|likely|unlikely|expected|set|poised|bound|going|"
    r"doubtful|no guarantee|won['’]t)\b",
    re.I,
)
_SUPPOSED = re.compile(r"\b(?:would|could|might)\b", re.I)
_SEEMS = re.compile(
    r"\b(?:seems?|appears?|looks?|(?:could|may|might) be (?:\w+ly )?(?:more|less|\w+er)\b)", re.I
)
_EVENT = re.compile(
    r"\b(?:(?:re)?\w{3,}(?:tion|sion|ment|al|ence|ance|ing|ure|chement|ship|fall|down|back)s?|thaw|deal|war|"
    r"move|return|end|attack|strike|talks|visit|shift|rise|loss|defeat|victory|split|break|sanctions|tariffs|détente|summit|"
    r"truce|coup|stance|strategy)\b",
    re.I,
)


def _is_event(cause: str) -> bool:
    """Tell a cause that is something that may happen from one that is somebody."""
    return _EVENT.search(" ".join(LEAD.sub("", cause).split()[:8])) is not None


def classes(folder: Path | None = None) -> dict[str, dict[str, str]]:
    """Return the classes of doubt: name to the row of ``modality.csv``, with our band, Kent's and Kesselman's.

    Norms have a class of their own, which stands for no probability.
    """
    return {row["class"]: row for row in rows("modality", folder)} | {"normative": {}}
