"""The words tests are written in: periods, pairs of actors, acts and their groups."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from chancellery import world
from chancellery.errors import WorldError, did_you_mean

GROUPS = {
    "all": world.CLASSES,
    "cooperation": ("verbal-cooperation", "material-cooperation"),
    "conflict": ("verbal-conflict", "material-conflict"),
    "words": ("verbal-cooperation", "verbal-conflict"),
    "deeds": ("material-cooperation", "material-conflict"),
    **{name: (name,) for name in world.CLASSES},
}
ANY = "*"
_PAIR = re.compile(
    r"^(?P<a>\*|[A-Z][A-Z0-9-]*[A-Z0-9]|[A-Z])(?P<way> ?[>~] ?)(?P<b>\*|[A-Z][A-Z0-9-]*[A-Z0-9]|[A-Z])$"
)


class Period(NamedTuple):
    """First and last day, both included."""

    first: date
    last: date


def period(text: str | None) -> Period | None:
    """Read ``2018``, ``2022-02-24``, ``2018/2021-06``: a day, month or year, or two of them with a stroke.

    Raises
    ------
    ValueError
        The text is no period, or ends before it begins.
    """
    if text is None:
        return None
    first, _, last = str(text).partition("/")
    try:
        read = Period(world.parse_date(first), world.parse_date(last or first, end=True))
    except WorldError as error:
        raise ValueError(str(error)) from None
    if read.last < read.first:
        raise ValueError(f"the period '{text}' ends before it begins; swap its ends")
    return read


class Pair(NamedTuple):
    """Who to whom; ``both`` counts either way. ``*`` is any other actor in play."""

    source: str
    target: str
    both: bool


def pair(text: str) -> Pair:
    """Read ``USA>PAK`` (one way), ``USA~PAK`` (either way) or ``PAK>*`` (to anybody).

    Raises
    ------
    ValueError
        The text is no pair of two different actors.
    """
    found = _PAIR.match(str(text).strip())
    if found is None:
        raise ValueError(f"'{text}' is no pair; write USA>PAK, USA~PAK (either way) or PAK>* (to anybody)")
    if found["a"] == found["b"]:
        raise ValueError(f"the pair '{text}' names the same actor twice")
    return Pair(found["a"], found["b"], "~" in found["way"])


def pairs(texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Check a list of pairs, and give it back."""
    for text in texts or ():
        pair(text)
    return texts


def known_acts(names: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Check a list of acts and groups of acts, and give it back."""
    for name in names or ():
        acts_of(name)
    return names


def acts_of(name: str) -> tuple[str, ...]:
    """Acts a word stands for: an act, a class, or a group of classes.

    Raises
    ------
    ValueError
        There is no such act; the nearest is named.
    """
    acts = world.acts()
    if name in GROUPS:
        return tuple(a.name for a in acts if a.klass in GROUPS[name])
    if name not in {a.name for a in acts}:
        raise ValueError(f"act '{name}' is not known{did_you_mean(name, [*GROUPS, *(a.name for a in acts)])}")
    return (name,)
