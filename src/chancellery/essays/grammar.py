"""What a clause says about itself: its word of doubt, what it joins to what, whose view it is, its horizon.

1. `clauses` cuts a sentence where a new assertion begins: at semicolons, and at commas before words such as
   "while", "which" and "leading to".
2. `hedge` finds the word of doubt and its band; `relation` the word that joins a cause to an effect.
3. `speaker` finds whose view is reported; `horizon` when it is to happen; `valence` whether what is said is
   good or bad for what it is said of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chancellery.essays.patterns import compiled, forms
from chancellery.essays.tables import rows

_CUT = re.compile(
    r";\s+|\s[–—]\s|,\s+(?=(?:but(?! (?:only )?if\b)|so (?!that\b|far\b|as\b|much\b|long\b)|"
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
    r"(?<!is )(?<!are )(?<!was )(?<!were )without(?! \w+ing\b)(?=.*\b(?:would|could|will|cannot|can|may|might)\b)|"
    r"^\W*without(?! \w+ing\b)|otherwise|only when|until|"
    r"in such (?:a scenario|a case|an event)|in that case)\b|\bwill depend\b|\bdepends? (?:on|upon)\b|\bhinges?\b",
    re.I,
)
_WONDER = re.compile(
    r"\b(?:ask|asks|asked|see|seen|know|knows|wonder|wonders|question|unclear|unknown|doubtful|not|as)\s+if\b",
    re.I,
)
_IF_AHEAD = re.compile(
    r"^\W*(?:and |but |so |indeed,? |however,? )?(?P<word>if|unless|should|were|"
    r"provided that|as long as|in the event (?:of|that)|without)\s+"
    r"(?P<cause>[^,]{4,220}),\s*(?:then\s+)?(?P<effect>.+)$",
    re.I,
)
_IF_AFTER = re.compile(
    r"^(?P<effect>.{8,}?),?\s+(?P<word>only if|even if|if|unless|provided that|"
    r"as long as|so long as|in the event of|without)\s+(?P<cause>.{4,})$",
    re.I,
)
_NORM = re.compile(
    r"\b(?:should|ought to|must|needs? to|had better|would do well|it is (?:imperative|incumbent|time)|prudent|advisable)\b",
    re.I,
)
_BELIEF = (
    r"(?:views?|viewed|sees?|saw|regards?|regarded|considers?|considered|believes?|believed|thinks?|thought|"
    r"perceives?|perceived|claims?|claimed|argues?|argued|asserts?|asserted|insists?|insisted|alleges?|alleged|"
    r"acknowledges?|acknowledged|admits?|admitted|maintains that|counter(?:s|ed)?(?= that)|contends?|contended|warns?|warned|"
    r"fears?|feared|hopes?|hoped|says|said|stated|states that|declares|declared|announced|predicts?|predicted|"
    r"expects?|notes?|noted|stresses|stressed|concludes?|concluded|suspects?|suspected|reckons?|assumes?|assumed|calculates?|"
    r"calculated|judges?|judged|worr(?:y|ies|ied) that|doubts that|feels that|felt that|is convinced|are convinced|was convinced|described|describes|suggested|made (?:it )?clear|has in mind|"
    r"according to|in the (?:words|view|eyes) of|expressed|portrays?|portrayed|denies|denied)"
)
_SPOKEN = re.compile(rf"\b(?P<verb>{_BELIEF})\b(?!\s+(?:to|of|for)\b)", re.I)
_ONLY_THAT = re.compile(
    r"^(?:fears?|feared|hopes?|hoped|expects?|notes?|sees?|saw|states|expressed|suggested|described?s?)$",
    re.I,
)
_VIEWS = ("view", "views", "viewed", "see", "sees", "saw", "regard", "regards", "regarded", "perceives", "perceived", "described", "describes")  # fmt: skip
_AS = re.compile(r"[^,;]{0,120}?\b(?:as|that|through)\b")
_POSSESSED = re.compile(r"(?:['’]s?|\b(?:most|some|many|these|all) of)\s+(?:\w+\s+)?$")
_OWN = re.compile(
    r"\b(?:I|we|this (?:article|essay|paper|brief|study|report|analysis)|the (?:present )?authors?)\s+(?:\w+ly\s+|would\s+|have\s+)?$",
    re.I,
)
_NEGATED_BELIEF = re.compile(r"(?:\b(?:do|does|did|no longer)(?: not|n['’]t)?|(?<!have )(?<!has )\bto)\s+$", re.I)
_ALLEGED = re.compile(
    r"\b(?:reportedly|allegedly|is said to|are said to|by some accounts|"
    r"critics|observers|analysts (?:say|argue)|some (?:say|argue|see))\b",
    re.I,
)
_DETERMINED = re.compile(
    r"\b(?:the|a|an|its|his|her|their|our|these|those|this|such|any|no|some|of|for|with|more|less|further)\s+$",
    re.I,
)
_MODIFIED = re.compile(r"\b(?:the|a|an|its|his|her|their|our|any|no|some)\s+\w+\s+$", re.I)
_HORIZON = re.compile(
    r"\b(?:(?:with)?in(?:side)? (?:the )?(?:next|coming|following|near|"
    r"foreseeable|medium|long|short)[\w -]{0,25}?(?:days?|weeks?|months?|"
    r"years?|decades?|term|future|run)|within (?:a|an|\w+) (?:\w+ )?(?:days?|weeks?|months?|years?|decades?)|"
    r"by (?:the end of )?(?:the (?:decade|century)|20\d\d|mid-?century|next \w+)|"
    r"for (?:many )?(?:years|decades|generations) to come|(?:over|in) the (?:coming|"
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
def _hedges(folder: Path | None) -> tuple[tuple[re.Pattern[str], str], ...]:
    known = {row["class"] for row in rows("modality", folder)} | {"normative"}
    listed = rows("hedges", folder)
    wrong = next((row for row in listed if row["class"] not in known), None)
    if wrong:
        from chancellery.errors import EssayError, did_you_mean

        raise EssayError(
            f"hedges.csv '{wrong['words']}': class '{wrong['class']}' is not in modality.csv{did_you_mean(wrong['class'], known)}"
        )
    return tuple((compiled(row["words"]), row["class"]) for row in listed)


_RELATIVE = re.compile(r"\b\w+\s+(?:that|which|who|whose|whom)\b")


def is_aside(clause: str, doubt: Hedge, joined: list[Relation]) -> bool:
    """Tell a word of doubt in a relative clause behind the main verb: "created a gap that nobody can fill"."""
    verb = next((one for one in joined if not one.weak and one.cause == "left"), None)
    if verb is None or doubt.start < verb.end:
        return False
    between = clause[verb.end : doubt.start]
    return _RELATIVE.search(between) is not None and _SPOKEN.search(clause[: doubt.start]) is None


STRONG = ("near-certain", "negated", "doubted", "asserted")


def hedge(clause: str, folder: Path | None = None) -> Hedge | None:
    """Return the word of doubt that governs a clause.

    Words of certainty, denial and doubt win wherever they stand, in the order of the table; of the others the
    first in the clause, and of those that begin together the first in the table.
    """
    best: Hedge | None = None
    for pattern, band in _hedges(folder):
        found = pattern.search(clause)
        if found and re.match(r"\s+only\b", clause[found.end() :]) and found[0].endswith("not"):
            continue  # "would not only" denies nothing
        if found and not (found[0] in ("May", "Might") or _is_noun(clause, found)):
            one = Hedge(found[0], band, found.start())
            if band in STRONG:
                return best if best and best.start <= one.start and _is_plain(one) else one
            if best is None or one.start < best.start:
                best = one
    return best


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


def relations(clause: str, folder: Path | None = None) -> list[Relation]:
    """Return what joins causes to effects in a clause, in order; both sides must have words."""
    out = []
    for pattern, row in _relations(folder):
        for found in pattern.finditer(clause):
            if row["words"].startswith("~") and _is_no_verb(clause, found):
                continue
            if _stands_alone(clause, found, row["cause"]):
                hangs = _PARTICIPLE.match(found[0]) and not _PROGRESSIVE.search(clause[: found.start()])
                weak = bool(row["weak"] or hangs)
                out.append(
                    Relation(
                        row["relation"], row["direction"], row["cause"], found.start(), found.end(), weak
                    )
                )
    out.sort(key=lambda one: (one.start, -(one.end - one.start)))
    return out


def _is_no_verb(clause: str, found: re.Match[str]) -> bool:
    """Tell a noun ("the increase") and a participle ("marked by") from the verb."""
    before, form = clause[: found.start()], found[0].split()[0]
    if form.endswith("ed") and re.match(r"\s+by\b", clause[found.end() :]):
        return True
    if form.endswith("ing"):
        return False
    return (
        _DETERMINED.search(before) is not None
        or re.search(r"[’']s?\s+$", before) is not None
        or (not form.endswith(("s", "ed")) and _MODIFIED.search(before) is not None)
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


def supposed(sentence: str) -> bool:
    """Tell whether a sentence begins with a supposition, which then governs all its clauses."""
    return _SUPPOSITION.match(sentence) is not None


_SUPPOSITION = re.compile(r"^\W*(?:and |but |so |yet |however,? )?(?:if|should (?!be\b)|were|unless|suppose|in the event)\b", re.I)


def if_then(clause: str) -> tuple[str, str, str] | None:
    """Return (cause, effect, word) of "if X, Y" or "Y if X"."""
    found = _IF_AHEAD.match(clause)
    if found is None and not _WONDER.search(clause):
        found = _IF_AFTER.match(clause)
    return (found["cause"], found["effect"], found["word"].casefold()) if found else None


def norm(clause: str) -> bool:
    """Tell whether a clause says what ought to be done."""
    return _NORM.search(clause) is not None


def speech(clause: str) -> re.Match[str] | None:
    """Return the verb that reports another's view, unless it is a noun, the author's own, or an act ("insists on")."""
    for found in _SPOKEN.finditer(clause):
        before, after = clause[: found.start()], clause[found.end() :]
        if _DETERMINED.search(before) or _POSSESSED.search(before) or _OWN.search(before):
            continue
        if re.match(r"\s+(?:on|upon)\b", after) or _NEGATED_BELIEF.search(before):
            continue
        if found[0].casefold() in _VIEWS and not _AS.match(after):
            continue
        if not _ONLY_THAT.match(found[0]) or re.match(r"\s+(?:that|as|by|it)\b", after):
            return found
    return None


def holds(clause: str, spoken: re.Match[str]) -> bool:
    """Tell whether a reported view is spelt out: "says that ...", "regards ... as"."""
    after = clause[spoken.end() :]
    return re.match(r",?\s*(?:that|:)\s+", after) is not None or (
        spoken[0].casefold() in _VIEWS and _AS.match(after) is not None
    )


def alleged(clause: str) -> bool:
    """Tell whether a clause reports what unnamed others say."""
    return _ALLEGED.search(clause) is not None


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
