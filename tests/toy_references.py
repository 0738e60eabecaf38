"""Every shipped effect a second time, straight from its formula: slow, plain, from memory and ties alone.

Nothing here reads what ``refresh`` derives, so these formulas check the effect and the derivation both.
"""

from __future__ import annotations

from math import exp, log, log1p, sqrt

from chancellery.effects import state as st

SHORT, LONG = 0, 1


def coop(s, span: int, i: int, j: int) -> float:
    """C_ij: weighted cooperation i→j per 30 covered days."""
    return s.E[span, 0, i, j] * 30.0 / max(s.cover[len(s.W) + span], 30.0)


def conf(s, span: int, i: int, j: int) -> float:
    """H_ij: weighted hostility i→j per 30 covered days."""
    return s.E[span, 1, i, j] * 30.0 / max(s.cover[len(s.W) + span], 30.0)


def relation(s, span: int, i: int, j: int) -> float:
    """r_ij."""
    return log1p(coop(s, span, i, j) + coop(s, span, j, i)) - log1p(conf(s, span, i, j) + conf(s, span, j, i))


def friendly(s, i: int, j: int) -> float:
    return max(relation(s, LONG, i, j), 0.0)


def hostile(s, i: int, j: int) -> float:
    return max(-relation(s, LONG, i, j), 0.0)


def warming(s, i: int, j: int) -> float:
    return relation(s, SHORT, i, j) - relation(s, LONG, i, j)


def depends(s, i: int, j: int) -> float:
    """D_ij: the domains combine as a noisy or; a share is stored at [supplier, supplied]."""
    free = 1.0
    for kind in (st.TRADE, st.ENERGY, st.ARMS, st.CREDIT):
        free *= 1.0 - s.tie[kind, j, i]
    return 1.0 - free


def sanctions(s, i: int, j: int) -> float:
    """S_ij: i's own, or those of an organisation it is a member of."""
    through = [s.tie[st.MEMBERSHIP, i, g] * s.tie[st.SANCTIONS, g, j] for g in everybody(s) if g != i]
    return max([s.tie[st.SANCTIONS, i, j], *through])


def everybody(s) -> range:
    return range(s.can.shape[0])


def third(f, g):
    """log1p of a sum over third parties."""
    return lambda s, i, j: log1p(sum(f(s, i, h) * g(s, j, h) for h in everybody(s)))


def either(kind: int):
    return lambda s, i, j: max(s.tie[kind, i, j], s.tie[kind, j, i])


def tie(kind: int):
    return lambda s, i, j: s.tie[kind, i, j]


def dealt(s, c: int, i: int, j: int) -> float:
    """Acts i→j of class c per 30 covered days, at the longest half-life that still moves."""
    return s.W[-2, c, i, j] * 30.0 / max(s.cover[len(s.W) - 2], 30.0)


def trust(s, i: int, j: int) -> float:
    agreed, given, fought = (dealt(s, c, j, i) for c in (0, 1, 3))
    return log1p(sqrt(agreed * given)) - 2.0 * log1p(sqrt(agreed * fought))


def conditionality(s, i: int, j: int) -> float:
    delivered = log1p(coop(s, SHORT, j, i)) - log1p(coop(s, LONG, j, i))
    return log1p(dealt(s, 2, i, j)) * delivered


def news(s, h: int, c: int, j: int) -> float:
    """g_hc,j: share of everybody's acts that are of class c towards j, with a fifth of an act in each cell."""
    cells = s.W.shape[1] * s.W.shape[2]
    return (s.W[h, c, :, j].sum() + 0.2) / (s.W[h].sum() + 0.2 * cells)


def any_act(s, h: int, i: int, j: int) -> float:
    return sum(s.W[h, c, i, j] for c in range(4))


def own_share(s, i: int, j: int, c: int, h: int) -> float:
    return log((s.W[h, c, i, j] + 8.0 * news(s, h, c, j)) / (s.W[h, :, i].sum() + 8.0))


