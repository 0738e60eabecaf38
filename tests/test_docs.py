"""The pages: reference pages are current, links lead somewhere, the README's examples run."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("name", ["effects.md", "commands.md", "rem-effects.md"])
def test_reference_pages_are_what_the_code_says(name):
    build = runpy.run_path(str(ROOT / "docs" / "build.py"))
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == build["PAGES"][name](), (
        "run: python docs/build.py"
    )


def test_drawings_are_what_the_code_draws():
    from xml.etree import ElementTree

    from chancellery.rem.catalogue import EFFECTS

    patterns = runpy.run_path(str(ROOT / "docs" / "patterns.py"))
    folder = ROOT / "docs" / "patterns"
    for name in patterns["PATTERNS"]:
        assert (folder / f"{name}.svg").read_text(encoding="utf-8") == patterns["drawing"](name), (
            "run: python docs/build.py"
        )
        ElementTree.parse(folder / f"{name}.svg")
    assert {path.stem for path in folder.glob("*.svg")} == set(patterns["PATTERNS"])
    assert {e.name for e in EFFECTS} - set(patterns["PATTERNS"]) == {"intercept"}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_python_examples_run(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    space: dict = {}
    for block in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        if named := re.match(r"# (\w+\.py)\n", block):  # a file that later blocks import
            (tmp_path / named[1]).write_text(block, encoding="utf-8")
            continue
        exec(compile(block, f"{page.name} example", "exec"), space)
    if space:
        assert capsys.readouterr().out


def test_every_command_in_the_pages_exists():
    from chancellery.cli import VERBS

    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"```\n(.*?)```", text, re.DOTALL):
            for verb in re.findall(r"^chancellery (\w+)", block, re.MULTILINE):
                assert verb in VERBS, f"{page.name} shows 'chancellery {verb}'"
