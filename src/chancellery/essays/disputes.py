"""Where essays part, and where they slip: disagreements as sides with tests, errors as checks of the tables."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from chancellery.errors import EssayError, did_you_mean
from chancellery.essays.claim import Claim, Table, Test
from chancellery.essays.reading import Claims, Known, build, check_claim, toml


class Side(Table):
    """One side: the claims whose tests speak for it, or a test of its own."""

    essay: str
    says: str
    claims: tuple[str, ...] = ()
    test: Test | None = None

    @model_validator(mode="after")
    def _something_speaks(self) -> Side:
        if bool(self.claims) == (self.test is not None):
            raise ValueError("a side needs either claims or a test of its own")
        return self


class Disagreement(Table):
    """A question that essays answer differently; ``model`` says what it means for the model."""

    id: str
    topic: str
    model: str = ""
    side: tuple[Side, ...] = Field(min_length=2)

    def own(self) -> list[Claim]:
        """Claims made of the sides that bring a test of their own, such as ``D13-2``."""
        return [
            Claim(
                id=f"{self.id}-{number}", essay=s.essay, paragraph=1, kind="assessment", cause=self.topic,
                relation="answered", effect=s.says, direction="±", band=(0.5, 0.5), horizon="past", test=s.test,
            )
            for number, s in enumerate(self.side, 1)
            if s.test is not None
        ]  # fmt: skip

    def names(self) -> list[tuple[str, ...]]:
        """Ids of claims that speak for each side."""
        return [s.claims or (f"{self.id}-{n}",) for n, s in enumerate(self.side, 1)]


class Term(Table):
    """The act of a row of the chronology is said to fall into a leader's time in office."""

    kind: Literal["term"]
    row: str
    state: str
    leader: str


class Person(Table):
    """A person is said to act for a state."""

    kind: Literal["person"]
    person: str
    state: str


class Interval(Table):
    """One row of the chronology is said to follow another after so many days."""

    kind: Literal["interval"]
    row: str
    other: str
    days: tuple[int, int]


class TieHolds(Table):
    """A tie is said to hold on a day."""

    kind: Literal["tie-holds"]
    tie: str
    source: str
    target: str
    on: date


class LeftOut(Table):
    """A tie is told with one date; the tables know later ones before the essay was written."""

    kind: Literal["left-out"]
    tie: str
    source: str
    target: str
    told: date
    written: date


Check = Annotated[Term | Person | Interval | TieHolds | LeftOut, Field(discriminator="kind")]


class Slip(Table):
    """An error of an essay: what it says, what is so, and the check that finds it or why none does."""

    id: str
    essay: str
    paragraph: int = Field(ge=1)
    says: str
    wrong: str
    check: Check | None = None
    why: str = ""

    @model_validator(mode="after")
    def _check_or_reason(self) -> Slip:
        if (self.check is None) == (not self.why):
            raise ValueError("give either a check or why there is none")
        return self


def read_disagreements(path: Path, claims: Claims, known: Known) -> tuple[Disagreement, ...]:
    """Read ``disagreements.toml``.

    Raises
    ------
    EssayError
        If a table has a mistake or a side names no claim.
    """
    out = []
    for number, row in enumerate(_rows(path, "disagreement"), 1):
        where = f"{path.name} {row.get('id', number)}"
        one = build(Disagreement, row, where)
        ids = [c.id for c in claims]
        for side in one.side:
            for name in side.claims:
                if name not in ids:
                    raise EssayError(f"{where}: '{name}' is no claim{did_you_mean(name, ids)}")
        for claim in one.own():
            check_claim(claim, known, where)
        out.append(one)
    return tuple(out)


def read_slips(path: Path) -> tuple[Slip, ...]:
    """Read ``errors.toml``.

    Raises
    ------
    EssayError
        If a table has a mistake.
    """
    rows = enumerate(_rows(path, "error"), 1)
    return tuple(build(Slip, row, f"{path.name} {row.get('id', number)}") for number, row in rows)


def _rows(path: Path, name: str) -> list[dict]:
    tables = toml(path)
    for key in tables:
        if key != name:
            raise EssayError(f"{path.name}: '[{key}]' is not read here; it holds [[{name}]] tables only")
    return tables.get(name, [])
