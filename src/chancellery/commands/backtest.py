"""``chancellery backtest``: the track record. Forecasts from rolling origins, frozen, then scored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chancellery.commands import console
from chancellery.commands.options import (
    REPLICATES,
    SEED,
    SHIPPED_CASE,
    CaseName,
    Debug,
    Json,
    Replicates,
    Seed,
    check_draws,
)
from chancellery.commands.records import open_existing

DRAWS = 40
RESULT = "track-record.json"


def backtest(
    record: Annotated[
        Path, typer.Option("--record", metavar="RECORD", help="The record, made with 'chancellery add'.")
    ],
    case: CaseName = SHIPPED_CASE,
    every: Annotated[str, typer.Option("--every", metavar="SPAN", help="Span between origins.")] = "2 weeks",
    horizon: Annotated[
        list[str] | None,
        typer.Option(
            "--horizon",
            metavar="SPAN",
            help="Length of a window, such as '90 days'; may be given again. By default 7, 30 and 90 days.",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="First day an origin may have.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last day an origin may have.")
    ] = None,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FOLDER", help="Where forecasts are frozen; a stopped run goes on."),
    ] = Path("backtest"),
    draws: Annotated[int, typer.Option("--draws", min=2, help="Futures from each origin.")] = DRAWS,
    replicates: Replicates = REPLICATES,
    seed: Seed = SEED,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; by default one a core, at most 4.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Forecast from rolling origins, freeze, then score.

    At every origin the model is shown only what was known then. Its forecasts are written with their hashes
    before anything is scored, beside the baselines' that learnt from the same past. Prints skill and calibration,
    and writes them to track-record.json in the folder.

    \b
    Examples:
      chancellery backtest --record world.duckdb
      chancellery backtest --record world.duckdb --every "3 months" --horizon "30 days" --out quick
    """
    import os

    from chancellery import api, world

    check_draws(draws, replicates)
    the_case = api.case(case)
    _ = the_case.model, the_case.ties  # a mistake in the case is told before the record is opened
    first, last = (
        (world.parse_date(since) if since else None),
        (world.parse_date(until, end=True) if until else None),
    )
    with open_existing(record) as opened, console.progress_bar() as progress:
        try:
            found = api.backtest(
                the_case,
                opened,
                every=every,
                horizon=horizon or ("7 days", "30 days", "90 days"),
                out=out,
                since=first,
                until=last,
                draws=draws,
                replicates=replicates,
                seed=seed,
                workers=workers or min(os.cpu_count() or 1, 4),
                progress=progress,
            )
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"stopped by Ctrl-C; what is frozen in {out} is kept, the same call goes on"
            ) from None
    told = console.plain(found.as_dict())
    from chancellery.report.writing import write_whole

    write_whole(console.as_json(told) + "\n", out / RESULT)
    if as_json:
        console.print_json(told)
    else:
        typer.echo(str(found))
    console.say(f"frozen and scored in {out}: {RESULT}, manifest.json")
