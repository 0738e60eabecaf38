"""Who is named in a text: states, their capitals, people and leaders, blocs, organisations, armed groups.

1. Names come from the world's roster, demonyms and seats of power from ``data/names.csv``.
2. A text teaches more: "Brazilian President Ana Lima" makes Lima a name of Brazil's, and "Andean Pact (AP)" an
   abbreviation. A leader's surname counts alone only after the full name or beside a title.
3. Longer names win over shorter ones; case counts, so that "us" is not a country.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from chancellery import world
from chancellery.essays.tables import rows

KINDS = ("state", "historical-state", "territory", "organisation", "alliance", "forum", "bloc", "armed-group",
         "leader", "institution", "company", "party", "movement")  # fmt: skip
_PRINCIPAL = ("leader", "institution", "company")
OFFICES = (
    r"(?:(?:[Vv]ice|[Dd]eputy|[Ff]ormer|[Tt]hen|[Ii]nterim|[Aa]cting)[- ])*(?:[Pp]resident|[Pp]rime [Mm]inister|[Pp]remier|"
    r"[Cc]hancellor|(?:[Ff]oreign|[Dd]efen[cs]e|[Ff]inance|[Tt]rade|[Ii]nterior|[Oo]il|[Ee]nergy) (?:[Mm]inister|[Ss]ecretary)|"
    r"[Ss]ecretary of (?:[Ss]tate|[Dd]efen[cs]e|the [Tt]reasury)|[Kk]ing|[Cc]rown [Pp]rince|[Ss]ultan|[Ee]mir|[Ll]eader|"
    r"[Ss]upreme [Ll]eader|[Gg]eneral [Ss]ecretary|[Aa]mbassador|[Gg]eneral|[Ss]enator|[Mm]inister)"
)
_PERSON = (
    r"(?P<who>[A-ZÀ-Þ][\w'’.-]+(?: (?:bin|al|el|da|de|dos|von|van|der|ibn|ul|ur|[A-ZÀ-Þ][\w'’.-]+)){0,4})"
)
_WORDS = (
    "The This That In On At And But For With From Washington As A An His Her Its President Minister Prime"
)
_NOT_NAMES = frozenset(_WORDS.split())
_ACRONYM = re.compile(r"\(([A-Z][A-Za-z0-9&-]{1,9})\)")


@dataclass(frozen=True)
class Mention:
    """A name in a text.

    Attributes
    ----------
    actor
        Id of who is named.
    principal
        Id of the state or body it acts for: for a leader, the state.
    start, end
        Offsets in the text that was searched.
    """

    actor: str
    principal: str
    start: int
    end: int
    words: str


class Roster:
    """The names that count in one text."""

    def __init__(self, text: str = "", extra: dict[str, str] | None = None) -> None:
        """Take the names everybody knows, those in ``extra``, and those the text itself introduces.

        Parameters
        ----------
        text
            The whole text.
        extra
            More names, each with the id of whom they name; the id need not be in the world's roster.
        """
        self._names = {**_known(), **(extra or {})}
        self._pattern = _compiled(self._names)
        learned = {**_introduced(self, text), **_leaders(text)}
        if learned:
            self._names = {**learned, **self._names}
            self._pattern = _compiled(self._names)

    def find(self, text: str) -> list[Mention]:
        """Return the mentions in a text, in order, none inside another."""
        out = []
        for found in self._pattern.finditer(text):
            words = found[0]
            if words == "Indo" and text[found.end() : found.end() + 8] == "-Pacific":
                continue
            actor = self._names[_key(words)]
            out.append(Mention(actor, principal(actor), found.start(), found.end(), words))
        return out

    def principals(self, text: str) -> tuple[str, ...]:
        """Return who acts or is acted upon in a text, each once, in order."""
        return tuple(dict.fromkeys(mention.principal for mention in self.find(text)))


def principal(actor: str) -> str:
    """Return the state or body that an actor acts for."""
    one = _actors().get(actor)
    return one.of if one is not None and one.kind in _PRINCIPAL and one.of else actor


def _key(words: str) -> str:
    return " ".join(words.replace("’", "'").split())


def _compiled(names: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(names, key=len, reverse=True)
    body = "|".join(re.escape(name).replace(r"\ ", r"\s+").replace("'", "['’]") for name in ordered)
    return re.compile(rf"(?<![\w])(?:{body})(?![\w])")


@lru_cache(maxsize=1)
def _actors() -> dict[str, world.Actor]:
    return {one.id: one for one in world.actors()}


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """Names that can be told without context: written with a capital, and more than a state's code."""
    out: dict[str, str] = {}
    for one in world.actors():
        if one.kind not in KINDS:
            continue
        names = [re.sub(r"\s*\(.*\)$", "", one.name), *one.also]
        names += [one.id] if one.kind in ("organisation", "alliance", "forum", "bloc", "armed-group") else []
        for name in names:
            if any(char.isupper() for char in name) and len(name) > 1 and " / " not in name:
                out.setdefault(_key(name), one.id)
    for row in rows("names"):
        for name in row["words"].split(";"):
            out[_key(name)] = row["actor"]
    return out


def _leaders(text: str) -> dict[str, str]:
    """Surnames of leaders whose full name, or title and surname, stand in the text."""
    out = {}
    for term in world.leaders():
        full = re.sub(r"\s*\(.*\)$", "", term.leader)
        surname = full.split()[-1]
        if len(surname) > 2 and (full in text or re.search(rf"\b{OFFICES} {re.escape(surname)}\b", text)):
            out[full] = out[surname] = term.state
    return out


def _introduced(roster: Roster, text: str) -> dict[str, str]:
    """Names that the text gives to people of a known country, and to known bodies in brackets."""
    out: dict[str, str] = {}
    taught = re.compile(rf"(?:['’]s?\s|\s){OFFICES},? {_PERSON}")
    for mention in roster.find(text):
        after = _ACRONYM.match(text[mention.end : mention.end + 14].lstrip())
        if after and after[1] == "".join(word[0] for word in mention.words.split() if word[0].isupper()):
            out[after[1]] = mention.actor
        person = taught.match(text, mention.end)
        if person is None:
            continue
        words = [word.removesuffix("'s").removesuffix("’s") for word in person["who"].rstrip(".").split()]
        words = words[: next((i for i, word in enumerate(words) if word in _NOT_NAMES), len(words))]
        if words and words[-1][0].isupper():
            out[_key(" ".join(words))] = mention.principal
            if len(words[-1]) > 2:
                out[words[-1]] = mention.principal
    return out
