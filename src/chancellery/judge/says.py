"""What a test found, in words and plain figures."""

from __future__ import annotations

import numpy as np

from chancellery.essays.claim import Coefficient, Contrast, Driver, Measured, Trend
from chancellery.judge.cells import Effect
from chancellery.judge.verdict import interval


def says(test: Measured | Coefficient, effect: Effect) -> str:
    """One sentence: what was compared, the levels, and how large the difference is."""
    if isinstance(test, Coefficient):
        return _weight(test, effect)
    if effect.problem:
        return f"{_what(test)}: {effect.problem}"
    if isinstance(test, Trend):
        return _slope(test, effect)
    return _sides(test, effect)


def _weight(test: Coefficient, effect: Effect) -> str:
    if effect.problem:
        return effect.problem
    low, high = interval(effect)
    much = f"odds × {np.exp(effect.estimate):.3f} [{np.exp(low):.3f}, {np.exp(high):.3f}]"
    return f"one standard unit more of {test.effect}: {much} of such acts ({', '.join(test.classes)})"


def _sides(test: Contrast, effect: Effect) -> str:
    a, b = (_level(test, x) for x in effect.levels)
    first, second = _names(test)
    if test.index:
        low, high = interval(effect)
        size = f"difference {effect.estimate:+.3f} [{low:+.3f}, {high:+.3f}]"
    else:
        size = _times(effect, "odds" if test.of == "share" else "rate")
    beside = ""
    if test.beside:
        beside = f", beside {', '.join(test.beside[:3])}{' …' if len(test.beside) > 3 else ''}"
    if test.after is not None and test.than is not None:
        beside = f", beside the same for {', '.join(test.than.dyads or test.dyads)}"
    return f"{_what(test)}: {a} {first} against {b} {second}{beside}; {size}"


def _slope(test: Trend, effect: Effect) -> str:
    last, first = (_level(test, x) for x in effect.levels)
    if test.index:
        low, high = interval(effect)
        return (
            f"{_what(test)}: from {first} to {last}; {effect.estimate:+.3f} a year [{low:+.3f}, {high:+.3f}]"
        )
    return f"{_what(test)}: from {first} to {last}; {_times(effect, 'odds' if test.of == 'share' else 'rate')} a year"


def _times(effect: Effect, unit: str) -> str:
    low, high = interval(effect)
    return f"{unit} × {np.exp(effect.estimate):.2f} [{np.exp(low):.2f}, {np.exp(high):.2f}]"


def _level(test: Measured, value: float) -> str:
    if test.index:
        return f"{value:.3f}"
    return f"{100 * value:.1f}%" if test.of == "share" else f"{value:.2f}‰"


def _what(test: Measured) -> str:
    if test.index:
        return test.index
    who = ", ".join(test.dyads[:3]) + (" …" if len(test.dyads) > 3 else "")
    issue = f" on {' or '.join(test.issues)}" if test.issues else ""
    return f"{'/'.join(test.acts)}{issue} {who}"


def _names(test: Contrast) -> tuple[str, str]:
    if test.after is not None:
        return f"after more {_driver(test.after)}", "after less"
    than = test.than
    second = [
        f"in {than.during}" if than.during else "",
        ", ".join((than.dyads or ())[:3]) + (" …" if len(than.dyads or ()) > 3 else ""),
        "/".join(than.acts or ()),
        than.index or "",
    ]
    return f"in {test.during}" if test.during else "", " ".join(x for x in second if x)


def _driver(d: Driver) -> str:
    return f"{'/'.join(d.acts)} {', '.join(d.dyads)} in {d.within} weeks"
