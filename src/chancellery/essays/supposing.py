"""From the words of a cause to what would have to be done, and from the words of an effect to what to ask.

Tables of phrases say it: ``levers.csv`` (a cause as a lever), ``outcomes.csv`` (an effect as a question) and
``horizons.csv`` (how far ahead). Who does it to whom is read from the names around the phrase; where the words
name too few, the claim's own list of actors is used. A guess says which words it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chancellery import world
from chancellery.essays.actors import Roster
from chancellery.essays.patterns import compiled
from chancellery.essays.tables import rows

# Words before a phrase that say it is not so.
_NOT = re.compile(
    r"\b(?:absence of|lack of|without|no|not|never|less|fewer|loss of|refus\w+|fail\w+ (?:of|to)|staying out of)\b"
    r"(?:\s+[\w'’-]+){0,3}\s*$",
    re.I,
)
_ONE_LEADER = 10 * 365  # days: a surname stands for whoever held office in the ten years before


@dataclass(frozen=True)
class Guess:
    """One row of a table that fits a text.

    ``what`` and ``much`` are the row's, ``do`` its kind of lever (empty for a question), ``source`` and
    ``target`` ids or None, ``words`` those of the text, ``table`` where the row stands, ``filled`` the actors
    that the words do not name, ``negated`` whether the words say that it is not so, ``sign`` as in outcomes.csv.
    """

    words: str
    table: str
    what: str
    source: str | None = None
    target: str | None = None
    do: str = ""
    mutual: bool = False
    much: float | None = None
    filled: tuple[str, ...] = ()
    negated: bool = False
    sign: int = 1


def surnames(states: Iterable[str], on: date) -> dict[str, str]:
    """Names of leaders in office in the ten years before a day, for :class:`Roster`: surname to state."""
    known, wanted = {}, set(states)
    for term in world.leaders():
        recent = term.start <= on and (term.end is None or (on - term.end).days < _ONE_LEADER)
        if term.state in wanted and recent:
            full = re.sub(r"\s*\(.*\)$", "", term.leader)
            known[full] = known[full.split()[-1]] = term.state
    return known


def levers_in(
    text: str, roster: Roster, spare: Sequence[str], actors: Sequence[str], folder: Path | None = None
) -> list[Guess]:
    """Guess the levers a cause speaks of.

    Parameters
    ----------
    text
        The cause.
    roster
        Names that count.
    spare
        Actors of the claim, in order: they stand in where the text names too few.
    actors
        Ids in play; others are passed over.
    folder
        The user's own tables of words.
    """
    first, out = "", []
    for row in rows("levers", folder):
        found = _found(row["words"], text) if first in ("", row["words"]) else None
        if found is None:
            continue
        first = row["words"]
        wanted = 1 if row["who"] == "A" else 2
        mutual = "~" in row["who"]
        who, filled = _who(text, found.span(), roster, spare, actors, wanted, mutual=mutual)
        much = float(row["much"]) if row["much"] else None
        out.append(
            Guess(
                found[0], "levers.csv", row["what"], *who, do=row["do"], mutual=mutual, much=much,
                filled=filled, negated=bool(_NOT.search(text[: found.start()])),
            )
        )  # fmt: skip
    return out


def question_in(
    text: str, roster: Roster, spare: Sequence[str], actors: Sequence[str], folder: Path | None = None
) -> Guess | None:
    """Guess the question an effect answers; see :func:`levers_in`."""
    for row in rows("outcomes", folder):
        found = _found(row["words"], text)
        if found is None:
            continue
        wanted = 2 if "{B}" in row["that"] else 1
        mutual = " and {B}" in row["that"]
        who, filled = _who(text, found.span(), roster, spare, actors, wanted, mutual=mutual)
        if len([a for a in who if a]) < wanted:
            continue
        that = row["that"].format(A=who[0], B=who[1])
        sign = -1 if row["sign"] == "-" else 1
        return Guess(found[0], "outcomes.csv", that, *who, filled=filled, sign=sign)
    return None


def horizon_in(text: str, folder: Path | None = None) -> tuple[str, str] | None:
    """Guess how far ahead a horizon reaches: the span, and the words that say so."""
    for row in rows("horizons", folder):
        found = _found(row["words"], text)
        if found is not None:
            return row["within"], found[0]
    return None


def _found(patterns: str, text: str) -> re.Match[str] | None:
    """First place in a text where one of the patterns, between semicolons, fits."""
    hits = [hit for one in patterns.split(";") if (hit := compiled(one).search(text))]
    return min(hits, key=lambda hit: (hit.start(), -hit.end()), default=None)


def _who(
    text: str,
    span: tuple[int, int],
    roster: Roster,
    spare: Sequence[str],
    actors: Sequence[str],
    wanted: int,
    *,
    mutual: bool,
) -> tuple[tuple[str | None, str | None], tuple[str, ...]]:
    """Who does it to whom: the nearest name before the phrase (or after ``by``), the first one after it.

    Where either does it to the other, they stand in the order of the text.
    """
    told = roster.find(text)
    seen = [m for m in told if m.principal in actors]
    absent = {m.principal for m in told} - set(actors)  # named, and not to be replaced by somebody else
    before = [m.principal for m in seen if m.end <= span[0]][::-1]
    after = [m.principal for m in seen if m.start >= span[1]]
    inside = [m.principal for m in seen if m.start < span[1] and m.end > span[0]]
    by = [m.principal for m in seen if re.search(r"\bby(?: the)?\s+$", text[: m.start])]
    named = list(dict.fromkeys([*by, *before[:1], *inside, *after, *before]))[:wanted]
    if mutual:
        named.sort(key=[m.principal for m in seen].index)
    filled = tuple(a for a in dict.fromkeys(spare) if a not in named and a in actors)
    filled = filled[: max(0, wanted - len(named) - len(absent))]
    both = [*named, *filled, None, None]
    return (both[0], both[1] if wanted == 2 else None), filled
