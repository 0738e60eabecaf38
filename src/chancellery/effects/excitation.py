"""Excitation: acts breed acts, by pooled counts rather than by shares.

Three effects read the same heat of a relation against backdrops of three weights: with little of it the first
act after long silence already says much, with much of it only a lasting exchange stands out. Together they let the
record choose how far heat is believed. Two spread attention through those a state deals with, and two counts tell
a busy relation from a thin one with the same share.
"""

from __future__ import annotations

from chancellery.effects.arithmetic import quick_log
from chancellery.effects.effect import effect
from chancellery.effects.state import State

FLOOR = 0.001  # share below which hot company is as good as none
KEEN, EVEN, SLOW = 0.5, 5.0, 50.0  # weight of the backdrop, in events a day over all targets and classes
HEAT = (
    "heat λ_c,ij = V_c,ij + 0.15·V_c,ji + m_ic·(0.12·Σ_c V_c,ij + 0.08·Σ_c V_c,ji), V = Σ_h W_h / half-life"
)
BACKDROP = "q_c,ij = ½·g_c,j + ½·m_ic·Σ_c g_c,j"


@effect(
    "excitation-keen", level="class", sign=1, scaled=False,
    formula=f"log(λ_c,ij + 0.5·q_c,ij); {HEAT}; {BACKDROP}",
    reference="Hawkes 1971; Ogata 1988",
    says="a spark: the first act after a silence already tells of the next",
)  # fmt: skip
def excitation_keen(s: State, i: int, j: int, c: int) -> float:
    """Log of the heat of i→j in class c before a thin backdrop."""
    return quick_log(s.heat[c, i, j] + KEEN * s.backdrop[c, i, j])


@effect(
    "excitation", level="class", sign=1, scaled=False,
    formula="log(λ_c,ij + 5·q_c,ij), as excitation-keen",
    reference="Hawkes 1971; Crane & Sornette 2008",
    says="one thing leads to another",
)  # fmt: skip
def excitation(s: State, i: int, j: int, c: int) -> float:
    """Log of the heat of i→j in class c before the backdrop of the actors' usual business."""
    return quick_log(s.heat[c, i, j] + EVEN * s.backdrop[c, i, j])


@effect(
    "excitation-slow", level="class", sign=1, scaled=False,
    formula="log(λ_c,ij + 50·q_c,ij), as excitation-keen",
    reference="Hawkes 1971; Ogata 1988",
    says="only a lasting exchange stands out",
)  # fmt: skip
def excitation_slow(s: State, i: int, j: int, c: int) -> float:
    """Log of the heat of i→j in class c before a thick backdrop."""
    return quick_log(s.heat[c, i, j] + SLOW * s.backdrop[c, i, j])


@effect(
    "partners-turn", level="class", sign=1, scaled=False,
    formula="log(0.001 + Σ_h b_ih·e_c,hj), b_ih = share of h in all i deals with, "
            "e_c,hj = V_c,hj / (Σ V_·,h· + 1)",
    reference="Butts 2008; Lerner & Lomi 2020",
    says="those I deal with turn to j",
)  # fmt: skip
def partners_turn(s: State, i: int, j: int, c: int) -> float:
    """Log of how far those i deals with have lately done c to j."""
    total = FLOOR
    for h in range(s.mingle.shape[0]):
        total += s.mingle[i, h] * s.eager[c, h, j]
    return quick_log(total)


@effect(
    "turns-to-partners", level="class", sign=1, scaled=False,
    formula="log(0.001 + Σ_h b_ih·e_c,jh), as partners-turn",
    reference="Butts 2008; Lerner & Lomi 2020",
    says="j turns to those I deal with",
)  # fmt: skip
def turns_to_partners(s: State, i: int, j: int, c: int) -> float:
    """Log of how far j has lately done c to those i deals with."""
    total = FLOOR
    for h in range(s.mingle.shape[0]):
        total += s.mingle[i, h] * s.eager[c, j, h]
    return quick_log(total)


@effect(
    "own-count", level="memory", sign=1, scaled=False,
    formula="log(1 + W_hc,ij)", reference="Brandes, Lerner & Snijders 2009; Butts 2008",
    says="a busy relation is not a thin one with the same share",
)  # fmt: skip
def own_count(s: State, i: int, j: int, c: int, h: int) -> float:
    """Log of one plus i's decayed acts of class c towards j."""
    return quick_log(1.0 + s.W[h, c, i, j])


@effect(
    "returned-count", level="memory", sign=1, scaled=False,
    formula="log(1 + W_hc,ji)", reference="Brandes, Lerner & Snijders 2009; Butts 2008",
    says="an answer is due to many acts, not to a large share",
)  # fmt: skip
def returned_count(s: State, i: int, j: int, c: int, h: int) -> float:
    """Log of one plus j's decayed acts of class c towards i."""
    return quick_log(1.0 + s.W[h, c, j, i])
