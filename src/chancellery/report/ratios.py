"""A forest of hazard or odds ratios: one row a term, one mark a fit, on a logarithmic axis.

The thick line is the interval robust to dependence, the thin one the interval that takes events for independent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from chancellery.errors import ReportError
from chancellery.model.side_by_side import Tabled, compare
from chancellery.model.table import Z95, Row, Table, short_ratio
from chancellery.report.svg import INK, MUTED, PAPER, colour, mark, to_svg
from chancellery.report.writing import write_whole

PLOT, ROW, NAME, GAP = 380, 15, 18, 6  # pixels
FAR = math.log(1e4)  # beyond this ratio an interval is cut, with an arrow
TICKS = (1e-4, 1e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1e3, 1e4)


def ratio_forest(
    *fits: Tabled, names: Sequence[str] | None = None, terms: Sequence[str] | None = None
) -> str:
    """Draw the ratios of one or several fits as SVG for a page.

    Parameters
    ----------
    fits
        Whatever has a ``table()``; terms of the same name share a row.
    names
        Names of the fits, for the legend; (1), (2), … by default.
    terms
        Only these, in this order; by default all, in the order of the fits.

    Returns
    -------
    str
        One ``<svg>`` element with its numbers in words as ``aria-label``.

    Raises
    ------
    ReportError
        If nothing is left to draw.
    """
    side = compare(*fits, names=names)
    keys = list(dict.fromkeys((r.term, r.group) for t in side.tables for r in t.rows if r.has_ratio))
    if terms is not None:
        keys = [key for term in terms for key in keys if key[0] == term]
    if not keys:
        raise ReportError("the forest is empty: name terms of the fits' tables")
    found = [{(r.term, r.group): r for r in t.rows} for t in side.tables]
    marks, texts, said, y = [], [], [], 0.0
    for key in keys:
        label = " · ".join(part for part in key if part)
        texts.append({"y": y + NAME / 2, "text": label})
        y += NAME
        for x, rows in enumerate(found):
            row = rows.get(key)
            if row is None or not math.isfinite(row.se):
                continue
            many = len(found) > 1
            marks.append(_mark(row, y + ROW / 2 - 3, colour(x)))
            said.append(f"{label}{f' {side.names[x]}' if many else ''} {marks[-1]['says']}")
            y += ROW
        y += GAP
    legend, y = _legend(side.names, y) if len(found) > 1 else ([], y)
    title = _title(side.tables)
    return to_svg(_layers(marks, texts, legend, y, title), PLOT, y, f"{title}: {'; '.join(said)}.", grow=1.7)


def write_ratio_forest(path: str | Path, *fits: Tabled, **how: Sequence[str] | None) -> Path:
    """Write the forest as an SVG file that stands alone, on white; see :func:`ratio_forest`."""
    svg = ratio_forest(*fits, **how)
    head, _, body = svg.partition(">")
    alone = head.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return write_whole(f'{alone}><rect width="100%" height="100%" fill="{PAPER}"/>{body}\n', path)


def _title(tables: Sequence[Table]) -> str:
    kinds = list(dict.fromkeys(t.ratio for t in tables))
    return f"{' or '.join(kinds)} with 95% interval".capitalize()


def _mark(row: Row, y: float, ink: str) -> dict:
    low, high = row.estimate - Z95 * row.naive, row.estimate + Z95 * row.naive
    ends = {"low": row.low, "high": row.high, "thin_low": low, "thin_high": high, "value": row.estimate}
    out = {name: math.exp(min(max(v, -FAR), FAR)) for name, v in ends.items()}
    cut = ("◂" if row.low < -FAR else "") + ("▸" if row.high > FAR else "")
    ratio, *span = (short_ratio(math.exp(min(v, 700.0))) for v in (row.estimate, row.low, row.high))
    says = f"{ratio} [{span[0]}, {span[1]}]"
    sure = row.low > 0 or row.high < 0
    return out | {"y": y, "ink": ink, "fill": ink if sure else PAPER, "beside": cut, "says": says}


def _legend(names: Sequence[str], y: float) -> tuple[list[dict], float]:
    rows = [{"y": y + ROW * (x + 0.5), "text": f"● {name}", "ink": colour(x)} for x, name in enumerate(names)]
    return rows, y + ROW * len(names) + GAP


def _layers(
    marks: list[dict], texts: list[dict], legend: list[dict], height: float, title: str
) -> list[dict]:
    scale = {"domain": [height, 0], "nice": False, "zero": False}
    y = {"field": "y", "type": "quantitative", "title": None, "axis": None, "scale": scale}
    how = _axis(marks, title)
    ink = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
    x = {
        name: {"field": name, "type": "quantitative", **how} for name in ("value", "low", "high", "thin_low")
    }
    words = {"x": {"value": 0}, "y": y, "text": {"field": "text", "type": "nominal"}}
    dots = {"x": x["value"], "y": y, "stroke": ink, "fill": ink | {"field": "fill"}}
    thick = {"x": x["low"], "x2": {"field": "high"}, "y": y, "color": ink}
    thin = {"x": x["thin_low"], "x2": {"field": "thin_high"}, "y": y}
    cut = {"x": x["high"], "y": y, "text": {"field": "beside", "type": "nominal"}, "color": ink}
    layers = [
        mark("rule", [{"value": 1}], {"x": x["value"]}, color=MUTED, strokeDash=[3, 3]),
        mark("rule", marks, thick, strokeWidth=5, opacity=0.45),
        mark("rule", marks, thin, strokeWidth=1.3, color=INK),
        mark("point", marks, dots, size=50, opacity=1, strokeWidth=2),
        mark("text", marks, cut, align="left", dx=2, fontSize=11),
        # A halo keeps the line at one from striking through the names.
        mark("text", texts, words, align="left", fontSize=11, stroke=PAPER, strokeWidth=4, limit=PLOT),
        mark("text", texts, words, align="left", fontSize=11, color=INK, limit=PLOT),
    ]
    if legend:
        layers.append(
            mark("text", legend, words | {"color": ink}, align="left", fontSize=11, fontWeight="bold")
        )
    return layers


def _axis(marks: list[dict], title: str) -> dict:
    low = min(1.0, *(min(m["low"], m["thin_low"]) for m in marks)) / 1.15
    high = max(1.0, *(max(m["high"], m["thin_high"]) for m in marks)) * 1.15
    ticks = [t for t in TICKS if low <= t <= high]
    wide = math.log10(high / low)
    if wide > 3:
        ticks = [t for t in ticks if math.isclose(math.log10(t) % 1, 0.0, abs_tol=1e-9)]
    axis = {"orient": "top", "domain": False, "ticks": False, "values": ticks, "format": "~r", "grid": True}
    return {"title": title, "scale": {"type": "log", "domain": [low, high], "nice": False}, "axis": axis}
