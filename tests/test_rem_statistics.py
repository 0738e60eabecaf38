"""Every effect with every option it has: what the engine keeps up to date is what the past, counted anew, says."""

from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chancellery.rem.catalogue import EFFECTS, RATE, Effect
from chancellery.rem.kernels.holding import join_neighbours, set_tie
from rem_compiled import engine, pairs, senders, walk
from rem_slow import SHIFTS, Spec, attribute, begins, kinds, statistic, there
from rem_worlds import Ties, World, made_up

MEMORIES = [{}, {"window": 7.5}, {"window": "2 weeks", "of": "same"}, {"half_life": 10}]
COUNTS = [{}, {"weighted": True}, {"weighted": True, "join": "minimum"}]
EXTRAS = [
    {"transform": "log1p"}, {"transform": "sqrt"}, {"transform": "square"}, {"transform": "positive"},
    {"ignore_repetitions": True}, {"of": "aid"}, {"on": "talk"},
    {"on": "talk", "of": "talk", "ignore_repetitions": True, "transform": "log1p"}, {"type": "ego"},
    *({"summary": s} for s in ("sum", "min", "max")),
]  # fmt: skip
ARGUMENTS = {  # for what an effect reads, all the arguments it is tried with
    (): [()],
    ("network",): [("calls",), ("friends",), ("pacts",)],
    ("network", "network"): [("calls", "friends"), ("pacts", "calls")],
    ("attribute",): [("floor",), ("wealth",)],
    ("attribute", "attribute"): [("floor", "wealth"), ("wealth", "wealth")],
    ("network", "attribute"): [("calls", "wealth"), ("friends", "wealth")],
    ("shift",): [(s,) for s in SHIFTS],
    ("type",): [("aid",), ("talk",)],
}


def specifications(effect: Effect, arguments: tuple[str, ...]) -> list[Spec]:
    """All memories with all ways to count, and each other option with two memories."""
    chosen = [m | c for m, c in product(MEMORIES, COUNTS)]
    chosen += [m | e for m, e in product([{}, {"window": 7.5}, {"half_life": 10, "weighted": True}], EXTRAS)]
    out = []
    for options in chosen:
        fades, windowed = "half_life" in options, "window" in options
        known = set(options) <= set(effect.options) and not (fades and windowed)
        if not known or (fades and effect.name in ("four", "node_trans")):
            continue
        if options.get("of") in ("same", "aid", "talk") and set(arguments) & {"friends", "pacts"}:
            continue  # these have no types
        out.append(Spec(effect.name, arguments, options))
    return out


def check_pairs(world: World, model: str, specs: list[Spec]) -> None:
    others = [
        (k, i, j) for k in range(len(kinds(world))) for i in range(world.n) for j in range(world.n) if i != j
    ]
    for now, h in walk(engine(world, model, specs)):
        by_row, by_cell = pairs(h, now)
        slow = [[statistic(world, s, now, kinds(world)[k], i, j, model) for s in specs] for k, i, j in others]
        where = f"{[str(s) for s in specs]} of {others} at {now}"
        for read in (by_row, by_cell):
            fast = [read[k, i, j, : len(specs)] for k, i, j in others]
            np.testing.assert_allclose(fast, slow, rtol=1e-9, atol=1e-9, err_msg=where)


def check_senders(world: World, specs: list[Spec]) -> None:
    for now, h in walk(engine(world, RATE, specs)):
        read = senders(h, now)[:, : len(specs)]
        slow = [[statistic(world, s, now, "", i, i, RATE) for s in specs] for i in range(world.n)]
        np.testing.assert_allclose(
            read, slow, rtol=1e-9, atol=1e-9, err_msg=f"{[str(s) for s in specs]} at {now}"
        )


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda e: e.name)
def test_every_effect_and_option_of_pairs(effect: Effect):
    models = [m for m in ("tie", "choice", "coordination") if m in effect.models]
    if not models:
        pytest.skip("an effect of senders only")
    world = made_up(3, types=True, events=13)
    for arguments in ARGUMENTS[effect.reads]:
        specs = specifications(effect, arguments)
        if models[0] != "tie":
            specs = [s for s in specs if s.options.get("type") != "ego"]
        check_pairs(world, models[0], specs)


