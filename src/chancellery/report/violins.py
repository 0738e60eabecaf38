"""Violins of simulated against observed: one row a statistic, all on one scale.

Every statistic is written in standard deviations of the draws, so that rows can be compared; a violin is the
draws, the bar holds 95% of them, the dot is the record, orange where it falls outside.
"""

from __future__ import annotations

import numpy as np

from chancellery.rem.fitness import OUTSIDE, Fitness
from chancellery.rem.portrait import STATISTICS
from chancellery.report.svg import BASELINE, GRID, INK, MUTED, colour, mark, to_svg

WIDTH, ROW, FAR = 420, 26, 5.0  # pixels, pixels, standard deviations beyond which a dot is drawn at the edge
GRAIN = 61


def violins(fitness: Fitness) -> str:
    """Draw simulated against observed.

    Parameters
    ----------
    fitness
        What :func:`chancellery.rem.fitness` gives.

    Returns
    -------
    str
        One ``<svg>`` element, to be put into a page or saved as a file.
    """
    z, truth = standardised(fitness)
    reach = float(
        np.clip(max(np.nanmax(np.abs(z), initial=3.0), np.abs(truth).max(initial=3.0)) * 1.05, 3.2, FAR)
    )
    count = len(fitness.names)
    x = {"field": "x", "type": "quantitative", "title": "standard deviations of the draws from their mean"}
    x["scale"] = {"domain": [-reach, reach], "nice": False}
    y = {"field": "y", "type": "quantitative", "title": None, "axis": None}
    y["scale"] = {"domain": [count - 0.5, -0.5], "nice": False}
    shapes = [row for s in range(count) for row in _violin(z[:, s], s, reach)]
    inner = [
        {"x": max(low, -reach), "to": min(high, reach), "y": s} for s, (low, high) in enumerate(_spans(z))
    ]
    dots = [_dot(fitness, truth[s], s, reach) for s in range(count)]
    layers = [
        mark("rule", [{"x": 0}], {"x": x}, color=GRID),
        mark(
            "area", shapes, {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "detail": {"field": "s", "type": "nominal"}},
            color=BASELINE, opacity=0.35,
        ),
        mark("rule", inner, {"x": x, "x2": {"field": "to"}, "y": y}, color=BASELINE, strokeWidth=3, opacity=0.8),
    ]  # fmt: skip
    for inside, ink in ((True, INK), (False, colour(1))):
        rows = [d for d in dots if d["inside"] is inside]
        layers.append(mark("point", rows, {"x": x, "y": y}, color=ink, filled=True, size=55, opacity=1.0))
        text = {"x": {"value": WIDTH + 8}, "y": y, "text": {"field": "number", "type": "nominal"}}
        layers.append(mark("text", rows, text, color=ink, align="left", baseline="middle", fontSize=11))
        text = {"x": {"value": -8}, "y": y, "text": {"field": "name", "type": "nominal"}}
        layers.append(mark("text", rows, text, color=MUTED, align="right", baseline="middle", fontSize=11))
    svg = to_svg(layers, WIDTH, max(count, 1) * ROW, described(fitness))
    return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def standardised(fitness: Fitness) -> tuple[np.ndarray, np.ndarray]:
    """Draws (D, S) and record (S,) in standard deviations of the draws; where draws are all one, of 1."""
    mean, sd = np.nanmean(fitness.simulated, axis=0), np.nanstd(fitness.simulated, axis=0)
    sd = np.where(sd > 0, sd, 1.0)
    return (fitness.simulated - mean) / sd, (fitness.observed - mean) / sd


def described(fitness: Fitness) -> str:
    """The figure in words."""
    outside = [name for name, p in zip(fitness.names, fitness.p) if p < OUTSIDE]
    told = f"outside in {', '.join(outside)}" if outside else "outside in none"
    return (
        f"Simulated against observed: {len(fitness.names)} statistics, {fitness.draws} draws; the record is {told}; "
        f"all together p = {fitness.joint:.2f}."
    )


def _spans(z: np.ndarray) -> list[tuple[float, float]]:
    return [tuple(np.nanquantile(z[:, s], (0.025, 0.975))) for s in range(z.shape[1])]


def _violin(z: np.ndarray, s: int, reach: float) -> list[dict]:
    """Outline of the draws: a density with Silverman's bandwidth, its widest place as wide as its row allows."""
    z = z[np.isfinite(z)]
    width = 0.9 * min(z.std(), np.subtract(*np.quantile(z, (0.75, 0.25))) / 1.34 or z.std()) * len(z) ** -0.2
    width = max(float(width), 0.03)
    at = np.linspace(max(z.min() - 2 * width, -reach), min(z.max() + 2 * width, reach), GRAIN)
    dense = np.exp(-0.5 * ((at[:, None] - z) / width) ** 2).sum(axis=1)
    half = 0.42 * dense / dense.max()
    return [
        {"x": round(float(a), 3), "low": round(s - float(h), 3), "high": round(s + float(h), 3), "s": s}
        for a, h in zip(at, half)
    ]


def _dot(fitness: Fitness, truth: float, s: int, reach: float) -> dict:
    name = fitness.names[s]
    edge = "" if abs(truth) <= reach else f" ({truth:+.0f} sd)"
    said = STATISTICS.get(name, ("", name))[1].split(",")[0]
    return {
        "x": float(np.clip(truth, -reach, reach)), "y": s, "inside": bool(fitness.p[s] >= OUTSIDE), "name": said,
        "number": f"{fitness.observed[s]:.3g}{edge}",
    }  # fmt: skip
