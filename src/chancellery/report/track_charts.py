"""Charts of a track record: can a probability be taken at its word, do outcomes fall evenly among futures, and how
much better than a baseline were the forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chancellery.report.svg import BASELINE, GRID, INK, MUTED, PAPER, SCENARIO, mark, to_svg

SIDE, WIDTH, ROW, NAMES, BARS = 190, 230, 19, 210, 90  # pixels
BLUE, ORANGE = SCENARIO[:2]
PERCENT = {"format": ".0%", "grid": True, "gridColor": GRID, "domain": False, "ticks": False, "tickCount": 5}


@dataclass(frozen=True)
class Bin:
    """Forecasts of about the same probability: their mean, how often it happened, and how many they were."""

    forecast: float
    observed: float
    count: int


@dataclass(frozen=True)
class Gain:
    """A named value with its interval; ``value`` above zero is better than the baseline."""

    name: str
    value: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


def reliability_chart(bins: Sequence[Bin], title: str) -> str:
    """Observed frequency over forecast probability as SVG; on the diagonal a forecaster keeps its word.

    The area of a dot grows with the number of forecasts in it, on a logarithmic scale.
    """
    rows = [{"x": b.forecast, "y": b.observed, "n": b.count} for b in bins]
    scale = {"domain": [0, 1], "nice": False}
    x = {"field": "x", "type": "quantitative", "title": "said", "scale": scale, "axis": PERCENT}
    y = {"field": "y", "type": "quantitative", "title": "happened", "scale": scale, "axis": PERCENT}
    size = {"field": "n", "type": "quantitative", "legend": None,
            "scale": {"type": "symlog", "domain": [0, max([r["n"] for r in rows], default=1)], "range": [12, 160]}}  # fmt: skip
    layers = [
        mark("line", [{"x": 0, "y": 0}, {"x": 1, "y": 1}], {"x": x, "y": y}, color=MUTED, strokeDash=[3, 3]),
        mark("line", rows, {"x": x, "y": y}, color=BLUE, strokeWidth=1.5),
        mark("point", rows, {"x": x, "y": y, "size": size}, color=BLUE, filled=True, opacity=1),
    ]
    said = "; ".join(f"said {b.forecast:.0%}, happened {b.observed:.0%} of {b.count:,}" for b in bins)
    return to_svg(layers, SIDE, SIDE, f"Reliability, {title}: {said}.", grow=1.4)


def pit_chart(shares: Sequence[float], title: str) -> str:
    """Share of outcomes in each stretch of the forecast distribution as SVG; level is right, a U is too narrow."""
    wide = 1.0 / max(len(shares), 1)
    rows = [
        {"x": (k + 0.06) * wide, "x2": (k + 0.94) * wide, "y": s, "zero": 0} for k, s in enumerate(shares)
    ]
    up = {"field": "y", "type": "quantitative", "title": None, "axis": PERCENT,
          "scale": {"domain": [0, max([*shares, 2 * wide]) * 1.05], "nice": False}}  # fmt: skip
    x = {"field": "x", "type": "quantitative", "title": "place of the outcome among the futures",
         "scale": {"domain": [0, 1], "nice": False}, "axis": {**PERCENT, "grid": False}}  # fmt: skip
    bars = {"x": x, "x2": {"field": "x2"}, "y": up, "y2": {"field": "zero"}}
    layers = [
        mark("rect", rows, bars, color=BASELINE, opacity=0.55),
        mark("rule", [{"y": wide}], {"y": up}, color=INK, strokeDash=[3, 3]),
    ]
    said = ", ".join(f"{s:.0%}" for s in shares)
    return to_svg(layers, WIDTH, BARS, f"Where outcomes fell among the futures, {title}: {said}.", grow=1.4)


def gain_chart(gains: Sequence[Gain], title: str) -> str:
    """A forest of gains as SVG: dot and interval a row, filled where the interval leaves out zero."""
    rows = [
        {
            "name": g.name,
            "value": g.value,
            "low": g.low,
            "high": g.high,
            "fill": ink if g.clear else PAPER,
            "ink": ink,
        }
        for g, ink in ((g, BLUE if g.value >= 0 else ORANGE) for g in gains)
    ]
    ends = [v for g in gains for v in (g.low, g.high)]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    room = 0.05 * (high - low or 1.0)
    scale = {"domain": [low - room, high + room], "nice": False}
    signed = "(datum.value > 0 ? '+' : '') + datum.label"
    axis = {
        "orient": "top",
        "format": "~g",
        "labelExpr": signed,
        "tickCount": 5,
        "domain": False,
        "ticks": False,
    }
    how = {"type": "quantitative", "title": None, "scale": scale, "axis": axis}
    value, left = {"field": "value", **how}, {"field": "low", **how}
    names = {
        "domain": False,
        "ticks": False,
        "labelLimit": NAMES,
        "labelColor": INK,
        "grid": True,
        "gridColor": GRID,
    }
    y = {"field": "name", "type": "nominal", "sort": [r["name"] for r in rows], "title": None, "axis": names}
    ink = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
    layers = [
        mark("rule", [{"value": 0}], {"x": value}, color=MUTED),
        mark("rule", rows, {"x": left, "x2": {"field": "high"}, "y": y, "color": ink}, strokeWidth=2),
        mark("point", rows, {"x": value, "y": y, "stroke": ink, "fill": {**ink, "field": "fill"}}, size=45, opacity=1, strokeWidth=2),
    ]  # fmt: skip
    said = "; ".join(f"{g.name} {g.value:+.3g} [{g.low:+.3g}, {g.high:+.3g}]" for g in gains)
    return to_svg(layers, WIDTH, ROW * len(rows), f"{title}: {said}.", grow=1.5)
