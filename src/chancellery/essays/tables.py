"""The tables of words: plain CSV files in ``data/``, which a user may copy, edit and name with ``--words``.

A table is looked for in the user's folder first; the words of a row are checked when it is read.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from chancellery.errors import EssayError, did_you_mean

TABLES = {
    "modality": ("class", "low", "high", *(f"{who}_{what}" for who in ("kent", "kesselman") for what in ("low", "high", "word"))),
    "hedges": ("words", "class"),
    "relations": ("words", "relation", "direction", "cause", "weak"),
    "valence": ("words", "sign"),
    "names": ("actor", "words"),
    "acts": ("words", "event", "frame"),
    "ties": ("words", "kind"),
    "levers": ("words", "do", "what", "who", "much"),
    "outcomes": ("words", "that", "sign"),
    "horizons": ("words", "within"),
}  # fmt: skip


@lru_cache(maxsize=32)
def rows(table: str, folder: Path | None = None) -> tuple[dict[str, str], ...]:
    """Return the rows of a table, the user's own where there is one.

    Raises
    ------
    EssayError
        The folder or a column is missing, or a row is ragged: the sentence names the file and the line.
    """
    shipped = files("chancellery.essays").joinpath("data", f"{table}.csv")
    source = folder / f"{table}.csv" if folder is not None and has_own(table, folder) else shipped
    wanted = TABLES[table]
    with source.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(line for line in stream if not line.startswith("#"))
        missing = [name for name in wanted if name not in (reader.fieldnames or ())]
        if missing:
            raise EssayError(
                f"{source.name}: column '{missing[0]}' is missing; the columns are {', '.join(wanted)}"
            )
        out = []
        for row in reader:
            if None in row or None in row.values():
                raise EssayError(f"{source.name} line {reader.line_num}: {len(wanted)} fields are expected")
            out.append({name: (row[name] or "").strip() for name in wanted})
    return tuple(out)


def has_own(table: str, folder: Path | None) -> bool:
    """Tell whether the user's folder replaces a table."""
    return folder is not None and (folder / f"{table}.csv").is_file()


def check_folder(folder: Path) -> None:
    """Refuse a folder of tables that holds none of them.

    Raises
    ------
    EssayError
        The folder is missing or its files go by other names.
    """
    if not folder.is_dir():
        raise EssayError(f"{folder} is not a folder; --words names a folder with tables such as hedges.csv")
    found = [path.stem for path in folder.glob("*.csv")]
    if not set(found) & set(TABLES):
        near = did_you_mean(found[0] if found else "", TABLES)
        raise EssayError(f"{folder} holds no table of words{near}")
