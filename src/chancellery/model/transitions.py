"""How often acts change ties: counted once, from the dated ties and the acts of the covered steps.

Most reports of sanctions are about regimes that exist already. The chance that a sanctioning act begins a
regime, that a concession ends one, or that a week of war is the last, is a proportion with its evidence.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from chancellery import world
from chancellery.model.holdings import Holdings
from chancellery.model.replay import Stream


def count_transitions(
    stream: Stream, holdings: Holdings, until: date | None
) -> dict[str, tuple[float, float]]:
    """Count changes and opportunities.

    Returns
    -------
    dict
        ``start-sanctions``: regimes begun, sanctioning acts where none held; ``end-sanctions``: regimes
        ended, conceding acts while one held; ``end-war``: wars ended, war-weeks. Ties that start or end on
        the same day as another row of the pair (a change of value) are no change of regime.
    """
    names = [a.name for a in world.acts()]
    steps = stream.between(None, until)
    covered = [(s.first, s.last) for s in steps]
    out = {}
    for kind, act, begins in (("sanctions", "sanction", True), ("sanctions", "concede", False)):
        changes = _changes(holdings, kind, covered, begins)
        acts = _acts(stream, steps, names.index(act), holdings, kind, held=not begins)
        out[f"{'start' if begins else 'end'}-{kind}"] = (float(changes), float(acts))
    weeks = sum(t.holds(s.first) * s.days / 7.0 for s in steps for t in holdings.ties if t.kind == "war")
    out["end-war"] = (float(_changes(holdings, "war", covered, False)), float(weeks))
    return out


def _changes(holdings: Holdings, kind: str, covered: list[tuple[date, date]], begins: bool) -> int:
    rows = [t for t in holdings.ties if t.kind == kind]
    starts = {(t.source, t.target, t.start) for t in rows}
    ends = {(t.source, t.target, t.end + timedelta(days=1)) for t in rows if t.end is not None}
    moved = starts - ends if begins else ends - starts
    return sum(any(a <= day <= b for a, b in covered) for _, _, day in moved)


def _acts(stream: Stream, steps: tuple, act: int, holdings: Holdings, kind: str, held: bool) -> int:
    pairs: dict[tuple[int, int], list] = {}
    for t in holdings.ties:
        if t.kind == kind and t.target in holdings.place:
            pairs.setdefault((holdings.place[t.source], holdings.place[t.target]), []).append(t)
    total = 0
    for s in steps:
        at = np.flatnonzero(stream.k[s.events] == act) + s.events.start
        for x in at:
            holds = any(t.holds(s.first) for t in pairs.get((int(stream.i[x]), int(stream.j[x])), ()))
            total += holds == held
    return total
