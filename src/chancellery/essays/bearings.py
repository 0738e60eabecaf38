"""What a claim says about the weights of the model: the bridge from a sentence to a prior.

A claim with a ``coefficient`` test names its weight itself. ``experts.toml`` says for others which effect they
speak of, with which sign and for which classes of act, and why::

    [[bearing]]
    claim = "C007"
    effect = "thaw-substitution"
    classes = ["conflict"]     # classes of act, or groups of them
    sign = "+"                 # + raises the weight, - lowers it, 0 says it is about nil
    why = "…"
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from chancellery import world
from chancellery.errors import EssayError, did_you_mean
from chancellery.essays.claim import Claim, Coefficient, Table, Untestable
from chancellery.essays.reading import Claims, Known, build, toml
from chancellery.essays.terms import GROUPS

Sign = Literal["+", "-", "0"]
OWN: dict[str, Sign] = {"more": "+", "less": "-", "same": "0"}


class Bearing(Table):
    """One claim bears on the weight of one effect, for some classes of act."""

    claim: str
    effect: str
    classes: tuple[str, ...] = ("all",)
    sign: Sign
    why: str = Field(min_length=1)

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Names of the coefficients, ``effect:class``, in the order of the classes."""
        chosen = {c for name in self.classes for c in GROUPS[name]}
        return tuple(f"{self.effect}:{c}" for c in world.CLASSES if c in chosen)


def read_bearings(path: Path, claims: Claims, known: Known) -> tuple[Bearing, ...]:
    """Read ``experts.toml``.

    Raises
    ------
    EssayError
        If a table has a mistake, or names a claim or effect that is not there; allegations and claims without
        a band of probability bear on nothing.
    """
    tables = toml(path)
    for key in tables:
        if key != "bearing":
            raise EssayError(f"{path.name}: '[{key}]' is no table of this file; write [[bearing]]")
    rows = tables.get("bearing", [])
    if not isinstance(rows, list):
        raise EssayError(f"{path.name}: write [[bearing]] in double brackets, it is a list")
    by_id, out, seen = {c.id: c for c in claims}, [], set()
    for number, row in enumerate(rows, 1):
        where = f"{path.name} bearing {number} ({row.get('claim', 'no claim')})"
        bearing = build(Bearing, row, where)
        _check(bearing, by_id, known, where)
        for name in bearing.coefficients:
            if (bearing.claim, name) in seen:
                raise EssayError(f"{where}: says something of {name} twice; keep one of the two")
            seen.add((bearing.claim, name))
        out.append(bearing)
    return tuple(out)


def _check(bearing: Bearing, by_id: dict[str, Claim], known: Known, where: str) -> None:
    if bearing.claim not in by_id:
        raise EssayError(f"{where}: there is no claim '{bearing.claim}'{did_you_mean(bearing.claim, by_id)}")
    if bearing.effect not in known.effects:
        raise EssayError(
            f"{where}: effect '{bearing.effect}' is not of this model{did_you_mean(bearing.effect, known.effects)}"
        )
    for name in bearing.classes:
        if name not in GROUPS:
            raise EssayError(f"{where}: class '{name}' is not known{did_you_mean(name, GROUPS)}")
    claim = by_id[bearing.claim]
    if claim.band is None:
        raise EssayError(f"{where}: the claim has no band of probability; what ought to be is no forecast")
    ahead, met = [claim], set()
    while ahead:  # the allegation may stand further down the chain
        claim = ahead.pop()
        if isinstance(claim.test, Untestable) and claim.test.why == "allegation":
            raise EssayError(
                f"{where}: rests on {claim.id}, an allegation, which is kept as text and never modelled"
            )
        met.add(claim.id)
        ahead += [by_id[name] for name in claim.rests_on if name not in met]


def bearings(claims: Claims, read: tuple[Bearing, ...]) -> tuple[Bearing, ...]:
    """Those that were read, and those of claims whose own test is the sign of a coefficient."""
    said = {(b.claim, name) for b in read for name in b.coefficients}
    own = []
    for claim in claims:
        test = claim.test
        if isinstance(test, Coefficient) and test.expect in OWN and claim.band is not None:
            bearing = Bearing(
                claim=claim.id, effect=test.effect, classes=test.classes, sign=OWN[test.expect],
                why=test.reading or "the claim's own test",
            )  # fmt: skip
            if not said.intersection((claim.id, name) for name in bearing.coefficients):
                own.append(bearing)
    present = {c.id for c in claims}
    return (*own, *(b for b in read if b.claim in present))
