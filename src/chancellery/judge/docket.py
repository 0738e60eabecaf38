"""The docket: a verdict a claim, the disagreements side by side, the errors looked for; one result, three forms."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from chancellery.essays.claim import Claim
from chancellery.essays.disputes import Disagreement, Slip
from chancellery.judge.claims import Progress, judge, silent
from chancellery.judge.evidence import Evidence
from chancellery.judge.slips import Checked, check_slips
from chancellery.judge.verdict import (
    CONTRADICTED,
    FIRM,
    FRAGILE,
    LOOKED_UP,
    NOT_TRIED,
    SUPPORTED,
    Verdict,
)

ORDER = ("supported", "contradicted", "undecided", "not covered", "not testable")


@dataclass(frozen=True)
class Dispute:
    """A disagreement with the verdicts that speak for each side, and what they come to."""

    disagreement: Disagreement
    sides: tuple[tuple[Verdict, ...], ...]

    @property
    def says(self) -> str:
        """What the record says between the sides."""
        scores = [_score(side) for side in self.sides]
        if not any(scores):
            return "the record does not choose"
        told = []
        for side, score in zip(self.disagreement.side, scores):
            if score:
                told.append(f"{side.essay} ({side.says}) is {'borne out' if score > 0 else 'gainsaid'}")
        return "; ".join(told)


def _score(verdicts: Iterable[Verdict]) -> int:
    found = Counter(v.verdict for v in verdicts)
    return found[SUPPORTED] - found[CONTRADICTED]


@dataclass(frozen=True)
class Docket:
    """Everything that was judged.

    Attributes
    ----------
    claims, verdicts
        In the same order.
    disputes, slips
        Disagreements of essays and errors looked for; empty where a case has none.
    tried
        Other choices about the model under which coefficients and scenarios were tried; empty where they were not.
    about
        How it was made: version, record, draws, seed, seconds.
    """

    claims: tuple[Claim, ...]
    verdicts: tuple[Verdict, ...]
    disputes: tuple[Dispute, ...] = ()
    slips: tuple[Checked, ...] = ()
    tried: tuple[str, ...] = ()
    about: dict = field(default_factory=dict)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.verdicts)

    def __len__(self) -> int:
        return len(self.verdicts)

    def tally(self, by: str) -> dict[str, dict[str, int]]:
        """Counts of verdicts by ``essay``, ``kind`` (of claim), ``test`` (kind of test) or ``basis``."""
        out: dict[str, Counter] = {}
        for v in self.verdicts:
            out.setdefault(getattr(v, by) or "none", Counter())[v.verdict] += 1
        return {key: {name: found[name] for name in ORDER} for key, found in sorted(out.items())}

    @property
    def fragile(self) -> tuple[Verdict, ...]:
        """Decided verdicts that another defensible choice turns round."""
        return tuple(v for v in self.verdicts if v.fragile)

    @property
    def firmness(self) -> dict[str, int]:
        """Counts of decided verdicts that are firm, fragile, not tried under other choices, or looked up."""
        found = Counter(v.firmness for v in self.verdicts if v.decided)
        return {name: found[name] for name in (FIRM, FRAGILE, NOT_TRIED, LOOKED_UP)}

    def as_dict(self) -> dict:
        """Plain data, for JSON; what is not a number is null."""
        rows = [plain(_row(c, v)) for c, v in zip(self.claims, self.verdicts)]
        return {
            "kind": "chancellery verdicts",
            "format": 1,
            "verdicts": rows,
            "tally": {by: self.tally(by) for by in ("essay", "kind", "test", "basis")},
            "fragile": [v.claim for v in self.fragile],
            "firmness": self.firmness,
            "tried": list(self.tried),
            "about": self.about,
            "disagreements": [
                {
                    "id": d.disagreement.id,
                    "topic": d.disagreement.topic,
                    "model": d.disagreement.model,
                    "says": d.says,
                    "sides": [
                        {
                            "essay": s.essay,
                            "says": s.says,
                            "verdicts": [plain(asdict(v) | {"firmness": v.firmness}) for v in found],
                        }
                        for s, found in zip(d.disagreement.side, d.sides)
                    ],
                }
                for d in self.disputes
            ],
            "errors": [
                {
                    "id": s.slip.id,
                    "essay": s.slip.essay,
                    "paragraph": s.slip.paragraph,
                    "essay_says": s.slip.says,
                    "wrong": s.slip.wrong,
                    "result": s.result,
                    "says": s.says,
                }
                for s in self.slips
            ],
        }

    def __str__(self) -> str:
        lines = [_line(c, v) for c, v in zip(self.claims, self.verdicts)]
        lines += ["", f"{'':<20}" + "".join(f"{name:>14}" for name in ORDER)]
        for by in ("essay", "test"):
            lines += [
                f"{by + ' ' + key:<20}" + "".join(f"{n:>14}" for n in found.values())
                for key, found in self.tally(by).items()
            ]
        lines += ["", f"fragile: {', '.join(v.claim for v in self.fragile) or 'none'}"]
        lines += [", ".join(f"{n} {name}" for name, n in self.firmness.items())]
        for d in self.disputes:
            lines.append(f"{d.disagreement.id} {d.disagreement.topic} {d.says}")
        lines += [f"{s.slip.id} {s.slip.essay}: {s.result}: {s.says}" for s in self.slips]
        return "\n".join(lines)


def _line(claim: Claim, v: Verdict) -> str:
    mark = f" ({v.firmness})" if v.firmness in (FRAGILE, NOT_TRIED) else ""
    belief = "" if v.posterior is None else f" belief {100 * v.prior:.0f}% → {100 * v.posterior:.0f}%."
    return f"{v.claim} {v.essay} {v.verdict}{mark}: {claim.sentence}. {v.says}.{belief}"


def _row(claim: Claim, v: Verdict) -> dict:
    """A verdict with what its claim says."""
    told = {
        "sentence": claim.sentence,
        "cause": claim.cause,
        "relation": claim.relation,
        "effect": claim.effect,
        "direction": claim.direction,
        "speaker": claim.speaker,
        "paragraph": claim.paragraph,
        "hedge": claim.hedge,
        "modality": claim.modality,
        "band": claim.band,
        "negated": claim.negated,
        "horizon": claim.horizon,
        "horizon_stated": claim.horizon_stated,
        "expect": getattr(claim.test, "expect", ""),
        "margin": getattr(claim.test, "margin", None),
        "of": getattr(claim.test, "of", ""),
        "index": getattr(claim.test, "index", None),
        "reading": getattr(claim.test, "reading", ""),
    }
    return {**asdict(v), "firmness": v.firmness, **told}


def plain(value: object) -> object:
    """What JSON knows: lists for arrays and tuples, null for what is not a finite number."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def docket(
    claims: Iterable[Claim],
    evidence: Evidence,
    *,
    disagreements: Sequence[Disagreement] = (),
    slips: Sequence[Slip] = (),
    progress: Progress = silent,
    about: dict | None = None,
) -> Docket:
    """Judge claims, sides of disagreements and errors together, under one control of false discoveries."""
    claims = tuple(claims)
    own = [c for d in disagreements for c in d.own()]
    verdicts = judge([*claims, *own], evidence, progress)
    by_id = {v.claim: v for v in verdicts}
    disputes = tuple(
        Dispute(d, tuple(tuple(by_id[n] for n in names if n in by_id) for names in d.names()))
        for d in disagreements
    )
    return Docket(
        claims,
        tuple(verdicts[: len(claims)]),
        disputes,
        tuple(check_slips(slips, evidence.happenings, evidence.ties)),
        tuple(dict.fromkeys([*evidence.others, *evidence.again])),
        about or {},
    )
