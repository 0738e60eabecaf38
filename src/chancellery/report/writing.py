"""Pages on disk: whole or not at all, and with a sentence when the disk says no."""

from __future__ import annotations

import errno
import os
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chancellery.errors import ReportError
from chancellery.report import phrases, svg

CURES = {
    errno.ENOSPC: "the disk is full; free some space or write elsewhere",
    errno.EDQUOT: "your quota is used up; free some space or write elsewhere",
    errno.EACCES: "you may not write there; choose a folder of your own",
    errno.EPERM: "you may not write there; choose a folder of your own",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.ENOENT: "its folder does not exist; make the folder first or choose another",
    errno.ENOTDIR: "its folder is a file; choose another folder",
    errno.EISDIR: "it is a folder; give the name of a file in it",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


@cache
def templates() -> Environment:
    """The page templates; every value put into one is escaped unless it is markup made here."""
    folder = Path(__file__).parent / "templates"
    env = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["dark"] = svg.DARK
    env.filters["day"] = phrases.day
    env.globals["colours"] = svg.SCENARIO
    return env


def write_whole(text: str, path: str | Path) -> Path:
    """Write a text file so that the path holds the old file or the new one, never a piece.

    Raises
    ------
    ReportError
        If the path cannot be written; the message names it and the cure.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        with part.open("wb") as file:
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except (OSError, ValueError) as problem:
        cure = CURES.get(getattr(problem, "errno", None) or 0, f"{problem}; choose another path")
        raise ReportError(f"cannot write '{path}': {cure}") from problem
    finally:
        _remove(part)
    return path


def _remove(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except (OSError, ValueError):
        return  # the path itself was the problem, and that has been said
