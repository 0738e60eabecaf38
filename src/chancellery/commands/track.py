"""``chancellery track``: how a case's forecasts have fared, from the results kept with it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chancellery.commands import console
from chancellery.commands.options import SHIPPED_CASE, CaseName, Debug, Json
from chancellery.errors import CaseError


def track(
    case: CaseName = SHIPPED_CASE,
    page: Annotated[Path | None, typer.Option(help="Also write the track record as a page.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """How far to trust the forecasts: the case's track record.

    Results of 'chancellery backtest', 'experiment', 'nowcast' and 'links' that were saved in the case's folder
    track/. Make it anew with those verbs.

    \b
    Examples:
      chancellery track
      chancellery track --page track.html
    """
    from chancellery.cases import case as open_case

    the_case = open_case(case)
    found = the_case.track
    if "backtest" not in found:
        raise CaseError(
            f"{the_case.folder.name} has no track record; save what 'chancellery backtest' writes "
            f"(track-record.json) as {the_case.folder.name}/track/backtest.json"
        )
    from chancellery.report.track_parts import parts

    others = parts(found)
    if page is not None:
        from chancellery.report.track_page import write_track_page

        console.say(f"report: {write_track_page(found['backtest'], page, others)}")
    if as_json:
        console.print_json(found)
        return
    from chancellery.judge.backtest.telling import text

    typer.echo(text(found["backtest"]))
    for title, part in others.items():
        typer.echo(f"\n{title}")
        console.print_table(part["heading"], part["rows"])
        for note in part["notes"]:
            typer.echo(note)
