"""A claim: one sentence of an essay as cause, effect and direction, how sure its author is, and its test.

A test says beforehand what the record would show if the claim held. There are seven kinds::

    coefficient   a weight of the fitted model has a sign
    contrast      something is more frequent on one side than on the other (periods, pairs, before and after)
    trend         something rises or falls over a period
    scenario      the model's futures differ under a lever
    fact          a dated tie or act of the case's tables
    bargain       a property of a settlement
    untestable    none, with the reason
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from chancellery.essays.terms import Period, known_acts, pairs, period

Expect = Literal["more", "less", "same", "different", "not-more", "not-less"]
Reason = Literal[
    "judgement",
    "belief",
    "allegation",
    "norm",
    "not recorded",
    "outside the record",
    "no horizon",
    "tautology",
]


class Table(BaseModel):
    """A table of a claim file: unknown keys are refused, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Driver(Table):
    """What came before: the weeks after more of this than usual are set against the weeks after less.

    ``acts`` between ``dyads``, added up over the ``within`` weeks before.
    """

    dyads: tuple[str, ...]
    acts: tuple[str, ...] = ("all",)
    within: int = Field(default=4, ge=1, le=26)

    check_dyads = field_validator("dyads")(lambda value: pairs(value))
    check_acts = field_validator("acts")(lambda value: known_acts(value))


class Other(Table):
    """The other side of a contrast; what it does not say is as on the first side."""

    acts: tuple[str, ...] | None = None
    dyads: tuple[str, ...] | None = None
    issues: tuple[str, ...] | None = None
    during: str | None = None
    index: str | None = None
    after: Driver | None = None

    check_dyads = field_validator("dyads")(lambda value: pairs(value))
    check_acts = field_validator("acts")(lambda value: known_acts(value))
    check_during = field_validator("during")(lambda value: period(value) and value)


class Measured(Table):
    """What a contrast or a trend counts.

    ``of = "rate"``: acts of these pairs for every act of the whole record in the same days, so that gaps and
    the volume of the sources fall out; ``"share"``: these acts among all acts of the same pairs.
    """

    acts: tuple[str, ...] = ("all",)
    of: Literal["rate", "share"] = "rate"
    dyads: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    index: str | None = None
    during: str | None = None
    record: Literal["events", "chronology"] = "events"
    expect: Expect
    margin: float = Field(default=0.25, gt=0)
    reading: str = ""

    check_dyads = field_validator("dyads")(lambda value: pairs(value))
    check_acts = field_validator("acts")(lambda value: known_acts(value))
    check_during = field_validator("during")(lambda value: period(value) and value)

    @model_validator(mode="after")
    def _something_is_counted(self) -> Measured:
        if bool(self.dyads) == bool(self.index):
            raise ValueError("give either dyads (with acts) or index")
        return self


class Contrast(Measured):
    """More on the first side than on the other: other days, other pairs, other acts, or after less of a driver."""

    kind: Literal["contrast"]
    after: Driver | None = None
    than: Other | None = None
    beside: tuple[str, ...] = ()

    check_beside = field_validator("beside")(lambda value: pairs(value))

    @model_validator(mode="after")
    def _two_sides(self) -> Contrast:
        if self.after is None and self.than is None:
            raise ValueError("needs another side: than, or after")
        if self.index and (self.after or self.beside):
            raise ValueError("an index is compared with 'than' only")
        return self


class Trend(Measured):
    """The measure rises (more), falls (less) or stays (same) over its period."""

    kind: Literal["trend"]


class Coefficient(Table):
    """The mean weight of an effect over some classes of act, in the fit."""

    kind: Literal["coefficient"]
    effect: str
    classes: tuple[str, ...] = ("all",)
    expect: Expect
    margin: float = Field(default=0.02, gt=0)
    scope: tuple[str, ...] = ()
    reading: str = ""


class Scenario(Table):
    """A question put to futures with a scenario of the case (or levers of its own) and without."""

    kind: Literal["scenario"]
    scenario: str | None = None
    levers: tuple[dict, ...] = ()
    than: str | None = None
    that: str
    within: str = "12 months"
    expect: Expect
    margin: float = Field(default=0.1, gt=0)
    reading: str = ""

    @model_validator(mode="after")
    def _one_source(self) -> Scenario:
        if (self.scenario is None) == (not self.levers):
            raise ValueError("give either scenario (one of the case's) or levers")
        return self


