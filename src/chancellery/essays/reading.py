"""Reads claim files: TOML in, checked claims out; a mistake is told with file, claim, field and cure.

A folder of claims holds one file an essay (``[essay]`` and ``[[claim]]`` tables), ``disagreements.toml``,
``errors.toml``, ``experts.toml`` and ``modality.csv``. What needs rooms above this one (scenarios, questions) is checked by a
function handed in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from chancellery import world
from chancellery.errors import EssayError, WorldError, did_you_mean
from chancellery.essays.claim import Claim, Coefficient, Driver, Essay, Fact, Measured
from chancellery.essays.terms import ANY, pair

Model = TypeVar("Model", bound=BaseModel)
SPECIAL = ("disagreements.toml", "errors.toml", "experts.toml")


@dataclass(frozen=True)
class Known:
    """What a claim may refer to.

    ``actors`` in play, ``effects`` of the specification, ``named``: ids that claims and facts may name
    besides those in play, and ``check``, which raises an :class:`EssayError` for a scenario or an index that
    cannot be run.
    """

    actors: tuple[str, ...]
    effects: tuple[str, ...]
    named: tuple[str, ...] = ()
    check: Callable[[BaseModel], None] = lambda test: None


@dataclass(frozen=True)
class Claims:
    """The claims of a folder, in the order of files and tables; ``essays`` by id; ``home`` is their case."""

    essays: dict[str, Essay]
    claims: tuple[Claim, ...]
    home: object = field(default=None, repr=False, compare=False)

    def __iter__(self):
        return iter(self.claims)

    def __len__(self) -> int:
        return len(self.claims)

    def __getitem__(self, name: str) -> Claim:
        found = {c.id: c for c in self.claims}
        if name not in found:
            raise EssayError(f"there is no claim '{name}'{did_you_mean(name, found)}")
        return found[name]


def read_claims(folder: Path, known: Known) -> Claims:
    """Read all claim files of a folder.

    Raises
    ------
    EssayError
        If a file is no TOML, a key or word is unknown, an id occurs twice, a reference leads nowhere or in a
        circle.
    """
    essays, claims, where = {}, [], {}
    for path in sorted(folder.glob("*.toml")):
        if path.name in SPECIAL:
            continue
        essay, found = read_file(path, known)
        if essay.id in essays:
            raise EssayError(
                f"{path.name}: essay '{essay.id}' has a file already; one file an essay, or another id"
            )
        essays[essay.id] = essay
        for claim in found:
            if claim.id in where:
                raise EssayError(
                    f"{path.name} claim {claim.id}: the id is taken in {where[claim.id]}; give it another"
                )
            where[claim.id] = path.name
            claims.append(claim)
    for claim in claims:
        for other in claim.rests_on:
            if other not in where:
                raise EssayError(
                    f"{where[claim.id]} claim {claim.id}: rests_on '{other}', which is no claim{did_you_mean(other, where)}"
                )
    _no_circle({c.id: c.rests_on for c in claims}, where)
    return Claims(essays, tuple(claims))


def read_drafted(path: Path) -> Claims:
    """Read claims that 'chancellery read' proposed: their form is checked, not whom and what they name.

    Raises
    ------
    EssayError
        If the file is missing, no TOML, or no file of claims.
    """
    tables = toml(path)
    essay = build(Essay, tables.get("essay") or {}, f"{path.name} [essay]")
    rows = tables.get("claim", [])
    if not isinstance(rows, list) or not rows:
        raise EssayError(
            f"{path.name}: holds no [[claim]]; 'chancellery read ESSAY --write FOLDER' proposes claims"
        )
    found = [
        build(Claim, {"essay": essay.id, **row}, f"{path.name} claim {row.get('id', number)}")
        for number, row in enumerate(rows, 1)
    ]
    return Claims({essay.id: essay}, tuple(found))


def read_file(path: Path, known: Known) -> tuple[Essay, list[Claim]]:
    """Read the file of one essay."""
    tables = toml(path)
    for key in tables:
        if key not in ("essay", "claim"):
            raise EssayError(
                f"{path.name}: '[{key}]' is no table of a claim file{did_you_mean(key, ('essay', 'claim'))}"
            )
    if not isinstance(tables.get("essay"), dict):
        raise EssayError(f"{path.name}: has no table [essay] with id and author")
    essay = build(Essay, tables["essay"], f"{path.name} [essay]")
    rows = tables.get("claim", [])
    if not isinstance(rows, list):
        raise EssayError(f"{path.name}: write [[claim]] in double brackets, it is a list")
    out = []
    for number, row in enumerate(rows, 1):
        spot = f"{path.name} claim {row.get('id', number)}"
        claim = build(Claim, {"essay": essay.id, **row}, spot)
        check_claim(claim, known, spot)
        out.append(claim)
    return essay, out


def toml(path: Path) -> dict:
    """Read a TOML file.

    Raises
    ------
    EssayError
        If it is missing, not UTF-8 or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EssayError(f"there is no file {path.name} in {path.parent}") from None
    except UnicodeDecodeError:
        raise EssayError(f"{path.name}: is not UTF-8; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise EssayError(f"{path.name}: not valid TOML: {error}") from None


def build(model: type[Model], fields: dict, where: str) -> Model:
    """Make an object of a table, or say what is wrong with the table.

    Raises
    ------
    EssayError
        With field and cure.
    """
    try:
        return model(**fields)
    except ValidationError as error:
        found = error.errors()
        # A misspelt key also leaves its field missing: the stray key is the one to tell.
        first = next((e for e in found if e["type"] == "extra_forbidden"), found[0])
        raise EssayError(f"{where}: {_told(first, model)}") from None


def _told(first: dict, model: type[BaseModel]) -> str:
    loc = [str(p) for p in first["loc"]]
    if first["type"] == "extra_forbidden":
        return f"'{loc[-1]}' is not a field{did_you_mean(loc[-1], _fields_at(model, loc[:-1]))}"
    if first["type"] == "missing":
        return f"field '{'.'.join(loc)}' is missing"
    if first["type"] in ("union_tag_invalid", "union_tag_not_found"):
        given = (first.get("ctx") or {}).get("tag", "")
        kinds = ("coefficient", "contrast", "trend", "scenario", "fact", "bargain", "untestable")
        return f"field 'test.kind': '{given}' is no kind of test{did_you_mean(given, kinds)}"
    message = first["msg"].removeprefix("Value error, ")
    return f"field '{'.'.join(loc)}': {message}" if loc else message


def _fields_at(model: type[BaseModel], way: list[str]) -> list[str]:
    """Names of fields where a stray key was found: of the test's kind, its driver or other side, or the claim."""
    import chancellery.essays.claim as shapes

    nested = {"after": "Driver", "than": "TieThan" if "fact" in way else "Other"}
    for step in reversed(way):
        name = nested.get(step, step.capitalize())
        if hasattr(shapes, name) and step != "test":
            return list(getattr(shapes, name).model_fields)
    return list(model.model_fields)


def check_claim(claim: Claim, known: Known, where: str) -> None:
    """Hold everything a claim names against what is known.

    Raises
    ------
    EssayError
        Beginning with ``where``.
    """
    try:
        test = claim.test
        loose = [*claim.actors, *((test.source, test.target) if isinstance(test, Fact) else ())]
        if isinstance(test, Fact) and test.than is not None:
            loose += [a for a in (test.than.source, test.than.target) if a]
        for name in loose:
            if name not in known.named:
                _actor(world.actor(name).id, (*known.actors, name))
        for name in (*_named(test), *getattr(test, "scope", ())):
            _actor(name, known.actors)
        if isinstance(test, Coefficient) and test.effect not in known.effects:
            raise EssayError(
                f"effect '{test.effect}' is not of this model{did_you_mean(test.effect, known.effects)}"
            )
        if isinstance(test, Coefficient):
            _words(test.classes, ("all", "cooperation", "conflict", *world.CLASSES), "class")
        if isinstance(test, Measured):
            _words(test.issues, world.ISSUES, "issue")
        if isinstance(test, Fact) and test.tie is not None:
            _words((test.tie,), tuple(k.name for k in world.tie_kinds()), "tie kind")
        if isinstance(test, Fact) and test.act is not None:
            _words((test.act,), tuple(a.name for a in world.acts()), "act")
        known.check(test)
    except (EssayError, WorldError) as error:
        raise EssayError(f"{where}: {error}") from None


def _named(test: BaseModel) -> Iterable[str]:
    """Actors whose acts a test counts."""
    sides = [test, getattr(test, "than", None), getattr(test, "after", None)]
    sides.append(getattr(getattr(test, "than", None), "after", None))
    for side in sides:
        if isinstance(side, Measured | Driver) or hasattr(side, "dyads"):
            for text in side.dyads or ():
                yield from (a for a in pair(text)[:2] if a != ANY)
    for text in getattr(test, "beside", ()):
        yield from (a for a in pair(text)[:2] if a != ANY)


def _actor(name: str, actors: tuple[str, ...]) -> None:
    if name not in actors:
        raise EssayError(f"actor '{name}' is not known in this case{did_you_mean(name, actors)}")


def _words(words: Iterable[str], known: tuple[str, ...], what: str) -> None:
    for word in words:
        if word not in known:
            raise EssayError(f"{what} '{word}' is not known{did_you_mean(word, known)}")


def _no_circle(arrows: dict[str, tuple[str, ...]], where: dict[str, str]) -> None:
    done: set[str] = set()
    for start in arrows:
        way: list[tuple[str, int]] = [(start, 0)]
        while way:
            name, place = way[-1]
            if name in done or place == len(arrows[name]):
                done.add(name)
                way.pop()
                continue
            way[-1] = (name, place + 1)
            nxt = arrows[name][place]
            names = [n for n, _ in way]
            if nxt in names:
                circle = " → ".join([*names[names.index(nxt) :], nxt])
                raise EssayError(
                    f"{where[start]}: claims rest on each other in a circle, {circle}; take one rests_on away"
                )
            way.append((nxt, 0))
