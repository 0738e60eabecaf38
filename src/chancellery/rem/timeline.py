"""From a plan to rows: everything that happens, in order, with the gaps that timed models need.

At one time, who is present changes first; then come the events, which all see the same state; then what they
and others change. A timed model's interval ends at every event and at every time something outside changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chancellery.errors import ModelError
from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.rows import Rows
from chancellery.rem.plan import Layer, Plan
from chancellery.rem.study import UNITS, Changes, Study

CALENDAR = 6.2e10  # seconds: from the year 6 to 3934
STEPS = ("event", "day", "week", "month")
# Order of effect at one time; an interval without an event ends before anything changes.
_RANK = np.zeros(5, np.int64)
_RANK[[c.INTERVAL, c.PRESENCE, c.EVENT, c.NETWORK, c.ATTRIBUTE]] = range(5)


@dataclass(frozen=True)
class Timeline:
    """Rows in order, where the study's clock starts, and what an event was.

    Attributes
    ----------
    rows
        See :class:`Rows`.
    start
        Time of the first thing in the study, whatever the formula reads of it: initial ties fade from here on.
    a, b, kind, time, row
        Per event (E,): sender, receiver, type, time (of the step, if steps are longer than an event), and the
        row of the table it came from.
    counted
        Whether an event is scored.
    observations
        Scored events and, in timed models, intervals that end without one.
    """

    rows: Rows
    start: float
    a: np.ndarray
    b: np.ndarray
    kind: np.ndarray
    time: np.ndarray
    row: np.ndarray
    counted: np.ndarray
    observations: int


def stepped(time: np.ndarray, step: str, study: Study) -> np.ndarray:
    """Start of the step each time falls into, in the study's unit."""
    if step == "event" or not len(time):
        return time
    unit = UNITS[study.unit or "second"]
    if step == "month":
        seconds = np.floor(np.round(time * unit, 3))  # midnight in weeks or years is not exact
        if (np.abs(seconds) > CALENDAR).any():
            raise ModelError(f"step 'month': times in {study.unit}s since 1970 leave the calendar; see the study's unit")
        months = seconds.astype("datetime64[s]").astype("datetime64[M]")
        return months.astype("datetime64[s]").astype(float) / unit
    length, offset = UNITS[step] / unit, (4 * 86400 / unit if step == "week" else 0.0)  # weeks start on Monday
    return np.floor(np.round((time - offset) / length, 9)) * length + offset


def timeline(
    plan: Plan, timed: bool, step: str = "event", since: float | None = None, until: float | None = None
) -> Timeline:
    """Lay out what happens.

    Parameters
    ----------
    timed
        Whether gaps between rows matter.
    step
        Length of a step; all events of a step see the state at its start.
    since, until
        Only events in this span are scored; nothing after ``until`` is used at all.

    Raises
    ------
    ModelError
        If nothing is left to score.
    """
    study, events = plan.study, plan.study.networks[plan.dependent]
    dated = events.value > 0
    if until is not None:
        dated &= events.time <= until
    parts = [_events(events, dated, since, step, study)]
    for x, layer in enumerate(plan.layers):
        parts.append(_changes(x, layer, study, step, until))
    parts += _others(plan, step)
    first = None if since is None else float(stepped(np.array([since]), step, study)[0])
    rows = _in_order(parts, timed, first, until)
    counted = rows.mark[rows.code == c.EVENT] > 0
    if not counted.any():
        raise ModelError(f"network '{plan.dependent}' has no event to fit in the time asked for")
    is_event = rows.code == c.EVENT
    ends = int(((rows.code == c.INTERVAL) & (rows.gap > 0)).sum()) if timed else 0
    return Timeline(
        rows, _beginning(study, step), rows.a[is_event], rows.b[is_event], rows.x[is_event], rows.time[is_event],
        events.row[dated], counted, int(counted.sum()) + ends,
    )  # fmt: skip


