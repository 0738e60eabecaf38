"""Events a second of drawing from classical models, on one core.

    python bench/rem_simulate.py

Four effects in every model; processor time, after the kernels are compiled. ``actor`` is rate and choice together
in continuous time (two and four effects), ``choice`` has its senders given, ``tie`` lets all pairs compete.
"""

from __future__ import annotations

import argparse
import platform
import time

import numpy as np

from chancellery import rem

LOG = "weighted=True, transform=log1p"
CHOICE = f"ev ~ inertia({LOG}) + recip({LOG}) + trans + indeg({LOG})"
RATE = f"ev ~ 1 + outdeg({LOG})"
TIE = f"ev ~ 1 + inertia({LOG}) + recip({LOG}) + trans + outdeg({LOG}, type=ego)"


def seconds(source: rem.Spec, repeats: int, **options: object) -> float:
    """Processor time of the shortest of some runs, after one that compiles."""
    taken = []
    for seed in range(repeats + 1):
        began = time.process_time()
        rem.simulate(source, seed=seed, threads=1, **options)
        taken.append(time.process_time() - began)
    return min(taken[1:])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, one thread, {given.events} events a run")
    print(f"{'actors':>6} {'actor':>10} {'choice':>10} {'tie':>10}   events a second")
    for n in (20, 50, 100, 200):
        study = rem.Study({"label": [f"a{x}" for x in range(n)]}, {"ev": rem.Network()})
        choice = rem.Spec(study, CHOICE, "choice", np.array([0.4, 0.4, 0.02, 0.1]))
        rate = rem.Spec(study, RATE, "rate", np.array([-3.0, 0.1]))
        tie = rem.Spec(study, TIE, "tie", np.array([-8.0, 0.4, 0.4, 0.02, 0.1]))
        who = np.random.default_rng(1).integers(0, n, given.events)
        moments = {"time": np.arange(given.events) + 1.0, "sender": [f"a{x}" for x in who]}
        runs = (
            seconds(rate, given.repeats, choice=choice, events=given.events),
            seconds(choice, given.repeats, events=moments),
            seconds(tie, given.repeats, events=given.events),
        )
        print(f"{n:>6} " + " ".join(f"{given.events / s:>10,.0f}" for s in runs), flush=True)


if __name__ == "__main__":
    main()
