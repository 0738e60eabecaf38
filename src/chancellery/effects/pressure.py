"""Pressure: sanctions, patrons, conditions, trust and blame."""

from __future__ import annotations

import numpy as np

from chancellery.effects import state
from chancellery.effects.effect import effect
from chancellery.effects.state import State

BROKEN_WEIGHS = 2.0  # a broken commitment counts this many kept ones (loss aversion, Kahneman & Tversky 1979)


@effect(
    "sanctions", level="pair", sign=-1, formula="S_ij, strength of i's sanctions in force on j",
    reference="Felbermayr et al. 2020 (GSDB)", says="sanctions in force",
)  # fmt: skip
def sanctions(s: State, i: int, j: int) -> float:
    """Strength of the sanctions i, or an organisation it belongs to, has on j."""
    return s.press[i, j]


@effect(
    "sanctioned-by", level="pair", sign=-1, formula="S_ji", reference="Felbermayr et al. 2020 (GSDB)",
    says="the sanctioned answers",
)  # fmt: skip
def sanctioned_by(s: State, i: int, j: int) -> float:
    """Strength of the sanctions j has on i."""
    return s.press[j, i]


@effect(
    "secondary-sanctions", level="pair", sign=-1, formula="Σ_s S_sj · D_is over s ≠ i",
    reference="Early 2015; Peksen & Peterson 2016",
    says="banks and settlement: fear of the sanctioner one depends on",
)  # fmt: skip
def secondary_sanctions(s: State, i: int, j: int) -> float:
    """Exposure of i, through those it depends on, to the sanctions on j."""
    total = 0.0
    for g in range(s.can.shape[0]):
        total += s.depend[i, g] * s.pressed[j, g]
    return total


@effect(
    "patrons-displeasure", level="pair", sign=-1, formula="Σ_g D_ig · log1p(recent H_gj)",
    reference="Snyder 1984; Morrow 1991", says="cannot afford to antagonise",
)  # fmt: skip
def patrons_displeasure(s: State, i: int, j: int) -> float:
    """Recent hostility towards j of those i depends on."""
    total = 0.0
    for g in range(s.can.shape[0]):
        total += s.depend[i, g] * s.hurt[j, g]
    return total


@effect(
    "conditionality", level="pair", sign=1, formula="log1p(demands i→j) · [recent − long-run log1p(C_ji)]",
    reference="Axelrod 1984; Keohane 1986", says="pay for performance",
)  # fmt: skip
def conditionality(s: State, i: int, j: int) -> float:
    """j's recent delivery, weighted by how much i has asked of j."""
    delivered = s.lcoop[state.SHORT, j, i] - s.lcoop[state.LONG, j, i]
    asked = np.log1p(s.dealt[2, i, j])
    return asked * delivered


@effect(
    "trust", level="pair", sign=1,
    formula="log1p(kept) − 2·log1p(broken); kept, broken = √(agreements j→i × later material acts j→i)",
    reference="Kydd 2005; Kahneman & Tversky 1979", says="broken trust",
)  # fmt: skip
def trust(s: State, i: int, j: int) -> float:
    """What followed on j's agreements with i: material cooperation (kept) or conflict (broken)."""
    promised = s.dealt[0, j, i]
    kept = np.sqrt(promised * s.dealt[1, j, i])
    broken = np.sqrt(promised * s.dealt[3, j, i])
    return np.log1p(kept) - BROKEN_WEIGHS * np.log1p(broken)


@effect(
    "blame", level="pair", sign=-1, formula="Σ_g territory_gj · log1p(recent H_gi) over armed groups g",
    reference="Salehyan 2009", says="blame after attacks by groups that operate from j",
)  # fmt: skip
def blame(s: State, i: int, j: int) -> float:
    """Recent attacks on i by armed groups that operate from j."""
    total = 0.0
    for g in range(s.can.shape[0]):
        total += s.harbour[j, g] * s.hurt[i, g]
    return total


@effect(
    "need", level="pair", sign=1, formula="credit_ji · D_ij", reference="Vreeland 2003",
    says="the creditor first",
)  # fmt: skip
def need(s: State, i: int, j: int) -> float:
    """How much i lives on credit by j, times its dependence on j."""
    return s.tie[state.CREDIT, j, i] * s.depend[i, j]


@effect(
    "transactional", level="pair", sign=-1, formula="leader_i transactional · alliance_ij",
    reference="Schweller 2018; Horowitz, Stam & Ellis 2015",
    says="the transactional president and his allies",
)  # fmt: skip
def transactional(s: State, i: int, j: int) -> float:
    """A transactional leader of i deals with an ally."""
    return s.attribute[state.TRANSACTIONAL, i] * s.tie[state.ALLIANCE, i, j]
