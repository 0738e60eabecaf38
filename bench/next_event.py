"""Which state does what to whom next: held-out log score on a fixed task.

Forty actors, four classes of act, one event a (day, source, act, target) of the coded names; a model sees
everything up to the eve of the scored day. Prints nats an event beside a tuned frequency count.

    python bench/next_event.py DATA [--year icews18] [--without GROUP] [--table] [--tune] [--refit DAYS]

DATA is a folder with ``icews18/events.parquet`` and ``icews21/events.parquet`` (benchmark form of ICEWS).
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import replace
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
from chancellery.model.priors import Gaussian
from chancellery.model.problem import ChoiceProblem
from chancellery.model.replay import Stream, make_steps, walk
from chancellery.model.spec import Specification

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
HALF_LIVES = (0.5, 2.0, 7.0, 25.0, 90.0, 300.0)
WINDOW = timedelta(days=90)  # what a refit looks back on: coefficients drift
MONTHS = timedelta(days=62)  # what a choice of effects may be judged on: the last two training months
GROUPS = {
    "shares": ("own-share", "returned-share", "own-attention", "returned-attention"),
    "news": ("popularity",),
    "forms": ("act-mix", "returned-act-mix"),
    "counts": ("own-count", "returned-count"),
    "excitation": ("excitation-keen", "excitation", "excitation-slow"),
    "company": ("partners-turn", "turns-to-partners"),
}
PRIORS = {
    **{name: Gaussian(sd=0.1) for group in ("shares", "news", "counts", "company") for name in GROUPS[group]},
    **{name: Gaussian(sd=0.3) for name in GROUPS["forms"]},
}
MECHANISM_SD = 0.03


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


def score(problem: ChoiceProblem, fit: ChoiceFit, since: date, until: date | None) -> tuple[float, int]:
    """Summed log probability of (target, class) of the events from ``since`` to ``until``, and their number."""
    klass, total, events = problem.layout.klass, 0.0, 0.0
    for step, s, counts in walk(problem.stream, problem.fresh(), until):
        if step.first < since:
            continue
        problem.fill(s)
        p = np.exp(log_probabilities(fit.theta, fit.delta, problem.layout, problem.columns, s.can))
        by_class = np.stack([p[klass == c].sum(axis=0) for c in range(4)])
        seen = np.stack([counts[klass == c].sum(axis=0) for c in range(4)])
        total += (seen[seen > 0] * np.log(by_class[seen > 0])).sum()
        events += seen.sum()
    return total, int(events)


def tuned_count(data: Stream, klass: np.ndarray, since: date, until: date | None) -> tuple[float, str]:
    """The best frequency count among a grid, chosen on the last training month, scored from ``since``."""
    train = replace(data, steps=data.between(None, since - timedelta(days=1)))
    month = since - timedelta(days=31)
    grid = [(h, w) for h in (5.0, 10.0, 20.0, 40.0) for w in (5.0, 10.0, 20.0)]
    half, weight = max(grid, key=lambda hw: frequency_count(train, klass, month, *hw))
    scored = replace(data, steps=data.between(None, until))
    how = f"half-life {half:g} days, {weight:g} pseudo-events"
    return frequency_count(scored, klass, since, half, weight), how


def specification(without: tuple[str, ...]) -> Specification:
    """The shipped case's specification on the task's clock, with every memory, less some groups."""
    shipped = case("great-powers").model
    memory = {name for group in GROUPS.values() for name in group}
    groups = {**GROUPS, "mechanisms": tuple(e for e in shipped.choice if e not in memory)}
    chosen = [name for group, names in groups.items() if group not in without for name in names]
    update = {
        "actors": tuple(ACTORS),
        "step": "day",
        "half_lives": HALF_LIVES,
        "choice": tuple(chosen),
        "dyad_sd": 0.0,
        "priors": {**PRIORS, **{name: Gaussian(sd=MECHANISM_SD) for name in groups["mechanisms"]}},
    }
    return shipped.model_copy(update=update)


def fitted(
    data: Stream, spec: Specification, since: date | None, until: date
) -> tuple[ChoiceProblem, ChoiceFit]:
    """Fit on the steps between two days; earlier ones only build the memory."""
    klass, weight = acts_arrays()
    fresh = lambda: st.empty_state(len(ACTORS), klass, weight, list(HALF_LIVES), spec.short, spec.long)  # noqa: E731
    problem = ChoiceProblem(spec, data, fresh, since, until)
    with threadpool_limits(1, "blas"):
        return problem, fit_choice(problem)


def periods(data: Stream, since: date, until: date | None, refit: int) -> list[tuple[date, date]]:
    """First and last day of every stretch scored with the same coefficients; one stretch if never refitted."""
    last = data.between(since, until)[-1].first
    if not refit:
        return [(since, last)]
    starts = [since + timedelta(days=d) for d in range(0, (last - since).days + 1, refit)]
    return [(first, min(first + timedelta(days=refit - 1), last)) for first in starts]


def run(data: Stream, spec: Specification, since: date, until: date | None, refit: int = 0) -> str:
    """Fit on what was before ``since``, score from there to ``until``; one line of figures.

    With ``refit``, the coefficients are fitted anew every so many days to the last ``WINDOW`` days before: what a
    day's forecast may know still ends on its eve.
    """
    began, total, events = time.perf_counter(), 0.0, 0
    stretches = periods(data, since, until, refit)
    for first, last in stretches:
        eve = first - timedelta(days=1)
        problem, fit = fitted(data, spec, first - WINDOW if refit else None, eve)
        nats, seen = score(problem, fit, first, last)
        total, events = total + nats, events + seen
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return (
        f"{len(spec.choice)} effects {total / events:.4f} nats an event on {events:,} events; "
        f"{len(stretches)} {'fits' if refit else 'fit'} and scores {seconds:.0f} s, {memory:.1f} GB"
    )


def main() -> None:
    """Run the task."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--year", choices=[*SPLITS, "both"], default="both")
    groups = list(GROUPS)
    parser.add_argument("--without", action="append", choices=groups, default=[], metavar="GROUP",
                        help=f"leave out a group of effects: {', '.join(groups)}")  # fmt: skip
    parser.add_argument("--mechanisms", action="store_true", help="add the shipped case's mechanisms")
    parser.add_argument(
        "--table", action="store_true", help="also leave out each group in turn, and add mechanisms"
    )
    parser.add_argument("--tune", action="store_true", help="score the last two training months instead")
    parser.add_argument("--refit", type=int, default=0, metavar="DAYS",
                        help=f"fit anew every so many days to the last {WINDOW.days} days before")  # fmt: skip
    options = parser.parse_args()
    for year in SPLITS if options.year == "both" else [options.year]:
        data, since, until = stream(read(options.data, year)), SPLITS[year], None
        if options.tune:
            since, until = since - MONTHS, since - timedelta(days=1)
        count, how = tuned_count(data, acts_arrays()[0], since, until)
        print(f"{year}: frequency count {count:.4f} ({how})", flush=True)
        chosen = [*options.without, *([] if options.mechanisms else ["mechanisms"])]
        left_out = [tuple(chosen)]
        if options.table:
            left_out += [(*chosen, group) for group in groups if group not in chosen]
            left_out += [tuple(options.without)] if "mechanisms" in chosen else []
        for without in left_out:
            label = f"without {', '.join(without)}" if without else "everything"
            print(
                f"{year}: {label}: {run(data, specification(without), since, until, options.refit)}",
                flush=True,
            )


if __name__ == "__main__":
    main()
