"""A small case taken through the whole chain once, and how tests run the command line."""

from __future__ import annotations

import atexit
import json
import random
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from io import StringIO
from pathlib import Path
from tempfile import mkdtemp

from chancellery import cli

ACTORS = ("USA", "CHN", "JPN", "KOR", "PRK")
KIND = ("consult", "support", "agree", "cooperate-economic", "aid", "concede")
UNKIND = ("demand", "accuse", "threaten", "sanction", "coerce")


@dataclass(frozen=True)
class Ran:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        """Standard output as JSON, read strictly: NaN is no JSON."""
        return json.loads(self.out, parse_constant=_refuse)


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def run(*args: object) -> Ran:
    """Run a verb in this process."""
    out, err = StringIO(), StringIO()
    code: object = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            cli.app([str(arg) for arg in args])
        except SystemExit as leaving:
            code = leaving.code or 0
    return Ran(int(code), out.getvalue(), err.getvalue())


def done(*args: object) -> Ran:
    """Run a verb that must succeed."""
    ran = run(*args)
    assert ran.code == 0, ran.err
    return ran


def events(count: int = 500, seed: int = 3) -> str:
    """Made-up events of two years: the two Koreas quarrel, the others mostly do not."""
    rng = random.Random(seed)
    rows = []
    for _ in range(count):
        source, target = rng.sample(ACTORS, 2)
        quarrel = {source, target} == {"PRK", "KOR"} or rng.random() < 0.2
        day = date(2023, 1, 2) + timedelta(days=rng.randrange(720))
        rows.append(f"{day},{source},{rng.choice(UNKIND if quarrel else KIND)},{target}")
    return "\n".join(["time,source,act,target", *sorted(rows)]) + "\n"


@dataclass(frozen=True)
class Chain:
    """A case made with ``init``, its record, its fit, and what the verbs said on the way."""

    case: Path
    record: Path
    init: Ran
    add: Ran
    fit: Ran


@lru_cache(maxsize=1)
def chain() -> Chain:
    """Make the case, add made-up events, fit it; once for all tests, who change nothing in it."""
    folder = Path(mkdtemp(prefix="chancellery-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    case, record, table = folder / "korea", folder / "world.duckdb", folder / "events.csv"
    table.write_text(events(), encoding="utf-8")
    return Chain(
        case, record, init=done("init", case), add=done("add", record, table),
        fit=done("fit", "--case", case, "--record", record),
    )  # fmt: skip


# Runs the command line as a program does, with some lines before it.
PROGRAM = """
import sys, time
from contextlib import contextmanager
from chancellery import cli
{before}
cli.main()
"""


def program(before: str, *args: object) -> list[str]:
    """The command that runs the command line in a process of its own, after some lines of Python."""
    return [sys.executable, "-c", PROGRAM.format(before=before), *map(str, args)]


def walk(command: object, name: str = "chancellery") -> list[tuple[str, object]]:
    """List every command and subcommand with its full name."""
    found = [(name, command)]
    for key, one in getattr(command, "commands", {}).items():
        found += walk(one, f"{name} {key}")
    return found
