"""Markdown and HTML as plain text in blocks, with the place of every character in the source kept.

The reader of HTML is a scan from left to right that never goes back and never recurses: deep nesting,
unclosed tags and comments without end cost no more than plain text. Where trafilatura is installed, its
judgement of what is the article decides which blocks are read.
"""

from __future__ import annotations

import html as entities
import logging
import re
from dataclasses import dataclass, field

from chancellery.errors import EssayError
from chancellery.essays.text import LONGEST, Block, Origin, join_origins, plainly

MOST_TAGS = 200_000  # a bomb, no essay
FOR_TRAFILATURA = 20_000  # tags; it builds a tree, and deep ones cost it dearly
_NAME = re.compile(r"/?\s*([a-zA-Z][a-zA-Z0-9]*)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,31});")
_SPACES = re.compile(r"\s+")
_RAW = ("script", "style", "noscript", "template", "svg", "textarea", "title", "iframe", "math")
_ROLES = {
    "nav": "chrome", "footer": "chrome", "header": "", "form": "chrome", "button": "chrome", "aside": "chrome",
    "select": "chrome", "menu": "chrome", "figcaption": "caption", "h1": "heading", "h2": "heading",
    "h3": "heading", "h4": "heading", "h5": "heading", "h6": "heading", "li": "item", "blockquote": "quote",
    "table": "table",
}  # fmt: skip
_BREAKING = (
    "p div section article main body html head ul ol dl dt dd tr td th br hr pre address figure details summary "
    "center"
)
_BREAKS = frozenset(_BREAKING.split()) | set(_ROLES)
_EMPTY = "br hr img input meta link area base col embed source track wbr"
_VOID = frozenset(_EMPTY.split())
_CLUTTER = re.compile(
    r"""(?:class|id|role|aria-label)\s*=\s*["']?[^"'>]*(?<![a-z])(?:nav\w*|menus?|sidebar|related\w*|share\w*|sharing|social|"""
    r"""comments?|respond|disqus\w*|newsletters?|subscri\w+|sign-?up|cookies?|consent|gdpr|ads?|advert\w*|sponsor\w*|promo\w*|"""
    r"""breadcrumbs?|footer|author-?_?(?:bio|box|card|info)|byline|tags?|recommend\w*|most-?_?read|trending|popular|paywall|"""
    r"""popup|modal|dialog|alertdialog|banner|complementary|contentinfo|outbrain|taboola|teaser|toolbar|widget|read-?_?more)"""
    r"""(?![a-z])""",
    re.I,
)
_FOOTNOTE = re.compile(
    r"""(?:class|id|role)\s*=\s*["']?[^"'>]*\b(?:footnotes?|endnotes?|fn\d+|doc-endnotes?)\b""", re.I
)
_PULL = re.compile(r"""class\s*=\s*["']?[^"'>]*\bpull-?quote\b""", re.I)
_HIDDEN = re.compile(r"""\shidden\b|display\s*:\s*none|aria-hidden\s*=\s*["']?true""", re.I)


@dataclass
class _Page:
    """The scan's state: the blocks so far, the pieces of the one at hand, and the roles that hold."""

    pieces: list[tuple[str, int]] = field(default_factory=list)
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    length: int = 0
    start: int = 0

    def words(self, raw: str, source: int) -> None:
        """Add text, its entities decoded and its blanks single."""
        at = 0
        for found in _ENTITY.finditer(raw):
            self._plain(raw[at : found.start()], source + at)
            self._plain(entities.unescape(found[0]), source + found.start())
            at = found.end()
        self._plain(raw[at:], source + at)

    def _plain(self, raw: str, source: int) -> None:
        at = 0
        for gap in _SPACES.finditer(raw):
            self._add(raw[at : gap.start()], source + at)
            if self.length > self.start and not self.pieces[-1][0].endswith(" "):
                self._add(" ", source + gap.start())
            at = gap.end()
        self._add(raw[at:], source + at)

    def _add(self, words: str, source: int) -> None:
        if words:
            self.pieces.append((words, source))
            self.length += len(words)

    def end_block(self, source: int) -> None:
        """Close the block at hand, if it has words."""
        if self.length == self.start:
            return
        roles = [role for _, role in self.open if role]
        bad = [role for role in roles if role not in ("item", "quote", "heading")]
        self.spans.append((self.start, self.length, (bad or roles[-1:] or ["paragraph"])[0]))
        self._add("\n\n", source)
        self.start = self.length


def html(source: str) -> tuple[str, Origin, list[Block]]:
    """Read a page.

    Raises
    ------
    EssayError
        It has more tags than any essay.
    """
    page = _Page()
    tags = _scan(source, page)
    page.end_block(len(source))
    text, origin = join_origins(page.pieces)
    blocks = []
    for start, end, role in page.spans:
        body = text[start:end]
        if body.strip():
            blocks.append(Block(start + len(body) - len(body.lstrip()), start + len(body.rstrip()), role))
    if tags <= FOR_TRAFILATURA:
        blocks = _voted(source, text, blocks)
    return text, origin, blocks


