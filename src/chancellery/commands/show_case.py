"""The views of ``chancellery show`` that look into a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chancellery.commands import console
from chancellery.commands.options import SHIPPED_CASE, CaseName, Debug, FitFolder, Json, read_fit


def case(
    case: Annotated[
        str, typer.Argument(metavar="[NAME|FOLDER]", help="A shipped case, or yours.")
    ] = SHIPPED_CASE,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """A case: who is in play, and how much it knows.

    \b
    Example:
      chancellery show case great-powers
    """
    from chancellery import world
    from chancellery.cases import case as open_case

    one = open_case(case)
    in_play = [(a, world.actor(a).name, role) for a, role in one.roles.items()]
    if as_json:
        console.print_json({
            "title": one.title, "folder": one.folder, "start": one.start, "record": one.record_note,
            "actors": [dict(zip(("id", "name", "role"), row)) for row in in_play],
            "effects": {"choice": one.model.choice, "rate": one.model.rate}, "scenarios": one.scenarios,
            "experiments": one.experiments,
            "ties": len(one.ties), "happenings": len(one.happenings), "attributes": len(one.attributes),
            "questions": [a.that for a in one.asks],
        })  # fmt: skip
        return
    typer.echo(f"{one.title}: {one.folder}\n{one.record_note}")
    counts = f"{len(one.ties)} ties, {len(one.happenings)} happenings, {len(one.asks)} questions"
    typer.echo(f"start {one.start}; {counts}; scenarios: {', '.join(one.scenarios) or 'none'}")
    typer.echo(f"experiments: {', '.join(one.experiments) or 'none'}\n")
    console.print_table(("id", "name", "role"), in_play)


def scenarios(case: CaseName = SHIPPED_CASE, as_json: Json = False, debug: Debug = False) -> None:
    """The scenarios of a case.

    \b
    Example:
      chancellery show scenarios --case my-case
    """
    from chancellery.cases import case as open_case

    one = open_case(case)
    columns = ("name", "title", "start", "until", "levers", "questions")
    found = [one.scenario(name) for name in one.scenarios]
    rows = [(s.name, s.title, s.header.start, s.header.until, len(s.levers), len(s.ask)) for s in found]
    if as_json:
        console.print_json([dict(zip(columns, row)) for row in rows])
    else:
        console.print_table(columns, rows, numbers=columns[4:])


def scenario(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="One of the case's, or a TOML file.")],
    case: CaseName = SHIPPED_CASE,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """One scenario: its levers, what is uncertain, what is asked.

    It is checked on the way, so this finds mistakes before a run does.

    \b
    Examples:
      chancellery show scenario wedge
      chancellery show scenario my-scenario.toml
    """
    from chancellery.cases import case as open_case

    one = open_case(case).scenario(name)
    if as_json:
        parts = {"lever": one.levers, "uncertain": one.uncertain, "ask": one.ask}
        shown = {
            key: [part.model_dump(mode="json", exclude_none=True) for part in list_]
            for key, list_ in parts.items()
        }
        console.print_json({"name": one.name, "scenario": one.header.model_dump(mode="json"), **shown})
        return
    header = one.header
    typer.echo(f"{one.title}, {header.start} to {header.until}")
    for text in (
        header.essay,
        header.note,
        "compared with: " + ", ".join(header.compare) if header.compare else "",
    ):
        if text:
            typer.echo(text)
    for heading, rows in (
        ("lever", [(v, v.note) for v in one.levers]),
        ("uncertain", [(f"{u.effect} × {u.scale[0]:g} to {u.scale[1]:g}", u.note) for u in one.uncertain]),
        (
            "question",
            [(a.that, f"within {a.within}" if a.within else f"by {a.by}" if a.by else "") for a in one.ask],
        ),
    ):
        if rows:
            typer.echo("")
            console.print_table((heading, ""), rows)


def ties(
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day; by default the case's start.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="Only ties of this kind, such as sanctions.")
    ] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Only ties of this actor.")] = None,
    record: Annotated[
        Path | None, typer.Option("--record", metavar="RECORD", help="Ties of a record instead of a case's.")
    ] = None,
    case: CaseName = SHIPPED_CASE,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Ties that hold on a day, of a case or of a record.

    \b
    Examples:
      chancellery show ties --on 2024-01-01 --kind sanctions
      chancellery show ties --record world.duckdb --on 2020-01-01 --actor India
    """
    from chancellery import world
    from chancellery.cases import case as open_case

    wanted = world.tie_kind(kind).name if kind else None
    who = world.actor(actor).id if actor else None
    day = world.parse_date(on) if on else open_case(case).start
    if record is not None:
        from chancellery.commands.records import open_existing

        with open_existing(record) as opened:
            found = opened.ties(on=day).select("kind", "source", "target", "start", "end", "value").rows()
    else:
        held = [t for t in open_case(case).ties if t.holds(day)]
        found = [(t.kind, t.source, t.target, t.start, t.end, t.value) for t in held]
        found.sort(key=lambda row: tuple(map(str, row)))
    rows = [row for row in found if wanted in (None, row[0]) and who in (None, row[1], row[2])]
    if as_json:
        console.print_json(
            [dict(zip(("kind", "source", "target", "start", "end", "value"), row)) for row in rows]
        )
    elif rows:
        shown = [(*row[:4], row[4] or "still holds", f"{row[5]:g}") for row in rows]
        console.print_table(("kind", "source", "target", "start", "end", "value"), shown, numbers=("value",))
    else:
        typer.echo(f"no such tie holds on {day}")


def fit(
    case: CaseName = SHIPPED_CASE,
    fit: FitFolder = None,
    page: Annotated[
        Path | None, typer.Option(help="Also write the report of the fit, with its free-running checks.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """The fit of a case: effects, robust intervals, checks passed.

    \b
    Examples:
      chancellery show fit
      chancellery show fit --fit fit-2022
      chancellery show fit --page fit.html
    """
    from chancellery.cases import case as open_case
    from chancellery.commands.fit import summary

    found = read_fit(open_case(case), fit)
    told = summary(found)
    if page is not None:
        from chancellery.report.fit_page import write_fit_page

        console.say(f"report: {write_fit_page(console.plain(told), page)}")
    if as_json:
        console.print_json(told)
    else:
        typer.echo(str(found))
