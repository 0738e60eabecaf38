"""A case: a folder that says who is in play, what held, what happened since the record, and what to ask.

The shipped case is ``great-powers``; a folder of the same files is a case of one's own.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from chancellery import world
from chancellery.cases.claims import claims_of
from chancellery.cases.experiments import Experiment, experiment_names, find_experiment, read_experiment
from chancellery.cases.files import (
    ACTOR_COLUMNS,
    ATTRIBUTE_COLUMNS,
    CHANGES,
    CHRONOLOGY_COLUMNS,
    TIE_COLUMNS,
    Row,
    attribute_of,
    rows,
    tie_of,
)
from chancellery.errors import CaseError, ScenarioError, did_you_mean
from chancellery.essays.reading import Claims
from chancellery.model.holdings import Attribute, Tie
from chancellery.model.posterior import Fit, load_fit
from chancellery.model.spec import Specification, read_specification
from chancellery.simulate.scenario import Ask, Scenario, parse_asks, read_scenario

SHIPPED = Path(__file__).parent
CASE_FIELDS = ("title", "start", "record", "licence", "reports_per_happening", "judge_until")
REPORTS = 5.0  # coded reports a major event leaves, where the case does not say


@dataclass(frozen=True)
class Happening:
    """One act of the chronology: on this day source did act to target."""

    id: str
    on: date
    source: str
    act: str
    target: str
    issue: str
    mutual: bool
    what: str
    where: str


class Case:
    """A case folder, read on demand.

    Attributes
    ----------
    folder, title, start
        Where it is, what it is called, and the day its scenarios begin.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        about = self._about()
        self.title: str = about["title"]
        self.start: date = about["start"]
        self.record_note: str = about.get("record", "")
        self.reports: float = float(about.get("reports_per_happening", REPORTS))
        self.judge_until: date | None = about.get("judge_until")

    def __repr__(self) -> str:
        return f"Case({self.folder.name!r}, start={self.start}, {len(self.actors)} actors in play)"

    def _about(self) -> dict:
        path = self.folder / "case.toml"
        try:
            about = tomllib.loads(path.read_text(encoding="utf-8")).get("case", {})
        except FileNotFoundError:
            raise CaseError(
                f"{self.folder} is no case: case.toml is missing; 'chancellery init' makes one"
            ) from None
        except tomllib.TOMLDecodeError as error:
            raise CaseError(f"case.toml: not valid TOML: {error}") from None
        for key in about:
            if key not in CASE_FIELDS:
                raise CaseError(
                    f"case.toml: '{key}' is not a field of [case]{did_you_mean(key, CASE_FIELDS)}"
                )
        if not isinstance(about.get("start"), date):
            raise CaseError("case.toml: [case] needs start, a date such as start = 2025-05-01")
        if not isinstance(about.get("judge_until", date.max), date):
            raise CaseError("case.toml: judge_until is a date such as judge_until = 2022-02-23")
        about.setdefault("title", self.folder.name)
        return about

    @cached_property
    def roles(self) -> dict[str, str]:
        """Role of every actor in play."""
        table = list(rows(self.folder / "actors.csv", ACTOR_COLUMNS))
        out = {r.actor("id"): r["role"] for r in table if r["in_play"] == "1"}
        if len(out) < 3:
            raise CaseError(
                "actors.csv: fewer than three actors are in play; set in_play to 1 for those that are"
            )
        return out

    @property
    def actors(self) -> tuple[str, ...]:
        """Ids of the actors in play, in the order of the file."""
        return tuple(self.roles)

    @cached_property
    def model(self) -> Specification:
        """The specification of ``model.toml``."""
        return read_specification(self.folder / "model.toml", self.actors)

    @cached_property
    def _chronology(self) -> list[Row]:
        table = list(rows(self.folder / "chronology.csv", CHRONOLOGY_COLUMNS, required=False))
        for row in table:
            row.word("do", CHANGES)
            if row.day("on") is None:
                raise row.wrong("column 'on' is empty; a happening needs its day")
        return table

    @cached_property
    def happenings(self) -> list[Happening]:
        """Acts of the chronology among actors in play, by day."""
        acts = tuple(a.name for a in world.acts())
        out = []
        for r in self._chronology:
            if r["do"] != "act":
                continue
            one = Happening(
                r["id"],
                r.day("on"),
                r.actor("source"),
                r.word("act", acts),
                r.actor("target"),
                r["issue"] or "general",
                r["mutual"] == "1",
                r["what"],
                r["where"],
            )
            if one.source in self.roles and one.target in self.roles:
                out.append(one)
        return sorted(out, key=lambda h: (h.on, h.id))

    @cached_property
    def ties(self) -> list[Tie]:
        """Dated ties of ``ties.csv``, with the changes of the chronology applied."""
        held = [tie_of(r) for r in rows(self.folder / "ties.csv", TIE_COLUMNS, required=False)]
        for row in sorted(self._chronology, key=lambda r: (r["on"], r["id"])):
            if row["do"] in ("start-tie", "end-tie", "scale-tie"):
                held = _changed(held, row)
        return held

    @cached_property
    def attributes(self) -> list[Attribute]:
        """Great powers, leaders taking office, and the rows of ``attributes.csv``."""
        out = [
            attribute_of(r) for r in rows(self.folder / "attributes.csv", ATTRIBUTE_COLUMNS, required=False)
        ]
        out += [
            Attribute(a, "great-power", date(1900, 1, 1), None, 1.0)
            for a, r in self.roles.items()
            if r == "great-power"
        ]
        days = {(t.state, t.start) for t in world.leaders()}
        days |= {(r.actor("source"), r.day("on")) for r in self._chronology if r["do"] == "leader"}
        out += [Attribute(a, "leader-change", day, None, 1.0) for a, day in sorted(days)]
        return out

    @cached_property
    def claims(self) -> Claims:
        """The claims of ``claims/``; none where the case has no such folder."""
        return claims_of(self)

    @cached_property
    def fit(self) -> Fit:
        """The fit shipped with the case, in ``fit/``."""
        return load_fit(self.folder / "fit")

    @cached_property
    def track(self) -> dict[str, dict]:
        """What is known of how the case's forecasts fared: results saved in ``track/``, by name of the file.

        Raises
        ------
        CaseError
            If a file there is no JSON object.
        """
        out = {}
        for path in sorted((self.folder / "track").glob("*.json")):
            try:
                out[path.stem] = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                raise CaseError(f"track/{path.name}: not valid JSON ({error}); make it again") from None
            if not isinstance(out[path.stem], dict):
                raise CaseError(f"track/{path.name}: holds no result of the program; make it again")
        return out

    @property
    def scenarios(self) -> list[str]:
        """Names of the case's scenarios."""
        return sorted(p.stem for p in (self.folder / "scenarios").glob("*.toml"))

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """Questions of ``questions.toml``, asked of every scenario."""
        path = self.folder / "questions.toml"
        if not path.exists():
            return ()
        return parse_asks(path.read_text(encoding="utf-8"), path.name, self.actors)

    def scenario(self, name: str | Path) -> Scenario:
        """Read a scenario: the name of one of the case's, or a file.

        Raises
        ------
        ScenarioError
            If there is none of this name, or it has a mistake.
        """
        path = self.folder / "scenarios" / f"{name}.toml"
        if not path.exists():
            path = Path(name)
            if not path.is_file():
                raise ScenarioError(f"there is no scenario '{name}'{did_you_mean(str(name), self.scenarios)}")
        read = read_scenario(path, self.actors, self.model.choice)
        own = {ask.that for ask in read.ask}
        return replace(read, ask=read.ask + tuple(a for a in self.asks if a.that not in own))

    @property
    def experiments(self) -> list[str]:
        """Names of the case's natural experiments."""
        return experiment_names(self.folder)

    def experiment(self, name: str | Path) -> Experiment:
        """Read a natural experiment: the name of one of the case's, or a file.

        Raises
        ------
        CaseError, ScenarioError
            If there is none of this name, or it has a mistake.
        """
        path = find_experiment(self.folder, str(name))
        return read_experiment(path, self.actors, self.model.choice, self.reports)


