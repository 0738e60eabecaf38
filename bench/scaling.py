"""How seconds and memory of a fit grow with events, actors, effects and cores, on made-up records.

    python bench/scaling.py OUT

Every point is a process of its own. Writes OUT/scaling.json and OUT/scaling.svg, and prints what was measured
beside the memory that was predicted. Seconds are those of the fit, its code compiled before.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from chancellery import world
from chancellery.effects import state as st
from chancellery.model.estimate import acts_arrays
from chancellery.model.holdings import Holdings
from chancellery.model.memory import predict_memory
from chancellery.model.problem import ChoiceProblem
from chancellery.model.replay import Stream, make_steps
from chancellery.model.spec import Specification
from chancellery.model.strategy import fit_problem

WEEKS = 40
USUAL = {"events": 20_000, "actors": 60, "effects": 12, "cores": 1}
POINTS = {
    "events": (5_000, 20_000, 80_000),
    "actors": (30, 60, 120, 190),
    "effects": (4, 12, 24),
    "cores": (1, 2),
}
EFFECTS = (
    "own-share", "returned-share", "common-friend", "common-enemy", "concentration", "trust", "act-mix",
    "friend-of-enemy", "enemy-of-friend", "rivals-suitor", "rivals-rebuff", "conditionality",
    "returned-act-mix", "own-attention", "returned-attention", "thaw-substitution", "abandonment",
    "dependence", "leverage", "alliance", "contiguity", "ideal-distance", "patrons-displeasure", "arms",
)  # fmt: skip


def made_up(actors: int, events: int, effects: int) -> tuple[Specification, Stream]:
    """Events at random, sources and targets of unequal size, a quarter of them answers."""
    living = (a for a in world.actors() if a.kind == "state" and a.died is None)
    names = tuple(a.id for a in living if a.born is None or a.born < date(2000, 1, 1))
    rng = np.random.default_rng(4)
    size = 1.0 / np.arange(1, actors + 1) ** 0.8
    i, j = (rng.choice(actors, events, p=size / size.sum()) for _ in range(2))
    j = np.where(i == j, (j + 1 + rng.integers(0, actors - 1, events)) % actors, j)
    j = np.where(i == j, (j + 1) % actors, j)
    klass, _ = acts_arrays()
    day = np.sort(rng.integers(0, 7 * WEEKS, events))
    first = date(2018, 1, 1)
    spec = Specification(actors=names[:actors], choice=EFFECTS[:effects], dyad_sd=0.1)
    steps = make_steps(
        np.datetime64(first) + day, [(first, first + timedelta(days=7 * WEEKS - 1))], spec.step
    )
    holdings = Holdings(spec.actors, [], [])
    acts = rng.choice(
        len(klass), events, p=np.linspace(2, 1, len(klass)) / np.linspace(2, 1, len(klass)).sum()
    )
    return spec, Stream(i, acts, j, np.ones(events), steps, ("made up",), holdings, len(klass))


def peak_bytes() -> int:
    """Most memory this process held; what the system counts for it may begin with its parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(next(x.split()[1] for x in status.read_text().splitlines() if x.startswith("VmHWM"))) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def one(actors: int, events: int, effects: int, cores: int) -> dict:
    """Fit once; seconds, and bytes measured and predicted."""
    klass, weight = acts_arrays()
    for many in (8, actors):  # eight actors only compile
        spec, stream = made_up(many, events if many == actors else 500, effects)
        halves = list(spec.half_lives)

        def fresh(many: int = many, halves: list[float] = halves, spec: Specification = spec) -> st.State:
            return st.empty_state(many, klass, weight, halves, spec.short, spec.long)

        problem = ChoiceProblem(spec, stream, fresh, None, None, cores)
        began, busy = time.perf_counter(), time.process_time()
        made = fit_problem(problem, lambda what, share: None)
        seconds, busy = time.perf_counter() - began, time.process_time() - busy
    rows = sum(len(np.unique(stream.i[s.events])) for s in stream.steps)
    predicted = predict_memory(spec, len(stream.steps), events, threads=cores, rows=rows)
    parts = {k: v for k, v in predicted.parts.items() if k not in ("record", "rate")}  # neither is here
    return {
        "actors": actors, "events": events, "effects": effects, "cores": cores, "seconds": seconds,
        "processor": busy, "peak": peak_bytes(), "predicted": sum(parts.values()), "newton": made.newton,
        "coefficients": len(made.theta),
    }  # fmt: skip


def measure() -> list[dict]:
    """All points, each in a process of its own."""
    rows, known = [], {}
    for what, values in POINTS.items():
        for value in values:
            at = USUAL | {what: value}
            key = tuple(at.values())
            if key not in known:
                words = [str(at[x]) for x in ("actors", "events", "effects", "cores")]
                done = subprocess.run(
                    [sys.executable, __file__, "--one", *words], capture_output=True, text=True, check=True
                )
                known[key] = json.loads(done.stdout.splitlines()[-1])
            rows.append({"what": what, "value": value, **known[key]})
            row = rows[-1]
            print(
                f"{what:<8}{value:>8,}  {row['seconds']:7.1f} s ({row['processor']:6.1f} of processor)  "
                f"{row['peak'] / 1e9:5.2f} GB, predicted {row['predicted'] / 1e9:5.2f}  {row['newton']} Newton steps",
                flush=True,
            )
    return rows


def chart(rows: list[dict]) -> dict:
    """Vega-Lite: seconds of processor and memory over each of the four sizes."""
    long = [
        {"what": r["what"], "value": r["value"], "measure": name, "y": y}
        for r in rows
        for name, y in (("seconds", r["seconds"]), ("GB at the peak", r["peak"] / 1e9))
    ]
    axis = {"field": "value", "type": "quantitative", "title": None, "scale": {"type": "log"}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": long},
        "facet": {
            "column": {"field": "what", "title": None, "sort": list(POINTS)},
            "row": {"field": "measure", "title": None},
        },
        "spec": {
            "width": 190,
            "height": 150,
            "mark": {"type": "line", "point": True},
            "encoding": {"x": axis, "y": {"field": "y", "type": "quantitative", "title": None}},
        },
        "resolve": {"scale": {"x": "independent", "y": "independent"}},
    }


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--one", type=int, nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(*options.one)))
        return
    import vl_convert

    options.out.mkdir(parents=True, exist_ok=True)
    rows = measure()
    (options.out / "scaling.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    (options.out / "scaling.svg").write_text(vl_convert.vegalite_to_svg(chart(rows)), encoding="utf-8")
    worst = max(abs(r["predicted"] / r["peak"] - 1.0) for r in rows)
    print(f"memory predicted within {100 * worst:.0f}% of what was measured")


if __name__ == "__main__":
    main()