def _beginning(study: Study, step: str) -> float:
    times = [net.time for net in study.networks.values()]
    times += [change[0] for change in (*study.attribute_changes.values(), study.presence_changes)]
    return float(stepped(np.array([t.min() for t in times if len(t)]), step, study).min())


def _others(plan: Plan, step: str) -> list[Part]:
    """Changes of attributes and of who is present."""
    study, parts = plan.study, []
    for x, name in enumerate(plan.attributes):
        if name in study.attribute_changes:
            t, who, value = study.attribute_changes[name]
            parts.append(_part(c.ATTRIBUTE, stepped(t, step, study), who, who, x, value, 0))
    t, who, value = study.presence_changes
    return [*parts, _part(c.PRESENCE, stepped(t, step, study), who, who, 0, value, 0)]


def outside(plan: Plan, step: str, start: float, until: float | None) -> Rows:
    """Lay out what happens from ``start`` on whatever events are drawn.

    Raises
    ------
    ModelError
        If the events' own network loses weight by increments: what was never drawn cannot be taken away.
    """
    parts = []
    for x, layer in enumerate(plan.layers):
        own = layer.network == plan.dependent
        parts.append((_ended if own else _changes)(x, layer, plan.study, step, until))
    net = plan.study.networks[plan.dependent]
    if not net.replace and (net.value < 0).any():
        raise ModelError(
            f"network '{plan.dependent}': negative increments take away from events that are drawn anew; "
            "give its changes as 'replace'"
        )
    parts += _others(plan, step)
    later = [{key: v[p["time"] >= start] for key, v in p.items()} for p in parts]
    return _in_order(later, False, None, until)


Part = dict[str, np.ndarray]


def _ended(x: int, layer: Layer, study: Study, step: str, until: float | None) -> Part:
    """Ties of the events' own network that are set to nothing: changes, not events."""
    net = study.networks[layer.network]
    ends = (net.value <= 0) & net.replace & ((net.kind == layer.kind) | (layer.kind < 0))
    if until is not None:
        ends &= net.time <= until
    a, b = net.a[ends], net.b[ends]
    time = stepped(net.time[ends], step, study)
    if not net.directed:
        time, a, b = np.tile(time, 2), np.concatenate([a, b]), np.concatenate([b, a])
    return _part(c.NETWORK, time, a, b, x, np.zeros(len(time)), 1)


def _part(code: int, time, a, b, x, value, mark) -> Part:
    n = len(time)
    return {
        "code": np.full(n, code),
        "time": np.asarray(time, float),
        "a": np.broadcast_to(np.asarray(a, np.int64), n),
        "b": np.broadcast_to(np.asarray(b, np.int64), n),
        "x": np.broadcast_to(np.asarray(x, np.int64), n),
        "value": np.broadcast_to(np.asarray(value, float), n),
        "mark": np.broadcast_to(np.asarray(mark, np.int64), n),
    }


def _events(events: Changes, dated: np.ndarray, since: float | None, step: str, study: Study) -> Part:
    time = events.time[dated]
    counted = np.ones(len(time), np.int64) if since is None else (time >= since).astype(np.int64)
    return _part(
        c.EVENT, stepped(time, step, study), events.a[dated], events.b[dated], events.kind[dated],
        events.value[dated], counted,
    )  # fmt: skip


def _changes(x: int, layer: Layer, study: Study, step: str, until: float | None) -> Part:
    """Changes of a layer, with the ends of its window."""
    net = study.networks[layer.network]
    keep = np.ones(len(net.time), bool) if layer.kind < 0 else net.kind == layer.kind
    if until is not None:
        keep &= net.time <= until
    time, a, b, value = (part[keep] for part in (net.time, net.a, net.b, net.value))
    mark = np.full(len(time), int(net.replace))
    if not net.directed:
        time, a, b, value, mark = _both_ways(time, a, b, value, mark)
    if layer.window is not None:
        time, a, b, value, mark = _with_ends(time, a, b, value, net.replace, layer.window)
    return _part(c.NETWORK, stepped(time, step, study), a, b, x, value, mark)


