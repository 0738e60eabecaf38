"""Where results go: checked before the work begins, and not left half-written."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
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
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch()
        draft.unlink()
    except OSError as error:
        raise _refused(path, error) from None
    return path


@contextmanager
def ctrl_c_held_back(kept: str) -> Iterator[None]:
    """Let a short piece of writing end before Ctrl-C is obeyed, and then say what is kept.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C was pressed meanwhile.
    """
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.default_int_handler)
    if pressed:
        raise KeyboardInterrupt(f"stopped by Ctrl-C; {kept}")


def _refused(path: Path, error: OSError) -> ReportError:
    from chancellery.report.writing import CURES

    cure = CURES.get(error.errno or 0, f"{error.strerror}; choose another place")
    return ReportError(f"cannot write '{path}': {cure}")
