"""What a clause says about itself: its word of doubt, what it joins to what, its horizon.

1. `clauses` cuts a sentence where a new assertion begins: at semicolons, and at commas before words such as
   "while", "which" and "leading to".
2. `hedge` finds the word of doubt and its band; `relation` the word that joins a cause to an effect.
3. `horizon` finds when it is to happen; `valence` whether what is said is good or bad for what it is said of.
   Whose view is reported is `voices`' part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chancellery.essays.patterns import compiled, forms, may_hold
from chancellery.essays.tables import rows
from chancellery.essays.voices import DETERMINED, speaks

_CUT = re.compile(
    r";\s+|\s[–—]\s|(?<=\w\w):\s+(?=[a-z])|,\s+(?=(?:but(?! (?:only )?if\b)|so (?!that\b|far\b|as\b|much\b|long\b)|"
    r"while|whereas|though|although|yet|which|thus|hence|thereby|leading|leaving|making|"
    r"(?:as|because|since)\s+(?:he|she|it|they|the|this|its|their)\b|forcing|allowing|creating|"
    r"prompting|enabling|undermining|weakening|potentially|and\s+(?:will|would|may|might|could|"
    r"can|has|have|is|are)|and\s+(?:the|a|an|it|this|that|they|its|their)?\s*(?:[\w'’-]+\s){0,6}?(?:will|would|may|"
    r"might|could|can|has|is|are)\b))|\s+(?=which in turn\b)",
)
_CONCESSION = re.compile(r"^\W*(?:while|although|though|whereas)\s[^,;]{12,160},\s+", re.I)
_CONDITION = re.compile(
    r"(?<!as )\b(?:if|unless|provided that|as long as|so long as|in (?:the event|case) (?:of|that)|"
    r"(?-i:Should) (?!be\b)|(?-i:Were) (?:[\w’-]+ ){1,4}to\b|"
    r"(?<!is )(?<!are )(?<!was )(?<!were )without(?! \w+ing\b)|otherwise|only when|until|"
    r"in (?:the event|case) (?=the|an?|its|their|this|\w+s\b)|in (?:such an?|that|this|the opposite|either|the latter) "
    r"(?:scenario|case|event))\b|"
    r"^\W*only (?!time\b)[^,;]{3,60}?\b(?:can|could|will|would)\b|\bwill depend\b|\bdepends? (?:on|upon)\b|\bhinges?\b",
    re.I,
)
_WONDER = re.compile(
    r"\bleav(?:e|es|ing)\s+(?:\S+\s+){1,3}without\b|\b(?:ask|asks|asked|see|seen|know|knows|wonder|wonders|question|unclear|unknown|doubtful|not|as)\s+if\b",
    re.I,
)
_LABEL = re.compile(r"^\W*(?:[A-Z]{1,3}|Question|Answer|Interviewer):\s+")
_FRAME = re.compile(
    r"^\W*(?:(?:and|but|so|thus|therefore|however|indeed|in this (?:context|regard|sense)|at this point),?\s+)?"
    r"(?:it|one|we|i)\s+(?:can|could|may|might|should|must|has to|is possible to|would be fair to|is (?:fair|safe|reasonable) to)\s+"
    r"(?:\w+ly\s+)?(?:be\s+)?(?:said?|argued?|stated?|concluded?|noted?|seen?|emphasi[sz]ed?|stressed|remembered|mentioned|underlined|"
    r"added?|claimed?|observed?|assumed?|evaluated|thought|expected|interpreted|understood|pointed out)(?:\s+here)?\s+that\s+|"
    r"^\W*(?:it is (?:considered|thought|believed|estimated|assessed|evaluated|assumed) that|"
    r"it is (?:worth (?:noting|mentioning|remembering|stressing)|important to (?:note|stress|remember)|clear|evident|obvious|"
    r"seen|understood|noteworthy|a fact|no secret|true) that|there is no denying that|the fact (?:is|remains) that|needless to say,?|"
    r"to be sure,?)\s+",
    re.I,
)
_IF_AHEAD = re.compile(
    r"^\W*(?:and |but |so |indeed,? |however,? )?(?P<word>if|unless|should|were|"
    r"provided that|as long as|in the event (?:of|that)|in case(?: of)?|without)\s+"
    r"(?P<cause>[^,]{4,220}),\s*(?:then\s+)?(?P<effect>.+)$",
    re.I,
)
_IF_AFTER = re.compile(
    r"^(?P<effect>.{8,}?),?\s+(?P<word>only if|even if|if|unless|provided that|"
    r"as long as|so long as|in the event of|without)\s+(?P<cause>.{4,})$",
    re.I,
)
_IF_AMID = re.compile(
    r"^(?P<who>[^,]{3,80}), (?P<word>if|unless) (?P<cause>[^,]{4,80}), (?P<effect>(?:would|could|will|may|might)\b.+)$",
    re.I,
)
_NORM = re.compile(
    r"\b(?:should|ought to|must|needs? to|had better|would do well|it is (?:imperative|incumbent|time)|prudent|advisable)\b",
    re.I,
)
_MODIFIED = re.compile(r"\b(?:the|a|an|its|his|her|their|our|any|no|some)\s+\w+\s+$", re.I)
_HORIZON = re.compile(
    r"\b(?:(?:with)?in(?:side)? (?:the )?(?:next|coming|following|near|"
    r"foreseeable|medium|long|short)[\w -]{0,25}?(?:days?|weeks?|months?|"
    r"years?|decades?|term|future|run)|within (?:(?:a|an|\w+) (?:\w+ )?)?(?:days?|weeks?|months?|years?|decades?)|"
    r"by (?:the end of )?(?:the (?:decade|century)|20\d\d|mid-?century|next \w+)|"
    r"for (?:many )?(?:years|decades|generations) to come|"
    r"for (?:a|one|two|three|several|many) (?:years?|decades?|generations?)|(?:over|in) the (?:coming|"
    r"next) [\w -]{0,15}?(?:days|weeks|months|years|decades?)|"
    r"at any (?:time|moment)|any (?:day|time) (?:now|soon)|immediate(?:ly)?|imminent(?:ly)?|overnight|"
    r"(?:this|next) (?:week|month|year|spring|summer|autumn|fall|winter|decade)|in the (?:short|medium|long)(?:er)? (?:term|run))\b",
    re.I,
)
REVERSED = 100  # weight of a word that turns round all that follows it
_WORD = re.compile(r"[A-Za-z][\w'’-]*")


@dataclass(frozen=True)
class Hedge:
    """A word of doubt as it stands in the text, and its band."""

    words: str
    band: str
    start: int


@dataclass(frozen=True)
class Relation:
    """A word that joins a cause to an effect.

    ``cause`` says on which side of it the cause stands; ``weak`` words say little of cause by themselves, as do
    participles, which hang on another verb.
    """

    name: str
    direction: str
    cause: str
    start: int
    end: int
    weak: bool


def clauses(sentence: str) -> list[tuple[int, int]]:
    """Return where the clauses of a sentence begin and end; short ones stay with their neighbour."""
    cuts, start = [], 0
    conceded = _CONCESSION.match(sentence)
    if conceded and not re.match(r"\W*while \w+ing\b", sentence, re.I):
        cuts.append((0, len(conceded[0].rstrip(", "))))
        start = conceded.end()
    for found in _CUT.finditer(sentence, start):
        if len(sentence[start : found.start()].split()) >= 5 and len(sentence[found.end() :].split()) >= 4:
            if re.match(
                r"\W*(?:if|unless|although|though|while|despite|given|as|since|because|without)\b",
                sentence[start:],
                re.I,
            ) and ("," not in sentence[start : found.start()] and not found[0].startswith(";")):
                continue
            cuts.append((start, found.start()))
            start = found.end()
    return [*cuts, (start, len(sentence))]


@lru_cache(maxsize=8)
def _hedges(folder: Path | None) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    known = {row["class"] for row in rows("modality", folder)} | {"normative"}
    listed = rows("hedges", folder)
    wrong = next((row for row in listed if row["class"] not in known), None)
    if wrong:
        from chancellery.errors import EssayError, did_you_mean

        raise EssayError(
            f"hedges.csv '{wrong['words']}': class '{wrong['class']}' is not in modality.csv{did_you_mean(wrong['class'], known)}"
        )
    return tuple((row["words"], compiled(row["words"]), row["class"]) for row in listed)


_RELATIVE = re.compile(r"\b\w+\s+(?:that|which|who|whose|whom|how|where|why)\b")


def is_aside(clause: str, doubt: Hedge, joined: Sequence[Relation]) -> bool:
    """Tell a word of doubt in a relative clause behind the main verb: "created a gap that nobody can fill"."""
    verb = next((one for one in joined if not one.weak and one.cause == "left"), None)
    if verb is None or doubt.start < verb.end:
        return False
    between = clause[verb.end : doubt.start]
    return _RELATIVE.search(between) is not None and not speaks(clause[: doubt.start])


STRONG = ("near-certain", "negated", "doubted", "asserted")


def hedge(clause: str, folder: Path | None = None) -> Hedge | None:
    """Return the word of doubt that governs a clause.

    Words of certainty, denial and doubt win wherever they stand, in the order of the table; of the others the
    first in the clause, and of those that begin together the first in the table.
    """
    strong: Hedge | None = None
    first: Hedge | None = None
    for words, pattern, band in _hedges(folder):
        found = pattern.search(clause) if may_hold(clause, words) else None
        if found and re.match(r"\s+only\b", clause[found.end() :]) and found[0].endswith("not"):
            continue  # "would not only" denies nothing
        if found and not (found[0] in ("May", "Might") or _is_noun(clause, found)):
            one = Hedge(found[0], band, found.start())
            if band in STRONG:
                strong = strong or one
            elif first is None or one.start < first.start:
                first = one
    if strong is None or first is None or first.start > strong.start:
        return strong or first
    hangs = _RELATIVE.search(clause[first.start : strong.start])
    return first if hangs or _is_plain(strong) else strong


def _is_plain(one: Hedge) -> bool:
    """Tell a mere "is not", which yields to a modal before it, from "will not"."""
    return one.words.casefold().split()[0] in ("is", "are", "does", "do")


def _is_noun(clause: str, found: re.Match[str]) -> bool:
    """Tell "the will", "a must" and "the need" from the auxiliary."""
    if found[0].casefold() not in ("will", "must", "can", "might", "need"):
        return False
    return (
        re.search(r"\b(?:the|a|an|its|his|her|their|our|any|no|of)\s+$", clause[: found.start()], re.I)
        is not None
    )


@lru_cache(maxsize=8)
def _relations(folder: Path | None) -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    return tuple((compiled(row["words"]), row) for row in rows("relations", folder))


@lru_cache(maxsize=256)
def relations(clause: str, folder: Path | None = None) -> tuple[Relation, ...]:
    """Return what joins causes to effects in a clause, in order; both sides must have words."""
    out = []
    for pattern, row in _relations(folder):
        if not may_hold(clause, row["words"]):
            continue
        for found in pattern.finditer(clause):
            if row["words"].startswith("~") and _is_no_verb(clause, found):
                continue
            if row["words"] == "without" and not condition(clause):
                continue
            if row["words"] == "~need" and clause[found.end() :].lstrip().startswith("to "):
                continue  # a norm
            if _stands_alone(clause, found, row["cause"]):
                hangs = _PARTICIPLE.match(found[0]) and not _PROGRESSIVE.search(clause[: found.start()])
                weak = bool(row["weak"] or hangs)
                out.append(
                    Relation(
                        row["relation"], row["direction"], row["cause"], found.start(), found.end(), weak
                    )
                )
    return tuple(sorted(out, key=lambda one: (one.start, -(one.end - one.start))))


def _is_no_verb(clause: str, found: re.Match[str]) -> bool:
    """Tell a noun ("the increase") and a participle ("marked by") from the verb."""
    before, form = clause[: found.start()], found[0].split()[0]
    if form.endswith("ed") and re.match(r"\s+by\b", clause[found.end() :]):
        return True
    if form.endswith("ing"):
        return False
    if form.endswith("s") and _FINITE.match(clause[found.end() :]):
        return True  # "the forces withdrew"
    return (
        DETERMINED.search(before) is not None
        or re.search(r"[’']s?\s+$", before) is not None
        or (not form.endswith(("s", "ed")) and _MODIFIED.search(before) is not None)
    )


_FINITE = re.compile(
    r"\s+(?:\w{3,}ed|withdrew|left|went|came|took|fell|rose|grew|were|was|have|has|had|will|would|are|is|may|might|could|can|did|do)\b"
)
_PARTICIPLE = re.compile(r"\w+ing\b", re.I)
_PROGRESSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|thus|thereby)\s+(?:\w+ly\s+|also\s+|already\s+)?$", re.I
)
_SO = ("thus", "hence", "therefore", "thereby", "consequently", "as a")


def _stands_alone(clause: str, found: re.Match[str], cause: str) -> bool:
    before, after = clause[: found.start()], clause[found.end() :]
    if cause == "right" or found[0].casefold().startswith(_SO):
        return any(char.isalnum() for char in after)
    return any(char.isalnum() for char in before) and any(char.isalnum() for char in after)


def condition(clause: str) -> bool:
    """Tell whether a clause makes one thing wait for another."""
    return _CONDITION.search(_WONDER.sub("", clause)) is not None


def framed(clause: str) -> int:
    """Return where a clause begins after words such as "it should be noted that", whose modal is not the claim's."""
    label = _LABEL.match(clause)
    at = label.end() if label else 0
    found = _FRAME.match(clause[at:])
    return at + (found.end() if found else 0)


