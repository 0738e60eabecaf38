"""Background: slow ties and capabilities that come from yearly data sets, as known on one day.

Trade, arms, borders and UN distances change by the year and are published late; the fit takes what the
record held by its last day and keeps it, so that nothing later can leak in. A row for a calendar year tells of
the whole of it, and is not known before the year is over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl

from chancellery.effects import state as st
from chancellery.model.holdings import Tie
from chancellery.record import Record

KINDS = {"trade": st.TRADE, "arms": st.ARMS, "contiguity": st.CONTIGUITY}
SYMMETRIC = {"contiguity"}
CAPABILITY, IDEAL_POINT = "cinc", "ideal-point"


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
    point = _values(record, IDEAL_POINT, actors, members, day, np.mean)
    known = np.isfinite(point)
    distance = np.abs(point[:, None] - point[None, :])
    out[st.IDEAL][np.ix_(known, known)] = distance[np.ix_(known, known)]
    capability = _values(record, CAPABILITY, actors, members, day, np.sum)
    return Background(out, np.nan_to_num(capability))


def _latest(
    record: Record, kind: str, actors: tuple[str, ...], members: dict[str, set[str]], day: date
) -> np.ndarray:
    place = {a: x for x, a in enumerate(actors)}
    out = np.zeros((len(actors), len(actors)))
    frame = record.ties(kinds=[kind]).filter(_known(day))
    if frame.is_empty():
        return out
    newest = frame.sort("start").group_by("source", "target", maintain_order=True).last()
    for source, target, value in (
        newest.select("source", "target", "value").sort("source", "target").iter_rows()
    ):
        names = [source, *sorted(g for g, who in members.items() if source in who and kind == "trade")]
        for name in names:
            if name in place and target in place and name != target:
                x = (place[name], place[target])
                out[x] = out[x] + value if name != source else max(out[x], value)
                if kind in SYMMETRIC:
                    out[x[::-1]] = out[x]
    return np.minimum(out, 1.0) if kind == "trade" else out


def _known(day: date) -> pl.Expr:
    """Rows that had begun by a day, less those that tell of a calendar year which was not over."""
    start, end = pl.col("start"), pl.col("end")
    of_a_year = (
        (start.dt.ordinal_day() == 1)
        & (end.dt.year() == start.dt.year())
        & ((end + pl.duration(days=1)).dt.ordinal_day() == 1)
    )
    return (start <= day) & ~(of_a_year.fill_null(False) & (end > day))


def _values(
    record: Record,
    name: str,
    actors: tuple[str, ...],
    members: dict[str, set[str]],
    day: date,
    together: Callable[[list[float]], float],
) -> np.ndarray:
    """Latest value of an attribute; an organisation's is that of its members together, NaN where unknown."""
    frame = record.attributes().filter((pl.col("name") == name) & _known(day)).sort("start")
    known = dict(frame.group_by("actor", maintain_order=True).last().select("actor", "value").iter_rows())
    out = np.full(len(actors), np.nan)
    for x, actor in enumerate(actors):
        mine = [known[m] for m in sorted(members.get(actor, ())) if m in known]
        if actor in known:
            out[x] = known[actor]
        elif mine:
            out[x] = together(mine)
    return out
