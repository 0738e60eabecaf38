"""Which state does what to whom next: held-out log score on a fixed task.

Forty actors, four classes of act, one event a (day, source, act, target) of the coded names; a model sees
everything up to the eve of the scored day. Prints nats an event beside a tuned frequency count.

    python bench/next_event.py DATA [--year icews18] [--without GROUP]

DATA is a folder with ``icews18/events.parquet`` and ``icews21/events.parquet`` (benchmark form of ICEWS).
"""

from __future__ import annotations

import argparse
import resource
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from chancellery import world
from chancellery.cases import case
from chancellery.effects import state as st
from chancellery.model.estimate import acts_arrays
from chancellery.model.fit import ChoiceFit, fit_choice
from chancellery.model.holdings import Holdings
from chancellery.model.likelihood import log_probabilities
from chancellery.model.problem import ChoiceProblem
from chancellery.model.replay import Stream, make_steps, walk

ACTORS = [
    "USA",
    "RUS",
    "CHN",
    "IND",
    "PAK",
    "UKR",
    "IRN",
    "TUR",
    "AFG",
    "GBR",
    "FRA",
    "DEU",
    "EU",
    "NATO",
    "UN",
    "JPN",
    "KOR",
    "PRK",
    "SAU",
    "ISR",
    "SYR",
    "BLR",
    "KAZ",
    "ARE",
    "QAT",
    "AUS",
    "CAN",
    "POL",
    "VNM",
    "IRQ",
    "EGY",
    "UZB",
    "LKA",
    "BGD",
    "MMR",
    "ITA",
    "TJK",
    "SGP",
    "IDN",
    "MYS",
]
SPLITS = {"icews18": date(2018, 9, 1), "icews21": date(2021, 7, 1)}
COUNT = {"icews18": (-3.227, "tuned on the scored months themselves"), "icews21": (None, "")}
HALF_LIVES = (1.5, 5.0, 15.0, 50.0, 250.0)
MEMORY = (
    "own-share",
    "returned-share",
    "popularity",
    "own-attention",
    "returned-attention",
    "act-mix",
    "returned-act-mix",
)


def read(folder: Path, year: str) -> pl.DataFrame:
    """Events of the task: one row per (date, source name, relation, target name), statements dropped."""
    frame = pl.read_parquet(folder / year / "events.parquet")
    names = pl.col("source_code", "target_code", "cameo").cast(pl.String)
    frame = frame.with_columns(names).with_columns(pl.col("date").cast(pl.Date))
    frame = frame.filter(
        pl.col("source_code").is_in(ACTORS)
        & pl.col("target_code").is_in(ACTORS)
        & (pl.col("source_code") != pl.col("target_code"))
        & ~pl.col("cameo").str.starts_with("01")
    )
    return frame.unique(["date", "s_id", "r_id", "o_id"]).sort("date", "s_id", "r_id", "o_id")


def stream(frame: pl.DataFrame) -> Stream:
    """Events as daily steps, with the dated ties of the shipped case."""
    shipped = case("great-powers")
    place = {a: x for x, a in enumerate(ACTORS)}
    acts = {a.name: k for k, a in enumerate(world.acts())}
    code = dict(world.cameo().select("code", "act").drop_nulls().iter_rows())
    days = frame["date"].to_numpy().astype("datetime64[D]")
    covered = [(frame["date"].min(), frame["date"].max())]
    return Stream(
        i=np.array([place[a] for a in frame["source_code"]]),
        j=np.array([place[a] for a in frame["target_code"]]),
        k=np.array([acts[code[c]] for c in frame["cameo"]]),
        count=np.ones(len(frame)),
        steps=make_steps(days, covered, "day"),
        segments=("task",),
        holdings=Holdings(tuple(ACTORS), shipped.ties, shipped.attributes),
        n_acts=len(acts),
    )


