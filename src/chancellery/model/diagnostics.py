"""Diagnostics: what to know of a fit before reading its table, each a sentence with what to do.

They need only the fit itself, so a fit that was saved years ago answers as well as one just made.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from chancellery import world
from chancellery.model.posterior import Fit
from chancellery.model.priors import prior_arrays

CONDITION = 30.0  # Belsley, Kuh & Welsch 1980: above it estimates lean on each other
CORRELATED = 0.95
FEW_EVENTS = 50
TOO_SURE = 0.7  # robust over naive error below which clusters are too few (MacKinnon & Webb 2017)
PRIOR_DECIDES = 0.5  # share of the posterior precision that is the prior's
RARE = 1e-4
SHOWN = 4


class Diagnostic(NamedTuple):
    """One thing to know: ``kind`` (convergence, collinearity, thin data, surprise), whether it is ``fine``,
    a sentence, and the coefficients, acts or events it is about."""

    kind: str
    fine: bool
    says: str
    about: tuple[str, ...] = ()


def diagnostics(fit: Fit) -> list[Diagnostic]:
    """Everything to know of a fit, in the order in which to look at it."""
    return [_convergence(fit), *_collinearity(fit), *_thin(fit), *_surprises(fit)]


def coefficient_names(fit: Fit) -> tuple[str, ...]:
    """Names ``effect:class`` of the choice coefficients, without the intercepts of acts."""
    return tuple(f"{column}:{c}" for c in world.CLASSES for column in fit.columns)


def _convergence(fit: Fit) -> Diagnostic:
    chosen = ""
    if fit.choice.considered:
        chosen = (
            f"; lasting terms foretold later events best with dyad_sd {np.sqrt(fit.choice.tau2):g} and "
            f"actor_sd {fit.choice.actor_sd:g}"
        )
    return Diagnostic("convergence", True, f"converged in {fit.choice.newton} Newton steps{chosen}")


def _collinearity(fit: Fit) -> list[Diagnostic]:
    """Condition number of the estimates' correlations, and the pairs that lean on each other most."""
    names = coefficient_names(fit)
    sd = np.sqrt(np.diag(fit.choice.naive))[: len(names)]
    correlation = fit.choice.naive[: len(names), : len(names)] / np.outer(sd, sd)
    values, vectors = np.linalg.eigh(correlation)
    condition = float(np.sqrt(values[-1] / max(values[0], 1e-300)))
    upper = np.abs(np.triu(correlation, 1))
    pairs = [np.unravel_index(x, upper.shape) for x in np.argsort(-upper, axis=None)[:SHOWN]]
    pairs = [(names[x], names[y], correlation[x, y]) for x, y in pairs if upper[x, y] > CORRELATED]
    found = [
        Diagnostic(
            "collinearity",
            False,
            f"'{a}' and '{b}' say nearly the same (correlation of the estimates {r:+.2f}): read them together, "
            "or leave one out",
            (a, b),
        )
        for a, b, r in pairs
    ]
    if condition > CONDITION and not found:
        a, b = (names[x] for x in np.argsort(-np.abs(vectors[:, 0]))[:2])
        found = [
            Diagnostic(
                "collinearity",
                False,
                f"the effects lean on each other (condition number {condition:.0f}), '{a}' and '{b}' most: read "
                "such groups together, or give them tighter priors",
                (a, b),
            )
        ]
    fine = Diagnostic("collinearity", True, f"effects can be told apart (condition number {condition:.0f})")
    return found or [fine]


def _thin(fit: Fit) -> list[Diagnostic]:
    """What the record says little of: acts with few events, coefficients that are their priors', few clusters."""
    names = coefficient_names(fit)
    naive, robust = (np.diag(v)[: len(names)] for v in (fit.choice.naive, fit.choice.robust))
    share, spread = naive * prior_arrays(fit.spec.priors, names)[1], np.sqrt(robust / naive)
    events = fit.issue_counts.sum(axis=(1, 2, 3))
    few = [f"{a} ({int(e)})" for a, e in zip(fit.acts, events) if e < FEW_EVENTS]
    led = [names[x] for x in np.argsort(-share) if share[x] > PRIOR_DECIDES]
    sure = [names[x] for x in np.argsort(spread) if spread[x] < TOO_SURE]
    told = {
        f"fewer than {FEW_EVENTS} events of {_listed(few)}: what is said of these acts is mostly what is said of "
        "their class": few,
        f"the record says little of {len(led)} of {len(names)} coefficients, their priors decide more than half: "
        f"{_listed(led)}; read them as belief, not as finding": led,
        f"too few pairs or weeks stand behind the robust errors of {_listed(sure)}, which are smaller than the naive "
        "ones: read the naive errors there": sure,
    }
    found = [Diagnostic("thin data", False, says, tuple(about)) for says, about in told.items() if about]
    fine = Diagnostic("thin data", True, "the record decides every coefficient more than its prior")
    return found or [fine]


def _surprises(fit: Fit) -> list[Diagnostic]:
    """The least expected events, which an expert should look at first."""
    told = [
        f"{fit.actors[e['source']]} {fit.acts[e['act']]} {fit.actors[e['target']]} ({e['day']}, probability {e['p']:.0e})"
        for e in fit.choice.surprises
        if e["p"] < RARE
    ]
    if not told:
        return []
    says = f"least expected: {_listed(told, few=3)}; look for a coding error, or for a reason that no effect tells"
    return [Diagnostic("surprise", False, says, tuple(told))]


def _listed(names: list[str], few: int = SHOWN) -> str:
    more = f" and {len(names) - few} more" if len(names) > few else ""
    return ", ".join(names[:few]) + more
