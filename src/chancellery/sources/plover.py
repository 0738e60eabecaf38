"""PLOVER records in JSON: one object a line, or one array of objects.

A record has ``date``, ``event``, perhaps ``mode`` and ``context``, and lists of ``source`` and ``target``
actors with ``code`` (ISO 3166-1 alpha-3), ``sector`` and ``actorText``. A record is one event for each pair
of a source and a target; where the target is left out and there are several sources, the event is mutual
(they met, they signed) and each is a source towards each other.

Source: Open Event Data Alliance, PLOVER: Political Language Ontology for Verifiable Event Records, draft 0.8,
2021.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import permutations, product
from pathlib import Path
from typing import Any

import polars as pl

from chancellery import world
from chancellery.errors import SourceError, WorldError
from chancellery.sources import reading, sifting
from chancellery.sources.harvest import Harvest

_ENDINGS = (".jsonl", ".ndjson", ".json", ".txt")
_BATCH = 50_000
_SIDES = {"source": ("source_name", "source_code"), "target": ("target_name", "target_code")}
# Event types of earlier drafts under another name than in draft 0.8.
_RENAMED = {"FIGHT": "ASSAULT"}
NO_EVENT = "record has no event"
NOT_JSON = "not JSON"
NOT_BETWEEN_STATES = "crime, not an act between states"
_RECORD = {
    "file": pl.String,
    "row": pl.Int64,
    "reason": pl.String,
    "raw": pl.String,
    "id": pl.String,
    "time": pl.String,
    "event": pl.String,
    "mode": pl.String,
    "context": pl.String,
    "weight": pl.Float64,
    "source_name": pl.String,
    "source_code": pl.String,
    "target_name": pl.String,
    "target_code": pl.String,
}


def plover(path: str | Path, *, dataset: str | None = None) -> Harvest:
    """Read PLOVER records.

    Parameters
    ----------
    path
        A file of JSON lines or one JSON array (also ``.gz``, ``.zip``), or a folder of them.
    dataset
        Name for the rows, by default ``plover``.

    Returns
    -------
    Harvest
        ``row`` is the line of a JSON-lines file, the position of the record in an array. Records of type
        DOCUMENT, which describe the file, are refused as such.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or an array that is not JSON.
    """
    texts = reading.texts(reading.find(path, _ENDINGS, "PLOVER records"), _ENDINGS)
    stamps = {text.name: reading.stamp(text.path) for text in texts}
    return sifting.gather(dataset or "plover", _reports(texts), stamps)


def add_act(reports: pl.DataFrame) -> pl.DataFrame:
    """Turn ``event``, ``mode``, ``context`` into ``code``, ``act``, ``issue``; fill ``weight`` where null.

    Of several contexts (separated by comma, semicolon or bar) the first that names an issue counts. An event
    type that is unknown, or is a crime and no act between states, is refused.
    """
    keys = ["event", "mode", "context"]
    distinct = reports.select(keys).unique(maintain_order=True)
    found = [_act_of(*key) for key in distinct.iter_rows()]
    schema = {"code": pl.String, "act": pl.String, "issue": pl.String, "usual": pl.Float64, "why": pl.String}
    table = distinct.hstack(pl.DataFrame(found, schema=schema, orient="row"))
    return (
        reports.join(table, on=keys, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            weight=pl.coalesce(pl.col("weight").fill_nan(None), "usual"), reason=pl.coalesce("reason", "why")
        )
        .drop(*keys, "usual", "why")
    )


def _act_of(event: str | None, mode: str | None, context: str | None) -> tuple:
    """Find (code, act, issue, usual weight, why refused)."""
    if event is None:
        return "", None, "general", None, sifting.NO_ACT
    code = f"{event}/{mode}" if mode else event
    try:
        act, issue = world.plover(_RENAMED.get(event.upper(), event), mode, (context or "").replace("|", ";"))
    except WorldError:
        return code, None, "general", None, sifting.NO_ACT
    if act is None:
        return code, None, issue, None, NOT_BETWEEN_STATES
    return code, act, issue, world.act(act).weight, None


def _reports(texts: list[reading.Text]) -> Iterator[pl.DataFrame]:
    for text in texts:
        rows: list[tuple] = []
        for row, raw, record in _records(text):
            rows += _pairs(text.name, row, raw, record)
            if len(rows) >= _BATCH:
                yield _block(rows)
                rows = []
        yield _block(rows)


def _block(rows: list[tuple]) -> pl.DataFrame:
    block = pl.DataFrame(rows, schema=_RECORD, orient="row")
    block = block.with_columns(time=sifting.day(pl.col("time").str.slice(0, 10)))
    sides = sifting.sides(block, _SIDES, named=("name", "icews"), placed=("iso3", "name", "cameo"))
    return add_act(block.with_columns(**sides).drop("source_code", "target_code"))


def _records(text: reading.Text) -> Iterator[tuple[int, str, Any]]:
    """Yield (row, raw text, record); a line that is not JSON gives None as its record."""
    first = True
    for block in reading.blocks(text):
        if first and block["line"][0].lstrip().startswith("["):
            yield from _array(text)
            return
        first = False
        for row, line in block.iter_rows():
            try:
                yield row, line, json.loads(line)
            except json.JSONDecodeError:
                yield row, line, None


def _array(text: reading.Text) -> Iterator[tuple[int, str, Any]]:
    whole = "\n".join(line for block in reading.blocks(text) for line in block["line"].to_list())
    try:
        records = json.loads(whole)
    except json.JSONDecodeError as error:
        raise SourceError(
            f"{text.name} is not a JSON array: {error}; write one JSON object a line"
        ) from error
    for row, record in enumerate(records, start=1):
        yield row, json.dumps(record, ensure_ascii=False)[: reading.RAW], record


def _pairs(file: str, row: int, raw: str, record: Any) -> Iterator[tuple]:
    raw = raw[: reading.RAW]
    refused = (None,) * (len(_RECORD) - 4)
    if not isinstance(record, dict):
        yield file, row, NOT_JSON, raw, *refused
        return
    if not record.get("event") or record["event"] == "DOCUMENT":
        yield file, row, NO_EVENT, raw, *refused
        return
    event, mode = str(record["event"]).strip(), _word(record.get("mode"))
    weight = record.get("intensity", record.get("goldstein"))
    weight = float(weight) if isinstance(weight, int | float) else None
    about = (
        _word(record.get("id")),
        _word(record.get("date")),
        event,
        mode,
        _word(record.get("context")),
        weight,
    )
    for source, target in _sides(record):
        yield file, row, None, raw, *about, *source, *target


def _sides(record: dict) -> list[tuple[tuple, tuple]]:
    sources, targets = _actors(record.get("source")), _actors(record.get("target"))
    if not targets and len(sources) > 1:
        return list(permutations(sources, 2))
    nobody = [(None, None)]
    return list(product(sources or nobody, targets or nobody))


def _actors(side: Any) -> list[tuple[str | None, str | None]]:
    """List (name, code) of the actors of one side, written as a list, one object, or a bare code."""
    entries = side if isinstance(side, list) else [side]
    found: list[tuple[str | None, str | None]] = []
    for entry in entries:
        if isinstance(entry, dict):
            code = _word(entry.get("code")) or _word(entry.get("country"))
            found.append((_word(entry.get("actorText")) or _word(entry.get("name")) or code, code))
        elif _word(entry):
            found.append((_word(entry), _word(entry)))
    return [actor for actor in found if actor != (None, None)]


def _word(value: Any) -> str | None:
    """Read a field that may be missing, empty, the word None, or a list."""
    if isinstance(value, list):
        value = "; ".join(str(part) for part in value)
    word = "" if value is None else str(value).strip()
    return None if word in reading.NULLS else word