def returned_share(s, i: int, j: int, c: int, h: int) -> float:
    return log((s.W[h, c, j, i] + 0.1 + 0.05 * any_act(s, h, j, i)) / (s.W[h, :, i].sum() + 8.0))


def act_mix(s, i: int, j: int, k: int) -> float:
    same = [x for x in range(len(s.klass)) if s.klass[x] == s.klass[k]]
    usual = (s.A[k].sum() + 1.0) / sum(s.A[x].sum() + 1.0 for x in same)
    mine = (s.A[k, i].sum() + 20.0 * usual) / (sum(s.A[x, i].sum() for x in same) + 20.0)
    return log((s.A[k, i, j] + 5.0 * mine) / (sum(s.A[x, i, j] for x in same) + 5.0))


def pooled(s, c: int, i: int, j: int) -> float:
    """V_c,ij: acts over all half-lives, each weighted by one over its half-life."""
    return sum(s.W[h, c, i, j] / s.half[h] for h in range(len(s.W)))


def class_mix(s, c: int, i: int) -> float:
    """m_ic: share of class c in i's acts at the middle half-life, five of everybody's beside them."""
    h = len(s.W) // 2
    everybodys = sum(news(s, h, c, j) for j in everybody(s))
    return (s.W[h, c, i].sum() + 5.0 * everybodys) / (s.W[h, :, i].sum() + 5.0)


def excitation(weight: float):
    def value(s, i: int, j: int, c: int) -> float:
        own, back = (sum(pooled(s, x, *pair) for x in range(4)) for pair in ((i, j), (j, i)))
        mix, h = class_mix(s, c, i), len(s.W) // 2
        heat = pooled(s, c, i, j) + 0.15 * pooled(s, c, j, i) + mix * (0.12 * own + 0.08 * back)
        usual = 0.5 * news(s, h, c, j) + 0.5 * mix * sum(news(s, h, x, j) for x in range(4))
        return log(heat + weight * usual)

    return value


def hot(s, i: int, j: int) -> float:
    return sum(pooled(s, c, i, j) for c in range(4))


def deals(s, i: int, j: int) -> float:
    """b_ij: share of j in all i deals with, either way."""
    return (hot(s, i, j) + hot(s, j, i)) / (sum(hot(s, i, h) + hot(s, h, i) for h in everybody(s)) + 1.0)


def eager(s, c: int, i: int, j: int) -> float:
    """e_c,ij: share of c towards j in i's latest acts."""
    return pooled(s, c, i, j) / (sum(hot(s, i, h) for h in everybody(s)) + 1.0)


def sent(s, h: int, i: int) -> float:
    return s.W[h, :, i].sum() / max(s.cover[h], 7.0) + 0.02


def got(s, h: int, i: int) -> float:
    return s.W[h, :, :, i].sum() / max(s.cover[h], 7.0) + 0.02


