"""A made-up docket: one claim of every verdict and kind of test, a disagreement, and an error of each result."""

from __future__ import annotations

from dataclasses import replace

from chancellery.essays.claim import Claim
from chancellery.essays.disputes import Disagreement, Side, Slip
from chancellery.judge.docket import Dispute, Docket
from chancellery.judge.slips import Checked
from chancellery.judge.verdict import Alternative, Verdict

THAN = {"during": "2020"}
TESTS = {
    "contrast": {"kind": "contrast", "dyads": ["USA>PAK"], "acts": ["conflict"], "expect": "more", "than": THAN},
    "share": {"kind": "contrast", "of": "share", "dyads": ["USA>PAK"], "acts": ["conflict"], "expect": "not-more", "than": THAN},
    "trend": {"kind": "trend", "index": "hedging of PAK", "expect": "less"},
    "coefficient": {"kind": "coefficient", "effect": "alliance", "expect": "more"},
    "scenario": {"kind": "scenario", "scenario": "x", "that": "USA and PAK cooperate", "expect": "more"},
    "fact": {"kind": "fact", "tie": "war", "source": "RUS", "target": "UKR", "on": "2023", "expect": "holds"},
    "untestable": {"kind": "untestable", "why": "norm", "reason": "a counsel"},
}  # fmt: skip
OTHERS = (Alternative("without 2018", 0.3, "supported"), Alternative("as a share", -0.1, "undecided"))


def claim(name: str, test: str, **more) -> Claim:
    """A claim with a test of a kind."""
    fields = {
        "id": name, "essay": "T0", "paragraph": 3, "kind": "causal", "cause": "Quarrels <b>here</b>", "relation": "causes",
        "effect": f"Pakistan turns to Russia, {name}", "direction": "+", "hedge": "may", "modality": "tentative",
        "band": (0.2, 0.6), "horizon": "short", "test": TESTS[test],
    }  # fmt: skip
    return Claim(**fields | more)


def docket() -> Docket:
    """The docket."""
    rows = [
        (claim("A1", "contrast"), "supported", 0.5, OTHERS, {"fragile": True}),
        (claim("A2", "share", kind="belief", speaker="a minister"), "contradicted", 0.9, OTHERS[:1], {}),
        (claim("A3", "trend", essay="T1"), "undecided", -0.01, (), {"before": "supported"}),
        (claim("A4", "coefficient", negated=True), "supported", 0.04, (), {}),
        (claim("A5", "scenario", kind="conditional"), "undecided", 3.0, (), {}),
    ]
    claims, verdicts = [], []
    for c, verdict, estimate, others, more in rows:
        half = 0.4 * abs(estimate) if verdict != "undecided" else 2 * abs(estimate)
        v = Verdict(
            c.id, c.essay, c.kind, c.test.kind, verdict, "conflict USA>PAK: 12.1% in 2020 against 8.0%; odds × 1.60 [1.2, 2.1]",
            estimate, estimate - half, estimate + half, 0.012, 0.03, c.prior, 0.85, 1234, verdict, "coded events", False, others,
        )  # fmt: skip
        claims.append(c)
        verdicts.append(replace(v, **more))
    for c, verdict, told in (
        (claim("A6", "fact"), "supported", "war RUS → UKR on 2023-12-31: holds (1)"),
        (
            claim("A7", "untestable", kind="normative", band=None, modality=None),
            "not testable",
            "norm: a counsel",
        ),
        (claim("A8", "scenario", essay="T1"), "not covered", "scenarios were not played"),
    ):
        claims.append(c)
        verdicts.append(
            Verdict(c.id, c.essay, c.kind, c.test.kind, verdict, told, prior=c.prior, before=verdict)
        )
    sides = (
        Side(essay="T0", says="It does.", claims=("A1",)),
        Side(essay="T1", says="It does not.", claims=("A3",)),
    )
    dispute = Dispute(Disagreement(id="D1", topic="Does it?", side=sides), ((verdicts[0],), (verdicts[2],)))
    slip = Slip(
        id="E1", essay="T0", paragraph=2, says="It ended in 1990.", wrong="In 1991.", why="no table of it"
    )
    slips = (
        Checked(slip, "not detectable", slip.why),
        Checked(slip.model_copy(update={"id": "E2"}), "found", "1991"),
    )
    about = {
        "case": "Toy",
        "record": "abc",
        "draws": 8,
        "seed": 7,
        "seconds": 1.5,
        "essays": {"T0": "Nobody", "T1": "Noone"},
    }
    return Docket(tuple(claims), tuple(verdicts), (dispute,), slips, ("without memory",), about)
