"""An essay as blocks and sentences that know where they stand in the file they came from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

LONGEST = 1_000_000  # characters of text that are read; the longest novel in one volume has about 3 million
PROSE = ("paragraph", "item", "quote")
_SPACE = re.compile(r"\s+")
_HYPHENATED = re.compile(r"(?<=[a-z])-\s*\n\s*(?=[a-z])")
_NOTE_MARKS = re.compile(r"\[\^?\d{1,3}\]|(?<=[\w.,;:”\"'’)])[⁰¹²³⁴-⁹]+")


@dataclass(frozen=True)
class Origin:
    """Where each character of a plain text stood in its source.

    Attributes
    ----------
    starts, sources
        Position of each run of characters in the plain text, ascending, and of the same run in the source.
    """

    starts: tuple[int, ...] = (0,)
    sources: tuple[int, ...] = (0,)

    def at(self, position: int) -> int:
        """Return the position in the source of a character of the plain text."""
        run = max(bisect_right(self.starts, position) - 1, 0)
        return self.sources[run] + position - self.starts[run]


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item or other piece that stands by itself.

    Attributes
    ----------
    start, end
        Its place in the plain text.
    role
        What it is: one of `PROSE`, ``heading``, or a reason why it is not read.
    """

    start: int
    end: int
    role: str = "paragraph"


@dataclass(frozen=True)
class Sentence:
    """A sentence and its place.

    Attributes
    ----------
    text
        Its words with single blanks, without marks of notes.
    paragraph, number
        Counted from 1: the paragraph among those that are read, and the sentence within it.
    start, end
        Offsets of its characters in the plain text; `Essay.place` gives those in the file.
    """

    text: str
    paragraph: int
    number: int
    start: int
    end: int


@dataclass(frozen=True)
class Essay:
    """A text that has been opened, its clutter set aside, and cut into sentences.

    Attributes
    ----------
    name, form
        Name of the file, and ``text``, ``markdown``, ``html`` or ``pdf``.
    encoding
        How its bytes were read; empty for PDF.
    text
        The plain text. For a text file it is the file, character by character.
    origin
        From the plain text to the decoded file. A PDF has no such place: there the offsets are those of
        the plain text.
    """

    name: str
    form: str
    encoding: str
    text: str
    origin: Origin
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]

    def place(self, sentence: Sentence) -> tuple[int, int]:
        """Return where a sentence begins and ends in the decoded file, counted in characters."""
        return self.origin.at(sentence.start), self.origin.at(sentence.end - 1) + 1

    def holds(self, quotation: str) -> bool:
        """Tell whether words stand in the text, whatever the blanks, quotation marks and case."""
        wanted = plainly(quotation)
        return bool(wanted) and wanted in plainly(self.text)

    def aside(self) -> dict[str, int]:
        """Count the blocks that are not read, by reason."""
        out: dict[str, int] = {}
        for block in self.blocks:
            if block.role not in PROSE:
                out[block.role] = out.get(block.role, 0) + 1
        return out


def fold(raw: str) -> str:
    """Return words with single blanks, hyphenation at line ends undone and marks of notes taken out."""
    return _SPACE.sub(" ", _NOTE_MARKS.sub("", _HYPHENATED.sub("", raw))).strip()


def plainly(raw: str) -> str:
    """Fold what may differ between a text and a quotation from it: blanks, quotation marks, dashes, case."""
    out = fold(raw).casefold()
    for marks, plain in (("‘’`´", "'"), ("“”«»„", '"'), ("–—‑", "-")):
        for mark in marks:
            out = out.replace(mark, plain)
    return out


def join_origins(pieces: Sequence[tuple[str, int]]) -> tuple[str, Origin]:
    """Join runs of text, each with its position in the source."""
    starts, sources, at = [], [], 0
    for words, source in pieces:
        if words:
            starts.append(at)
            sources.append(source)
            at += len(words)
    return "".join(words for words, _ in pieces), Origin(tuple(starts) or (0,), tuple(sources) or (0,))
