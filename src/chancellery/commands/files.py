"""Where results go: checked before the work begins, and written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from chancellery.errors import ReportError


def result_files(out: Path, name: str) -> tuple[Path, Path]:
    """Page and data file of a result: ``out`` is a page (``.html``), or the folder both go into.

    Raises
    ------
    ReportError
        If the folder cannot be made or written.
    """
    page = out if out.suffix.lower() in (".html", ".htm") else out / f"{name}.html"
    return ready(page), page.with_suffix(".json")


def ready(path: Path) -> Path:
    """See that a file can be written, before hours of work are spent on it; its folder is made.

    Raises
    ------
    ReportError
        Naming the file and the cure.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise ReportError(f"{path} is a folder; name a file in it")
        draft = _draft(path)
        draft.touch()
        draft.unlink()
    except OSError as error:
        raise _refused(path, error) from None
    return path


def write_whole(path: Path, text: str) -> Path:
    """Write a text file; a crash or Ctrl-C leaves the old content, or none.

    Raises
    ------
    ReportError
        If it cannot be written.
    """
    draft = _draft(path)
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        draft.unlink(missing_ok=True)
    return path


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}")


def _refused(path: Path, error: OSError) -> ReportError:
    return ReportError(f"{path} cannot be written ({error.strerror}); choose another place with --out")
