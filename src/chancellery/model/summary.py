"""A fit as a table: effect, class, estimate, robust interval; and what to know before reading it."""

from __future__ import annotations

import math

import numpy as np

from chancellery import world
from chancellery.model.diagnostics import diagnostics
from chancellery.model.posterior import Fit
from chancellery.model.table import Z95, Row, Table


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


def regression_table(fit: Fit) -> Table:
    """The coefficients as a regression table; intercepts of acts are left out, as they only say what is common."""
    rows = tuple(
        Row(r["effect"], r["estimate"], r["naive_se"], r["robust_se"], r["class"])
        for r in coefficient_rows(fit)
        if r["part"] != "intercept"
    )
    choice = fit.choice
    facts: dict[str, object] = {
        "model": "rate and choice", "actors": len(fit.actors), "acts": len(fit.acts), "events": int(choice.events),
        f"{fit.spec.step}s": int(choice.steps), "from": str(fit.since), "to": str(fit.until),
        "log likelihood": float(choice.loglik), "an event": f"{choice.loglik / choice.events:.3f}",
    }  # fmt: skip
    if math.isfinite(choice.dof):
        facts |= {
            "AIC": 2.0 * choice.dof - 2.0 * choice.loglik,
            "BIC": math.log(choice.events) * choice.dof - 2.0 * choice.loglik,
        }
    sampled = (
        (
            f"Scored among {fit.spec.sample} sampled alternatives: the log likelihood is not comparable with that of a "
            "whole fit.",
        )
        if fit.spec.sample
        else ()
    )
    notes = (
        *sampled,
        "Intervals and p are robust to dependence within dyads and weeks; the naive se takes reports for independent.",
        *(f"{d.kind}: {d.says}" for d in diagnostics(fit)),
    )
    ratio = (
        "The ratio is how many times as likely a choice of that class becomes (in class 'all': how many times as often "
        "the actor acts) when the effect rises by one standard deviation; for memory, 2.7 times the share."
    )
    return Table(
        fit.spec.title or "Relational event model", facts, rows, "ratio", (), notes, ratio_note=ratio
    )


def summary_text(fit: Fit) -> str:
    """The table as text, 100 columns wide, and the checks the fit went through."""
    return "\n".join([str(regression_table(fit)), *_checks(fit.about.get("checks", []))])


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
