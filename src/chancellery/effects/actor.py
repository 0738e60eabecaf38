"""Reasons to be busy: what makes an actor act more, whoever the target."""

from __future__ import annotations

import numpy as np

from chancellery.effects import state
from chancellery.effects.effect import effect
from chancellery.effects.state import State


@effect(
    "own-activity-short", level="actor", sign=1, formula="log(acts sent a day), shortest half-life",
    reference="Butts 2008", says="momentum",
)  # fmt: skip
def own_activity_short(s: State, i: int) -> float:
    """Log of i's recent acts a day."""
    return s.out[0, i]


@effect(
    "own-activity-middle", level="actor", sign=1, formula="log(acts sent a day), middle half-life",
    reference="Butts 2008", says="momentum",
)  # fmt: skip
def own_activity_middle(s: State, i: int) -> float:
    """Log of i's acts a day over the middle half-life."""
    return s.out[s.out.shape[0] // 2, i]


@effect(
    "own-activity-long", level="actor", sign=1, formula="log(acts sent a day), longest half-life",
    reference="Butts 2008", says="habit",
)  # fmt: skip
def own_activity_long(s: State, i: int) -> float:
    """Log of i's acts a day over the longest half-life."""
    return s.out[-1, i]


@effect(
    "targeted-short", level="actor", sign=1, formula="log(acts received a day), shortest half-life",
    reference="Stadtfeld & Block 2017", says="who is addressed answers",
)  # fmt: skip
def targeted_short(s: State, i: int) -> float:
    """Log of the acts i received a day lately."""
    return s.into[0, i]


@effect(
    "targeted-long", level="actor", sign=0, formula="log(acts received a day), longest half-life",
    reference="Stadtfeld & Block 2017", says="standing in the world's attention",
)  # fmt: skip
def targeted_long(s: State, i: int) -> float:
    """Log of the acts i received a day over the longest half-life."""
    return s.into[-1, i]


@effect(
    "world-volume", level="actor", sign=1, formula="log(all acts a day), shortest half-life",
    reference="Schrodt 2012", says="how much news there is at all",
)  # fmt: skip
def world_volume(s: State, i: int) -> float:
    """Log of everybody's acts a day lately."""
    return np.log(np.exp(s.out[0]).sum())


@effect(
    "weekend", level="actor", sign=-1, formula="share of the step's days that are Saturday or Sunday",
    reference="Schrodt 2012", says="the news week",
)  # fmt: skip
def weekend(s: State, i: int) -> float:
    """Share of weekend days in the step."""
    return s.season[0]


@effect(
    "season-sine", level="actor", sign=0, formula="sin(2π·day of year / 365.25)", reference="Schrodt 2012",
    says="the diplomatic calendar",
)  # fmt: skip
def season_sine(s: State, i: int) -> float:
    """Sine of the day of the year."""
    return s.season[1]


@effect(
    "season-cosine", level="actor", sign=0, formula="cos(2π·day of year / 365.25)", reference="Schrodt 2012",
    says="the diplomatic calendar",
)  # fmt: skip
def season_cosine(s: State, i: int) -> float:
    """Cosine of the day of the year."""
    return s.season[2]


@effect(
    "at-war", level="actor", sign=1, formula="strongest war of i", reference="Sarkees & Wayman 2010",
    says="war",
)  # fmt: skip
def at_war(s: State, i: int) -> float:
    """Intensity of i's most intense war."""
    return s.tie[state.WAR, i].max()


@effect(
    "new-leader", level="actor", sign=0, formula="1 falling to 0 over the first 100 days of a leader",
    reference="Horowitz, Stam & Ellis 2015", says="the first hundred days",
)  # fmt: skip
def new_leader(s: State, i: int) -> float:
    """Freshness of i's leader."""
    return s.attribute[state.LEADER_CHANGE, i]