def supposed(sentence: str) -> bool:
    """Tell whether a sentence begins with a supposition, which then governs all its clauses."""
    return _SUPPOSITION.match(sentence) is not None


_SUPPOSITION = re.compile(
    r"^\W*(?:and |but |so |yet |however,? )?(?:if|should (?!be\b)|were|unless|suppose|in the event)\b", re.I
)


def if_then(clause: str) -> tuple[str, str, str] | None:
    """Return (cause, effect, word) of "if X, Y" or "Y if X"."""
    amid = _IF_AMID.match(clause)
    if amid:
        return f"{amid['who']} {amid['cause']}", amid["effect"], amid["word"].casefold()
    found = _IF_AHEAD.match(clause)
    if found is None and not _WONDER.search(clause):
        found = _IF_AFTER.match(clause)
    if found and found["word"].casefold() == "without" and not condition(clause):
        return None
    return (found["cause"], found["effect"], found["word"].casefold()) if found else None


def norm(clause: str) -> bool:
    """Tell whether a clause says what ought to be done."""
    return _NORM.search(clause) is not None


def horizon(clause: str) -> str:
    """Return the words that say when, or nothing."""
    found = _HORIZON.search(clause)
    return found[0] if found else ""


@lru_cache(maxsize=8)
def _signs(folder: Path | None) -> dict[str, int]:
    out: dict[str, int] = {}
    worth = {"+": 1, "-": -1, "--": -REVERSED}
    for row in rows("valence", folder):
        for form in (*forms(row["words"]), row["words"] + "s", row["words"] + "ly"):
            out.setdefault(form, worth.get(row["sign"], 0))
    return out


def valence(words: str, folder: Path | None = None) -> int:
    """Return -1 where what is said is bad, 1 where it is good, 0 where no word tells.

    One bad word outweighs one good one, "stability deteriorates"; a word of reversal ("reluctant to engage")
    outweighs all.
    """
    known = _signs(folder)
    worth = [known.get(word.casefold(), 0) for word in _WORD.findall(words)]
    if not any(worth):
        return 0
    return 1 if sum(worth) > 0 else -1


def evaluates(words: str, folder: Path | None = None) -> bool:
    """Tell whether any word is good or bad."""
    known = _signs(folder)
    return any(word.casefold() in known for word in _WORD.findall(words))
