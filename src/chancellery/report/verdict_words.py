"""Verdicts in words a reader understands: how much more often, how sure, how it stands other choices."""

from __future__ import annotations

import math
import re

from chancellery.report.docket_shape import Judged, Row

ICONS = {"supported": "✓", "contradicted": "✗", "undecided": "?", "not covered": "–", "not testable": "·"}
MEANING = {
    "supported": "The 95% interval lies where the claim says.",
    "contradicted": "The 95% interval lies where the claim says it does not.",
    "undecided": "Tested, but the evidence does not choose.",
    "not covered": "No days, too few acts, or nothing to play.",
    "not testable": "No test can be written; the reason is given.",
}
FIRMNESS = {
    "firm": "stands every other choice tried",
    "fragile": "fragile: another defensible choice turns it round",
    "not tried": "other choices not tried",
    "looked up": "looked up in the tables",
}
EXPECTS = {
    "more": "more",
    "less": "less",
    "same": "no difference",
    "different": "a difference either way",
    "not-more": "no rise",
    "not-less": "no fall",
}
ENDS = {"rate": ("less often", "more often"), "share": ("lower odds", "higher odds")}
_PARTS = re.compile(r" \(standard error of parameters [^)]*\)$")


def size(v: Row) -> str:
    """The effect with its 95% interval, in words; nothing where there is none."""
    if not v.measured:
        return ""
    if v.test == "scenario":
        return _PARTS.sub("", v.says)
    a_year = " a year" if v.test == "trend" else ""
    if v.index:
        return (
            f"{_signed(v.estimate)} index points{a_year} (95% interval {_signed(v.low)} to {_signed(v.high)})"
        )
    what = {"share": "odds", "rate": "often"}.get(v.of, "odds")
    middle, low, high = (_times(x, what) for x in (v.estimate, v.low, v.high))
    per = "" if v.test != "coefficient" else " for each standard unit of the effect"
    return f"{middle}{a_year}{per} (95% interval: {low} to {high})"


def estimate(v: Row, value: float) -> str:
    """An estimate of another choice, in the words of the claim's own."""
    if value != value:
        return "–"
    if v.test == "scenario":
        return f"{value:+.3g}".replace("-", "−")
    if v.index:
        return _signed(value)
    return _times(value, {"share": "odds", "rate": "often"}.get(v.of, "odds"))


def compared(v: Row) -> str:
    """What was set against what, with both levels; nothing where the size says it already."""
    if not v.measured or v.test in ("scenario", "coefficient"):
        return ""
    return v.says.rsplit("; ", 1)[0]


def _times(log: float, what: str) -> str:
    """A log ratio: ``36% less often``, ``2.4 times as often``, ``odds 12% higher``."""
    ratio = math.exp(max(-20.0, min(log, 20.0)))
    more, less = ("more often", "less often") if what == "often" else ("higher odds", "lower odds")
    if ratio >= 2:
        return f"{ratio:.1f} times {'as often' if what == 'often' else 'the odds'}"
    percent = 100 * abs(ratio - 1)
    shown = f"{percent:.0f}%" if percent >= 1 else f"{percent:.1f}%"
    return f"{shown} {more if ratio >= 1 else less}"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def surely(v: Row) -> str:
    """The author's word of doubt, its class and the band it stands for."""
    word = f"“{v.hedge}”" if v.hedge else "no word of doubt"
    klass = f", {v.modality}" if v.modality else ""
    if v.band is None:
        return f"{word}{klass}: no probability"
    thing = " of its happening" if v.negated else ""
    return f"{word}{klass}: {100 * v.band[0]:.0f} to {100 * v.band[1]:.0f}%{thing}"


def horizon(v: Row) -> str:
    """How far ahead, and whether the author says so."""
    return f"{v.horizon} ({'stated' if v.horizon_stated else 'inferred'})" if v.horizon else ""


def belief(v: Judged) -> str:
    """Belief in the claim before and after the evidence."""
    if v.posterior != v.posterior or v.prior != v.prior:
        return ""
    return f"{100 * v.prior:.0f}% by the author’s words, {100 * v.posterior:.0f}% after the evidence"


def adjusted(v: Judged) -> str:
    """What the adjustment for many tests did."""
    if v.p != v.p:
        return ""
    told = f"p {_p(v.p)} by itself, q {_p(v.q)} among all tests"
    if v.before and v.before != v.verdict:
        return f"{v.before} by itself, {v.verdict} once all tests are counted ({told})"
    return f"the same by itself and among all tests ({told})"


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def otherwise(v: Judged) -> str:
    """How many other choices say the same."""
    told = [a for a in v.alternatives if a.estimate == a.estimate]
    if not told:
        return "no other choice was tried" if v.measured else ""
    same = sum(a.verdict == v.before for a in told)
    return f"{same} of {len(told)} other choices would have said the same"
