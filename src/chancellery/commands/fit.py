"""``chancellery fit``: why. A case's specification fitted to a record."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chancellery.commands import console
from chancellery.commands.files import ctrl_c_held_back, ready
from chancellery.commands.options import SHIPPED_CASE, CaseName, Debug, Json, is_shipped
from chancellery.commands.records import open_existing
from chancellery.errors import RecordError

if TYPE_CHECKING:
    from chancellery.cases import Case
    from chancellery.model.posterior import Fit
    from chancellery.record import Record


def fit(
    record: Annotated[
        Path, typer.Option("--record", metavar="RECORD", help="The record, made with 'chancellery add'.")
    ],
    case: CaseName = SHIPPED_CASE,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DATE", help="First day to learn from; by default 12 weeks into the record."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DATE", help="Last day that is seen; by default the eve of the case's start."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FOLDER", help="Where the fit goes; by default into the case's folder."
        ),
    ] = None,
    memory: Annotated[
        float | None,
        typer.Option(
            "--memory", metavar="GB", min=0.1, help="Memory the fit may take; by default what is free."
        ),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Fit a case's effects to a record.

    Prints the table of effects and saves the fit with fit.html beside it: in the folder fit/ of your case, or
    in ./fit for a shipped case.

    \b
    Examples:
      chancellery fit --case my-case --record world.duckdb
      chancellery fit --record world.duckdb --until 2022-12-31 --out fit-2022
    """
    from chancellery import api, world

    the_case = api.case(case)
    folder = out or _own_folder(the_case)
    first = world.parse_date(since) if since else None
    last = world.parse_date(until, end=True) if until else the_case.start - timedelta(days=1)
    _ = the_case.model, the_case.ties  # a mistake in the case is told before the record is opened
    with open_existing(record) as opened, console.progress_bar() as progress:
        _check_span(opened, record, first, last)
        page = ready(folder / "fit.html")
        limit = None if memory is None else memory * 1e9
        fitted = api.fit(the_case, opened, since=first, until=last, progress=progress, memory_limit=limit)
    with ctrl_c_held_back(f"the fit in {folder} is whole, its page was not made"):
        api.save_fit(fitted, folder)
    from chancellery.report.fit_page import write_fit_page

    told = summary(fitted)
    write_fit_page(console.plain(told), page)
    if as_json:
        console.print_json({"fit": folder, "report": page, **told})
    else:
        typer.echo(str(fitted))
    console.say(f"saved: {folder}\nreport: {page}")


def summary(fitted: Fit) -> dict:
    """A fit as plain data: what its page and ``--json`` show."""
    from chancellery.model.diagnostics import diagnostics
    from chancellery.model.summary import coefficient_rows

    return {
        "title": fitted.spec.title, "since": fitted.since, "until": fitted.until, "actors": fitted.actors,
        "acts": fitted.acts, "events": fitted.choice.events, "steps": fitted.choice.steps,
        "log_likelihood": fitted.choice.loglik, "coefficients": coefficient_rows(fitted),
        "diagnostics": [d._asdict() for d in diagnostics(fitted)],
        "transitions": fitted.transitions, "about": fitted.about, "checks": fitted.about.get("checks", []),
    }  # fmt: skip


def _own_folder(the_case: Case) -> Path:
    """The case's own folder of its fit; nothing is written into the installed package unasked."""
    return Path("fit") if is_shipped(the_case) else the_case.folder / "fit"


def _check_span(record: Record, path: Path, first: date | None, last: date) -> None:
    """Refuse dates between which the record has nothing to learn from."""
    from chancellery.model.estimate import BURN_IN_DAYS

    covered = record.coverage()
    if covered.is_empty():
        raise RecordError(f"{path} is an empty record; add events with 'chancellery add {path} FILES'")
    begin, end = covered["start"].min(), covered["end"].max()
    span = f"{path} covers {begin} to {end}"
    if first and first > end:
        raise RecordError(f"{span}, nothing since {first}; name an earlier --since or add later events")
    if last < begin:
        raise RecordError(f"{span}, nothing until {last}; name a later --until or add earlier events")
    if first and first > last:
        raise RecordError(
            f"the last day that is seen, {last}, is before --since {first}; name a later --until"
        )
    if not first and last < begin + timedelta(days=BURN_IN_DAYS):
        raise RecordError(
            f"{path} begins on {begin} and its first {BURN_IN_DAYS} days only fill the memory; "
            f"name a day of --until later than {begin + timedelta(days=BURN_IN_DAYS)}, or a day of --since"
        )
