"""One self-contained page of the track record: how good the forecasts were, beside what anybody could have said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from markupsafe import Markup

from chancellery.report.saved import Skill, checked
from chancellery.report.saved_track import Backtest, Counts, Example, Questions
from chancellery.report.track_charts import Bin, Gain, gain_chart, pit_chart, reliability_chart
from chancellery.report.writing import templates, write_whole

LIVE, ALL = "live", "all"
ABOUT = {
    "chancellery": "Chancellery version",
    "record": "Fingerprint of the record",
    "sha256": "Fingerprint of all forecasts, taken before scoring",
    "every": "Span between origins",
    "draws": "Futures from each origin",
    "seed": "Seed",
    "seconds": "Seconds taken",
}
TRUSTED = (0.9, 1.1)


def track_page(record: Mapping, parts: Mapping[str, Mapping] | None = None) -> str:
    """Show a track record as one HTML page.

    Parameters
    ----------
    record
        Plain data of :meth:`chancellery.judge.backtest.result.TrackRecord.as_dict`.
    parts
        Further tables by title: ``notes``, ``heading`` (list of words) and ``rows`` (lists of words), as
        :mod:`chancellery.report.track_parts` makes them.

    Raises
    ------
    ReportError
        If a field is missing or wrong; it is named.
    """
    found = checked(Backtest, record, "track record")
    return templates().get_template("track.html.j2").render(
        track=found,
        lead=_lead(found),
        horizons=_horizons(found),
        kinds=_kinds(found.questions),
        counts=_counts(found.counts),
        places=_places(found),
        examples=[("The best", found.best), ("The worst", found.worst)],
        told=_told,
        percent=_percent,
        skill=_skill,
        trusted=TRUSTED,
        parts=list((parts or {}).items()),
        about=[(ABOUT.get(k, k), v) for k, v in sorted(found.about.items())],
    )  # fmt: skip


def write_track_page(record: Mapping, path: str | Path, parts: Mapping[str, Mapping] | None = None) -> Path:
    """Write :func:`track_page` to a file, whole or not at all.

    Raises
    ------
    ReportError
        If a field is missing or wrong, or the path cannot be written.
    """
    return write_whole(track_page(record, parts), path)


def _lead(found: Backtest) -> str:
    rows = [r for r in found.questions if (r.group, r.stratum) == (ALL, LIVE)]
    if not rows:
        return "No question could be scored: no window of the record is covered whole."
    beaten = [x for r in rows for x in r.methods[1:] if x.skill_brier is not None]
    better = sum(x.skill_brier.low > 0 for x in beaten)
    worse = sum(x.skill_brier.high < 0 for x in beaten)
    slopes = [r.methods[0].slope for r in rows]
    kept = sum(TRUSTED[0] <= s <= TRUSTED[1] for s in slopes)
    return (
        f"{sum(r.forecasts for r in rows):,} probabilities were frozen before the answer was known. Against the "
        f"{len(beaten)} comparisons with what anybody could have said they are clearly better in {better}, clearly "
        f"worse in {worse}, and not told apart in {len(beaten) - better - worse}. At {kept} of {len(rows)} lengths of "
        f"window they can be taken at their word (calibration slope {TRUSTED[0]} to {TRUSTED[1]})."
    )


def _horizons(found: Backtest) -> list[dict]:
    """By length of window: skill of the served forecast over each baseline, reliability, and the numbers."""
    out = []
    for row in found.questions:
        if (row.group, row.stratum) != (ALL, LIVE):
            continue
        title = f"{row.horizon} days"
        gains = [
            Gain(x.method, x.skill_brier.mean, x.skill_brier.low, x.skill_brier.high)
            for x in row.methods[1:] if x.skill_brier is not None
        ]  # fmt: skip
        curve = next((c for c in found.reliability if (c.group, c.horizon) == (ALL, row.horizon)), None)
        bins = [Bin(*b) for b in zip(curve.forecast, curve.observed, curve.count)] if curve else []
        out.append(
            {
                "title": title, "row": row, "reliability": Markup(reliability_chart(bins, title)) if bins else "",
                "gains": Markup(gain_chart(gains, f"Brier skill over each baseline, {title}")) if gains else "",
            }
        )  # fmt: skip
    return out


def _kinds(rows: Sequence[Questions]) -> list[Questions]:
    return [r for r in rows if r.group != ALL and r.stratum == LIVE]


def _counts(rows: Sequence[Counts]) -> list[Counts]:
    return [r for r in rows if r.stratum == LIVE]


def _places(found: Backtest) -> list[tuple[str, Markup]]:
    """PIT charts by length of window, of the live counts."""
    return [
        (f"{p.horizon} days", Markup(pit_chart(p.bins, f"{p.horizon} days")))
        for p in found.pit
        if p.stratum == LIVE
    ]


def _told(example: Example) -> str:
    happened = "happened" if example.happened else "did not happen"
    return f"said {_percent(example.probability)}, the long run said {_percent(example.usual)}; it {happened}"


def _percent(p: float) -> str:
    if p != p:
        return "–"
    return "under 1%" if 0 < p < 0.01 else "over 99%" if 0.99 < p < 1 else f"{100 * p:.0f}%"


def _skill(s: Skill | None) -> str:
    if s is None or s.mean != s.mean:
        return "–"
    return f"{100 * s.mean:+.1f}% [{100 * s.low:+.1f}, {100 * s.high:+.1f}]".replace("-", "−")
