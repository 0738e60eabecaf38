"""The shape of what a track record is shown from: backtest, natural experiments, nowcast, public benchmarks.

As in :mod:`chancellery.report.saved`, nothing of a saved file is trusted before it is checked.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from chancellery.report.saved import Number, Shape, Skill, Text


class Asked(Shape):
    """How one method did on did-it-happen questions."""

    method: Text
    brier: Number
    log: Number
    slope: Number
    intercept: Number
    skill_brier: Skill | None = None
    skill_log: Skill | None = None


class Questions(Shape):
    """Did-it-happen questions of one kind, stratum and length of window."""

    group: Text
    stratum: Text
    horizon: int
    forecasts: int
    happened: Number
    methods: list[Asked] = Field(min_length=1)


class Counted(Shape):
    """How one method did on counts."""

    method: Text
    crps: Number
    log: Number
    skill_crps: Skill | None = None
    skill_log: Skill | None = None
    over_climatology: Skill | None = None


class Counts(Shape):
    """Counts of one act, stratum and length of window."""

    group: Text
    stratum: Text
    horizon: int
    forecasts: int
    mean: Number
    methods: list[Counted] = Field(min_length=1)


class Ranked(Shape):
    """How one method did on who is next."""

    method: Text
    mrr: Number
    hits1: Number
    hits3: Number
    hits10: Number
    gain: Skill | None = None


class Next(Shape):
    """Who is next, of one group of acts."""

    group: Text
    horizon: int
    cases: int
    methods: list[Ranked]


class Curve(Shape):
    """A reliability diagram."""

    group: Text
    horizon: int
    method: Text
    forecast: list[Number]
    observed: list[Number]
    count: list[int]
    slope: Number
    intercept: Number


class Places(Shape):
    """Where outcomes fell among the forecasts."""

    horizon: int
    stratum: Text
    bins: list[Number]


class Example(Shape):
    """One forecast and what happened."""

    says: Text
    first: date
    last: date
    probability: Number
    usual: Number
    happened: bool
    gain: Number


class Method(Shape):
    """A forecaster, in words."""

    name: Text
    says: Text


class Backtest(Shape):
    """A scored backtest."""

    kind: Literal["chancellery track record"]
    format: Literal[1]
    case: Text
    about: dict[Text, Any]
    origins: list[date] = Field(min_length=1)
    methods: list[Method]
    questions: list[Questions]
    counts: list[Counts]
    next: list[Next] = Field(default_factory=list)
    reliability: list[Curve] = Field(default_factory=list)
    pit: list[Places] = Field(default_factory=list)
    best: list[Example] = Field(default_factory=list)
    worst: list[Example] = Field(default_factory=list)
    findings: list[Text] = Field(default_factory=list)
