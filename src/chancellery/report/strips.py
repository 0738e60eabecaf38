"""Small drawings of a verdict: its interval on the claim's side or not, other choices, and belief before and after.

Drawn by hand as SVG, hundreds to a page; colours as in :mod:`chancellery.report.svg`, so that they follow dark mode.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from markupsafe import Markup

from chancellery.report.docket_shape import Judged, Row
from chancellery.report.svg import BASELINE, FONT, GRID, INK, MUTED, PAPER, SCENARIO

WIDE, EDGE = 340.0, 12.0
COLOURS = {
    "supported": SCENARIO[0],
    "contradicted": SCENARIO[1],
    "undecided": BASELINE,
    "not covered": GRID,
    "not testable": GRID,
}
ORDER = ("supported", "contradicted", "undecided", "not covered", "not testable")


def effect_strip(v: Row, ends: tuple[str, str]) -> Markup:
    """Draw the interval of an effect, the side the claim names, and the estimates under other choices below it.

    Parameters
    ----------
    v
        A verdict with an interval.
    ends
        Words at the left and the right end.
    """
    told = [a for a in v.alternatives if math.isfinite(a.estimate)]
    margin = _margin(v)
    shown = [abs(x) for x in (v.low, v.high, *(a.estimate for a in told), 1.5 * margin)]
    reach = 1.08 * max(*shown, 1e-9)

    def at(value: float) -> float:
        return WIDE / 2 + max(-1.0, min(value / reach, 1.0)) * (WIDE / 2 - EDGE)

    high = 46 if not told else 62
    out = [_zone(v.expect, margin, at, high - 18)]
    out.append(_line(at(0), 4, at(0), high - 14, MUTED, dash=True))
    colour = COLOURS[v.verdict]
    out.append(_line(at(v.low), 16, at(v.high), 16, colour, width=6))
    fill = colour if v.decided else PAPER
    out.append(
        f'<circle cx="{at(v.estimate):.1f}" cy="16" r="6" fill="{fill}" stroke="{colour}" stroke-width="2"/>'
    )
    for a in told:
        name = f"{a.what}: {a.verdict}"
        out.append(
            f'<circle cx="{at(a.estimate):.1f}" cy="36" r="3.5" fill="{COLOURS.get(a.verdict, BASELINE)}" '
            f'fill-opacity="0.75"><title>{escape(name)}</title></circle>'
        )
    base = high - 3
    out += [_word(EDGE, base, f"← {ends[0]}", "start"), _word(WIDE - EDGE, base, f"{ends[1]} →", "end")]
    out.append(_word(at(0), base, "no difference", "middle"))
    label = (
        f"Estimate {v.estimate:.3g}, 95% interval {v.low:.3g} to {v.high:.3g}, no difference at 0; the claim expects "
        f"{v.expect}; {len(told)} other choices"
    )
    return _svg(out, high, label)


def _margin(v: Row) -> float:
    """The margin on the scale of the estimate; a scenario's is a share of its baseline and not drawn."""
    if v.expect in ("more", "less") or not math.isfinite(v.margin) or v.test == "scenario":
        return 0.0
    return v.margin


def _zone(expect: str, margin: float, at: object, high: float) -> str:
    """The side the claim speaks of, shaded."""
    left, right = EDGE, WIDE - EDGE
    spans = {
        "more": [(at(0), right)],
        "less": [(left, at(0))],
        "not-less": [(at(-margin), right)],
        "not-more": [(left, at(margin))],
        "same": [(at(-margin), at(margin))],
        "different": [(left, at(-margin)), (at(margin), right)],
    }.get(expect, [])
    return "".join(
        f'<rect x="{a:.1f}" y="2" width="{max(b - a, 0):.1f}" height="{high:.1f}" fill="{SCENARIO[2]}" fill-opacity="0.13"/>'
        for a, b in spans
    )


