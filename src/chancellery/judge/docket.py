"""The docket: a verdict a claim, the disagreements side by side, the errors looked for; one result, three forms."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from chancellery.essays.claim import Claim
from chancellery.essays.disputes import Disagreement, Slip
from chancellery.judge.claims import Progress, judge, silent
from chancellery.judge.evidence import Evidence
from chancellery.judge.slips import Checked, check_slips
from chancellery.judge.verdict import CONTRADICTED, SUPPORTED, Verdict

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
    """

    claims: tuple[Claim, ...]
    verdicts: tuple[Verdict, ...]
    disputes: tuple[Dispute, ...] = ()
    slips: tuple[Checked, ...] = ()

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

    def as_dict(self) -> dict:
        """Plain data, for JSON; what is not a number is null."""
        rows = [
            _plain({**asdict(v), "sentence": c.sentence, "speaker": c.speaker, "paragraph": c.paragraph})
            for c, v in zip(self.claims, self.verdicts)
        ]
        return {
            "kind": "chancellery verdicts",
            "format": 1,
            "verdicts": rows,
            "tally": {by: self.tally(by) for by in ("essay", "kind", "test", "basis")},
            "fragile": [v.claim for v in self.fragile],
            "disagreements": [
                {
                    "id": d.disagreement.id,
                    "topic": d.disagreement.topic,
                    "says": d.says,
                    "sides": [
                        {"essay": s.essay, "says": s.says, "verdicts": [_plain(asdict(v)) for v in found]}
                        for s, found in zip(d.disagreement.side, d.sides)
                    ],
                }
                for d in self.disputes
            ],
            "errors": [
                {"id": s.slip.id, "essay": s.slip.essay, "result": s.result, "says": s.says}
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
        for d in self.disputes:
            lines.append(f"{d.disagreement.id} {d.disagreement.topic} {d.says}")
        lines += [f"{s.slip.id} {s.slip.essay}: {s.result}: {s.says}" for s in self.slips]
        return "\n".join(lines)


def _line(claim: Claim, v: Verdict) -> str:
    mark = " (fragile)" if v.fragile else ""
    belief = "" if v.posterior is None else f" belief {100 * v.prior:.0f}% → {100 * v.posterior:.0f}%."
    return f"{v.claim} {v.essay} {v.verdict}{mark}: {claim.sentence}. {v.says}.{belief}"


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
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
    )
