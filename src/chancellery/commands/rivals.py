"""``chancellery rivals``: the essays of a case as rival experts, scored on the same later events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chancellery.commands import console
from chancellery.commands.options import (
    SEED,
    SHIPPED_CASE,
    CaseName,
    Debug,
    FitFolder,
    Json,
    Seed,
    Words,
    read_fit,
)
from chancellery.commands.records import open_existing


def rivals(
    record: Annotated[Path, typer.Option("--record", metavar="RECORD", help="The record.")],
    case: CaseName = SHIPPED_CASE,
    fit: FitFolder = None,
    words: Words = "essays",
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="DATE",
            help="Last day the experts may see; by default the end of the stretch with the middle of the record.",
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--last", metavar="DATE", help="Last day they are scored on; by default the record's."),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(
            "--scale",
            min=1e-4,
            max=10.0,
            metavar="SD",
            help="How large weights are thought to be beforehand.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write a page too.")] = None,
    seed: Seed = SEED,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Score essays as rival experts on events they have not seen.

    Each essay is a set of priors on the weights its claims speak of; all share everything else. Their forecasts
    are scored beside a neutral expert's and each other's, and their claims as statements with a probability.

    \b
    Examples:
      chancellery rivals --record world.duckdb
      chancellery rivals --record world.duckdb --until 2022-02-23 --words kent
      chancellery rivals --record world.duckdb --words my-words.csv --out rivals.html
    """
    from chancellery import api, world
    from chancellery.judge import rivals as contest

    the_case = api.case(case)
    has_fit = fit is not None or (the_case.folder / "fit" / "fit.json").exists()
    options = {
        "words": words,
        "until": world.parse_date(until, end=True) if until else None,
        "last": world.parse_date(last, end=True) if last else None,
        "scale": scale,
        "fit": read_fit(the_case, fit) if has_fit else None,
        "seed": seed,
    }
    with open_existing(record) as opened, console.progress_bar() as progress:
        told = contest.rivals(the_case, opened, progress=progress, **options).as_dict()
    if out is not None:
        from chancellery.report.rivals_page import write_rivals_page

        console.say(f"wrote {write_rivals_page(told, out)}")
    if as_json:
        console.print_json(told)
    else:
        _print(told)


def _print(told: dict) -> None:
    a = told["about"]
    names = [e["name"] for e in told["experts"][1:]]
    typer.echo(
        f"Fitted to {a['trained_on']:,} events to {a['until']}; scored on {a['scored_on']:,} events, "
        f"{a['scored_since']} to {a['scored_until']}.\n"
        "Nats for a thousand events above the neutral expert, with 95% intervals; by how much record each has seen."
    )
    rows = []
    for stage in told["stages"]:
        gaps = {r["expert"]: r["gap"] for r in stage["rows"]}
        neutral = next(r["nats_an_event"] for r in stage["rows"] if r["gap"] is None)
        rows.append((stage["name"], f"{neutral:.4f}", *(_gap(gaps[n]) for n in names)))
    console.print_table(("has seen", "neutral, nats an event", *names), rows, numbers=names)
    _print_readings(told, names)
    for what in ("claim", "effect"):
        typer.echo(f"\nWhat each {what} earns its essay, before any record is seen; most and least.")
        worth = [w for w in reversed(told[f"{what}s"]) if w["gap"]["mean"]]
        chosen = worth if len(worth) <= 10 else [*worth[:5], *worth[-5:]]
        rows = [(w["essay"], w[what], _gap(w["gap"]), w["why"]) for w in chosen]
        console.print_table(("essay", what, "nats", "read as" if what == "claim" else ""), rows)
    typer.echo("\nEvents on which they differ most")
    for event in told["events"][:8]:
        typer.echo(f"  {event['sentence']}")
    typer.echo(f"\n{told['lead']}")
    for sentence in told["sentences"]:
        typer.echo(sentence)


def _print_readings(told: dict, names: list[str]) -> None:
    typer.echo("\nOther readings of the words of doubt, and other priors")
    rows = []
    for r in told["readings"]:
        for stage in dict.fromkeys(g["stage"] for g in r["gaps"]):
            gaps = {g["essay"]: g["gap"] for g in r["gaps"] if g["stage"] == stage}
            rows.append((r["name"], stage, *(_gap(gaps[n]) for n in names)))
    console.print_table(("words", "has seen", *names), rows, numbers=names)
    rows = []
    for r in told["readings"]:
        by = {m["essay"]: m for m in r["marks"]}
        if by:
            rows.append((r["name"], *(_brier(by.get(n)) for n in names)))
    if rows:
        typer.echo("\nClaims as statements: Brier score of decided claims (0.25: always one half)")
        console.print_table(("words", *names), rows, numbers=names)


def _gap(gap: dict) -> str:
    return f"{gap['mean']:+.1f} [{gap['low']:+.1f}, {gap['high']:+.1f}]"


def _brier(mark: dict | None) -> str:
    if mark is None or mark["brier"]["mean"] is None:
        return ""
    b = mark["brier"]
    span = "" if b["low"] is None else f" [{b['low']:.3f}, {b['high']:.3f}]"
    return f"{b['mean']:.3f}{span} of {mark['decided']}"
