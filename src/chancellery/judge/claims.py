"""Is it true: every claim's test run, its verdict, and how firmly it stands.

The record is asked first, the fitted model second (a scenario's answer is the model's, and says so), the
case's tables for plain facts. All p-values together are held to one false discovery rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from chancellery.essays.claim import (
    Bargain,
    Claim,
    Coefficient,
    Contrast,
    Fact,
    Scenario,
    Trend,
    Untestable,
)
from chancellery.judge import contrast as contrasts
from chancellery.judge import trend as trends
from chancellery.judge.cells import Effect
from chancellery.judge.coefficient import coefficient
from chancellery.judge.evidence import Evidence
from chancellery.judge.fact import fact
from chancellery.judge.says import says
from chancellery.judge.scenario import parts_of_error, scenario
from chancellery.judge.stream import BLOCK
from chancellery.judge.verdict import (
    CONTRADICTED,
    NOT_COVERED,
    NOT_TESTABLE,
    SUPPORTED,
    Alternative,
    Verdict,
    adjust,
    chances,
    decide,
    interval,
    is_fragile,
    updated,
)

# How large effects usually are, for the prior an author's words are joined with: log ratios, and weights of
# the fit for one scaled unit.
SCALES = {"contrast": 0.5, "trend": 0.5, "coefficient": 0.05}
Progress = Callable[[str, float], None]


def silent(what: str, share: float) -> None:
    """Report no progress."""


def judge(claims: Iterable[Claim], evidence: Evidence, progress: Progress = silent) -> list[Verdict]:
    """Judge claims.

    Parameters
    ----------
    claims
        In the order of the answer.
    evidence
        What they are judged by.

    Returns
    -------
    list of Verdict
        One a claim, adjusted for all of them together.
    """
    claims = list(claims)
    again = _played_again(claims, evidence, progress)
    out = []
    for number, claim in enumerate(claims):
        progress("claims", number / max(len(claims), 1))
        out.append(judge_one(claim, evidence, again.get(claim.id, ())))
    return adjust(out)


def _played_again(
    claims: list[Claim], evidence: Evidence, progress: Progress
) -> dict[str, tuple[Alternative, ...]]:
    """Every scenario test under every other choice; futures of one choice at a time are in memory."""
    tests = [c for c in claims if isinstance(c.test, Scenario)] if evidence.ask is not None else []
    out: dict[str, tuple[Alternative, ...]] = {}
    for number, (what, make) in enumerate(evidence.again.items()):
        ask = make()
        for x, claim in enumerate(tests):
            progress("scenarios under other choices", (number + x / len(tests)) / len(evidence.again))
            effect, _ = scenario(claim.test, ask, evidence.draws)
            verdict = decide(effect, claim.test.expect, _margin(claim.test, effect))
            out[claim.id] = (*out.get(claim.id, ()), Alternative(what, effect.estimate, verdict))
    return out


def _margin(test: Scenario, effect: Effect) -> float:
    """The margin of a scenario is a share of the baseline's level."""
    return test.margin * max(abs(effect.levels[1]), 1e-6) if np.isfinite(effect.levels[1]) else test.margin


def judge_one(claim: Claim, evidence: Evidence, again: tuple[Alternative, ...] = ()) -> Verdict:
    """Judge one claim by itself, without regard to other tests; ``again`` is its scenario played otherwise."""
    test = claim.test
    if isinstance(test, Untestable):
        return _plain(claim, NOT_TESTABLE, f"{test.why}: {test.reason}")
    if isinstance(test, Bargain):
        return _plain(claim, NOT_COVERED, f"needs a settlement to be worked out: {test.property}")
    if isinstance(test, Fact):
        found = fact(test, evidence.ties, evidence.happenings, evidence.start)
        verdict = NOT_COVERED if found.holds is None else SUPPORTED if found.holds else CONTRADICTED
        return _plain(claim, verdict, found.says, found.rows, "the case's tables")
    if isinstance(test, Coefficient):
        return _coefficient(claim, test, evidence)
    if isinstance(test, Scenario):
        return _scenario(claim, test, evidence, again)
    return _counted(claim, test, evidence)


def _plain(claim: Claim, verdict: str, told: str, events: int = 0, basis: str = "") -> Verdict:
    return Verdict(
        claim.id, claim.essay, claim.kind, claim.test.kind, verdict, told,
        prior=claim.prior, events=events, before=verdict, basis=basis,
    )  # fmt: skip


def _measured(
    claim: Claim, effect: Effect, told: str, basis: str, others: tuple[Alternative, ...] = ()
) -> Verdict:
    test = claim.test
    verdict = decide(effect, test.expect, test.margin)
    low, high = interval(effect)
    p = float("nan") if effect.problem else min(1.0, 2 * min(chances(effect, test.expect, test.margin)))
    posterior = None
    if not effect.problem and claim.prior is not None:
        scale = SCALES.get(test.kind) or max(abs(effect.levels[1]), 1e-6)
        posterior = updated(claim.prior, effect, test.expect, test.margin, scale)
    return Verdict(
        claim.id, claim.essay, claim.kind, test.kind, verdict, told, effect.estimate, low, high, p,
        prior=claim.prior, posterior=posterior, events=effect.events, before=verdict, basis=basis,
        fragile=is_fragile(verdict, effect.estimate, test.expect, test.margin, others), alternatives=others,
    )  # fmt: skip


def _counted(claim: Claim, test: Contrast | Trend, evidence: Evidence) -> Verdict:
    stream = evidence.stream(test)
    if stream is None:
        return _plain(claim, NOT_COVERED, "there is no record of these days")
    room = contrasts if isinstance(test, Contrast) else trends
    run = contrasts.contrast if isinstance(test, Contrast) else trends.trend
    days = stream.covered_all()
    effect = run(test, stream, evidence.great_powers, days, BLOCK)
    told = says(test, effect)
    others = []
    if not effect.problem and evidence.firm:
        for what, other, some, block in room.alternatives(test, stream, days):
            found = run(other, stream, evidence.great_powers, some, block)
            others.append(Alternative(what, found.estimate, decide(found, test.expect, test.margin)))
    basis = "coded events" if test.record == "events" else "the hand-written chronology"
    return _measured(claim, effect, told, basis, tuple(others))


def _coefficient(claim: Claim, test: Coefficient, evidence: Evidence) -> Verdict:
    if evidence.fit is None:
        return _plain(claim, NOT_COVERED, "there is no fit")
    effect = coefficient(test, evidence.fit)
    others = []
    for what, fit in evidence.others.items():
        found = coefficient(test, fit)
        others.append(Alternative(what, found.estimate, decide(found, test.expect, test.margin)))
    return _measured(claim, effect, says(test, effect), "the fit, over all actors", tuple(others))


def _scenario(claim: Claim, test: Scenario, evidence: Evidence, again: tuple[Alternative, ...]) -> Verdict:
    if evidence.ask is None:
        return _plain(claim, NOT_COVERED, "scenarios were not played")
    effect, answer = scenario(test, evidence.ask, evidence.draws)
    scaled = claim.model_copy(update={"test": test.model_copy(update={"margin": _margin(test, effect)})})
    told = f"{answer.sentence} ({parts_of_error(answer)})"
    return _measured(scaled, effect, told, "the model's futures", again)
