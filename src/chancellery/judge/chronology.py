"""Does the record bear out the chronology: every hand-written act, looked up among coded events.

A row can be checked when its day lies in a stretch the record covers. It is borne out when the same pair
has an event of the same act, or at least of the same class, within a few days (coding dates differ by time
zone and by report).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from chancellery import world
from chancellery.cases import Happening
from chancellery.record import Record

SLACK_DAYS = 2


@dataclass(frozen=True)
class Checked:
    """One row looked up.

    ``found`` is ``same act``, ``same class``, ``other acts`` or ``nothing``; ``usual`` is the share of other
    windows of the same length, in the same stretch, in which the pair shows the class too: what chance gives.
    """

    row: Happening
    found: str
    usual: float


def check_chronology(
    happenings: Iterable[Happening], record: Record, slack: int = SLACK_DAYS
) -> list[Checked]:
    """Look up every act whose day the record covers.

    Parameters
    ----------
    happenings
        Acts of a case.
    record
        The record.
    slack
        Days around the row's date in which an event counts.
    """
    spans = [(a, b) for a, b in record.segments().select("start", "end").iter_rows()]
    events = record.events().select("time", "source", "target", "act")
    klass = {a.name: a.klass for a in world.acts()}
    out = []
    for row in happenings:
        span = next((s for s in spans if s[0] <= row.on <= s[1]), None)
        if span is not None:
            out.append(_look_up(row, events, span, klass, slack))
    return out


def _look_up(row: Happening, events: pl.DataFrame, span: tuple, klass: dict[str, str], slack: int) -> Checked:
    ways = (pl.col("source") == row.source) & (pl.col("target") == row.target)
    if row.mutual:
        ways |= (pl.col("source") == row.target) & (pl.col("target") == row.source)
    mine = events.filter(ways & pl.col("time").is_between(*span))
    near = mine.filter(
        pl.col("time").is_between(row.on - timedelta(days=slack), row.on + timedelta(days=slack))
    )
    acts = set(near["act"])
    classes = {klass[a] for a in acts}
    found = (
        "same act"
        if row.act in acts
        else "same class"
        if klass[row.act] in classes
        else "other acts"
        if acts
        else "nothing"
    )
    days = (
        mine.filter(pl.col("act").is_in([a for a, c in klass.items() if c == klass[row.act]]))["time"]
        .unique()
        .to_list()
    )
    return Checked(row, found, _usual(days, span, slack))


def _usual(days: list, span: tuple, slack: int) -> float:
    length = (span[1] - span[0]).days + 1
    hit = {(d - span[0]).days + shift for d in days for shift in range(-slack, slack + 1)}
    return sum(0 <= x < length for x in hit) / length
