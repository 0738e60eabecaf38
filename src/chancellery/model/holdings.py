"""Holdings: which ties and attributes hold on a day, as the arrays the state carries.

Rows of ties become matrices; some follow from others: members of one alliance are allied, members of one
forum share it, members of an organisation are its members.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from chancellery import world
from chancellery.effects import state as st

LEADER_DAYS = 100
UNIVERSAL = ("UN",)  # everybody is a member: says nothing about a pair
DIRECT = {
    "alliance": st.ALLIANCE,
    "sanctions": st.SANCTIONS,
    "rivalry": st.RIVALRY,
    "war": st.WAR,
    "contiguity": st.CONTIGUITY,
    "trade": st.TRADE,
    "energy": st.ENERGY,
    "arms": st.ARMS,
    "credit": st.CREDIT,
    "ideal-distance": st.IDEAL,
    "partnership": st.PARTNERSHIP,
    "territory": st.TERRITORY,
    "grey-list": st.GREY,
}
MUTUAL = {"alliance", "rivalry", "war", "contiguity", "ideal-distance", "partnership"}


@dataclass(frozen=True)
class Tie:
    """One dated tie; ``end`` is the last day it holds, None while it still does."""

    kind: str
    source: str
    target: str
    start: date
    end: date | None
    value: float = 1.0
    mutual: bool = False

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on <= self.end)


@dataclass(frozen=True)
class Attribute:
    """One dated attribute of an actor."""

    actor: str
    name: str
    start: date
    end: date | None
    value: float

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on <= self.end)


class Holdings:
    """Dated ties and attributes among the actors in play, ready to be written into a state.

    Parameters
    ----------
    actors
        Ids in the order of the arrays.
    ties, attributes
        Dated rows; those that touch nobody in play are ignored, except memberships (a forum need not be
        in play for two members to share it).
    background
        (kinds, n, n) ties that hold throughout, such as trade shares; dated rows add to them.
    capability
        (n,) capability of each actor where no attribute row says otherwise.
    """

    def __init__(
        self,
        actors: tuple[str, ...],
        ties: list[Tie],
        attributes: list[Attribute],
        background: np.ndarray | None = None,
        capability: np.ndarray | None = None,
    ) -> None:
        n = len(actors)
        self.actors = actors
        self.background = np.zeros((len(st.TIES), n, n)) if background is None else background
        self.capability = np.zeros(n) if capability is None else capability
        self.place = {a: x for x, a in enumerate(actors)}
        self.ties = [
            t for t in ties if t.source in self.place and (t.target in self.place or t.kind == "member")
        ]
        self.attributes = [a for a in attributes if a.actor in self.place]
        rows = [*self.ties, *self.attributes]
        self._changes = sorted({r.start for r in rows} | {r.end for r in rows if r.end is not None})
        self._applied: tuple[int, int] | None = None
        self._kinds = {a.id: a.kind for a in world.actors()}
        self._births = {a: world.actor(a) for a in actors}

    def forget(self) -> None:
        """Forget to which state was last written: a new state may stand where an old one stood."""
        self._applied = None

    def apply(self, s: st.State, on: date) -> None:
        """Write what holds on a day into the state, if anything changed since the last call for this state."""
        version = sum(c <= on for c in self._changes) * 2 + any(c == on for c in self._changes)
        key = (id(s.tie), version)
        if key != self._applied:
            s.tie[:] = self.tie_array(on)
            s.attribute[:] = self.attribute_array(on)
            s.can[:] = self.possible(on)
            self._applied = key
            st.refresh_holdings(s)
        self._leaders(s, on)

    def tie_array(self, on: date) -> np.ndarray:
        """Ties (kinds, n, n) that hold on a day."""
        out = self.background.copy()
        members: dict[str, list[int]] = {}
        for t in self.ties:
            if not t.holds(on):
                continue
            if t.kind == "member":
                members.setdefault(t.target, []).append(self.place[t.source])
            elif t.kind in DIRECT:
                self._put(out[DIRECT[t.kind]], t)
        for organisation, who in sorted(members.items()):
            self._share(out, organisation, who)
        known = out[st.IDEAL] > 0
        out[st.IDEAL][~known] = out[st.IDEAL][known].mean() if known.any() else 0.0
        return out

    def _put(self, matrix: np.ndarray, t: Tie) -> None:
        i, j = self.place[t.source], self.place[t.target]
        matrix[i, j] = max(matrix[i, j], t.value)
        if t.mutual or t.kind in MUTUAL:
            matrix[j, i] = max(matrix[j, i], t.value)

    def _share(self, out: np.ndarray, organisation: str, who: list[int]) -> None:
        allied = self._kinds.get(organisation) == "alliance"
        if organisation in UNIVERSAL:
            return
        kind = st.ALLIANCE if allied else st.FORUM
        group = np.ix_(who, who)
        if allied:
            out[kind][group] = 1.0
        else:
            out[kind][group] += 1.0
        g = self.place.get(organisation)
        if g is not None:
            out[kind][who, g] = out[kind][g, who] = 1.0
            out[st.MEMBERSHIP][who, g] = 1.0

    def attribute_array(self, on: date) -> np.ndarray:
        """Attributes (kinds, n) that hold on a day; later rows win."""
        out = np.zeros((len(st.ATTRIBUTES), len(self.actors)))
        out[st.CAPABILITY] = self.capability
        kind = np.array([self._kinds.get(a, "") for a in self.actors])
        out[st.ARMED_GROUP] = kind == "armed-group"
        out[st.ORGANISATION] = np.isin(kind, ["organisation", "alliance", "forum"])
        for a in self.attributes:
            if a.name in st.ATTRIBUTES and a.name != "leader-change" and a.holds(on):
                out[st.ATTRIBUTES.index(a.name), self.place[a.actor]] = a.value
        return out

    def _leaders(self, s: st.State, on: date) -> None:
        s.attribute[st.LEADER_CHANGE] = 0.0
        for a in self.attributes:
            if a.name == "leader-change":
                age = (on - a.start).days
                if 0 <= age < LEADER_DAYS:
                    s.attribute[st.LEADER_CHANGE, self.place[a.actor]] = 1.0 - age / LEADER_DAYS

    def possible(self, on: date) -> np.ndarray:
        """(n, n) 1 where i can act and j be its target: both exist on the day and differ."""
        alive = np.array(
            [
                (a.born is None or a.born <= on) and (a.died is None or on <= a.died)
                for a in self._births.values()
            ],
            dtype=float,
        )
        out = np.outer(alive, alive)
        np.fill_diagonal(out, 0.0)
        return out
