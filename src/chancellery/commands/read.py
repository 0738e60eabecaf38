"""``chancellery read``: an essay in; actors, events, ties and claims out, as drafts to edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chancellery.commands import console
from chancellery.commands.options import Debug, Json

if TYPE_CHECKING:
    from chancellery.essays.findings import Findings


def read(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A text, Markdown, HTML or PDF file.")],
    write: Annotated[
        Path | None,
        typer.Option(
            "--write", metavar="FOLDER", help="Write claims.toml and found.toml there, to be edited."
        ),
    ] = None,
    words: Annotated[
        Path | None,
        typer.Option(
            "--words", metavar="FOLDER", help="Your own tables of words, such as hedges.csv and modality.csv."
        ),
    ] = None,
    text: Annotated[
        Path | None,
        typer.Option(
            "--text", metavar="FILE", help="Write the plain text that was read, sentence by sentence."
        ),
    ] = None,
    endpoint: Annotated[
        str | None,
        typer.Option(
            "--endpoint",
            metavar="URL",
            help="Send the essay to this OpenAI-compatible server as well; without it nothing leaves the machine.",
        ),
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", help="Name of the model at the endpoint.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Propose actors, events, ties and claims from an essay.

    Works from dictionaries and grammar alone: no network, no language model. Every claim says where it stands in the
    file. Check the drafts before use; a claim file without tests is only a beginning.

    \b
    Example:
      chancellery read essay.html --write drafts
    """
    from chancellery.essays import draft, findings, llm, tables

    if model is not None and endpoint is None:
        raise typer.BadParameter("names a model of a server; give the server with --endpoint", param_hint="--model")
    if words is not None:
        tables.check_folder(words)
    with console.progress_bar() as progress:
        found = findings.read(file, words, progress)
    second = None
    if endpoint is not None:
        second = llm.ask(llm.Endpoint(endpoint, model or "default"), found, words)
        found = llm.joined(found, second)
    written = draft.write(found, write, words) if write is not None else []
    if text is not None:
        written.append(_write_text(found, text))
    if as_json:
        data = draft.as_data(found, words) | {"written": written}
        if second is not None:
            data["model"] = {"kept": len(second.claims), "dropped": second.dropped}
        console.print_json(data)
        return
    _print(found)
    if second is not None:
        dropped = "; ".join(f"{count} dropped: {reason}" for reason, count in second.dropped.items())
        typer.echo(f"\nthe model added {len(second.claims)} claims" + (f" ({dropped})" if dropped else ""))
    for path in written:
        typer.echo(f"wrote {path}")


def _write_text(found: Findings, path: Path) -> Path:
    from chancellery.errors import EssayError

    lines = [f"{s.paragraph}.{s.number}\t{s.text}" for s in found.essay.sentences]
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise EssayError(f"{path} cannot be written ({error.strerror}); name a file of yours") from None
    return path


def _print(found: Findings) -> None:
    essay = found.essay
    aside = ", ".join(f"{count} {role}" for role, count in essay.aside().items())
    typer.echo(
        f"{essay.name}: {essay.form}{', ' + essay.encoding if essay.encoding else ''}, {len(essay.sentences)} sentences"
        + (f"; set aside: {aside}" if aside else "")
    )
    typer.echo("actors: " + ", ".join(f"{a.name} ({a.times})" for a in found.actors) + "\n")
    if found.happenings:
        rows = [
            (h.sentence.paragraph, h.when.words if h.when else "", h.event.source, h.event.act, h.event.target, h.event.words)
            for h in found.happenings
        ]  # fmt: skip
        console.print_table(
            ("paragraph", "when", "source", "act", "target", "words"), rows, numbers=("paragraph",)
        )
        typer.echo("")
    if found.ties:
        rows = [(t.sentence.paragraph, t.kind, t.source, t.target, t.quote) for t in found.ties]
        console.print_table(("paragraph", "tie", "source", "target", "words"), rows, numbers=("paragraph",))
        typer.echo("")
    rows = [
        (
            c.sentence.paragraph,
            c.kind,
            c.cause,
            f"{c.relation} {c.direction}",
            c.effect,
            c.hedge or "-",
            c.band,
        )
        for c in found.claims
    ]
    console.print_table(
        ("paragraph", "kind", "cause", "relation", "effect", "hedge", "band"), rows, numbers=("paragraph",)
    )