def frequency_count(data: Stream, klass: np.ndarray, since: date, half: float, weight: float) -> float:
    """Nats an event of an exponentially weighted count of (target, class) per source, smoothed by everybody's."""
    n = len(ACTORS)
    W, total, events = np.zeros((4, n, n)), 0.0, 0.0
    for step in data.steps:
        counts = data.counts(step)
        by_class = np.stack([counts[klass == c].sum(axis=0) for c in range(4)])
        if step.first >= since:
            g = W.sum(axis=1) + 0.05
            p = W + weight * (g / g.sum())[:, None, :]
            p[:, range(n), range(n)] = 0.0
            p /= p.sum(axis=(0, 2), keepdims=True)
            seen = by_class > 0
            total += (by_class[seen] * np.log(p[seen])).sum()
            events += by_class.sum()
        W = W * 0.5 ** (1.0 / half) + by_class
    return total / events


def score(problem: ChoiceProblem, fit: ChoiceFit, since: date) -> tuple[float, int]:
    """Mean log probability of (target, class) of the events on and after ``since``, and their number."""
    klass, total, events = problem.layout.klass, 0.0, 0.0
    for step, s, counts in walk(problem.stream, problem.fresh()):
        if step.first < since:
            continue
        problem.fill(s)
        p = np.exp(log_probabilities(fit.theta, fit.delta, problem.layout, problem.columns, s.can))
        by_class = np.stack([p[klass == c].sum(axis=0) for c in range(4)])
        seen = np.stack([counts[klass == c].sum(axis=0) for c in range(4)])
        total += (seen[seen > 0] * np.log(by_class[seen > 0])).sum()
        events += seen.sum()
    return total / events, int(events)


def tuned_count(data: Stream, klass: np.ndarray, since: date) -> tuple[float, str]:
    """The best frequency count among a grid, chosen on the last training month, scored after ``since``."""
    train = Stream(
        data.i,
        data.k,
        data.j,
        data.count,
        data.between(None, since - timedelta(days=1)),
        data.segments,
        data.holdings,
        data.n_acts,
    )
    month = since - timedelta(days=31)
    grid = [(h, w) for h in (5.0, 10.0, 20.0, 40.0) for w in (5.0, 10.0, 20.0)]
    half, weight = max(grid, key=lambda hw: frequency_count(train, klass, month, *hw))
    return frequency_count(
        data, klass, since, half, weight
    ), f"half-life {half:g} days, {weight:g} pseudo-events"


def main() -> None:
    """Run the task."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--year", choices=[*SPLITS, "both"], default="both")
    parser.add_argument("--memory-only", action="store_true")
    options = parser.parse_args()
    klass, weight = acts_arrays()
    shipped = case("great-powers").model
    choice = [e for e in (*MEMORY, *shipped.choice) if not options.memory_only or e in MEMORY]
    update = {
        "actors": tuple(ACTORS),
        "step": "day",
        "half_lives": HALF_LIVES,
        "choice": tuple(dict.fromkeys(choice)),
        "dyad_sd": 0.0,
    }
    spec = shipped.model_copy(update=update)
    for year in SPLITS if options.year == "both" else [options.year]:
        data, since, began = stream(read(options.data, year)), SPLITS[year], time.perf_counter()
        fresh = lambda: st.empty_state(len(ACTORS), klass, weight, list(HALF_LIVES), spec.short, spec.long)  # noqa: E731
        problem = ChoiceProblem(spec, data, fresh, None, since - timedelta(days=1))
        with threadpool_limits(1, "blas"):
            fit = fit_choice(problem)
        seconds = time.perf_counter() - began
        nats, events = score(problem, fit, since)
        count, how = tuned_count(data, klass, since)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"{year}: {len(choice)} effects {nats:.4f} nats an event on {events:,} events; frequency count {count:.4f} "
            f"({how}); gain {nats - count:.4f}; fit {seconds:.0f} s, {fit.newton} Newton steps, {memory:.1f} GB"
        )


if __name__ == "__main__":
    main()
