"""The state an effect may look at, and how it changes: decay, absorb, refresh.

Memory is kept as decayed sums; ``refresh`` derives from them, once a step, everything effects share
(log shares, rates of cooperation and conflict, warmth, dependence), so that an effect stays one formula.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from chancellery.effects.arithmetic import log_in_place
from chancellery.effects.heat import fill_heat
from chancellery.effects.shares import FAST, fill_mix, fill_shares

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
    share of all acts that go to j; ``B`` and ``V`` (H, n, n) log own and returned acts of any class; ``Q``
    (K, n, n) log act mix within class; ``coop``, ``conf`` (2, n, n) rates per 30 days, and ``lcoop``,
    ``lconf`` their log1p; ``hurt`` (n, n) at [j, g] log1p of g's recent conflict towards j; ``pos``, ``neg``
    (n, n) positive and negative part of r; ``warm`` (n, n) recent minus long-run r; ``thaw`` (n,) warming
    with all great powers; ``dropped`` (n,) cooling of those i depends on, times the dependence; ``given``
    (n,) all of i's long-run cooperation; ``dealt`` (C, n, n) acts per 30 days at the longest half-life that
    still moves in simulation (the last one is held there as structure); ``out``, ``into`` (H, n) log of acts
    sent and received a covered day; ``heat`` (C, n, n) acts i→j and j→i pooled over half-lives, events a day,
    ``backdrop`` (C, n, n) what strangers would do, a proportion, ``eager`` (C, n, n) and ``mingle`` (n, n) hot shares
    of what i does, and of whom it deals with either way (see ``heat``).

    Derived by ``refresh_holdings``: ``depend`` (n, n) dependence of i on j; ``press`` (n, n) sanctions in
    force i on j including those of organisations i belongs to, ``pressed`` the same at [j, i]; ``harbour``
    (n, n) at [j, g] whether armed group g operates from j.

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
    lcoop: np.ndarray
    lconf: np.ndarray
    hurt: np.ndarray
    pos: np.ndarray
    neg: np.ndarray
    warm: np.ndarray
    thaw: np.ndarray
    dropped: np.ndarray
    given: np.ndarray
    dealt: np.ndarray
    out: np.ndarray
    into: np.ndarray
    heat: np.ndarray
    backdrop: np.ndarray
    eager: np.ndarray
    mingle: np.ndarray
    depend: np.ndarray
    press: np.ndarray
    pressed: np.ndarray
    harbour: np.ndarray
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
        L=zeros((H, CLASSES, n, n)), R=zeros((H, CLASSES, n, n)), G=zeros((H, CLASSES, n)),
        B=zeros((H, n, n)), V=zeros((H, n, n)), Q=zeros((K, n, n)),
        coop=zeros((2, n, n)), conf=zeros((2, n, n)), lcoop=zeros((2, n, n)), lconf=zeros((2, n, n)),
        hurt=zeros((n, n)), pos=zeros((n, n)), neg=zeros((n, n)), warm=zeros((n, n)), thaw=zeros(n),
        dropped=zeros(n), given=zeros(n), dealt=zeros((CLASSES, n, n)), out=zeros((H, n)), into=zeros((H, n)),
        heat=zeros((CLASSES, n, n)), backdrop=zeros((CLASSES, n, n)), eager=zeros((CLASSES, n, n)),
        mingle=zeros((n, n)),
        depend=zeros((n, n)), press=zeros((n, n)), pressed=zeros((n, n)), harbour=zeros((n, n)),
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
        _scale(s.W[h].reshape(-1) if h < H else s.E[h - H].reshape(-1), f)
    _scale(s.A.reshape(-1), 0.5 ** (days / s.half[H - 1]))


@njit(cache=True, nogil=True)
def _scale(x: np.ndarray, factor: float) -> None:
    for a in range(len(x)):
        x[a] *= factor


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


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def _refresh_relations(s: State) -> None:
    n, H = s.can.shape[0], s.W.shape[0]
    for span in range(2):
        per = MONTH / max(s.cover[H + span], MONTH)
        r = s.warm if span == SHORT else s.pos
        for i in range(n):
            for j in range(n):
                s.coop[span, i, j] = s.E[span, COOPERATION, i, j] * per
                s.conf[span, i, j] = s.E[span, CONFLICT, i, j] * per
                s.lcoop[span, i, j] = 1.0 + s.coop[span, i, j]
                s.lconf[span, i, j] = 1.0 + s.conf[span, i, j]
        for i in range(n):
            for j in range(n):
                both_coop = 1.0 + s.coop[span, i, j] + s.coop[span, j, i]
                r[i, j] = both_coop / (1.0 + s.conf[span, i, j] + s.conf[span, j, i])
        log_in_place(r.reshape(-1))
    log_in_place(s.lcoop.reshape(-1))
    log_in_place(s.lconf.reshape(-1))
    for i in range(n):
        for j in range(n):
            r_long = s.pos[i, j]
            s.pos[i, j] = max(r_long, 0.0)
            s.neg[i, j] = max(-r_long, 0.0)
            s.warm[i, j] -= r_long
            s.hurt[j, i] = s.lconf[SHORT, i, j]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=FAST)
def _refresh_totals(s: State) -> None:
    n = s.can.shape[0]
    live = max(s.W.shape[0] - 2, 0)
    per = MONTH / max(s.cover[live], MONTH)
    for c in range(CLASSES):
        for i in range(n):
            for j in range(n):
                s.dealt[c, i, j] = s.W[live, c, i, j] * per
    for i in range(n):
        thaw, dropped, given = 0.0, 0.0, 0.0
        for g in range(n):
            if g != i and s.attribute[GREAT_POWER, g] > 0.0:
                thaw += max(s.warm[i, g], 0.0)
            dropped += s.depend[i, g] * max(-s.warm[i, g], 0.0)
            given += s.coop[LONG, i, g]
        s.thaw[i], s.dropped[i], s.given[i] = thaw, dropped, given


@njit(cache=True, nogil=True)
def refresh_holdings(s: State) -> None:
    """Derive dependence, sanctions pressure and harbours from the ties; needed after a tie changed."""
    n = s.can.shape[0]
    for i in range(n):
        for j in range(n):
            # A supplier's share read from the side of the one supplied; domains combine as a noisy or.
            free = 1.0
            for kind in (TRADE, ENERGY, ARMS, CREDIT):
                free *= 1.0 - min(max(s.tie[kind, j, i], 0.0), 1.0)
            s.depend[i, j] = 1.0 - free
            s.press[i, j] = s.tie[SANCTIONS, i, j]
            s.harbour[j, i] = s.tie[TERRITORY, i, j] if s.attribute[ARMED_GROUP, i] > 0.0 else 0.0
        s.depend[i, i] = 0.0
    for g in range(n):
        for i in range(n):
            if s.tie[MEMBERSHIP, i, g] > 0.0 and i != g:
                for j in range(n):
                    s.press[i, j] = max(s.press[i, j], s.tie[SANCTIONS, g, j] * s.tie[MEMBERSHIP, i, g])
    for i in range(n):
        for j in range(n):
            s.pressed[j, i] = s.press[i, j]


@njit(cache=True, nogil=True)
def refresh(s: State) -> None:
    """Derive from memory what effects read; after ``refresh_holdings`` where a tie or attribute changed."""
    for h in range(s.W.shape[0]):
        fill_shares(s.W[h], s.cover[h], s.L[h], s.R[h], s.G[h], s.B[h], s.V[h], s.out[h], s.into[h])
    fill_mix(s.A, s.klass, s.Q)
    fill_heat(s.W, s.half, s.G[s.W.shape[0] // 2], s.heat, s.backdrop, s.eager, s.mingle)
    _refresh_relations(s)
    _refresh_totals(s)
