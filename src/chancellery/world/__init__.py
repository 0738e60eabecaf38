"""The nouns of the domain: actors, acts, issues, ties, leaders and the clock.

Everything else speaks in these words. The tables are plain CSV files in ``data/``, and ``data/PROVENANCE.md``
says where each comes from. Nothing heavy is imported until a frame is asked for.
"""

from __future__ import annotations

from chancellery.world import clock
from chancellery.world.clock import Clock, later, parse_date
from chancellery.world.coding import CLASSES, ISSUES, Act, act, acts, cameo, plover, plover_weight, tie_change
from chancellery.world.offices import Term, in_office, leaders
from chancellery.world.roster import KINDS, SCHEMES, Actor, actor, actors, identify, index
from chancellery.world.ties import TieKind, tie_kind, tie_kinds

__all__ = [
    "CLASSES",
    "ISSUES",
    "KINDS",
    "SCHEMES",
    "Act",
    "Actor",
    "Clock",
    "Term",
    "TieKind",
    "act",
    "actor",
    "actors",
    "acts",
    "cameo",
    "clock",
    "identify",
    "in_office",
    "index",
    "later",
    "leaders",
    "parse_date",
    "plover",
    "plover_weight",
    "tie_change",
    "tie_kind",
    "tie_kinds",
]
