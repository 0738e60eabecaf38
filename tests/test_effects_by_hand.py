"""Effects worked out by hand in worlds of one or two events."""

from __future__ import annotations

import numpy as np
import pytest

from chancellery.effects import catalogue
from chancellery.effects import state as st
from toy_worlds import ACTORS, CHN, PAK, RUS, TTP, USA, ToyWorld, by_updates

# In a single step of 30 covered days nothing has faded and rates are per 30 days, so one `aid` is a rate of
# cooperation of 1, one `sanction` a rate of conflict of 1, one `fight` of 2.
FRIENDS = ToyWorld(events=((0, USA, "aid", CHN, 3), (0, CHN, "aid", USA, 1), (0, PAK, "aid", CHN, 1)))
ENEMIES = ToyWorld(events=((0, USA, "sanction", RUS, 1), (0, PAK, "sanction", RUS, 3)))
MIXED = ToyWorld(events=((0, USA, "sanction", RUS, 1), (0, PAK, "aid", RUS, 3)))
DEPENDENT = (("trade", USA, PAK, 0.4), ("energy", USA, PAK, 0.5))  # 1 − (1 − 0.4)(1 − 0.5) = 0.7

# Two steps, of 30 and 80 days. What happened in the first has faded by 80 days: to 1/16 over the short
# half-life of 20, to 1/2 over the long one of 80; covered days are 30/16 + 80 = 81.875 and 30/2 + 80 = 95.
# One act of weight 1 is then a recent rate of (1/16)·30/81.875 = 0.0229008, log1p 0.0226425, and a long-run
# rate of (1/2)·30/95 = 0.1578947, log1p 0.1466035: a change of ∓0.1239610 since.
TWO_STEPS = ((0, 30), (0, 80))
THAW = ToyWorld(
    events=((0, USA, "sanction", RUS, 1),), steps=TWO_STEPS,
    attributes=(("great-power", USA, 1.0), ("great-power", RUS, 1.0)),
)  # fmt: skip
DROPPED = ToyWorld(events=((0, USA, "aid", PAK, 1),), steps=TWO_STEPS, ties=DEPENDENT)
ASKED = ToyWorld(events=((0, USA, "aid", PAK, 1), (1, PAK, "demand", USA, 1)), steps=TWO_STEPS)

PATRON = ToyWorld(events=((0, USA, "sanction", RUS, 3),), ties=(*DEPENDENT, ("sanctions", USA, RUS, 0.5)))
LEAGUE = ToyWorld(ties=(("membership", USA, CHN, 1.0), ("sanctions", CHN, RUS, 1.0)))
ATTACK = ToyWorld(
    events=((0, TTP, "fight", USA, 1),), ties=(("territory", TTP, PAK, 1.0),),
    attributes=(("armed-group", TTP, 1.0),),
)  # fmt: skip
# Trust reads the longest half-life but one, 10 days: nothing has faded in a single step.
PROMISED = ToyWorld(events=((0, CHN, "agree", PAK, 4), (0, CHN, "aid", PAK, 1), (0, CHN, "fight", PAK, 1)))
LENT = ToyWorld(ties=(("credit", CHN, PAK, 0.5), ("trade", CHN, PAK, 0.2), ("alliance", USA, PAK, 1.0)),
                attributes=(("transactional", USA, 1.0), ("capability", USA, 0.2), ("capability", PAK, 0.1)))  # fmt: skip
# One consult in 30 days. Everybody's acts of the class towards RUS: (1 + 0.2) / (1 + 0.2·20) = 0.24; of any
# class: (1 + 0.8) / 5 = 0.36.
ONE = ToyWorld(events=((0, USA, "consult", RUS, 1),))

