"""Whose view a clause reports: the verbs of saying and holding, and who stands before them."""

from __future__ import annotations

import re

_BELIEF = (
    r"(?:views?|viewed|sees?|saw|regards?|regarded|considers?|considered|believes?|believed|thinks?|thought|"
    r"perceives?|perceived|claims?|claimed|argues?|argued|asserts?|asserted|insists?|insisted|alleges?|alleged|"
    r"acknowledges?|acknowledged|admits?|admitted|maintains that|counter(?:s|ed)?(?= that)|contends?|contended|warns?|warned|"
    r"fears?|feared|hopes?|hoped|says|said|stated|states that|declares|declared|announced|predicts?|predicted|"
    r"expects?|notes?|noted|stresses|stressed|concludes?|concluded|suspects?|suspected|reckons?|assumes?|assumed|calculates?|"
    r"calculated|judges?|judged|worr(?:y|ies|ied) that|doubts that|feels that|felt that|is convinced|are convinced|"
    r"was convinced|described|describes|suggested|made (?:it )?clear|has in mind|"
    r"according to|in the (?:words|view|eyes) of|expressed|portrays?|portrayed|interprets?|interpreted|denies|denied)"
)
_SPOKEN = re.compile(rf"\b(?P<verb>{_BELIEF})\b(?!\s+(?:to|of|for)\b)", re.I)
_ONLY_THAT = re.compile(
    r"^(?:fears?|feared|hopes?|hoped|expects?|notes?|sees?|saw|states|expressed|suggested|described?s?)$",
    re.I,
)
_VIEWS = (
    "view", "views", "viewed", "see", "sees", "saw", "regard", "regards", "regarded", "perceives", "perceived",
    "described", "describes", "interpret", "interprets", "interpreted",
)  # fmt: skip
_AS = re.compile(r"[^,;]{0,120}?\b(?:as|that|through)\b")
_POSSESSED = re.compile(r"(?:['’]s?|\b(?:most|some|many|these|all) of)\s+(?:\w+\s+)?$")
_OWN = re.compile(
    r"\b(?:I|we|this (?:article|essay|paper|brief|study|report|analysis)|the (?:present )?authors?)\s+"
    r"(?:\w+ly\s+|would\s+|have\s+)?$",
    re.I,
)
_NEGATED_BELIEF = re.compile(
    r"(?:\b(?:do|does|did|no longer)(?: not|n['’]t)?|(?<!have )(?<!has )\bto)\s+$", re.I
)
_ALLEGED = re.compile(
    r"\b(?:reportedly|allegedly|is said to|are said to|by some accounts|"
    r"critics|observers|analysts (?:say|argue)|some (?:say|argue|see))\b",
    re.I,
)
DETERMINED = re.compile(
    r"\b(?:the|a|an|its|his|her|their|our|these|those|this|such|any|no|some|of|for|with|more|less|further)\s+$",
    re.I,
)


def speech(clause: str) -> re.Match[str] | None:
    """Return the verb that reports another's view, unless it is a noun, the author's own, or an act ("insists on")."""
    for found in _SPOKEN.finditer(clause):
        before, after = clause[: found.start()], clause[found.end() :]
        if DETERMINED.search(before) or _POSSESSED.search(before) or _OWN.search(before):
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


def speaks(words: str) -> bool:
    """Tell whether any verb of saying or holding stands in the words."""
    return _SPOKEN.search(words) is not None
