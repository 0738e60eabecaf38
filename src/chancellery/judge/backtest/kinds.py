"""What is asked: counts of every act between every pair, did-it-happen questions, and who comes next.

A kind of question is a list of acts or of CAMEO codes and whether it has a direction. Kinds with codes read what
the record stores beside the act; a record coded without CAMEO codes has none of them, which is told as "not
covered" instead of scoring a question that cannot come true.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chancellery import world


@dataclass(frozen=True)
class Kind:
    """One kind of did-it-happen question.

    Attributes
    ----------
    name, says
        Its name, and a sentence with ``{source}`` and ``{target}`` that holds when it came true.
    acts
        Acts it concerns: whose rates the model gives.
    codes
        CAMEO codes that count, with all codes below them; empty where every event of the acts counts.
    directed
        Whether source and target are told apart; otherwise either may have acted.
    """

    name: str
    says: str
    acts: tuple[str, ...]
    codes: tuple[str, ...] = ()
    directed: bool = True

    def counts(self, code: str) -> bool:
        """Whether an event with this code, of one of the acts, counts."""
        return not self.codes or code.startswith(self.codes)


KINDS = (
    Kind("talks", "{source} and {target} talk, visit or negotiate", ("consult",), directed=False),
    Kind(
        "visit", "an official of {source} or {target} visits the other", ("consult",), ("042", "043"), False
    ),
    Kind("agreement", "{source} and {target} sign an agreement", ("agree",), ("057",), False),
    Kind("sanctions", "{source} sanctions or reduces relations with {target}", ("sanction",)),
    Kind("military aid", "{source} gives military aid to {target}", ("aid",), ("072",)),
    Kind(
        "military cooperation",
        "{source} and {target} cooperate militarily",
        ("cooperate-military",),
        directed=False,
    ),
    Kind("threat", "{source} threatens {target}", ("threaten",)),
    Kind("fight", "{source} uses force against {target}", ("fight",)),
)


def series() -> tuple[str, ...]:
    """Names of everything that is counted: the acts, then the kinds of question."""
    return (*(a.name for a in world.acts()), *(k.name for k in KINDS))


def place_of(kind: Kind) -> int:
    """Place of a kind's own series."""
    return len(world.acts()) + KINDS.index(kind)


def askable(kind: Kind, n: int) -> np.ndarray:
    """(n, n) pairs a question of this kind can be put about: i ≠ j, and i < j without direction."""
    every = ~np.eye(n, dtype=bool)
    return every if kind.directed else np.triu(every)
