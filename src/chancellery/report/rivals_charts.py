"""Charts of rival experts: gaps as a forest, the lead week by week, and beliefs before and after the record."""

from __future__ import annotations

from collections.abc import Sequence

from chancellery.report.rivals_shape import Contest, Gap, Weight
from chancellery.report.svg import BASELINE, INK, MUTED, PAPER, colour, mark, to_svg

ROW, WIDE = 17, 340
SPREAD = 1.96
DASHES = ([1, 0], [6, 2], [2, 2], [8, 2, 2, 2], [4, 4])


def gap_chart(rows: Sequence[tuple[str, Gap, str]], said: str) -> str:
    """A forest of gaps: (label, gap, colour) a row, filled where the interval excludes zero."""
    marks = [
        {
            "y": ROW * (x + 0.5),
            "label": label,
            "mean": gap.mean,
            "low": gap.low,
            "high": gap.high,
            "ink": ink,
            "fill": ink if gap.clear else PAPER,
        }
        for x, (label, gap, ink) in enumerate(rows)
    ]
    height = ROW * len(rows)
    told = "; ".join(f"{m['label']} {m['mean']:+.1f} [{m['low']:+.1f}, {m['high']:+.1f}]" for m in marks)
    layers = [
        mark("rule", [{"value": 0}], {"x": {"field": "value", "type": "quantitative"}}, color=MUTED),
        *_intervals(marks, height),
        mark(
            "text",
            marks,
            {"x": {"value": -8}, "y": _y(height), "text": {"field": "label", "type": "nominal"}},
            align="right",
            fontSize=11,
            color=INK,
        ),
    ]
    return to_svg(layers, WIDE, height, f"{said}: {told}.", grow=1.5)


def _intervals(marks: list[dict], height: float) -> list[dict]:
    ink = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
    x = {"type": "quantitative", "title": None, "axis": {"orient": "top", "tickCount": 4, "domain": False}}
    y = _y(height)
    dots = {"x": {"field": "mean", **x}, "y": y, "stroke": ink, "fill": ink | {"field": "fill"}}
    return [
        mark(
            "rule",
            marks,
            {"x": {"field": "low", **x}, "x2": {"field": "high"}, "y": y, "color": ink},
            strokeWidth=2,
        ),
        mark("point", marks, dots, size=50, opacity=1, strokeWidth=2),
    ]


def _y(height: float) -> dict:
    scale = {"domain": [height, 0], "nice": False, "zero": False}
    return {"field": "y", "type": "quantitative", "title": None, "axis": None, "scale": scale}


def path_chart(contest: Contest, stage: str) -> str:
    """Lead of every essay over the neutral expert, in nats, summed up week by week; gaps of the record stay gaps."""
    lead, weeks = contest.path.lead[stage], contest.path.weeks
    x = {"field": "week", "type": "temporal", "title": None, "axis": {"format": "%b %Y", "tickCount": 5}}
    y = {"field": "lead", "type": "quantitative", "title": "nats ahead of the neutral expert"}
    layers = [mark("rule", [{"lead": 0}], {"y": {"field": "lead", "type": "quantitative"}}, color=BASELINE)]
    ends = _apart({e.name: lead[e.name][-1] for e in contest.essays})
    for place, e in enumerate(contest.essays):
        ink = colour(place)
        for run in _runs(weeks):
            rows = [{"week": f"{weeks[t]}T00:00:00", "lead": lead[e.name][t]} for t in run]
            layers.append(
                mark(
                    "line",
                    rows,
                    {"x": x, "y": y},
                    color=ink,
                    strokeWidth=2,
                    strokeDash=DASHES[place % len(DASHES)],
                )
            )
        end = [{"week": f"{weeks[-1]}T00:00:00", "lead": ends[e.name], "text": e.name}]
        text = {"x": x, "y": y, "text": {"field": "text", "type": "nominal"}}
        layers.append(mark("text", end, text, align="left", dx=5, color=ink, fontWeight="bold", fontSize=11))
    told = "; ".join(f"{e.name} ends at {lead[e.name][-1]:+.0f}" for e in contest.essays)
    return to_svg(
        layers, WIDE, 210, f"Lead over the neutral expert, {stage}, in nats by week: {told}.", grow=1.5
    )


