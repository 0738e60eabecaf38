"""Who acts: states past and present, organisations, forums, armed groups, leaders, and their names and codes.

A code can change hands (COW 365 is the Soviet Union, then Russia), so an actor carries the days of its birth
and death, and a code is resolved on a day. Without a day the latest bearer is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from chancellery.errors import UnknownActor, WorldError, did_you_mean
from chancellery.world import tables

SCHEMES = ("iso3", "cow", "gw", "cameo", "icews", "name")

KINDS = (
    "state", "historical-state", "territory", "organisation", "alliance", "forum", "bloc", "armed-group",
    "leader", "institution", "company", "party", "movement", "media", "society", "instrument", "agreement",
    "project", "class",
)  # fmt: skip

# "Military (Russia)": an ICEWS sector actor belongs to what the last parenthesis names.
_SECTOR = re.compile(r"\((?P<of>.+)\)\s*$")
_INNERMOST = re.compile(r"\((?P<of>[^()]+)\)\s*$")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who can act or be acted upon, with the names and codes it goes by.

    Attributes
    ----------
    id
        Short upper-case id: ISO 3166-1 alpha-3 for states.
    cow, gw
        Numbers in the Correlates of War and the Gleditsch-Ward state lists.
    cameo
        Code in CAMEO actor dictionaries (GDELT, Phoenix).
    icews
        Names in ICEWS event data; ``also`` holds other names and metonyms.
    born, died
        First and last day as a member of the international system; None: before the tables or alive.
    of
        Id of the state or organisation it belongs to.
    """

    id: str
    name: str
    kind: str
    iso3: str | None
    cow: int | None
    gw: int | None
    cameo: str | None
    icews: tuple[str, ...]
    also: tuple[str, ...]
    born: date | None
    died: date | None
    of: str | None
    inventory: tuple[str, ...]
    source: str

    def alive(self, on: date) -> bool:
        """Tell whether the actor existed on a day (an unknown birth or death does not exclude it)."""
        return (self.born is None or self.born <= on) and (self.died is None or on <= self.died)


@dataclass(frozen=True, slots=True)
class _Bearer:
    """One actor's claim on a code, with the days on which it holds."""

    actor: str
    start: date | None
    end: date | None

    def holds(self, on: date) -> bool:
        return (self.start is None or self.start <= on) and (self.end is None or on <= self.end)

    def recency(self) -> tuple[date, date]:
        return self.end or date.max, self.start or date.min


@lru_cache(maxsize=1)
def actors() -> tuple[Actor, ...]:
    """Return every actor, in the order of the table: states by id, then organisations, groups and others."""
    return tuple(_actor(row) for row in tables.rows("actors"))


def _actor(row: tables.Row) -> Actor:
    return Actor(
        id=row["id"],
        name=row["name"],
        kind=row["kind"],
        iso3=row["iso3"] or None,
        cow=tables.number(row["cow"]),
        gw=tables.number(row["gw"]),
        cameo=row["cameo"] or None,
        icews=tables.several(row["icews"]),
        also=tables.several(row["also"]),
        born=tables.day(row["born"]),
        died=tables.day(row["died"]),
        of=row["of"] or None,
        inventory=tables.several(row["inventory"]),
        source=row["source"],
    )


@lru_cache(maxsize=1)
def _by_id() -> dict[str, Actor]:
    return {one.id: one for one in actors()}


def actor(name: str) -> Actor:
    """Return the actor with this id or any of its names, whatever the case.

    Raises
    ------
    UnknownActor
        No actor goes by the name; the sentence offers the nearest one.
    """
    found = identify(name, "name")
    if found is None:
        known = [one.id for one in actors()] + [one.name for one in actors()]
        known += [other for one in actors() for other in one.also]
        raise UnknownActor(f"actor '{name}' is not known{did_you_mean(name, known)}")
    return _by_id()[found]


def identify(name: str | int, scheme: str, on: date | None = None) -> str | None:
    """Return the id of the actor that bears a name or code, or None when nobody does.

    Parameters
    ----------
    name
        The name or code. Compared without regard to case; COW and GW numbers may be whole numbers.
    scheme
        One of ``iso3``, ``cow``, ``gw``, ``cameo``, ``icews``, ``name``.
    on
        A day: only bearers that existed on it count. Without it the latest bearer is meant.

    Notes
    -----
    Under ``icews``, ``Military (Russia)`` is Russia. Under ``cameo``, a longer code such as ``USAGOV`` is
    what its longest known beginning says, in steps of three letters.

    Raises
    ------
    WorldError
        The scheme is not known.
    """
    claims = _claims(scheme)
    if name is None:
        return None
    for key in _keys(str(name), scheme):
        held = [one for one in claims.get(key, ()) if on is None or one.holds(on)]
        if held:
            return max(held, key=_Bearer.recency).actor
    return None


def index(scheme: str) -> dict[str, str]:
    """Return a whole scheme: code or name, as the tables write it, to the id of its latest bearer.

    Raises
    ------
    WorldError
        The scheme is not known.
    """
    _claims(scheme)
    written = sorted({code for code, _ in _pairs(scheme)})
    return {code: found for code in written if (found := identify(code, scheme))}


def _keys(name: str, scheme: str) -> list[str]:
    """List the keys to try for a name, most specific first."""
    key = _fold(name)
    keys = [key]
    if scheme == "cameo":
        keys += [key[:end] for end in range((len(key) - 1) // 3 * 3, 0, -3)]
    if scheme == "icews":
        for pattern in (_SECTOR, _INNERMOST):
            found = pattern.search(key)
            if found:
                keys.append(found["of"].strip())
    if scheme in ("cow", "gw") and key.endswith(".0"):
        keys.append(key[:-2])
    return keys


def _fold(name: str) -> str:
    """Fold case and the many forms of the space and the apostrophe."""
    return " ".join(name.replace("’", "'").casefold().split())


@lru_cache(maxsize=len(SCHEMES))
def _claims(scheme: str) -> dict[str, tuple[_Bearer, ...]]:
    if scheme not in SCHEMES:
        raise WorldError(f"actor code scheme '{scheme}' is not known{did_you_mean(scheme, SCHEMES)}")
    out: dict[str, list[_Bearer]] = {}
    for code, bearer in _pairs(scheme):
        out.setdefault(_fold(code), []).append(bearer)
    return {key: tuple(dict.fromkeys(held)) for key, held in out.items()}


@lru_cache(maxsize=len(SCHEMES))
def _pairs(scheme: str) -> tuple[tuple[str, _Bearer], ...]:
    """List (code as written, bearer); an actor's own codes hold for its life, others for their days."""
    out = [(code, _Bearer(one.id, one.born, one.died)) for one in actors() for code in _codes(one, scheme)]
    for row in tables.rows("codes"):
        if row["scheme"] == scheme:
            out.append((row["code"], _Bearer(row["actor"], tables.day(row["start"]), tables.day(row["end"]))))
    return tuple(out)


def _codes(one: Actor, scheme: str) -> tuple[str, ...]:
    if scheme == "icews":
        return one.icews
    if scheme == "name":
        return (one.id, one.name, *one.also)
    code = getattr(one, scheme)
    return () if code is None else (str(code),)
