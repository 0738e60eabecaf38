"""Fit every act among all states in two years of ICEWS, from a record file: seconds, memory, sizes.

    python bench/scale_icews.py DATA [--record icews.duckdb] [--step week] [--sample N] [--threads 2]

DATA holds ``icews18``, ``icews21`` (benchmark form) and the yearly tables of ``ship_fit.py``. The record is
made first if it is not there; the seconds are those from its opening to the fit, compiled code at hand.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

from ship_fit import TIES

from chancellery import sources, world
from chancellery.api import case, open_record, save_fit
from chancellery.model.estimate import fit
from chancellery.model.spec import Specification
from chancellery.record import Record

CHOICE = (
    "own-share", "returned-share", "own-attention", "returned-attention", "act-mix", "returned-act-mix",
    "alliance", "contiguity", "ideal-distance", "capability-ratio", "dependence", "leverage", "arms",
    "common-friend", "common-enemy", "friend-of-enemy", "enemy-of-friend", "rivals-suitor", "rivals-rebuff",
    "thaw-substitution", "abandonment", "concentration", "sanctions", "patrons-displeasure",
    "conditionality", "trust",
)  # fmt: skip


def make_record(data: Path, path: Path) -> None:
    """Read the two years and the yearly tables into a record."""
    record = open_record(path)
    years = (sources.icews(data / name) for name in ("icews18", "icews21"))
    record.add(*years, *(getattr(sources, reader)(data / file) for reader, file in TIES.items()))
    record.close()


def states(record: Record) -> tuple[str, ...]:
    """Every state that acts on another, or is acted on by one."""
    frame = record.events()
    kinds = {a.id: a.kind for a in world.actors()}
    return tuple(a for a in sorted(set(frame["source"]) | set(frame["target"])) if kinds.get(a) == "state")


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--record", type=Path, default=Path("icews.duckdb"))
    parser.add_argument("--step", default="week")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if not options.record.exists():
        make_record(options.data, options.record)
    began, busy = time.perf_counter(), time.process_time()
    shipped = case("great-powers")
    with open_record(options.record) as record:
        update = {"actors": states(record), "step": options.step, "choice": CHOICE, "sample": options.sample}
        spec: Specification = shipped.model.model_copy(
            update=update | {"half_lives": (5.0, 20.0, 80.0, 365.0)}
        )
        fitted = fit(
            spec, record, ties=shipped.ties, attributes=shipped.attributes, threads=options.threads,
            progress=lambda what, share: print(
                f"{time.perf_counter() - began:7.1f} s ({time.process_time() - busy:.1f} of processor)  {what}", flush=True
            ),
        )  # fmt: skip
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    if options.out:
        save_fit(fitted, options.out)
    print(
        f"{seconds:.0f} s ({busy:.0f} s of processor), {memory:.2f} GB, {fitted.choice.events:,} events, "
        f"{len(spec.actors)} actors, {len(spec.choice)} effects ({len(fitted.columns)} columns x 4 classes + "
        f"{len(fitted.acts)} acts = {len(fitted.choice.theta)} coefficients), {fitted.choice.steps} {spec.step}s, "
        f"sample {spec.sample}, {fitted.choice.newton} Newton steps"
    )


if __name__ == "__main__":
    main()
