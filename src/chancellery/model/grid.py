"""A printed table: heading, rows, facts above, notes below; as text, Markdown, LaTeX or HTML.

Regression tables and comparisons of fits are laid out as one of these, so that all look alike in every form.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape

WIDE = 100  # columns of text
GAP = 2
_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"$<$", ">": r"$>$", "|": r"$|$", "−": "$-$",
    "→": r"$\rightarrow$", "←": r"$\leftarrow$", "×": r"$\times$", "·": r"$\cdot$", "±": r"$\pm$", "≥": r"$\geq$",
    "≤": r"$\leq$", "θ": r"$\theta$", "λ": r"$\lambda$", "Σ": r"$\sum$",
}  # fmt: skip


@dataclass(frozen=True)
class Grid:
    """Cells laid out, without a meaning.

    Attributes
    ----------
    title, above, below
        A line, lines of facts, and notes.
    heading, rows
        Names of the columns, and rows of as many cells; an empty row is a rule.
    left
        How many columns from the left are words, set to the left; the others are numbers.
    """

    title: str
    above: tuple[str, ...]
    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[str, ...] = ()
    left: int = 1

    def text(self, width: int = WIDE) -> str:
        """Aligned text of at most ``width`` columns; a long name goes on in the next line."""
        body = _on_the_point([r for r in self.rows if r], self.left)
        sizes = [max(len(line[x]) for line in [self.heading, *body]) for x in range(len(self.heading))]
        room = width - sum(s + GAP for s in sizes[1:])
        sizes[0] = min(sizes[0], max(room, 18))
        body_rows = iter(body)
        rule = "─" * (sum(sizes) + GAP * (len(sizes) - 1))
        lines = [self.title, *(x for a in self.above for x in _wrapped(a, width)), rule]
        lines += _lines(self.heading, sizes, self.left)
        lines.append(rule)
        for row in self.rows:
            lines += _lines(next(body_rows), sizes, self.left) if row else [rule]
        lines.append(rule)
        lines += [x for note in self.below for x in _wrapped(note, width)]
        return "\n".join(line.rstrip() for line in lines)

    def markdown(self) -> str:
        """A Markdown table with its facts above and its notes below."""
        sides = ["---" if x < self.left else "---:" for x in range(len(self.heading))]
        rows = [row for row in (self.heading, sides, *self.rows) if row]
        table = [
            "| " + " | ".join(_in_markdown(c) if row is not sides else c for c in row) + " |" for row in rows
        ]
        words = [f"**{_in_markdown(self.title)}**", *map(_in_markdown, self.above)]
        parts = ["  \n".join(words), "\n".join(table), "  \n".join(map(_in_markdown, self.below))]
        return "\n\n".join(p for p in parts if p) + "\n"

    def latex(self) -> str:
        r"""A ``tabular`` with the rules of booktabs, to stand in a document that loads it."""
        sides = "l" * self.left + "r" * (len(self.heading) - self.left)
        lines = [r"% needs \usepackage{booktabs}", *(f"% {line}" for line in (self.title, *self.above))]
        lines += [
            rf"\begin{{tabular}}{{@{{}}{sides}@{{}}}}",
            r"\toprule",
            _latex_row(self.heading),
            r"\midrule",
        ]
        lines += [_latex_row(row) if row else r"\midrule" for row in self.rows]
        lines.append(r"\bottomrule")
        wide = len(self.heading)
        for words in (*self.above, *self.below):
            note = rf"\footnotesize {in_latex(words)}"
            lines.append(rf"\multicolumn{{{wide}}}{{@{{}}p{{0.95\linewidth}}@{{}}}}{{{note}}} \\")
        return "\n".join([*lines, r"\end{tabular}", ""])

    def html(self) -> str:
        """A fragment that needs nothing else: its few styles are its own, its colours the page's."""
        cell = "padding:.15em .7em .15em 0;"
        line = "border-top:1px solid currentColor;"
        out = ['<table style="border-collapse:collapse;font-variant-numeric:tabular-nums">']
        out.append(_caption(self.title, self.above))
        out.append(f'<thead style="{line}border-bottom:1px solid currentColor">')
        out += [
            _html_row(self.heading, self.left, cell, "th"),
            '</thead>\n<tbody style="border-bottom:1px solid">',
        ]
        ruled = False
        for row in self.rows:
            if row:
                out.append(_html_row(row, self.left, cell + (line if ruled else ""), "td"))
            ruled = not row
        out.append("</tbody>")
        if self.below:
            notes = "<br>".join(escape(n) for n in self.below)
            out.append(
                f'<tfoot><tr><td colspan="{len(self.heading)}" style="font-size:.85em">{notes}</td></tr></tfoot>'
            )
        return "\n".join([*out, "</table>", ""])


def _caption(title: str, above: tuple[str, ...]) -> str:
    facts = "".join(f"<br>{escape(a)}" for a in above)
    return f'<caption style="text-align:left"><b>{escape(title)}</b><small>{facts}</small></caption>'


def _html_row(cells: tuple[str, ...], left: int, style: str, kind: str) -> str:
    parts = []
    for x, text in enumerate(cells):
        side = "left" if x < left else "right"
        tag, scope = (
            ("th", ' scope="row"')
            if kind == "td" and x == 0
            else (kind, ' scope="col"' if kind == "th" else "")
        )
        weight = "font-weight:normal;" if tag == "th" and kind == "td" else ""
        parts.append(
            f'<{tag}{scope} style="{style}{weight}text-align:{side};white-space:nowrap">{escape(text)}</{tag}>'
        )
    return f"<tr>{''.join(parts)}</tr>"


def in_latex(text: str) -> str:
    """Text as LaTeX prints it as it stands; a minus before a number becomes a real one."""
    out = [_LATEX.get(c, c) for c in text]
    for x, c in enumerate(text):
        if c == "-" and text[x + 1 : x + 2].isdigit() and (x == 0 or text[x - 1] in " [("):
            out[x] = "$-$"
    return "".join(out)


def _latex_row(cells: tuple[str, ...]) -> str:
    # An empty group before a bracket: \\ followed by [ would read it as a distance.
    return " & ".join(("{}" if c.startswith("[") else "") + in_latex(c) for c in cells) + r" \\"


def _in_markdown(text: str) -> str:
    for c in "\\|*_`<":
        text = text.replace(c, "\\" + c)
    return text


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent="  ", break_on_hyphens=False) or [""]


def _on_the_point(rows: list[tuple[str, ...]], left: int) -> list[tuple[str, ...]]:
    """Pad plain numbers on the right so that their decimal points stand below each other."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    for column in columns[left:]:
        after = [len(c) - c.rfind(".") if "." in c and not c.startswith(("[", "(")) else -1 for c in column]
        deepest = max(after, default=0)
        for x, digits in enumerate(after):
            if 0 <= digits < deepest:
                column[x] += " " * (deepest - digits)
    return list(zip(*columns, strict=True)) if columns else []


def _lines(cells: tuple[str, ...], sizes: list[int], left: int) -> list[str]:
    """One row as text, its first cell folded into as many lines as it needs."""
    first = textwrap.wrap(cells[0], sizes[0], subsequent_indent="  ", break_on_hyphens=False) or [""]
    rest = [
        c.ljust(s) if x < left else c.rjust(s) for x, (c, s) in enumerate(zip(cells, sizes, strict=True)) if x
    ]
    gap = " " * GAP
    return [gap.join([first[0].ljust(sizes[0]), *rest]), *first[1:]]
