"""``chancellery simulate``: futures of one scenario, or of none, as levels without a comparison."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chancellery import __version__
from chancellery.commands import console
from chancellery.commands.files import ready
from chancellery.commands.options import (
    DRAWS,
    REPLICATES,
    SEED,
    SHIPPED_CASE,
    CaseName,
    Debug,
    Draws,
    FitFolder,
    Json,
    Replicates,
    Seed,
    check_draws,
    read_fit,
)
from chancellery.errors import ScenarioError

if TYPE_CHECKING:
    from chancellery.cases import Case
    from chancellery.model.posterior import Fit
    from chancellery.simulate.futures import Futures


def simulate(
    case: CaseName = SHIPPED_CASE,
    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario", metavar="NAME|FILE", help="A scenario; without one the future as it comes."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="Last day; by default the scenario's, or two years on."),
    ] = None,
    fit: FitFolder = None,
    draws: Draws = DRAWS,
    replicates: Replicates = REPLICATES,
    seed: Seed = SEED,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.json", help="Save the answers in this file.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Run futures without a comparison.

    The case's questions are answered about them.

    The levels say what the model expects; only 'whatif' says what a scenario changes.

    \b
    Examples:
      chancellery simulate --until 2026-05-01
      chancellery simulate --scenario wedge --draws 32 --out wedge.json
    """
    check_draws(draws, replicates)
    if out:
        ready(out)
    from chancellery import api, world

    the_case = api.case(case)
    end = world.parse_date(until, end=True) if until else None
    start = the_case.scenario(scenario).header.start if scenario else the_case.start
    if end and end <= start:
        raise ScenarioError(f"--until {end} is not after the start of the futures, {start}; name a later day")
    the_fit = read_fit(the_case, fit)
    with console.progress_bar(stages=2) as progress:
        futures = api.simulate(the_fit, the_case, scenario=scenario, until=end, draws=draws, seed=seed,
                               replicates=replicates, progress=progress)  # fmt: skip
    result = levels(the_case, the_fit, futures)
    if out:
        from chancellery.report.writing import write_whole

        write_whole(console.as_json(result) + "\n", out)
        console.say(f"saved: {out}")
    if as_json:
        console.print_json(result)
    else:
        _print(result)


def levels(the_case: Case, the_fit: Fit, futures: Futures) -> dict:
    """Answer every question of a scenario from its futures: plain data, ready for JSON."""
    from dataclasses import asdict

    from chancellery import api
    from chancellery.answer.contrast import BOUNDS, fan
    from chancellery.answer.estimate import estimate
    from chancellery.answer.question import measure, question

    header = futures.scenario.header
    shares, powers = api.issue_shares(the_case, the_fit), api.great_powers(the_case)
    answers = []
    for asked in (question(ask, header, futures.actors) for ask in futures.scenario.ask):
        said = measure(futures, asked, shares, powers)
        happens = said.happened if said.unit != "probability" else None
        answers.append({
            "question": asked.text, "label": asked.label, "group": asked.group,
            "from": asked.start, "to": asked.end, "unit": said.unit,
            "level": asdict(estimate(said.values, futures.replicates, BOUNDS[said.unit])),
            "probability": None if happens is None else asdict(estimate(happens, futures.replicates, (0, 1))),
            "fan": fan(futures, said).as_dict(),
        })  # fmt: skip
    told = futures.scenario
    return {
        "kind": "chancellery futures", "format": 1, "case": the_case.title, "about": _about(the_fit, futures),
        "scenario": {"name": told.name, "title": told.title,
                     "levers": [{"text": str(v), "note": v.note} for v in told.levers]},
        "answers": answers,
    }  # fmt: skip


def _about(the_fit: Fit, futures: Futures) -> dict:
    return {
        "chancellery": __version__, "draws": futures.draws, "replicates": futures.replicates,
        "seed": futures.seed, "step": the_fit.spec.step, "record": the_fit.about.get("record", ""),
        "record_until": the_fit.until, "start": futures.scenario.header.start,
        "until": futures.scenario.header.until,
    }  # fmt: skip


def _print(result: dict) -> None:
    from chancellery.answer.estimate import Estimate
    from chancellery.answer.words import number
    from chancellery.report.phrases import error, interval

    about = result["about"]
    typer.echo(
        f"{result['scenario']['title']}, {about['start']} to {about['until']}, {about['draws']} futures"
    )
    rows = []
    for a in result["answers"]:
        level, chance = Estimate(**a["level"]), a["probability"]
        happens = number(chance["value"], "probability") if chance else ""
        rows.append((a["label"], number(level.value, a["unit"]), a["unit"], interval(level, a["unit"]),
                     error(level, a["unit"]), happens))  # fmt: skip
    console.print_table(("question", "level", "unit", "90% interval", "error", "happens"), rows,
                        numbers=("level", "90% interval", "error", "happens"))  # fmt: skip
