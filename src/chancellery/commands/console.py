"""What the verbs print: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

Progress = Callable[[str, float], None]
WIDE = 1000  # columns where nobody watches: a line of a table stays one line for grep


def say(message: str) -> None:
    """Tell the user something that is no result."""
    typer.echo(message, err=True)


def print_json(data: object) -> None:
    """Print a result as JSON."""
    typer.echo(as_json(data))


def as_json(data: object) -> str:
    """Write plain data as JSON that every reader accepts: what has no value, such as NaN, is null."""
    return json.dumps(plain(data), ensure_ascii=False, indent=1, allow_nan=False)


def plain(data: Any) -> Any:
    """Turn dates, paths, tuples and numbers of numpy into what JSON knows."""
    if isinstance(data, dict):
        return {str(key): plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [plain(value) for value in data]
    if isinstance(data, (date, Path)):
        return str(data)
    if hasattr(data, "tolist"):
        return plain(data.tolist())
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: Sequence[str] = ()
) -> None:
    """Print rows under a heading, aligned; columns of ``numbers`` stand to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, justify="right" if name in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    print_rich(table)


def print_rich(what: RenderableType) -> None:
    """Print what rich knows to draw, in the width of the terminal, with no blanks at the ends of lines."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else WIDE)
    with console.capture() as printed:
        console.print(what)
    typer.echo("\n".join(line.rstrip() for line in printed.get().splitlines()))


@contextmanager
def progress_bar(stages: int = 1) -> Iterator[Progress]:
    """Show one bar with the time left, while somebody watches; a log file is spared.

    Parameters
    ----------
    stages
        Pieces of work of about equal length that follow each other, each counted from 0 to 1.
    """
    if not sys.stderr.isatty():
        yield lambda what, share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    shown = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*shown, console=Console(stderr=True), transient=True, speed_estimate_period=600) as bar:
        task = bar.add_task("preparing (the first run compiles)", total=stages)
        at = [-1, ""]  # stages begun before this one, and the name of this one

        def report(what: str, share: float) -> None:
            if what != at[1] and (stages > 1 or at[0] < 0):
                at[:] = [at[0] + 1, what]
            bar.update(task, description=what, completed=at[0] + share)

        yield report
