"""Opening the files that datasets come in: plain, gzip and zip text, Parquet, damaged or not.

1. `find` lists the files of a dataset under a path, or says what was expected there.
2. `texts` looks into them: a zip archive counts as the text files it holds.
3. `delimited` reads one text in blocks, so that memory does not grow with the file, and gives the
   wanted columns as strings with the 1-based line number; a line with the wrong number of fields is
   marked and not lost.
4. `parquet` does the same for a Parquet table.

Bytes that are not UTF-8 are read as Latin-1, which is what they are in the old news archives.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl

from chancellery.errors import SourceError, did_you_mean

BLOCK = 16_000_000  # bytes of text read at a time
RAW = 400  # characters of a refused line that are kept; the file and line number lead to the rest
MALFORMED = "malformed line"
NULLS = ("", "NA", "None", "NULL", "nan")


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("chancellery-latin", _as_latin)


@dataclass(frozen=True)
class Text:
    """One text to read: a file, or a member of a zip archive."""

    name: str
    path: Path
    member: str | None = None

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open for reading bytes, unpacked."""
        with ExitStack() as opened:
            try:
                if self.member is not None:
                    archive = opened.enter_context(zipfile.ZipFile(self.path))
                    handle = opened.enter_context(archive.open(self.member))
                elif self.path.suffix.lower() == ".gz":
                    handle = opened.enter_context(gzip.open(self.path, "rb"))
                else:
                    handle = opened.enter_context(self.path.open("rb"))
            except (OSError, zipfile.BadZipFile, RuntimeError) as error:
                raise SourceError(f"{self.name} cannot be opened ({error}); fetch it again") from error
            yield handle


def find(path: str | Path, endings: Collection[str], what: str) -> list[Path]:
    """Files of a dataset: the file itself, or those in a folder whose names end as they should.

    Parameters
    ----------
    path
        A file or a folder.
    endings
        Lower-case name endings, without ``.gz`` and ``.zip``, that files in a folder may have.
    what
        What was expected, for the message.

    Raises
    ------
    SourceError
        Nothing is there, or the folder has no such file.
    """
    path = Path(path)
    if path.is_file():
        return [path]
    if not path.exists():
        beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = did_you_mean(path.name, beside) if beside else "; check the path"
        raise SourceError(f"{path} does not exist{hint}")
    found = sorted(entry for entry in path.iterdir() if entry.is_file() and _ends(entry.name, endings))
    if not found:
        raise SourceError(
            f"{path} holds no {what}; it should have files ending in {', '.join(sorted(endings))}"
        )
    return found


def _ends(name: str, endings: Collection[str]) -> bool:
    bare = name.lower()
    if bare.endswith(".zip"):
        return True
    return bare.removesuffix(".gz").endswith(tuple(endings))


def texts(paths: Sequence[Path], endings: Collection[str]) -> list[Text]:
    """The texts in some files; a zip archive counts as the members that end as they should.

    Raises
    ------
    SourceError
        A file is empty, or an archive is damaged or holds no such text.
    """
    found: list[Text] = []
    for path in paths:
        if path.stat().st_size == 0:
            raise SourceError(f"{path.name} is empty; fetch it again or leave it out")
        if path.suffix.lower() != ".zip":
            found.append(Text(path.name, path))
            continue
        try:
            with zipfile.ZipFile(path) as archive:
                names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
        except zipfile.BadZipFile as error:
            raise SourceError(f"{path.name} is not a readable zip archive; fetch it again") from error
        names = sorted(name for name in names if _ends(name, endings) and not name.startswith("__MACOSX"))
        if not names:
            raise SourceError(f"{path.name} holds no file ending in {', '.join(sorted(endings))}")
        bare = [Path(name).name for name in names]
        labels = bare if len(set(bare)) == len(bare) else names
        found += [
            Text(f"{path.name}:{label}" if len(names) > 1 else path.name, path, name)
            for label, name in zip(labels, names)
        ]
    return found


