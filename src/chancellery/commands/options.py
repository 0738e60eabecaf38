"""Options that several verbs share, so that they mean and read the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chancellery.errors import ModelError

if TYPE_CHECKING:
    from chancellery.cases import Case
    from chancellery.model.posterior import Fit

SHIPPED_CASE = "great-powers"
DRAWS, REPLICATES, SEED = 32, 2, 7  # a test holds them to those of chancellery.api, which is slow to import


def _remember(context: typer.Context, debug: bool) -> bool:
    root = context.find_root()
    root.obj = bool(root.obj) or debug
    return debug


def _print_help(context: typer.Context, wanted: bool) -> None:
    if wanted:
        typer.echo(context.get_help())
        raise typer.Exit


# For groups of verbs: the built-in option makes typer import pydantic before any verb is known.
Help = Annotated[
    bool,
    typer.Option("-h", "--help", is_eager=True, callback=_print_help, help="Show this message and exit."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output, and nothing else there.")]
Debug = Annotated[
    bool,
    typer.Option("--debug", "-v", callback=_remember, help="Show where in the program an error arose."),
]
CaseName = Annotated[
    str, typer.Option("--case", metavar="NAME|FOLDER", help="A shipped case, or a folder of yours.")
]
FitFolder = Annotated[
    Path | None,
    typer.Option(
        "--fit", metavar="FOLDER", help="A fit that 'chancellery fit' saved; by default the case's own."
    ),
]
Draws = Annotated[
    int, typer.Option("--draws", min=1, help="Number of futures; more make the answers sharper.")
]
Replicates = Annotated[
    int,
    typer.Option("--replicates", min=1, help="Futures that share parameters, to tell chance from ignorance."),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same futures.")]
Words = Annotated[
    str,
    typer.Option(
        "--words",
        metavar="LIST|FILE",
        help="What words of doubt stand for: essays, kent, kesselman, a list of your own in modality.csv, or a CSV file.",
    ),
]


def check_draws(draws: int, replicates: int) -> None:
    """Refuse draws that do not divide into groups of replicates.

    Raises
    ------
    typer.BadParameter
        With the nearest number that would do.
    """
    if draws % replicates:
        near = max(1, round(draws / replicates)) * replicates
        raise typer.BadParameter(
            f"{draws} is not a multiple of --replicates {replicates}; say --draws {near}",
            param_hint="--draws",
        )


def _named(case: Case) -> str:
    return case.folder.name if is_shipped(case) else str(case.folder)


def is_shipped(case: Case) -> bool:
    """Tell a case of the package from a folder of the user's."""
    from chancellery.cases import SHIPPED

    return case.folder.parent == SHIPPED


def read_fit(case: Case, folder: Path | None) -> Fit:
    """Load the fit a verb works with, and see that it knows the actors of the case.

    Raises
    ------
    ModelError
        If there is none, or it was made for other actors.
    """
    from chancellery.model.posterior import load_fit

    if folder is None and not (case.folder / "fit" / "fit.json").exists():
        raise ModelError(
            f"the case '{case.folder.name}' has no fit yet; make one with "
            f"'chancellery fit --case {_named(case)} --record RECORD', or name one with --fit FOLDER"
        )
    fit = case.fit if folder is None else load_fit(folder)
    missing = [a for a in case.actors if a not in fit.actors]
    if missing:
        raise ModelError(
            f"the fit in {folder or case.folder / 'fit'} does not know {', '.join(missing)}, "
            "in play in actors.csv; make it anew with 'chancellery fit'"
        )
    return fit
