"""Answers in words: a sentence a reader can quote, which never says more than the interval does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chancellery.answer.contrast import Answer
    from chancellery.answer.estimate import Estimate


def number(value: float, unit: str) -> str:
    """A number in its unit, with as many digits as it deserves."""
    if value != value:
        return "–"
    if unit == "probability":
        return f"{100 * value:.0f}%"
    if unit == "index":
        return f"{value:.3f}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"


def signed(value: float, unit: str) -> str:
    """A difference with its sign; differences of probabilities are in percentage points."""
    if unit == "probability":
        return f"{100 * value:+.1f} pp"
    return f"{'+' if value >= 0 else '−'}{number(abs(value), unit)}"


def interval(e: Estimate, unit: str, *, difference: bool = False) -> str:
    """The 90% interval of the parameters alone."""
    show = signed if difference else number
    return f"[{show(e.low, unit)}, {show(e.high, unit)}]".replace(" pp", "")


def error(e: Estimate, unit: str) -> str:
    """The simulation error as ±."""
    if unit == "probability":
        return f"±{100 * e.simulation_error:.1f}"
    return f"±{number(e.simulation_error, unit)}"


def sentence(a: Answer) -> str:
    """One or two sentences that answer the question; the interval has both errors, as the verdict does."""
    per = {"a year": " a year", "a month": " a month", "index": "", "probability": ""}[a.unit]
    base = f"{number(a.baseline.value, a.unit)}{per}"
    if a.verdict == "identical":
        return f"{a.question.label}: nothing changes; every future is the same as in the baseline ({base})."
    d = a.difference
    change = f"{signed(d.value, a.unit)}{per} [{signed(d.total_low, a.unit)}, {signed(d.total_high, a.unit)}]".replace(
        " pp,", ","
    )
    start = f"{a.question.label}: {number(a.level.value, a.unit)}{per} against {base} in the baseline"
    if a.verdict == "unclear":
        return f"{start}; no change that stands out ({change} includes zero)."
    return f"{start}; it {a.verdict} by {change}."
