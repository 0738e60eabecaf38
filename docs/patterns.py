"""Small drawings of the patterns that effects count: past ties drawn through, the event they bear on dashed.

Colours are chosen to be read on white and on dark pages alike.
"""

from __future__ import annotations

from math import hypot

INK, EVENT = "#747c84", "#d9660f"
RADIUS, WIDTH, HEIGHT = 11, 150, 92
PAIR = {"i": (25, 46), "j": (125, 46)}
TRIAD = {"i": (25, 72), "j": (125, 72), "k": (75, 18)}
AROUND = {"i": (25, 46), "j": (90, 46), "k": (132, 16), "l": (132, 76)}
SQUARE = {"i": (30, 72), "j": (120, 72), "k": (30, 18), "l": (120, 18)}

# Per effect: where the nodes are, ties as "ab" (of the second network "ab+"), nodes whose attribute matters.
PATTERNS: dict[str, tuple[dict, tuple[str, ...], str]] = {
    "inertia": (PAIR, ("ij",), ""),
    "tie": (PAIR, ("ij+",), ""),
    "recip": (PAIR, ("ji",), ""),
    "indeg": (AROUND, ("kj", "lj"), ""),
    "outdeg": (AROUND, ("jk", "jl"), ""),
    "degree": (AROUND, ("kj", "jl"), ""),
    "node_trans": (AROUND, ("jk", "kl", "jl"), ""),
    "trans": (TRIAD, ("ik", "kj"), ""),
    "cycle": (TRIAD, ("jk", "ki"), ""),
    "common_sender": (TRIAD, ("ki", "kj"), ""),
    "common_receiver": (TRIAD, ("ik", "jk"), ""),
    "four": (SQUARE, ("ik", "lk", "lj"), ""),
    "mixed_trans": (TRIAD, ("ik", "kj+"), ""),
    "mixed_cycle": (TRIAD, ("ki", "jk+"), ""),
    "mixed_common_sender": (TRIAD, ("ki", "kj+"), ""),
    "mixed_common_receiver": (TRIAD, ("ik", "jk+"), ""),
    "ego": (PAIR, (), "i"),
    "alter": (PAIR, (), "j"),
    "same": (PAIR, (), "ij="),
    "diff": (PAIR, (), "ij≠"),
    "sim": (PAIR, (), "ij≈"),
    "ego_alter": (PAIR, (), "ij×"),
    "tertius": (AROUND, ("kj", "lj"), "kl"),
    "tertius_diff": (AROUND, ("kj", "lj"), "ikl"),
    "shift": (PAIR, ("ji",), ""),
    "kind": (PAIR, (), ""),
}


def drawing(name: str) -> str:
    """The pattern of an effect as an SVG file."""
    places, ties, marked = PATTERNS[name]
    parts = [_arrow(places[t[0]], places[t[1]], INK, 3.2 if t.endswith("+") else 1.6, bent=t[:2] in ("ij", "ji")) for t in ties]
    parts.append(_arrow(places["i"], places["j"], EVENT, 1.8, dashed=True, bent="ij" in {t[:2] for t in ties} or "ji" in ties))
    parts += [_node(label, at, label in marked) for label, at in places.items()]
    sign = marked[-1:] if marked[-1:] in set("=≠≈×") else ""
    if sign:
        parts.append(_text(sign, 75, 30, INK))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img"><title>{_said(name)}</title>\n{body}\n</svg>\n'
    )


def _said(name: str) -> str:
    _, ties, marked = PATTERNS[name]
    past = ", ".join(f"{t[0]} to {t[1]}{' in the second network' if t.endswith('+') else ''}" for t in ties)
    who = ", ".join(c for c in marked if c.isalpha())
    told = "; ".join(x for x in (f"past ties {past}" if past else "", f"attribute of {who}" if who else "") if x)
    return f"{name}: {told + '; ' if told else ''}event i to j"


def _node(label: str, at: tuple[int, int], marked: bool) -> str:
    x, y = at
    ring = f'<circle cx="{x}" cy="{y}" r="{RADIUS}" fill="none" stroke="{INK}" stroke-width="1.6"/>'
    halo = f'<circle cx="{x}" cy="{y}" r="{RADIUS - 3}" fill="{INK}" fill-opacity="0.22"/>' if marked else ""
    return ring + halo + _text(label, x, y + 4, INK)


def _text(text: str, x: float, y: float, ink: str) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{ink}" font-family="Helvetica, Arial, sans-serif" font-size="12" '
        f'font-weight="bold" text-anchor="middle">{text}</text>'
    )


def _arrow(
    a: tuple[int, int], b: tuple[int, int], ink: str, width: float, *, dashed: bool = False, bent: bool = False
) -> str:
    """An arrow from rim to rim; bent to its left, so that two of them between a pair do not meet."""
    (x0, y0), (x1, y1) = a, b
    length = hypot(x1 - x0, y1 - y0)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    bow = 26.0 if bent else 0.0
    # The tie of a pair runs above, the event below, whichever way they point.
    side = (1 if dashed else -1) if bent else 0
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2 + side * bow
    start = _rim(x0, y0, cx, cy, RADIUS + 1) if bent else (x0 + ux * (RADIUS + 1), y0 + uy * (RADIUS + 1))
    tip = _rim(x1, y1, cx, cy, RADIUS + 1) if bent else (x1 - ux * (RADIUS + 1), y1 - uy * (RADIUS + 1))
    back = (cx, cy) if bent else start
    line = f"M{start[0]:.1f},{start[1]:.1f} " + (f"Q{cx:.1f},{cy:.1f} " if bent else "L") + f"{tip[0]:.1f},{tip[1]:.1f}"
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    path = f'<path d="{line}" fill="none" stroke="{ink}" stroke-width="{width:g}"{dash}/>'
    return path + _head(back, tip, ink, width)


def _rim(x: float, y: float, tx: float, ty: float, r: float) -> tuple[float, float]:
    d = hypot(tx - x, ty - y)
    return x + (tx - x) / d * r, y + (ty - y) / d * r


def _head(back: tuple[float, float], tip: tuple[float, float], ink: str, width: float) -> str:
    d = hypot(tip[0] - back[0], tip[1] - back[1])
    ux, uy = (tip[0] - back[0]) / d, (tip[1] - back[1]) / d
    size, half = 7.0 + width, 3.0 + width / 2
    bx, by = tip[0] - ux * size, tip[1] - uy * size
    points = f"{tip[0]:.1f},{tip[1]:.1f} {bx - uy * half:.1f},{by + ux * half:.1f} {bx + uy * half:.1f},{by - ux * half:.1f}"
    return f'<polygon points="{points}" fill="{ink}"/>'
