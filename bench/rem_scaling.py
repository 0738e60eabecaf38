"""How seconds and memory of a classical fit grow with events, actors, effects and cores, on made-up events.

    python bench/rem_scaling.py OUT

Every point is a process of its own. Writes OUT/rem_scaling.json and OUT/rem_scaling.svg. Seconds are those of
reading the tables and fitting once the code is compiled; memory is what the fit added to the process's peak.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from scaling import chart

from chancellery import rem

LOG = "weighted=True, transform=log1p"
USUAL = {"events": 20_000, "actors": 200, "effects": 4, "cores": 2}
POINTS = {
    "events": (5_000, 20_000, 80_000, 320_000),
    "actors": (50, 100, 200, 400, 800),
    "effects": (2, 4, 8, 14),
    "cores": (1, 2),
}
EFFECTS = (
    f"inertia({LOG})", f"recip({LOG})", "trans", f"indeg({LOG})", "cycle", "common_sender", "common_receiver",
    f"outdeg({LOG})", "inertia", "recip", "indeg", "outdeg", "same(side)", "alter(size)",
)  # fmt: skip


def made_up(actors: int, events: int) -> rem.Study:
    """Events at random between actors of unequal size, a quarter of them answers."""
    rng = np.random.default_rng(3)
    size = 1.0 / np.arange(1, actors + 1) ** 0.6
    i, j = (rng.choice(actors, events, p=size / size.sum()) for _ in range(2))
    answers = np.flatnonzero(rng.random(events) < 0.25)[1:]
    i[answers], j[answers] = j[answers - 1].copy(), i[answers - 1].copy()
    j = np.where(i == j, (j + 1) % actors, j)
    table = {
        "label": list(range(actors)),
        "side": rng.integers(0, 4, actors),
        "size": rng.normal(size=actors),
    }
    return rem.Study(table, {"e": {"time": np.arange(events), "sender": i, "receiver": j}})


def one(actors: int, events: int, effects: int, cores: int) -> dict:
    """Fit a choice model twice, the first time small and for the compiler."""
    formula = "e ~ " + " + ".join(EFFECTS[:effects])
    rem.fit(made_up(10, 300), formula)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, busy = time.perf_counter(), time.process_time()
    fit = rem.fit(made_up(actors, events), formula, threads=cores)
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    added = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) * 1024
    return {"seconds": seconds, "processor": busy, "peak": added, "passes": fit.belief.iterations}


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--one", type=int, nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one(*asked.one)))
        return
    import vl_convert

    rows = []
    for what, values in POINTS.items():
        for value in values:
            at = USUAL | {what: value}
            words = [str(at[x]) for x in ("actors", "events", "effects", "cores")]
            done = subprocess.run(
                [sys.executable, __file__, "--one", *words], capture_output=True, text=True, check=True
            )
            rows.append({"what": what, "value": value, **at, **json.loads(done.stdout.splitlines()[-1])})
            row = rows[-1]
            print(
                f"{what:<8}{value:>8,}  {row['seconds']:7.2f} s ({row['processor']:6.2f} of processor)  "
                f"{row['peak'] / 1e6:7.0f} MB more",
                flush=True,
            )
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "rem_scaling.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    (asked.out / "rem_scaling.svg").write_text(vl_convert.vegalite_to_svg(chart(rows)), encoding="utf-8")


if __name__ == "__main__":
    main()
