"""Third parties: what i does to j because of how both stand to h.

r_ij = log1p(C_ij + C_ji) − log1p(H_ij + H_ji) over the long half-life, per 30 covered days; C cooperation,
H hostility. Sums over h leave out i and j, whose own relation to themselves is zero.
"""

from __future__ import annotations

import numpy as np

from chancellery.effects import state
from chancellery.effects.effect import effect
from chancellery.effects.state import State


@effect(
    "common-friend", level="pair", sign=1, formula="log1p Σ_h [r_ih]₊ [r_jh]₊",
    reference="Heider 1946; Maoz et al. 2007", says="blocs: the friend of my friend",
)  # fmt: skip
def common_friend(s: State, i: int, j: int) -> float:
    """Friends i and j have in common."""
    total = 0.0
    for h in range(s.can.shape[0]):
        total += s.pos[i, h] * s.pos[j, h]
    return np.log1p(total)


@effect(
    "common-enemy", level="pair", sign=1, formula="log1p Σ_h [r_ih]₋ [r_jh]₋",
    reference="Heider 1946; Maoz et al. 2007", says="blocs: the enemy of my enemy",
)  # fmt: skip
def common_enemy(s: State, i: int, j: int) -> float:
    """Enemies i and j have in common."""
    total = 0.0
    for h in range(s.can.shape[0]):
        total += s.neg[i, h] * s.neg[j, h]
    return np.log1p(total)


@effect(
    "friend-of-enemy", level="pair", sign=-1, formula="log1p Σ_h [r_ih]₋ [r_jh]₊",
    reference="Heider 1946; Lerner 2016", says="j keeps company with those I quarrel with",
)  # fmt: skip
def friend_of_enemy(s: State, i: int, j: int) -> float:
    """How friendly j is with i's enemies."""
    total = 0.0
    for h in range(s.can.shape[0]):
        total += s.neg[i, h] * s.pos[j, h]
    return np.log1p(total)


@effect(
    "enemy-of-friend", level="pair", sign=-1, formula="log1p Σ_h [r_ih]₊ [r_jh]₋",
    reference="Heider 1946; Lerner 2016", says="j quarrels with my friends",
)  # fmt: skip
def enemy_of_friend(s: State, i: int, j: int) -> float:
    """How hostile j is with i's friends."""
    total = 0.0
    for h in range(s.can.shape[0]):
        total += s.pos[i, h] * s.neg[j, h]
    return np.log1p(total)


@effect(
    "rivals-suitor", level="pair", sign=0, formula="log1p Σ_h H_ih · recent C_jh",
    reference="Crawford 2011; Izumikawa 2013", says="j warms to my rival: court it (wedge), or punish it?",
)  # fmt: skip
def rivals_suitor(s: State, i: int, j: int) -> float:
    """How much j has lately cooperated with those i is in conflict with."""
    total = 0.0
    for h in range(s.can.shape[0]):
        total += s.conf[state.LONG, i, h] * s.coop[state.SHORT, j, h]
    return np.log1p(total)


@effect(
    "rivals-rebuff", level="pair", sign=1, formula="log1p Σ_h H_ih · recent H_jh",
    reference="Crawford 2011", says="j falls out with my rival: exploit the split",
)  # fmt: skip
def rivals_rebuff(s: State, i: int, j: int) -> float:
    """How much j has lately been hostile to those i is in conflict with."""
    total = 0.0
    for h in range(s.can.shape[0]):
        total += s.conf[state.LONG, i, h] * s.conf[state.SHORT, j, h]
    return np.log1p(total)


@effect(
    "thaw-substitution", level="pair", sign=-1,
    formula="Σ_g [warm_ig]₊ over great powers g ≠ j; warm = recent r − long-run r",
    reference="Crawford 2011; Kuik 2008", says="a thaw with one power makes another partner less urgent",
)  # fmt: skip
def thaw_substitution(s: State, i: int, j: int) -> float:
    """Recent warming of i with the great powers other than j."""
    own = max(s.warm[i, j], 0.0) if i != j and s.attribute[state.GREAT_POWER, j] > 0.0 else 0.0
    return s.thaw[i] - own


@effect(
    "abandonment", level="pair", sign=1, formula="Σ_g D_ig [−warm_gi]₊ over g ≠ j",
    reference="Snyder 1984", says="the pivot of a state its patron drops",
)  # fmt: skip
def abandonment(s: State, i: int, j: int) -> float:
    """Recent cooling of those i depends on, other than j."""
    return s.dropped[i] - s.depend[i, j] * max(-s.warm[i, j], 0.0)


@effect(
    "concentration", level="pair", sign=0, formula="C_ij / (Σ_h C_ih + 1), long half-life",
    reference="Kuik 2008; Lim & Cooper 2015", says="eggs in one basket; hedging is a negative coefficient",
)  # fmt: skip
def concentration(s: State, i: int, j: int) -> float:
    """Share of i's cooperation that j already holds."""
    return s.coop[state.LONG, i, j] / (s.given[i] + 1.0)
