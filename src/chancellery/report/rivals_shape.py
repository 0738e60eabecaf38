"""The shape of a result of rival experts, checked field by field before anything is shown."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from chancellery.report.saved import Number, Shape, Text


class Gap(Shape):
    """A mean with its interval."""

    mean: Number
    low: Number
    high: Number

    @property
    def clear(self) -> bool:
        """Whether the interval excludes zero."""
        return self.low > 0 or self.high < 0


class Opinion(Shape):
    """What a claim says of a weight."""

    claim: Text
    coefficient: Text
    sign: Text
    held: Number
    why: Text = ""


class Expert(Shape):
    """An expert; the first is the neutral one."""

    name: Text
    author: Text = ""
    about: Text = ""
    claims: int
    weights: int
    opinions: list[Opinion] = Field(default_factory=list)


class StageRow(Shape):
    """How an expert did."""

    expert: Text
    nats_an_event: Number
    gap: Gap | None = None
    by_year: dict[Text, Gap] = Field(default_factory=dict)


class Pair(Shape):
    """Two essays beside each other."""

    ahead: Text
    behind: Text
    gap: Gap


class Stage(Shape):
    """How much of the record the experts have seen."""

    name: Text
    weeks: int | None = None
    learns: bool = False
    rows: list[StageRow] = Field(min_length=2)
    pairs: list[Pair] = Field(default_factory=list)


class Path(Shape):
    """Lead over the neutral expert, week by week."""

    weeks: list[date]
    lead: dict[Text, dict[Text, list[Number]]]

    @model_validator(mode="after")
    def _as_long_as_weeks(self) -> Self:
        for stage in self.lead.values():
            for name, values in stage.items():
                if len(values) != len(self.weeks):
                    raise ValueError(f"{name} has {len(values)} values for {len(self.weeks)} weeks")
        return self


class Held(Shape):
    """What an expert believes of a weight, as mean and standard deviation."""

    speaks: bool
    prior: tuple[Number, Number]
    posterior: tuple[Number, Number]


class Weight(Shape):
    """A weight in question."""

    coefficient: Text
    experts: dict[Text, Held]


class Worth(Shape):
    """What a claim or an effect earns its essay."""

    essay: Text
    claim: Text = ""
    effect: Text = ""
    gap: Gap
    why: Text = ""


class Between(Shape):
    """Nats of a pair of states, or of a class of act."""

    source: Text = ""
    target: Text = ""
    klass: Text = Field(default="", alias="class")
    nats: Number
    events: int


class Telling(Shape):
    """An event on which two experts differ."""

    ahead: Text
    behind: Text
    nats: Number
    sentence: Text


class ReadingGap(Shape):
    """The gap of an essay under another reading."""

    stage: Text
    essay: Text
    gap: Gap


class Mark(Shape):
    """How an essay's statements did."""

    essay: Text
    decided: int
    held: int
    stated: Number
    brier: Gap
    log: Gap
    measured: int
    expected: Gap


class Reading(Shape):
    """The scores under another list of words."""

    name: Text
    gaps: list[ReadingGap]
    marks: list[Mark] = Field(default_factory=list)


class Contest(Shape):
    """A result of rival experts."""

    kind: Literal["chancellery rivals"]
    format: Literal[1]
    about: dict[Text, Any]
    lead: Text
    sentences: list[Text]
    experts: list[Expert] = Field(min_length=2)
    stages: list[Stage] = Field(min_length=1)
    path: Path
    weights: list[Weight]
    claims: list[Worth] = Field(default_factory=list)
    effects: list[Worth] = Field(default_factory=list)
    by_pair: dict[Text, list[Between]] = Field(default_factory=dict)
    by_class: dict[Text, list[Between]] = Field(default_factory=dict)
    events: list[Telling] = Field(default_factory=list)
    bands: dict[Text, dict[Text, tuple[Number, Number]]] = Field(default_factory=dict)
    readings: list[Reading] = Field(default_factory=list)

    @property
    def essays(self) -> list[Expert]:
        """Experts that are essays."""
        return self.experts[1:]
