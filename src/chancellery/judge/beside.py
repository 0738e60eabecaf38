"""A draft's answer beside its author's words: what was claimed, how surely, and what the model's futures say.

The model's answer is the fitted model's, not the world's; and where the lever was inferred, it is the answer to
what was inferred. Both are said.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from chancellery import __version__
from chancellery.answer.contrast import Answer, contrast
from chancellery.answer.question import question
from chancellery.answer.words import number, signed
from chancellery.cases.drafting import Draft
from chancellery.cases.playing import Simulation
from chancellery.errors import ScenarioError
from chancellery.judge.evidence import great_powers, issue_shares
from chancellery.judge.scenario import effect_of
from chancellery.judge.verdict import CONTRADICTED, SUPPORTED, chances, decide
from chancellery.simulate.ensemble import check
from chancellery.simulate.scenario import Ask

MARGIN = 0.1  # of the baseline, as in scenario tests
EXPECTS = {
    "more": "it rises",
    "less": "it falls",
    "same": "it stays",
    "different": "it changes",
    "not-more": "it does not rise",
    "not-less": "it does not fall",
}
PER = {"a year": " a year", "a month": " a month", "index": "", "probability": ""}


@dataclass(frozen=True)
class Beside:
    """A claim's words and the model's answer to its draft.

    Attributes
    ----------
    draft, answer
        What was played, and the question's answer.
    agrees
        ``as the author says``, ``against the author``, ``no clear difference``, or ``moves nothing``.
    chance
        Probability, given the model and its two errors, that the answer goes the author's way; None where nothing
        moves.
    about
        How it was made.
    """

    draft: Draft
    answer: Answer
    agrees: str
    chance: float | None
    about: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        claim = self.draft.claim
        return {
            "kind": "chancellery draft played",
            "format": 1,
            "author": {
                "sentence": claim.sentence,
                "essay": claim.essay,
                "paragraph": claim.paragraph,
                "speaker": claim.speaker,
                "hedge": claim.hedge,
                "band": claim.band,
                "prior": claim.prior,
                "horizon": claim.horizon,
                "horizon_stated": claim.horizon_stated,
                "expects": EXPECTS[self.draft.expect],
            },
            "model": {
                "agrees": self.agrees,
                "chance": self.chance,
                "sentence": self.answer.sentence,
                "unit": self.answer.unit,
                "baseline": asdict(self.answer.baseline),
                "scenario": asdict(self.answer.level),
                "difference": asdict(self.answer.difference)
                | {
                    "total_low": self.answer.difference.total_low,
                    "total_high": self.answer.difference.total_high,
                },
                "probability": None
                if self.answer.probability is None
                else dict(zip(("baseline", "scenario", "difference"), map(asdict, self.answer.probability))),
            },
            "draft": self.draft.as_dict(),
            "about": self.about,
        }

    def rows(self) -> list[tuple[str, str, str]]:
        """The two side by side: what, the author, the model."""
        c, a, d = self.draft.claim, self.answer, self.answer.difference
        per = PER[a.unit]
        band = f"{100 * c.band[0]:.0f} to {100 * c.band[1]:.0f} in 100" if c.band else "none"
        how_far = c.horizon if c.horizon_stated else f"{c.horizon} (inferred)"
        than = f"under '{self.draft.than}'" if self.draft.than else "without the levers"
        change = (
            f"{signed(d.value, a.unit)}{per} [{signed(d.total_low, a.unit)}, {signed(d.total_high, a.unit)}]"
        )
        chance = "moves nothing" if self.chance is None else f"{100 * self.chance:.0f} in 100"
        out = [
            ("if", c.cause, "\n".join(str(v) for v in self.draft.scenario.levers)),
            ("then", c.effect, self.draft.that),
            ("direction", EXPECTS[self.draft.expect], f"{change.replace(' pp,', ',')} (90% interval)"),
            (
                "level",
                "",
                f"{number(a.level.value, a.unit)}{per}; {than} {number(a.baseline.value, a.unit)}{per}",
            ),
        ]
        if a.probability is not None:
            base, level, _ = a.probability
            told = f"{number(level.value, 'probability')}; {than} {number(base.value, 'probability')}"
            out.append(("happens at all", "", told))
        return [
            *out,
            (
                "how sure",
                f"{c.hedge or 'no word of doubt'}: {band}",
                f"{chance} that it goes the author's way",
            ),
            ("how far ahead", how_far, self.draft.within),
            (
                "where",
                f"{c.essay}, paragraph {c.paragraph}" + (f"; {c.speaker} speaks" if c.speaker else ""),
                "",
            ),
            ("so", "", self.agrees),
        ]

    def __str__(self) -> str:
        return "\n".join(
            f"{what:<15}{' | '.join(x for x in (author, model) if x)}" for what, author, model in self.rows()
        )


def beside(draft: Draft, simulation: Simulation) -> Beside:
    """Play a draft and set its answer beside the author's words.

    Parameters
    ----------
    draft
        One that runs.
    simulation
        Whose futures: case, fit, draws and seed.

    Raises
    ------
    ScenarioError
        If the draft has no lever or no question, or a lever cannot be applied.
    """
    if not draft.runs:
        raise ScenarioError(
            f"the draft of claim {draft.claim.id} cannot be played yet: {'; '.join(draft.missing)}; "
            "write it with --write, fill it in, and run 'chancellery whatif' on the file"
        )
    case, fit = simulation.case, simulation.fit
    check(simulation.runner, draft.scenario)
    other = case.scenario(draft.than) if draft.than else draft.scenario.without_levers()
    asked = question(Ask(that=draft.that, within=draft.within), draft.scenario.header, fit.actors)
    shares, powers = issue_shares(case, fit), great_powers(case)
    answer = contrast(simulation.run(draft.scenario), simulation.run(other), asked, shares, powers)
    effect = effect_of(answer, simulation.draws // simulation.replicates)
    if effect.problem:
        return Beside(draft, answer, f"moves nothing: {effect.problem}", None, _about(simulation))
    base = abs(answer.baseline.value)
    margin = draft.claim.test.margin if draft.by_test else MARGIN
    margin *= base if np.isfinite(base) and base > 0 else 1.0
    found = decide(effect, draft.expect, margin, level=0.10)
    agrees = {SUPPORTED: "as the author says", CONTRADICTED: "against the author"}.get(
        found, "no clear difference"
    )
    chance = 1.0 - chances(effect, draft.expect, margin)[0]
    return Beside(draft, answer, agrees, chance, _about(simulation))


def _about(simulation: Simulation) -> dict[str, Any]:
    return {
        "chancellery": __version__,
        "case": simulation.case.title,
        "draws": simulation.draws,
        "replicates": simulation.replicates,
        "seed": simulation.seed,
        "record": simulation.fit.about.get("record", ""),
        "record_until": str(simulation.fit.until),
    }
