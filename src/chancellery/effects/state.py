"""The state an effect may look at, and how it changes: decay, absorb, refresh.

Memory is kept as decayed sums; ``refresh`` derives from them, once a step, everything effects share
(log shares, rates of cooperation and conflict, warmth, dependence), so that an effect stays one formula.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

CLASSES = 4
SHORT, LONG = 0, 1
COOPERATION, CONFLICT = 0, 1
TIES = (
    "alliance", "forum", "sanctions", "rivalry", "war", "contiguity", "trade", "energy", "arms", "credit",
    "ideal-distance", "partnership", "territory", "grey-list", "membership",
)  # fmt: skip
(
    ALLIANCE, FORUM, SANCTIONS, RIVALRY, WAR, CONTIGUITY, TRADE, ENERGY, ARMS, CREDIT,
    IDEAL, PARTNERSHIP, TERRITORY, GREY, MEMBERSHIP,
) = range(len(TIES))  # fmt: skip
ATTRIBUTES = ("capability", "great-power", "armed-group", "leader-change", "transactional", "organisation")
CAPABILITY, GREAT_POWER, ARMED_GROUP, LEADER_CHANGE, TRANSACTIONAL, ORGANISATION = range(len(ATTRIBUTES))

PSEUDO_EVENTS = 8.0  # prior weight of an actor's target shares, in events
PSEUDO_ACTS = 5.0  # prior weight of the act mix within a class, in events
MONTH = 30.0  # rates of cooperation and conflict are per 30 covered days


class State(NamedTuple):
    """Everything known at the start of a step. n actors, K acts, H half-lives, C = 4 classes.

    Memory (changed by ``decay`` and ``absorb``):
    ``W`` (H, C, n, n) decayed counts of acts i→j; ``A`` (K, n, n) the same by act at the longest half-life;
    ``E`` (2, 2, n, n) decayed weighted sums [short|long, cooperation|conflict]; ``cover`` (H + 2,) decayed
    days the sources covered, for the H half-lives, then short and long.

    Holdings (set by ties, attributes and levers): ``tie`` (kinds, n, n), ``attribute`` (kinds, n),
    ``can`` (n, n) 1 where j is a possible target of i, ``season`` (3,) = weekend share of the step,
    sine and cosine of the day of the year.

    Derived by ``refresh``: ``L`` and ``R`` (H, C, n, n) log own and returned shares; ``G`` (H, C, n) log
    share of all acts that go to j; ``B`` and ``V`` (H, n, n) log own and returned acts of any class; ``Q`` (K, n, n) log act mix within class; ``coop``, ``conf`` (2, n, n)
    rates per 30 days; ``pos``, ``neg`` (n, n) positive and negative part of r; ``warm`` (n, n) recent minus
    long-run r; ``depend`` (n, n) dependence of i on j; ``press`` (n, n) sanctions in force i on j including
    those of organisations i belongs to; ``out``, ``into`` (H, n) log of acts sent
    and received a covered day.

    Constants: ``klass`` (K,) class of an act; ``weight`` (K,) its absolute weight over 5; ``half`` (H + 2,).
    """

    W: np.ndarray
    A: np.ndarray
    E: np.ndarray
    cover: np.ndarray
    tie: np.ndarray
    attribute: np.ndarray
    can: np.ndarray
    season: np.ndarray
    L: np.ndarray
    R: np.ndarray
    G: np.ndarray
    B: np.ndarray
    V: np.ndarray
    Q: np.ndarray
    coop: np.ndarray
    conf: np.ndarray
    pos: np.ndarray
    neg: np.ndarray
    warm: np.ndarray
    depend: np.ndarray
    press: np.ndarray
    out: np.ndarray
    into: np.ndarray
    klass: np.ndarray
    weight: np.ndarray
    half: np.ndarray


MEMORY = ("W", "A", "E", "cover")
HOLDINGS = ("tie", "attribute", "can")


def empty_state(n: int, klass: np.ndarray, weight: np.ndarray, half_lives: list[float], short: float,
                long: float) -> State:  # fmt: skip
    """Return a state in which nothing has happened and nothing holds.

    Parameters
    ----------
    n
        Number of actors.
    klass, weight
        Class (0..3) and weight (Goldstein scale) of each act.
    half_lives, short, long
        Half-lives in days of the share memory, and of the rates of cooperation and conflict.
    """
    H, K = len(half_lives), len(klass)
    zeros = np.zeros
    can = 1.0 - np.eye(n)
    return State(
        W=zeros((H, CLASSES, n, n)), A=zeros((K, n, n)), E=zeros((2, 2, n, n)), cover=zeros(H + 2),
        tie=zeros((len(TIES), n, n)), attribute=zeros((len(ATTRIBUTES), n)), can=can, season=zeros(3),
        L=zeros((H, CLASSES, n, n)), R=zeros((H, CLASSES, n, n)), G=zeros((H, CLASSES, n)), B=zeros((H, n, n)),
        V=zeros((H, n, n)), Q=zeros((K, n, n)),
        coop=zeros((2, n, n)), conf=zeros((2, n, n)), pos=zeros((n, n)), neg=zeros((n, n)), warm=zeros((n, n)),
        depend=zeros((n, n)), press=zeros((n, n)), out=zeros((H, n)), into=zeros((H, n)),
        klass=np.asarray(klass, dtype=np.int64), weight=np.abs(np.asarray(weight, dtype=float)) / 5.0,
        half=np.array([*half_lives, short, long], dtype=float),
    )  # fmt: skip


def copy_state(s: State) -> State:
    """Return a state that shares no array with ``s`` except the constants."""
    return State(*(a if f in ("klass", "weight", "half") else a.copy() for f, a in zip(s._fields, s)))


@njit(cache=True, nogil=True)
def decay(s: State, days: float) -> None:
    """Let ``days`` pass: sums and coverage fade alike.

    Old coverage fades with old events, so a gap lowers the confidence of memory, never its level.
    """
    H = s.W.shape[0]
    for h in range(H + 2):
        f = 0.5 ** (days / s.half[h])
        s.cover[h] *= f
        if h < H:
            s.W[h] *= f
        else:
            s.E[h - H] *= f
    s.A[:] *= 0.5 ** (days / s.half[H - 1])


@njit(cache=True, nogil=True)
def absorb(s: State, i: int, k: int, j: int, count: float) -> None:
    """Remember that i did act k to j, ``count`` times."""
    c = s.klass[k]
    for h in range(s.W.shape[0]):
        s.W[h, c, i, j] += count
    s.A[k, i, j] += count
    side = COOPERATION if c < 2 else CONFLICT
    s.E[SHORT, side, i, j] += count * s.weight[k]
    s.E[LONG, side, i, j] += count * s.weight[k]


@njit(cache=True, nogil=True)
def absorb_counts(s: State, counts: np.ndarray, covered: float) -> None:
    """Remember a whole step of which the sources covered ``covered`` days: ``counts`` (K, n, n)."""
    for h in range(len(s.cover)):
        s.cover[h] += covered
    K, n, _ = counts.shape
    for k in range(K):
        for i in range(n):
            for j in range(n):
                if counts[k, i, j] > 0:
                    absorb(s, i, k, j, counts[k, i, j])


@njit(cache=True, nogil=True)
def _refresh_shares(s: State) -> None:
    H, C, n, _ = s.W.shape
    for h in range(H):
        per_day = 1.0 / max(s.cover[h], 7.0)
        everything = 0.0
        sent, got = np.zeros(n), np.zeros(n)
        share = np.zeros((C, n))
        for c in range(C):
            for i in range(n):
                for j in range(n):
                    w = s.W[h, c, i, j]
                    sent[i] += w
                    got[j] += w
                    share[c, j] += w
        for c in range(C):
            for j in range(n):
                share[c, j] += 0.2
                everything += share[c, j]
        for c in range(C):
            for j in range(n):
                share[c, j] /= everything
                s.G[h, c, j] = np.log(share[c, j])
        for i in range(n):
            s.out[h, i] = np.log(sent[i] * per_day + 0.02)
            s.into[h, i] = np.log(got[i] * per_day + 0.02)
        for c in range(C):
            for i in range(n):
                total = sent[i] + PSEUDO_EVENTS
                for j in range(n):
                    s.L[h, c, i, j] = np.log((s.W[h, c, i, j] + PSEUDO_EVENTS * share[c, j]) / total)
                    back = s.W[h, 0, j, i] + s.W[h, 1, j, i] + s.W[h, 2, j, i] + s.W[h, 3, j, i]
                    s.R[h, c, i, j] = np.log((s.W[h, c, j, i] + 0.1 + 0.05 * back) / total)
                    if c == 0:
                        own = s.W[h, 0, i, j] + s.W[h, 1, i, j] + s.W[h, 2, i, j] + s.W[h, 3, i, j]
                        known = share[0, j] + share[1, j] + share[2, j] + share[3, j]
                        s.B[h, i, j] = np.log(own + 4.0 * known)
                        s.V[h, i, j] = np.log(back + 0.2)


@njit(cache=True, nogil=True)
def _refresh_mix(s: State) -> None:
    K, n, _ = s.A.shape
    by_act = np.zeros(K)
    by_class = np.zeros(CLASSES)
    for k in range(K):
        by_act[k] = s.A[k].sum() + 1.0
        by_class[s.klass[k]] += by_act[k]
    for i in range(n):
        mine = np.zeros(CLASSES)
        own = np.zeros(K)
        for k in range(K):
            own[k] = s.A[k, i].sum()
            mine[s.klass[k]] += own[k]
        for k in range(K):
            c = s.klass[k]
            base = by_act[k] / by_class[c]
            own[k] = (own[k] + 20.0 * base) / (mine[c] + 20.0)
        for j in range(n):
            pair = np.zeros(CLASSES)
            for k in range(K):
                pair[s.klass[k]] += s.A[k, i, j]
            for k in range(K):
                c = s.klass[k]
                s.Q[k, i, j] = np.log((s.A[k, i, j] + PSEUDO_ACTS * own[k]) / (pair[c] + PSEUDO_ACTS))


@njit(cache=True, nogil=True)
def _refresh_relations(s: State) -> None:
    n = s.can.shape[0]
    H = s.W.shape[0]
    for span in range(2):
        per = MONTH / max(s.cover[H + span], MONTH)
        for i in range(n):
            for j in range(n):
                s.coop[span, i, j] = s.E[span, COOPERATION, i, j] * per
                s.conf[span, i, j] = s.E[span, CONFLICT, i, j] * per
    for i in range(n):
        for j in range(n):
            r = np.empty(2)
            for span in range(2):
                r[span] = np.log1p(s.coop[span, i, j] + s.coop[span, j, i]) - np.log1p(
                    s.conf[span, i, j] + s.conf[span, j, i]
                )
            s.pos[i, j] = max(r[LONG], 0.0)
            s.neg[i, j] = max(-r[LONG], 0.0)
            s.warm[i, j] = r[SHORT] - r[LONG]


@njit(cache=True, nogil=True)
def refresh_holdings(s: State) -> None:
    """Derive dependence and sanctions pressure from the ties; needed after a tie changed."""
    n = s.can.shape[0]
    for i in range(n):
        for j in range(n):
            # A supplier's share read from the side of the one supplied; domains combine as a noisy or.
            free = 1.0
            for kind in (TRADE, ENERGY, ARMS, CREDIT):
                free *= 1.0 - min(max(s.tie[kind, j, i], 0.0), 1.0)
            s.depend[i, j] = 1.0 - free
            s.press[i, j] = s.tie[SANCTIONS, i, j]
    for g in range(n):
        for i in range(n):
            if s.tie[MEMBERSHIP, i, g] > 0.0 and i != g:
                for j in range(n):
                    s.press[i, j] = max(s.press[i, j], s.tie[SANCTIONS, g, j] * s.tie[MEMBERSHIP, i, g])


@njit(cache=True, nogil=True)
def refresh(s: State) -> None:
    """Derive from memory what effects read; holdings have their own, ``refresh_holdings``."""
    _refresh_shares(s)
    _refresh_mix(s)
    _refresh_relations(s)
