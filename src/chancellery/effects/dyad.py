"""Structure between two actors: ties that hold and attributes that differ."""

from __future__ import annotations

import numpy as np

from chancellery.effects import state
from chancellery.effects.effect import effect
from chancellery.effects.state import State


@effect(
    "alliance", level="pair", sign=1, formula="1 if i and j are allied (pact or joint member of an alliance)",
    reference="Leeds et al. 2002 (ATOP)", says="allies stand together",
)  # fmt: skip
def alliance(s: State, i: int, j: int) -> float:
    """Strength of the alliance of i and j, in [0, 1]."""
    return s.tie[state.ALLIANCE, i, j]


@effect(
    "forum", level="pair", sign=1, formula="number of forums (SCO, BRICS, G7, Quad, …) that i and j share",
    reference="Pevehouse, Nordstrom & Warnke 2004", says="sitting at one table",
)  # fmt: skip
def forum(s: State, i: int, j: int) -> float:
    """Number of forums i and j are both members of; 1 between a forum and its member."""
    return s.tie[state.FORUM, i, j]


@effect(
    "partnership", level="pair", sign=1,
    formula="strongest declared partnership or pact of i and j, in [0, 1]", reference="Strüver 2017",
    says="defence pacts, strategic partnerships",
)  # fmt: skip
def partnership(s: State, i: int, j: int) -> float:
    """Strength of the declared partnership of i and j."""
    return s.tie[state.PARTNERSHIP, i, j]


@effect(
    "rivalry", level="pair", sign=-1, formula="1 if i and j are strategic rivals",
    reference="Thompson & Dreyer 2011", says="the lens through which all else is seen",
)  # fmt: skip
def rivalry(s: State, i: int, j: int) -> float:
    """Whether i and j are rivals."""
    return s.tie[state.RIVALRY, i, j]


@effect(
    "war", level="pair", sign=-1, formula="intensity of the war between i and j, in [0, 1]",
    reference="Sarkees & Wayman 2010", says="war",
)  # fmt: skip
def war(s: State, i: int, j: int) -> float:
    """Intensity of the war between i and j."""
    return s.tie[state.WAR, i, j]


@effect(
    "contiguity", level="pair", sign=0, formula="1 for a land border, less across water",
    reference="Stinnett et al. 2002", says="neighbours",
)  # fmt: skip
def contiguity(s: State, i: int, j: int) -> float:
    """Closeness of the border of i and j."""
    return s.tie[state.CONTIGUITY, i, j]


@effect(
    "ideal-distance", level="pair", sign=-1, formula="|p_i − p_j|, UN General Assembly ideal points",
    reference="Bailey, Strezhnev & Voeten 2017", says="how far apart they stand in the world",
)  # fmt: skip
def ideal_distance(s: State, i: int, j: int) -> float:
    """Distance of the UN ideal points of i and j; the mean distance where one has none."""
    return s.tie[state.IDEAL, i, j]


@effect(
    "capability-ratio", level="pair", sign=0, formula="log[(cap_j + 0.001) / (cap_i + 0.001)]",
    reference="Singer, Bremer & Stuckey 1972", says="the strong and the weak",
)  # fmt: skip
def capability_ratio(s: State, i: int, j: int) -> float:
    """Log ratio of the target's capability to the source's."""
    cap = s.attribute[state.CAPABILITY]
    return np.log((cap[j] + 0.001) / (cap[i] + 0.001))


@effect(
    "dependence", level="pair", sign=1, formula="D_ij = 1 − Π_domain(1 − share of i's total that j supplies)",
    reference="Hirschman 1945; Keohane & Nye 1977", says="cannot afford to antagonise",
)  # fmt: skip
def dependence(s: State, i: int, j: int) -> float:
    """How much i depends on j for trade, energy, arms and credit."""
    return s.depend[i, j]


@effect(
    "leverage", level="pair", sign=0, formula="D_ji", reference="Hirschman 1945; Wagner 1988",
    says="who needs me listens to me",
)  # fmt: skip
def leverage(s: State, i: int, j: int) -> float:
    """How much j depends on i."""
    return s.depend[j, i]


@effect(
    "energy", level="pair", sign=1, formula="share of either's energy that the other supplies",
    reference="Stulberg 2007", says="gas and oil bind",
)  # fmt: skip
def energy(s: State, i: int, j: int) -> float:
    """The larger of the two energy dependences."""
    return max(s.tie[state.ENERGY, i, j], s.tie[state.ENERGY, j, i])


@effect(
    "arms", level="pair", sign=1, formula="share of either's arms imports that the other supplies",
    reference="Kinsella 1998", says="arms bind",
)  # fmt: skip
def arms(s: State, i: int, j: int) -> float:
    """The larger of the two arms dependences."""
    return max(s.tie[state.ARMS, i, j], s.tie[state.ARMS, j, i])


@effect(
    "grey-list", level="pair", sign=0, formula="1 if i lists j, or j lists i, for watching",
    reference="Morse 2022", says="the grey list",
)  # fmt: skip
def grey_list(s: State, i: int, j: int) -> float:
    """Whether one of the two has the other on a watch list."""
    return max(s.tie[state.GREY, i, j], s.tie[state.GREY, j, i])
