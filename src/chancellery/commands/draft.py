"""``chancellery draft``: from a claim to a scenario, and its answer beside the author's words."""

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
    Replicates,
    Seed,
    check_draws,
    read_fit,
)

if TYPE_CHECKING:
    from chancellery.cases.drafting import Draft
    from chancellery.judge.beside import Beside


def draft(
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="Id of a claim, such as C039.")],
    case: CaseName = SHIPPED_CASE,
    claims: Annotated[
        Path | None,
        typer.Option(
            "--claims", metavar="FILE", help="Claims of another essay, such as 'chancellery read' proposes."
        ),
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE.toml", help="Write the scenario there.")
    ] = None,
    play: Annotated[
        bool, typer.Option("--play", help="Play it, and show the answer beside the author's words.")
    ] = False,
    fit: FitFolder = None,
    draws: Draws = DRAWS,
    replicates: Replicates = REPLICATES,
    seed: Seed = SEED,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Draft a claim as a scenario: its lever, question and horizon.

    Each comes from the claim's own test where it has one, else from its words; comments in the draft say which
    words, and what to check. What cannot be inferred is left as a comment to fill in.

    \b
    Examples:
      chancellery draft C039 --play
      chancellery draft C122 --write ceasefire.toml
      chancellery draft P003 --claims drafts/claims.toml --write mine.toml
    """
    check_draws(draws, replicates)
    from chancellery import api
    from chancellery.essays.reading import read_drafted

    the_case = api.case(case)
    chosen = read_drafted(claims)[claim] if claims is not None else the_case.claims[claim]
    drafted = api.draft(chosen, the_case)
    if write is not None:
        _write(drafted, write)
    if not play:
        _show(drafted, write, as_json=as_json)
        return
    with console.progress_bar(stages=3) as progress:
        played = api.play(
            drafted, the_case, read_fit(the_case, fit), draws=draws, replicates=replicates, seed=seed,
            progress=progress,
        )  # fmt: skip
    if as_json:
        console.print_json(played.as_dict())
    else:
        _beside(played)


def _write(drafted: Draft, path: Path) -> None:
    from chancellery.errors import ScenarioError
    from chancellery.report.writing import write_whole

    if path.exists():
        raise ScenarioError(f"{path} is there already and may hold your work; name another file")
    write_whole(drafted.text, path)


def _show(drafted: Draft, path: Path | None, *, as_json: bool) -> None:
    if as_json:
        console.print_json(drafted.as_dict() | ({"written": path} if path else {}))
        return
    if path is None:
        typer.echo(drafted.text, nl=False)
        return
    told = "it runs" if drafted.runs else "it has to be filled in first"
    typer.echo(f"wrote {path}; {told}: chancellery whatif {path}")
    for sentence in drafted.missing:
        console.say(sentence)


def _beside(played: Beside) -> None:
    typer.echo(f"{played.draft.claim.id}: {played.draft.claim.sentence}\n")
    console.print_table(("", "the author", "the model"), played.rows())
    typer.echo("")
    for origin in played.draft.origins:
        typer.echo(f"{origin}")
    typer.echo("The answer is the fitted model's to this lever, not the world's.")
