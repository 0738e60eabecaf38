"""Background: slow ties and capabilities that come from yearly data sets, as known on one day.

Trade, arms, borders and UN distances change by the year and are published late; the fit takes what the
record held by its last day and keeps it, so that nothing later can leak in.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl

from chancellery.effects import state as st
from chancellery.model.holdings import Tie
from chancellery.record import Record

KINDS = {"trade": st.TRADE, "arms": st.ARMS, "contiguity": st.CONTIGUITY, "ideal-distance": st.IDEAL}
SYMMETRIC = {"contiguity", "ideal-distance"}
CAPABILITY = "cinc"


class Background(NamedTuple):
    """``ties`` (kinds, n, n) and ``capability`` (n,), both in the units of the state."""

    ties: np.ndarray
    capability: np.ndarray


def background(record: Record, actors: tuple[str, ...], ties: list[Tie], until: date | None) -> Background:
    """Latest yearly ties and capabilities of each pair and actor that began by ``until``.

    An organisation's trade and capability are those of its members together.
    """
    day = until or date.max
    members: dict[str, set[str]] = {}
    for t in ties:
        if t.kind == "member" and t.target in actors and t.holds(min(day, date(9000, 1, 1))):
            members.setdefault(t.target, set()).add(t.source)
    out = np.zeros((len(st.TIES), len(actors), len(actors)))
    for kind, where in KINDS.items():
        out[where] = _latest(record, kind, actors, members, day)
    return Background(out, _capability(record, actors, members, day))


def _latest(record: Record, kind: str, actors: tuple[str, ...], members: dict[str, set[str]], day: date) -> np.ndarray:
    place = {a: x for x, a in enumerate(actors)}
    out = np.zeros((len(actors), len(actors)))
    frame = record.ties(kinds=[kind]).filter(pl.col("start") <= day)
    if frame.is_empty():
        return out
    newest = frame.sort("start").group_by("source", "target", maintain_order=True).last()
    for source, target, value in newest.select("source", "target", "value").sort("source", "target").iter_rows():
        names = [source, *sorted(g for g, who in members.items() if source in who and kind == "trade")]
        for name in names:
            if name in place and target in place and name != target:
                x = (place[name], place[target])
                out[x] = out[x] + value if name != source else max(out[x], value)
                if kind in SYMMETRIC:
                    out[x[::-1]] = out[x]
    return np.minimum(out, 1.0) if kind == "trade" else out


def _capability(record: Record, actors: tuple[str, ...], members: dict[str, set[str]], day: date) -> np.ndarray:
    frame = record.attributes().filter((pl.col("name") == CAPABILITY) & (pl.col("start") <= day)).sort("start")
    known = dict(frame.group_by("actor", maintain_order=True).last().select("actor", "value").iter_rows())
    return np.array([known.get(a, sum(known.get(m, 0.0) for m in sorted(members.get(a, ())))) for a in actors])
