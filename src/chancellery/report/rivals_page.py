"""One self-contained page of rival experts: who foretold better in words first, then numbers, pictures, events."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup

from chancellery.effects.catalogue import effects
from chancellery.report.rivals_charts import belief_charts, gap_chart, path_chart
from chancellery.report.rivals_shape import Contest, Gap, Worth
from chancellery.report.saved import checked
from chancellery.report.svg import colour
from chancellery.report.writing import templates, write_whole

MOST = 8  # claims and effects drawn at either end
ABOUT = {
    "chancellery": "Chancellery version",
    "case": "Case",
    "record": "Fingerprint of the record",
    "since": "Fitted from",
    "until": "Last day the experts may see",
    "scored_since": "Scored from",
    "scored_until": "Scored to",
    "trained_on": "Events fitted to",
    "scored_on": "Events scored on",
    "weeks": "Weeks scored on",
    "weights": "Weights in question",
    "words": "List of words of doubt",
    "scale": "Standard deviation of the priors, by effect",
    "power": "Share of its reports the record counts for",
    "draws": "Draws of the weights an event is integrated over",
    "quadratic_error": "Largest error of the quadratics, nats an event",
    "seed": "Seed",
    "seconds": "Seconds taken",
}


def rivals_page(result: Mapping) -> str:
    """Show a contest of rival experts as one HTML page.

    Parameters
    ----------
    result
        Plain data of ``Rivals.as_dict()``, or the same read back from JSON.

    Raises
    ------
    ReportError
        If it is no such result; the wrong field is named.
    """
    contest = checked(Contest, result, "result of rival experts")
    place = {e.name: x for x, e in enumerate(contest.essays)}
    first = contest.stages[0]
    return templates().get_template("rivals.html.j2").render(
        c=contest, place=place, gap=gap_words, number=_number, percent=_percent, count=_count,
        first=first,
        forests=[(s.name, Markup(_stage_forest(contest, s))) for s in contest.stages],
        paths=[(name, Markup(path_chart(contest, name))) for name in contest.path.lead],
        worths=[
            (what, Markup(_worth_forest(contest, found)))
            for what, found in (("claim", contest.claims), ("effect", contest.effects))
            if any(w.gap.mean for w in found)
        ],
        beliefs=[(effect, _meaning(effect), Markup(svg)) for effect, svg in belief_charts(contest)],
        lists=sorted({name for found in contest.bands.values() for name in found}, key=_ours_first),
        about=[(label, _number(contest.about[key])) for key, label in ABOUT.items() if key in contest.about],
        torn=contest.about.get("torn", []),
    )  # fmt: skip


def write_rivals_page(result: Mapping, path: str | Path) -> Path:
    """Write :func:`rivals_page` to a file, whole or not at all.

    Raises
    ------
    ReportError
        If it is no such result, or the path cannot be written.
    """
    return write_whole(rivals_page(result), path)


def gap_words(gap: Gap | None, digits: int = 1) -> str:
    """A gap with its interval."""
    if gap is None or math.isnan(gap.mean):
        return "–"
    if math.isnan(gap.low):
        return f"{gap.mean:+.{digits}f}".replace("-", "−")
    return f"{gap.mean:+.{digits}f} [{gap.low:+.{digits}f}, {gap.high:+.{digits}f}]".replace("-", "−")


def _stage_forest(contest: Contest, stage: object) -> str:
    place = {e.name: x for x, e in enumerate(contest.essays)}
    rows = [(r.expert, r.gap, colour(place[r.expert])) for r in stage.rows if r.gap is not None]
    return gap_chart(rows, f"Nats for a thousand events above the neutral expert, {stage.name}")


def _worth_forest(contest: Contest, found: list[Worth]) -> str:
    place = {e.name: x for x, e in enumerate(contest.essays)}
    told = sorted((w for w in found if w.gap.mean), key=lambda w: -w.gap.mean)
    chosen = told if len(told) <= 2 * MOST else [*told[:MOST], *told[-MOST:]]
    rows = [(f"{w.essay} {w.claim or w.effect}", w.gap, colour(place[w.essay])) for w in chosen]
    return gap_chart(rows, "Nats for a thousand events that it earns its essay")


def _meaning(effect: str) -> str:
    return next((e.says for e in effects() if e.name == effect), "")


def _number(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_number(v)}" for k, v in value.items())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}" if value > 9999 else str(value)
    return f"{value:.3g}".replace("-", "−") if math.isfinite(value) else "–"


def _percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.0f}%"


def _count(number: int, one: str) -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def _ours_first(name: str) -> tuple[bool, str]:
    return name != "essays", name
