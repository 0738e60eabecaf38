"""A whole backtest: fits, looks, futures and forecasts, each a file that is frozen when it is done.

The work falls into tasks that need nothing of each other but files: fits first, then the futures of every origin,
then the forecasts of the origins of each fit. Processes share the tasks; the files do not depend on how many.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from chancellery.judge.backtest.foresee import at_origin, expect, look_back, run_futures, shares_of_kinds
from chancellery.judge.backtest.foretell import Days, Teller, choose_cells, days_needed
from chancellery.judge.backtest.freeze import Manifest, read_arrays, write_arrays
from chancellery.judge.backtest.history import History, memories
from chancellery.judge.backtest.known import Known
from chancellery.judge.backtest.origins import Calendar
from chancellery.model.estimate import fit as fit_specification
from chancellery.model.posterior import load_fit, save_fit
from chancellery.model.spec import Specification

Progress = Callable[[str, float], None]
COST = {"fit": 20.0, "futures": 10.0, "forecast": 8.0}  # rough seconds, for the time left


@dataclass(frozen=True)
class Job:
    """What every task needs: all that is known (each cuts it to its own day), the calendar, the options."""

    folder: Path
    spec: Specification
    known: Known
    history: History
    plan: Calendar
    draws: int
    replicates: int
    seed: int


@dataclass(frozen=True)
class Task:
    """One piece of work, by kind and the days it is about."""

    what: str
    days: tuple[date, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """What it writes, within the folder."""
        day = self.days[0]
        if self.what == "fit":
            return (f"fits/{day}/fit.json", f"fits/{day}/arrays.npz", f"looks/{day}.npz")
        return tuple(f"{'futures' if self.what == 'futures' else 'forecasts'}/{d}.npz" for d in self.days)


def do(job: Job, task: Task) -> Task:
    """Do a task: write its files."""
    with threadpool_limits(
        1
    ):  # processes share the cores; threads within them would only wait for each other
        {"fit": _fit, "futures": _futures, "forecast": _forecast}[task.what](job, task.days)
    return task


def _fit(job: Job, days: tuple[date, ...]) -> None:
    """Fit the model to what was known on a day, and let it look at the weeks that follow until the next fit."""
    day = days[0]
    known = job.known.at(day)
    ties, traits = list(known.held), list(known.traits)
    fitted = fit_specification(job.spec, known, ties=ties, attributes=traits, until=day, threads=1)
    save_fit(fitted, job.folder / "fits" / str(day))
    fitted = load_fit(job.folder / "fits" / str(day))  # rounded as saved: a run that goes on sees the same
    last = max(job.plan.origins)
    mine = tuple(d for d in job.plan.looks if job.plan.fit_of(d) == day and d <= last)
    standing = dict(
        look_back(fitted, job.known.at(mine[-1]), mine)
    )  # days within a step need a pass of their own
    rates = [expect(standing.get(d) or at_origin(fitted, job.known.at(d)), job.known.at(d)) for d in mine]
    write_arrays(job.folder / "looks" / f"{day}.npz", {"rate": np.stack(rates), "day": _ordinals(mine)})


def _futures(job: Job, days: tuple[date, ...]) -> None:
    """Run futures from an origin."""
    origin = days[0]
    known = job.known.at(origin)
    fitted = at_origin(load_fit(job.folder / "fits" / str(job.plan.fit_of(origin))), known)
    memory = next(iter(memories(job.history.until(origin), [origin])))
    cells, live = choose_cells(memory, origin, job.seed)
    horizons = tuple(h for h in job.plan.horizons if origin in job.plan.scored[h])
    out: dict[str, np.ndarray] = {"cells": cells, "live": live, "rate": expect(fitted, known)}
    share = shares_of_kinds(memory[-1])
    for h, kept in run_futures(
        fitted, known, horizons, cells, share, job.draws, job.replicates, job.seed
    ).items():
        out |= {f"{h}/{name}": value for name, value in kept.items()}
    write_arrays(job.folder / "futures" / f"{origin}.npz", out)


def _forecast(job: Job, days: tuple[date, ...]) -> None:
    """Forecast the origins of one fit."""
    expected: dict[date, np.ndarray] = {}
    needed = set(days_needed(job.plan, days))
    for fit in (f for f in job.plan.fits if f <= max(days)):
        looks = read_arrays(job.folder / "looks" / f"{fit}.npz")
        expected |= {date.fromordinal(int(d)): r for d, r in zip(looks["day"], looks["rate"])}
    futures = {d: read_arrays(job.folder / "futures" / f"{d}.npz") for d in days}
    expected = {d: r for d, r in expected.items() if d in needed} | {d: f["rate"] for d, f in futures.items()}
    teller = Teller(job.plan, Days(job.history.until(max(days)), expected), job.seed)
    for origin in days:
        out: dict[str, np.ndarray] = {}
        for h in (h for h in job.plan.horizons if origin in job.plan.scored[h]):
            kept = {name: futures[origin][f"{h}/{name}"] for name in ("mean", "some", "draws")}
            kept |= {name: futures[origin][name] for name in ("cells", "live")}
            out |= teller.foretell(origin, h, kept)
        write_arrays(job.folder / "forecasts" / f"{origin}.npz", out)


def _ordinals(days: tuple[date, ...]) -> np.ndarray:
    return np.array([d.toordinal() for d in days])


def tasks(job: Job) -> list[list[Task]]:
    """Stages of the work; tasks of a stage need only files of the stages before."""
    origins = job.plan.origins
    used = [f for f in job.plan.fits if f <= max(origins)]
    groups = {f: tuple(o for o in origins if job.plan.fit_of(o) == f) for f in used}
    return [
        [Task("fit", (f,)) for f in used],
        [Task("futures", (o,)) for o in origins],
        [Task("forecast", days) for days in groups.values() if days],
    ]


def freeze(job: Job, manifest: Manifest, workers: int, progress: Progress) -> None:
    """Do what is not done yet, and take every file into the manifest as soon as it is there.

    Raises
    ------
    KeyboardInterrupt
        At Ctrl-C, after which the same call goes on where it was.
    """
    stages = tasks(job)
    every = [t for stage in stages for t in stage]
    total, done = sum(_cost(t) for t in every), 0.0
    for stage in stages:
        left = []
        for task in stage:
            rest = tuple(d for d, name in zip(task.days, task.files) if not manifest.holds(name))
            whole = all(manifest.holds(name) for name in task.files)
            missing = task.days if task.what == "fit" else rest
            done += _cost(task) - (0.0 if whole else _cost(replace(task, days=missing)))
            left += [] if whole else [replace(task, days=missing)]
        for task in _shared(job, left, min(workers, len(left))):
            manifest.take(list(task.files))
            done += _cost(task)
            progress(f"{task.what} {task.days[-1]}", done / total)
    manifest.complete = True
    manifest.save()


def _cost(task: Task) -> float:
    return COST[task.what] * len(task.days)


def _shared(job: Job, left: list[Task], workers: int):
    """Do tasks, here or in processes, and yield each when it is done."""
    if workers <= 1:
        yield from (do(job, task) for task in left)
        return
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(job,))
    try:
        for future in as_completed([pool.submit(_in_process, task) for task in left]):
            yield future.result()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()  # files are written whole or not at all, so nothing half-done stays
        raise
    pool.shutdown()


_JOB: list[Job] = []


def _begin(job: Job) -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides what Ctrl-C means
    _JOB[:] = [job]


def _in_process(task: Task) -> Task:
    return do(_JOB[0], task)


__all__ = ["Job", "Task", "freeze", "tasks"]
