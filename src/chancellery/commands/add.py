"""``chancellery add``: files into a record, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chancellery.commands import console
from chancellery.commands.guess import guess
from chancellery.commands.options import SHIPPED_CASE, CaseName, Debug, Json
from chancellery.commands.records import open_to_add
from chancellery.errors import SourceError, did_you_mean

if TYPE_CHECKING:
    from chancellery.record import Receipt
    from chancellery.sources import Harvest

SHOWN = 80  # characters of a refused row that are printed
AMONG = ("ideal_distances",)  # readers that must be told among which actors


def add(
    record: Annotated[
        Path, typer.Argument(metavar="RECORD", help="A DuckDB file; it is made when there is none.")
    ],
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="Files or folders of one dataset.")],
    reader: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="READER",
            help="How to read them: icews, gdelt, polecat, plover, plain, "
            "atop, gsdb, itpd …; may be left out where a file's first line tells.",
        ),
    ] = None,
    dataset: Annotated[
        str | None, typer.Option("--dataset", metavar="NAME", help="Another name for a dataset of events.")
    ] = None,
    case: CaseName = SHIPPED_CASE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and tell, but add nothing.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Add files of events or ties to a record.

    All of them are added, or none.

    Rows that cannot be read are kept apart with their reason, never dropped. A file that is there already is
    left out. --case matters only to ideal_distances, which is read among the actors in play.

    \b
    Examples:
      chancellery add world.duckdb events.csv
      chancellery add world.duckdb icews/2023.tab --as icews --dry-run
      chancellery add world.duckdb atop.csv --as atop
    """
    harvests: list[Harvest] = []
    try:
        with console.progress_bar() as progress:
            for place, path in enumerate(files):
                progress(path.name, place / len(files))
                harvests.append(read(path, reader, dataset, case))
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{record}: stopped by Ctrl-C; nothing was added") from None
    with open_to_add(record, dry_run=dry_run) as opened:
        receipt = opened.add(*harvests, dry_run=dry_run)
    if as_json:
        console.print_json(_as_dict(record, receipt, harvests))
        return
    typer.echo(str(receipt))
    refused = [row for h in harvests for row in _refused(h)]
    if refused:
        typer.echo("\nrefused:")
        console.print_table(
            ("dataset", "reason", "rows", "first at", "for example"),
            [(h["dataset"], h["reason"], f"{h['rows']:,}", h["first_at"], h["example"]) for h in refused],
            numbers=("rows",),
        )


def read(path: Path, reader: str | None, dataset: str | None, case: str) -> Harvest:
    """Read one file or folder with the reader named, or with the one its first line tells.

    Raises
    ------
    SourceError
        If there is no such reader, or the reader refuses the file.
    """
    from chancellery import sources

    name = reader or guess(path)
    if name not in sources.READERS:
        raise SourceError(f"--as {name}: there is no such reader{did_you_mean(name, sources.READERS)}")
    options: dict[str, object] = {}
    if dataset:
        from inspect import signature

        if "dataset" not in signature(getattr(sources, name)).parameters:
            raise SourceError(f"--dataset: the reader {name} names its dataset itself; leave the option out")
        options["dataset"] = dataset
    if name in AMONG:
        from chancellery.cases import case as open_case

        options["among"] = open_case(case).actors
    return getattr(sources, name)(path, **options)


def _refused(harvest: Harvest) -> list[dict]:
    """Count refused rows by reason, each with where the first stands and what was wrong there."""
    import polars as pl

    why = pl.col("reason").str.split(": ").list.first()
    first = harvest.refused.with_columns(why=why).unique("why", keep="first", maintain_order=True)
    named = {row["why"]: row for row in first.iter_rows(named=True)}
    out = []
    for reason, count in harvest.reasons().iter_rows():
        one = named[reason]
        detail = one["reason"].partition(": ")[2] or one["raw"][:SHOWN].replace("\t", " | ")
        out.append({"dataset": harvest.dataset, "reason": reason, "rows": count,
                    "first_at": f"{one['file']} line {one['row']}", "example": detail})  # fmt: skip
    return out


def _as_dict(record: Path, receipt: Receipt, harvests: list[Harvest]) -> dict:
    from dataclasses import asdict

    covered = [row for h in harvests for row in h.coverage.iter_rows(named=True)]
    return {
        "record": record, "dry_run": receipt.dry_run, "added": [asdict(entry) for entry in receipt.entries],
        "refused": [row for h in harvests for row in _refused(h)], "coverage": covered,
    }  # fmt: skip
