"""A specification: which actors, acts and effects, over which clock, with which priors.

It is read from ``model.toml`` and is all the fit needs to know besides the record.
"""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from chancellery import world
from chancellery.effects import catalogue
from chancellery.errors import ChancelleryError, ModelError, did_you_mean
from chancellery.model.priors import Prior, check_names, prior


class Specification(BaseModel):
    """What to fit.

    Attributes
    ----------
    step
        Length of the clock's tick; all events of a step are drawn from the state at its start. ``"month"`` is
        that of the calendar; with ``"event"`` every event is a step, in the order in which the record has them.
    sample, sample_seed
        Alternatives (class of act, target) that are scored for a source in a step, drawn at random with a
        correction for how likely each was drawn; by default all of them.
    half_lives
        Days; one memory column of each kind a half-life, short to long. The longest stands for structure:
        simulation holds it as the record left it.
    short, long
        Half-lives in days of the rates of cooperation and conflict that the political effects read.
    actors
        Actor ids in play, in the order of the arrays.
    choice, rate
        Names of the effects on whom to do what to, and on how much to do.
    dyad_sd, actor_sd
        Standard deviations to which the lasting terms of each ordered pair, and of each target, are shrunken;
        0 leaves them out, ``"estimate"`` takes what foretells the later part of the record best (it costs
        about another fit).
    priors
        ``effect`` or ``effect:class`` to prior; the default is mean 0, sd 1 on the standardised effect, and
        sd 0.3 on the raw effect for the rate.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str = ""
    step: Literal["day", "week", "month", "event"] = "week"
    sample: int | None = Field(default=None, ge=4)
    sample_seed: int = Field(default=1, ge=0)
    half_lives: tuple[float, ...] = (5.0, 20.0, 80.0, 365.0)
    short: float = Field(default=30.0, gt=0)
    long: float = Field(default=365.0, gt=0)
    actors: tuple[str, ...]
    choice: tuple[str, ...]
    rate: tuple[str, ...] = ()
    dyad_sd: float | Literal["estimate"] = 0.3
    actor_sd: float | Literal["estimate"] = 0.0
    priors: dict[str, Prior] = {}

    @field_validator("actors")
    @classmethod
    def _known_actors(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(names) < 3:
            raise ValueError("needs at least three actors: with two there is no choice of whom to turn to")
        if len(set(names)) < len(names):
            twice = sorted({n for n in names if names.count(n) > 1})
            raise ValueError(f"names {', '.join(twice)} twice")
        return tuple(world.actor(name).id for name in names)

    @field_validator("half_lives")
    @classmethod
    def _rising(cls, half: tuple[float, ...]) -> tuple[float, ...]:
        if len(half) < 2 or any(b <= a for a, b in pairwise(half)) or half[0] <= 0:
            raise ValueError(
                "half-lives are two or more positive days in rising order, such as [10, 45, 200]"
            )
        return half

    @field_validator("choice", "rate")
    @classmethod
    def _known_effects(cls, names: tuple[str, ...], info) -> tuple[str, ...]:
        for name in names:
            is_rate = catalogue.lookup(name).level == "actor"
            if is_rate != (info.field_name == "rate"):
                belongs = "rate" if is_rate else "choice"
                raise ValueError(f"effect '{name}' belongs in '{belongs}', not in '{info.field_name}'")
        if len(set(names)) < len(names):
            raise ValueError("names an effect twice")
        return names

    @field_validator("dyad_sd", "actor_sd")
    @classmethod
    def _not_negative(cls, sd: float | str) -> float | str:
        if sd != "estimate" and not 0.0 <= sd < 100.0:
            raise ValueError(f"{sd:g} is no standard deviation; write 0 or more, or 'estimate'")
        return sd

    @field_validator("priors", mode="before")
    @classmethod
    def _read_priors(cls, tables: object) -> object:
        if not isinstance(tables, dict):
            raise ValueError("is a table of effects, such as own-share = { mean = 0, sd = 0.2 }")
        return {name: prior(table, f"priors.{name}") for name, table in tables.items()}

    @model_validator(mode="after")
    def _priors_are_used(self) -> Specification:
        check_names(self.priors, (*self.choice, *self.rate), world.CLASSES, "priors")
        for name in self.priors:
            if ":" in name and name.partition(":")[0] in self.rate:
                raise ValueError(f"'{name}': how much an actor does has no class; write the effect alone")
        return self

    def without(self, *names: str) -> Specification:
        """The same specification less some effects."""
        return self.model_copy(
            update={
                "choice": tuple(n for n in self.choice if n not in names),
                "rate": tuple(n for n in self.rate if n not in names),
                "priors": {k: v for k, v in self.priors.items() if k.partition(":")[0] not in names},
            }
        )


def read_specification(path: str | Path, actors: tuple[str, ...] | None = None) -> Specification:
    """Read ``model.toml``.

    Parameters
    ----------
    path
        The file; its table ``[model]`` has the fields of :class:`Specification`.
    actors
        Used when the file itself names no actors (a case names them in ``actors.csv``).

    Raises
    ------
    ModelError
        Naming the file, the field and the cure.
    """
    path = Path(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{path.name} is not in {path.parent}; a case needs it to say what to fit") from None
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"{path.name}: not valid TOML: {error}") from None
    fields = dict(table.get("model", {}))
    if not fields:
        raise ModelError(f"{path.name}: has no table [model]")
    if actors is not None:
        fields.setdefault("actors", actors)
    return specification(fields, where=path.name)


def specification(fields: dict, where: str = "specification") -> Specification:
    """Check fields and return the specification.

    Raises
    ------
    ModelError
        Naming the wrong field and the nearest known one.
    """
    for key in fields:
        if key not in Specification.model_fields:
            raise ModelError(
                f"{where}: '{key}' is not a field{did_you_mean(key, Specification.model_fields)}"
            )
    try:
        return Specification(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise ModelError(f"{where}: field '{field}': {message}") from None
    except ChancelleryError as error:
        raise ModelError(f"{where}: {error}") from None
