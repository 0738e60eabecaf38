"""``chancellery doctor``: what is installed, what the machine has, and whether the shipped case loads."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import typer

from chancellery import __version__
from chancellery.commands import console
from chancellery.commands.options import SHIPPED_CASE, Debug, Json
from chancellery.errors import ChancelleryError


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's report; ``cure`` is given where ``ok`` is false."""

    what: str
    found: str
    ok: bool = True
    cure: str = ""


def doctor(as_json: Json = False, debug: Debug = False) -> None:
    """Say what is installed and whether it works.

    Exits with 1 if something is broken, and names the cure.

    \b
    Example:
      chancellery doctor
    """
    findings = [*_machine(), *_parts(), _cache(), *_case()]
    healthy = all(one.ok for one in findings)
    if as_json:
        console.print_json({"healthy": healthy, "findings": [asdict(one) for one in findings]})
    else:
        rows = [("" if one.ok else "broken", one.what, one.found) for one in findings]
        console.print_table(("", "part", "found"), rows)
        for one in findings:
            if not one.ok:
                console.say(f"{one.what}: {one.cure}")
        typer.echo("everything works" if healthy else "something is broken; the cure is named above")
    if not healthy:
        raise typer.Exit(1)


def _machine() -> list[Finding]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = "not told by this system"
    if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
        memory = _size(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return [
        Finding("chancellery", f"{__version__}, in {Path(__file__).parent.parent}"),
        Finding("python", f"{platform.python_version()}, {sys.executable}"),
        Finding("system", platform.platform()),
        Finding("cores", str(cores)),
        Finding("memory", memory),
    ]


def _parts() -> list[Finding]:
    """The parts the package needs, then the optional ones with the name of their extra."""
    from importlib import metadata

    needed, optional = [], []
    for line in metadata.requires("chancellery") or ():
        name, extra = re.match(r"[\w.-]+", line)[0], re.search(r"""extra\s*==\s*['"]([^'"]+)""", line)
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = None
        if extra:
            cure = f"absent; pip install 'chancellery[{extra[1]}]' brings it"
            optional.append(Finding(f"{name} (optional, {extra[1]})", found or cure))
        else:
            needed.append(Finding(name, found or "absent", found is not None, f"pip install '{line}'"))
    return needed + optional


def _cache() -> Finding:
    from chancellery.model.compile import cache_folder

    folder = cache_folder()
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    found = f"{folder}, {len(files)} files, {_size(sum(path.stat().st_size for path in files))}"
    there = next(path for path in (folder, *folder.parents) if path.exists())
    writable = there.is_dir() and os.access(there, os.W_OK)
    return Finding(
        "cache of compiled code", found, writable, "set CHANCELLERY_CACHE to a folder that can be written"
    )


def _case() -> list[Finding]:
    from chancellery.cases import case

    def tables() -> str:
        one = case(SHIPPED_CASE)
        for name in one.scenarios:
            one.scenario(name)
        parts = ("actors", "ties", "happenings", "attributes", "scenarios", "asks")
        return ", ".join(f"{len(getattr(one, part))} {part}" for part in parts)

    def posterior() -> str:
        fit = case(SHIPPED_CASE).fit
        return f"{fit.choice.events:,} events, {fit.since} to {fit.until}"

    return [
        _tried(f"case {SHIPPED_CASE}", tables),
        _tried(f"fit of {SHIPPED_CASE}", posterior),
    ]


def _tried(what: str, check: Callable[[], str]) -> Finding:
    again = "install Chancellery again"
    try:
        return Finding(what, check())
    except ChancelleryError as error:
        return Finding(what, str(error), False, again)
    except Exception as error:  # whatever is broken, the doctor lives to tell it
        return Finding(what, f"{type(error).__name__}: {error}", False, again)


def _size(count: float) -> str:
    for unit in ("bytes", "KB", "MB"):
        if count < 1024:
            return f"{count:,.0f} {unit}"
        count /= 1024
    return f"{count:,.1f} GB"
