"""``chancellery init``: an empty case that runs, to be made one's own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Annotated

import typer

from chancellery.commands import console
from chancellery.commands.options import Debug, Json
from chancellery.errors import CaseError

TEMPLATE = Path(__file__).parent.parent / "cases" / "template"


def init(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder, or an empty one.")],
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Make a small case that runs, to be made your own.

    Every file a case can have is there, and the README explains it.

    \b
    Example:
      chancellery init my-case
    """
    made = copy_template(folder)
    if as_json:
        console.print_json({"case": folder, "files": made})
        return
    console.print_table(("file",), [(folder / name,) for name in made])
    typer.echo(
        "\nnext:\n"
        "  chancellery add world.duckdb events.csv\n"
        f"  chancellery fit --case {folder} --record world.duckdb\n"
        f"  chancellery whatif example --case {folder}"
    )


def copy_template(folder: Path) -> list[str]:
    """Copy the template, whole or not at all, and return the names of its files.

    Raises
    ------
    CaseError
        If the folder has something in it or cannot be made.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CaseError(f"{folder} is there already and is not an empty folder; name a new one")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            shutil.copytree(TEMPLATE, draft, dirs_exist_ok=True, copy_function=shutil.copyfile)
            os.chmod(draft, 0o755)
            draft.replace(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise CaseError(
            f"{folder} cannot be made ({error.strerror}); choose a folder that is yours"
        ) from None
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
