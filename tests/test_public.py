"""The public names: there, lazy, and not hidden by the rooms of the same name."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import chancellery as ch

NAMES = (
    "backtest", "case", "contrast", "draft", "experiment", "experiments", "fit", "judge", "load_fit", "nowcast", "open", "play",
    "report", "rivals", "save_fit", "simulate", "sources", "whatif", "world",
)  # fmt: skip


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_public_names_are_these():
    assert set(ch.__all__) == {"__version__", *NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_is_there_and_documented(name: str):
    assert getattr(ch, name).__doc__
    assert name in dir(ch)


def test_a_name_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(AttributeError, match="has no name 'simulte'; it has backtest, case"):
        _ = ch.simulte


def test_importing_the_package_imports_nothing_heavy():
    heavy = "numpy", "polars", "duckdb", "numba", "pydantic", "typer", "rich", "chancellery.world"
    assert run(f"import sys, chancellery; print([m for m in {heavy} if m in sys.modules])") == "[]"


def test_the_command_line_imports_nothing_heavy():
    heavy = "numpy", "polars", "duckdb", "numba", "pydantic", "rich", "chancellery.api", "chancellery.world"
    assert run(f"import sys, chancellery.cli; print([m for m in {heavy} if m in sys.modules])") == "[]"


@pytest.mark.parametrize(
    "words", [["--help"], ["whatif", "--help"], ["show", "ties", "--help"]], ids=" ".join
)
def test_help_imports_nothing_heavy(words: list[str]):
    heavy = "numpy", "polars", "duckdb", "numba", "pydantic", "rich", "chancellery.api", "chancellery.world"
    code = f"import sys; from chancellery.cli import app; sys.stdout = sys.stderr\ntry: app({words})\n"
    assert (
        run(code + f"except SystemExit: print([m for m in {heavy} if m in sys.modules], file=sys.__stdout__)")
        == "[]"
    )


@pytest.mark.parametrize("room", ["simulate", "report"])
def test_a_verb_is_not_hidden_by_the_room_of_its_name(room: str):
    import_module(f"chancellery.{room}")
    assert callable(getattr(ch, room))
    assert run(f"import chancellery.{room}, chancellery; print(callable(chancellery.{room}))") == "True"


def test_open_opens_a_record():
    with ch.open(":memory:") as record:
        assert record.files().is_empty()


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == ch.__version__
