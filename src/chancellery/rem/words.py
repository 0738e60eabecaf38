"""What a coefficient means: a sentence with its ratio and interval, and one event of the data worked through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chancellery.errors import ModelError, did_you_mean
from chancellery.model.table import Z95, short_ratio
from chancellery.rem.catalogue import CHOICE, COORDINATION, RATE, TIE
from chancellery.rem.formula import Term, read_formula
from chancellery.rem.look import Situation, situations
from chancellery.rem.study import UNITS

if TYPE_CHECKING:
    from chancellery.rem.estimate import RemFit

LOOKED_AT = 60  # events among which the worked one is sought
TIES = ("inertia", "tie", "recip", "same", "shift", "kind")  # there or not, unless weights are counted

# What it is for a statistic to be there, and what one more of it is; {x}, {y} are its arguments, {who} the actor.
_THERE = {
    "inertia": "the sender turned to the target before in {x}",
    "tie": "the sender has a tie to the target in {x}",
    "recip": "the target turned to the sender before in {x}",
    "same": "sender and target have the same {x}",
    "shift": "sender and target take the turn {x}",
    "kind": "the act is of the type {x}",
}
_MORE = {
    "inertia": "earlier act{s} of the sender towards the target in {x}",
    "tie": "unit{s} of the sender's tie to the target in {x}",
    "recip": "earlier act{s} of the target towards the sender in {x}",
    "indeg": "actor{s} who turned to the {who} in {x}",
    "outdeg": "actor{s} the {who} turned to in {x}",
    "degree": "tie{s} of the {who} in {x}, in or out",
    "node_trans": "transitive triad{s} from the {who} in {x}",
    "trans": "path{s} from the sender over a third actor to the target in {x}",
    "cycle": "path{s} from the target over a third actor to the sender in {x}",
    "common_sender": "third actor{s} who turned to both in {x}",
    "common_receiver": "third actor{s} to whom both turned in {x}",
    "four": "path{s} sender → k ← l → target in {x}",
    "mixed_trans": "third actor{s} reached by the sender in {x} and reaching the target in {y}",
    "mixed_cycle": "third actor{s} reaching the sender in {x} and reached by the target in {y}",
    "mixed_common_sender": "third actor{s} reaching the sender in {x} and the target in {y}",
    "mixed_common_receiver": "third actor{s} reached by the sender in {x} and by the target in {y}",
    "ego": "the sender's {x}",
    "alter": "the target's {x}",
    "diff": "the difference in {x}",
    "sim": "the likeness in {x} (less the difference)",
    "ego_alter": "the sender's {x} times the target's {y}",
    "tertius": "the {y} of those who turned to the {who} in {x}",
    "tertius_diff": "the gap between the sender's {y} and that of those who turned to the target in {x}",
}
_WEIGHED = {
    "indeg": "act{s} towards the {who} in {x}",
    "outdeg": "act{s} of the {who} in {x}",
    "degree": "act{s} of or towards the {who} in {x}",
}


@dataclass(frozen=True)
class _Change:
    """A change of a statistic: what it is called, and the value it has before and after."""

    said: str
    lower: float
    upper: float


def explain(fit: RemFit, term: str) -> str:
    """Say what a coefficient means, and work it through for one event of the data.

    Parameters
    ----------
    fit
        A fitted model.
    term
        One of its terms as the formula or the table has it, ``"recip(calls)"``; ``"recip"`` will do if there is one.

    Raises
    ------
    ModelError
        If the fit has no such term, naming the nearest.
    """
    x = place(fit, term)
    own = fit.terms[x]
    if own.effect.name == "intercept":
        return _baseline(fit, x)
    seen = _seen(fit, x)
    change = _change(fit, own, x, seen)
    step = change.upper - change.lower
    se = float(np.sqrt(fit.belief.covariance[x, x]))
    ends = sorted(float(np.exp(step * (fit.theta[x] + s * Z95 * se))) for s in (-1, 1))
    ratio = float(np.exp(step * fit.theta[x]))
    unsure = "; the interval includes 1, so the direction is not settled" if ends[0] < 1 < ends[1] else ""
    first = (
        f"{change.said}, {_verb(fit)[0].format(ratio=short_ratio(ratio))} "
        f"(95% interval {short_ratio(ends[0])} to {short_ratio(ends[1])}{unsure})."
    )
    return " ".join([first, *_worked(fit, x, seen, change)])


def place(fit: RemFit, term: str) -> int:
    """Number of a term of a fit.

    Raises
    ------
    ModelError
        If there is none of that name, or several.
    """
    labels = [t.label for t in fit.terms]
    dependent = fit.engine.plan.dependent
    try:
        label = read_formula(f"{dependent} ~ {term}")[1][0].label
    except (ModelError, IndexError):
        label = term
    for name in (term, label):
        if name in labels:
            return labels.index(name)
    named = [x for x, t in enumerate(fit.terms) if t.effect.name == term or term in t.effect.aliases]
    if len(named) == 1:
        return named[0]
    if named:
        raise ModelError(
            f"the fit has several terms '{term}': {', '.join(labels[x] for x in named)}; name one"
        )
    raise ModelError(f"the fit has no term '{term}'{did_you_mean(term, labels)}")


def _baseline(fit: RemFit, x: int) -> str:
    who = "an actor" if fit.options.model == RATE else "a pair"
    return (
        f"Where all other statistics are zero, {who} has an event {_often(float(np.exp(fit.theta[x])), fit)}; "
        "the other effects multiply this."
    )


def _seen(fit: RemFit, x: int) -> list[Situation]:
    """Situations spread evenly over the scored events."""
    counted = np.nonzero(fit.engine.line.counted)[0]
    chosen = counted[np.linspace(0, len(counted) - 1, min(LOOKED_AT, len(counted))).astype(int)]
    return list(situations(fit, np.unique(chosen)))


def _change(fit: RemFit, term: Term, x: int, seen: list[Situation]) -> _Change:
    """The change of the statistic that is put into words."""
    name, how = term.effect.name, str(term.options.get("transform", "identity"))
    if term.times is not None:
        return _Change(f"Beyond what each does alone, with one more of the product '{term.label}'", 0.0, 1.0)
    counts = bool(term.options.get("weighted") or term.options.get("half_life"))
    if how == "positive" or (name in TIES and not (counts and name in ("inertia", "tie", "recip"))):
        there = _THERE[name] if name in _THERE else f"there is a {_MORE[name]}"
        return _Change(f"Where {_filled(there, fit, term)}{_window(term)}", 0.0, 1.0)
    noun = (_WEIGHED if counts else {}).get(name, _MORE.get(name, f"'{term.label}'"))
    one, many = (_filled(noun, fit, term, plural) + _window(term) for plural in (False, True))
    if how == "log1p":
        return _Change(
            f"When {'' if one == many else 'the number of '}{many}, plus one, doubles",
            0.0,
            float(np.log(2.0)),
        )
    if how == "sqrt":
        return _Change(f"With four instead of one: {many}", 1.0, 2.0)
    if how == "square":
        return _Change(f"With two instead of one: {many}", 1.0, 4.0)
    if "attribute" in term.effect.reads or name not in _MORE:
        values = np.concatenate([s.statistics[x] for s in seen]) if seen else np.ones(1)
        sd = float(f"{values.std():.2g}") or 1.0
        return _Change(f"When {one} is {sd:g} larger (one standard deviation)", 0.0, sd)
    return _Change(f"With each further {one}", 0.0, 1.0)


def _filled(words: str, fit: RemFit, term: Term, plural: bool = False) -> str:
    ego = fit.options.model == RATE or term.options.get("type") == "ego"
    first, last = term.arguments[0], term.arguments[-1]
    return words.format(x=first, y=last, who="sender" if ego else "target", s="s" if plural else "")


def _window(term: Term) -> str:
    if term.options.get("window") is not None:
        return f", within {term.options['window']}"
    return (
        f", fading by half in {term.options['half_life']}"
        if term.options.get("half_life") is not None
        else ""
    )


def _verb(fit: RemFit) -> tuple[str, str]:
    """How a ratio is said, and what a chance is the chance of."""
    model, timed = fit.options.model, fit.options.timed
    if model == CHOICE:
        return "a target is {ratio} times as likely to be chosen as an otherwise equal one", "be chosen"
    if model == COORDINATION:
        return "each side is {ratio} times as likely to choose the other", "be chosen"
    if model == RATE:
        return (
            f"an actor {'acts {ratio} times as often' if timed else 'is {ratio} times as likely to act next'}",
            "act next",
        )
    return (
        f"an event of the pair is {{ratio}} times as {'frequent' if timed else 'likely to come next'}",
        "come next",
    )


def _worked(fit: RemFit, x: int, seen: list[Situation], change: _Change) -> list[str]:
    """One event of the data: what the model gave it, and what it would have given without the statistic."""
    step = change.upper - change.lower
    have = [s for s in seen if s.statistics[x, s.chosen] >= step > 0 and s.statistics.shape[1] > 1]
    if not have or fit.theta[x] == 0.0:
        return []
    chances = [float(s.chances(fit.theta)[s.chosen]) for s in have]
    middle = int(np.argsort(chances, kind="stable")[(len(have) - 1) // 2])
    s, with_it = have[middle], chances[middle]
    odds = with_it / max(1.0 - with_it, 1e-12) * np.exp(-step * fit.theta[x])
    without = odds / (1.0 + odds)
    less = (
        "without it"
        if (change.lower, change.upper) == (0.0, 1.0) and s.statistics[x, s.chosen] == 1.0
        else "with that much less"
    )
    who = s.a if fit.options.model == RATE else f"{s.a} → {s.b}"
    head = f"For instance, event {s.number + 1} ({who})"
    if fit.options.timed and fit.options.model in (RATE, TIE):
        hazard = float(np.exp(fit.theta @ s.statistics[:, s.chosen]))
        low = hazard * float(np.exp(-step * fit.theta[x]))
        return [f"{head}: the model expects such an event {_often(hazard, fit)}; {less}, {_often(low, fit)}."]
    options = {
        CHOICE: "possible targets",
        COORDINATION: "possible partners",
        RATE: "possible senders",
        TIE: "possible pairs",
    }
    kind = options[fit.options.model] if len(fit.engine.plan.kinds) == 1 else "options"
    return [
        f"{head}: among {s.statistics.shape[1]:,} {kind} it had a chance of {_percent(with_it)} to {_verb(fit)[1]}; "
        f"{less}, {_percent(without)}."
    ]  # fmt: skip


def _percent(p: float) -> str:
    return (
        f"{100 * p:.0f}%"
        if 0.1 <= p <= 0.9
        else f"{100 * p:.1f}%"
        if 0.001 <= p <= 0.999
        else f"{100 * p:.2g}%"
    )


def _often(hazard: float, fit: RemFit) -> str:
    """A hazard in the study's unit, in words: once in so many days."""
    seconds = UNITS[fit.engine.plan.study.unit or "second"] / max(hazard, 1e-300)
    name, size = next(
        ((n, s) for n, s in reversed(UNITS.items()) if seconds >= 1.5 * s and n not in ("week", "month")),
        ("second", 1.0),
    )
    many = seconds / size
    return f"once in {many:,.0f} {name}s" if many >= 10 else f"once in {many:.2g} {name}s"
