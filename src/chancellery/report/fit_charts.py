"""Charts of a fit: hazard ratios with robust and naive intervals; checks as a dot over what was simulated."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from chancellery.report.saved import Check, Coefficient
from chancellery.report.svg import BASELINE, GRID, INK, MUTED, PAPER, SCENARIO, mark, to_svg

Z95 = 1.959964
ROW, CHECK_ROW = 17, 21  # pixels
PLOT = 185
NAMES = 175  # most pixels a name beside the plot may take
ROOM = 1.06  # how far the axis reaches beyond the outermost interval
WIDEST = math.log(20.0)  # intervals are drawn to a ratio of 20 and no further; the table has their ends
BLUE, ORANGE = SCENARIO[:2]


def hazard_chart(rows: Sequence[Coefficient], title: str) -> str | None:
    """Hazard ratios on a log axis, as SVG; None if no row has an estimate.

    A line is the robust 95% interval, the bar under it the naive one; the dot is filled where the robust
    interval leaves out 1.
    """
    marks = [
        {"name": c.effect, "value": _ratio(c.estimate), "low": _ratio(c.low), "high": _ratio(c.high),
         "naive_low": _ratio(c.estimate - Z95 * c.naive_se),
         "naive_high": _ratio(c.estimate + Z95 * c.naive_se), "fill": BLUE if c.stands_out else PAPER}
        for c in rows if not math.isnan(c.estimate + c.low + c.high + c.naive_se)
    ]  # fmt: skip
    if not marks:
        return None
    x, y = _ratios(marks, ("low", "high", "naive_low", "naive_high")), _names(marks)
    naive = {"x": x("naive_low"), "x2": {"field": "naive_high"}, "y": y}
    layers = [
        mark("rule", [{"value": 1}], {"x": x("value")}, color=MUTED),
        mark("rule", marks, naive, color=ORANGE, opacity=0.5, strokeWidth=7),
        mark("rule", marks, {"x": x("low"), "x2": {"field": "high"}, "y": y}, color=BLUE, strokeWidth=2),
        _dots(marks, x, y, BLUE, 40),
    ]
    return to_svg(layers, PLOT, ROW * len(marks), f"Hazard ratios, {title}: {_said(marks)}.", grow=1.45)


def check_chart(checks: Sequence[Check], title: str) -> str | None:
    """Observed values (dot) over simulated ranges (bar), each as a multiple of the simulated median, as SVG.

    Checks have units of their own, so only the multiple can share an axis; those whose observed value, lower
    end or median is not above zero are left to the table, and None is returned when no other remains.
    """
    marks = [
        {"name": c.name, "value": c.observed / s.median, "low": s.low / s.median, "high": s.high / s.median,
         "one": 1, "fill": ORANGE if c.ok else PAPER}
        for c, s in ((c, c.simulated) for c in checks)
        if c.observed > 0 and s.median > 0 and 0 < s.low <= s.high
    ]  # fmt: skip
    if not marks:
        return None
    x, y = _ratios(marks, ("low", "high", "value")), _names(marks)
    span = {"x": x("low"), "x2": {"field": "high"}, "y": y}
    layers = [
        mark("rule", marks, span, color=BASELINE, opacity=0.5, strokeWidth=9),
        mark("tick", marks, {"x": x("one"), "y": y}, color=INK, thickness=2, size=12),
        _dots(marks, x, y, ORANGE, 55),
    ]
    label = f"Checks, {title}, observed over the simulated median, with the simulated range: {_said(marks)}."
    return to_svg(layers, PLOT, CHECK_ROW * len(marks), label, grow=1.45)


def _ratio(estimate: float) -> float:
    return math.exp(max(-WIDEST, min(estimate, WIDEST)))


def _said(marks: list[dict]) -> str:
    return "; ".join(f"{m['name']} {m['value']:.2f} [{m['low']:.2f}, {m['high']:.2f}]" for m in marks)


def _dots(marks: list[dict], x: Callable[[str], Mapping], y: Mapping, ink: str, size: int) -> dict:
    fill = {"field": "fill", "type": "nominal", "scale": None, "legend": None}
    encoding = {"x": x("value"), "y": y, "fill": fill}
    return mark("point", marks, encoding, stroke=ink, size=size, opacity=1, strokeWidth=2)


def _ratios(marks: list[dict], ends: tuple[str, ...]) -> Callable[[str], Mapping]:
    values = [m[e] for m in marks for e in ends]
    low, high = min([*values, 0.95]) / ROOM, max([*values, 1.05]) * ROOM
    scale = {"type": "log", "domain": [low, high], "nice": False}
    ticks = {"values": ratio_ticks(low, high), "format": "~g", "domain": False, "ticks": False}
    how = {"type": "quantitative", "title": None, "scale": scale, "axis": {"orient": "top", **ticks}}
    return lambda field: {"field": field, **how}


def ratio_ticks(low: float, high: float) -> list[float]:
    """Round ratios around 1 with room for their labels between them on a log axis."""
    gap = math.log(high / low) / 6
    chosen = [1.0]
    for size in (100.0, 10.0, 5.0, 3.0, 2.0, 1.5, 1.2, 1.1, 1.05):
        for v in (size, round(1 / size, 2)):
            if low <= v <= high and all(abs(math.log(v / c)) >= gap for c in chosen):
                chosen.append(v)
    return sorted(chosen)


def _names(marks: list[dict]) -> dict:
    axis = {"title": None, "domain": False, "ticks": False, "labelLimit": NAMES, "labelColor": INK}
    order = [m["name"] for m in marks]
    return {
        "field": "name",
        "type": "nominal",
        "sort": order,
        "axis": {**axis, "grid": True, "gridColor": GRID},
    }