class TieThan(Table):
    """The tie a tie is compared with; what it does not say is as in the first."""

    tie: str | None = None
    source: str | None = None
    target: str | None = None
    on: str | None = None


class Fact(Table):
    """A tie that holds on a day (or is stronger than another), or an act that happened in a period."""

    kind: Literal["fact"]
    tie: str | None = None
    act: str | None = None
    source: str
    target: str
    on: str | None = None
    during: str | None = None
    than: TieThan | None = None
    least: int = Field(default=1, ge=1)
    expect: Literal["holds", "absent", "more", "less", "happened", "not-happened"]
    reading: str = ""

    check_during = field_validator("during", "on")(lambda value: period(value) and value)

    @model_validator(mode="after")
    def _whole(self) -> Fact:
        if (self.tie is None) == (self.act is None):
            raise ValueError("give either tie or act")
        if self.tie and (self.on is None or self.expect in ("happened", "not-happened")):
            raise ValueError("a tie needs on (a day) and expects holds, absent, more or less")
        if self.tie and (self.expect in ("more", "less")) != (self.than is not None):
            raise ValueError("more and less need than, the tie it is compared with")
        if self.act and (self.during is None or self.expect not in ("happened", "not-happened")):
            raise ValueError("an act needs during (a period) and expects happened or not-happened")
        return self


class Bargain(Table):
    """A property a settlement of the case's issues would have."""

    kind: Literal["bargain"]
    property: str
    issues: tuple[str, ...] = ()
    reading: str = ""


class Untestable(Table):
    """No test, and why not."""

    kind: Literal["untestable"]
    why: Reason
    reason: str


Test = Annotated[
    Coefficient | Contrast | Trend | Scenario | Fact | Bargain | Untestable, Field(discriminator="kind")
]


class Claim(Table):
    """One claim of one essay.

    ``hedge`` is the author's own word of doubt and ``modality`` its class, a row of ``modality.csv``. ``band`` is
    the range of probability it stands for, None for norms; for a claim that says
    something will *not* happen the band is that of the thing happening, as ``negated`` says. ``speaker`` is
    set where the essay reports another's belief: the claim is then that the speaker holds it, and is kept as
    attributed text.
    """

    id: str = Field(pattern=r"^[A-Z][A-Z0-9-]*$")
    essay: str
    paragraph: int = Field(ge=1)
    kind: Literal["causal", "conditional", "predictive", "belief", "assessment", "normative"]
    cause: str = Field(min_length=1)
    relation: str
    effect: str = Field(min_length=1)
    direction: Literal["+", "-", "0", "±"]
    hedge: str = ""
    modality: str | None = None
    band: tuple[float, float] | None = None
    negated: bool = False
    horizon: str
    horizon_stated: bool = False
    speaker: str | None = None
    actors: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    test: Test

    @field_validator("band")
    @classmethod
    def _a_range(cls, value: tuple[float, float] | None) -> tuple[float, float] | None:
        if value is not None and not 0.0 <= value[0] <= value[1] <= 1.0:
            raise ValueError(f"{list(value)} is not a range within [0, 1], low first")
        return value

    @property
    def prior(self) -> float | None:
        """Probability that the claim, as stated, holds: the middle of its band."""
        if self.band is None:
            return None
        middle = (self.band[0] + self.band[1]) / 2.0
        return 1.0 - middle if self.negated else middle

    @property
    def sentence(self) -> str:
        """The claim as one line."""
        return f"{self.cause} → {self.relation.replace('_', ' ')} → {self.effect}"


class Essay(Table):
    """What a claim file is about."""

    id: str
    author: str
    written: str = ""
    about: str = ""
    note: str = ""


__all__ = [
    "Bargain", "Claim", "Coefficient", "Contrast", "Driver", "Essay", "Fact", "Measured", "Other", "Period",
    "Scenario", "Trend", "Untestable",
]  # fmt: skip