@pytest.mark.parametrize("effect", [e for e in EFFECTS if RATE in e.models], ids=lambda e: e.name)
def test_every_effect_and_option_of_senders(effect: Effect):
    world = made_up(4, events=18)
    for arguments in ARGUMENTS[effect.reads]:
        specs = specifications(effect, arguments)
        refused = ("ignore_repetitions", "on", "of")
        check_senders(world, [s for s in specs if not set(refused) & set(s.options)])


@pytest.mark.parametrize("step", ["day", "week", "month"])
def test_all_events_of_a_step_see_its_start(step: str):
    world = made_up(5, events=20, step=step)
    world.networks["friends"].rows += [(41.2, 1, 2, 1.0, ""), (41.6, 1, 2, 2.0, ""), (45.1, 0, 1, 1.0, "")]
    specs = [
        Spec("inertia", ("calls",), {"window": 9.3}), Spec("trans", ("calls",), {"weighted": True, "window": 9.3}),
        Spec("tie", ("friends",), {"window": 0.4, "weighted": True}), Spec("recip", ("friends",), {"window": 3.9}),
        Spec("indeg", ("calls",), {"half_life": 6}), Spec("alter", ("wealth",)), Spec("shift", ("AB-AY",)),
    ]  # fmt: skip
    check_pairs(world, "tie", specs)


def test_products_of_two_effects():
    world = made_up(6, types=True, events=14)
    inertia, same = (
        Spec("inertia", ("calls",), {"half_life": 8, "transform": "log1p"}),
        Spec("same", ("floor",)),
    )
    specs = [
        Spec("inertia", ("calls",), {}, same), Spec("alter", ("wealth",), {}, inertia), inertia,
        Spec("kind", ("aid",), {}, Spec("trans", ("calls",), {"window": 12})),
        Spec("ego", ("mood",), {}, Spec("outdeg", ("calls",), {"type": "ego", "weighted": True})),
    ]  # fmt: skip
    check_pairs(world, "tie", specs)
    world = made_up(6)
    check_senders(world, [Spec("ego", ("wealth",), {}, Spec("indeg", ("calls",), {"weighted": True}))])


def test_a_value_set_both_ways_lasts_a_window_from_its_last_setting():
    """An agreement renewed by the other side at 5 lasts from then: to 15, not to 10."""
    rows = [(0.0, 0, 1, 1.0, ""), (5.0, 1, 0, 1.0, "")]
    calls = [(t, 2, 3, 1.0, "") for t in (1.0, 6.0, 12.0, 15.0, 15.5)]
    world = World(4, {"pacts": Ties(rows, True, directed=False), "calls": Ties(calls)})
    spec = Spec("tie", ("pacts",), {"window": 10})
    assert [pairs(h, t)[0][0, 0, 1, 0] for t, h in walk(engine(world, "tie", [spec]))] == [1, 1, 1, 1, 0]
    check_pairs(world, "tie", [spec])


@pytest.mark.parametrize("transform", ["positive", "sqrt", "identity"])
def test_a_tie_that_left_its_window_leaves_nothing(transform: str):
    """0.1 + 0.2 − 0.1 − 0.2 is 2.8e-17 in floating point; no tie is left of it."""
    rows = [(0.0, 0, 1, 0.1, ""), (0.5, 0, 1, 0.2, ""), (0.6, 0, 1, 1e6, ""), (0.7, 1, 2, 0.7, "")]
    calls = [(t, 2, 3, 1.0, "") for t in (1.0, 5.0)]
    world = World(4, {"money": Ties(rows), "calls": Ties(calls)})
    specs = [
        Spec(name, ("money",), {"window": 2, "weighted": weighted, "transform": transform})
        for name in ("tie", "indeg", "outdeg", "trans", "four") for weighted in (False, True)
    ]  # fmt: skip
    *_, (_, h) = walk(engine(world, "tie", specs))
    assert not pairs(h, 5.0)[0].any()


