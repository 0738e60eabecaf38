"""The claims of a case: its files of claims, with what they name held against the case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import BaseModel

from chancellery.errors import ChancelleryError, EssayError, did_you_mean
from chancellery.essays.claim import Contrast, Scenario, Trend
from chancellery.essays.reading import Claims, Known, read_claims
from chancellery.simulate.condition import Quantity, parse
from chancellery.simulate.scenario import Header, Lever, check_levers
from chancellery.simulate.scenario import Scenario as Played
from chancellery.world import later

if TYPE_CHECKING:
    from chancellery.cases import Case


def claims_of(case: Case, named: tuple[str, ...]) -> Claims:
    """Read ``claims/`` of a case.

    Parameters
    ----------
    case
        The case.
    named
        Ids of every row of ``actors.csv``, in play or not: what ties and facts may name.

    Raises
    ------
    EssayError
        If a claim has a mistake.
    """

    def check(test: BaseModel) -> None:
        if isinstance(test, Scenario):
            _check_scenario(test, case)
        elif isinstance(test, Contrast | Trend):
            for side in (test, getattr(test, "than", None)):
                if side is not None and side.index:
                    index_of(side.index, case.actors)

    read = read_claims(case.folder / "claims", Known(case.actors, case.model.choice, named, check))
    return replace(read, home=case)


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
