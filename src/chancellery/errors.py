"""The errors a user can meet: one base, one branch a stage of the work.

A message is one sentence that names the file, line or field, and the cure.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ChancelleryError(Exception):
    """Base of every error that is the input's doing, not a defect of the program.

    A message stays on one line, whatever the input it repeats holds.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(" ".join(str(message).splitlines()))


class WorldError(ChancelleryError):
    """An actor, act, issue, tie kind or date that the world tables do not know."""


class UnknownActor(WorldError):
    """No actor goes by this name."""


class UnknownAct(WorldError):
    """No act goes by this name."""


class SourceError(ChancelleryError):
    """A raw file cannot be read as the dataset it is said to be."""


class RecordError(ChancelleryError):
    """The store refuses: wrong version, locked, damaged or full."""


class EssayError(ChancelleryError):
    """An essay cannot be opened or read; a claim, a disagreement or a table of words is wrong."""


class EffectError(ChancelleryError):
    """An effect is declared wrongly or fails to compile."""


class ModelError(ChancelleryError):
    """A specification cannot be honoured, or an estimate cannot be had."""


class ScenarioError(ChancelleryError):
    """A scenario, lever or range cannot be applied."""


class CaseError(ChancelleryError):
    """A case folder lacks a file or a row in it is wrong."""


class QuestionError(ChancelleryError):
    """A question cannot be understood or answered from the futures at hand."""


class ScoreError(ChancelleryError):
    """Forecasts cannot be made, frozen or scored: they do not fit what happened, or know of it beforehand."""


class LeakError(ScoreError):
    """A forecast was about to see what came after it."""


class ReportError(ChancelleryError):
    """A page or table cannot be written."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest known word, or the list of known words when none is near.

    Parameters
    ----------
    word
        What was written.
    known
        What would have been understood.
    """
    choices = sorted(set(known))
    folded = {choice.casefold(): choice for choice in choices}
    near = get_close_matches(str(word).casefold(), list(folded), n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{folded[near[0]]}'?"
    shown = ", ".join(choices[:12]) + (", …" if len(choices) > 12 else "")
    return f"; known are: {shown}" if shown else ""