def _scan(source: str, page: _Page) -> int:
    at, tags, end = 0, 0, len(source)
    while at < end:
        if page.length > LONGEST:
            raise EssayError(f"the page holds more than {LONGEST:,} characters of text; save the essay alone")
        opened = source.find("<", at)
        if opened < 0:
            page.words(source[at:], at)
            break
        page.words(source[at:opened], at)
        if source.startswith("<!--", opened):
            closed = source.find("-->", opened)
            at = end if closed < 0 else closed + 3
            continue
        name = _NAME.match(source, opened + 1)
        if name is None and source[opened + 1 : opened + 2] not in ("!", "?"):
            page.words("<", opened)
            at = opened + 1
            continue
        closed = source.find(">", opened)
        at = end if closed < 0 else closed + 1
        if name is None:
            continue
        tags += 1
        if tags > MOST_TAGS:
            raise EssayError(
                f"the page has more than {MOST_TAGS:,} tags, which no essay has; save the essay as plain text"
            )
        at = _tag(source, page, name[1].casefold(), opened, at)
    return tags


def _tag(source: str, page: _Page, name: str, opened: int, at: int) -> int:
    """Act on a tag and return where to go on."""
    closing = source[opened + 1 : opened + 2] == "/"
    tag = source[opened : min(at, opened + 2000)]
    if name in _RAW and not closing and not tag.endswith("/>"):
        shut = re.compile(rf"</{name}\b[^<>]{{0,100}}>", re.I).search(source, at)
        return shut.end() if shut else len(source)
    if name in _BREAKS:
        page.end_block(opened)
    if closing:
        while page.open and any(one == name for one, _ in page.open[-8:]):
            if page.open.pop()[0] == name:
                break
    elif name in _BREAKS and name not in _VOID and len(page.open) < 5000:
        page.open.append((name, _role(name, tag)))
    return at


def _role(name: str, tag: str) -> str:
    if _HIDDEN.search(tag):
        return "chrome"
    if _FOOTNOTE.search(tag):
        return "footnote"
    if _PULL.search(tag):
        return "pull-quote"
    if name not in ("body", "html", "main", "article") and _CLUTTER.search(tag):
        return "chrome"
    return _ROLES.get(name, "")


def _voted(source: str, text: str, blocks: list[Block]) -> list[Block]:
    """Set aside the paragraphs that trafilatura, where it is installed, does not count to the article."""
    try:
        import trafilatura
    except ImportError:
        return blocks
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = trafilatura.extract(source, include_comments=False, include_tables=False, favor_recall=True)
    except Exception:  # its judgement is a help, never a need
        return blocks
    article = plainly(found or "").replace(" ", "")
    kept = [
        b.role != "paragraph" or plainly(text[b.start : b.end]).replace(" ", "") in article for b in blocks
    ]
    if sum(kept) < 0.3 * len(blocks) and len(article) < 0.3 * len(text):
        return blocks  # it lost most of the page: rather too much than too little
    return [b if keep else Block(b.start, b.end, "chrome") for b, keep in zip(blocks, kept)]


_MARKS = re.compile(
    r"!\[(?P<alt>[^\]\n]{0,500})\]\([^)\n]{0,1000}\)|\[(?P<link>[^\]\n]{1,500})\]\([^)\n]{0,1000}\)|(?P<bold>\*{1,3}|__|~~|`+)|"
    r"<[a-zA-Z/][^>\n]{0,500}>"
)
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_FRONT = re.compile(r"\A---\s*\n.{0,20000}?\n---\s*(?:\n|\Z)", re.S)
_LINE = re.compile(
    r"(?P<heading>#{1,6}\s+)|(?P<note>\[\^[\w-]+\]:\s*)|(?P<quote>>\s?)|(?P<item>(?:[-*+]|\d{1,3}[.)])\s+)"
)


def markdown(source: str) -> tuple[str, Origin, list[Block]]:
    """Read Markdown: headings, items, quotes and notes by their marks, links by their words."""
    page = _Page()
    front = _FRONT.match(source)
    at, role, fenced = front.end() if front else 0, "", False
    for line in source[at:].splitlines(keepends=True):
        body = line.strip()
        if _FENCE.match(line):
            fenced = not fenced
        found = _LINE.match(line.lstrip())
        if not body or found or fenced or _is_rule(body):
            page.open = [("", role)]
            page.end_block(at)
            role = ""
        if body and not fenced and not _is_rule(body) and not _FENCE.match(line):
            role = _markdown_role(found, body) or role
            skip = len(line) - len(line.lstrip()) + (found.end() if found and role != "footnote" else 0)
            _inline(page, line[skip:], at + skip)
            if role == "heading":
                page.open = [("", role)]
                page.end_block(at)
                role = ""
        at += len(line)
    page.open = [("", role)]
    page.end_block(at)
    text, origin = join_origins(page.pieces)
    return (
        text,
        origin,
        [Block(a, a + len(text[a:b].rstrip()), r) for a, b, r in page.spans if text[a:b].strip()],
    )


def _is_rule(body: str) -> bool:
    return len(body) >= 3 and set(body) <= set("-*_= ")


def _markdown_role(found: re.Match[str] | None, body: str) -> str:
    if body.startswith("|"):
        return "table"
    if found is None:
        return ""
    names = {"heading": "heading", "note": "footnote", "quote": "quote", "item": "item"}
    return names[found.lastgroup or "item"]


def _inline(page: _Page, line: str, source: int) -> None:
    at = 0
    for found in _MARKS.finditer(line):
        page.words(line[at : found.start()], source + at)
        if found["link"]:
            page.words(found["link"], source + found.start("link"))
        at = found.end()
    page.words(line[at:], source + at)
    page.words(" ", source + len(line))