BY_HAND = [
    # r(USA, CHN) = log(1 + 3 + 1) = 1.609438, r(PAK, CHN) = log(1 + 1) = 0.693147: log(1 + 1.115577)
    ("common-friend", FRIENDS, (USA, PAK), 0.749327),
    # r(USA, RUS) = −log 2, r(PAK, RUS) = −log 4 = −1.386294: log(1 + 0.960906)
    ("common-enemy", ENEMIES, (USA, PAK), 0.673407),
    # RUS is an enemy of USA (log 2) and a friend of PAK (log 4): log(1 + 0.960906), and the other way round
    ("friend-of-enemy", MIXED, (USA, PAK), 0.673407),
    ("enemy-of-friend", MIXED, (PAK, USA), 0.673407),
    ("friend-of-enemy", MIXED, (PAK, USA), 0.0),
    # H(USA, RUS) = 1, recent C(PAK, RUS) = 3: log(1 + 3); recent H(PAK, RUS) = 3 likewise
    ("rivals-suitor", MIXED, (USA, PAK), 1.386294),
    ("rivals-rebuff", ENEMIES, (USA, PAK), 1.386294),
    # 3 of 3 + 1 units of the USA's own cooperation: 3 / (3 + 1)
    ("concentration", FRIENDS, (USA, CHN), 0.75),
    ("concentration", FRIENDS, (PAK, CHN), 0.5),
    ("thaw-substitution", THAW, (USA, PAK), 0.123961),
    ("thaw-substitution", THAW, (USA, RUS), 0.0),  # the thaw is with RUS itself
    ("thaw-substitution", THAW, (PAK, USA), 0.0),
    ("abandonment", DROPPED, (PAK, CHN), 0.7 * 0.123961),
    ("abandonment", DROPPED, (PAK, USA), 0.0),
    ("abandonment", DROPPED, (USA, CHN), 0.0),  # cooled as much, but does not depend on PAK
    # Demands a month, half-life 10 days: 30 / (30/256 + 80) = 0.374451, log1p 0.318055; times −0.1239610
    ("conditionality", ASKED, (PAK, USA), -0.039426),
    ("dependence", PATRON, (PAK, USA), 0.7),
    ("leverage", PATRON, (USA, PAK), 0.7),
    ("energy", PATRON, (USA, PAK), 0.5),
    # D(PAK, USA) · log(1 + 3)
    ("patrons-displeasure", PATRON, (PAK, RUS), 0.970406),
    # S(USA, RUS) · D(PAK, USA) = 0.5 · 0.7; the USA does not fear its own sanctions
    ("secondary-sanctions", PATRON, (PAK, RUS), 0.35),
    ("secondary-sanctions", PATRON, (USA, RUS), 0.0),
    ("sanctions", PATRON, (USA, RUS), 0.5),
    ("sanctions", LEAGUE, (USA, RUS), 1.0),  # through the organisation
    ("sanctioned-by", LEAGUE, (RUS, USA), 1.0),
    ("sanctions", LEAGUE, (PAK, RUS), 0.0),
    # log(1 + 2): one fight weighs 2
    ("blame", ATTACK, (USA, PAK), 1.098612),
    ("blame", ATTACK, (CHN, PAK), 0.0),
    # kept = broken = √(4 · 1) = 2: log 3 − 2 log 3
    ("trust", PROMISED, (PAK, CHN), -1.098612),
    ("trust", PROMISED, (CHN, PAK), 0.0),
    # credit 0.5 · (1 − (1 − 0.5)(1 − 0.2)) = 0.5 · 0.6
    ("need", LENT, (PAK, CHN), 0.3),
    ("transactional", LENT, (USA, PAK), 1.0),
    # log(0.101 / 0.201)
    ("capability-ratio", LENT, (USA, PAK), -0.688185),
]
MEMORY_BY_HAND = [
    # log((1 + 8 · 0.24) / (1 + 8))
    ("own-share", (USA, RUS, 0, 0), -1.125641),
    # RUS has sent nothing: log((1 + 0.1 + 0.05) / 8); in another class log((0.1 + 0.05) / 8)
    ("returned-share", (RUS, USA, 0, 0), -1.939680),
    ("returned-share", (RUS, USA, 3, 1), -3.976562),
    # log((1 + 8 · 0.36) / (1 + 8))
    ("own-attention", (USA, RUS, 2, 1), -0.841389),
    # log((1 + 0.2) / 8)
    ("returned-attention", (RUS, USA, 0, 1), -1.897120),
    # log 0.24, whoever looks
    ("popularity", (PAK, RUS, 0, 0), -1.427116),
    # log(1 + 1), and nothing of another class
    ("own-count", (USA, RUS, 0, 0), 0.693147),
    ("own-count", (USA, RUS, 1, 0), 0.0),
    ("returned-count", (RUS, USA, 0, 1), 0.693147),
]
# Half-lives of 10 and 40 days: one act heats by 1/10 + 1/40 = 0.125. Everybody's mix of classes is (1 + 1) / 5
# = 0.4 verbal cooperation, 0.2 each other; the USA's own (1 + 5 · 0.4) / 6 = 0.5. What is usual of it towards RUS:
# 0.5 · 0.24 + 0.5 · 0.5 · 0.36 = 0.21.
HEAT_BY_HAND = [
    # 0.125 + 0.5 · 0.12 · 0.125 = 0.1325; log(0.1325 + 0.5 · 0.21), + 5 · 0.21, + 50 · 0.21
    ("excitation-keen", (USA, RUS, 0), -1.437588),
    ("excitation", (USA, RUS, 0), 0.167631),
    ("excitation-slow", (USA, RUS, 0), 2.363915),
    # RUS did nothing and mixes as everybody: 0.15 · 0.125 + 0.4 · 0.08 · 0.125 = 0.02275; towards the USA the
    # news is 0.2 / 5 = 0.04 a class, 0.16 in all: 0.5 · 0.04 + 0.5 · 0.4 · 0.16 = 0.052
    ("excitation", (RUS, USA, 0), -1.263192),
    # PAK deals with nobody: only the floor is left, log 0.001
    ("partners-turn", (PAK, RUS, 0), -6.907755),
    ("turns-to-partners", (PAK, USA, 0), -6.907755),
]


