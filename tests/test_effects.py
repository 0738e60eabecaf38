"""Effects: updates equal the closed form, compiled equals plain, and both equal the formula."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from chancellery.effects import catalogue
from chancellery.effects import state as st
from chancellery.model.compile import compile_specification
from toy_references import REFERENCE
from toy_worlds import (
    ACTORS,
    ACTS,
    CHN,
    HALF_LIVES,
    KLASS,
    PAK,
    RUS,
    TTP,
    USA,
    ToyWorld,
    by_updates,
    from_scratch,
    shipped,
    toy_columns,
    toy_specification,
    toy_worlds,
)  # fmt: skip

few = settings(max_examples=12, deadline=None)
BUSY = ToyWorld(
    events=(
        (0, USA, "sanction", RUS, 3.0), (0, PAK, "aid", CHN, 2.0), (0, TTP, "fight", USA, 1.0),
        (1, CHN, "agree", PAK, 4.0), (1, USA, "demand", PAK, 2.0), (1, PAK, "aid", USA, 1.0),
        (2, RUS, "consult", CHN, 5.0), (2, USA, "consult", RUS, 2.0), (2, CHN, "fight", PAK, 1.0),
    ),
    steps=((0, 30), (15, 20), (3, 7)),
    ties=(
        ("trade", USA, PAK, 0.4), ("energy", RUS, PAK, 0.5), ("credit", CHN, PAK, 0.3), ("arms", CHN, PAK, 0.6),
        ("sanctions", USA, RUS, 1.0), ("membership", PAK, CHN, 1.0), ("sanctions", CHN, RUS, 0.5),
        ("territory", TTP, PAK, 1.0), ("alliance", USA, PAK, 1.0), ("war", PAK, TTP, 0.5),
    ),
    attributes=(
        ("great-power", USA, 1.0), ("great-power", RUS, 1.0), ("great-power", CHN, 1.0), ("armed-group", TTP, 1.0),
        ("capability", USA, 0.2), ("capability", PAK, 0.1), ("transactional", USA, 1.0), ("leader-change", PAK, 0.7),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def compiled():
    return compile_specification(toy_specification())


def cells(name: str, s: st.State):
    """All arguments an effect can be called with where there is a choice."""
    n, level = len(ACTORS), catalogue.lookup(name).level
    if level == "actor":
        return [(i,) for i in range(n)]
    pairs = [(i, j) for i, j in product(range(n), range(n)) if s.can[i, j] > 0]
    more = {
        "pair": [()], "class": [(c,) for c in range(4)], "act": [(k,) for k in range(len(ACTS))],
        "memory": list(product(range(4), range(len(HALF_LIVES)))),
    }[level]  # fmt: skip
    return [(*pair, *rest) for pair in pairs for rest in more]


def compiled_value(name: str, compiled, columns, arguments: tuple[int, ...]) -> float:
    pair, memory, act, rate = columns
    level = catalogue.lookup(name).level
    if level == "actor":
        return rate[(*arguments, compiled.rate.index(name))]
    if level == "pair":
        return pair[(*arguments, compiled.pair.index(name))]
    i, j, where = arguments[:3]
    if level == "act":
        return act[where, i, j, compiled.act.index(name)]
    column = name if level == "class" else f"{name}@{HALF_LIVES[arguments[3]]:g}d"
    return memory[where, i, j, compiled.memory.index(column)]


def test_every_shipped_effect_has_a_reference_formula_here():
    assert sorted(REFERENCE) == sorted(shipped())


@pytest.mark.parametrize("name", shipped())
def test_compiled_plain_and_formula_agree(name, compiled):
    s = by_updates(BUSY)
    columns = toy_columns(compiled, s)
    plain = catalogue.lookup(name).function
    for arguments in cells(name, s):
        value = compiled_value(name, compiled, columns, arguments)
        assert value == pytest.approx(plain(s, *arguments), abs=1e-9), (name, arguments)
        assert value == pytest.approx(REFERENCE[name](s, *arguments), abs=1e-9), (name, arguments)


@pytest.mark.parametrize("name", shipped())
def test_no_effect_is_the_same_everywhere_in_a_busy_world(name, compiled):
    """A reference that is zero everywhere would agree with anything."""
    s = by_updates(BUSY)
    if name in ("weekend", "season-sine", "season-cosine", "world-volume"):
        assert REFERENCE[name](s, 0) != 0.0
    elif name in ("rivalry", "forum", "partnership", "contiguity", "ideal-distance", "grey-list"):
        s.tie[:, 0, 1] = 0.5
        assert REFERENCE[name](s, 0, 1) == 0.5
    else:
        assert len({round(REFERENCE[name](s, *at), 9) for at in cells(name, s)}) > 1


@pytest.mark.parametrize("name", shipped())
@few
@given(world=toy_worlds())
def test_in_any_world_updates_equal_the_closed_form_and_the_formula(name, compiled, world):
    lived, told = by_updates(world), from_scratch(world)
    in_lived, in_told = toy_columns(compiled, lived), toy_columns(compiled, told)
    for arguments in cells(name, lived):
        value = compiled_value(name, compiled, in_lived, arguments)
        assert value == pytest.approx(compiled_value(name, compiled, in_told, arguments), abs=1e-9)
        assert value == pytest.approx(REFERENCE[name](told, *arguments), abs=1e-9)


@few
@given(world=toy_worlds())
def test_memory_by_updates_is_the_closed_form(world):
    lived, told = by_updates(world), from_scratch(world)
    for name in st.MEMORY:
        np.testing.assert_allclose(getattr(lived, name), getattr(told, name), rtol=1e-12, atol=1e-12)


@few
@given(world=toy_worlds())
def test_a_gap_lowers_confidence_and_leaves_the_level(world):
    """Rates are per covered day: where nobody looked, old rates stand until coverage gets thin."""
    before = by_updates(world)
    st.decay(before, 30.0)
    ratio = np.divide(before.E, before.cover[-2:, None, None, None])
    after = st.copy_state(before)
    st.decay(after, 365.0)
    np.testing.assert_allclose(np.divide(after.E, after.cover[-2:, None, None, None]), ratio, atol=1e-9)
    assert (after.cover < before.cover).all()


@few
@given(world=toy_worlds())
def test_shares_of_acts_and_targets_are_proportions(world):
    s = by_updates(world)
    for klass in range(4):
        np.testing.assert_allclose(np.exp(s.Q[klass == KLASS]).sum(axis=0), 1.0, atol=1e-9)
    np.testing.assert_allclose(np.exp(s.G).sum(axis=(1, 2)), 1.0, atol=1e-9)
    np.testing.assert_allclose(np.exp(s.L).sum(axis=(1, 3)), 1.0, atol=1e-9)


def test_impossible_targets_have_zero_columns(compiled):
    s = by_updates(ToyWorld(gone=frozenset({TTP})))
    pair, memory, act, _ = toy_columns(compiled, s)
    for block in (pair[None], memory, act):
        assert not block[:, 4].any()
        assert not block[:, :, 4].any()
        assert not block[:, range(5), range(5)].any()


def test_utility_is_the_columns_times_the_coefficients(compiled):
    s, rng = by_updates(BUSY), np.random.default_rng(1)
    pair, memory, act, _ = toy_columns(compiled, s)
    wp, wm, wa = (
        rng.normal(size=(4, len(names))) for names in (compiled.pair, compiled.memory, compiled.act)
    )
    alpha, delta = rng.normal(size=len(ACTS)), rng.normal(size=(5, 5))
    U = np.full((len(ACTS), 5, 5), np.nan)
    compiled.module.utility(s, np.array([0, 2]), wp, wm, wa, alpha, delta, U)
    for k, c in enumerate(KLASS):
        expected = alpha[k] + delta + pair @ wp[c] + memory[c] @ wm[c] + act[k] @ wa[c]
        np.testing.assert_allclose(U[k][[0, 2]][s.can[[0, 2]] > 0], expected[[0, 2]][s.can[[0, 2]] > 0])
    assert (U[:, [0, 2], [0, 2]] == -1e30).all()
    assert np.isnan(U[:, [1, 3, 4]]).all(), "only the rows asked for are touched"


def test_columns_are_named_after_effect_and_half_life(compiled):
    assert "own-attention@10d" in compiled.columns
    assert "own-attention@40d" in compiled.columns
    assert compiled.columns[: len(shipped("pair"))] == shipped("pair")
    assert compiled.columns[-2:] == ("act-mix", "returned-act-mix")
    assert compiled.rate == shipped("actor")
