"""From a Vega-Lite specification to static SVG that can stand inside a page: small, named, without a network.

Colours are written as fixed values; in dark mode the page's style sheet replaces each by its dark twin (see
``DARK``), so a chart copied out of the page keeps its light colours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

import vl_convert

FONT = "Helvetica, Arial, sans-serif"
INK, MUTED, GRID, PAPER = "#1f2a33", "#55626e", "#dde2e6", "#ffffff"
BASELINE = "#6f7b86"
# Blue and orange first, then the rest of the Okabe-Ito palette, which colour-blind readers can tell apart.
SCENARIO = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#7a6200")
DARK = {
    INK: "#e8ecef",
    MUTED: "#a9b4be",
    GRID: "#38434d",
    PAPER: "#161b20",
    BASELINE: "#9aa6b1",
    "#0072b2": "#5bb5ee",
    "#d55e00": "#ff9b52",
    "#009e73": "#3fd0a4",
    "#aa4499": "#e08fd2",
    "#7a6200": "#dcbf4a",
}
CONFIG = {
    "aria": False,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelPadding": 4,
    },
}


def colour(place: int) -> str:
    """Colour of the scenario at this place."""
    return SCENARIO[place % len(SCENARIO)]


def mark(kind: str, rows: Sequence[Mapping], encoding: Mapping, **style: object) -> dict:
    """One layer of a chart.

    Parameters
    ----------
    kind
        Mark of Vega-Lite: ``line``, ``area``, ``rule``, ``point``, ``text``.
    rows
        Data, one mapping a row.
    encoding
        Channel to definition, e.g. ``{"x": {"field": "day", "type": "temporal"}}``.
    style
        Properties of the mark in Vega-Lite's spelling.
    """
    return {"data": {"values": list(rows)}, "mark": {"type": kind, **style}, "encoding": dict(encoding)}


def to_svg(layers: Sequence[Mapping], width: float, height: float, label: str, *, grow: float = 1.0) -> str:
    """Draw layers over each other as SVG markup for a page.

    Parameters
    ----------
    layers
        What :func:`mark` makes, from the back to the front.
    width, height
        Size of the plot in pixels; axes come on top.
    label
        The chart in words, with its numbers, for readers who cannot see it.
    grow
        How much wider than drawn the chart may be shown.

    Returns
    -------
    str
        One ``<svg>`` element that scales to its container, with ``<title>`` and ``aria-label``.
    """
    spec = {
        "width": width,
        "height": height,
        "padding": 4,
        "background": None,
        "config": CONFIG,
        "layer": list(layers),
    }
    return _clean(vl_convert.vegalite_to_svg(spec), label, grow)


def _clean(svg: str, label: str, grow: float) -> str:
    head, body = re.match(r"(<svg[^>]*>)(.*)</svg>\s*$", svg, re.DOTALL).groups()
    width, height = (float(re.search(rf'\b{side}="([\d.]+)"', head).group(1)) for side in ("width", "height"))
    # Vega's empty backgrounds, classes and hints weigh more than the marks, and say less than the label.
    body = re.sub(r'<path class="(?:background|foreground)"[^>]*d="(?:|M0,0h0v0h0Z)"[^>]*/>', "", body)
    body = re.sub(r' (?:class|role|aria-[a-z]+|pointer-events|stroke-miterlimit)="[^"]*"', "", body)
    body = re.sub(r'(?<= d=")[^"]*', lambda m: _round(m.group()), body)
    body = re.sub(r'(?<= transform=")[^"]*', lambda m: _round(m.group()), body)
    said = escape(label, quote=True)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" style="max-width:{width * grow:g}px" role="img" '
        f'aria-label="{said}"><title>{said}</title>{body}</svg>'
    )


def _round(path: str) -> str:
    return re.sub(r"-?\d+\.\d{2,}", lambda m: f"{float(m.group()):.1f}".removesuffix(".0"), path)
