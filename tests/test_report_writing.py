"""Pages on disk: whole or not at all, and every refusal names the path and the cure."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from chancellery.errors import ReportError
from chancellery.report.page import write_page
from test_report import toy, toy_page


def test_a_page_is_written_whole(tmp_path: Path):
    path = write_page(toy(), tmp_path / "thaw.html")
    assert path == tmp_path / "thaw.html"
    assert path.read_text(encoding="utf-8") == toy_page()
    assert [p.name for p in tmp_path.iterdir()] == ["thaw.html"]


def test_a_full_disk_leaves_the_old_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "thaw.html"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ReportError, match=r"cannot write '.*thaw.html': the disk is full; free some space"):
        write_page(toy(), path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["thaw.html"]


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("none/thaw.html", "its folder does not exist; make the folder first"),
        ("file/thaw.html", "its folder is a file; choose another folder"),
        ("folder", "it is a folder; give the name of a file in it"),
        ("x" * 300, "the name is too long; choose a shorter one"),
        ("a\x00b", "choose another path"),
    ],
    ids=("no folder", "file as folder", "folder", "long name", "null"),
)
def test_a_path_that_cannot_be_written_is_named_with_its_cure(tmp_path: Path, name: str, cure: str):
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ReportError, match="cannot write") as refused:
        write_page(toy(), tmp_path / name)
    assert cure in str(refused.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]
