"""What a coefficient of a case's fit means: a sentence with its ratio and interval, worked through on the record."""

from __future__ import annotations

import math

import numpy as np

from chancellery import world
from chancellery.effects.catalogue import lookup
from chancellery.errors import ModelError, did_you_mean
from chancellery.model.posterior import Fit
from chancellery.model.summary import coefficient_rows
from chancellery.model.table import Z95, short_ratio


def explain(fit: Fit, term: str) -> str:
    """Say what a coefficient means, and what it would do to the busiest pair of the record.

    Parameters
    ----------
    fit
        The fit of a case.
    term
        ``"effect:class"`` of the choice, such as ``"rivalry:verbal-conflict"``, or the name of a rate effect.

    Raises
    ------
    ModelError
        If the fit has no such coefficient, naming the nearest.
    """
    rows = {_key(r): r for r in coefficient_rows(fit) if r["part"] != "intercept"}
    if term not in rows:
        raise ModelError(f"the fit has no coefficient '{term}'{did_you_mean(term, rows)}")
    row = rows[term]
    effect = lookup(row["effect"].partition("@")[0])
    change, step = _change(fit, row, effect.formula, effect.says)
    low, middle, high = (
        math.exp(step * (row["estimate"] + s * Z95 * row["robust_se"])) for s in (-1.0, 0.0, 1.0)
    )
    unsure = "; the interval includes 1, so the direction is not settled" if low < 1.0 < high else ""
    span = f"(95% interval {short_ratio(low)} to {short_ratio(high)}{unsure})"
    if row["part"] == "rate":
        return f"{change}, a state acts {short_ratio(middle)} times as often {span}."
    about = row["class"].replace("-", " ")
    first = f"{change}, an act of {about} is {short_ratio(middle)} times as likely as an otherwise equal one {span}."
    return " ".join([first, *_worked(fit, row["class"], middle)])


def _key(row: dict) -> str:
    return row["effect"] if row["part"] == "rate" else f"{row['effect']}:{row['class']}"


def _change(fit: Fit, row: dict, formula: str, says: str) -> tuple[str, float]:
    """The change that is put into words, and by how much the column moves in it."""
    named = f"'{row['effect']}' ({says})"
    if row["part"] == "rate":
        return f"With one more unit of {named}", 1.0
    place = fit.columns.index(row["effect"])
    if place >= len(fit.choice.scale):
        return f"When the share behind {named} doubles", math.log(2.0)
    sd = float(fit.choice.scale[place])
    if formula.startswith("1 if"):
        return f"Where {named} holds", 1.0 / sd
    return f"When {named} rises by one standard deviation ({sd:.2g})", 1.0


def _worked(fit: Fit, name: str, ratio: float) -> list[str]:
    """The pair with most acts of the class at the end of the record, its share of the sender's acts, and after."""
    counts = fit.memory["W"][-1]
    klass = world.CLASSES.index(name)
    if not counts[klass].sum() > 0:
        return []
    i, j = np.unravel_index(int(counts[klass].argmax()), counts[klass].shape)
    now = float(counts[klass, i, j] / counts[:, i].sum())
    after = now * ratio / (1.0 - now + now * ratio)
    who, whom = fit.actors[i], fit.actors[j]
    return [
        f"For instance, {100 * now:.1f}% of the acts of {who} at the end of the record were {name.replace('-', ' ')} "
        f"towards {whom}; all else equal that would be {100 * after:.1f}%."
    ]