def stamp(path: Path) -> str:
    """SHA-256 of a file as it lies on disk, in hexadecimal."""
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"{path.name} cannot be opened ({error}); check its permissions") from error


def blocks(text: Text, *, encoding_errors: str = "chancellery-latin") -> Iterator[pl.DataFrame]:
    """Lines of a text in blocks: frames with ``row`` (Int64, from 1) and ``line`` (String).

    Empty lines are left out but counted, so that ``row`` stays the line number an editor shows.

    Raises
    ------
    SourceError
        The text is empty, damaged, or no text at all.
    """
    first, rest, empty = 1, b"", True
    with text.open() as handle:
        while block := _read(handle, text.name):
            if first == 1 and not rest:
                block = _headed(block, text.name)
            whole, cut, rest = (rest + block).rpartition(b"\n")
            if cut:
                frame = _lines(whole, first, text.name, encoding_errors)
                first += whole.count(b"\n") + 1
                if frame.height:
                    empty = False
                    yield frame
    if rest.strip():
        yield _lines(rest, first, text.name, encoding_errors)
    elif empty:
        raise SourceError(f"{text.name} is empty; fetch it again or leave it out")


def _read(handle: IO[bytes], name: str) -> bytes:
    try:
        return handle.read(BLOCK)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise SourceError(f"{name} breaks off or is damaged ({error}); fetch it again") from error


def _headed(block: bytes, name: str) -> bytes:
    if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SourceError(f"{name} is encoded in UTF-16; save it as UTF-8")
    if b"\0" in block[:100_000]:
        raise SourceError(f"{name} is not a text file; check that it is the file you meant")
    return block.removeprefix(codecs.BOM_UTF8)


def _lines(whole: bytes, first: int, name: str, encoding_errors: str) -> pl.DataFrame:
    try:
        lines = whole.decode("utf-8", errors=encoding_errors).split("\n")
    except UnicodeDecodeError as error:
        line = first + whole[: error.start].count(b"\n")
        raise SourceError(f"{name} line {line} is not UTF-8; save the file as UTF-8") from error
    frame = pl.DataFrame({"line": pl.Series(lines, dtype=pl.String)})
    return (
        frame.with_columns(
            row=pl.int_range(first, first + len(lines), dtype=pl.Int64),
            line=pl.col("line").str.strip_suffix("\r"),
        )
        .filter(pl.col("line").str.strip_chars() != "")
        .select("row", "line")
    )


def delimited(
    text: Text,
    needs: Sequence[str],
    *,
    also: Sequence[str] = (),
    rename: Mapping[str, str] | None = None,
    separator: str = "\t",
) -> Iterator[pl.DataFrame]:
    """Read a table with a header line in blocks.

    Parameters
    ----------
    text
        What to read.
    needs, also
        Columns that must, and that may, be there; an absent one of ``also`` is given as nulls.
    rename
        Other headings a column goes by: heading in the file → name in ``needs`` or ``also``.
    separator
        One character.

    Yields
    ------
    pl.DataFrame
        ``file``, ``row``, ``reason`` (``malformed line`` or null), ``raw`` and the columns, as strings.

    Raises
    ------
    SourceError
        A needed column is missing; the message names it and the nearest heading.
    """
    places: dict[str, int] = {}
    width = 0
    for frame in blocks(text):
        if not places:
            heading = frame["line"][0].rstrip(separator).split(separator)
            bare = [name.strip().strip('"') for name in heading]
            names = [(rename or {}).get(name, name) for name in bare]
            second = frame["line"][1].rstrip(separator).split(separator) if frame.height > 1 else heading
            names = _without_unfilled(names, len(second))
            require(text.name, names, needs)
            places, width = {name: names.index(name) for name in (*needs, *also) if name in names}, len(names)
            frame = frame.slice(1)
        split = cut(frame, text.name, places, widths=(width,), separator=separator)
        yield split.with_columns(pl.lit(None, pl.String).alias(name) for name in also if name not in places)


