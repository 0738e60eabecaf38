"""Small made-up worlds for the classical models: a few actors, ties in time, changes from outside.

A world is plain lists, so that the slow reference (``rem_slow.py``) reads it without the program's tables;
``study`` hands the same rows to the program.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from chancellery import rem

EPOCH = date(1970, 1, 1)


@dataclass
class Ties:
    """Rows (time, from, to, value, type), whether values replace or add, matrix before the first row."""

    rows: list[tuple[float, int, int, float, str]]
    replace: bool = False
    initial: list[list[float]] | None = None
    directed: bool = True


@dataclass
class World:
    """Actors 0..n-1; ``changes`` of attributes are new values; ``presence`` rows are (time, actor, there)."""

    n: int
    networks: dict[str, Ties]
    attributes: dict[str, list[float]] = field(default_factory=dict)
    changes: dict[str, list[tuple[float, int, float]]] = field(default_factory=dict)
    presence: list[tuple[float, int, bool]] = field(default_factory=list)
    present: list[bool] | None = None
    senders: list[int] | None = None
    receivers: list[int] | None = None
    step: str = "event"
    dependent: str = "calls"
    cache: dict = field(default_factory=dict, repr=False)

    def stepped(self, time: float) -> float:
        """Start of the step a time (in days since 1970) falls into."""
        if self.step == "event":
            return time
        day = EPOCH + timedelta(days=int(np.floor(time)))
        if self.step == "week":
            day -= timedelta(days=day.weekday())
        if self.step == "month":
            day = day.replace(day=1)
        return float((day - EPOCH).days)


def label(i: int) -> str:
    return chr(ord("a") + i)


def study(world: World) -> rem.Study:
    """The world as the program's study; times are numbers of days."""
    actors: dict[str, list] = {"label": [label(i) for i in range(world.n)], **world.attributes}
    if world.present is not None:
        actors["present"] = world.present
    networks = {}
    for name, ties in world.networks.items():
        columns = list(zip(*ties.rows, strict=True)) if ties.rows else [[]] * 5
        table = {
            "time": [float(t) for t in columns[0]],
            "sender": [label(i) for i in columns[1]],
            "receiver": [label(i) for i in columns[2]],
            "replace" if ties.replace else "increment": [float(v) for v in columns[3]],
        }
        if any(columns[4]):
            table["type"] = list(columns[4])
        initial = None if ties.initial is None else np.array(ties.initial, float)
        networks[name] = rem.Network(table if ties.rows else None, initial, ties.directed)

    def nodes(rows: list[tuple[float, int, float]]) -> dict[str, list]:
        return {
            "time": [float(r[0]) for r in rows], "node": [label(r[1]) for r in rows], "replace": [r[2] for r in rows],
        }  # fmt: skip

    return rem.Study(
        actors,
        networks,
        attributes={name: nodes(rows) for name, rows in world.changes.items()},
        presence=nodes(world.presence) if world.presence else None,
        senders=None if world.senders is None else [label(i) for i in world.senders],
        receivers=None if world.receivers is None else [label(i) for i in world.receivers],
        unit="day",
    )


def _pair(chance: np.random.Generator, sources: list[int], targets: list[int]) -> tuple[int, int]:
    while True:
        i, j = int(chance.choice(sources)), int(chance.choice(targets))
        if i != j:
            return i, j


def made_up(seed: int = 1, types: bool = False, events: int = 25, weights: bool = True, **given) -> World:
    """Six actors; calls (weighted, simultaneous ones among them), friends (set, dated), pacts (both ways).

    Actor 5 is away between 20 and 30. Attributes: floor (few values), wealth (positive, changing), mood (signed).
    """
    chance, n = np.random.default_rng(seed), 6
    everyone = list(range(n))
    sources, targets = given.get("senders") or everyone, given.get("receivers") or everyone
    sizes = [1.0, 0.1, 0.2, 0.3, 2.5] if weights else [1.0]
    times = np.sort(np.round(chance.uniform(2, 60, events) * 2) / 2)
    times[5], times[11] = times[4], times[10]
    calls = []
    for t in times:
        away = 20 <= t <= 30
        i, j = _pair(
            chance, [x for x in sources if x != 5 or not away], [x for x in targets if x != 5 or not away]
        )
        calls.append(
            (
                float(t),
                i,
                j,
                float(chance.choice(sizes)),
                str(chance.choice(["aid", "talk"])) if types else "",
            )
        )
    friends = [(float(t), *_pair(chance, everyone, everyone), float(v), "") for t, v in zip(
        np.sort(np.round(chance.uniform(0, 55, 12))), chance.choice([0.0, 1.0, 2.0], 12), strict=True)]  # fmt: skip
    pacts = [(float(t), *_pair(chance, everyone, everyone), float(chance.choice([1.0, 0.5])), "") for t in
             np.sort(np.round(chance.uniform(0, 55, 8) * 2) / 2)]  # fmt: skip
    initial = (chance.uniform(size=(n, n)) < 0.3).astype(float)
    np.fill_diagonal(initial, 0.0)
    return World(
        n,
        {
            "calls": Ties(calls),
            "friends": Ties(friends, True, initial.tolist()),
            "pacts": Ties(pacts, directed=False),
        },
        {
            "floor": [float(x) for x in chance.integers(1, 4, n)],
            "wealth": [float(x) for x in chance.uniform(0.1, 3.0, n).round(2)],
            "mood": [float(x) for x in chance.normal(size=n).round(2)],
        },
        {"wealth": [(8.0, 1, 2.25), (float(times[9]), 3, 0.5), (33.25, 0, 1.75)]},
        [(20.0, 5, False), (30.5, 5, True)],
        **given,
    )
