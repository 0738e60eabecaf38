"""The text of a PDF, page by page, with running heads and page numbers set aside.

pypdf is an optional part; a scan has pictures of text and no text, which is said and not guessed at.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from pathlib import Path

from chancellery.errors import EssayError
from chancellery.essays.sentences import paragraphs
from chancellery.essays.text import LONGEST, Block

PAGES = 400
SCAN = 40  # characters a page; fewer is what a scanner's own stamp leaves
_DIGITS = re.compile(r"\d+")
_PAGE = re.compile(r"^\W*(?:page )?\d{1,4}(?: of \d{1,4})?\W*$", re.I)


def read(path: Path) -> tuple[str, list[Block]]:
    """Return the text of a PDF and its paragraphs.

    Raises
    ------
    EssayError
        pypdf is not installed, or the file is damaged, locked, too long or a scan.
    """
    try:
        import pypdf
    except ImportError:
        raise EssayError(
            f"{path.name} is a PDF, which needs an optional part: pip install 'chancellery[essays]', "
            "or save the essay as text"
        ) from None
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        pages = _pages(pypdf.PdfReader(path), path.name)
    except EssayError:
        raise
    except Exception as error:  # a damaged PDF can fail anywhere in pypdf, also by recursion
        raise EssayError(
            f"{path.name} is a damaged PDF ({type(error).__name__}); print it to a new PDF or save it as text"
        ) from None
    if sum(len(page.strip()) for page in pages) < SCAN * max(len(pages), 1):
        raise EssayError(
            f"{path.name} has no text in its {len(pages)} page{'s' * (len(pages) != 1)}: it is a scan; "
            "run it through text recognition (OCR) first"
        )
    text = "\n\n".join(_without_heads(pages))
    return text, paragraphs(text, wrapped=True)


def _pages(reader, name: str) -> list[str]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise EssayError(f"{name} is locked with a password; save an unlocked copy")
    if len(reader.pages) > PAGES:
        raise EssayError(
            f"{name} has {len(reader.pages)} pages, more than the {PAGES} that are read; cut out the essay"
        )
    out, total = [], 0
    for page in reader.pages:
        out.append(page.extract_text() or "")
        total += len(out[-1])
        if total > LONGEST:
            raise EssayError(f"{name} unpacks to more than {LONGEST:,} characters; cut out the essay")
    return out


def _without_heads(pages: list[str]) -> list[str]:
    """Drop page numbers, and first and last lines that most pages share but for their digits."""
    lines = [page.splitlines() for page in pages]
    edges = Counter(
        _DIGITS.sub("#", line.strip())
        for page in lines
        for line in {page[0], page[-1]} if page and line.strip()
    )  # fmt: skip
    running = {line for line, count in edges.items() if len(pages) >= 3 and count > len(pages) / 2}
    return [
        "\n".join(x for x in page if not _PAGE.match(x) and _DIGITS.sub("#", x.strip()) not in running)
        for page in lines
    ]
