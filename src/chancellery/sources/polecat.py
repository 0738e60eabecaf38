"""POLECAT, the successor of ICEWS (2018 to 2024): events of the PLOVER ontology in tab-separated files.

Files are weekly ``.txt`` or yearly ``.zip`` of monthly ``.txt``. Known faults of the published files are
tolerated: trailing tabs, headings without a column beneath them, fields in quotation marks, Latin-1 bytes. A
cell of countries or contexts may hold several, separated by semicolons or bars; a report among several states
is one event for each pair of different ones.

Sources: Scarborough et al. 2023, POLECAT Weekly Data, doi:10.7910/DVN/AJGVIT; Halterman et al. 2023, PLOVER
and POLECAT: A New Political Event Ontology and Dataset.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from chancellery.sources import reading, sifting
from chancellery.sources.harvest import Harvest
from chancellery.sources.plover import add_act

_ENDINGS = (".txt", ".tsv", ".tab", ".csv")
_NEEDS = (
    "Event Date",
    "Event Type",
    "Actor Name",
    "Actor Country",
    "Recipient Name",
    "Recipient Country",
)
_ALSO = ("Event ID", "Event Mode", "Event Intensity", "Contexts", "Actor COW", "Recipient COW")
_RENAME = {"Intensity": "Event Intensity", "Context": "Contexts"}


def polecat(path: str | Path, *, dataset: str | None = None) -> Harvest:
    """Read POLECAT events.

    Parameters
    ----------
    path
        A ``.txt`` or ``.zip`` file, or a folder of them.
    dataset
        Name for the rows, by default ``polecat``.

    Returns
    -------
    Harvest
        ``code`` is the event type, with the mode after a slash where there is one ("CONSULT/visit").

    Raises
    ------
    SourceError
        Nothing to read, a needed column is missing, or a file is damaged.
    """
    texts = reading.texts(reading.find(path, _ENDINGS, "POLECAT events"), _ENDINGS)
    stamps = {text.name: reading.stamp(text.path) for text in texts}
    return sifting.gather(dataset or "polecat", _reports(texts), stamps)


def _reports(texts: list[reading.Text]) -> Iterator[pl.DataFrame]:
    for text in texts:
        for block in reading.delimited(text, _NEEDS, also=_ALSO, rename=_RENAME):
            reports = block.select(
                "file",
                "row",
                "reason",
                "raw",
                id="Event ID",
                time=sifting.day(pl.col("Event Date").str.slice(0, 10)),
                event="Event Type",
                mode="Event Mode",
                context="Contexts",
                weight=pl.col("Event Intensity").cast(pl.Float64, strict=False),
                source_name=_name("Actor"),
                target_name=_name("Recipient"),
                source_places=_several("Actor"),
                target_places=_several("Recipient"),
            )
            yield _paired(add_act(reports))


def _name(side: str) -> pl.Expr:
    return pl.coalesce(f"{side} Name", f"{side} Country", f"{side} COW")


def _several(side: str) -> pl.Expr:
    """List the countries of a side; where no country is written, its COW numbers."""
    cell = pl.coalesce(f"{side} Country", f"{side} COW").fill_null("")
    parts = cell.str.replace_all("|", ";", literal=True).str.split(";")
    return parts.list.eval(pl.element().str.strip_chars()).list.unique(maintain_order=True)


def _paired(reports: pl.DataFrame) -> pl.DataFrame:
    """One report for each pair of actors of a row."""
    named, placed = sifting.whom("name", "icews"), sifting.whom("iso3", "cow", "name")
    for side in ("source", "target"):
        reports = reports.explode(f"{side}_places")
        by_name = sifting.translate(reports[f"{side}_name"], named)
        by_place = sifting.translate(reports[f"{side}_places"], placed)
        reports = reports.with_columns(sifting.acting(by_name, by_place).alias(side)).drop(f"{side}_places")
    # An organisation filed under its members' countries is one actor, not several.
    return reports.unique(["file", "row", "source", "target"], keep="first", maintain_order=True)