def _changed(held: list[Tie], row: Row) -> list[Tie]:
    kinds = tuple(k.name for k in world.tie_kinds())
    kind, source, target = row.word("tie", kinds), row.actor("source"), row.actor("target")
    day, mutual = row.day("on"), row["mutual"] == "1" or not world.tie_kind(kind).directed
    same = [t for t in held if t.kind == kind and t.holds(day) and _pair(t, source, target, mutual)]
    if row["do"] != "start-tie" and not same:
        raise row.wrong(
            f"{row['do']}: no {kind} tie {source} → {target} holds on {day}; "
            "add it to ties.csv with its start, or correct the row"
        )
    added = [Tie(kind, source, target, day, None, row.number("value", 1.0), mutual)]
    if row["do"] == "start-tie":
        return held + added
    eve = day - timedelta(days=1)
    out = [t for t in held if t not in same]
    out += [Tie(t.kind, t.source, t.target, t.start, eve, t.value, t.mutual) for t in same if t.start <= eve]
    return out + added if row["do"] == "scale-tie" else out


def _pair(t: Tie, source: str, target: str, mutual: bool) -> bool:
    return (t.source, t.target) == (source, target) or (mutual and (t.target, t.source) == (source, target))


def case(name: str | Path) -> Case:
    """Open a case: the name of a shipped one, or a folder.

    Raises
    ------
    CaseError
        If there is no such case; the nearest shipped name is given.
    """
    shipped = sorted(p.name for p in SHIPPED.iterdir() if (p / "case.toml").exists())
    if str(name) in shipped:
        return Case(SHIPPED / str(name))
    if Path(name).is_dir():
        return Case(Path(name))
    raise CaseError(f"there is no case '{name}', shipped or as a folder{did_you_mean(str(name), shipped)}")
