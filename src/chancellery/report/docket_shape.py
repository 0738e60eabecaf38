"""The shape of a docket as 'chancellery judge --json' writes it, checked before anything of it is shown."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from chancellery.report.saved import Number, Shape, Text

Named = Literal["supported", "contradicted", "undecided", "not covered", "not testable"]


class Otherwise(Shape):
    """The same test under another choice."""

    what: Text
    estimate: Number
    verdict: Text


class Judged(Shape):
    """One verdict."""

    claim: Text
    essay: Text
    kind: Text
    test: Text
    verdict: Named
    says: Text
    estimate: Number = float("nan")
    low: Number = float("nan")
    high: Number = float("nan")
    p: Number = float("nan")
    q: Number = float("nan")
    prior: Number = float("nan")
    posterior: Number = float("nan")
    events: int = 0
    before: Text = ""
    basis: Text = ""
    firmness: Text = ""
    alternatives: tuple[Otherwise, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether the evidence spoke for or against."""
        return self.verdict in ("supported", "contradicted")

    @property
    def measured(self) -> bool:
        """Whether there is an effect with an interval."""
        return self.low == self.low and self.high == self.high


class Row(Judged):
    """A verdict with what its claim says."""

    sentence: Text = ""
    cause: Text = ""
    relation: Text = ""
    effect: Text = ""
    direction: Text = ""
    speaker: Text = ""
    paragraph: int = 0
    hedge: Text = ""
    modality: Text = ""
    band: tuple[float, float] | None = None
    negated: bool = False
    horizon: Text = ""
    horizon_stated: bool = False
    expect: Text = ""
    margin: Number = float("nan")
    of: Text = ""
    index: Text = ""
    reading: Text = ""


class Side(Shape):
    """One side of a disagreement."""

    essay: Text
    says: Text
    verdicts: tuple[Judged, ...] = ()


class Dispute(Shape):
    """A disagreement of essays."""

    id: Text
    topic: Text
    says: Text
    model: Text = ""
    sides: tuple[Side, ...]


class Error(Shape):
    """An error looked for."""

    id: Text
    essay: Text
    result: Text
    says: Text
    paragraph: int = 0
    essay_says: Text = ""
    wrong: Text = ""


class Docket(Shape):
    """All of it."""

    kind: Literal["chancellery verdicts"]
    format: Literal[1]
    verdicts: tuple[Row, ...] = Field(min_length=1)
    disagreements: tuple[Dispute, ...] = ()
    errors: tuple[Error, ...] = ()
    tried: tuple[Text, ...] = ()
    about: dict = Field(default_factory=dict)
