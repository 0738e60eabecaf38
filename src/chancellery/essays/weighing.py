"""Weighs the words around an act, where the patterns alone leave it open which act a sentence tells of.

The patterns of ``acts.csv`` are cues beside the words between and behind the parties; ``act_weights.csv`` holds
for each cue and event a weight of a multinomial logit, fitted by ``bench/coder_weights.py`` on the training part
of PLV (github.com/snowood1/Zero-Shot-PLOVER at d2d0b0a). Words with a capital are no cues: who acts must not tell
what is done.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

FOLDED = {"RETREAT": "CONCEDE"}  # told apart by the patterns alone
CONSTANT = "(constant)"
_WORD = re.compile(r"[A-Za-z][\w'’-]*|\d+|[$%]")
_ENDINGS = (("'s", ""), ("’s", ""), ("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""))  # fmt: skip
BEHIND = 5  # words behind the second party that count


def stem(word: str) -> str:
    """Cut a word's ending, so that its forms are one cue."""
    word = word.casefold()
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: len(word) - len(ending)] + instead
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word


def _stems(text: str) -> list[str]:
    """Stems of the words; a number is ``#``, a name ``_``."""
    return [
        "#" if word[0].isdigit() else "_" if word[0].isupper() else stem(word) for word in _WORD.findall(text)
    ]


def cues(
    sentence: str, parties: list[tuple[int, int]], turned: bool, verdict: str, events: Iterable[str]
) -> set[str]:
    """Return what speaks for one event or another.

    Parameters
    ----------
    sentence
        One sentence.
    parties
        Where the parties stand, first and last character, in order; may be empty.
    turned
        Whether the target stands before the source.
    verdict
        What the patterns choose, or ``-``.
    events
        All the patterns find.
    """
    first = parties[0] if parties else (0, 0)
    second = parties[-1] if len(parties) > 1 else (len(sentence), len(sentence))
    amid, behind = _stems(sentence[first[1] : second[0]]), _stems(sentence[second[1] :])
    chain = ["<", *amid, ">", *behind[:4]]
    out = {f"chosen {FOLDED.get(verdict, verdict)}", f"turned {turned}"}
    out |= {f"found {FOLDED.get(event, event)}" for event in events}
    out |= {f"amid {word}" for word in amid} | {f"early {word}" for word in amid[:3]}
    out |= {f"behind {word}" for word in behind[:BEHIND]}
    out |= {f"pair {one} {two}" for one, two in pairwise(chain)}
    return out | {f"word {word}" for word in (*amid, *behind, *_stems(sentence[: first[0]]))}


@lru_cache(maxsize=1)
def _weights() -> tuple[tuple[str, ...], dict[str, tuple[float, ...]]]:
    with files("chancellery.essays").joinpath("data", "act_weights.csv").open(encoding="utf-8") as stream:
        reader = csv.reader(stream)
        events = tuple(next(reader)[1:])
        return events, {row[0]: tuple(float(cell or 0) for cell in row[1:]) for row in reader}


def weighed(found: set[str]) -> str:
    """Return the event for which the cues weigh most."""
    events, table = _weights()
    rows = [table[cue] for cue in sorted({*found, CONSTANT}) if cue in table]
    totals = [sum(column) for column in zip(*rows)]
    return events[totals.index(max(totals))]
