"""The shape of a what-if result and of a fit's summary, checked field by field before anything is shown.

A saved file may be old, cut short or edited by hand. Nothing of it is trusted: numbers must be numbers, dates
dates, and text loses its control characters, so that it can neither break a page nor drive a terminal.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from chancellery.answer.estimate import Estimate
from chancellery.errors import ReportError

BANDS = ("mean", "q10", "q25", "q50", "q75", "q90")
CURES = {
    "what-if result": "make it again with 'chancellery whatif'",
    "fit summary": "make it again from the fit",
    "docket of verdicts": "make it again with 'chancellery judge --json'",
    "result of rival experts": "make it again with 'chancellery rivals'",
    "track record": "make it again with 'chancellery backtest'",
}


def _number(value: Any) -> Any:
    """NaN for null, which strict JSON writes for a value that is not defined, and for what is not finite."""
    return math.nan if value is None or (isinstance(value, float) and not math.isfinite(value)) else value


def _text(value: Any) -> Any:
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in value)


Number = Annotated[float, BeforeValidator(_number)]
Text = Annotated[str, BeforeValidator(_text)]


class Shape(BaseModel):
    """A part of a saved file; fields that a later version may add are let pass."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)


class Number6(Shape):
    """An estimate."""

    value: Number
    low: Number
    high: Number
    simulation_error: Number
    future_low: Number
    future_high: Number

    @property
    def estimate(self) -> Estimate:
        """As the answers floor knows it."""
        return Estimate(**self.model_dump())


class Likely(Shape):
    """Whether it happens at all."""

    baseline: Number6
    level: Number6
    difference: Number6


class Fan(Shape):
    """Mean and quantiles by date; NaN where no future gives a value."""

    dates: list[date]
    mean: list[Number]
    q10: list[Number]
    q25: list[Number]
    q50: list[Number]
    q75: list[Number]
    q90: list[Number]

    @model_validator(mode="after")
    def _as_long_as_dates(self) -> Self:
        for band in BANDS:
            if len(getattr(self, band)) != len(self.dates):
                raise ValueError(f"{band} has {len(getattr(self, band))} values for {len(self.dates)} dates")
        return self


class Fans(Shape):
    """The two fans of a chart."""

    baseline: Fan
    scenario: Fan


class Driver(Shape):
    """An effect that moved an answer."""

    effect: Text
    change: Number


class Skill(Shape):
    """A skill and its interval."""

    mean: Number
    low: Number
    high: Number


class Standing(Shape):
    """How questions like one have fared."""

    group: Text = ""
    horizon: int = 0
    longer: bool = False
    forecasts: int = 0
    skill: Skill | None = None
    says: Text


class Answer(Shape):
    """What one scenario answers to one question."""

    question: Text
    label: Text
    group: Text = ""
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    unit: Literal["a year", "a month", "index", "probability"]
    baseline: Number6
    level: Number6
    difference: Number6
    probability: Likely | None = None
    verdict: Literal["rises", "falls", "unclear", "identical"]
    share_of_futures_that_differ: Number = math.nan
    drivers: list[Driver] = []
    fans: Fans
    track: Standing | None = None


class Lever(Shape):
    """One thing done, in words."""

    text: Text
    note: Text = ""


class Scenario(Shape):
    """A scenario with its answers."""

    title: Text
    essay: Text = ""
    note: Text = ""
    levers: list[Lever]
    uncertain: list[dict[Text, Any]] = []
    answers: list[Answer]


class Result(Shape):
    """A what-if result."""

    kind: Literal["chancellery what-if"]
    format: Literal[1]
    case: Text
    about: dict[Text, Any]
    record_note: Text = ""
    great_powers: list[Text] = []
    scenarios: dict[Text, Scenario] = Field(min_length=1)


class Coefficient(Shape):
    """A row of the coefficient table; ``low`` and ``high`` are the robust 95% interval."""

    part: Text
    effect: Text
    klass: Text = Field(alias="class")
    estimate: Number
    robust_se: Number
    naive_se: Number
    low: Number
    high: Number

    @property
    def stands_out(self) -> bool:
        """Whether the robust interval leaves out no effect."""
        return self.low > 0 or self.high < 0


class Simulated(Shape):
    """Range over simulations."""

    low: Number
    median: Number
    high: Number


class Check(Shape):
    """An observed number beside what the fitted model simulates."""

    name: Text
    horizon: Text = ""
    observed: Number
    simulated: Simulated
    unit: Text = ""
    ok: bool
    note: Text = ""


class Summary(Shape):
    """The summary of a fit."""

    title: Text
    about: dict[Text, Any]
    actors: int | list[Text]
    acts: int | list[Text]
    events: int
    steps: int
    since: Text | date
    until: Text | date
    coefficients: list[Coefficient]
    transitions: dict[Text, tuple[Number, Number]] = {}
    checks: list[Check] = []


Kind = TypeVar("Kind", bound=Shape)


def checked(shape: type[Kind], data: object, what: str) -> Kind:
    """Read plain data as one of the shapes.

    Parameters
    ----------
    data
        Plain data, as JSON gives it.
    what
        ``what-if result`` or ``fit summary``, for the message.

    Raises
    ------
    ReportError
        With the first field that is wrong, and the cure.
    """
    if not isinstance(data, Mapping):
        raise ReportError(f"this is no {what} but {type(data).__name__}; {CURES[what]}")
    try:
        return shape.model_validate(dict(data))
    except ValidationError as problem:
        first = problem.errors()[0]
        at = " › ".join(str(x + 1) if isinstance(x, int) else x for x in first["loc"])
        said = first["msg"].removeprefix("Value error, ").rstrip(".")
        said = said[:1].lower() + said[1:]
        raise ReportError(f"the {what} is wrong at {at}: {said}; {CURES[what]}") from None