def belief_strip(v: Row) -> Markup:
    """Draw the author's band, the middle of it, and the belief after the evidence, on a line from 0 to 100%."""

    def at(share: float) -> float:
        return EDGE + share * (WIDE - 2 * EDGE)

    out = [_line(at(0), 14, at(1), 14, GRID, width=2)]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        out.append(_line(at(share), 10, at(share), 18, GRID, width=1))
    if v.band is not None:
        low, high = v.band if not v.negated else (1 - v.band[1], 1 - v.band[0])
        out.append(
            f'<rect x="{at(low):.1f}" y="9" width="{at(high) - at(low):.1f}" height="10" rx="5" '
            f'fill="{BASELINE}" fill-opacity="0.35"/>'
        )
    after = math.isfinite(v.posterior)
    if after:
        out.append(_line(at(v.prior), 14, at(v.posterior), 14, INK, width=1.5))
    if math.isfinite(v.prior):
        out.append(
            f'<circle cx="{at(v.prior):.1f}" cy="14" r="5" fill="{PAPER}" stroke="{INK}" stroke-width="2"/>'
        )
    if after:
        out.append(f'<circle cx="{at(v.posterior):.1f}" cy="14" r="5.5" fill="{INK}"/>')
    for share, where in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        out.append(_word(at(share), 33, f"{100 * share:.0f}%", where))
    label = f"Belief {100 * v.prior:.0f}% before" if math.isfinite(v.prior) else "Belief before not said"
    return _svg(out, 38, label + (f", {100 * v.posterior:.0f}% after" if after else ""))


def tally_bar(counts: Mapping[str, int], most: int) -> Markup:
    """Draw counts of verdicts as one bar; all bars of a group share the scale ``most``."""
    out, x = [], 0.0
    for name in ORDER:
        count = counts.get(name, 0)
        wide = WIDE * count / max(most, 1)
        if not count:
            continue
        hollow = name == "not testable"
        out.append(
            f'<rect x="{x + 0.5:.1f}" y="1" width="{max(wide - 1, 0.5):.1f}" height="20" rx="2" '
            f'fill="{PAPER if hollow else COLOURS[name]}"{f""" stroke="{BASELINE}" stroke-dasharray="3 2" """ if hollow else ""}>'
            f"<title>{escape(name)}: {count}</title></rect>"
        )
        if wide > 7.5 * len(str(count)) + 4:
            ink = PAPER if name in ("supported", "contradicted", "undecided") else INK
            out.append(_word(x + wide / 2, 15.5, str(count), "middle", ink))
        x += wide
    return _svg(out, 22, ", ".join(f"{counts.get(n, 0)} {n}" for n in ORDER))


def dots(verdicts: Sequence[Judged]) -> Markup:
    """Draw one dot a verdict, for a side of a disagreement: filled where it is decided."""
    out = []
    for x, v in enumerate(verdicts):
        colour = COLOURS[v.verdict] if v.decided else BASELINE
        out.append(
            f'<circle cx="{9 + 18 * x}" cy="9" r="6.5" fill="{colour if v.decided else PAPER}" stroke="{colour}" '
            f'stroke-width="2"><title>{escape(v.claim)}: {v.verdict}</title></circle>'
        )
    said = escape(", ".join(f"{v.claim} {v.verdict}" for v in verdicts) or "not asked", quote=True)
    wide = max(18 * len(verdicts), 18)
    return Markup(
        f'<svg viewBox="0 0 {wide} 18" style="width:{wide}px" role="img" aria-label="{said}">{"".join(out)}</svg>'
    )


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 1, dash: bool = False
) -> str:
    dashed = ' stroke-dasharray="3 3"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:g}" x2="{x2:.1f}" y2="{y2:g}" stroke="{colour}" stroke-width="{width:g}"'
        f' stroke-linecap="round"{dashed}/>'
    )


def _word(x: float, y: float, text: str, anchor: str, colour: str = MUTED) -> str:
    return f'<text x="{x:.1f}" y="{y:g}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'


def _svg(parts: list[str], high: float, label: str) -> Markup:
    said = escape(label, quote=True)
    return Markup(
        f'<svg class="strip" viewBox="0 0 {WIDE:g} {high:g}" font-family="{FONT}" font-size="11" role="img" '
        f'aria-label="{said}">{"".join(parts)}</svg>'
    )
