"""A what-if as a table for the terminal and as Markdown: the same lines, numbers and verdicts as the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from chancellery.report import phrases
from chancellery.report.result import Line, Reply, View, view

WIDE = 96  # columns from which a question and its numbers fit in one row
HEAD = ("baseline", "scenario", "difference [90%] ± error", "")
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
    return _Shown(view(result))


class _Shown:
    """A view that prints itself as one table; in a narrow terminal every question has a row of its own."""

    def __init__(self, v: View) -> None:
        self.v = v

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from (Text(phrases.name(s), style="bold") for s in self.v.scenarios)
        yield from [self._wide()] if options.max_width >= WIDE else self._narrow()
        yield Text("")
        yield from (Text(x, style="dim") for x in _legend(self.v))

    def _wide(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("line", ratio=1)
        for title in HEAD:
            table.add_column(title, no_wrap=True)
        for group, lines in self.v.groups.items():
            table.add_row()
            table.add_row(Text(group or "Questions", style="bold underline"))
            for line in lines:
                table.add_row(_label(line), *map(_joined, zip(*_rows(self.v, line))))
        return table

    def _narrow(self) -> Iterator[RenderableType]:
        rows = {id(line): _rows(self.v, line) for line in self.v.lines}
        cells = [HEAD, *(r for some in rows.values() for r in some)]
        widths = [max(cell_len(str(r[x])) for r in cells) for x in range(len(HEAD))]
        yield self._grid([[Text(x, style="bold") for x in HEAD]], widths)
        for group, lines in self.v.groups.items():
            yield Text(f"\n{group or 'Questions'}", style="bold underline")
            for line in lines:
                yield _label(line)
                yield self._grid(rows[id(line)], widths)

    @staticmethod
    def _grid(rows: Iterable[Iterable[Text]], widths: list[int]) -> Padding:
        grid = Table.grid(padding=(0, 2, 0, 0))
        for width in widths:
            grid.add_column(width=width, no_wrap=True)
        for row in rows:
            grid.add_row(*row)
        return Padding(grid, (0, 0, 0, 2))


def _label(line: Line) -> Text:
    return Text.assemble(line.label, (f" ({line.unit})", "dim"))


def _joined(column: Iterable[Text]) -> Text:
    return Text("\n").join(column)


def _rows(v: View, line: Line) -> list[tuple[Text, ...]]:
    """Cells of a line, a row a scenario; the baseline stands in the first."""
    out = []
    for place, r in enumerate(line.replies):
        letter = v.scenario(r.scenario).letter
        base = phrases.level(line.baseline, line.unit) if place == 0 else ""
        level = f"{letter} {phrases.level(r.level, line.unit)}".strip()
        verdict = Text(f"{phrases.VERDICT_ICONS[r.verdict]} {r.verdict}", style=STYLES[r.verdict])
        out.append((Text(base), Text(level), Text(difference(line, r)), verdict))
    return out


def difference(line: Line, r: Reply) -> str:
    """``+0.25 [−0.16, +0.66] ±0.33``, or that nothing differs."""
    if r.verdict == "identical":
        return "0 in every future"
    d = r.difference
    spread = (
        f"{phrases.interval(d, line.unit, difference=True)} {phrases.error(d, line.unit, difference=True)}"
    )
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
        said.append(
            f"{phrases.UNSEPARATED}: too few draws to tell the parameters' share from simulation error."
        )
    scored = [standing for _, standing, _ in phrases.standings(v) if standing.skill is not None]
    if scored:
        said.append(f"Track record: {scored[0].says} More: 'chancellery track'.")
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
    rows = [f"# What if: {_cell(v.scenarios[0].title)}", "", _cell(phrases.lead(v)), ""]
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
        _cell(line.label),
        line.unit,
        *which,
        phrases.level(line.baseline, line.unit),
        phrases.level(r.level, line.unit),
        _cell(difference(line, r)),
        verdict,
    ]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """Text that neither ends a cell nor becomes markup."""
    flat = " ".join(str(text).split())
    for mark in ("\\", "|", "*", "_", "`", "[", "]", "<", ">", "#"):
        flat = flat.replace(mark, f"\\{mark}" if mark not in "<>" else {"<": "&lt;", ">": "&gt;"}[mark])
    return flat
