"""``chancellery nowcast``: is it true of today. A case run on its chronology, held against later news volumes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chancellery.commands import console
from chancellery.commands.options import (
    DRAWS,
    SEED,
    SHIPPED_CASE,
    CaseName,
    Debug,
    Draws,
    FitFolder,
    Json,
    Seed,
    read_fit,
)

COLUMNS = ("target", "pairs", "many", "forecast", "rank correlation", "±", "over no chronology")
BY_MONTH = ("month", "volume", "without", "change", "without ", "drift back")


def nowcast(
    gdelt: Annotated[
        Path,
        typer.Option(
            "--gdelt", metavar="FOLDER", help="Scores of pairs by day: date, a, b, score (Parquet, CSV)."
        ),
    ],
    case: CaseName = SHIPPED_CASE,
    fit: FitFolder = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="Last day compared; by default that of the scores."),
    ] = None,
    draws: Draws = DRAWS,
    seed: Seed = SEED,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Check the months between the record and the start.

    The case runs from the end of its record on its chronology; the volumes of its pairs are ranked beside those
    of GDELT scores by day, with and without the chronology, and beside "nothing changes".

    \b
    Examples:
      chancellery nowcast --gdelt gdelt_dyad_day/
      chancellery nowcast --gdelt scores.parquet --until 2023-12-31 --json
    """
    from chancellery import api, world

    the_case = api.case(case)
    the_fit = read_fit(the_case, fit)
    end = world.parse_date(until, end=True) if until else None
    with console.progress_bar() as progress:
        found = api.nowcast(
            the_case, gdelt, fit=the_fit, until=end, draws=draws, seed=seed, threads=api.THREADS,
            progress=lambda what, share: progress("with and without the chronology", share),
        ).as_dict()  # fmt: skip
    if as_json:
        console.print_json(found)
    else:
        _print(found)


def _print(found: dict) -> None:
    about = found["about"]
    typer.echo(
        f"{about['record_until']} to {about['until']}, {about['happenings']} dated acts, {about['draws']} futures each; "
        f"{about['actors']} actors compared, {about['missing_days']} days missing; "
        f"no scores of {', '.join(found['uncovered']) or 'nobody'}"
    )
    rows = [
        (r["measure"], r["pairs"], r["many"], r["forecast"], _interval(r), f"{r['simulation_error']:.3f}",
         _over(r["over_no_chronology"]))
        for r in found["ranks"] if r["period"] == "whole"
    ]  # fmt: skip
    console.print_table(COLUMNS, rows, numbers=("many", "rank correlation", "±", "over no chronology"))
    typer.echo("")
    by = {(r["period"], r["measure"], r["forecast"]): r for r in found["ranks"] if r["pairs"] == "all"}
    months = dict.fromkeys(r["period"] for r in found["ranks"] if r["period"] != "whole")
    names = (("volume", "chronology"), ("volume", "no chronology"), ("change", "chronology"),
             ("change", "no chronology"), ("change", "drift back"))  # fmt: skip
    told = [(m, *(_interval(by.get((m, *name))) for name in names)) for m in months]
    console.print_table(BY_MONTH, told, numbers=BY_MONTH[1:])


def _interval(row: dict | None) -> str:
    return "–" if row is None else f"{row['rank_correlation']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"


def _over(value: dict | None) -> str:
    return "" if value is None else f"{value['mean']:+.3f} [{value['low']:+.3f}, {value['high']:+.3f}]"
