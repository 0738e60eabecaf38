"""A what-if as a table for the terminal and as Markdown: the same lines, numbers and verdicts as the page."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from chancellery.report import phrases
from chancellery.report.result import Line, Reply, View, view

SHORT = {"rises": "rises", "falls": "falls", "unclear": "unclear", "identical": "identical"}
STYLES = {"rises": "bold blue", "falls": "bold dark_orange", "unclear": "dim", "identical": "dim"}


def whatif_table(result: Mapping) -> RenderableType:
    """Show a what-if result in a terminal, 80 columns wide or more.

    Parameters
    ----------
    result
        Plain data of ``WhatIf.as_dict()``, or the same read back from JSON.

    Returns
    -------
    rich renderable
        Print it with ``rich.console.Console().print``.

    Raises
    ------
    ReportError
        If it is not a what-if result.
    """
    v = view(result)
    many = len(v.scenarios) > 1
    head = [Text(phrases.name(s), style="bold") for s in v.scenarios]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", expand=False)
    table.add_column("line", ratio=1, min_width=14)
    for title in ("baseline", "scenario", "difference [90%] ± error", ""):
        table.add_column(title, no_wrap=True)
    for group, lines in v.groups.items():
        table.add_row()
        table.add_row(Text(group or "Questions", style="bold underline"))
        for line in lines:
            table.add_row(*_cells(v, line, many))
    return Group(*head, table, Text(""), *(Text(x, style="dim") for x in _legend(v)))


def _cells(v: View, line: Line, many: bool) -> list[RenderableType]:
    levels, changes, verdicts = [], [], []
    for r in line.replies:
        letter = f"{v.scenario(r.scenario).letter} " if many else ""
        levels.append(f"{letter}{phrases.level(r.level, line.unit)}")
        changes.append(difference(line, r))
        verdicts.append(f"[{STYLES[r.verdict]}]{escape(phrases.VERDICT_ICONS[r.verdict])} {SHORT[r.verdict]}[/]")
    label = Text.assemble(line.label, (f" ({line.unit})", "dim"))
    base = phrases.level(line.baseline, line.unit)
    return [label, base, "\n".join(levels), Text("\n".join(changes)), Text.from_markup("\n".join(verdicts))]


def difference(line: Line, r: Reply) -> str:
    """``+0.25 [−0.16, +0.66] ±0.33``, or that nothing differs."""
    if r.verdict == "identical":
        return "0 in every future"
    d = r.difference
    spread = f"{phrases.interval(d, line.unit, difference=True)} {phrases.error(d, line.unit, difference=True)}"
    return f"{phrases.change(d, line.unit)} {spread}".strip()


def _legend(v: View) -> list[str]:
    seen = {r.verdict for line in v.lines for r in line.replies}
    texts = [difference(line, r) for line in v.lines for r in line.replies]
    said = ["[ ] 90% interval of the parameters, ± simulation error; differences are taken future by future."]
    if seen & {"rises", "falls"}:
        said.append("▲ ▼ the 90% interval with both errors leaves out zero.")
    if "unclear" in seen:
        said.append("○ unclear: no change that stands out; the interval with both errors holds zero.")
    if "identical" in seen:
        said.append("= identical: not one future differs from the baseline.")
    if any(phrases.UNSEPARATED in t for t in texts):
        said.append(f"{phrases.UNSEPARATED}: too few draws to tell the parameters' share from simulation error.")
    draws = v.about.get("draws")
    if isinstance(draws, int) and draws < phrases.FEW_DRAWS:
        said.append(f"Only {draws} futures: a trial run; use more draws before you quote a number.")
    return said


def whatif_markdown(result: Mapping) -> str:
    """Show a what-if result as a Markdown document: headline, then one table.

    Raises
    ------
    ReportError
        If it is not a what-if result.
    """
    v = view(result)
    many = len(v.scenarios) > 1
    rows = [f"# What if: {_cell(v.scenarios[0].title)}", ""]
    if phrases.lead(v):
        rows += [_cell(phrases.lead(v)), ""]
    for s in v.scenarios:
        told = f"**{_cell(phrases.name(s))}.** " if many else ""
        rows += [f"{told}{_cell(phrases.headline(v, s))}", ""]
    which = ["scenario"] if many else []
    head = ["line", "unit", *which, "baseline", "level", "difference [90%] ± error", "verdict"]
    rows += [_row(head), _row(["---"] * len(head))]
    for group, lines in v.groups.items():
        rows.append(_row([f"**{_cell(group or 'Questions')}**", *[""] * (len(head) - 1)]))
        for line in lines:
            rows += [_row(_markdown_cells(v, line, r, many)) for r in line.replies]
    rows += ["", *(f"- {_cell(x)}" for x in _legend(v))]
    return "\n".join(rows) + "\n"


def _markdown_cells(v: View, line: Line, r: Reply, many: bool) -> list[str]:
    which = [v.scenario(r.scenario).letter] if many else []
    verdict = f"{phrases.VERDICT_ICONS[r.verdict]} {phrases.VERDICT_WORDS[r.verdict]}"
    return [
        _cell(line.label), line.unit, *which, phrases.level(line.baseline, line.unit), phrases.level(r.level, line.unit),
        _cell(difference(line, r)), verdict,
    ]  # fmt: skip


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Text that neither ends a cell nor becomes markup."""
    flat = " ".join(str(text).split())
    for mark in ("\\", "|", "*", "_", "`", "[", "]", "<", ">", "#"):
        flat = flat.replace(mark, f"\\{mark}" if mark not in "<>" else {"<": "&lt;", ">": "&gt;"}[mark])
    return flat
