"""Scenarios: three lists that are never one: levers (what is done), uncertainties (ranges), questions (asked).

A scenario is a TOML file; ``chancellery show levers`` prints what each lever does and which fields it takes.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chancellery import world
from chancellery.effects import state as st
from chancellery.errors import ChancelleryError, ScenarioError, did_you_mean
from chancellery.simulate.condition import TIE_KINDS, Condition, Quantity, actor_in_play, parse

ORDER = {
    "act": "source does `act` to target, `count` reports a time, once or `every` week or month",
    "start-tie": "the tie holds from then on, with `value`",
    "end-tie": "the tie holds no longer",
    "scale-tie": "the tie's value becomes `value`",
    "forbid": "source no longer does `act` (to target, or to anybody)",
    "scale-effect": "the effect weighs `factor` times as much for source (or for everybody)",
    "scale-rate": "source does `factor` times as much (of `act`, to target, if given)",
    "leader": "source gets a new leader; `value` 1 makes him transactional, 0 not",
    "attribute": "source's attribute `name` becomes `value`",
}
NEEDS = {
    "act": ("source", "target", "act"),
    "start-tie": ("tie", "source", "target"),
    "end-tie": ("tie", "source", "target"),
    "scale-tie": ("tie", "source", "target", "value"),
    "forbid": ("source", "act"),
    "scale-effect": ("effect", "factor"),
    "scale-rate": ("source", "factor"),
    "leader": ("source",),
    "attribute": ("source", "name", "value"),
}
WEEKS = {"week": 7, "month": 30}


class Lever(BaseModel):
    """One thing done to the world, on a day or when something happens."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    do: Literal[
        "act",
        "start-tie",
        "end-tie",
        "scale-tie",
        "forbid",
        "scale-effect",
        "scale-rate",
        "leader",
        "attribute",
    ]
    source: str | None = None
    target: str | None = None
    act: str | None = None
    tie: str | None = None
    effect: str | None = None
    name: str | None = None
    value: float | None = None
    factor: float | None = Field(default=None, ge=0)
    count: float = Field(default=5.0, gt=0)
    mutual: bool = False
    every: Literal["week", "month"] | None = None
    on: date | None = None
    until: date | None = None
    when: str | None = None
    after: str | None = None
    note: str = ""

    @property
    def delay(self) -> int:
        """Days between the condition and the lever."""
        if self.after is None:
            return 0
        base = date(2001, 1, 1)
        return (world.later(base, self.after) - base).days

    def __str__(self) -> str:
        who = " → ".join(x for x in (self.source, self.target) if x)
        what = next((x for x in (self.tie, self.act, self.effect, self.name) if x), "")
        much = "" if self.factor is None else f" × {self.factor:g}"
        much += "" if self.value is None else f" = {self.value:g}"
        time = f"on {self.on}" if self.on else ""
        if self.when:
            time = f"when {self.when}" + (f", {self.after} later" if self.after else "")
        how = f" every {self.every}" if self.every else ""
        return f"{self.do} {what} {who}{much}{how} {time}".replace("  ", " ").strip()


class Uncertain(BaseModel):
    """A range that is not known and not chosen: an effect's weight, uniform between two factors."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    effect: str
    scale: tuple[float, float]
    note: str = ""


class Ask(BaseModel):
    """A question put to the futures."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    that: str
    within: str | None = None
    by: date | None = None
    label: str = ""
    group: str = ""


class Header(BaseModel):
    """What the scenario is."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    start: date
    until: date
    essay: str = ""
    note: str = ""
    compare: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """Levers, uncertainties and questions between two dates."""

    name: str
    header: Header
    levers: tuple[Lever, ...] = ()
    uncertain: tuple[Uncertain, ...] = ()
    ask: tuple[Ask, ...] = ()

    @property
    def title(self) -> str:
        return self.header.title

    def without_levers(self) -> Scenario:
        """The baseline of this scenario: the same dates, ranges and questions, nothing done."""
        return Scenario(
            "baseline", self.header.model_copy(update={"title": "Baseline"}), (), self.uncertain, self.ask
        )


TABLES = {"scenario": Header, "lever": Lever, "uncertain": Uncertain, "ask": Ask}


def read_scenario(path: str | Path, actors: tuple[str, ...], effects: tuple[str, ...]) -> Scenario:
    """Read and check a scenario file.

    Parameters
    ----------
    path
        TOML file.
    actors
        Ids in play.
    effects
        Names of the effects of the fitted specification.

    Raises
    ------
    ScenarioError
        Naming file, table and field, with the nearest known word.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ScenarioError(f"there is no scenario file {path}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path.name}: is not UTF-8; save it as UTF-8") from None
    return parse_scenario(text, path.stem, actors, effects)


