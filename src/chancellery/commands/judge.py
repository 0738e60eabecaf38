"""``chancellery judge``: is it true. Every claim of a case put to the record, the fit and the tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chancellery.commands import console
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
    Seed,
    Words,
    check_draws,
    read_fit,
)
from chancellery.commands.records import open_existing
from chancellery.errors import EssayError, did_you_mean

if TYPE_CHECKING:
    from chancellery.cases import Case
    from chancellery.essays.reading import Claims
    from chancellery.judge.docket import Docket

MARKS = {"fragile": "fragile", "not tried": "other choices not tried"}
COLUMNS = ("claim", "essay", "test", "verdict", "events", "q", "belief", "what was found")


def judge(
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="RECORD",
            help="The record; without one, tables, chronology and fit are asked.",
        ),
    ] = None,
    case: CaseName = SHIPPED_CASE,
    fit: FitFolder = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="CLAIM|ESSAY", help="Only this claim or essay; may be given again."),
    ] = None,
    words: Words = "essays",
    scenarios: Annotated[
        bool, typer.Option("--scenarios/--no-scenarios", help="Play claims about what would happen.")
    ] = True,
    sensitivity: Annotated[
        bool,
        typer.Option(
            "--sensitivity",
            help="Also fit the model otherwise, and play every scenario with each fit and with other dice: many minutes.",
        ),
    ] = False,
    others: Annotated[
        Path | None,
        typer.Option(
            "--others", metavar="FOLDER", help="Keep these other fits there, and use those that are."
        ),
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE.html", help="Write the verdicts as a page to read.")
    ] = None,
    draws: Draws = DRAWS,
    seed: Seed = SEED,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Test the claims of a case, and say what became of each.

    Supported, contradicted, undecided, not covered or not testable, with effect and interval; then where the
    essays disagree, and which of their errors the tables find.

    \b
    Examples:
      chancellery judge --record world.duckdb
      chancellery judge --record world.duckdb --only S4 --no-scenarios
      chancellery judge --record world.duckdb --words kent --json
    """
    check_draws(draws, REPLICATES)
    from chancellery import api

    the_case = api.case(case)
    chosen = _chosen(the_case, only or [], words)
    the_fit = read_fit(the_case, fit)
    options = {"scenarios": scenarios, "draws": draws, "seed": seed, "whole": not only}
    options |= {"sensitivity": sensitivity, "keep": others}
    with console.progress_bar(stages=3 if sensitivity else 1) as progress:
        if record is None:
            found = api.judge(chosen, None, the_fit, progress=progress, **options)
        else:
            with open_existing(record) as opened:
                found = api.judge(chosen, opened, the_fit, progress=progress, **options)
    if page is not None:
        from chancellery.report.docket_page import write_docket_page

        write_docket_page(found.as_dict(), page)
    if as_json:
        console.print_json(found.as_dict())
        return
    _print(found)
    if page is not None:
        console.say(f"page: {page}")


def _chosen(case: Case, only: list[str], words: str) -> Claims:
    """The claims that are asked for, under a list of words."""
    from dataclasses import replace

    from chancellery.cases.claims import worded

    if not len(case.claims):
        raise EssayError(f"the case '{case.folder.name}' has no claims; write them in its folder claims/")
    claims = worded(case, words)
    known = {c.id for c in claims} | set(claims.essays)
    for name in only:
        if name not in known:
            raise EssayError(f"--only {name}: there is no such claim or essay{did_you_mean(name, known)}")
    kept = tuple(c for c in claims if not only or c.id in only or c.essay in only)
    return replace(claims, claims=kept)


def _print(found: Docket) -> None:
    rows = []
    for v in found.verdicts:
        belief = "" if v.posterior is None else f"{100 * v.prior:.0f} → {100 * v.posterior:.0f}%"
        q = f"{v.q:.3f}" if v.q == v.q else ""
        verdict = f"{v.verdict}, {MARKS[v.firmness]}" if v.firmness in MARKS else v.verdict
        rows.append((v.claim, v.essay, v.test, verdict, v.events or "", q, belief, v.says))
    console.print_table(COLUMNS, rows, numbers=("events", "q"))
    for by in ("essay", "test"):
        tally = found.tally(by)
        names = list(next(iter(tally.values())))
        typer.echo("")
        console.print_table((by, *names), [(k, *n.values()) for k, n in tally.items()], numbers=names)
    decided = ", ".join(f"{count} {name}" for name, count in found.firmness.items())
    typer.echo(f"\nof the decided: {decided}")
    tried = ", ".join(found.tried)
    typer.echo(
        f"coefficients and scenarios were tried under: {tried}"
        if tried
        else "other choices about the model were not tried on coefficients and scenarios; --sensitivity tries them"
    )
    for d in found.disputes:
        typer.echo(f"\n{d.disagreement.id} {d.disagreement.topic}")
        for side, verdicts in zip(d.disagreement.side, d.sides):
            told = ", ".join(f"{v.claim} {v.verdict}" for v in verdicts) or "not asked"
            typer.echo(f"  {side.essay}: {side.says} [{told}]")
        typer.echo(f"  {d.says}")
    if found.slips:
        typer.echo("")
        rows = [(s.slip.id, s.slip.essay, s.result, s.slip.says, s.says) for s in found.slips]
        console.print_table(("error", "essay", "result", "the essay says", "the tables say"), rows)
