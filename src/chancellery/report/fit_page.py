"""One self-contained page of a fit: what the record says about each effect, and whether the model behaves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from statistics import median

from markupsafe import Markup

from chancellery.effects.catalogue import effects
from chancellery.report.fit_charts import check_chart, hazard_chart
from chancellery.report.saved import Check, Coefficient, Summary, checked
from chancellery.report.writing import templates, write_whole

TRANSITIONS = {
    "start-sanctions": ("A sanctions regime begins", "reports of sanctions where none held"),
    "end-sanctions": ("A sanctions regime ends", "reports of concessions while one held"),
    "end-war": ("A war ends", "weeks of war"),
}
ABOUT = {
    "chancellery": "Chancellery version",
    "record": "Fingerprint of the record",
    "segments": "Covered stretches of the record",
    "seconds": "Seconds taken",
    "rate_rows": "Rows of the rate model (an actor and step each)",
    "numpy": "NumPy version",
}
CHOICE, RATE, INTERCEPT = "choice", "rate", "intercept"


def fit_page(fit_summary: Mapping) -> str:
    """Show a fit as one HTML page.

    Parameters
    ----------
    fit_summary
        ``title``, ``about``, ``actors``, ``acts``, ``events``, ``steps``, ``since``, ``until``,
        ``coefficients`` (rows of :func:`chancellery.model.summary.coefficient_rows`), ``transitions`` (name
        to (changes, opportunities)) and, if they were made, ``checks``: rows of ``name``, ``horizon``,
        ``observed``, ``simulated`` (``low``, ``median``, ``high``), ``unit``, ``ok``, ``note``.

    Raises
    ------
    ReportError
        If a field is missing or wrong; it is named.
    """
    fit = checked(Summary, fit_summary, "fit summary")
    page = templates().get_template("fit.html.j2")
    return page.render(
        fit=fit,
        count=_count,
        about=_about(fit.about),
        headline=_headline(fit.coefficients, fit.checks),
        figures=_figures(fit.coefficients),
        tables=_tables(fit.coefficients),
        check_figures=_check_figures(fit.checks),
        transitions=_transitions(fit.transitions),
        says={e.name: e.says for e in effects()},
        short=short_number,
        shown=_shown,
        ratio=_ratio,
    )


def write_fit_page(fit_summary: Mapping, path: str | Path) -> Path:
    """Write :func:`fit_page` to a file, whole or not at all.

    Raises
    ------
    ReportError
        If a field of the summary is missing or wrong, or the path cannot be written.
    """
    return write_whole(fit_page(fit_summary), path)


def short_number(value: float) -> str:
    """A number with three digits that count."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return text.replace("-", "−")


def _shown(value: float, form: str = "+.3f") -> str:
    return "–" if math.isnan(value) else f"{value:{form}}".replace("-", "−")


def _ratio(estimate: float) -> str:
    return short_number(math.exp(max(-50.0, min(estimate, 50.0)))) if estimate == estimate else "–"


def _count(things: int | list) -> str:
    return f"{things if isinstance(things, int) else len(things):,}"


def _about(about: Mapping) -> list[tuple[str, str]]:
    keys = sorted(set(about) - {"checks"})
    return [(ABOUT.get(key, key), _words(about[key])) for key in keys]


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{k}: {_words(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        ranges = all(isinstance(v, list | tuple) and len(v) == 2 for v in value)
        return "; ".join(" to ".join(map(str, v)) if ranges else _words(v) for v in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _headline(rows: list[Coefficient], checks: list[Check]) -> list[str]:
    mechanisms = [c for c in rows if c.part == CHOICE and not _remembers(c)]
    out = []
    if mechanisms:
        clear, chance = sum(c.stands_out for c in mechanisms), max(1, round(0.05 * len(mechanisms)))
        out.append(
            f"{clear} of {len(mechanisms)} coefficients of mechanisms stand out from zero at 95% with robust "
            f"errors (about {chance} would by chance alone)."
        )
    inflation = [c.robust_se / c.naive_se for c in rows if c.part == CHOICE and c.naive_se > 0]
    if inflation:
        times = f"{median(inflation):.1f} times the naive ones (median)"
        out.append(f"Robust standard errors are {times}: reports come in bunches.")
    if not checks:
        return [*out, "No check of simulated against observed behaviour comes with this fit."]
    failed = [f"{c.name} ({c.horizon})" if c.horizon else c.name for c in checks if not c.ok]
    kept = f"{len(checks) - len(failed)} of {len(checks)}"
    within = sum(c.simulated.low <= c.observed <= c.simulated.high for c in checks)
    told = f" It fails: {'; '.join(failed)}." if failed else ""
    return [
        *out,
        f"It does not run away in {kept} comparisons with years it had not seen (bounds wide on purpose); "
        f"the observed value lies within the simulated range in {within}.{told}",
    ]


def _remembers(c: Coefficient) -> bool:
    """Whether a column is memory: it has a half-life, or is the mix of acts."""
    return "@" in c.effect or c.effect.endswith("act-mix")


def _figures(rows: list[Coefficient]) -> list[tuple[str, list[tuple[str, Markup]]]]:
    choice = [c for c in rows if c.part == CHOICE]
    rate = [c for c in rows if c.part == RATE]
    sections = [
        ("Mechanisms: why one act and not another", _by_class(c for c in choice if not _remembers(c))),
        ("Memory: what went before", _by_class(c for c in choice if _remembers(c))),
        ("Rate: how much an actor does", [("all acts", rate)]),
    ]
    out = []
    for title, parts in sections:
        drawn = [(klass, hazard_chart(some, f"{title}, {klass}")) for klass, some in parts]
        panels = [(klass, Markup(svg)) for klass, svg in drawn if svg]
        if panels:
            out.append((title, panels))
    return out


def _by_class(rows: Iterable[Coefficient]) -> list[tuple[str, list[Coefficient]]]:
    out: dict[str, list[Coefficient]] = {}
    for c in rows:
        out.setdefault(c.klass, []).append(c)
    return list(out.items())


def _tables(rows: list[Coefficient]) -> list[tuple[str, list[Coefficient]]]:
    named = _by_class(c for c in rows if c.part == CHOICE)
    for part, title in ((RATE, "rate, all acts"), (INTERCEPT, "intercepts of the acts")):
        some = [c for c in rows if c.part == part]
        if some:
            named.append((title, some))
    return named


def _check_figures(checks: list[Check]) -> list[tuple[str, Markup]]:
    by: dict[str, list[Check]] = {}
    for c in checks:
        by.setdefault(c.horizon, []).append(c)
    drawn = [(horizon, check_chart(some, horizon)) for horizon, some in by.items()]
    return [(horizon, Markup(svg)) for horizon, svg in drawn if svg]


def _transitions(transitions: Mapping[str, tuple[float, float]]) -> list[dict]:
    out = []
    for key, (changes, chances) in sorted(transitions.items()):
        name, of = TRANSITIONS.get(key, (key, "opportunities"))
        share = f"{100 * changes / chances:.2g}%" if chances > 0 else "–"
        row = {"changes": short_number(changes), "chances": short_number(chances), "share": share}
        out.append({"name": name, "of": of, **row})
    return out