REFERENCE = {
    "own-share": own_share,
    "returned-share": returned_share,
    "own-attention": lambda s, i, j, c, h: log(
        (any_act(s, h, i, j) + 8.0 * sum(news(s, h, x, j) for x in range(4))) / (s.W[h, :, i].sum() + 8.0)
    ),
    "returned-attention": lambda s, i, j, c, h: log((any_act(s, h, j, i) + 0.2) / (s.W[h, :, i].sum() + 8.0)),
    "popularity": lambda s, i, j, c, h: log(news(s, h, c, j)),
    "excitation-keen": excitation(0.5),
    "excitation": excitation(5.0),
    "excitation-slow": excitation(50.0),
    "partners-turn": lambda s, i, j, c: log(
        0.001 + sum(deals(s, i, h) * eager(s, c, h, j) for h in everybody(s))
    ),
    "turns-to-partners": lambda s, i, j, c: log(
        0.001 + sum(deals(s, i, h) * eager(s, c, j, h) for h in everybody(s))
    ),
    "own-count": lambda s, i, j, c, h: log1p(s.W[h, c, i, j]),
    "returned-count": lambda s, i, j, c, h: log1p(s.W[h, c, j, i]),
    "act-mix": act_mix,
    "returned-act-mix": lambda s, i, j, k: act_mix(s, j, i, k),
    "alliance": tie(st.ALLIANCE),
    "forum": tie(st.FORUM),
    "partnership": tie(st.PARTNERSHIP),
    "rivalry": tie(st.RIVALRY),
    "war": tie(st.WAR),
    "contiguity": tie(st.CONTIGUITY),
    "ideal-distance": tie(st.IDEAL),
    "capability-ratio": lambda s, i, j: log((s.attribute[0, j] + 0.001) / (s.attribute[0, i] + 0.001)),
    "dependence": depends,
    "leverage": lambda s, i, j: depends(s, j, i),
    "energy": either(st.ENERGY),
    "arms": either(st.ARMS),
    "grey-list": either(st.GREY),
    "common-friend": third(friendly, friendly),
    "common-enemy": third(hostile, hostile),
    "friend-of-enemy": third(hostile, friendly),
    "enemy-of-friend": third(friendly, hostile),
    "rivals-suitor": third(lambda s, i, h: conf(s, LONG, i, h), lambda s, j, h: coop(s, SHORT, j, h)),
    "rivals-rebuff": third(lambda s, i, h: conf(s, LONG, i, h), lambda s, j, h: conf(s, SHORT, j, h)),
    "thaw-substitution": lambda s, i, j: sum(
        max(warming(s, i, g), 0.0)
        for g in everybody(s)
        if g not in (i, j) and s.attribute[st.GREAT_POWER, g] > 0
    ),
    "abandonment": lambda s, i, j: sum(
        depends(s, i, g) * max(-warming(s, g, i), 0.0) for g in everybody(s) if g != j
    ),
    "concentration": lambda s, i, j: (
        coop(s, LONG, i, j) / (sum(coop(s, LONG, i, h) for h in everybody(s)) + 1.0)
    ),
    "sanctions": sanctions,
    "sanctioned-by": lambda s, i, j: sanctions(s, j, i),
    "secondary-sanctions": lambda s, i, j: sum(
        sanctions(s, g, j) * depends(s, i, g) for g in everybody(s) if g != i
    ),
    "patrons-displeasure": lambda s, i, j: sum(
        depends(s, i, g) * log1p(conf(s, SHORT, g, j)) for g in everybody(s)
    ),
    "conditionality": conditionality,
    "trust": trust,
    "blame": lambda s, i, j: sum(
        s.tie[st.TERRITORY, g, j] * log1p(conf(s, SHORT, g, i))
        for g in everybody(s)
        if s.attribute[st.ARMED_GROUP, g] > 0
    ),
    "need": lambda s, i, j: s.tie[st.CREDIT, j, i] * depends(s, i, j),
    "transactional": lambda s, i, j: s.attribute[st.TRANSACTIONAL, i] * s.tie[st.ALLIANCE, i, j],
    "own-activity-short": lambda s, i: log(sent(s, 0, i)),
    "own-activity-middle": lambda s, i: log(sent(s, len(s.W) // 2, i)),
    "own-activity-long": lambda s, i: log(sent(s, len(s.W) - 1, i)),
    "targeted-short": lambda s, i: log(got(s, 0, i)),
    "targeted-long": lambda s, i: log(got(s, len(s.W) - 1, i)),
    "world-volume": lambda s, i: log(sum(exp(log(sent(s, 0, g))) for g in everybody(s))),
    "weekend": lambda s, i: s.season[0],
    "season-sine": lambda s, i: s.season[1],
    "season-cosine": lambda s, i: s.season[2],
    "at-war": lambda s, i: max(s.tie[st.WAR, i, g] for g in everybody(s)),
    "new-leader": lambda s, i: s.attribute[st.LEADER_CHANGE, i],
}