def _runs(weeks: Sequence) -> list[list[int]]:
    """Places of weeks that follow each other with at most four weeks between."""
    out: list[list[int]] = []
    for t, week in enumerate(weeks):
        if t == 0 or (week - weeks[t - 1]).days > 28:
            out.append([])
        out[-1].append(t)
    return out


def _apart(ends: dict[str, float]) -> dict[str, float]:
    """Heights of labels, moved so that none lies on another."""
    spread = max(1.0, max([*ends.values(), 0.0]) - min([*ends.values(), 0.0]))
    least, out, last = 0.06 * spread, {}, None
    for name in sorted(ends, key=ends.get):
        last = ends[name] if last is None else max(ends[name], last + least)
        out[name] = last
    return out


def belief_charts(contest: Contest) -> list[tuple[str, str]]:
    """One chart an effect, as (effect, SVG): what each essay that speaks believes of each class, before and after."""
    by_effect: dict[str, list[Weight]] = {}
    for w in contest.weights:
        by_effect.setdefault(w.coefficient.partition(":")[0], []).append(w)
    return [(effect, _beliefs(contest, effect, found)) for effect, found in by_effect.items()]


def _beliefs(contest: Contest, effect: str, found: list[Weight]) -> str:
    place = {e.name: x for x, e in enumerate(contest.essays)}
    neutral = contest.experts[0].name
    marks, names, said, y = [], [], [], 0.0
    for w in found:
        klass = w.coefficient.partition(":")[2].replace("-", " ")
        names.append({"y": y + ROW / 2, "text": klass})
        y += ROW
        rows = [
            (name, h.prior, colour(place[name]), name)
            for name, h in w.experts.items()
            if h.speaks and name in place
        ]
        rows.append((neutral, w.experts[neutral].posterior, BASELINE, "record"))
        for _, (mean, sd), ink, label in rows:
            span = (mean - SPREAD * sd, mean + SPREAD * sd)
            marks.append(
                {"y": y + ROW / 2, "mean": mean, "low": span[0], "high": span[1], "ink": ink, "fill": ink}
                | {"label": label}
            )
            said.append(f"{klass} {label} {mean:+.3f} [{span[0]:+.3f}, {span[1]:+.3f}]")
            y += ROW * 0.8
        after = [
            {"y": y - ROW * 0.8 + ROW / 2, "mean": h.posterior[0], "ink": colour(place[name])}
            for name, h in w.experts.items()
            if h.speaks and name in place
        ]
        marks += [{**a, "tick": True} for a in after]
        y += 4
    return to_svg(
        _belief_layers(marks, names, y), WIDE, y, f"Weight of {effect}: {'; '.join(said)}.", grow=1.4
    )


def _belief_layers(marks: list[dict], names: list[dict], height: float) -> list[dict]:
    held = [m for m in marks if "label" in m]
    ticks = [m for m in marks if "tick" in m]
    y, text = _y(height), {"field": "label", "type": "nominal"}
    x = {"field": "mean", "type": "quantitative"}
    ink = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
    name = {"x": {"value": 0}, "y": y, "text": {"field": "text", "type": "nominal"}}
    return [
        mark("rule", [{"mean": 0}], {"x": x}, color=MUTED),
        *_intervals(held, height),
        mark(
            "tick", ticks, {"x": x, "y": y, "color": ink}, thickness=2, size=13, orient="vertical", opacity=1
        ),
        mark(
            "text",
            held,
            {"x": {"value": WIDE + 6}, "y": y, "text": text, "color": ink},
            align="left",
            fontSize=10,
            fontWeight="bold",
        ),
        mark("text", names, name, align="left", fontSize=11, stroke=PAPER, strokeWidth=4),
        mark("text", names, name, align="left", fontSize=11, color=INK),
    ]
