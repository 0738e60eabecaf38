"""From plain text to paragraphs, and from paragraphs to sentences, each with its offsets."""

from __future__ import annotations

import re
from itertools import pairwise

from chancellery.essays.text import PROSE, Block, Sentence, fold

_LINE = re.compile(r"[^\r\n\f\v\x85\u2028\u2029]+")
_BLANK = re.compile(r"(?:[ \t\xa0]*(?:\r\n|\n|\r|\f)){2,}")
_END = re.compile(r"[.!?…]['\"”’)\]]*$")
# After a full stop with its closing marks: a blank and something a sentence can begin with, or a letter
# where the blank was forgotten ("Russia.Reaching").
_BREAK = re.compile(
    r"(?P<stop>[.!?…]+)(?P<close>[\"”’')\]]*(?:\[\^?\d{1,3}\]|[⁰¹²³⁴-⁹]+)*)"
    r"(?:(?P<gap>\s+)(?=[\"“‘'(\[]*[A-Z0-9À-Þ])|(?=[A-Z][a-z]+\s)(?<=[a-z]{3}[.!?])|(?<=[.!?”])(?=\s*$))"
)
_SHORT_FORMS = (
    "mr mrs ms dr prof sr jr st gen col lt sgt capt adm maj rep sen gov pres hon rev fr vs etc e.g i.e eg ie cf "
    "no nos vol pp ed eds al approx inc ltd co corp jan feb mar apr jun jul aug sep sept oct nov dec fig art sec "
    "op cit ibid"
)
_ABBREVIATIONS = frozenset(_SHORT_FORMS.split())
_LAST_WORD = re.compile(r"([A-Za-z][A-Za-z.]*)$")


def paragraphs(text: str, wrapped: bool | None = None) -> list[Block]:
    """Cut plain text into paragraphs.

    Lines of a text that was wrapped by hand belong together up to the next blank line, or up to a line that is
    short and ends a sentence; otherwise every line is a paragraph.

    Parameters
    ----------
    text
        The plain text.
    wrapped
        Whether its lines are wrapped; by default that is told from the lines.
    """
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text) if m[0].strip()]
    if not (_is_wrapped(text, lines) if wrapped is None else wrapped):
        return [_trimmed(text, start, end) for start, end in lines]
    widths = sorted(end - start for start, end in lines)
    width = widths[len(widths) * 3 // 4] if widths else 0
    out, begin = [], None
    for at, (start, end) in enumerate(lines):
        begin = start if begin is None else begin
        following = lines[at + 1][0] if at + 1 < len(lines) else None
        short = end - start < 0.75 * width and _END.search(text[start:end].rstrip())
        if following is None or short or _BLANK.match(text, end, following):
            out.append(_trimmed(text, begin, end))
            begin = None
    return out


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """Tell whether most lines that another follows at once break off in the middle of a sentence."""
    followed = [
        text[a:b].rstrip() for (a, b), (c, _) in pairwise(lines)
        if text[a:b].strip() and text[b:c].count("\n") <= 1 and text[c : c + 1].strip()
    ]  # fmt: skip
    broken = [line for line in followed if 40 <= len(line) <= 130 and not _END.search(line)]
    return len(broken) > len(followed) / 2 and len(broken) > 1


def _trimmed(text: str, start: int, end: int, role: str = "paragraph") -> Block:
    body = text[start:end]
    return Block(start + len(body) - len(body.lstrip()), end - len(body) + len(body.rstrip()), role)


def split(text: str, blocks: list[Block]) -> list[Sentence]:
    """Cut the blocks that are prose into sentences."""
    out, paragraph = [], 0
    for block in blocks:
        if block.role not in PROSE:
            continue
        paragraph += 1
        number = 0
        for start, end in spans(text[block.start : block.end]):
            words = fold(text[block.start + start : block.start + end])
            if any(char.isalnum() for char in words):
                number += 1
                out.append(Sentence(words, paragraph, number, block.start + start, block.start + end))
    return out


def spans(body: str) -> list[tuple[int, int]]:
    """Return where each sentence of a paragraph begins and ends."""
    out, start = [], 0
    for found in _BREAK.finditer(body):
        if found["gap"] and not _is_end(body, found):
            continue
        end = found.end("close")
        out.append((start, end))
        start = found.end()
    out.append((start, len(body)))
    trimmed = ((a + len(body[a:b]) - len(body[a:b].lstrip()), a + len(body[a:b].rstrip())) for a, b in out)
    return [(a, b) for a, b in trimmed if a < b]


def _is_end(body: str, found: re.Match[str]) -> bool:
    """Tell a full stop from the dot of an abbreviation or an initial."""
    if found["stop"] != ".":
        return not (found["stop"].startswith(("…", "..")) and found.start() == 0)
    before = _LAST_WORD.search(body, max(0, found.start() - 30), found.start())
    if before is None:
        return True
    word = before[1].casefold().rstrip(".")
    if word in _ABBREVIATIONS:
        return False
    initial = len(word) == 1 and word not in ("i",)
    dotted = re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", before[1]) is not None
    following = body[found.end() :].lstrip("\"“‘'([")
    if dotted:  # "the U.S. The" ends, "the U.S. Congress" does not
        return (
            re.match(
                r"(?:The|This|These|It|In|But|However|A|An|If|As|He|She|They|We|That|While)\b", following
            )
            is not None
        )
    return not initial
