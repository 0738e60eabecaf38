"""Which state does what to whom next: held-out log score on a fixed task.

Forty actors, four classes of act, one event a (day, source, act, target) of the coded names; a model sees
everything up to the eve of the scored day. Prints nats an event beside a tuned frequency count.

    python bench/next_event.py DATA [--year icews18] [--without GROUP] [--table] [--tune] [--drift]

DATA is a folder with ``icews18/events.parquet`` and ``icews21/events.parquet`` (benchmark form of ICEWS), and
``gdelt_dyad_day_2018_2024/dyad_day.parquet`` (scores by pair and day of publication).
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import next_event_signals as sg
import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from chancellery import world
from chancellery.cases import case
from chancellery.effects import state as st
from chancellery.model.estimate import acts_arrays
from chancellery.model.fit import ChoiceFit, fit_choice
from chancellery.model.holdings import Holdings
from chancellery.model.likelihood import add_step, log_probabilities, zero_sums
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
HALF_LIVES = sg.HALF_LIVES
KEEP = 0.99  # what a day leaves of the information of the days before, where coefficients may drift
MONTHS = timedelta(days=62)  # what a choice of effects may be judged on: the last two training months
GROUPS = {
    "shares": ("own-share", "returned-share", "own-attention", "returned-attention"),
    "news": ("popularity",),
    "forms": ("act-mix", "returned-act-mix"),
    "counts": ("own-count", "returned-count"),
    "excitation": ("excitation-keen", "excitation", "excitation-slow"),
    "company": ("partners-turn", "turns-to-partners"),
    "meetings": ("announced", "due"),
    "elsewhere": ("seen", "seen-share", "seen-back"),
}
PRIORS = {
    **{
        name: Gaussian(sd=0.1)
        for group in ("shares", "news", "counts", "company", "meetings", "elsewhere")
        for name in GROUPS[group]
    },
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


def stream(frame: pl.DataFrame, holdings: Holdings) -> Stream:
    """Events as daily steps, with what holds beside them."""
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
        holdings=holdings,
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


def score(
    problem: ChoiceProblem, fit: ChoiceFit, since: date, until: date | None, keep: float = 1.0
) -> tuple[float, int]:
    """Summed log probability of (target, class) of the events from ``since`` to ``until``, and their number.

    With ``keep`` < 1 the coefficients move on: at the end of each scored day, after its forecast was scored, they
    take one step towards what that day taught, while what older days taught fades by that factor a day.
    """
    klass, total, events = problem.layout.klass, 0.0, 0.0
    drift = Drift(problem, fit, keep) if keep < 1.0 else None
    for step, s, counts in walk(problem.stream, problem.fresh(), until):
        if step.first < since and drift is None:
            continue
        problem.fill(s)
        theta = drift.theta if drift else fit.theta
        log_p = log_probabilities(theta, fit.delta, problem.layout, problem.columns, s.can)
        if step.first >= since:
            p = np.exp(log_p)
            by_class = np.stack([p[klass == c].sum(axis=0) for c in range(4)])
            seen = np.stack([counts[klass == c].sum(axis=0) for c in range(4)])
            total += (seen[seen > 0] * np.log(by_class[seen > 0])).sum()
            events += seen.sum()
        if drift:
            drift.learn(counts, log_p, move=step.first >= since)
    return total, int(events)


class Drift:
    """Coefficients as a state that is filtered day by day: a dynamic generalised linear model.

    What is known is a mean and an information matrix; a day fades the information of the days before by ``keep``
    and adds its own (West, Harrison & Migon 1985). The prior does not fade.
    """

    def __init__(self, problem: ChoiceProblem, fit: ChoiceFit, keep: float) -> None:
        self.problem, self.keep, self.theta = problem, keep, fit.theta.copy()
        self.mean, self.precision = problem.prior()
        self.information = np.zeros((len(self.theta), len(self.theta)))

    def learn(self, counts: np.ndarray, log_p: np.ndarray, move: bool) -> None:
        """Take in a day whose log probabilities were computed at ``theta``; only its information, unless ``move``."""
        day = zero_sums(self.problem.layout, self.problem.n, nested=False)
        add_step(day, counts, log_p, self.problem.layout, self.problem.columns)
        self.information = self.keep * self.information + day.information
        if move:
            # The past was at rest against the prior; a part of it gone, the prior pulls with that part.
            pull = day.score - (1.0 - self.keep) * self.precision * (self.theta - self.mean)
            self.theta = self.theta + np.linalg.solve(self.information + np.diag(self.precision), pull)


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


def fitted(data: Stream, spec: Specification, until: date) -> tuple[ChoiceProblem, ChoiceFit]:
    """Fit on the steps up to a day."""
    klass, weight = acts_arrays()

    def fresh() -> st.State:
        empty = st.empty_state(len(ACTORS), klass, weight, list(HALF_LIVES), spec.short, spec.long)
        return empty._replace(tie=np.zeros_like(data.holdings.background))

    problem = ChoiceProblem(spec, data, fresh, None, until)
    with threadpool_limits(1, "blas"):
        return problem, fit_choice(problem)


def run(data: Stream, spec: Specification, since: date, until: date | None, keep: float = 1.0) -> str:
    """Fit on what was before ``since``, score from there to ``until``; one line of figures."""
    began = time.perf_counter()
    problem, fit = fitted(data, spec, since - timedelta(days=1))
    total, events = score(problem, fit, since, until, keep)
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return (
        f"{len(spec.choice)} effects {total / events:.4f} nats an event on {events:,} events; "
        f"fit and scores {seconds:.0f} s, {memory:.1f} GB"
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
    parser.add_argument("--drift", action="store_true",
                        help=f"let coefficients learn from each scored day, once it is over; a day keeps {KEEP:g}")  # fmt: skip
    options = parser.parse_args()
    for year in SPLITS if options.year == "both" else [options.year]:
        frame = read(options.data, year)
        data, since, until = stream(frame, sg.signals(frame, options.data, ACTORS)), SPLITS[year], None
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
            line = run(data, specification(without), since, until, KEEP if options.drift else 1.0)
            print(f"{year}: {label}: {line}", flush=True)


if __name__ == "__main__":
    main()
