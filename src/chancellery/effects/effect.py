"""What an effect is: one named reason to act, written as one Python function.

An effect has a level, which says what it may depend on and how it is called:

======  ==========================  ===================================================
level   signature                   example
======  ==========================  ===================================================
pair    ``f(s, i, j)``              a common enemy of source i and target j
class   ``f(s, i, j, c)``           the share of i's acts of class c that went to j
memory  ``f(s, i, j, c, h)``        the same at half-life h: one column a half-life
act     ``f(s, i, j, k)``           the share of act k within its class, from i to j
actor   ``f(s, i)``                 how busy i has been lately (used by the rate only)
======  ==========================  ===================================================

``s`` is the :class:`~chancellery.effects.state.State` at the start of the step; the function may read any
of its arrays and changes none. It is compiled with numba, together with the others of a specification.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from inspect import getsource, signature

from chancellery.errors import EffectError

LEVELS = {"pair": 3, "class": 4, "memory": 5, "act": 4, "actor": 2}


@dataclass(frozen=True)
class Effect:
    """A named reason to act.

    Attributes
    ----------
    name
        Name used in ``model.toml`` and in tables, e.g. ``"common-enemy"``.
    level
        One of ``pair``, ``class``, ``memory``, ``act``, ``actor``.
    function
        Plain Python; returns one float.
    formula
        As it stands in the documentation.
    reference
        Where the idea is argued in the literature.
    sign
        Expected sign for cooperation: 1, -1, or 0 when the literature disagrees.
    says
        What the essays call it, in a few words.
    scaled
        Whether the effect is standardised at the fit (memory shares are not: they have a unit of their own).
    """

    name: str
    level: str
    function: Callable[..., float]
    formula: str
    reference: str
    sign: int
    says: str
    scaled: bool = True

    @property
    def source(self) -> str:
        """Source text of the function: part of the key under which compiled code is kept."""
        return getsource(self.function)


REGISTERED: dict[str, Effect] = {}


def effect(
    name: str, *, level: str, formula: str, reference: str, sign: int, says: str, scaled: bool = True
) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Register a function as an effect and return it unchanged.

    Raises
    ------
    EffectError
        If the name is taken by other code, the level unknown, or the arguments do not fit the level.
    """

    def register(function: Callable[..., float]) -> Callable[..., float]:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise EffectError(f"effect '{name}': a name is lower-case letters, digits and hyphens")
        if level not in LEVELS:
            raise EffectError(f"effect '{name}': level '{level}' is not one of {', '.join(LEVELS)}")
        if len(signature(function).parameters) != LEVELS[level]:
            raise EffectError(
                f"effect '{name}': a {level} effect takes {LEVELS[level]} arguments, "
                f"{function.__name__} takes {len(signature(function).parameters)}"
            )
        taken = REGISTERED.get(name)
        if taken is not None and _home(taken.function) != _home(function):
            raise EffectError(f"effect '{name}' is already defined by {taken.function.__module__}")
        REGISTERED[name] = Effect(name, level, function, formula, reference, sign, says, scaled)
        return function

    return register


def _home(function: Callable[..., float]) -> tuple[str, str]:
    """Where a function is defined: the same place may define its effect again, as a reload does."""
    return function.__module__, function.__qualname__
