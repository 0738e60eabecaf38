"""What holds between two actors: the kinds of ties, whether they are directed, and what their value means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from chancellery.errors import WorldError, did_you_mean
from chancellery.world import tables


@dataclass(frozen=True, slots=True)
class TieKind:
    """A kind of standing condition between two actors.

    Attributes
    ----------
    directed
        Whether source and target may not be swapped.
    sign
        +1 where it binds the two, -1 where it divides them, 0 where it does neither by itself.
    unit
        What the value of such a tie measures; empty where it is just 1.
    """

    name: str
    directed: bool
    sign: int
    unit: str
    meaning: str


@lru_cache(maxsize=1)
def tie_kinds() -> tuple[TieKind, ...]:
    """Return every kind of tie, those used most first."""
    return tuple(
        TieKind(row["name"], row["directed"] == "yes", int(row["sign"]), row["unit"], row["meaning"])
        for row in tables.rows("tie_kinds")
    )


def tie_kind(name: str) -> TieKind:
    """Return the kind of tie with a name, whatever the case.

    Raises
    ------
    WorldError
        There is no such kind; the sentence offers the nearest one.
    """
    wanted = str(name).strip().casefold()
    found = next((one for one in tie_kinds() if one.name == wanted), None)
    if found is None:
        known = [one.name for one in tie_kinds()]
        raise WorldError(f"tie kind '{name}' is not known{did_you_mean(name, known)}")
    return found