def _without_unfilled(names: list[str], fields: int) -> list[str]:
    """Leave out the headings that some published files carry although their rows do not have the columns."""
    filled = [name for name in names if name not in ("Headline", "Event Text", "Feed", "Story ID")]
    return filled if fields == len(filled) else names


def require(file: str, found: Sequence[str], needs: Sequence[str]) -> None:
    """Raise `SourceError` that names the columns of ``needs`` a file lacks and the nearest ones it has."""
    missing = [name for name in needs if name not in found]
    if missing:
        listed = ", ".join(f"'{name}'" for name in missing)
        noun = "column" if len(missing) == 1 else "columns"
        raise SourceError(f"{file} has no {noun} {listed}{did_you_mean(missing[0], found)}")


def cut(
    frame: pl.DataFrame,
    file: str,
    places: Mapping[str, int],
    *,
    widths: Collection[int],
    separator: str = "\t",
) -> pl.DataFrame:
    """Cut lines (``row``, ``line``) into the wanted fields; lines of another width are marked malformed.

    Separators beyond the last field are tolerated: some published files have them on every line.
    """
    width = pl.col("line").str.count_matches(separator, literal=True) + 1
    frame = frame.with_columns(width=width)
    if (frame["width"] > max(widths)).any():
        bare = (
            pl.when(width > max(widths)).then(pl.col("line").str.strip_chars_end(separator)).otherwise("line")
        )
        frame = frame.with_columns(bare.alias("line")).with_columns(width=width)
    parts = [
        part.select("row").hstack(_fields(part["line"], places, part["width"][0], separator))
        for part in frame.filter(pl.col("width").is_in(list(widths))).partition_by("width")
    ]
    known = pl.col("width").is_in(list(widths))
    marked = frame.select(
        pl.lit(file).alias("file"),
        "row",
        pl.when(known).then(None).otherwise(pl.lit(MALFORMED)).alias("reason"),
        pl.col("line").str.slice(0, RAW).alias("raw"),
    )
    empty = pl.DataFrame(schema={"row": pl.Int64, **dict.fromkeys(places, pl.String)})
    return marked.join(pl.concat([empty, *parts]), on="row", how="left", maintain_order="left")


def _fields(lines: pl.Series, places: Mapping[str, int], width: int, separator: str) -> pl.DataFrame:
    """Read the fields at some places of lines of one width; a place beyond the width gives nulls."""
    within = sorted({place for place in places.values() if place < width})
    table = pl.read_csv(
        io.BytesIO("\n".join(lines.to_list()).encode()),
        separator=separator,
        has_header=False,
        quote_char=None,
        infer_schema=False,
        columns=within,
    )
    table.columns = [str(place) for place in within]
    nothing = pl.lit(None, pl.String)
    quoted = lines.str.contains('"', literal=True).any()
    return table.select(
        (_cleaned(pl.col(str(place)), quoted) if place < width else nothing).alias(name)
        for name, place in places.items()
    )


def _cleaned(field: pl.Expr, quoted: bool) -> pl.Expr:
    field = field.str.strip_chars()
    if quoted:
        field = field.str.replace(r'^"(.*)"$', "$1").str.strip_chars()
    return pl.when(field.is_in(NULLS)).then(None).otherwise(field)


def parquet(path: Path, needs: Sequence[str], *, also: Sequence[str] = ()) -> pl.DataFrame:
    """Read columns of a Parquet table, with ``file`` and ``row`` (from 1); absent ones of ``also`` are nulls.

    Raises
    ------
    SourceError
        The file is empty, damaged, or lacks a needed column.
    """
    try:
        found = list(pl.read_parquet_schema(path))
        require(path.name, found, needs)
        frame = pl.read_parquet(path, columns=[name for name in (*needs, *also) if name in found])
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceError(f"{path.name} is not a readable Parquet file; fetch it again") from error
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in also if name not in found)
    row = pl.int_range(1, frame.height + 1, dtype=pl.Int64).alias("row")
    return frame.with_columns(pl.lit(path.name).alias("file"), row)