def parse_scenario(text: str, name: str, actors: tuple[str, ...], effects: tuple[str, ...]) -> Scenario:
    """Check the text of a scenario; see :func:`read_scenario`."""
    where = f"{name}.toml"
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{where}: not valid TOML: {error}") from None
    for key in tables:
        if key not in TABLES:
            raise ScenarioError(f"{where}: '[{key}]' is no table of a scenario{did_you_mean(key, TABLES)}")
    if "scenario" not in tables:
        raise ScenarioError(f"{where}: has no table [scenario] with title, start and until")
    header = _build(Header, tables["scenario"], f"{where} [scenario]")
    if header.until <= header.start:
        raise ScenarioError(f"{where}: until {header.until} is not after start {header.start}")
    parts = {
        k: _list(TABLES[k], tables.get(k, []), f"{where} [[{k}]]") for k in ("lever", "uncertain", "ask")
    }
    out = Scenario(name, header, parts["lever"], parts["uncertain"], parts["ask"])
    for number, lever in enumerate(out.levers, 1):
        _check_lever(lever, f"{where} lever {number}", header, actors, effects)
    for number, u in enumerate(out.uncertain, 1):
        _known(u.effect, effects, f"{where} uncertain {number}: effect")
        if not 0 <= u.scale[0] <= u.scale[1]:
            raise ScenarioError(
                f"{where} uncertain {number}: scale {list(u.scale)} is not a range from low to high"
            )
    for number, ask in enumerate(out.ask, 1):
        _check_ask(ask, f"{where} ask {number}", header, actors)
    return out


def parse_asks(text: str, where: str, actors: tuple[str, ...]) -> tuple[Ask, ...]:
    """Check a file of questions only: a list of ``[[ask]]`` tables.

    Raises
    ------
    ScenarioError
        Naming file, question and field.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{where}: not valid TOML: {error}") from None
    for key in tables:
        if key != "ask":
            raise ScenarioError(
                f"{where}: '[{key}]' is not read here; a file of questions holds [[ask]] tables only"
            )
    asks = _list(Ask, tables.get("ask", []), f"{where} [[ask]]")
    for number, ask in enumerate(asks, 1):
        try:
            parse(ask.that, actors)
        except ScenarioError as error:
            raise ScenarioError(f"{where} ask {number}: {error}") from None
    return asks


def check_levers(
    rows: list[dict], header: Header, actors: tuple[str, ...], effects: tuple[str, ...]
) -> tuple[Lever, ...]:
    """Read levers that stand outside a scenario file, in a claim's test.

    Raises
    ------
    ScenarioError
        If a lever has a mistake.
    """
    levers = _list(Lever, rows, "levers")
    for number, lever in enumerate(levers, 1):
        _check_lever(lever, f"lever {number}", header, actors, effects)
    return levers


def _list(model: type[BaseModel], rows: object, where: str) -> tuple:
    if not isinstance(rows, list):
        raise ScenarioError(f"{where}: write the name in double brackets, it is a list")
    return tuple(_build(model, row, f"{where} {number}") for number, row in enumerate(rows, 1))


def _build(model: type[BaseModel], fields: dict, where: str) -> BaseModel:
    for key in fields:
        if key not in model.model_fields:
            raise ScenarioError(f"{where}: '{key}' is not a field{did_you_mean(key, model.model_fields)}")
    try:
        return model(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(p) for p in first["loc"])
        given = fields.get(field)
        hint = did_you_mean(str(given), NEEDS) if field == "do" and given is not None else ""
        raise ScenarioError(f"{where}: field '{field}': {first['msg'].lower()}{hint}") from None


def _known(word: str, known: tuple[str, ...], where: str) -> None:
    if word not in known:
        raise ScenarioError(f"{where} '{word}' is not known{did_you_mean(word, known)}")


def _check_lever(
    lever: Lever, where: str, header: Header, actors: tuple[str, ...], effects: tuple[str, ...]
) -> None:
    for field in NEEDS[lever.do]:
        if getattr(lever, field) is None:
            raise ScenarioError(f"{where}: '{lever.do}' needs '{field}'")
    for field in ("source", "target"):
        if getattr(lever, field) is not None:
            try:
                actor_in_play(getattr(lever, field), actors)
            except ScenarioError as error:
                raise ScenarioError(f"{where}: {field}: {error}") from None
    if lever.act is not None:
        _known(lever.act, tuple(a.name for a in world.acts()), f"{where}: act")
    if lever.tie is not None:
        _known(lever.tie, TIE_KINDS, f"{where}: tie")
    if lever.effect is not None:
        _known(lever.effect, effects, f"{where}: effect")
    if lever.do == "attribute":
        _known(lever.name, st.ATTRIBUTES, f"{where}: attribute")
    _check_time(lever, where, header, actors)


def _check_time(lever: Lever, where: str, header: Header, actors: tuple[str, ...]) -> None:
    if (lever.on is None) == (lever.when is None):
        raise ScenarioError(f"{where}: needs either 'on' (a date) or 'when' (a condition)")
    if lever.on is not None and not header.start <= lever.on <= header.until:
        raise ScenarioError(f"{where}: on {lever.on} lies outside {header.start} to {header.until}")
    if lever.until is not None and lever.until > header.until:
        raise ScenarioError(f"{where}: until {lever.until} lies after the scenario's end {header.until}")
    try:
        if lever.when is not None and isinstance(parse(lever.when, actors), Quantity):
            raise ScenarioError(f"'{lever.when}' is a quantity, not something that happens on a day")
        _ = lever.delay
    except ChancelleryError as error:
        raise ScenarioError(f"{where}: {error}") from None


def _check_ask(ask: Ask, where: str, header: Header, actors: tuple[str, ...]) -> Condition:
    try:
        condition = parse(ask.that, actors)
        end = ask.by or (world.later(header.start, ask.within) if ask.within else header.until)
    except ChancelleryError as error:
        raise ScenarioError(f"{where}: {error}") from None
    if end > header.until:
        raise ScenarioError(
            f"{where}: asks to {end}, after the scenario's end {header.until}; shorten it or run longer"
        )
    return condition
