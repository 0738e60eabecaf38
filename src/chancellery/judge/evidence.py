"""Evidence: all that claims are judged by, gathered once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from chancellery.answer.contrast import Answer, contrast
from chancellery.answer.issue import IssueShares
from chancellery.answer.question import question
from chancellery.cases import Case, Happening
from chancellery.cases.claims import played
from chancellery.essays.claim import Measured
from chancellery.essays.claim import Scenario as Test
from chancellery.judge.scenario import Ask
from chancellery.judge.stream import Stream, chronology_of, stream_of
from chancellery.model.holdings import Tie
from chancellery.model.posterior import Fit
from chancellery.record import Record
from chancellery.simulate.futures import Futures
from chancellery.simulate.scenario import Ask as Asked
from chancellery.simulate.scenario import Scenario


@dataclass(frozen=True)
class Evidence:
    """What claims are judged by.

    Attributes
    ----------
    events, chronology
        Streams of acts; None where there is none.
    ties, happenings, start
        The case's tables, and the day they end.
    fit
        The fitted model, and other fits of the same specification by what was chosen otherwise.
    ask
        Plays a scenario test and answers it; None leaves scenarios unplayed. ``draws`` parameter draws each.
    again
        Players of other choices, made when they are wanted: each is dropped, with its futures, before the next.
    firm
        Whether counted tests are run again under other choices, to say how firmly a verdict stands.
    """

    events: Stream | None
    chronology: Stream | None
    ties: tuple[Tie, ...]
    happenings: tuple[Happening, ...]
    start: date
    great_powers: tuple[str, ...]
    fit: Fit | None = None
    others: Mapping[str, Fit] = field(default_factory=dict)
    ask: Ask | None = None
    draws: int = 0
    again: Mapping[str, Callable[[], Ask]] = field(default_factory=dict)
    firm: bool = True

    def stream(self, test: Measured) -> Stream | None:
        """The stream a test counts in."""
        return self.events if test.record == "events" else self.chronology


def gather(
    case: Case,
    record: Record | None,
    fit: Fit,
    *,
    others: Mapping[str, Fit] | None = None,
    ask: Ask | None = None,
    draws: int = 0,
    again: Mapping[str, Callable[[], Ask]] | None = None,
    firm: bool = True,
) -> Evidence:
    """Gather what the claims of a case are judged by.

    Parameters
    ----------
    case, record, fit, others
        The case; coded events, if there are any; the fitted model, and fits of other choices.
    ask, draws
        Plays scenarios, with so many parameter draws; None leaves them unplayed.
    again
        Players of other choices, by what was chosen otherwise.
    firm
        Run counted tests again under other choices.
    """
    first, last = fit.until + timedelta(days=1), case.start - timedelta(days=1)
    return Evidence(
        events=stream_of(record, case.actors) if record is not None else None,
        chronology=chronology_of(case.happenings, case.actors, first, last),
        ties=tuple(case.ties),
        happenings=tuple(case.happenings),
        start=case.start,
        great_powers=great_powers(case),
        fit=fit,
        others=others or {},
        ask=ask,
        draws=draws,
        again=again or {},
        firm=firm,
    )


def great_powers(case: Case) -> tuple[str, ...]:
    """Actors in play whose role is great-power."""
    return tuple(a for a, role in case.roles.items() if role == "great-power")


def issue_shares(case: Case, fit: Fit) -> IssueShares:
    """Issue shares of a fit with a case's chronology as evidence."""
    return IssueShares(fit, [(h.source, h.act, h.target, h.issue) for h in case.happenings])


def player(case: Case, fit: Fit, run: Callable[[Scenario], Futures]) -> Ask:
    """A function that answers scenario tests and plays every scenario once.

    Parameters
    ----------
    case, fit
        Whose futures.
    run
        Makes the futures of a scenario; all with the same draws and seed.
    """
    known: dict[str, Futures] = {}
    shares, powers = issue_shares(case, fit), great_powers(case)

    def futures(scenario: Scenario) -> Futures:
        name = str((scenario.levers, scenario.uncertain, scenario.header.start, scenario.header.until))
        if name not in known:
            known[name] = run(scenario)
        return known[name]

    def ask(test: Test) -> Answer:
        scenario = played(test, case)
        base = case.scenario(test.than) if test.than else scenario.without_levers()
        asked = question(Asked(that=test.that, within=test.within), scenario.header, fit.actors)
        return contrast(futures(scenario), futures(base), asked, shares, powers)

    return ask
