"""Conditions: the small language in which if-then levers and questions speak of futures.

======================================================  ==========================================
form                                                    true when
======================================================  ==========================================
``PAK and RUS agree on energy``                         either does the act to the other
``USA sanctions RUS``                                   the first does the act to the second
``IND and PAK conflict``                                any act of a class or side between the two
``PAK and RUS cooperate``
``sanctions by USA on RUS end`` (``start``)             the tie ceases (begins) to hold
``war between RUS and UKR ends``, ``… cease fire``
``hedging of PAK``, ``initiative of RUS towards PAK``   an index (quantity, no event)
======================================================  ==========================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from chancellery import world
from chancellery.errors import ChancelleryError, ScenarioError, did_you_mean
from chancellery.model.holdings import DIRECT

WORDS = {
    "consult": ("consult", "meet", "visit"),
    "support": ("support", "supports", "endorse"),
    "agree": ("agree", "sign"),
    "cooperate-economic": ("trade", "cooperate economically"),
    "cooperate-military": ("cooperate militarily", "exercise"),
    "aid": ("aid", "help"),
    "concede": ("concede", "yield", "ease"),
    "demand": ("demand",),
    "accuse": ("accuse", "reject"),
    "threaten": ("threaten",),
    "protest": ("protest",),
    "sanction": ("sanction",),
    "coerce": ("coerce",),
    "fight": ("fight", "attack"),
}
GROUPS = {
    "cooperate": ("verbal-cooperation", "material-cooperation"),
    "conflict": ("verbal-conflict", "material-conflict"),
    "quarrel": ("verbal-conflict",),
    "cooperate materially": ("material-cooperation",),
    "clash": ("material-conflict",),
}
INDICES = {
    "hedging": 1,
    "initiative": 2,
    "alignment": 2,
    "concentration": 1,
    "conflict share": 2,
    "volume": 1,
}


@dataclass(frozen=True)
class Happens:
    """An act, or any of a group of acts, from source to target (either way if mutual)."""

    text: str
    source: str
    target: str
    acts: tuple[str, ...]
    issue: str | None
    mutual: bool

    def mask(self, actors: tuple[str, ...]) -> np.ndarray:
        """(K, n, n) true on the cells that count."""
        names = [a.name for a in world.acts()]
        out = np.zeros((len(names), len(actors), len(actors)), dtype=bool)
        i, j = actors.index(self.source), actors.index(self.target)
        for act in self.acts:
            out[names.index(act), i, j] = True
            if self.mutual:
                out[names.index(act), j, i] = True
        return out

    def happens(self, counts: np.ndarray, actors: tuple[str, ...]) -> bool:
        """Whether any of it happened among the counts (K, n, n) of a step."""
        return bool(counts[self.mask(actors)].sum() > 0)


@dataclass(frozen=True)
class TieChanges:
    """A tie begins or ceases to hold."""

    text: str
    kind: str
    source: str
    target: str
    begins: bool

    def holds(self, tie: np.ndarray, actors: tuple[str, ...]) -> bool:
        """Whether the tie stands as the condition wants it: present after it began, absent after it ended."""
        value = tie[DIRECT[self.kind], actors.index(self.source), actors.index(self.target)]
        return bool(value > 0.0) == self.begins


@dataclass(frozen=True)
class Quantity:
    """An index of one actor, or of one towards another; it has a value, not a date."""

    text: str
    index: str
    source: str
    target: str | None
    issue: str | None = None


Condition = Happens | TieChanges | Quantity


def parse(text: str, actors: tuple[str, ...]) -> Condition:
    """Read a condition.

    Raises
    ------
    ScenarioError
        With the part that is not understood, and the nearest known actor, act or form.
    """
    phrase = re.sub(r"\s+", " ", text.strip().rstrip("."))
    for read in (_cease_fire, _tie, _index, _event):
        found = read(phrase, actors)
        if found is not None:
            return found
    raise ScenarioError(
        f"'{text}' is not understood; say it like 'PAK and RUS agree on energy', 'USA sanctions RUS', "
        "'sanctions by USA on RUS end', 'war between RUS and UKR ends' or 'hedging of PAK'"
    )


def actor_in_play(name: str, actors: tuple[str, ...]) -> str:
    """Id of an actor in play.

    Raises
    ------
    ScenarioError
        If nobody is called so, or the actor is not in play.
    """
    try:
        found = world.actor(name).id
    except ChancelleryError as error:
        raise ScenarioError(str(error)) from None
    if found not in actors:
        raise ScenarioError(f"actor '{found}' is not in play in this case{did_you_mean(found, actors)}")
    return found


def _cease_fire(phrase: str, actors: tuple[str, ...]) -> Condition | None:
    m = re.fullmatch(r"(?P<a>.+?) and (?P<b>.+?) cease fire", phrase)
    if m is None:
        return None
    return TieChanges(phrase, "war", actor_in_play(m["a"], actors), actor_in_play(m["b"], actors), False)


def _tie(phrase: str, actors: tuple[str, ...]) -> Condition | None:
    m = re.fullmatch(
        r"(?P<kind>[a-z-]+) (?:by|of|between) (?P<a>.+?) (?:on|with|and|to) (?P<b>.+?) (?P<verb>ends?|starts?|begins?|holds?)",
        phrase,
    )
    if m is None:
        return None
    if m["kind"] not in DIRECT:
        raise ScenarioError(
            f"'{m['kind']}' is no kind of tie the model holds{did_you_mean(m['kind'], DIRECT)}"
        )
    begins = not m["verb"].startswith("end")
    return TieChanges(phrase, m["kind"], actor_in_play(m["a"], actors), actor_in_play(m["b"], actors), begins)


def _index(phrase: str, actors: tuple[str, ...]) -> Condition | None:
    m = re.fullmatch(
        r"(?P<index>[a-z ]+?) (?:of|between) (?P<a>\S+)(?: (?:towards|with|and) (?P<b>\S+))?(?: on (?P<issue>[a-z-]+))?"
        r"(?: (?:rises|falls))?",
        phrase,
    )
    if m is None or (m["index"] not in INDICES and len(m["index"].split()) > 2):
        return None
    if m["index"] not in INDICES:
        raise ScenarioError(f"'{m['index']}' is no index{did_you_mean(m['index'], INDICES)}")
    wanted = INDICES[m["index"]]
    if (m["b"] is not None) != (wanted == 2):
        form = f"{m['index']} of A towards B" if wanted == 2 else f"{m['index']} of A"
        raise ScenarioError(f"'{phrase}': say '{form}'")
    target = actor_in_play(m["b"], actors) if m["b"] else None
    return Quantity(phrase, m["index"], actor_in_play(m["a"], actors), target, _issue(m["issue"]))


def _issue(name: str | None) -> str | None:
    if name is not None and name not in world.ISSUES:
        raise ScenarioError(f"issue '{name}' is not known{did_you_mean(name, world.ISSUES)}")
    return name


def _event(phrase: str, actors: tuple[str, ...]) -> Condition | None:
    body, _, issue = phrase.partition(" on ")
    m = re.fullmatch(r"(?P<a>\S+) and (?P<b>\S+) (?P<verb>.+)", body)
    if m is not None:
        acts = _acts(m["verb"].removesuffix(" materially") if m["verb"] not in GROUPS else m["verb"])
        ends = actor_in_play(m["a"], actors), actor_in_play(m["b"], actors)
        return Happens(phrase, *ends, acts, _issue(issue or None), True)
    m = re.fullmatch(r"(?P<a>\S+) (?P<verb>[a-z -]+?) (?:with |against |to )?(?P<b>\S+)", body)
    if m is None:
        return None
    acts = _acts(m["verb"])
    return Happens(
        phrase,
        actor_in_play(m["a"], actors),
        actor_in_play(m["b"], actors),
        acts,
        _issue(issue or None),
        False,
    )


def _acts(verb: str) -> tuple[str, ...]:
    stems = {verb, verb.removesuffix("s"), verb.removesuffix("es")}
    for group, classes in GROUPS.items():
        if group in stems or (" " in group and verb.replace("cooperates", "cooperate") == group):
            return tuple(a.name for a in world.acts() if a.klass in classes)
    for act, words in WORDS.items():
        if stems & {act, *words}:
            return (act,)
    raise ScenarioError(f"'{verb}' is no act{did_you_mean(verb, [*WORDS, *GROUPS])}")


def tie_index(kind: str) -> int:
    """Place of a tie kind in the state's array.

    Raises
    ------
    ScenarioError
        If the model holds no such tie.
    """
    if kind not in DIRECT:
        raise ScenarioError(f"'{kind}' is no kind of tie the model holds{did_you_mean(kind, DIRECT)}")
    return DIRECT[kind]


TIE_KINDS = tuple(DIRECT)
