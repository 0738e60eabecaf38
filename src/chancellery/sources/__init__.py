"""Readers: a raw file in, tidy rows out. One reader a dataset, each returns a `Harvest` and knows no store.

Readers are loaded when they are first used, so that importing this room costs nothing. A reader often has the
name of its file; as an attribute of this package the name always means the reader, ``sources.icews(path)``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chancellery.sources.harvest import Harvest

# Reader → the module and function it lives in.
READERS: dict[str, str] = {
    # what happened
    "icews": "icews:icews",
    "gdelt": "gdelt:gdelt",
    "polecat": "polecat:polecat",
    "plover": "plover:plover",
    "plain": "plain:plain",
    # what holds
    "atop": "alliances:atop",
    "gsdb": "sanctions:gsdb",
    "itpd": "trade:itpd",
    "cow_trade": "trade:cow_trade",
    "sipri": "arms:sipri",
    "gem_gas": "energy:gem_gas",
    "rivalries": "rivalries:thompson",
    "rivalries_dreyer": "rivalries:dreyer",
    "contiguity": "contiguity:direct",
    "igo": "igo:cow_igo",
    "ideal_distances": "votes:distances",
    # who they are
    "idealpoints": "votes:idealpoints",
    "capabilities": "capabilities:nmc",
    "gdp": "capabilities:gdp",
    "democracy": "capabilities:democracy",
    "leaders": "leaders:reign",
}

__all__ = ["READERS", "Harvest", *READERS]


def __getattr__(name: str) -> Any:
    where = "harvest:Harvest" if name == "Harvest" else READERS.get(name)
    if where is None:
        raise AttributeError(f"module '{__name__}' has no reader '{name}'; it has {', '.join(READERS)}")
    module, function = where.split(":")
    found = getattr(import_module(f"{__name__}.{module}"), function)
    setattr(sys.modules[__name__], name, found)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Room(ModuleType):
    """Importing a file of a package sets an attribute of its name, which would hide the reader it holds."""

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType) and name in READERS:
            value = getattr(value, READERS[name].split(":")[1])
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Room
