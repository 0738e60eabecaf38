"""The small language of the tables of words, compiled to regular expressions.

A pattern is words with blanks between. ``a/b`` is either word, ``...`` up to four words, ``~word`` any form of
a regular verb, with its irregular forms after a stroke (``~lead/led``), ``*ed`` any word with that ending.
Nothing in a table is evaluated.
"""

from __future__ import annotations

import re
from functools import lru_cache

_GAP = r"(?:\s+[\w'’-]+){0,4}?"
_TOKEN = re.compile(r"[\w-]+")
_BEGIN = re.compile(r"[\w-]{1,3}")
_VOWEL = re.compile(r"[aeiou][bdglmnprt]$")


def forms(verb: str) -> tuple[str, ...]:
    """Return the forms of a regular English verb; a doubled consonant is offered beside the single one."""
    if verb.endswith("e"):
        return (verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing")
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return (verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
    plural = f"{verb}es" if verb.endswith(("s", "x", "z", "ch", "sh")) else f"{verb}s"
    out = (verb, plural, f"{verb}ed", f"{verb}ing")
    if _VOWEL.search(verb):
        out += (f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing")
    return out


@lru_cache(maxsize=4096)
def compiled(words: str) -> re.Pattern[str]:
    """Compile one pattern; case does not count."""
    return re.compile(rf"(?<![\w-])(?:{source(words)})(?![\w-])", re.I)


@lru_cache(maxsize=4096)
def keys(words: str) -> frozenset[str]:
    """First letters of what a pattern can begin with; empty where that is any word."""
    first = words.split()[0]
    choices = first.removeprefix("~").split("/")
    if first.startswith("~"):
        choices = [*forms(choices[0]), *choices[1:]]
    if any("*" in choice for choice in choices) or first == "...":
        return frozenset()
    return frozenset(_BEGIN.match(choice)[0].casefold() for choice in choices)  # type: ignore[index]


@lru_cache(maxsize=512)
def begun(text: str) -> frozenset[str]:
    """First letters of the words of a text: only patterns with one of them as a key can be found in it."""
    return frozenset(word[:3].casefold() for word in _TOKEN.findall(text))


def may_hold(text: str, words: str) -> bool:
    """Tell whether a pattern can be found in a text at all; saves searching for most of a table."""
    known = keys(words)
    return not known or not known.isdisjoint(begun(text))


def source(words: str) -> str:
    """Return the regular expression of a pattern, without its borders."""
    out = ""
    for word in words.split():
        if word == "...":
            out += _GAP
            continue
        choices = word.removeprefix("~").split("/")
        if word.startswith("~"):
            choices = [*forms(choices[0]), *choices[1:]]
        body = "|".join(
            re.escape(choice).replace("'", "['’]").replace(r"\*", r"[\w-]+") for choice in choices
        )
        out += (r"\s+" if out else "") + (f"(?:{body})" if len(choices) > 1 else body)
    return out
