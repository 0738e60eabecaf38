"""Charts of a fit: hazard ratios with robust and naive intervals, and checks as a dot over what was simulated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from chancellery.report.svg import BASELINE, GRID, INK, MUTED, PAPER, SCENARIO, mark, to_svg

Z95 = 1.959964
ROW = 17
PLOT = 185
NAMES = 175  # most pixels a name beside the plot may take
ROOM = 1.06  # how far the axis reaches beyond the outermost interval
BLUE, ORANGE = SCENARIO[:2]


@dataclass(frozen=True)
class Coefficient:
    """A row of the coefficient table; ``low`` and ``high`` are the robust 95% interval."""

    part: str
    effect: str
    klass: str
    estimate: float
    robust_se: float
    naive_se: float
    low: float
    high: float

    @property
    def ratio(self) -> float:
        """By what the hazard is multiplied for one step of the effect's unit."""
        return math.exp(self.estimate)

    @property
    def stands_out(self) -> bool:
        """Whether the robust interval leaves out no effect."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Check:
    """An observed number beside what the fitted model simulates."""

    name: str
    horizon: str
    observed: float
    low: float
    median: float
    high: float
    unit: str
    ok: bool
    note: str


def hazard_chart(rows: Sequence[Coefficient], title: str) -> str:
    """Hazard ratios on a log axis: line = robust 95% interval, bar = naive one, dot filled where 1 is left out."""
    marks = [
        {"name": c.effect, "value": c.ratio, "low": math.exp(c.low), "high": math.exp(c.high),
         "naive_low": math.exp(c.estimate - Z95 * c.naive_se), "naive_high": math.exp(c.estimate + Z95 * c.naive_se),
         "fill": BLUE if c.stands_out else PAPER}
        for c in rows
    ]  # fmt: skip
    x, y = _ratio_axis([m[e] for m in marks for e in ("low", "high", "naive_low", "naive_high")]), _names(marks)
    said = "; ".join(f"{m['name']} {m['value']:.2f} [{m['low']:.2f}, {m['high']:.2f}]" for m in marks)
    layers = [
        mark("rule", [{"value": 1}], {"x": x("value")}, color=MUTED),
        mark("rule", marks, {"x": x("naive_low"), "x2": {"field": "naive_high"}, "y": y}, color=ORANGE, opacity=0.5, strokeWidth=7),
        mark("rule", marks, {"x": x("low"), "x2": {"field": "high"}, "y": y}, color=BLUE, strokeWidth=2),
        mark("point", marks, {"x": x("value"), "y": y, "fill": _fill()}, stroke=BLUE, size=40, opacity=1, strokeWidth=2),
    ]
    return to_svg(layers, PLOT, ROW * len(marks), f"Hazard ratios, {title}: {said}.", grow=1.45)


def check_chart(checks: Sequence[Check], title: str) -> str | None:
    """Observed values (dot) over simulated ranges (bar), each as a multiple of the simulated median.

    Checks have units of their own, so only the multiple can share an axis; those whose median or ends are
    not above zero are left to the table, and None is returned when no other remains.
    """
    marks = [
        {"name": f"{c.name}", "value": c.observed / c.median, "low": c.low / c.median, "high": c.high / c.median, "one": 1,
         "fill": ORANGE if c.ok else PAPER}
        for c in checks if min(c.observed, c.low, c.median) > 0 and math.isfinite(c.high)
    ]  # fmt: skip
    if not marks:
        return None
    x, y = _ratio_axis([m[e] for m in marks for e in ("low", "high", "value")]), _names(marks)
    said = "; ".join(f"{m['name']} {m['value']:.2f} [{m['low']:.2f}, {m['high']:.2f}]" for m in marks)
    layers = [
        mark("rule", marks, {"x": x("low"), "x2": {"field": "high"}, "y": y}, color=BASELINE, opacity=0.5, strokeWidth=9),
        mark("tick", marks, {"x": x("one"), "y": y}, color=INK, thickness=2, size=12),
        mark("point", marks, {"x": x("value"), "y": y, "fill": _fill()}, stroke=ORANGE, size=55, opacity=1, strokeWidth=2),
    ]
    label = f"Checks, {title}, observed as a multiple of the simulated median, with the simulated range: {said}."
    return to_svg(layers, PLOT, (ROW + 4) * len(marks), label, grow=1.45)


def _ratio_axis(values: list[float]) -> object:
    low, high = min([*values, 0.95]) / ROOM, max([*values, 1.05]) * ROOM
    scale = {"type": "log", "domain": [low, high], "nice": False}
    axis = {"values": ratio_ticks(low, high), "format": "~g", "orient": "top", "domain": False, "ticks": False}
    return lambda field: {"field": field, "type": "quantitative", "title": None, "scale": scale, "axis": axis}


def ratio_ticks(low: float, high: float) -> list[float]:
    """Round ratios around 1 with room for their labels between them on a log axis."""
    gap = math.log(high / low) / 6
    chosen = [1.0]
    for size in (10.0, 100.0, 5.0, 3.0, 2.0, 1.5, 1.2, 1.1, 1.05):
        for v in (size, round(1 / size, 2)):
            if low <= v <= high and all(abs(math.log(v / c)) >= gap for c in chosen):
                chosen.append(v)
    return sorted(chosen)


def _names(marks: list[dict]) -> dict:
    axis = {"title": None, "domain": False, "ticks": False, "labelLimit": NAMES, "labelColor": INK, "grid": True, "gridColor": GRID}
    return {"field": "name", "type": "nominal", "sort": [m["name"] for m in marks], "axis": axis}


def _fill() -> dict:
    return {"field": "fill", "type": "nominal", "scale": None, "legend": None}
