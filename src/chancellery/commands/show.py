"""``chancellery show``: what there is, as tables: a record, a case, and the words everything is said in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chancellery.commands import console, show_case
from chancellery.commands.options import Debug, Help, Json

app = typer.Typer(rich_markup_mode=None, add_help_option=False)
SIGNS = {1: "+", -1: "−", 0: "open"}


@app.callback(invoke_without_command=True)
def show(
    context: typer.Context, as_json: Json = False, debug: Debug = False, wants_help: Help = False
) -> None:
    """Show a record, a case, and the words all is said in.

    Alone it lists what can be shown.

    \b
    Examples:
      chancellery show
      chancellery show scenario us-russia-thaw
      chancellery show ties --on 2025-05-01 --kind sanctions
    """
    if context.invoked_subcommand is not None:
        return
    views = [(name, command.get_short_help_str(100)) for name, command in context.command.commands.items()]
    if as_json:
        console.print_json(dict(views))
        return
    console.print_table(("chancellery show", ""), views)


@app.command()
def record(
    record: Annotated[Path, typer.Argument(metavar="RECORD", help="A record made with 'chancellery add'.")],
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """What a record holds, covers, and refused.

    \b
    Example:
      chancellery show record world.duckdb
    """
    from chancellery.commands.records import open_existing
    from chancellery.record import summary

    with open_existing(record) as opened:
        if not as_json:
            typer.echo(summary(opened))
            return
        reasons = opened.refused().group_by("dataset", "reason").len("rows").sort("dataset", "reason")
        console.print_json({
            "record": record, "fingerprint": opened.fingerprint(), "counts": opened.counts().to_dicts(),
            "coverage": opened.coverage().to_dicts(), "refused": reasons.to_dicts(),
            "precedence": opened.precedence(), "files": opened.files().to_dicts(),
        })  # fmt: skip


@app.command()
def actors(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One actor, by id or any name.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="Only actors of this kind, such as state.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Actors that are known by name, or everything known of one.

    \b
    Examples:
      chancellery show actors --kind armed-group
      chancellery show actors "Russian Federation"
    """
    from dataclasses import asdict

    from chancellery import world
    from chancellery.errors import WorldError, did_you_mean

    if kind is not None and kind not in world.KINDS:
        raise WorldError(f"--kind '{kind}' is not known{did_you_mean(kind, world.KINDS)}")
    if name is not None:
        one = asdict(world.actor(name))
        if as_json:
            console.print_json(one)
        else:
            shown = ((k, ", ".join(v) if isinstance(v, tuple) else v) for k, v in one.items())
            console.print_table(("field", "value"), [(k, v) for k, v in shown if v not in (None, "")])
        return
    found = [a for a in world.actors() if kind in (None, a.kind)]
    if as_json:
        console.print_json([asdict(a) for a in found])
    else:
        console.print_table(
            ("id", "name", "kind", "also"), [(a.id, a.name, a.kind, ", ".join(a.also)) for a in found]
        )


@app.command()
def acts(as_json: Json = False, debug: Debug = False) -> None:
    """The fourteen acts: class, weight, meaning.

    \b
    Example:
      chancellery show acts
    """
    from dataclasses import asdict

    from chancellery import world

    if as_json:
        console.print_json([asdict(a) for a in world.acts()])
        return
    rows = [(a.name, a.klass, f"{a.weight:.1f}", a.starts, a.ends, a.meaning) for a in world.acts()]
    console.print_table(
        ("act", "class", "weight", "may start", "may end", "meaning"), rows, numbers=("weight",)
    )


@app.command()
def effects(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One effect, with formula and source.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Effects that model.toml may name: the reasons to act.

    The sign is the one expected for cooperation.

    \b
    Examples:
      chancellery show effects
      chancellery show effects common-enemy
    """
    from chancellery.effects import catalogue

    chosen = catalogue.effects() if name is None else (catalogue.lookup(name),)
    shown = [
        {"effect": e.name, "level": e.level, "expected sign": SIGNS[e.sign], "formula": e.formula,
         "source": e.reference, "essays": e.says}
        for e in chosen
    ]  # fmt: skip
    if as_json:
        console.print_json(shown if name is None else shown[0])
    elif name is None:
        columns = ("effect", "level", "expected sign", "essays")
        console.print_table(columns, [tuple(e[c] for c in columns) for e in shown])
    else:
        console.print_table(("field", "value"), list(shown[0].items()))


@app.command()
def levers(as_json: Json = False, debug: Debug = False) -> None:
    """Levers a scenario may pull, and the fields each needs.

    Every lever also has either 'on' (a date) or 'when' (a condition, with 'after' a span), and may have
    'until' and 'note'.

    \b
    Example:
      chancellery show levers
    """
    from chancellery.simulate.scenario import NEEDS, ORDER

    if as_json:
        console.print_json([{"do": do, "needs": NEEDS[do], "meaning": says} for do, says in ORDER.items()])
        return
    console.print_table(
        ("do", "needs", "meaning"), [(do, ", ".join(NEEDS[do]), says) for do, says in ORDER.items()]
    )


for view in (show_case.case, show_case.scenarios, show_case.scenario, show_case.ties, show_case.fit):
    app.command()(view)
