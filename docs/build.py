"""Write the reference pages that are generated: ``python docs/build.py``. A test checks that they are current."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from chancellery.cli import VERBS
from chancellery.effects.catalogue import effects
from chancellery.rem.catalogue import EFFECTS, MODELS, STRUCTURAL, Effect

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from patterns import PATTERNS, drawing  # noqa: E402

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


REM_GROUPS = {
    "The pair": ("intercept", "inertia", "tie", "recip", "kind", "shift"),
    "Degrees": ("indeg", "outdeg", "degree", "node_trans"),
    "Third parties": ("trans", "cycle", "common_sender", "common_receiver", "four"),
    "Third parties over two networks": (
        "mixed_trans", "mixed_cycle", "mixed_common_sender", "mixed_common_receiver",
    ),
    "Attributes": ("ego", "alter", "same", "diff", "sim", "ego_alter", "tertius", "tertius_diff"),
}  # fmt: skip
OPTIONS = {
    "weighted": "count weights (how many calls) instead of ties that are there (any call)",
    "window": "forget what is older: `window='30 days'`, or a number in the study's unit",
    "half_life": "fade: weights halve in this time; only counts fade, so ties are weighted",
    "transform": "`log1p`, `sqrt`, `square` or `positive` (1 where above 0) of the statistic",
    "ignore_repetitions": "0 where the sender has already turned to the target",
    "type": "`ego` reads the sender, `alter` the target (the default; a rate model has only `ego`)",
    "join": "how two weights on a path are joined: `product` (the default) or `minimum`",
    "summary": "how attributes of several actors are joined: `mean` (the default), `sum`, `min`, `max`",
    "of": "count only events of this type; `of='same'`: of the type that is considered",
    "on": "bears only on options of this type of event",
}


def rem_effects_page() -> str:
    """One row an effect of the classical models, with a drawing of what it counts."""
    lines = [
        "# Effects of the classical models", "", "Generated from the catalogue by `python docs/build.py`.", "",
        "`i` acts, `j` is the target, `k` and `l` are third parties; x_ij is the tie i → j just before the event, y",
        "another network, z an attribute; I(·) is 1 where its argument holds and 0 elsewhere. In the drawings ties",
        "that are there are drawn through (those of a second network thick), the event they bear on is dashed;",
        "filled circles are actors whose attribute counts. `a:b` in a formula multiplies two effects.", "",
        "## Options", "",
        f"*History options* below are {', '.join(f'`{o}`' for o in STRUCTURAL)}.", "", "| option | what it does |", "|---|---|",
        *(f"| `{name}` | {says} |" for name, says in OPTIONS.items()), "",
    ]  # fmt: skip
    by_name = {e.name: e for e in EFFECTS}
    for title, names in REM_GROUPS.items():
        lines += [f"## {title}", "", "| pattern | effect | counts | meaning | use | source |", "|---|---|---|---|---|---|"]
        lines += [_rem_row(by_name.pop(name)) for name in names]
        lines.append("")
    assert not by_name, f"give {', '.join(by_name)} a group"
    return "\n".join(lines)


def _rem_row(e: Effect) -> str:
    picture = f"![{e.name}](patterns/{e.name}.svg)" if e.name in PATTERNS else ""
    others = f"<br>also {', '.join(f'`{a}`' for a in e.aliases)}" if e.aliases else ""
    models = "all models" if set(e.models) == set(MODELS) else ", ".join(e.models)
    history = set(STRUCTURAL) <= set(e.options)
    shown = [f"`{o}`" for o in e.options if not (history and o in STRUCTURAL)]
    options = "; " + ", ".join((["history options"] if history else []) + shown) if e.options else ""
    reads = f"`{e.name}({', '.join(e.reads)})`" if e.reads else f"`{e.name}`"
    cells = (picture, reads + others, _safe(e.formula), e.meaning, models + options, e.source)
    return f"| {' | '.join(cells)} |"


def _safe(formula: str) -> str:
    """A formula that neither ends a cell nor becomes emphasis."""
    return f"`{formula}`" if "|" not in formula else formula.replace("|", "\\|")


PAGES = {"effects.md": effects_page, "commands.md": commands_page, "rem-effects.md": rem_effects_page}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
        print("wrote", HERE / name)
    folder = HERE / "patterns"
    folder.mkdir(exist_ok=True)
    for name in PATTERNS:
        (folder / f"{name}.svg").write_text(drawing(name), encoding="utf-8")
    print("wrote", len(PATTERNS), "drawings in", folder)


if __name__ == "__main__":
    main()
