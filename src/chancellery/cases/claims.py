"""The claims of a case: its files of claims, with what they name held against the case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from chancellery.cases.files import ACTOR_COLUMNS, rows
from chancellery.errors import ChancelleryError, EssayError, did_you_mean
from chancellery.essays.bearings import Bearing, bearings, read_bearings
from chancellery.essays.claim import Contrast, Scenario, Trend
from chancellery.essays.disputes import Disagreement, Slip, read_disagreements, read_slips
from chancellery.essays.reading import Claims, Known, read_claims
from chancellery.essays.words import OURS, Bands, read_words, under
from chancellery.simulate.condition import Quantity, parse
from chancellery.simulate.scenario import Header, Lever, check_levers
from chancellery.simulate.scenario import Scenario as Played
from chancellery.world import later

if TYPE_CHECKING:
    from chancellery.cases import Case


def claims_of(case: Case) -> Claims:
    """Read ``claims/`` of a case; none where it has no such folder.

    Raises
    ------
    EssayError
        If a claim has a mistake.
    """
    return replace(read_claims(case.folder / "claims", known_in(case)), home=case)


def disagreements_of(case: Case) -> tuple[Disagreement, ...]:
    """Read ``claims/disagreements.toml``; none where there is no such file.

    Raises
    ------
    EssayError
        If it has a mistake.
    """
    path = case.folder / "claims" / "disagreements.toml"
    return read_disagreements(path, case.claims, known_in(case)) if path.exists() else ()


def slips_of(case: Case) -> tuple[Slip, ...]:
    """Read ``claims/errors.toml``; none where there is no such file.

    Raises
    ------
    EssayError
        If it has a mistake.
    """
    path = case.folder / "claims" / "errors.toml"
    return read_slips(path) if path.exists() else ()


def words_of(case: Case) -> Bands:
    """Read ``claims/modality.csv``.

    Raises
    ------
    EssayError
        If there is none, or it has a mistake.
    """
    return read_words(case.folder / "claims" / "modality.csv")


def worded(case: Case, words: str) -> Claims:
    """The claims of a case under a list of words.

    Parameters
    ----------
    words
        ``essays`` for the claims' own bands, another list of ``modality.csv``, or a CSV file of the same form,
        whose ``low`` and ``high`` count.

    Raises
    ------
    EssayError
        If there is no such list or file, or it has a mistake.
    """
    if words == OURS:
        return case.claims
    if words.endswith(".csv"):
        return under(case.claims, read_words(Path(words)), OURS)
    return under(case.claims, words_of(case), words)


def bearings_of(case: Case) -> tuple[Bearing, ...]:
    """On which weights of the model each claim bears: ``claims/experts.toml`` and the claims' own tests.

    Raises
    ------
    EssayError
        If the file has a mistake.
    """
    path = case.folder / "claims" / "experts.toml"
    read = read_bearings(path, case.claims, known_in(case)) if path.exists() else ()
    return bearings(case.claims, read)


def known_in(case: Case) -> Known:
    """What claims of a case may refer to."""

    def check(test: BaseModel) -> None:
        if isinstance(test, Scenario):
            _check_scenario(test, case)
        elif isinstance(test, Contrast | Trend):
            for side in (test, getattr(test, "than", None)):
                if side is not None and side.index:
                    index_of(side.index, case.actors)

    named = tuple(r["id"] for r in rows(case.folder / "actors.csv", ACTOR_COLUMNS))
    return Known(case.actors, case.model.choice, named, check)


def index_of(text: str, actors: tuple[str, ...]) -> Quantity:
    """Read the name of an index.

    Raises
    ------
    EssayError
        If it is none.
    """
    try:
        read = parse(text, actors)
    except ChancelleryError as error:
        raise EssayError(f"index: {error}") from None
    if not isinstance(read, Quantity):
        raise EssayError(f"index: '{text}' is something that happens, not an index such as 'hedging of PAK'")
    return read


def played(test: Scenario, case: Case) -> Played:
    """The scenario a test plays: one of the case's, or its own levers from the case's start."""
    if test.scenario is not None:
        return case.scenario(test.scenario)
    until = max(later(case.start, test.within), later(case.start, "2 years"))
    header = Header(title="levers of a claim", start=case.start, until=until)
    return Played("levers", header, tuple(Lever(**row) for row in test.levers))


def _check_scenario(test: Scenario, case: Case) -> None:
    for name in (test.scenario, test.than):
        if name is not None and name not in case.scenarios:
            raise EssayError(f"there is no scenario '{name}'{did_you_mean(name, case.scenarios)}")
    try:
        parse(test.that, case.actors)
        if test.levers:
            header = Header(title="levers of a claim", start=case.start, until=later(case.start, "2 years"))
            check_levers(list(test.levers), header, case.actors, case.model.choice)
        later(case.start, test.within)
    except ChancelleryError as error:
        raise EssayError(f"test: {error}") from None
