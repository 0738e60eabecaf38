"""Natural experiments and the nowcast check of the shipped case, as the tables of docs/experiments.md.

    python bench/experiments.py DATA [--record world.duckdb] [--draws 100] [--only NAME]...

DATA is as for ``ship_fit.py``, with ``gdelt_dyad_day_2018_2024`` beside. Also measured: how well volumes of
coded events rank pairs as GDELT scores of the same days do, which is the most a perfect forecast could reach.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

import numpy as np
from ship_fit import make_record

from chancellery.api import case, experiments, nowcast
from chancellery.cases import Case
from chancellery.judge.change import count
from chancellery.judge.ranks import spearman
from chancellery.judge.stream import stream_of
from chancellery.record import Record
from chancellery.sources.dyad_days import DyadDays, dyad_days


def interval(value: dict | None) -> str:
    """A mean with its interval."""
    return "–" if value is None else f"{value['mean']:.2f} [{value['low']:.2f}, {value['high']:.2f}]"


def show_marks(name: str, m: dict) -> None:
    """One line of the table of experiments."""
    rose = "–" if m["rose"] is None else f"{max(m['rose'], 1 - m['rose']):.2f}"
    chance = "–" if m["effect_chance"] is None else f"{m['effect_chance']:.2f} (p {m['effect_p']:.2f})"
    held = "–" if m["held_50"] is None else f"{m['held_50']['mean']:.2f} / {m['held_90']['mean']:.2f}"
    print(
        f"| {name} | {m['told']} | {interval(m['right'])} | {interval(m['right_without'])} | {rose} | {m['scored']} | "
        f"{interval(m['gain'])} | {interval(m['gain_over_without'])} | {held} | {m['effects']} | "
        f"{interval(m['effect_right'])} | {chance} |"
    )


def ceiling(record: Record, made: Case, scores: DyadDays) -> None:
    """Rank correlation of coded volumes and score sizes over the same days, by stretch of the record."""
    here = tuple(a for a in made.actors if a in scores.actors)
    held = stream_of(record, here)
    upper = np.triu_indices(len(here), 1)
    for first, last in record.segments().select("start", "end").iter_rows():
        acts = count(held, first, last).sum(axis=0)
        size, _ = scores.total(here, first, last)
        print(f"ceiling {first} to {last}: {spearman((acts + acts.T)[upper], size[upper]):.2f}")


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--record", type=Path, default=Path("world.duckdb"))
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--only", action="append")
    options = parser.parse_args()
    made, record = case("great-powers"), make_record(options.data, options.record)
    began = time.perf_counter()
    found = experiments(made, record, options.only, draws=options.draws).as_dict()
    for told in found["experiments"]:
        print(f"\n{told['title']}: {told['problem'] or (told['after'], told['fit'])}")
        for name, m in told.get("marks", {}).items():
            show_marks(name, m)
        print(told.get("placebos", {}).get("summary"))
    print("\ntogether", found["pooled"]["placebos"])
    for name, m in found["pooled"]["marks"].items():
        show_marks(name, m)
    print(f"experiments: {time.perf_counter() - began:.0f} s")
    began, scores = time.perf_counter(), dyad_days(options.data / "gdelt_dyad_day_2018_2024")
    for row in nowcast(made, scores).as_dict()["ranks"]:
        print({k: round(v, 3) if isinstance(v, float) else v for k, v in row.items()})
    ceiling(record, made, scores)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"nowcast: {time.perf_counter() - began:.0f} s; peak {memory:.1f} GB")


if __name__ == "__main__":
    main()
