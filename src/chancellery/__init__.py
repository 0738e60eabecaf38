"""Chancellery: foreign-policy arguments made executable.

The verbs are functions, loaded when they are first used::

    import chancellery as ch

    case = ch.case("great-powers")
    result = ch.whatif(case, "us-russia-thaw", draws=32)
    ch.report(result, "thaw.html")
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

__version__ = "0.1.0"

# Name → the module it lives in, and its name there; a room stands for itself.
_PUBLIC = {
    "backtest": "api:backtest",
    "case": "api:case",
    "contrast": "api:contrast",
    "draft": "api:draft",
    "experiment": "api:experiment",
    "experiments": "api:experiments",
    "fit": "api:fit",
    "judge": "api:judge",
    "load_fit": "api:load_fit",
    "nowcast": "api:nowcast",
    "open": "api:open_record",
    "play": "api:play",
    "report": "api:report",
    "rivals": "judge.rivals:rivals",
    "save_fit": "api:save_fit",
    "simulate": "api:simulate",
    "sources": "sources:",
    "whatif": "api:whatif",
    "world": "world:",
}

__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module '{__name__}' has no name '{name}'; it has {', '.join(_PUBLIC)}")
    module, _, attribute = _PUBLIC[name].partition(":")
    room = import_module(f"{__name__}.{module}")
    return getattr(room, attribute) if attribute else room


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Importing a room such as ``simulate`` sets an attribute of its name, which would hide the verb."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (isinstance(value, ModuleType) and _PUBLIC.get(name, ":").partition(":")[2]):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
