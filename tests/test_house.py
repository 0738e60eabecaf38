"""The house: imports point only downwards, nothing goes in circles, no file is long.

Imports are read from the text, so also those that happen inside functions are seen.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "src" / "chancellery"
FLOORS = {
    "errors": 0, "world": 1, "sources": 2, "essays": 2, "effects": 2, "record": 3, "model": 4, "simulate": 5,
    "bargain": 5, "cases": 6, "rem": 5, "answer": 6, "judge": 7, "report": 8, "serve": 9, "api": 10,
    "commands": 11, "cli": 12, "__main__": 13,
}  # fmt: skip
LONGEST = 350
FILES = sorted(path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in FILES}


def imports(tree: ast.AST, *, running_only: bool = False) -> list[str]:
    """List what a file imports of the package, without the package's own name; the root itself is ``""``."""
    found: list[str] = []
    nodes = list(_at_start(tree)) if running_only else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "chancellery" if node.level else node.module or ""
            assert not node.level, "write the whole name of a module"
            found += [f"{base}.{alias.name}" for alias in node.names]
    own = [
        name.partition("chancellery")[2].lstrip(".") for name in found if name.split(".")[0] == "chancellery"
    ]
    return [_known(name) for name in own]


def _at_start(node: ast.AST):
    """Walk what runs when a file is imported: no function bodies, nothing that is there for type checkers."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _at_start(child)


def _known(name: str) -> str:
    """Cut an attribute off the end of a name, so that a module is left."""
    return name if name in MODULES or "." not in name else name.rpartition(".")[0]


def room(name: str) -> str:
    return name.split(".")[0]


def test_the_reader_of_imports_sees_what_it_should():
    tree = ast.parse(
        "import numpy\nfrom chancellery import __version__, world\nimport chancellery.record\n"
        "if TYPE_CHECKING:\n    from chancellery.model.spec import Specification\n"
        "def f():\n    from chancellery.api import fit\n"
    )
    assert sorted(imports(tree)) == ["__version__", "api", "model.spec", "record", "world"]
    assert sorted(imports(tree, running_only=True)) == ["__version__", "record", "world"]


@pytest.mark.parametrize("name", [name for name in MODULES if name], ids=str)
def test_imports_point_downwards(name: str):
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    assert room(name) in FLOORS, f"{room(name)} is a new room: give it a floor in this test and in the design"
    for other in imports(tree):
        if other == "__version__" or room(other) == room(name):
            continue
        assert other, f"{name} imports the package itself; name the room it needs"
        assert room(other) in FLOORS, f"{name} imports {other}, which is no room"
        assert FLOORS[room(other)] < FLOORS[room(name)], f"{name} imports {other}, which stands above it"


def test_the_package_itself_imports_no_room():
    tree = ast.parse(MODULES[""].read_text(encoding="utf-8"))
    assert imports(tree) == []


def test_no_module_imports_itself_by_way_of_others():
    arrows = {
        name: {
            other
            for other in imports(ast.parse(path.read_text(encoding="utf-8")), running_only=True)
            if other in MODULES
        }
        for name, path in MODULES.items()
    }
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, f"a circle: {' → '.join((*way[way.index(name) :], name))}"
        if name in done:
            return
        for other in sorted(arrows[name] - {name}):
            # A package that imports its own files is how it offers them; its files import each other, not it.
            visit(other, (*way, name))
        done.add(name)

    for name in sorted(arrows):
        visit(name, ())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_short(path: Path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{path.relative_to(ROOT)} has {lines} lines; part it along what it does"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_say_what_they_are_for(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{path.relative_to(ROOT)} has no docstring"
