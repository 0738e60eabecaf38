"""The verbs: what a program or a notebook calls, and what the command line is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from chancellery.answer.contrast import Answer
from chancellery.answer.contrast import contrast as contrast_futures
from chancellery.answer.question import question
from chancellery.api.asking import WhatIf, whatif
from chancellery.cases import Case, case
from chancellery.cases.drafting import Draft
from chancellery.cases.drafting import draft as draft_of
from chancellery.cases.playing import DRAWS, REPLICATES, SEED, THREADS, Progress, Simulation, given, silent
from chancellery.essays.claim import Claim
from chancellery.essays.reading import Claims
from chancellery.judge.backtest.track import backtest
from chancellery.judge.beside import Beside
from chancellery.judge.beside import beside as beside_words
from chancellery.judge.docket import Docket
from chancellery.judge.evidence import great_powers, issue_shares
from chancellery.judge.experiment import experiment
from chancellery.judge.hearing import hear
from chancellery.judge.nowcast import nowcast
from chancellery.judge.pooled import experiments
from chancellery.model.estimate import fit as fit_specification
from chancellery.model.posterior import Fit, load_fit, save_fit
from chancellery.record import Record, open_record
from chancellery.simulate.futures import Futures
from chancellery.simulate.scenario import Ask, Header, Scenario


def fit(
    the_case: Case,
    record: Record,
    *,
    since: date | None = None,
    until: date | None = None,
    progress: Progress = silent,
    memory_limit: float | None = None,
    cluster: object | None = None,
) -> Fit:
    """Fit a case's specification to a record; see :func:`chancellery.model.estimate.fit`."""
    return fit_specification(
        the_case.model,
        record,
        ties=the_case.ties,
        attributes=the_case.attributes,
        since=since,
        until=until,
        progress=progress,
        memory_limit=memory_limit,
        cluster=cluster,
    )


def simulate(
    the_fit: Fit,
    the_case: Case,
    *,
    scenario: str | Path | Scenario | None = None,
    until: date | str | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    replicates: int = REPLICATES,
    threads: int = THREADS,
    progress: Progress = silent,
) -> Futures:
    """Simulate futures of a case, under a scenario or as they come.

    Parameters
    ----------
    scenario
        Name of one of the case's, a file, or a :class:`Scenario`; None for the baseline.
    until
        Last day; needed for a baseline without a scenario, and overrides a scenario's.
    draws, replicates, seed
        Number of futures, of which ``replicates`` share parameters; the same seed gives the same futures.

    Raises
    ------
    ScenarioError
        If the scenario has a mistake or a lever cannot be applied.
    """
    end = date.fromisoformat(until) if isinstance(until, str) else until
    if scenario is None:
        two_years = the_case.start.replace(year=the_case.start.year + 2)
        header = Header(title="Baseline", start=the_case.start, until=end or two_years)
        chosen = Scenario("baseline", header, ask=the_case.asks)
    else:
        chosen = scenario if isinstance(scenario, Scenario) else the_case.scenario(scenario)
        if end:
            chosen = Scenario(
                chosen.name,
                chosen.header.model_copy(update={"until": end}),
                chosen.levers,
                chosen.uncertain,
                chosen.ask,
            )
    return Simulation(the_case, the_fit, draws, replicates, seed, threads, progress).run(chosen)


def judge(
    claims: Claims,
    record: Record | None,
    the_fit: Fit | None = None,
    *,
    others: Mapping[str, Fit] | None = None,
    whole: bool = True,
    scenarios: bool = True,
    sensitivity: bool = False,
    keep: Path | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Progress = silent,
) -> Docket:
    """Judge claims of a case: ``ch.judge(case.claims, record)``; see :mod:`chancellery.judge.docket`.

    Without a record only the tables, the chronology and the fit (by default the case's own) are asked. ``others``
    are fits of other choices, by what was chosen otherwise; ``whole`` judges the case's disagreements and errors
    too; ``scenarios`` plays claims about what would happen, with ``draws`` futures each. ``sensitivity`` fits the
    model otherwise too (:mod:`chancellery.judge.otherwise`), reads every coefficient from each of these fits, and plays
    every scenario with each and with other dice; ``keep`` is a folder for these fits.
    """
    return hear(
        claims, record, the_fit or claims.home.fit, others=others, whole=whole, scenarios=scenarios,
        sensitivity=sensitivity, keep=keep, draws=draws, seed=seed, progress=progress,
    )  # fmt: skip


def draft(claim: Claim | str, the_case: Case) -> Draft:
    """Draft a scenario of a claim: ``ch.draft("C039", case)``; see :func:`chancellery.cases.drafting.draft`.

    ``claim`` is the id of one of the case's, or a claim of an essay that was read
    (:func:`chancellery.essays.reading.read_drafted`).
    """
    return draft_of(the_case.claims[claim] if isinstance(claim, str) else claim, the_case)


def play(
    the_draft: Draft,
    the_case: Case,
    the_fit: Fit | None = None,
    *,
    draws: int = DRAWS,
    replicates: int = REPLICATES,
    seed: int = SEED,
    progress: Progress = silent,
) -> Beside:
    """Play a draft: its simulated answer beside the author's words; see :mod:`chancellery.judge.beside`.

    Raises
    ------
    ScenarioError
        If the draft has no lever or no question yet.
    """
    the_fit = the_fit or the_case.fit
    return beside_words(the_draft, Simulation(the_case, the_fit, draws, replicates, seed, THREADS, progress))


def warm_up(the_case: Case) -> None:
    """Compile everything a what-if of this case needs, so that the first real one need not wait for it."""
    simulate(the_case.fit, the_case, until=the_case.start + timedelta(days=13), draws=2, replicates=2)


def contrast(
    scenario: Futures,
    baseline: Futures,
    that: str,
    *,
    the_case: Case,
    the_fit: Fit,
    within: str | None = None,
) -> Answer:
    """Ask one question of a scenario's futures and of the baseline's.

    Raises
    ------
    ScenarioError, QuestionError
        If the question is not understood or asks beyond the futures.
    """
    asked = question(Ask(that=that, within=within), scenario.scenario.header, scenario.actors)
    return contrast_futures(
        scenario, baseline, asked, issue_shares(the_case, the_fit), great_powers(the_case)
    )


def report(result: WhatIf | Docket | dict, path: str | Path) -> Path:
    """Write the page of a what-if or of verdicts, or of either as it was saved.

    See :func:`chancellery.report.page.write_page` and :func:`chancellery.report.docket_page.write_docket_page`.
    """
    data = result if isinstance(result, dict) else result.as_dict()
    # Charts are slow to import: only when a page is wanted.
    if data.get("kind") == "chancellery verdicts":
        from chancellery.report.docket_page import write_docket_page as write
    else:
        from chancellery.report.page import write_page as write
    return write(data, path)


__all__ = [
    "Simulation",
    "WhatIf",
    "backtest",
    "case",
    "contrast",
    "draft",
    "experiment",
    "experiments",
    "fit",
    "given",
    "great_powers",
    "issue_shares",
    "judge",
    "load_fit",
    "nowcast",
    "open_record",
    "play",
    "report",
    "save_fit",
    "simulate",
    "warm_up",
    "whatif",
]
