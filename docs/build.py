"""Write the reference pages that are generated: ``python docs/build.py``. A test checks that they are current."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from chancellery.cli import VERBS
from chancellery.effects.catalogue import effects

HERE = Path(__file__).parent
SIGNS = {1: "+", -1: "−", 0: "either"}


def effects_page() -> str:
    """One row an effect, by level."""
    lines = ["# Effects", "", "Generated from the catalogue; `chancellery show effects` prints the same.", ""]
    lines += [
        "`i` acts, `j` is considered, `g`, `h` and `s` are third parties; C cooperation and H hostility are",
        "decayed sums per 30 covered days; r = log1p(C_ij + C_ji) − log1p(H_ij + H_ji); D dependence in [0, 1].",
        "",
    ]
    for level in dict.fromkeys(e.level for e in effects()):
        lines += [
            f"## Level: {level}",
            "",
            "| effect | formula | sign | what the essays call it | reference |",
            "|---|---|---|---|---|",
        ]
        for e in effects(level):
            formula = e.formula.replace("|", "\\|")
            lines.append(f"| `{e.name}` | {formula} | {SIGNS[e.sign]} | {e.says} | {e.reference} |")
        lines.append("")
    return "\n".join(lines)


def commands_page() -> str:
    """Help of every verb, as the command prints it."""
    environment = os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}

    def help_of(*words: str) -> str:
        command = [sys.executable, "-m", "chancellery", *words, "--help"]
        text = subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout
        return "\n".join(line.rstrip() for line in text.strip().splitlines())

    parts = ["# Commands", "", "Generated from the command line's own help.", "", "```", help_of(), "```", ""]
    for verb in VERBS:
        parts += [f"## {verb}", "", "```", help_of(verb), "```", ""]
    return "\n".join(parts)


PAGES = {"effects.md": effects_page, "commands.md": commands_page}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
        print("wrote", HERE / name)


if __name__ == "__main__":
    main()
