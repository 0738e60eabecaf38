"""Memory: who has dealt with whom, at several time scales, per class and per act.

Every specification contains these; a mechanism is judged beside them (Butts 2008 on inertia and
reciprocity; Brandes, Lerner & Snijders 2009 on decayed event histories).
"""

from __future__ import annotations

from chancellery.effects.effect import effect
from chancellery.effects.state import State


@effect(
    "own-share", level="memory", sign=1, scaled=False,
    formula="log[(W_hc,ij + 8·g_hc,j) / (Σ W_h,i·· + 8)]",
    reference="Butts 2008; Brandes, Lerner & Snijders 2009",
    says="momentum: states go on doing what they did to whom they did it",
)  # fmt: skip
def own_share(s: State, i: int, j: int, c: int, h: int) -> float:
    """Log share of i's acts that were of class c towards j, smoothed by how all actors share theirs."""
    return s.L[h, c, i, j]


@effect(
    "returned-share", level="memory", sign=1, scaled=False,
    formula="log[(W_hc,ji + 0.1 + 0.05·Σ_c W_hc,ji) / (Σ W_h,i·· + 8)]",
    reference="Butts 2008; Goldstein & Freeman 1990",
    says="reciprocity: like for like",
)  # fmt: skip
def returned_share(s: State, i: int, j: int, c: int, h: int) -> float:
    """Log of what j did to i in class c, relative to i's own activity."""
    return s.R[h, c, i, j]


@effect(
    "own-attention", level="memory", sign=1, scaled=False,
    formula="log[(Σ_c W_hc,ij + 8·Σ_c g_hc,j) / (Σ W_h,i·· + 8)]", reference="Butts 2008",
    says="whom a state minds at all, friend or foe",
)  # fmt: skip
def own_attention(s: State, i: int, j: int, c: int, h: int) -> float:
    """Log share of i's acts, of whatever class, that went to j."""
    return s.B[h, i, j]


@effect(
    "returned-attention", level="memory", sign=1, scaled=False,
    formula="log[(Σ_c W_hc,ji + 0.2) / (Σ W_h,i·· + 8)]", reference="Butts 2008",
    says="who minds me",
)  # fmt: skip
def returned_attention(s: State, i: int, j: int, c: int, h: int) -> float:
    """Log of j's acts of any class towards i, relative to i's own activity."""
    return s.V[h, i, j]


@effect(
    "popularity", level="memory", sign=1, scaled=False,
    formula="log g_hc,j, g = share of all actors' acts that are of class c towards j",
    reference="Vu, Pattison & Robins 2015",
    says="relevance: everybody turns to the one in the news",
)  # fmt: skip
def popularity(s: State, i: int, j: int, c: int, h: int) -> float:
    """Log share of everybody's acts that were of class c towards j."""
    return s.G[h, c, j]


@effect(
    "act-mix", level="act", sign=1, scaled=False,
    formula="log[(A_k,ij + 5·m_k,i) / (Σ_{k' in class} A_k',ij + 5)]",
    reference="Brandes, Lerner & Snijders 2009",
    says="the form a relation takes: talks, trade, arms or threats",
)  # fmt: skip
def act_mix(s: State, i: int, j: int, k: int) -> float:
    """Log share of act k within its class in what i does to j."""
    return s.Q[k, i, j]


@effect(
    "returned-act-mix", level="act", sign=1, scaled=False,
    formula="log[(A_k,ji + 5·m_k,j) / (Σ_{k' in class} A_k',ji + 5)]",
    reference="Goldstein & Freeman 1990",
    says="tit for tat in kind",
)  # fmt: skip
def returned_act_mix(s: State, i: int, j: int, k: int) -> float:
    """Log share of act k within its class in what j does to i."""
    return s.Q[k, j, i]
