"""The only list of effects: every name a specification may use, with its meaning.

Importing this module registers the shipped effects; a case may register more of its own.
"""

from __future__ import annotations

from chancellery.effects import actor, dyad, excitation, memory, pressure, triad
from chancellery.effects.effect import REGISTERED, Effect
from chancellery.errors import EffectError, did_you_mean

SHIPPED = (memory, excitation, dyad, triad, pressure, actor)


def lookup(name: str) -> Effect:
    """Return the effect of this name.

    Raises
    ------
    EffectError
        If no effect is called so; the nearest known name is given.
    """
    if name not in REGISTERED:
        raise EffectError(f"effect '{name}' is not known{did_you_mean(name, REGISTERED)}")
    return REGISTERED[name]


def effects(level: str | None = None) -> tuple[Effect, ...]:
    """All registered effects, in order of registration, or those of one level."""
    return tuple(e for e in REGISTERED.values() if level in (None, e.level))