@pytest.mark.parametrize(("name", "world", "pair", "value"), BY_HAND)
def test_pair_effect_by_hand(name, world, pair, value):
    i, j = (ACTORS.index(a) for a in pair)
    assert catalogue.lookup(name).function(by_updates(world), i, j) == pytest.approx(value, abs=2e-6)


@pytest.mark.parametrize(("name", "where", "value"), MEMORY_BY_HAND)
def test_memory_effect_by_hand(name, where, value):
    source, target, klass, half = where
    got = catalogue.lookup(name).function(
        by_updates(ONE), ACTORS.index(source), ACTORS.index(target), klass, half
    )
    assert got == pytest.approx(value, abs=2e-6)


@pytest.mark.parametrize(("name", "where", "value"), HEAT_BY_HAND)
def test_excitation_by_hand(name, where, value):
    source, target, klass = where
    got = catalogue.lookup(name).function(by_updates(ONE), ACTORS.index(source), ACTORS.index(target), klass)
    assert got == pytest.approx(value, abs=2e-6)


def test_company_by_hand():
    """PAK deals with the USA by 0.125 / (0.125 + 1) = 0.111111, and the USA with RUS by as much of its own acts:
    log(0.001 + 0.012346). RUS deals with the USA, to whom PAK turns: the same, in its class."""
    s = by_updates(ToyWorld(events=((0, USA, "consult", RUS, 1), (0, PAK, "aid", USA, 1))))
    turn, turns = (catalogue.lookup(n).function for n in ("partners-turn", "turns-to-partners"))
    pak, rus, usa = (ACTORS.index(a) for a in (PAK, RUS, USA))
    assert turn(s, pak, rus, 0) == pytest.approx(-4.316563, abs=2e-6)
    assert turn(s, pak, rus, 1) == pytest.approx(np.log(0.001))
    assert turns(s, rus, pak, 1) == pytest.approx(-4.316563, abs=2e-6)
    assert turns(s, rus, usa, 0) == pytest.approx(np.log(0.001))


def test_act_mix_by_hand():
    """Everybody's form of verbal cooperation: consult (1 + 1) of 3, agree 1 of 3. The USA's own, with 20 such
    acts beside its one: (1 + 13.3333) / 21 = 0.682540. Towards RUS: (1 + 5 · 0.682540) / 6 = 0.735450."""
    s = by_updates(ONE)
    mix, back = (catalogue.lookup(n).function for n in ("act-mix", "returned-act-mix"))
    assert mix(s, 0, 1, 0) == pytest.approx(np.log(0.735450), abs=2e-6)
    assert mix(s, 0, 1, 1) == pytest.approx(np.log(1 - 0.735450), abs=2e-6)
    assert back(s, 1, 0, 0) == mix(s, 0, 1, 0)


def test_activity_by_hand():
    """One act in 30 covered days: log(1/30 + 0.02) = −2.931194; nobody else did anything: log 0.02."""
    s = by_updates(ONE)
    sent, got, world = (
        catalogue.lookup(n).function for n in ("own-activity-short", "targeted-long", "world-volume")
    )
    assert sent(s, 0) == pytest.approx(-2.931194, abs=1e-6)
    assert got(s, 1) == pytest.approx(-2.931194, abs=1e-6)
    assert sent(s, 1) == got(s, 0) == pytest.approx(np.log(0.02))
    assert world(s, 3) == pytest.approx(np.log(1 / 30 + 5 * 0.02), abs=1e-9)


def test_a_single_half_life_is_enough():
    """Trust then reads the only memory there is."""
    s = st.empty_state(5, np.array([0, 3]), np.array([1.0, -10.0]), [10.0], 20.0, 80.0)
    counts = np.zeros((2, 5, 5))
    counts[:, 1, 0] = 4.0
    st.absorb_counts(s, counts, 30.0)
    st.refresh_holdings(s)
    st.refresh(s)
    assert catalogue.lookup("trust").function(s, 0, 1) == pytest.approx(-2.0 * np.log1p(4.0))
