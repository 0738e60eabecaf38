"""What stands on a page and is no part of the essay: site chrome, captions, footnotes, pull quotes, repeats.

Every block keeps its place and gets a role, so that a reader can see what was set aside and why. The rules
know forms, never names: a short line without a full stop, a note's number, a fellow's curriculum vitae.
"""

from __future__ import annotations

import re
from dataclasses import replace

from chancellery.essays.text import PROSE, Block, plainly

# Words of buttons, menus and notices. A short block that is no more than one of these, or begins so, is chrome.
_CHROME = re.compile(
    r"^(?:share(?: this| on| via)?|tweet|print|email|e-mail|comments? (?:are|is) closed|leave a (?:reply|comment)|"
    r"(?:\d+ )?comments?|read (?:more|next|also|full)|more (?:from|on|like)|see also|related|recommended|"
    r"you may also|most (?:read|popular)|trending|latest|subscribe|sign (?:up|in)|log ?in|register|newsletter|"
    r"follow us|advertis|skip to|menu|home|search|contact|about(?: us)?|privacy|terms (?:of|and)|cookie|"
    r"accept (?:all|cookies)|we use cookies|copyright|©|\(c\) |all rights reserved|exit mobile|back to top|"
    r"previous|next|tags?\b|topics?\b|categories|filed under|posted (?:in|on|by)|published|updated|"
    r"last (?:updated|modified)|\d+ min(?:ute)?s? read|download|listen|loading|javascript|support our|donate)"
    r"\b.{0,80}$",
    re.I,
)
_NOTICE = re.compile(
    r"^(?:\W*(?:(?:the )?(?:views|opinions) (?:expressed|and opinions)|disclaimer|this (?:article|essay|piece|post|text|"
    r"commentary) (?:was|is|has been|first|originally|appeared)|(?:first|originally) published|republished|"
    r"reprinted|the (?:author|writer)s? (?:is|are)|editor['’]s note|translated (?:by|from)|"
    r"we (?:use|and our (?:\d+ )?partners) |by (?:clicking|continuing|using this)|you can (?:withdraw|change) (?:your )?consent|"
    r"you have (?:\d+|no|one|two|three) (?:free |remaining )?(?:articles?|stories)|(?:subscribe|sign up|register|log in|join) "
    r"(?:now|today|here|free|for|to|or|\d)|already (?:a subscriber|have an account)|enter your e-?mail|your e-?mail address|"
    r"this (?:content|article|story) is (?:for|only|available)|to continue reading|advertisement\b|sponsored\b|"
    r"(?:support|donate to) (?:our|us)|©|copyright\b|all rights reserved|please enable javascript))",
    re.I,
)
_CAPTION = re.compile(
    r"^\W*(?:photo|image|picture|pic|credit|caption|figure \d|fig\. ?\d|table \d|map \d|graphic|file photo|"
    r"source)s?\b\s*(?:credit|by|courtesy)?\s*[:—–|/]|\((?:photo|image|ap|afp|reuters|getty)\b[^)]*\)\s*$|"
    r"\b(?:getty images|shutterstock|wikimedia commons|afp photo)\b.{0,30}$",
    re.I,
)
_BIO = re.compile(
    r"\b(?:is|was|has (?:been|worked|served|published|contributed|taught|been)|holds|serves?|works?|teaches|"
    r"can be (?:found|reached)|his|her|their)\b.{0,120}\b(?:research (?:assistant|officer|fellow|associate|"
    r"interests?|has|focuses)|fellow\b|(?:associate |assistant )?professor|lecturer|ph\.? ?d\b|m\.? ?phil|"
    r"degrees? (?:in|from)|areas of interest|senior (?:analyst|editor|researcher|associate)|columnist|"
    r"@\w{3,}|twitter|linkedin|visiting scholar|doctoral|academic journals)",
    re.I | re.S,
)
_PERSON = re.compile(
    r"^(?:(?:the author|he|she|they|(?:mr|mrs|ms|dr|prof|professor|amb|ambassador|gen|lt)\.?)\s|"
    r"(?:his|her|their) (?:research|areas|work|interests|latest)|"
    r"(?:[A-Z][\w'’.-]+ ){2,5}(?:is|was|has|holds|serves|works|teaches|writes)\b)",
    re.I,
)
_TAIL = re.compile(
    r"^\W*(?:share|(?:[\d.,]+k? )?comments?(?: \(\d+\))?|"
    r"(?:show|view|post|add|join) (?:all |the |a )?(?:\d+ )?(?:comments?|conversation)|"
    r"comments? (?:are|is) closed|leave a (?:reply|comment)|about the authors?|related\b.{0,40}|(?:you may|you might) also like|"
    r"more (?:from|on|in|like)\b.{0,40}|most (?:read|popular|viewed)\b.{0,30}|read (?:more|next)|up next|references|bibliography|"
    r"works cited|further reading|recommended\b.{0,30}|trending\b.{0,20})\W*$",
    re.I,
)
_NOTES = re.compile(r"^\W*(?:(?:end|foot)?notes|references|sources|bibliography|works cited)\W*$", re.I)
_NOTE = re.compile(r"^(?:\[\^?\d{1,3}\]:?|\d{1,3}[.)\]]?|[*†‡⁰¹²³⁴-⁹]+)\s*(?=\S)")
_CITATION = re.compile(
    r"https?://|www\.|\bibid\b|\bop\. ?cit|\bpp?\. ?\d|\baccessed\b|\bsee\b|\bvol\. ?\d|\bno\. ?\d|\(\d{4}\)|"
    r"[“\"][^”\"]+,[”\"]|, (?:1[89]|20)\d\d\b|\bdoi\b",
    re.I,
)
_DATELINE = re.compile(
    r"^(?:by\s+[A-Z][\w.’'-]+(?:\s+[\w.’'-]+){0,4}|(?:\w+ ){0,2}\d{1,2},? (?:\w+,? )?\d{4}.{0,20})$", re.I
)
_LINKS = re.compile(r"^(?:\W*(?:https?://|www\.)\S+\W*)+$")
_STOP = re.compile(r"[.!?…:;][\"”’')\]]*(?:\[\^?\d{1,3}\]|[⁰¹²³⁴-⁹]+)*$")
SHORT = 14  # words; a line of fewer without a full stop is a heading or a label


