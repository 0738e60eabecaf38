"""Fan charts of a what-if, one a question and scenario.

A fan overlays the scenario on the grey baseline. All fans of a question share their axes, so scenarios can be
compared by eye. Where acts are so rare that a stretch of four weeks holds a handful, quantiles of counts jump
between whole numbers and show nothing; there the range of every future's average stands in their place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chancellery.answer.estimate import Estimate
from chancellery.report import phrases
from chancellery.report.result import Line, Reply, View
from chancellery.report.saved import Fan
from chancellery.report.svg import BASELINE, INK, MUTED, colour, mark, to_svg

WIDTH, HEIGHT = 300, 165
RARE = 3.0  # acts a stretch of four weeks
SMOOTH = 3  # stretches that the running mean of a rare act spans
OPACITY = {
    True: (0.17, 0.18),
    False: (0.19, 0.28),
}  # of the 10–90% and the 25–75% band, baseline and scenario
CURVES = {"fan": "monotone", "rare": "monotone", "share": "step-after"}


@dataclass(frozen=True)
class Figure:
    """One question drawn.

    ``drawn`` is ``share`` (of futures), ``rare`` (acts) or ``fan``; ``panels`` are (scenario, SVG) that
    share their axes. A question that no scenario changes has one panel.
    """

    line: Line
    drawn: str
    panels: tuple[tuple[str, str], ...]


def figures(view: View) -> list[Figure]:
    """Fan charts of all questions, in their order."""
    places = {s.name: x for x, s in enumerate(view.scenarios)}
    out = []
    for line in view.lines:
        same = all(r.verdict == "identical" for r in line.replies)
        panels = tuple(
            (r.scenario, fan_chart(line, r, lever_days(view, r.scenario, line), colour(places[r.scenario])))
            for r in (line.replies[:1] if same else line.replies)
        )
        out.append(Figure(line, kind(line), panels))
    return out


def kind(line: Line) -> str:
    """How a question is drawn: ``share``, ``rare`` or ``fan``."""
    if line.unit == "probability":
        return "share"
    return "rare" if line.unit == "a year" and line.baseline.value * 28 / 365.25 < RARE else "fan"


def fan_chart(line: Line, reply: Reply, pulled: list[str], ink: str) -> str:
    """Draw one scenario over its baseline, as SVG.

    Parameters
    ----------
    pulled
        Days on which levers are pulled, drawn as dotted rules.
    ink
        Colour of the scenario.
    """
    x, y = _across(line), _up(line)
    layers = [_rules(pulled, x, MUTED, [1, 3]), _rules([line.start], x, INK, [1, 0])]
    same = reply.verdict == "identical"
    pair = [(reply.fans[0], reply.baseline, BASELINE, [1, 0] if same else [5, 3])]
    if not same:
        pair.append((reply.fans[1], reply.level, ink, [1, 0]))
    for fan, level, shade, dash in pair:
        bands, curve = drawn(fan, level, line)
        for rows, opacity in zip(bands, OPACITY[shade == BASELINE]):
            ends = {"x": x, "y": {"field": "low", "type": "quantitative", **y}, "y2": {"field": "high"}}
            layers.append(mark("area", rows, ends, color=shade, opacity=opacity, interpolate="monotone"))
        style = {"color": shade, "strokeWidth": 2, "strokeDash": dash, "interpolate": CURVES[kind(line)]}
        layers.append(
            mark("line", curve, {"x": x, "y": {"field": "y", "type": "quantitative", **y}}, **style)
        )
    return to_svg(layers, WIDTH, HEIGHT, phrases.described(line, reply), grow=1.35)


def drawn(fan: Fan, level: Estimate, line: Line) -> tuple[list[list[dict]], list[dict]]:
    """Rows of the bands, outer first, and of the curve; dates where no future gives a value are left out."""
    if kind(line) == "share":
        return [], _points(fan.dates, fan.mean)
    if kind(line) == "rare":
        ends = [
            {"day": _day(d), "low": level.future_low, "high": level.future_high}
            for d in (line.start, line.end)
        ]
        return [[e for e in ends if e["low"] == e["low"]]], _points(fan.dates, running_mean(fan.mean))
    bands = [
        [
            {"day": _day(d), "low": a, "high": b}
            for d, a, b in zip(fan.dates, getattr(fan, low), getattr(fan, high))
            if a == a
        ]
        for low, high in (("q10", "q90"), ("q25", "q75"))
    ]
    return bands, _points(fan.dates, fan.q50)


def running_mean(values: Sequence[float]) -> tuple[float, ...]:
    """Mean over neighbouring stretches, cut at the ends; exact: means add up where quantiles do not."""
    out = []
    for x in range(len(values)):
        near = [v for v in values[max(0, x - SMOOTH // 2) : x + SMOOTH // 2 + 1] if v == v]
        out.append(sum(near) / len(near) if near else math.nan)
    return tuple(out)


def lever_days(view: View, scenario: str, line: Line) -> list[str]:
    """Days named by a scenario's levers that fall inside a question's window, in order."""
    texts = (text for text, _ in view.scenario(scenario).levers)
    days = {d for text in texts for d in re.findall(r"\b\d{4}-\d{2}-\d{2}\b", text)}
    return sorted(d for d in days if line.start < d < line.end)


def axis_ends(line: Line) -> tuple[float, float]:
    """Ends of the vertical axis: from zero for rates, 0 to 1 for shares, around the values for an index."""
    if kind(line) == "share":
        return 0.0, 1.0
    seen: list[float] = []
    for r in line.replies:
        for fan, level in zip(r.fans, (r.baseline, r.level)):
            bands, curve = drawn(fan, level, line)
            seen += [row["y"] for row in curve] + [
                row[e] for band in bands for row in band for e in ("low", "high")
            ]
    if not seen:
        return 0.0, 1.0
    low, high = min(seen), max(seen)
    room = 0.06 * (high - low) or 0.05
    if line.unit != "index":
        return 0.0, high + (room if high > 0 else 1.0)
    floor = 0.0 if low >= 0 else -1.0  # every index lies within -1 and 1, most within 0 and 1
    return max(low - room, floor), min(high + room, 1.0)


def _across(line: Line) -> dict:
    month = [int(d[:4]) * 12 + int(d[5:7]) - 1 for d in (line.start, line.end)]
    every = next((e for e in (1, 2, 3, 6, 12, 24, 60) if month[1] - month[0] <= 4 * e + 1), 120)
    ticks = [
        {"year": m // 12, "month": m % 12 + 1, "date": 1, "utc": True}
        for m in range(month[0], month[1] + 1, every)
    ]
    scale = {"type": "utc", "domain": [_day(line.start), _day(line.end)], "nice": False}
    axis = {
        "values": ticks,
        "format": "%b %Y",
        "grid": False,
        "labelAngle": 0,
        "labelFlush": False,
        "labelOverlap": True,
    }
    return {"field": "day", "type": "temporal", "title": None, "scale": scale, "axis": axis}


def _up(line: Line) -> Mapping:
    form = {"probability": ".0%", "index": ".2f"}.get(line.unit, ",~f")
    scale = {"domain": list(axis_ends(line)), "nice": False, "zero": False}
    return {
        "title": None,
        "scale": scale,
        "axis": {"format": form, "tickCount": 5, "domain": False, "ticks": False},
    }


def _points(dates: Sequence[date], values: Sequence[float]) -> list[dict]:
    return [{"day": _day(d), "y": v} for d, v in zip(dates, values) if v == v]


def _rules(days: list[str], x: dict, ink: str, dash: list[int]) -> dict:
    return mark("rule", [{"day": _day(d)} for d in days], {"x": x}, color=ink, strokeWidth=1, strokeDash=dash)


def _day(day: str | date) -> str:
    return f"{day}T00:00:00Z"  # without a zone the machine's own would move the day