def _both_ways(time, a, b, value, mark):
    def twice(z: np.ndarray) -> np.ndarray:
        return np.repeat(z, 2)

    first = np.arange(2 * len(time)) % 2 == 0
    return (
        twice(time), np.where(first, twice(a), twice(b)), np.where(first, twice(b), twice(a)), twice(value),
        twice(mark),
    )  # fmt: skip


def _with_ends(time, a, b, value, replace: bool, window: float):
    """Add what a window takes away: an increment is undone after it, a value set lasts no longer than it.

    The result is in the order of time, which steps must not lose.
    """
    end = time + window
    if replace:
        last: dict[tuple[int, int], float] = {}
        kept = np.zeros(len(time), bool)
        for r in range(len(time) - 1, -1, -1):
            pair = (int(a[r]), int(b[r]))
            kept[r] = value[r] != 0 and end[r] < last.get(pair, np.inf)
            last[pair] = time[r]
        less = np.zeros(int(kept.sum()))
    else:
        kept, less = value != 0, -value[value != 0]
    clock = np.concatenate([time, end[kept]])
    order = np.argsort(clock, kind="stable")
    a, b, value = (np.concatenate(both)[order] for both in ((a, a[kept]), (b, b[kept]), (value, less)))
    if not replace and (value != np.round(value)).any():
        begun = np.concatenate([np.ones(len(time)), -np.ones(len(less))])[order]
        replace, value = True, _running(a, b, value, begun)
    return clock[order], a, b, value, np.full(len(order), int(replace))


def _running(a: np.ndarray, b: np.ndarray, value: np.ndarray, begun: np.ndarray) -> np.ndarray:
    """Weight of each pair after each of its changes, exactly 0 when no increment is left within the window."""
    held: dict[tuple[int, int], tuple[float, float]] = {}
    out = np.zeros(len(value))
    for r, pair in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        total, open_ = held.get(pair, (0.0, 0.0))
        open_ += begun[r] if value[r] else 0.0
        held[pair] = total, open_ = (total + value[r] if open_ else 0.0, open_)
        out[r] = total
    return out


def _in_order(parts: list[Part], timed: bool, since: float | None, until: float | None) -> Rows:
    joined = {key: np.concatenate([p[key] for p in parts]) for key in parts[0]}
    if until is not None:
        joined = {key: v[joined["time"] <= until] for key, v in joined.items()}
    if timed:  # who watches until a day saw that nothing more happened until then
        ends = joined["time"] if until is None else np.append(joined["time"], until)
        quiet = np.setdiff1d(ends, joined["time"][joined["code"] == c.EVENT])
        closing = _part(c.INTERVAL, quiet, 0, 0, 0, 0.0, 0)
        joined = {key: np.concatenate([joined[key], closing[key]]) for key in joined}
    order = np.lexsort((_RANK[joined["code"]], joined["time"]))
    joined = {key: np.ascontiguousarray(v[order]) for key, v in joined.items()}
    gap = _gaps(joined["code"], joined["time"], since)
    return Rows(**joined, event=np.cumsum(joined["code"] == c.EVENT) - 1, gap=gap)


def _gaps(code: np.ndarray, time: np.ndarray, since: float | None) -> np.ndarray:
    """Time since the previous closing row; the first is 0, as is that of simultaneous events after the first.

    Before ``since`` nothing is scored, so nothing is expected either.
    """
    gap = np.zeros(len(time))
    if since is not None:
        time = np.maximum(time, since)
    closing = np.nonzero((code == c.EVENT) | (code == c.INTERVAL))[0]
    if len(closing):
        gap[closing[1:]] = np.diff(time[closing])
        gap[closing[0]] = time[closing[0]] - time[0]
    return gap
