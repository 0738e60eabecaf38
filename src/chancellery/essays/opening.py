"""From a file to plain text and blocks: what it is, how its bytes are written, and what cannot be read.

1. `open_essay` looks at the size and the first bytes, never only at the name.
2. `decode` finds the encoding: byte-order marks, the zeros of UTF-16, UTF-8, what the page declares,
   and Windows-1252 in the end.
3. The form's own reader makes blocks, `clutter` sets aside what is no part of the essay, and the rest is
   cut into sentences. Text that is not English is refused.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from chancellery.errors import EssayError
from chancellery.essays import clutter, language, markup, pdf, sentences
from chancellery.essays.text import LONGEST, PROSE, Block, Essay, Origin

LARGEST = 20_000_000  # bytes of a file; the longest book in plain text has about 6 million
RUN_ON = 3_000  # characters without the end of a sentence
_SUFFIXES = {".html": "html", ".htm": "html", ".xhtml": "html", ".md": "markdown", ".markdown": "markdown"}
_PACKED = {b"PK\x03\x04": "a Word, OpenDocument or zip file", b"\xd0\xcf\x11\xe0": "an old Word file",
           b"{\\rtf": "a rich text file", b"\x1f\x8b": "a gzip file", b"\x89PNG": "a picture",
           b"\xff\xd8\xff": "a picture"}  # fmt: skip
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
          (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))  # fmt: skip
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)  # also turns a terminal's output round
STRAY = 8  # control characters that text may hold, for instance those of a terminal's colours


def open_essay(path: Path | str) -> Essay:
    """Open a text, Markdown, HTML or PDF file as an essay in sentences.

    Raises
    ------
    EssayError
        The file is missing, empty, too large, not text, a scan without text, or not in English.
    """
    path = Path(path)
    data = _bytes(path)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        text, blocks = pdf.read(path)
        form, encoding, origin = "pdf", "", Origin()
    else:
        decoded, encoding = decode(data, path.name)
        form = _form(path, decoded)
        text, origin, blocks = _blocks(form, decoded)
    if len(text) > LONGEST:
        raise EssayError(
            f"{path.name} holds {len(text):,} characters of text, more than the {LONGEST:,} that are read; "
            "cut out the chapter you mean"
        )
    if not text.strip():
        raise EssayError(f"{path.name} holds no text to read; save the essay itself, not the page around it")
    return assemble(path.name, form, encoding, text, origin, blocks)


def assemble(name: str, form: str, encoding: str, text: str, origin: Origin, blocks: list[Block]) -> Essay:
    """Set the clutter aside, see that the language is English, and cut the rest into sentences."""
    kept = [_without_run_on(text, block) for block in clutter.sift(text, blocks)]
    prose = "\n".join(text[b.start : b.end] for b in kept if b.role in PROSE)
    language.check(prose or text, name)
    found = sentences.split(text, kept)
    if not found:
        raise EssayError(f"{name} holds headings and links but no sentences; save the essay as plain text")
    return Essay(name, form, encoding, text, origin, tuple(kept), tuple(found))


def _without_run_on(text: str, block: Block) -> Block:
    """Set aside what has no end of a sentence for pages: a table or data, which would cost time and tell nothing."""
    if block.role not in PROSE or block.end - block.start <= RUN_ON:
        return block
    longest = max(end - start for start, end in sentences.spans(text[block.start : block.end]))
    return replace(block, role="run-on") if longest > RUN_ON else block


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise EssayError(f"{path} is a folder; name one essay in it")
        if not path.is_file():
            raise EssayError(f"{path} is not a file; name a text, Markdown, HTML or PDF file")
        if size > LARGEST:
            raise EssayError(
                f"{path.name} is {size / 1e6:,.0f} MB, more than the {LARGEST / 1e6:,.0f} MB that are read; "
                "save the essay alone"
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise EssayError(
            f"{path} is not there; give the path of a text, Markdown, HTML or PDF file"
        ) from None
    except OSError as error:
        raise EssayError(f"{path} cannot be read ({error.strerror}); see that it is yours to read") from None
    if not data.strip(b"\x00 \t\r\n"):
        raise EssayError(f"{path.name} is empty; save the essay again")
    for start, what in _PACKED.items():
        if data.startswith(start):
            raise EssayError(f"{path.name} is {what}; save the essay as plain text, HTML or PDF")
    return data


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return the text of some bytes and the name of its encoding.

    Raises
    ------
    EssayError
        It is not text.
    """
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if len(_CONTROLS.findall(text[:100_000])) <= max(STRAY, 0.002 * min(len(text), 100_000)):
            return _UNSEEN.sub(" ", text.removeprefix("\ufeff")), encoding.removesuffix("-sig")
    raise EssayError(f"{name} is not text in any encoding we know; save it as UTF-8 text, HTML or PDF")


def _candidates(data: bytes) -> list[str]:
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if marked:
        return [marked]
    head = data[:4000]
    zeros = (head[0::2].count(0), head[1::2].count(0))
    if max(zeros) > len(head) / 5:
        return ["utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"]
    declared = _CHARSET.search(data[:4000])
    named = [declared[1].decode("ascii")] if declared else []
    return ["utf-8", *named, "cp1252", "latin-1"]


def _form(path: Path, decoded: str) -> str:
    if _HTML.match(decoded[:20_000]):
        return "html"
    return _SUFFIXES.get(path.suffix.casefold(), "text")


def _blocks(form: str, decoded: str) -> tuple[str, Origin, list[Block]]:
    if form == "html":
        return markup.html(decoded)
    if form == "markdown":
        return markup.markdown(decoded)
    return decoded, Origin(), sentences.paragraphs(decoded)
