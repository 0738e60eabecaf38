"""The regression table of a fit: what was fitted, how sure each estimate is, what to know before reading it.

One class for every estimator. What it shows first is the interval that is robust to dependence, since events
answer each other; the errors that take them for independent stand behind it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import polars as pl

from chancellery.model.grid import GAP, WIDE, Grid

Z95 = 1.959964
FOLD = 24  # columns of a name that are kept before columns of numbers are left out
STARS = ((0.001, "***"), (0.01, "**"), (0.05, "*"))


@dataclass(frozen=True)
class Row:
    """One coefficient.

    Attributes
    ----------
    term, group
        Its name, and the class of acts it belongs to ("" where there are no classes).
    estimate, naive, robust
        Estimate; standard errors from the information, and robust to clusters (None without clusters).
    has_ratio
        Whether exp(estimate) is a ratio; that of an intercept is a rate.
    events
        Scored events whose own statistic was not zero; None if unknown.
    """

    term: str
    estimate: float
    naive: float
    robust: float | None = None
    group: str = ""
    has_ratio: bool = True
    events: int | None = None

    @property
    def se(self) -> float:
        """Robust standard error where there is one, else the naive."""
        return self.naive if self.robust is None else self.robust

    @property
    def low(self) -> float:
        """Lower end of the 95% interval."""
        return self.estimate - Z95 * self.se

    @property
    def high(self) -> float:
        """Upper end of the 95% interval."""
        return self.estimate + Z95 * self.se

    @property
    def z(self) -> float:
        """Estimate over standard error."""
        return self.estimate / self.se if self.se > 0 else math.nan

    @property
    def p(self) -> float:
        """Two-sided p value of a coefficient of zero (normal approximation)."""
        return math.erfc(abs(self.z) / math.sqrt(2.0))


@dataclass(frozen=True)
class Table:
    """Rows with what stands above and below them.

    Attributes
    ----------
    title
        The model in a few words.
    facts
        Name to value: formula, events, actors, log likelihood, AIC, BIC, converged …
    rows
        Coefficients.
    ratio, ratio_note
        What exp(estimate) is called, ``"hazard ratio"`` or ``"odds ratio"``; what to know of it where it is shown.
    warnings, notes
        What endangers the reading; what explains it.
    stars
        Whether p values are marked with stars; they are not by default.
    """

    title: str
    facts: dict[str, object]
    rows: tuple[Row, ...]
    ratio: str = "hazard ratio"
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stars: bool = False
    ratio_note: str = ""

    def with_stars(self) -> Table:
        """The same table with stars for p < 0.05, 0.01 and 0.001."""
        return replace(self, stars=True)

    def grid(self, width: int | None = None) -> Grid:
        """Lay the table out; columns that do not fit into ``width`` are left out from the right."""
        columns = [
            ("estimate", [self._starred(r) for r in self.rows]),
            ("95% interval", [interval(r) for r in self.rows]),
        ]
        if any(r.robust is not None for r in self.rows):
            columns.append(("robust se", [number(r.robust, r) for r in self.rows]))
        columns.append(("naive se", [number(r.naive, r) for r in self.rows]))
        columns.append((self.ratio, [_ratio(r) for r in self.rows]))
        columns.append(("p", [p_value(r.p) for r in self.rows]))
        words = [("effect", [r.term for r in self.rows])]
        if any(r.group for r in self.rows):
            words.append(("class", [r.group for r in self.rows]))
        while width is not None and len(columns) > 3 and _width(words, columns) > width:
            del columns[-1]
        every = [*words, *columns]
        rows = tuple(zip(*(cells for _, cells in every), strict=True))
        shown = (self.ratio_note,) if self.ratio_note and self.ratio in dict(columns) else ()
        below = (*(f"Warning: {w}" for w in self.warnings), *self.notes, *shown, *self._star_note())
        return Grid(self.title, self._above(), tuple(name for name, _ in every), rows, below, len(words))

    def _above(self) -> tuple[str, ...]:
        formula = [str(self.facts["formula"])] if "formula" in self.facts else []
        rest = [_said(name, value) for name, value in self.facts.items() if name not in ("formula", "model")]
        return (*formula, "; ".join(rest)) if rest else tuple(formula)

    def _starred(self, row: Row) -> str:
        marks = next((s for p, s in STARS if row.p < p), "") if self.stars else ""
        return number(row.estimate, row) + marks

    def _star_note(self) -> tuple[str, ...]:
        return ("* p < 0.05, ** p < 0.01, *** p < 0.001",) if self.stars else ()

    def __str__(self) -> str:
        return self.grid(WIDE).text()

    def markdown(self) -> str:
        """The table in Markdown."""
        return self.grid().markdown()

    def latex(self) -> str:
        r"""The table as a ``tabular`` for documents with ``\usepackage{booktabs}``."""
        return self.grid().latex()

    def html(self) -> str:
        """The table as a piece of a page."""
        return self.grid().html()

    _repr_html_ = html

    def frame(self) -> pl.DataFrame:
        """Everything at full precision, one row a coefficient."""
        rows = [
            {
                "term": r.term, "class": r.group, "estimate": r.estimate, "naive_se": r.naive, "robust_se": r.robust,
                "z": r.z, "p": r.p, "low": r.low, "high": r.high,
                "ratio": _exp(r, r.estimate), "ratio_low": _exp(r, r.low), "ratio_high": _exp(r, r.high),
                "events": r.events,
            }
            for r in self.rows
        ]  # fmt: skip
        kinds = {"term": pl.String, "class": pl.String, "events": pl.Int64}
        names = list(rows[0]) if rows else ["term", "class"]
        return pl.DataFrame(rows, schema={name: kinds.get(name, pl.Float64) for name in names})


def number(value: float | None, row: Row) -> str:
    """A number of a row with three decimals, or as many as its standard error needs to be seen."""
    if value is None or not math.isfinite(value):
        return ""
    digits = 3 if not row.se > 0 else min(max(3, -math.floor(math.log10(row.se))), 7)
    return f"{value:.{digits}f}"


def interval(row: Row) -> str:
    """The 95% interval of a row."""
    return f"[{number(row.low, row)}, {number(row.high, row)}]" if math.isfinite(row.se) else ""


def p_value(p: float) -> str:
    """A p value with three decimals, or that it is smaller."""
    return "" if math.isnan(p) else "<0.001" if p < 0.001 else f"{p:.3f}"


def fact(value: object) -> str:
    """A value above a table: numbers with marks at the thousands."""
    if isinstance(value, float):
        return f"{value:,.2f}" if math.isfinite(value) else "–"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _said(name: str, value: object) -> str:
    if isinstance(value, bool):
        return name if value else f"NOT {name}"
    return f"{fact(value)} {name}" if isinstance(value, int) else f"{name} {fact(value)}"


def _exp(row: Row, value: float) -> float | None:
    return math.exp(min(value, 700.0)) if row.has_ratio else None


def _ratio(row: Row) -> str:
    ratio = _exp(row, row.estimate)
    return "" if ratio is None else short_ratio(ratio)


def short_ratio(ratio: float) -> str:
    """A ratio with the figures that count: more of them near 1, where a small difference matters."""
    if ratio >= 1e5 or ratio < 1e-4:
        return f"{ratio:.1e}"
    if ratio < 0.1:
        return f"{ratio:.4f}"
    decimals = 3 if 0.95 < ratio < 1.05 else 2 if ratio < 10 else 1 if ratio < 100 else 0
    return f"{ratio:.{decimals}f}"


def _width(words: list[tuple[str, list[str]]], columns: list[tuple[str, list[str]]]) -> int:
    """Columns of text a layout needs if long names of terms are folded."""
    sizes = [max(len(name), *map(len, cells)) if cells else len(name) for name, cells in (*words, *columns)]
    sizes[0] = min(sizes[0], FOLD)
    return sum(sizes) + GAP * (len(sizes) - 1)
