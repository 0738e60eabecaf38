"""One self-contained page of a fit: what the record says about each effect, and whether the model can be believed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median

from markupsafe import Markup

from chancellery.effects.catalogue import effects
from chancellery.errors import ReportError, did_you_mean
from chancellery.report.fit_charts import Check, Coefficient, check_chart, hazard_chart
from chancellery.report.writing import templates, write_whole

CURE = "make the summary again from the fit"
FIELDS = ("title", "about", "actors", "acts", "events", "steps", "since", "until", "coefficients", "transitions")
NUMBERS = ("estimate", "robust_se", "naive_se", "low", "high")
TRANSITIONS = {
    "start-sanctions": ("A sanctions regime begins", "reports of sanctions where none held"),
    "end-sanctions": ("A sanctions regime ends", "reports of concessions while one held"),
    "end-war": ("A war ends", "weeks of war"),
}
ABOUT = {
    "chancellery": "Chancellery version", "record": "Fingerprint of the record", "segments": "Covered stretches of the record",
    "seconds": "Seconds taken", "rate_rows": "Rows of the rate model (an actor and step each)", "numpy": "NumPy version",
}  # fmt: skip
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
        If a field is missing or not a number; it is named.
    """
    for field in FIELDS:
        if field not in fit_summary:
            raise ReportError(f"the fit summary has no '{field}'{did_you_mean(field, fit_summary)}; {CURE}")
    rows = [_coefficient(x, row) for x, row in enumerate(fit_summary["coefficients"], 1)]
    checks = [_check(x, row) for x, row in enumerate(fit_summary.get("checks") or (), 1)]
    return templates().get_template("fit.html.j2").render(
        fit=fit_summary, count=_count, about=_about(fit_summary["about"]), headline=_headline(rows, checks),
        figures=_figures(rows), tables=_tables(rows), checks=checks, check_figures=_check_figures(checks),
        transitions=_transitions(fit_summary["transitions"]), says={e.name: e.says for e in effects()},
        short=short_number,
    )  # fmt: skip


def write_fit_page(fit_summary: Mapping, path: str | Path) -> Path:
    """Write :func:`fit_page` to a file, whole or not at all.

    Raises
    ------
    ReportError
        If the summary lacks a field, or the path cannot be written.
    """
    return write_whole(fit_page(fit_summary), path)


def short_number(value: float) -> str:
    """A number with three digits that count."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return text.replace("-", "−")


def _coefficient(place: int, row: Mapping) -> Coefficient:
    missing = [f for f in ("part", "effect", "class", *NUMBERS) if f not in row]
    if missing:
        raise ReportError(f"coefficient {place} has no '{missing[0]}'{did_you_mean(missing[0], row)}; {CURE}")
    return Coefficient(str(row["part"]), str(row["effect"]), str(row["class"]),
                       *(_number(row[f], f"coefficient {place}, {f}") for f in NUMBERS))  # fmt: skip


def _check(place: int, row: Mapping) -> Check:
    where = f"check {place}"
    for field in ("name", "observed", "simulated", "ok"):
        if field not in row:
            raise ReportError(f"{where} has no '{field}'{did_you_mean(field, row)}; {CURE}")
    ends = row["simulated"]
    for field in ("low", "median", "high"):
        if field not in ends:
            raise ReportError(f"{where}, simulated has no '{field}'{did_you_mean(field, ends)}; {CURE}")
    numbers = [_number(row["observed"], where), *(_number(ends[f], where) for f in ("low", "median", "high"))]
    return Check(str(row["name"]), str(row.get("horizon") or ""), *numbers, str(row.get("unit") or ""), bool(row["ok"]),
                 str(row.get("note") or ""))  # fmt: skip


def _number(value: object, where: str) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ReportError(f"{where}: '{value}' stands where a number is expected; {CURE}")
    return float(value)


def _count(things: object) -> str:
    return f"{things:,}" if isinstance(things, int) else f"{len(things):,}"


def _about(about: Mapping) -> list[tuple[str, str]]:
    return [(ABOUT.get(key, str(key)), _words(about[key])) for key in sorted(about, key=str)]


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{k}: {_words(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        ranges = all(isinstance(v, list | tuple) and len(v) == 2 for v in value)
        return "; ".join(" to ".join(map(str, v)) if ranges else _words(v) for v in value)
    return str(value)


def _headline(rows: list[Coefficient], checks: list[Check]) -> list[str]:
    mechanisms = [c for c in rows if c.part == CHOICE and not _remembers(c)]
    out = []
    if mechanisms:
        clear = sum(c.stands_out for c in mechanisms)
        out.append(f"{clear} of {len(mechanisms)} coefficients of mechanisms stand out from zero at 95% with robust errors "
                   f"(about {max(1, round(0.05 * len(mechanisms)))} would by chance alone).")  # fmt: skip
    inflation = [c.robust_se / c.naive_se for c in rows if c.part == CHOICE and c.naive_se > 0]
    if inflation:
        out.append(f"Robust standard errors are {median(inflation):.1f} times the naive ones (median): reports come in bunches.")
    if checks:
        failed = [f"{c.name} ({c.horizon})" if c.horizon else c.name for c in checks if not c.ok]
        told = f" It fails: {'; '.join(failed)}." if failed else ""
        out.append(f"The fitted model reproduces {len(checks) - len(failed)} of {len(checks)} checked features of the record.{told}")
    else:
        out.append("No check of simulated against observed behaviour comes with this fit.")
    return out


def _remembers(c: Coefficient) -> bool:
    """Whether a column is memory: it has a half-life, or is the mix of acts."""
    return "@" in c.effect or c.effect.endswith("act-mix")


def _figures(rows: list[Coefficient]) -> list[tuple[str, list[tuple[str, Markup]]]]:
    choice = [c for c in rows if c.part == CHOICE]
    rate = [c for c in rows if c.part == RATE]
    sections = [
        ("Mechanisms: why one act and not another", _by_class([c for c in choice if not _remembers(c)])),
        ("Memory: what went before", _by_class([c for c in choice if _remembers(c)])),
        ("Rate: how much an actor does", [("all acts", rate)] if rate else []),
    ]
    return [
        (title, [(klass, Markup(hazard_chart(some, f"{title}, {klass}"))) for klass, some in parts])
        for title, parts in sections if parts
    ]  # fmt: skip


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


def _transitions(transitions: Mapping) -> list[dict]:
    out = []
    for key in sorted(transitions):
        changes, chances = (_number(x, f"transition '{key}'") for x in transitions[key])
        name, of = TRANSITIONS.get(key, (key, "opportunities"))
        share = f"{100 * changes / chances:.2g}%" if chances > 0 else "–"
        out.append({"name": name, "of": of, "changes": short_number(changes), "chances": short_number(chances), "share": share})
    return out
