"""``chancellery whatif``: the main job. Baseline and scenario, the answers, a report."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chancellery.commands import console
from chancellery.commands.files import result_files
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
from chancellery.errors import QuestionError

if TYPE_CHECKING:
    from chancellery.cases import Case
    from chancellery.simulate.scenario import Ask, Header

_WINDOW = re.compile(r"(?P<that>.+?)\s+(?:within (?P<span>\d+ \w+)|by (?P<day>\d{4}-\d{2}-\d{2}))")


def whatif(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="Name of one of the case's, or a TOML file.")
    ],
    case: CaseName = SHIPPED_CASE,
    fit: FitFolder = None,
    draws: Draws = DRAWS,
    replicates: Replicates = REPLICATES,
    seed: Seed = SEED,
    ask: Annotated[
        list[str] | None,
        typer.Option("--ask", metavar="QUESTION", help="One more question; may be given several times."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FOLDER|FILE.html", help="Where the report goes; by default here."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Ask what if: a scenario beside its baseline, and a report.

    The same futures are run with and without the scenario's levers, so that what differs is their doing. The
    table goes to standard output; SCENARIO.html and SCENARIO.json are written. With --json the result goes to
    standard output instead, and files are written only where --out says.

    \b
    Examples:
      chancellery whatif us-russia-thaw
      chancellery whatif us-russia-thaw --draws 200 --out reports
      chancellery whatif my.toml --ask "PAK and RUS agree on energy within 12 months"
    """
    check_draws(draws, replicates)
    files = None if as_json and out is None else result_files(out or Path(), Path(scenario).stem)
    from chancellery import api

    the_case = api.case(case)
    chosen = the_case.scenario(scenario)
    extra = [read_question(text, chosen.header, the_case) for text in ask or ()]
    the_fit = read_fit(the_case, fit)
    with console.progress_bar(stages=3 + len(chosen.header.compare)) as progress:
        answered = api.whatif(
            the_case, scenario, the_fit=the_fit, draws=draws, replicates=replicates, seed=seed, extra=extra,
            progress=progress,
        )  # fmt: skip
    result = console.plain(answered.as_dict())
    if as_json:
        console.print_json(result)
    else:
        from chancellery.report.tables import whatif_table

        console.print_rich(whatif_table(result))
    if files:
        _write(result, *files)


def _write(result: dict, page: Path, data: Path) -> None:
    from chancellery.report.page import write_page
    from chancellery.report.writing import write_whole

    written: list[Path] = []
    try:
        written.append(write_whole(console.as_json(result) + "\n", data))
        write_page(result, page)
        written.append(page)
    except KeyboardInterrupt:
        kept = (
            f"{data} is whole; 'chancellery report {data}' makes the page"
            if written
            else "nothing was written"
        )
        raise KeyboardInterrupt(f"stopped by Ctrl-C; {kept}") from None
    console.say(f"report: {page}")


def read_question(text: str, header: Header, the_case: Case) -> Ask:
    """Read a question of the command line, which may end in ``within 12 months`` or ``by 2026-01-31``.

    Raises
    ------
    ScenarioError, QuestionError
        If it is not understood, or asks beyond the scenario's end.
    """
    from chancellery import world
    from chancellery.answer.question import question
    from chancellery.simulate.scenario import Ask

    found = _WINDOW.fullmatch(text.strip())
    parts = found.groupdict() if found else {"that": text, "span": None, "day": None}
    by = world.parse_date(parts["day"]) if parts["day"] else None
    end: date = by or (world.later(header.start, parts["span"]) if parts["span"] else header.until)
    if not header.start <= end <= header.until:
        raise QuestionError(
            f"--ask '{text}' asks to {end}, outside the scenario's {header.start} to {header.until}; "
            "change the question or the scenario's dates"
        )
    ask = Ask(that=parts["that"], within=parts["span"], by=by, label=text, group="Asked here")
    question(ask, header, the_case.actors)
    return ask