def test_simultaneous_events_see_one_last_event():
    """a → b at 1; b → a and c → d together at 2: both follow a → b; what comes at 3 follows c → d."""
    rows = [(1.0, 0, 1, 1.0, ""), (2.0, 1, 0, 1.0, ""), (2.0, 2, 3, 1.0, ""), (3.0, 3, 2, 1.0, "")]
    specs = [Spec("shift", ("AB-BA",))]
    seen = [
        pairs(h, t)[0][0, :, :, 0] for t, h in walk(engine(World(4, {"calls": Ties(rows)}), "tie", specs))
    ]
    assert [np.argwhere(x).tolist() for x in seen] == [[], [[1, 0]], [[1, 0]], [[3, 2]]]


cell = st.tuples(
    st.integers(0, 4), st.integers(0, 4), st.sampled_from([0.0, 0.0, 1.0, 0.5, 0.3, 2.0]), st.integers(0, 1)
)


@settings(max_examples=40, deadline=None)
@given(st.lists(cell, max_size=60))
def test_statistics_kept_by_updates_are_those_computed_from_scratch(changes: list[tuple]):
    """Any sequence of ties set and unset: planes, vectors and joined attributes as if counted at the end."""
    names = (
        "inertia",
        "recip",
        "trans",
        "cycle",
        "common_sender",
        "common_receiver",
        "four",
        "indeg",
        "outdeg",
        "degree",
    )
    specs = [Spec(n, ("calls",), {"weighted": w}) for n in names for w in (True, False)]
    specs += [Spec("node_trans", ("calls",)), Spec("tertius", ("calls", "wealth"), {"summary": "max"})]
    mixed = ("calls", "friends")
    specs += [
        Spec(f"mixed_{n}", mixed, {"weighted": True, "join": j})
        for n in names[2:6]
        for j in ("product", "minimum")
    ]
    world = World(
        5,
        {"calls": Ties([(1.0, 0, 1, 1.0, "")]), "friends": Ties([], True)},
        {"wealth": [1.0, 2.0, 3.5, 4.0, 0.5]},
    )
    plan = engine(world, "tie", specs).plan
    kept, scratch = plan.holding(), plan.holding()
    final: dict[tuple[int, int, int], float] = {}
    for a, b, value, layer in changes:
        set_tie(kept, layer, a, b, value)
        if a != b:
            final[layer, a, b] = value
    for (layer, a, b), value in sorted(final.items()):
        set_tie(scratch, layer, a, b, value)
    for g in range(len(plan.aggregates)):
        for j in range(5):
            join_neighbours(scratch, g, j)
    for name in ("X", "P", "V", "shown", "G"):
        np.testing.assert_allclose(
            getattr(kept, name), getattr(scratch, name), rtol=1e-9, atol=1e-9, err_msg=name
        )


def test_networkx_counts_the_same():
    world = made_up(8, events=30, weights=False)
    names = (
        "indeg",
        "outdeg",
        "degree",
        "trans",
        "cycle",
        "common_sender",
        "common_receiver",
        "four",
        "node_trans",
    )
    *_, (now, h) = walk(engine(world, "tie", [Spec(n, ("calls",)) for n in names]))
    graph = nx.DiGraph()
    graph.add_nodes_from(range(6))
    graph.add_edges_from((i, j) for t, i, j, *_ in world.networks["calls"].rows if t < now)
    X = nx.to_numpy_array(graph)
    read = pairs(h, now)[0][0]
    off = ~np.eye(6, dtype=bool)
    for e, degree in enumerate((graph.in_degree, graph.out_degree, graph.degree)):
        np.testing.assert_array_equal(read[0, :, e], [degree(j) for j in range(6)])
    for e, paths in enumerate((X @ X, (X @ X).T, X.T @ X, X @ X.T), start=3):
        np.testing.assert_array_equal(read[:, :, e][off], paths[off])
    ways = [[sum(1 for p in nx.all_simple_paths(_zigzag(graph), ("out", i), ("in", j), 3)
                 if len(p) == 4 and len({v for _, v in p}) == 4) if i != j else 0
             for j in range(6)] for i in range(6)]  # fmt: skip
    np.testing.assert_array_equal(read[:, :, 7][off], np.array(ways, float)[off])
    triads = [sum(graph.has_edge(i, k) and graph.has_edge(k, m) and graph.has_edge(i, m)
                  for k in range(6) for m in range(6)) for i in range(6)]  # fmt: skip
    np.testing.assert_array_equal(read[0, :, 8], triads)


