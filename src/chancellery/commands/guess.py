"""Which reader a file is for, told by its first line; only formats that cannot be mistaken for another."""

from __future__ import annotations

from pathlib import Path

from chancellery.errors import SourceError

# Reader → columns that its files have and no other's do.
MARKS: dict[str, frozenset[str]] = {
    "icews": frozenset({"Event ID", "Event Date", "CAMEO Code", "Source Name", "Target Name"}),
    "polecat": frozenset({"Event ID", "Event Date", "Event Type", "Event Mode", "Actor Name"}),
    "plain": frozenset({"time", "source", "act", "target"}),
    "plover": frozenset({"date", "event", "source", "target"}),
}
GDELT_WIDTHS = (57, 58, 61)
ENDINGS = (".csv", ".tab", ".tsv", ".txt", ".json", ".jsonl")
HEAD = 65_536  # bytes that surely hold the first line


def guess(path: Path) -> str:
    """Name the reader for a file, or for the first of a folder.

    Raises
    ------
    SourceError
        If the file is missing, or does not say what it is; all readers are named.
    """
    from chancellery.sources import READERS, reading

    first = reading.texts(reading.find(path, ENDINGS, "files of text")[:1], ENDINGS)[0]
    with first.open() as handle:
        head = handle.read(HEAD).decode("utf-8", errors="replace")
    found = _by_first_line(head.lstrip("\ufeff"))
    if found is None:
        readers = ", ".join(READERS)
        raise SourceError(f"{path}: its first line does not tell what it is; add --as with one of {readers}")
    return found


def _by_first_line(head: str) -> str | None:
    line = head.lstrip().split("\n", 1)[0].rstrip("\r")
    if line.startswith(("{", "[")):
        keys = {key for key in MARKS["plover"] if f'"{key}"' in head}
        return "plover" if keys == MARKS["plover"] else None
    if "\t" in line:
        if line.count("\t") + 1 in GDELT_WIDTHS and line.split("\t")[0].isdigit():
            return "gdelt"
        columns = _columns(line, "\t")
        return next((name for name in ("icews", "polecat") if columns >= MARKS[name]), None)
    return "plain" if _columns(line, ",") >= MARKS["plain"] else None


def _columns(line: str, separator: str) -> set[str]:
    return {name.strip().strip('"') for name in line.split(separator)}
