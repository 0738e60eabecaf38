"""Natural experiments: a shock that really came, dated, with the levers that stand for it and nothing else.

An experiment is a TOML file of a case, ``experiments/NAME.toml``: a table ``[experiment]`` and ``[[lever]]``
tables as in a scenario. ``judge/experiment.py`` fits to what came before, pulls the levers, and compares what
third parties did next with what was predicted of them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from chancellery.errors import CaseError, ScenarioError, did_you_mean
from chancellery.essays.terms import ANY, pair
from chancellery.simulate.scenario import Header, Lever, Scenario, check_levers

TABLES = ("experiment", "lever")
DAYS, LEAST_DAYS, MOST_DAYS = 60, 14, 365


class About(BaseModel):
    """The table ``[experiment]``.

    Attributes
    ----------
    title
        What happened, in a few words.
    on
        The day of the shock: the fit ends on its eve, and futures begin on it.
    shocked
        Pairs the shock itself is about, as in claims: ``RUS~UKR`` either way, ``USA>TWN`` one way, ``SYR>*`` to
        anybody. Levers may act on these alone, and these alone are not scored.
    days
        Length of the window after, and of the one before.
    since
        First day to learn from; by default twelve weeks into the record. Needed for shocks in its first months.
    sources
        Where it is written that this happened.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str
    on: date
    shocked: tuple[str, ...] = Field(min_length=1)
    days: int = Field(default=DAYS, ge=LEAST_DAYS, le=MOST_DAYS)
    since: date | None = None
    sources: tuple[str, ...] = Field(min_length=1)
    note: str = ""

    @field_validator("shocked")
    @classmethod
    def _pairs(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        for text in texts:
            pair(text)
        return texts

    @model_validator(mode="after")
    def _in_order(self) -> About:
        if self.since is not None and self.since >= self.on:
            raise ValueError(f"since {self.since} is not before the shock on {self.on}; name an earlier day")
        return self


@dataclass(frozen=True)
class Experiment:
    """A shock: what it was, and what is done in its stead."""

    name: str
    about: About
    levers: tuple[Lever, ...]

    @property
    def title(self) -> str:
        return self.about.title

    @property
    def until(self) -> date:
        """Last day of the window after the shock."""
        return self.about.on + timedelta(days=self.about.days - 1)

    def scenario(self, start: date, until: date) -> Scenario:
        """The levers as a scenario that starts on a day: on the shock's own, or on another as a placebo."""
        shift = start - self.about.on
        moved = tuple(
            lever.model_copy(
                update={f: getattr(lever, f) + shift for f in ("on", "until") if getattr(lever, f)}
            )
            for lever in self.levers
        )
        return Scenario(self.name, Header(title=self.title, start=start, until=until), moved)


def read_experiment(
    path: Path, actors: tuple[str, ...], effects: tuple[str, ...], reports: float
) -> Experiment:
    """Read and check an experiment.

    Parameters
    ----------
    path
        TOML file.
    actors, effects
        Ids in play, and names of the effects of the case's specification.
    reports
        Coded reports a dated act leaves: the ``count`` of an ``act`` lever that names none.

    Raises
    ------
    CaseError, ScenarioError
        Naming file, table and field, with the nearest known word.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise CaseError(f"{path.name}: is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise CaseError(f"{path.name}: not valid TOML: {error}") from None
    except OSError as error:
        raise CaseError(f"{path.name}: cannot be read: {error.strerror}; check the file") from None
    for key in tables:
        if key not in TABLES:
            raise CaseError(f"{path.name}: '[{key}]' is no table of an experiment{did_you_mean(key, TABLES)}")
    about = _about(tables.get("experiment"), path.name, actors)
    made = Experiment(path.stem, about, _levers(tables, path.name, about, actors, effects, reports))
    _acts_on_shocked(made, path.name, actors)
    return made


def _about(fields: object, where: str, actors: tuple[str, ...]) -> About:
    if not isinstance(fields, dict):
        raise CaseError(f"{where}: has no table [experiment] with title, on, shocked and sources")
    for key in fields:
        if key not in About.model_fields:
            raise CaseError(
                f"{where} [experiment]: '{key}' is not a field{did_you_mean(key, About.model_fields)}"
            )
    try:
        about = About(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        named = f"field '{field}': " if field else ""
        raise CaseError(f"{where} [experiment]: {named}{message[:1].lower()}{message[1:]}") from None
    for text in about.shocked:
        for actor in pair(text)[:2]:
            if actor != ANY and actor not in actors:
                raise CaseError(
                    f"{where} [experiment]: field 'shocked': '{actor}' is not in play{did_you_mean(actor, actors)}"
                )
    return about


def _levers(
    tables: dict, where: str, about: About, actors: tuple[str, ...], effects: tuple[str, ...], reports: float
) -> tuple[Lever, ...]:
    rows = tables.get("lever", [])
    if not rows:
        raise CaseError(
            f"{where}: has no [[lever]]; a shock needs at least one, such as an act on {about.on}"
        )
    header = Header(title=about.title, start=about.on, until=about.on + timedelta(days=about.days - 1))
    try:
        levers = check_levers(rows, header, actors, effects)
    except ScenarioError as error:
        raise ScenarioError(f"{where} {error}") from None
    return tuple(
        lever if "count" in lever.model_fields_set else lever.model_copy(update={"count": reports})
        for lever in levers
    )


def _acts_on_shocked(made: Experiment, where: str, actors: tuple[str, ...]) -> None:
    """Refuse levers that move pairs which are scored: their change would be put in by hand."""
    known = shocked_pairs(made.about.shocked, actors)
    for number, lever in enumerate(made.levers, 1):
        if lever.source is None or lever.target is None:
            if lever.do in ("scale-rate", "forbid"):
                raise CaseError(
                    f"{where} lever {number}: '{lever.do}' moves pairs that are scored; name source and target"
                )
            continue
        ways = [(lever.source, lever.target)] + [(lever.target, lever.source)] * lever.mutual
        for a, b in ways:
            if (a, b) not in known:
                raise CaseError(
                    f"{where} lever {number}: {a} → {b} is not among the shocked pairs, so its change would be "
                    f"scored though put in by hand; add '{a}>{b}' to shocked, or drop the lever"
                )


def shocked_pairs(texts: tuple[str, ...], actors: tuple[str, ...]) -> set[tuple[str, str]]:
    """Ordered pairs of actors that a list of pairs names."""
    out: set[tuple[str, str]] = set()
    for text in texts:
        a, b, both = pair(text)
        for i in actors if a == ANY else (a,):
            for j in actors if b == ANY else (b,):
                if i != j:
                    out |= {(i, j), (j, i)} if both else {(i, j)}
    return out


def find_experiment(folder: Path, name: str) -> Path:
    """The file of an experiment of a case's folder.

    Raises
    ------
    CaseError
        There is none of this name; the nearest is given.
    """
    path = folder / "experiments" / f"{name}.toml"
    if path.is_file():
        return path
    if Path(name).suffix == ".toml" and Path(name).is_file():
        return Path(name)
    known = experiment_names(folder)
    hint = did_you_mean(name, known) if known else "; write one in the case's folder experiments/"
    raise CaseError(f"there is no experiment '{name}'{hint}")


def experiment_names(folder: Path) -> list[str]:
    """Names of a case's experiments, in order."""
    return sorted(p.stem for p in (folder / "experiments").glob("*.toml"))