def _zigzag(graph: nx.DiGraph) -> nx.Graph:
    """Two-mode copy: senders on one side, receivers on the other, so that i → k ← m → j is a path."""
    return nx.Graph([(("out", i), ("in", j)) for i, j in graph.edges]) if graph.edges else nx.Graph()


def test_by_hand():
    """Five actors. a→b 1, b→c 2, a→c 3, d→c 4, c→a 5, then e→a 6. Before the last event:

    trans a→c: through b, 1. cycle a→b: b→c→a, 1. common_receiver a,b: c, 1; a,d: c, 1. common_sender b,c: a, 1.
    four d→b: d→c←a→b, 1. indeg of c: a, b, d, 3. node_trans of a: a→b→c with a→c, 1.
    tertius of c over wealth (1, 2, 3, 4, 5): (1 + 2 + 4) / 3 = 7/3; nobody turned to d: the mean over those
    somebody turned to: a: 3, b: 1, c: 7/3, so (3 + 1 + 7/3) / 3 = 19/9.
    """
    rows = [(1, 0, 1), (2, 1, 2), (3, 0, 2), (4, 3, 2), (5, 2, 0), (6, 4, 0)]
    world = World(
        5, {"calls": Ties([(float(t), i, j, 1.0, "") for t, i, j in rows])}, {"wealth": [1.0, 2, 3, 4, 5]}
    )
    names = ("trans", "cycle", "common_receiver", "common_sender", "four", "indeg", "node_trans")
    specs = [*(Spec(n, ("calls",)) for n in names), Spec("tertius", ("calls", "wealth"))]
    *_, (_, h) = walk(engine(world, "tie", specs))
    x = pairs(h, 6.0)[0][0]
    assert [x[0, 2, 0], x[0, 1, 1], x[0, 1, 2], x[0, 3, 2], x[1, 2, 3], x[3, 1, 4], x[4, 2, 5], x[4, 0, 6]] == [
        1, 1, 1, 1, 1, 1, 3, 1,
    ]  # fmt: skip
    np.testing.assert_allclose([x[0, 2, 7], x[0, 3, 7]], [7 / 3, 19 / 9])


def test_the_reference_itself_by_hand():
    """Half-life 2: a tie of weight 3 set at 0 weighs 3/2 at 2 and 3/4 at 4; presence and attributes change."""
    world = World(
        3, {"calls": Ties([(0.0, 0, 1, 3.0, ""), (4.0, 1, 2, 1.0, "")])}, {"wealth": [1.0, 1.0, 1.0]},
        {"wealth": [(3.0, 2, 8.0)]}, [(4.0, 0, False)],
    )  # fmt: skip
    spec = Spec("inertia", ("calls",), {"half_life": 2})
    assert [statistic(world, spec, t, "", 0, 1, "tie") for t in (0.0, 2.0, 4.0)] == [0.0, 1.5, 0.75]
    assert attribute(world, "wealth", 3.0) == [1.0, 1.0, 1.0]
    assert attribute(world, "wealth", 4.0) == [1.0, 1.0, 8.0]
    assert there(world, 4.0) == [False, True, True]
    assert there(world, 4.0, ending=True) == [True, True, True]
    assert begins(world) == 0.0
