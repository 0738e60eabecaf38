"""Levers of one future, put on a calendar: what is in force now, what fires today."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from chancellery import world
from chancellery.effects import state as st
from chancellery.errors import ScenarioError
from chancellery.model.holdings import LEADER_DAYS, MUTUAL
from chancellery.simulate.condition import Happens, TieChanges, parse, tie_index
from chancellery.simulate.scenario import WEEKS, Lever, Scenario
from chancellery.simulate.step import Parameters, Weights, Workspace


@dataclass
class Plan:
    """The levers of one future: each with the day it starts, unknown for if-then levers until they fire.

    ``leaders`` are (actor index, day of taking office) since the start.
    """

    levers: tuple[Lever, ...]
    conditions: tuple[Happens | TieChanges | None, ...]
    days: list[date | None]
    actors: tuple[str, ...]
    columns: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    done: set[int] = field(default_factory=set)
    leaders: list[tuple[int, date]] = field(default_factory=list)

    def index(self, actor: str | None) -> int | slice:
        """Place of an actor; every place when none is named."""
        return slice(None) if actor is None else self.actors.index(actor)


def plan(scenario: Scenario, actors: tuple[str, ...], columns: tuple, tie: np.ndarray) -> Plan:
    """Put a scenario's levers on a calendar.

    Raises
    ------
    ScenarioError
        If a tie is ended or scaled that neither holds at the start nor is started by a lever before.
    """
    _check_ties(scenario, actors, tie)
    conditions = tuple(parse(lever.when, actors) if lever.when else None for lever in scenario.levers)
    return Plan(scenario.levers, conditions, [lever.on for lever in scenario.levers], actors, columns)


def _check_ties(scenario: Scenario, actors: tuple[str, ...], tie: np.ndarray) -> None:
    started = {(v.tie, v.source, v.target) for v in scenario.levers if v.do == "start-tie"}
    for number, lever in enumerate(scenario.levers, 1):
        if lever.do not in ("end-tie", "scale-tie"):
            continue
        i, j = actors.index(lever.source), actors.index(lever.target)
        if tie[tie_index(lever.tie), i, j] <= 0.0 and (lever.tie, lever.source, lever.target) not in started:
            other = tie[tie_index(lever.tie), j, i] > 0.0
            cure = (
                "it holds the other way round: swap source and target"
                if other
                else "start it first, or drop the lever"
            )
            raise ScenarioError(
                f"{scenario.name}.toml lever {number}: no {lever.tie} tie {lever.source} → {lever.target} "
                f"holds on {scenario.header.start}; {cure}"
            )


def fire(p: Plan, s: st.State, first: date, last: date) -> None:
    """Carry out the levers on ties, leaders and attributes whose day lies in the step, once each."""
    for x, lever in enumerate(p.levers):
        day = p.days[x]
        if (
            day is None
            or x in p.done
            or day > last
            or lever.do not in ("start-tie", "end-tie", "scale-tie", "leader", "attribute")
        ):
            continue
        p.done.add(x)
        i = p.actors.index(lever.source)
        if lever.do == "leader":
            p.leaders.append((i, day))
            s.attribute[st.TRANSACTIONAL, i] = lever.value or 0.0
        elif lever.do == "attribute":
            s.attribute[st.ATTRIBUTES.index(lever.name), i] = lever.value
        else:
            set_tie(
                s,
                lever.tie,
                i,
                p.actors.index(lever.target),
                0.0 if lever.do == "end-tie" else lever.value or 1.0,
            )
    for i, day in p.leaders:
        s.attribute[st.LEADER_CHANGE, i] = max(0.0, 1.0 - (first - day).days / LEADER_DAYS)


def set_tie(s: st.State, kind: str, i: int, j: int, value: float) -> None:
    """Set a tie, both ways for kinds that have no direction."""
    s.tie[tie_index(kind), i, j] = value
    if kind in MUTUAL:
        s.tie[tie_index(kind), j, i] = value


def arm(p: Plan, tie: np.ndarray, counts: np.ndarray, last: date) -> None:
    """Put the if-then levers on the calendar whose condition came true in the step that ends on ``last``."""
    for x, condition in enumerate(p.conditions):
        if condition is None or p.days[x] is not None:
            continue
        if (
            condition.holds(tie, p.actors)
            if isinstance(condition, TieChanges)
            else condition.happens(counts, p.actors)
        ):
            p.days[x] = last + timedelta(days=1 + p.levers[x].delay)


def in_force(p: Plan, w: Workspace, par: Parameters, first: date, last: date) -> Weights:
    """Set forbidden cells and rate factors of the step; return the special weights."""
    w.forbidden[:] = False
    w.scale[:] = 1.0
    special = Weights()
    names = [a.name for a in world.acts()]
    for x, lever in enumerate(p.levers):
        day = p.days[x]
        if day is None or day > last or (lever.until is not None and lever.until < first):
            continue
        cell = (
            slice(None) if lever.act is None else names.index(lever.act),
            p.index(lever.source),
            p.index(lever.target),
        )
        if lever.do == "forbid":
            w.forbidden[cell] = True
        elif lever.do == "scale-rate":
            w.scale[cell] *= lever.factor
            if lever.mutual and lever.target is not None:
                w.scale[cell[0], cell[2], cell[1]] *= lever.factor
        elif lever.do == "scale-effect":
            _special(special, p, par, lever)
    return special


def _special(special: Weights, p: Plan, par: Parameters, lever: Lever) -> None:
    who = range(len(p.actors)) if lever.source is None else [p.actors.index(lever.source)]
    for i in who:
        weights = special.of_actor.get(i) or (par.wp.copy(), par.wm.copy(), par.wa.copy())
        special.of_actor[i] = weights
        scale_columns(weights, p.columns, lever.effect, lever.factor)


def scale_columns(weights: tuple[np.ndarray, ...], columns: tuple, effect: str, factor: float) -> None:
    """Multiply the columns of an effect, in place."""
    for block, names in zip(weights, columns):
        for f, name in enumerate(names):
            if name.split("@")[0] == effect:
                block[:, f] *= factor


def add_acts(p: Plan, counts: np.ndarray, first: date, last: date) -> None:
    """Add the acts that levers make happen in the step."""
    names = [a.name for a in world.acts()]
    for x, lever in enumerate(p.levers):
        if lever.do != "act" or p.days[x] is None:
            continue
        times = _times(p.days[x], lever, first, last)
        if times:
            k, i, j = names.index(lever.act), p.actors.index(lever.source), p.actors.index(lever.target)
            counts[k, i, j] += times * lever.count
            if lever.mutual:
                counts[k, j, i] += times * lever.count


def _times(day: date, lever: Lever, first: date, last: date) -> int:
    if lever.every is None:
        return int(first <= day <= last)
    length, end = WEEKS[lever.every], min(last, lever.until or last)
    if end < day:
        return 0
    before = -1 if first <= day else ((first - timedelta(days=1)) - day).days // length
    return (end - day).days // length - before
