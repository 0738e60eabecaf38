"""Fits side by side: terms in rows, models in columns, as journals print them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from chancellery.errors import ModelError
from chancellery.model.grid import WIDE, Grid
from chancellery.model.table import Table, fact, number


class Tabled(Protocol):
    """What has a regression table: every fit."""

    def table(self) -> Table:
        """Its regression table."""


@dataclass(frozen=True)
class Comparison:
    """Several fits side by side: terms in rows, models in columns, robust errors in brackets below."""

    names: tuple[str, ...]
    tables: tuple[Table, ...]

    def grid(self) -> Grid:
        """Lay the comparison out."""
        keys = list(dict.fromkeys((r.term, r.group) for t in self.tables for r in t.rows))
        found = [{(r.term, r.group): r for r in t.rows} for t in self.tables]
        grouped = any(group for _, group in keys)
        rows: list[tuple[str, ...]] = []
        for term, group in keys:
            cells = [f.get((term, group)) for f in found]
            rows.append(
                (term, *([group] if grouped else []), *(number(c.estimate, c) if c else "" for c in cells))
            )
            rows.append(
                ("", *([""] if grouped else []), *(f"({number(c.se, c)})" if c else "" for c in cells))
            )
        rows.append(())
        for name in ("model", "events", "observations", "actors", "log likelihood", "AIC", "BIC"):
            values = [t.facts.get(name) for t in self.tables]
            if any(v is not None for v in values):
                rows.append(
                    (name, *([""] if grouped else []), *("" if v is None else fact(v) for v in values))
                )
        heading = ("effect", *(["class"] if grouped else []), *self.names)
        return Grid("Models side by side", (), heading, tuple(rows), self._notes(), 1 + grouped)

    def _notes(self) -> tuple[str, ...]:
        every = all(r.robust is not None for t in self.tables for r in t.rows)
        notes = [
            f"In brackets: standard errors{', robust to dependence' if every else ', robust where a fit has them'}."
        ]
        if (
            len(
                {
                    (t.facts.get("model"), t.facts.get("events"), t.facts.get("observations"))
                    for t in self.tables
                }
            )
            > 1
        ):
            notes.append(
                "The models do not describe the same choices or events: their AIC and BIC cannot be compared."
            )
        notes += [
            f"Warning: {name}: {w}"
            for name, t in zip(self.names, self.tables, strict=True)
            for w in t.warnings
        ]
        return tuple(notes)

    def _blocks(self) -> list[Comparison]:
        """As few pieces as fit into the width of a page of text."""
        for parts in range(1, len(self.names) + 1):
            size = -(-len(self.names) // parts)
            cuts = [slice(x, x + size) for x in range(0, len(self.names), size)]
            out = [Comparison(self.names[c], self.tables[c]) for c in cuts]
            if all(max(map(len, o.grid().text(WIDE).splitlines())) <= WIDE for o in out):
                return out
        return out

    def __str__(self) -> str:
        return "\n\n".join(block.grid().text() for block in self._blocks())

    def markdown(self) -> str:
        """The comparison in Markdown."""
        return self.grid().markdown()

    def latex(self) -> str:
        r"""The comparison as a ``tabular`` for documents with ``\usepackage{booktabs}``."""
        return self.grid().latex()

    def html(self) -> str:
        """The comparison as a piece of a page."""
        return self.grid().html()

    _repr_html_ = html

    def frame(self) -> pl.DataFrame:
        """One row a model and coefficient, with all columns of :meth:`Table.frame`."""
        parts = zip(self.names, self.tables, strict=True)
        return pl.concat([t.frame().select(pl.lit(name).alias("name"), pl.all()) for name, t in parts])


def compare(*fits: Tabled, names: Sequence[str] | None = None) -> Comparison:
    """Put fits side by side.

    Parameters
    ----------
    fits
        Whatever has a ``table()``.
    names
        Heads of the columns; (1), (2), … by default.

    Raises
    ------
    ModelError
        Without fits, or with another number of names than fits.
    """
    if not fits:
        raise ModelError("compare: give at least one fit")
    heads = tuple(names) if names is not None else tuple(f"({x + 1})" for x in range(len(fits)))
    if len(heads) != len(fits):
        raise ModelError(f"compare: {len(heads)} names for {len(fits)} fits; give one a fit")
    if len(set(heads)) < len(heads):
        raise ModelError("compare: two fits have the same name; give each its own")
    return Comparison(heads, tuple(f.table() for f in fits))
