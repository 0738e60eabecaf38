"""Make the fit that ships with a case: record from raw data, fit, free-running checks, saved with how it was made.

    python bench/ship_fit.py DATA [--record world.duckdb]

DATA holds ``icews18``, ``icews21``, ``icews22``, ``icews23`` (benchmark form) and the yearly tie tables named
below. The fit to all years ships; fits that end in 2018 and in 2021 are made only to run free against what
came later. A fit that runs away is not shipped (exit 1).
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import date
from pathlib import Path

from chancellery import sources
from chancellery.api import case, fit, given, open_record, save_fit
from chancellery.judge.freerun import free_run, one_step, passes
from chancellery.model.estimate import stream_of
from chancellery.model.holdings import Holdings
from chancellery.model.posterior import Fit
from chancellery.record import Record

EVENTS = ("icews18", "icews21", "icews22", "icews23")
TIES = {
    "itpd": "trade_itpd/itpd_total_dyad_year_2000_2016.parquet",
    "sipri": "arms_sipri/sipri_trade_register.parquet",
    "contiguity": "peacesciencer/cow_contdir.parquet",
    "capabilities": "peacesciencer/cow_nmc.parquet",
    "idealpoints": "un_idealpoints/idealpoints_jul2025.parquet",
}
HINDSIGHT = (date(2018, 10, 31), date(2021, 8, 31))


def make_record(data: Path, path: Path) -> Record:
    """Read everything into a record; files that are in it already are skipped."""
    record = open_record(path)
    record.add(
        *(sources.icews(data / name) for name in EVENTS),
        *(getattr(sources, reader)(data / file) for reader, file in TIES.items()),
    )
    return record


def checks(made: object, record: Record, fitted: Fit, draws: int) -> list[dict]:
    """One step ahead and free-running comparisons of a fit with the years it has not seen."""
    known = given(made, fitted.until)
    holdings = Holdings(fitted.actors, made.ties, made.attributes, fitted.background, fitted.capability)
    stream = stream_of(record, fitted.spec, holdings)
    rows = one_step(fitted, known, stream) + free_run(fitted, known, stream, draws=draws)
    return [row | {"horizon": f"fit to {fitted.until}: {row['horizon']}"} for row in rows]


def main() -> None:
    """Make and check the fit."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--record", type=Path, default=Path("world.duckdb"))
    parser.add_argument("--draws", type=int, default=24)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    made, record = case("great-powers"), make_record(options.data, options.record)
    rows = []
    for until in HINDSIGHT:
        began = time.perf_counter()
        rows += checks(made, record, fit(made, record, until=until), options.draws)
        print(f"fit to {until} checked in {time.perf_counter() - began:.0f} s", flush=True)
    fitted = fit(made, record)
    failed = [row for row in rows if not passes(row)]
    fitted.about["checks"] = [row | {"ok": passes(row)} for row in rows]
    for row in rows:
        s = row["simulated"]
        print(
            f"{row['horizon']:<48}{row['name']:<38}{row['observed']:>10.3f}{row['naive']:>10.3f}"
            f"{s['low']:>10.3f}{s['median']:>10.3f}{s['high']:>10.3f}  {'ok' if passes(row) else 'RUNS AWAY'}"
        )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{fitted.choice.events:,} events, {len(fitted.actors)} actors, fit {fitted.about['seconds']} s, {memory:.1f} GB"
    )
    if failed:
        sys.exit(f"not shipped: {len(failed)} comparisons run away")
    print("saved to", save_fit(fitted, options.out or made.folder / "fit"))


if __name__ == "__main__":
    main()