def sift(text: str, blocks: list[Block]) -> list[Block]:
    """Give every block its role; the ones that keep a role of `PROSE` are read.

    Parameters
    ----------
    text
        The plain text the blocks are of.
    blocks
        In order. A role that a form's own marks have given already is kept.
    """
    out = [_by_form(text[b.start : b.end], b) for b in blocks]
    out = _notes(text, out)
    out = _after_the_end(text, out)
    return _repeats(text, out)


def _by_form(words: str, block: Block) -> Block:
    if block.role not in PROSE:
        return block
    count = len(words.split())
    if _LINKS.match(words) or (count <= 20 and _CHROME.match(words) and not _ends(words)):
        return replace(block, role="chrome")
    if count <= 4 and _CHROME.match(words.rstrip(".!")):
        return replace(block, role="chrome")
    if count <= 60 and _CAPTION.search(words):
        return replace(block, role="caption")
    if count <= 80 and _NOTICE.match(words):
        return replace(block, role="notice")
    if _PERSON.match(words) and _BIO.search(words):
        return replace(block, role="biography")
    if (
        _NOTE.match(words)
        and _CITATION.search(words)
        and (words[0] in "[*†‡" or count < 60)
        and block.role != "item"
    ):
        return replace(block, role="footnote")
    if count <= 12 and _DATELINE.match(words):
        return replace(block, role="byline")
    if count < SHORT and not _ends(words) and block.role != "quote":
        return replace(block, role="heading")
    return block


def _ends(words: str) -> bool:
    return _STOP.search(words.rstrip()) is not None


def _notes(text: str, blocks: list[Block]) -> list[Block]:
    """Under a heading such as Notes or References, numbered lines and citations are endnotes."""
    out, under = [], False
    for block in blocks:
        words = text[block.start : block.end]
        if _NOTES.match(words):
            under = True
        elif block.role == "heading" and len(words.split()) > 1:
            under = False
        elif under and block.role in PROSE and (_NOTE.match(words) or _CITATION.search(words)):
            block = replace(block, role="footnote")
        out.append(block)
    return out


def _after_the_end(text: str, blocks: list[Block]) -> list[Block]:
    """What follows a closing mark such as Share or About the author, late in the text, is another matter.

    Only where it is at most half of what stands before the mark.
    """
    words = [len(text[b.start : b.end].split()) if b.role in PROSE else 0 for b in blocks]
    for at, block in enumerate(blocks):
        first = text[block.start : block.end].partition("\n")[0]
        if block.role not in PROSE and _TAIL.match(first) and sum(words[:at]) >= 2 * sum(words[at:]) > 0:
            tail = [
                replace(b, role="chrome" if b.role in (*PROSE, "heading") else b.role) for b in blocks[at:]
            ]
            return blocks[:at] + tail
    return blocks


def _repeats(text: str, blocks: list[Block]) -> list[Block]:
    """Mark paragraphs that stand twice, and short ones whose words stand in a longer paragraph."""
    folded = [plainly(text[b.start : b.end]) if b.role in PROSE else "" for b in blocks]
    seen: set[str] = set()
    whole = "\n".join(sorted({f for f in folded if f}, key=len, reverse=True))
    out = []
    for block, words in zip(blocks, folded):
        if words and words in seen:
            block = replace(block, role="duplicate")
        elif words and len(words.split()) >= 5:
            seen.add(words)
            bare = words.strip("\"' .…")
            if len(bare) < 600 and (whole.count(bare) > 1 or _loosely(words, folded)):
                block = replace(block, role="pull-quote")
        out.append(block)
    return out


def _loosely(words: str, folded: list[str]) -> bool:
    """Tell a pull quote that was shortened: it begins with dots, or nearly all its runs stand in one paragraph."""
    tokens = words.split()
    if not words.startswith(("...", "…", '"...', '"…')) or len(tokens) > 80:
        return False
    runs = {" ".join(tokens[i : i + 4]) for i in range(1, len(tokens) - 4)}
    others = [f for f in folded if f and f != words]
    return any(sum(run in other for run in runs) >= 0.6 * len(runs) for other in others) if runs else False
