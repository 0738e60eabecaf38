"""One self-contained page of a what-if: the answer in words first, then numbers, pictures, reasons, limits.

The page loads nothing: style and charts are inside it, there is no script, and its own policy forbids any
request. It can be mailed, printed and read on a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from markupsafe import Markup

from chancellery.effects.catalogue import effects
from chancellery.report import phrases
from chancellery.report.charts import figures
from chancellery.report.forest import difference_charts
from chancellery.report.result import Line, Reply, View, view
from chancellery.report.writing import templates, write_whole

ABOUT = {
    "chancellery": "Chancellery version",
    "case": "Case",
    "draws": "Futures simulated for each scenario and the baseline",
    "replicates": "Futures that share one draw of the parameters",
    "seed": "Seed",
    "step": "Step of the model's clock",
    "record": "Fingerprint of the record",
    "record_until": "Last day of the record",
    "start": "Scenarios start",
    "until": "Scenarios end",
    "seconds": "Seconds taken",
}
DRAWN = {
    "fan": "",
    "rare": "Drawn as a rare act: line of means, band of averages over the whole window.",
    "share": "Line: share of futures in which it is so on that day.",
}


def whatif_page(result: Mapping) -> str:
    """Show a what-if result as one HTML page.

    Parameters
    ----------
    result
        Plain data of ``WhatIf.as_dict()``, or the same read back from JSON.

    Returns
    -------
    str
        A whole HTML document without scripts and without a link to any other file.

    Raises
    ------
    ReportError
        If it is not a what-if result.
    """
    v = view(result)
    return templates().get_template("whatif.html.j2").render(**_context(v))


def _context(v: View) -> dict:
    tested, by_chance = phrases.comparisons(v)
    return {
        "view": v, "about": _about(v.about), "few": _few(v.about), "window": _window(v), "name": phrases.name,
        "names": {s.name: s for s in v.scenarios}, "places": {s.name: x for x, s in enumerate(v.scenarios)},
        "lead": phrases.lead(v), "headlines": [(s, phrases.headline(v, s)) for s in v.scenarios],
        "groups": _groups(v), "informs": phrases.likelihood_informs(v), "unseparated": phrases.UNSEPARATED,
        "tested": tested, "by_chance": by_chance,
        "differences": [(title, Markup(svg)) for title, svg in difference_charts(v)], "figures": _figures(v),
        "records": phrases.standings(v), "record_key": phrases.record_key, "gained": phrases.gained,
        "moved": _reasons(v, ("rises", "falls")), "unmoved": _reasons(v, ("unclear",)),
    }  # fmt: skip


def write_page(result: Mapping, path: str | Path) -> Path:
    """Write :func:`whatif_page` to a file, whole or not at all.

    Raises
    ------
    ReportError
        If it is not a what-if result, or the path cannot be written.
    """
    return write_whole(whatif_page(result), path)


def _few(about: Mapping) -> int | None:
    draws = about.get("draws")
    return draws if isinstance(draws, int) and draws < phrases.FEW_DRAWS else None


def _window(v: View) -> tuple[str, str] | None:
    windows = {(line.start, line.end) for line in v.lines}
    return windows.pop() if len(windows) == 1 else None


def _about(about: Mapping) -> list[tuple[str, object]]:
    known = [(label, about[key]) for key, label in ABOUT.items() if about.get(key) not in (None, "")]
    return known + [(str(key), about[key]) for key in sorted(set(about) - set(ABOUT), key=str)]


def _groups(v: View) -> list[tuple[str, list[dict]]]:
    return [(name or "Questions", [_line(line) for line in lines]) for name, lines in v.groups.items()]


def _line(line: Line) -> dict:
    return {
        "line": line,
        "unit": phrases.UNIT_WORDS[line.unit],
        "baseline": _level(line.baseline, line.unit),
        "replies": [_reply(line, r) for r in line.replies],
    }


def _level(e: object, unit: str) -> dict:
    return {
        "value": phrases.level(e, unit),
        "interval": phrases.interval(e, unit),
        "error": phrases.error(e, unit),
    }


def _reply(line: Line, r: Reply) -> dict:
    d = r.difference
    return {
        "scenario": r.scenario,
        "level": _level(r.level, line.unit),
        "verdict": r.verdict,
        "difference": {
            "value": phrases.change(d, line.unit),
            "error": phrases.error(d, line.unit, difference=True),
            "interval": phrases.interval(d, line.unit, difference=True),
        },
        "words": phrases.VERDICT_WORDS[r.verdict],
        "icon": phrases.VERDICT_ICONS[r.verdict],
        "likely": phrases.likely(r),
        "futures": _futures(line, r),
    }


def _futures(line: Line, r: Reply) -> str:
    """What may happen, beside what is expected: 10–90% of futures, averaged over the window."""
    if line.unit == "probability" or r.verdict == "identical":
        return ""
    spans = [(e.future_low, e.future_high) for e in (r.level, r.baseline)]
    low, high = ([phrases.words.number(x, line.unit) for x in ends] for ends in zip(*spans))
    differ = f"{100 * r.differing:.0f}% of futures differ from their twin. " if r.differing < 0.995 else ""
    return f"{differ}10–90% of futures average {low[0]} to {high[0]}; in the baseline {low[1]} to {high[1]}."


def _figures(v: View) -> list[dict]:
    out = []
    for f in figures(v):
        panels = [(v.scenario(name), Markup(svg)) for name, svg in f.panels]
        same = all(r.verdict == "identical" for r in f.line.replies)
        out.append(
            {
                "line": f.line,
                "unit": phrases.UNIT_WORDS[f.line.unit],
                "panels": panels,
                "how": DRAWN[f.drawn],
                "baseline": phrases.level(f.line.baseline, f.line.unit),
                "replies": [_reply(f.line, r) for r in f.line.replies],
                "same": same,
            }
        )
    return out


def _reasons(v: View, verdicts: Iterable[str]) -> list[dict]:
    """Lines with what drove them: (line, [(scenario, [(effect, meaning, change, odds)])], rows)."""
    meanings = {e.name: e.says for e in effects()}
    out = []
    for line in v.lines:
        told = [
            (
                r.scenario,
                [(e, meanings.get(e, ""), phrases.logodds(c), phrases.odds(c)) for e, c in r.drivers],
            )
            for r in line.replies
            if r.verdict in verdicts and r.drivers
        ]
        if told:
            out.append({"line": line, "told": told, "rows": sum(len(effects) for _, effects in told)})
    return out
