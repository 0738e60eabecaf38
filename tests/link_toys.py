"""A made-up benchmark: five entities for work by hand, and a larger world with rules to be found."""

from __future__ import annotations

import numpy as np

from chancellery.sources.benchmark import Benchmark

NAMES = ("Police (Arcadia)", "Citizen (Arcadia)", "Arcadia", "Police (Borduria)", "Ann Other")


def facts(
    rows: list[tuple[int, int, int, int]], names: tuple[str, ...] = NAMES, relations: int = 3
) -> Benchmark:
    """Build a benchmark of (source, relation, target, day) in order of days."""
    s, r, o, t = np.array(sorted(rows, key=lambda row: row[3]), np.int64).T
    roots = np.arange(relations) * 5 % 20 + 1
    return Benchmark("toy", s, r, o, t, names, tuple(f"act {i}" for i in range(relations)), roots, {})


def world(days: int = 40, entities: int = 24, seed: int = 3) -> Benchmark:
    """A world in which act 0 by a on b is answered by act 1 of b on a two days later, and friends are visited."""
    rng = np.random.default_rng(seed)
    names = tuple(f"{('Police', 'Citizen', 'Army')[i % 3]} (Land {i // 3})" for i in range(entities))
    friend = rng.permutation(entities)
    rows = set()
    for day in range(days):
        for a in rng.choice(entities, 6, replace=False):
            b = int(rng.integers(entities))
            rows.add((int(a), 0, b, day))
            if day + 2 < days:
                rows.add((b, 1, int(a), day + 2))
        for a in rng.choice(entities, 4, replace=False):
            rows.add((int(a), 2, int(friend[a]), day))
    return facts(sorted(rows), names)
