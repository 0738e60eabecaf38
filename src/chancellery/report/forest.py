"""Forest charts: an estimate and its interval a row, on one axis, the name of each row above it or beside it.

All differences of a what-if stand on one axis; a fit's hazard ratios and its checks are drawn the same way.
"""

from __future__ import annotations

import math

from chancellery.report.result import Line, Reply, View
from chancellery.report.svg import INK, MUTED, PAPER, colour, mark, to_svg

PLOT = 340
ROW, NAME, GAP = 17, 20, 6  # pixels
SQUEEZE = 40.0  # beyond this many percent the axis becomes a symmetric log
BEND = 5.0  # where that axis turns from linear to logarithmic


def difference_charts(view: View) -> list[tuple[str, str]]:
    """All differences as (title, SVG): rates in % of the baseline, then shares and indices in points.

    Intervals hold both the parameters' and the simulation's error, as the verdicts do.
    """
    rates = [
        (x, 100.0 / x.baseline.value) for x in view.lines if x.unit.startswith("a ") and x.baseline.value > 0
    ]
    shares = [(x, 100.0) for x in view.lines if x.unit in ("probability", "index")]
    out = []
    for title, unit, rows in (
        ("How often: change in % of the baseline", "%", rates),
        ("Indices and probabilities: change in points", "", shares),
    ):
        if rows:
            out.append((title, _differences(view, rows, title, unit)))
    return out


def _differences(view: View, rows: list[tuple[Line, float]], title: str, unit: str) -> str:
    places = {s.name: x for x, s in enumerate(view.scenarios)}
    marks, names, said, y = [], [], [], 0.0
    for line, factor in rows:
        names.append({"y": y + NAME / 2, "text": line.label})
        y += NAME
        for r in line.replies:
            m = _difference(
                r,
                factor,
                y + ROW / 2 - 3,
                colour(places[r.scenario]),
                view.scenarios[places[r.scenario]].letter,
            )
            y += ROW
            if m is not None:
                marks.append(m)
                said.append(
                    f"{line.label}{' ' + m['letter'] if m['letter'] else ''} {m['value']:+.1f}{unit} "
                    f"[{m['low']:+.1f}, {m['high']:+.1f}]"
                )
        y += GAP
    return to_svg(_layers(marks, names, y, unit), PLOT, y, f"{title}: {'; '.join(said)}.", grow=1.7)


def _difference(r: Reply, factor: float, y: float, ink: str, letter: str) -> dict | None:
    d = r.difference
    if d.value != d.value:
        return None
    moved = r.verdict in ("rises", "falls")
    same = f"{letter} identical".strip() if r.verdict == "identical" else letter
    return {
        "y": y,
        "value": d.value * factor,
        "low": d.total_low * factor,
        "high": d.total_high * factor,
        "ink": ink,
        "fill": ink if moved else PAPER,
        "letter": letter,
        "beside": same,
    }


def _layers(marks: list[dict], names: list[dict], height: float, unit: str) -> list[dict]:
    how = _axis(marks, unit)
    y = {
        "field": "y",
        "type": "quantitative",
        "title": None,
        "axis": None,
        "scale": {"domain": [height, 0], "nice": False, "zero": False},
    }
    ink = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
    value, low, high = ({"field": f, "type": "quantitative", **how} for f in ("value", "low", "high"))
    dots = {"x": value, "y": y, "stroke": ink, "fill": ink | {"field": "fill"}}
    text = {"field": "beside", "type": "nominal"}
    name = {"x": {"value": 0}, "y": y, "text": {"field": "text", "type": "nominal"}}
    return [
        mark("rule", [{"value": 0}], {"x": value}, color=MUTED),
        mark("rule", marks, {"x": low, "x2": {"field": "high"}, "y": y, "color": ink}, strokeWidth=2),
        mark("point", marks, dots, size=55, opacity=1, strokeWidth=2),
        mark(
            "text",
            marks,
            {"x": high, "y": y, "text": text, "color": ink},
            align="left",
            dx=9,
            fontSize=10,
            fontWeight="bold",
        ),
        # A halo keeps the zero line from striking through the names.
        mark("text", names, name, align="left", fontSize=11, stroke=PAPER, strokeWidth=4, limit=PLOT),
        mark("text", names, name, align="left", fontSize=11, color=INK, limit=PLOT),
    ]


def _axis(marks: list[dict], unit: str) -> dict:
    ends = [m[e] for m in marks for e in ("low", "high")] + [-1.0, 1.0]
    low, high = min(ends), max(ends)
    squeeze = max(-low, high) > SQUEEZE
    room = 0.04 * (high - low)
    # Room on the right for the letter that follows an interval.
    domain = [low - room, high * 1.35 if squeeze else high + 2 * room]
    scale = {"domain": domain, "nice": False, **({"type": "symlog", "constant": BEND} if squeeze else {})}
    axis = {
        "orient": "top",
        "domain": False,
        "ticks": False,
        "format": ",~f",
        "tickCount": 6,
        "labelExpr": f"(datum.value > 0 ? '+' : '') + datum.label + '{unit}'",
    }
    if squeeze:
        axis["values"] = ticks_apart(*domain)
    return {"title": None, "scale": scale, "axis": axis}


def ticks_apart(low: float, high: float) -> list[int]:
    """Round numbers of both signs with room for their labels between them on a symmetric log axis."""

    def place(v: float) -> float:
        return math.copysign(math.log1p(abs(v) / BEND), v)

    gap = (place(high) - place(low)) / 8
    chosen = [0]
    for size in (10_000, 1000, 300, 100, 30, 10, 5):
        for v in (size, -size):
            if low <= v <= high and all(abs(place(v) - place(c)) >= gap for c in chosen):
                chosen.append(v)
    return sorted(chosen)
