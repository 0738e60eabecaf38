"""``chancellery report``: the page of a saved result, made anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from chancellery.commands import console
from chancellery.commands.files import ready
from chancellery.commands.options import Debug, Json
from chancellery.errors import ReportError


def report(
    result: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT.json", help="What 'chancellery whatif' saved, or 'judge --json' printed."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="The page; by default beside the result, ending in .html."
        ),
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the table as Markdown instead, or write it to --out.")
    ] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Make the page of a saved result.

    The page is one file that needs no network.

    \b
    Examples:
      chancellery report us-russia-thaw.json
      chancellery report us-russia-thaw.json --markdown --out thaw.md
    """
    data = read_result(result)
    page = out or result.with_suffix(".html")
    try:
        text = _written(data, page, markdown=markdown, to_file=out is not None or not markdown)
    except ReportError as error:
        raise ReportError(f"{result}: {error}") from None
    if as_json:
        console.print_json(
            {"result": result, "markdown": text} if markdown else {"result": result, "report": page}
        )
    elif markdown and out is None:
        typer.echo(text)
    else:
        console.say(f"report: {page}")


def _written(data: dict, page: Path, *, markdown: bool, to_file: bool) -> str:
    if to_file:
        ready(page)
    verdicts = isinstance(data, dict) and data.get("kind") == "chancellery verdicts"
    if verdicts and markdown:
        raise ReportError("holds verdicts, which are shown as a page only; leave --markdown out")
    if not markdown:
        from chancellery.report.docket_page import write_docket_page
        from chancellery.report.page import write_page

        (write_docket_page if verdicts else write_page)(data, page)
        return ""
    from chancellery.report.tables import whatif_markdown
    from chancellery.report.writing import write_whole

    text = whatif_markdown(data)
    if to_file:
        write_whole(text.rstrip("\n") + "\n", page)
    return text


def read_result(path: Path) -> dict:
    """Read a saved result.

    Raises
    ------
    ReportError
        If the file is missing, no JSON, or the result of another verb.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReportError(f"there is no result {path}; make one with 'chancellery whatif SCENARIO'") from None
    except OSError as error:
        raise ReportError(
            f"{path} cannot be read ({error.strerror}); name a file that 'chancellery whatif' wrote"
        ) from None
    except ValueError as error:
        raise ReportError(
            f"{path} is not JSON ({error}); name a file that 'chancellery whatif' wrote"
        ) from None
    if isinstance(data, dict) and data.get("kind") == "chancellery futures":
        raise ReportError(
            f"{path} is of 'chancellery simulate', which compares nothing; run 'chancellery whatif'"
        )
    return data
