"""How hot each relation is: everything remembered of it, pooled over half-lives and summed before any logarithm.

A self-exciting process adds up what each past act still adds to the chance of the next (Hawkes 1971). Its memory
fades as one over the time gone by (Omori's law; Ogata 1988; Crane & Sornette 2008), which a sum of exponentials
weighted by one over their half-lives comes close to. Shares at single half-lives, multiplied together as a
conditional logit does, cannot say "hot on either account"; a sum can.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.effects.shares import FAST

RETURNED = 0.15  # what an act j→i adds to the same act i→j, beside what i's own adds
SPILL_OWN, SPILL_RETURNED = (
    0.12,
    0.08,
)  # what an act of any class adds, spread as i spreads its acts over classes
THIN = 1.0  # weight of nobody in an actor's hot shares, in events a day
MIX_EVENTS = 5.0  # prior weight of everybody's mix of classes in an actor's own, in events


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def fill_heat(W: np.ndarray, half: np.ndarray, G: np.ndarray, heat: np.ndarray, backdrop: np.ndarray,
              eager: np.ndarray, mingle: np.ndarray) -> None:  # fmt: skip
    """Fill the heat of all pairs, and what would be expected of strangers.

    Parameters
    ----------
    W
        (H, C, n, n) decayed counts of acts i→j.
    half
        (H,) half-lives in days, or more: only the first H are read.
    G
        (C, n) log share of all acts that are of class c towards j, at half-life ``H // 2``.
    heat
        (C, n, n) filled with V_c,ij + 0.15 V_c,ji + m_ic (0.12 Σ_c V_c,ij + 0.08 Σ_c V_c,ji), where
        V = Σ_h W_h / half_h (events a day) and m_ic is the share of class c in i's acts.
    backdrop
        (C, n, n) filled with ½ g_c,j + ½ m_ic Σ_c g_c,j.
    eager
        (C, n, n) filled with e_c,ij = V_c,ij / (Σ V_·,i· + 1): whom i's latest acts go to.
    mingle
        (n, n) filled with b_ij = Σ_c (V_c,ij + V_c,ji), over one plus its sum over j: whom i deals with.
    """
    H, C, n, _ = W.shape
    V, any_act = np.zeros((C, n, n)), np.zeros((n, n))
    for h in range(H):
        per = 1.0 / half[h]
        for c in range(C):
            for i in range(n):
                for j in range(n):
                    V[c, i, j] += per * W[h, c, i, j]
    for c in range(C):
        for i in range(n):
            for j in range(n):
                any_act[i, j] += V[c, i, j]
    news = np.exp(G)
    mix, everybody, minded = np.zeros((n, C)), news.sum(axis=1), news.sum(axis=0)
    for i in range(n):
        for c in range(C):
            mix[i, c] = W[H // 2, c, i].sum() + MIX_EVENTS * everybody[c]
        mix[i] /= mix[i].sum()
    for c in range(C):
        for i in range(n):
            m = mix[i, c]
            for j in range(n):
                spill = SPILL_OWN * any_act[i, j] + SPILL_RETURNED * any_act[j, i]
                heat[c, i, j] = V[c, i, j] + RETURNED * V[c, j, i] + m * spill
                backdrop[c, i, j] = 0.5 * news[c, j] + 0.5 * m * minded[j]
    for i in range(n):
        own = any_act[i].sum()
        both = own + any_act[:, i].sum()
        for j in range(n):
            mingle[i, j] = (any_act[i, j] + any_act[j, i]) / (both + THIN)
            for c in range(C):
                eager[c, i, j] = V[c, i, j] / (own + THIN)
