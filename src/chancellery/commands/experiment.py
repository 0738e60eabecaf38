"""``chancellery experiment``: is it true of shocks. Known ones as natural experiments, scored on third parties."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chancellery.commands import console
from chancellery.commands.files import ready
from chancellery.commands.options import SEED, SHIPPED_CASE, CaseName, Debug, Json, Seed
from chancellery.commands.records import open_existing

if TYPE_CHECKING:
    from chancellery.judge.pooled import Outcomes

# A test holds them to those of chancellery.judge.experiment, which is slow to import.
DRAWS, PLACEBOS = 100, 6
COLUMNS = (
    "class", "told", "rose", "right", "without", "scored", "gain", "without ", "in 50%", "in 90%",
    "effects", "right ", "chance", "p",
)  # fmt: skip


def experiment(
    record: Annotated[
        Path, typer.Option("--record", metavar="RECORD", help="The record, made with 'chancellery add'.")
    ],
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME|FILE]...", help="Which of the case's experiments; without one, all."),
    ] = None,
    case: CaseName = SHIPPED_CASE,
    draws: Annotated[
        int, typer.Option("--draws", min=2, help="Futures with and without each shock.")
    ] = DRAWS,
    placebos: Annotated[
        int, typer.Option("--placebos", min=0, help="Most other dates at which each shock is tried.")
    ] = PLACEBOS,
    seed: Seed = SEED,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.json", help="Save the results here, anew after each experiment."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Hold the model to shocks that came.

    For each shock: fit to what came before, inject it alone, and compare what third parties did next with what
    was predicted, with the run without it, with "nothing changes", and with the same shock at other dates.

    \b
    Examples:
      chancellery experiment ukraine --record world.duckdb
      chancellery experiment --record world.duckdb --out shocks.json
      chancellery experiment my-shock --case my-case --record mine.duckdb --json
    """
    if out:
        ready(out)
    from chancellery import api

    the_case = api.case(case)
    for name in names or ():
        the_case.experiment(name)  # a mistake in a file is told before the record is opened

    def keep(so_far: Outcomes) -> None:
        if out:
            from chancellery.report.writing import write_whole

            write_whole(console.as_json(so_far.as_dict()) + "\n", out)

    with open_existing(record) as opened, console.progress_bar() as progress:
        found = api.experiments(
            the_case, opened, names, draws=draws, placebos=placebos, seed=seed, threads=api.THREADS,
            done=keep, progress=lambda what, share: progress(what, share),
        )  # fmt: skip
    if out:
        console.say(f"saved: {out}")
    if as_json:
        console.print_json(found.as_dict())
        return
    for outcome in found.outcomes:
        _print(outcome.as_dict())
    if len(found.outcomes) > 1:
        _print_pool(found.pool)


def _print(told: dict) -> None:
    typer.echo(f"\n{told['title']}, {told['on']}")
    if not told["covered"]:
        typer.echo(f"not covered: {told['problem']}")
        return
    short = f", cut short of {told['days']} by the record" if told["cut_short"] else ""
    fit = told["fit"]
    typer.echo(
        f"{told['days_after']} days from {told['after'][0]} to {told['after'][1]}{short}, against those from "
        f"{told['before'][0]} to {told['before'][1]}; fit to {fit['events']:,} events of {fit['since']} to {fit['until']}"
    )
    _print_marks(told["marks"])
    for name, said in (
        ("effect_right", "direction of what the shock adds"),
        ("gain_over_without", "error the shock saves"),
    ):
        p = told["placebos"]["summary"][name]
        if p is not None:
            typer.echo(
                f"{said}: {p['real']:.3f}; at {p['dates']} placebo dates {p['mean']:.3f} "
                f"({p['low']:.3f} to {p['high']:.3f}), p = {p['p']:.2f}"
            )


def _print_pool(pool: dict) -> None:
    if not pool["experiments"]:
        return
    left = f"; left out: {', '.join(pool['left_out'])}" if pool["left_out"] else ""
    typer.echo(f"\nTogether: {', '.join(pool['experiments'])}{left}")
    _print_marks(pool["marks"])
    for name, said in (
        ("effect_right", "direction of what the shock adds"),
        ("gain_over_without", "error the shock saves"),
    ):
        p = pool["placebos"][name]
        if p["of"]:
            typer.echo(
                f"{said}: better than at placebo dates in {p['above']} of {p['of']}, by {p['difference']:+.3f}"
            )


def _print_marks(marks: dict) -> None:
    rows = [
        (
            name, m["told"], _share(m["rose"]), _interval(m["right"]), _share(m["right_without"]), m["scored"],
            _interval(m["gain"]), _share(m["gain_without"]), _share(m["held_50"]), _share(m["held_90"]),
            m["effects"], _interval(m["effect_right"]), _share(m["effect_chance"]), _share(m["effect_p"]),
        )
        for name, m in marks.items()
    ]  # fmt: skip
    console.print_table(COLUMNS, rows, numbers=COLUMNS[1:])


def _share(value: dict | float | None) -> str:
    if value is None:
        return "–"
    return f"{value['mean'] if isinstance(value, dict) else value:.2f}"


def _interval(value: dict | None) -> str:
    return "–" if value is None else f"{value['mean']:.2f} [{value['low']:.2f}, {value['high']:.2f}]"
