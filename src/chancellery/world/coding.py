"""What is done: fourteen acts, and how CAMEO codes and PLOVER events map onto them.

An act belongs to one of four classes. Its weight is the mean score of its CAMEO codes.
Some acts may start or end a tie: imposing sanctions starts the sanctions tie, easing them ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from chancellery.errors import UnknownAct, WorldError, did_you_mean
from chancellery.world import tables

if TYPE_CHECKING:
    import polars as pl

CLASSES = ("verbal-cooperation", "material-cooperation", "verbal-conflict", "material-conflict")

ISSUES = tuple(row["name"] for row in tables.rows("issues"))

_ANY = "*"


@dataclass(frozen=True, slots=True)
class Act:
    """One of the fourteen acts.

    Attributes
    ----------
    klass
        One of `CLASSES`.
    weight
        Mean Goldstein score of its CAMEO codes, -10 (conflict) to 10 (cooperation).
    starts, ends
        Kind of tie that the act may start or end; which codes really do so is in `cameo`.
    """

    name: str
    klass: str
    weight: float
    starts: str | None
    ends: str | None
    cameo_roots: tuple[str, ...]
    plover: tuple[str, ...]
    meaning: str


@lru_cache(maxsize=1)
def acts() -> tuple[Act, ...]:
    """Return the fourteen acts, from the most cooperative kind of relation to fighting."""
    return tuple(
        Act(
            name=row["name"],
            klass=row["klass"],
            weight=float(row["weight"]),
            starts=row["starts"] or None,
            ends=row["ends"] or None,
            cameo_roots=tables.several(row["cameo_roots"]),
            plover=tables.several(row["plover"]),
            meaning=row["meaning"],
        )
        for row in tables.rows("acts")
    )


def act(name: str) -> Act:
    """Return the act with a name, whatever the case.

    Raises
    ------
    UnknownAct
        There is no such act; the sentence offers the nearest one.
    """
    wanted = str(name).strip().casefold()
    found = next((one for one in acts() if one.name == wanted), None)
    if found is None:
        raise UnknownAct(f"act '{name}' is not known{did_you_mean(name, (one.name for one in acts()))}")
    return found


def cameo() -> pl.DataFrame:
    """Return every CAMEO code with its act.

    Returns
    -------
    polars.DataFrame
        ``code`` (text: "010" is not "10"), ``name``, ``act`` and ``klass`` (null for statements, root 01),
        ``weight`` (Goldstein score), ``issue``, and ``starts`` and ``ends`` (kind of tie or null).
    """
    import polars as pl

    rows = tables.rows("cameo")
    columns = {name: [row[name] or None for row in rows] for name in rows[0]}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
        pl.col("weight").cast(pl.Float64)
    )


def plover(event: str, mode: str | None = None, context: str | None = None) -> tuple[str | None, str]:
    """Return the act and the issue of a PLOVER event.

    Parameters
    ----------
    event
        PLOVER event type, such as ``COERCE``.
    mode
        Its mode, such as ``restrict``; one that the table does not hold says nothing.
    context
        Its context, or several separated by semicolons or commas, the main one first.

    Returns
    -------
    tuple
        Name of the act (None for crime, which is no act between states) and name of the issue. The most
        specific row of the table decides the act. The first context that names an issue decides the issue,
        then the mode.

    Raises
    ------
    WorldError
        The event type is not one of PLOVER's; the sentence offers the nearest one.
    """
    kind, way, contexts = _plover_parts(event, mode, context)
    issues = [(_ANY, _ANY, one) for one in contexts] + [(kind, way, _ANY), (kind, _ANY, _ANY)]
    issue = next((named for named in _plover_fields(issues, "issue") if named != "general"), "general")
    return next(iter(_plover_fields(_plover_keys(kind, way, contexts), "act")), None), issue


def plover_weight(event: str) -> float:
    """Return the conflict-cooperation score of a PLOVER event type, -10 to 10 (0 for crime).

    Raises
    ------
    WorldError
        The event type is not one of PLOVER's; the sentence offers the nearest one.
    """
    kind, _, _ = _plover_parts(event, None, None)
    return float(_plover_rows()[kind, _ANY, _ANY]["weight"] or 0)


def tie_change(code: str) -> tuple[str | None, str | None]:
    """Return the kind of tie that an event with a code starts, and the kind that it ends.

    Parameters
    ----------
    code
        A CAMEO code such as ``163``, or PLOVER's type, mode and context joined by slashes, such as
        ``COERCE/restrict/economic``.

    Raises
    ------
    WorldError
        The code is neither; the sentence offers the nearest one.
    """
    text = str(code).strip()
    if text[:1].isdigit():
        found = _cameo_rows().get(text)
        if found is None:
            raise WorldError(f"CAMEO code '{text}' is not known{did_you_mean(text, _cameo_rows())}")
        return found["starts"] or None, found["ends"] or None
    keys = _plover_keys(*_plover_parts(*([*text.split("/", 2), None, None][:3])))
    starts, ends = (next(iter(_plover_fields(keys, field)), None) for field in ("starts", "ends"))
    return starts, ends


@lru_cache(maxsize=1)
def _cameo_rows() -> dict[str, tables.Row]:
    return {row["code"]: row for row in tables.rows("cameo")}


@lru_cache(maxsize=1)
def _plover_rows() -> dict[tuple[str, str, str], tables.Row]:
    return {(row["event"], row["mode"], row["context"]): row for row in tables.rows("plover")}


def _plover_parts(event: str, mode: str | None, context: str | None) -> tuple[str, str, list[str]]:
    """Bring a PLOVER code to the spelling of the table; an absent mode is the any-mode."""
    kind = str(event).strip().upper()
    if (kind, _ANY, _ANY) not in _plover_rows():
        known = {key[0] for key in _plover_rows()} - {_ANY}
        raise WorldError(f"PLOVER event '{event}' is not known{did_you_mean(kind, known)}")
    contexts = (context or "").replace(",", ";").casefold().split(";")
    return kind, (mode or "").strip().casefold() or _ANY, [one.strip() for one in contexts if one.strip()]


def _plover_keys(kind: str, way: str, contexts: list[str]) -> list[tuple[str, str, str]]:
    """List the rows that bear on an event, most specific first."""
    keys = [(kind, way, one) for one in contexts] + [(kind, way, _ANY)]
    return keys + [(kind, _ANY, one) for one in contexts] + [(kind, _ANY, _ANY)]


def _plover_fields(keys: list[tuple[str, str, str]], field: str) -> list[str]:
    """Return what the rows with these keys say in a field, in the order of the keys."""
    rows = _plover_rows()
    return [rows[key][field] for key in keys if key in rows and rows[key][field]]
