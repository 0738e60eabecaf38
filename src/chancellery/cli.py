"""The command line: one verb a stage, each a file of ``commands``, and what becomes of their errors.

Exit codes: 0 done; 1 the input has a mistake, told in one sentence with its cure; 2 the command was written
wrongly; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated

import typer
from typer.core import TyperGroup

from chancellery import __version__
from chancellery.commands import (
    add,
    backtest,
    doctor,
    draft,
    experiment,
    fit,
    init,
    judge,
    nowcast,
    read,
    rem,
    report,
    rivals,
    show,
    simulate,
    track,
    whatif,
)
from chancellery.commands.console import say
from chancellery.commands.options import Debug, Help
from chancellery.errors import ChancelleryError

INTERRUPTED = 130
# What is asked first, then the order of the data: a case, its record, why, what may happen, how it is shown.
VERBS = {
    "whatif": whatif.whatif,
    "init": init.init,
    "read": read.read,
    "add": add.add,
    "show": show.app,
    "fit": fit.fit,
    "rem": rem.rem,
    "judge": judge.judge,
    "backtest": backtest.backtest,
    "draft": draft.draft,
    "rivals": rivals.rivals,
    "experiment": experiment.experiment,
    "nowcast": nowcast.nowcast,
    "track": track.track,
    "simulate": simulate.simulate,
    "report": report.report,
    "doctor": doctor.doctor,
}


class Verbs(TyperGroup):
    """Runs a verb and turns what it raises into one sentence and an exit code."""

    def list_commands(self, ctx: typer.Context) -> list[str]:
        """Names of the verbs in the order of the work, in which the help tells them."""
        return [name for name in VERBS if name in self.commands]

    def invoke(self, ctx: typer.Context) -> object:
        """Run the verb that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            self._trace(ctx)
            say(f"\n{stop}" if str(stop) else "\nstopped by Ctrl-C; nothing was written")
            raise typer.Exit(INTERRUPTED) from None
        except ChancelleryError as error:
            self._trace(ctx)
            say(f"chancellery: {error}")
            raise typer.Exit(1) from None
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if _is_usage(error):
                raise
            self._trace(ctx)
            say(
                "chancellery: this is a defect of the program, not of your input: "
                f"{type(error).__name__}: {error}; run it again with --debug and report what it shows"
            )
            raise typer.Exit(1) from None

    @staticmethod
    def _trace(ctx: typer.Context) -> None:
        if ctx.find_root().obj:
            traceback.print_exc()


def _is_usage(error: Exception) -> bool:
    return hasattr(error, "exit_code") and hasattr(error, "show")


app = typer.Typer(
    cls=Verbs,
    rich_markup_mode=None,  # plain help answers in half the time
    add_completion=False,  # its options make typer import pydantic, which takes as long as all the rest
    pretty_exceptions_enable=False,
    add_help_option=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Each verb explains itself, chancellery VERB --help. Begin with chancellery whatif us-russia-thaw",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"chancellery {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def chancellery(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Debug = False,
    wants_help: Help = False,
) -> None:
    """Foreign-policy arguments made executable: evidence, and what-if futures with honest uncertainty."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for name, verb in VERBS.items():
    if isinstance(verb, typer.Typer):
        app.add_typer(verb, name=name)
    else:
        app.command(name)(verb)


def main() -> None:
    """Run the command line and leave with its exit code."""
    # Before numpy is imported: its matrices are small here, and threads of the linear algebra only slow
    # them down and fight with the threads that run futures.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")
    try:
        app()
    except SystemExit as leaving:
        if leaving.code == INTERRUPTED:  # without waiting for threads that are at work on a future
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(INTERRUPTED)
        raise
    except BrokenPipeError:  # the reader, such as head, had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


if __name__ == "__main__":
    main()
