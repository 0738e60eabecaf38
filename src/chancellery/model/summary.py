"""A fit as a table: effect, class, estimate, robust interval; and what to know before reading it."""

from __future__ import annotations

import numpy as np

from chancellery import world
from chancellery.model.diagnostics import diagnostics
from chancellery.model.posterior import Fit

Z95 = 1.959964


def coefficient_rows(fit: Fit) -> list[dict]:
    """One row a coefficient: effect, class, estimate, robust and naive standard error, 95% interval."""
    rows = []
    robust, naive = np.sqrt(np.diag(fit.choice.robust)), np.sqrt(np.diag(fit.choice.naive))
    block = len(fit.columns)
    names = [(e, c) for c in world.CLASSES for e in fit.columns] + [("act", a) for a in fit.acts]
    for x, (effect, klass) in enumerate(names):
        rows.append(
            _row(
                "choice" if x < 4 * block else "intercept",
                effect,
                klass,
                fit.choice.theta[x],
                robust[x],
                naive[x],
            )
        )
    robust, naive = np.sqrt(np.diag(fit.rate.robust)), np.sqrt(np.diag(fit.rate.naive))
    for x, effect in enumerate(fit.rate_columns):
        rows.append(_row("rate", effect, "all", fit.rate.beta[x], robust[x], naive[x]))
    return rows


def _row(part: str, effect: str, klass: str, estimate: float, robust: float, naive: float) -> dict:
    return {
        "part": part,
        "effect": effect,
        "class": klass,
        "estimate": float(estimate),
        "robust_se": float(robust),
        "naive_se": float(naive),
        "low": float(estimate - Z95 * robust),
        "high": float(estimate + Z95 * robust),
    }


def summary_text(fit: Fit) -> str:
    """The table as text, 100 columns wide."""
    lines = [
        f"{fit.spec.title or 'Relational event model'}: {len(fit.actors)} actors, {len(fit.acts)} acts, "
        f"{fit.choice.events:,} events in {fit.choice.steps:,} {fit.spec.step}s, {fit.since} to {fit.until}",
        f"log likelihood of the choices{_sampled(fit)} {fit.choice.loglik:,.1f} "
        f"({fit.choice.loglik / fit.choice.events:.3f} an event); "
        f"{fit.choice.newton} Newton steps; intervals are robust to dependence within dyads and weeks",
        f"{'effect':<28}{'class':<22}{'estimate':>9}{'95% interval':>20}{'robust se':>11}{'naive se':>10}",
    ]
    for row in coefficient_rows(fit):
        if row["part"] != "intercept":
            span = f"[{row['low']:.3f}, {row['high']:.3f}]"
            lines.append(
                f"{row['effect']:<28}{row['class']:<22}{row['estimate']:>9.3f}{span:>20}"
                f"{row['robust_se']:>11.3f}{row['naive_se']:>10.3f}"
            )
    lines += ["", *(f"{d.kind}: {d.says}" for d in diagnostics(fit))]
    return "\n".join([*lines, *_checks(fit.about.get("checks", []))])


def _sampled(fit: Fit) -> str:
    """Say that only a sample was scored: the likelihood is not comparable with that of a whole fit then."""
    return f" among {fit.spec.sample} sampled alternatives" if fit.spec.sample else ""


def _checks(checks: list[dict]) -> list[str]:
    """Simulated beside observed, for fits that were run against years they had not seen."""
    if not checks:
        return []
    head = f"{'observed':>10}{'no change':>11}{'5%':>9}{'median':>9}{'95%':>9}"
    lines = []
    for horizon in dict.fromkeys(c["horizon"] for c in checks):
        lines += ["", f"{horizon:<42}{head}"]
        for c in (c for c in checks if c["horizon"] == horizon):
            s = c["simulated"]
            lines.append(
                f"  {c['name']:<40}{c['observed']:>10.3f}{c['naive']:>11.3f}"
                f"{s['low']:>9.3f}{s['median']:>9.3f}{s['high']:>9.3f}{'' if c.get('ok', True) else '  runs away'}"
            )
    return lines
