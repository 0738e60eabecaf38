"""``chancellery rem``: a classical relational event model of any actors, from tables, without a line of Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chancellery.commands import console
from chancellery.commands.files import ready
from chancellery.commands.options import Debug, Json
from chancellery.errors import ModelError, did_you_mean

if TYPE_CHECKING:
    from chancellery.rem import RemFit, Study


def rem(
    formula: Annotated[
        str,
        typer.Argument(metavar="FORMULA", help="What to fit: 'network ~ effect + effect', see docs/rem.md."),
    ],
    actors: Annotated[
        Path, typer.Option("--actors", metavar="FILE", help="A row an actor: label and attributes.")
    ],
    network: Annotated[
        list[str],
        typer.Option(
            "--network", metavar="NAME=FILE", help="Time, sender, receiver; may be given several times."
        ),
    ],
    model: Annotated[
        str, typer.Option("--model", metavar="MODEL", help="choice, rate, tie or coordination.")
    ] = "choice",
    undirected: Annotated[
        list[str] | None,
        typer.Option("--undirected", metavar="NAME", help="A network whose ties hold both ways."),
    ] = None,
    attribute: Annotated[
        list[str] | None,
        typer.Option(
            "--attribute", metavar="NAME=FILE", help="Changes of an attribute: time, node, replace."
        ),
    ] = None,
    presence: Annotated[
        Path | None,
        typer.Option("--presence", metavar="FILE", help="Who comes and goes: time, node, replace."),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(
            "--unit", metavar="UNIT", help="Unit of time: second, minute, hour, day, week, month, year."
        ),
    ] = None,
    step: Annotated[
        str,
        typer.Option(
            "--step", metavar="STEP", help="day, week or month: its events see the state at its start."
        ),
    ] = "event",
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Score events from here on.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="TIME", help="Use nothing after.")] = None,
    risk: Annotated[
        str | None,
        typer.Option("--risk", metavar="NAME", help="A network that says which pairs are possible."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="KIND",
            help="Whose events hang together: dyad, sender, week, dyad+week, none …; by default the pair.",
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option("--sample", metavar="N", help="Compare each event with so many drawn options."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the draw.")] = 1,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say in words what each estimate means.")
    ] = False,
    latex: Annotated[
        Path | None, typer.Option("--latex", metavar="FILE", help="Write the table for a paper (booktabs).")
    ] = None,
    forest: Annotated[
        Path | None,
        typer.Option("--forest", metavar="FILE.svg", help="Draw the ratios with their intervals."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Fit a relational event model to tables of your own.

    Whom actors turn to (choice), who acts (rate), which pair comes next (tie), which pair agrees
    (coordination). With 1 in the formula, a rate or tie model is timed. Files are CSV.

    \b
    Example:
      chancellery rem "calls ~ inertia + recip + tie(friends)" --actors actors.csv
        --network calls=calls.csv --network friends=friends.csv
    """
    from chancellery.rem import fit

    study = _study(actors, network, undirected or [], attribute or [], presence, unit)
    for path in (latex, forest):
        if path is not None:
            ready(path)
    with console.progress_bar() as progress:
        fitted = fit(
            study, formula, model, step=step, since=_time(since), until=_time(until), risk=risk,
            cluster=None if cluster == "none" else cluster or "default", sample=sample, seed=seed, progress=progress,
        )  # fmt: skip
    sentences = _sentences(fitted) if explain else []
    if as_json:
        console.print_json(_plain(fitted, sentences))
    else:
        typer.echo(str(fitted))
        if sentences:
            typer.echo("\n" + "\n".join(sentences))
    _write(fitted, latex, forest)


def _study(
    actors: Path,
    network: list[str],
    undirected: list[str],
    attribute: list[str],
    presence: Path | None,
    unit: str | None,
) -> Study:
    from chancellery.rem import Network, Study

    tables = _named(network, "--network")
    for name in undirected:
        if name not in tables:
            raise ModelError(f"--undirected: '{name}' is no --network{did_you_mean(name, tables)}")
    return Study(
        actors=actors,
        networks={name: Network(file, directed=name not in undirected) for name, file in tables.items()},
        attributes=_named(attribute, "--attribute"),
        presence=presence,
        unit=unit,
    )


def _named(given: list[str], option: str) -> dict[str, Path]:
    """Read ``NAME=FILE``."""
    out: dict[str, Path] = {}
    for text in given:
        name, equals, file = text.partition("=")
        if not (name and equals and file):
            raise ModelError(f"{option} '{text}': write a name and a file, such as {option} calls=calls.csv")
        if name in out:
            raise ModelError(f"{option}: '{name}' is there twice")
        out[name] = Path(file)
    return out


def _time(text: str | None) -> float | str | None:
    """A number of the study's unit, or a date."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return text


def _sentences(fitted: RemFit) -> list[str]:
    from chancellery.rem.words import explain

    return [f"{t.label}: {explain(fitted, t.label)}" for t in fitted.terms]


def _plain(fitted: RemFit, sentences: list[str]) -> dict:
    table = fitted.table()
    return {
        "kind": "chancellery rem", "format": 1, "title": table.title, **table.facts,
        "coefficients": table.frame().to_dicts(), "warnings": table.warnings, "notes": table.notes,
        "explained": sentences, "seconds": fitted.seconds, "about": fitted.about,
    }  # fmt: skip


def _write(fitted: RemFit, latex: Path | None, forest: Path | None) -> None:
    if latex is not None:
        from chancellery.report.writing import write_whole

        console.say(f"table: {write_whole(fitted.table().latex(), latex)}")
    if forest is not None:
        from chancellery.report.ratios import write_ratio_forest

        console.say(f"forest: {write_ratio_forest(forest, fitted)}")
