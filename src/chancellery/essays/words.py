"""Words of estimative probability: which range of probability a class of words stands for.

``modality.csv`` beside the claims holds our bands and, side by side, those of Kent (1964, "Words of Estimative
Probability") and Kesselman (2008, "Verbal Probability Expressions in National Intelligence Estimates"). It is
meant to be edited; a claim's own band wins until another list is asked for. Two more columns, ``NAME_low`` and
``NAME_high``, make a list of one's own.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from chancellery.errors import EssayError, did_you_mean
from chancellery.essays.claim import Claim
from chancellery.essays.reading import Claims

OURS = "essays"


class Bands(dict[str, dict[str, tuple[float, float]]]):
    """Class of words to list to band; ``lists`` are the names of all lists, ours first."""

    lists: tuple[str, ...] = (OURS,)


def read_words(path: Path) -> Bands:
    """Read a table of words: class to list to band; a list that does not speak of a class has none there.

    Raises
    ------
    EssayError
        If a column is missing, or a cell is no probability.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
    except FileNotFoundError:
        raise EssayError(
            f"there is no {path.name} in {path.parent}; it says what the words of doubt stand for"
        ) from None
    except UnicodeDecodeError:
        raise EssayError(f"{path.name}: is not UTF-8; save it as UTF-8") from None
    columns = reader.fieldnames or []
    lists = {OURS: ("low", "high")}
    for column in columns:
        name, _, end = str(column).rpartition("_")
        if name and end in ("low", "high"):
            lists[name] = (f"{name}_low", f"{name}_high")
    for column in ("class", *(c for pair in lists.values() for c in pair)):
        if column not in columns:
            raise EssayError(f"{path.name}: has no column '{column}'{did_you_mean(column, columns)}")
    out = Bands()
    out.lists = tuple(lists)
    for number, row in enumerate(rows, 2):
        if row["class"] in out:
            raise EssayError(f"{path.name} line {number}: class '{row['class']}' stands there twice")
        out[row["class"]] = {}
        for name, ends in lists.items():
            if row[ends[0]] or row[ends[1]]:
                out[row["class"]][name] = _band(row, ends, f"{path.name} line {number}")
    return out


def _band(row: dict[str, str], ends: tuple[str, str], where: str) -> tuple[float, float]:
    try:
        low, high = float(row[ends[0]]), float(row[ends[1]])
    except (TypeError, ValueError):
        raise EssayError(f"{where}: {ends[0]} and {ends[1]} have to be two numbers") from None
    if not 0.0 <= low <= high <= 1.0:
        raise EssayError(f"{where}: {low} to {high} is not a range within [0, 1], low first")
    return low, high


def under(claims: Claims, bands: Bands, name: str) -> Claims:
    """The claims as they read under a list of words: ``essays``, ``kent``, ``kesselman`` or one of your own.

    A claim whose class the list does not speak of keeps its band.

    Raises
    ------
    EssayError
        If there is no such list, or a claim's class is not in the table.
    """
    if name not in bands.lists:
        raise EssayError(f"there is no list of words '{name}'{did_you_mean(name, bands.lists)}")
    return replace(claims, claims=tuple(_read_anew(c, bands, name) for c in claims))


def _read_anew(claim: Claim, bands: Bands, name: str) -> Claim:
    if claim.modality is None:
        return claim
    if claim.modality not in bands:
        raise EssayError(
            f"claim {claim.id}: modality '{claim.modality}' is no class of modality.csv{did_you_mean(claim.modality, bands)}"
        )
    band = bands[claim.modality].get(name)
    return claim.model_copy(update={"band": band}) if band else claim
