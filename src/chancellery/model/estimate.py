"""From a record to a fit: the public verb ``fit`` and what it gathers on the way."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from chancellery import __version__, world
from chancellery.effects import state as st
from chancellery.errors import ModelError
from chancellery.model.background import Background, background
from chancellery.model.holdings import Attribute, Holdings, Tie
from chancellery.model.memory import PROPOSED, check_memory, predict_memory
from chancellery.model.posterior import Fit
from chancellery.model.priors import Gaussian, prior_arrays
from chancellery.model.problem import ChoiceProblem
from chancellery.model.rate import EFFECT_SD, RateData, fit_rate
from chancellery.model.replay import Stream, make_steps, walk
from chancellery.model.spec import Specification
from chancellery.model.spread import SpreadProblem
from chancellery.model.strategy import fit_problem
from chancellery.model.transitions import count_transitions
from chancellery.record import Record

THREADS = 2  # more would wait for the memory bus
BURN_IN_DAYS = 84  # memory is too thin to learn from in the first weeks of a record

Progress = Callable[[str, float], None]


def silent(what: str, share: float) -> None:
    """Report no progress."""


def acts_arrays() -> tuple[np.ndarray, np.ndarray]:
    """Class (0..3) and weight of every act, in the order of the act table."""
    klass = np.array([world.CLASSES.index(a.klass) for a in world.acts()])
    return klass, np.array([a.weight for a in world.acts()])


def stream_of(record: Record, spec: Specification, holdings: Holdings, until: date | None = None) -> Stream:
    """Read the record's events among the actors in play as a stream of steps.

    Raises
    ------
    ModelError
        If the record holds no event among them, or none up to ``until``.
    """
    frame = record.events(until=until)
    place = {a: x for x, a in enumerate(spec.actors)}
    act = {a.name: k for k, a in enumerate(world.acts())}
    names = list(place)
    frame = frame.filter(
        pl.col("source").is_in(names) & pl.col("target").is_in(names) & (pl.col("source") != pl.col("target"))
    )
    if spec.step != "event":  # the order within a step does not count; as events, they come as in the record
        frame = frame.sort("time", "source", "act", "target")
    if frame.is_empty():
        asked = f" up to {until}" if until else ""
        raise ModelError(
            f"the record holds no event among the {len(names)} actors in play{asked}; add events first"
        )
    segments = record.segments().filter(pl.col("dataset").is_not_null())
    coverage = [
        (a, min(b, until) if until else b)
        for a, b in segments.select("start", "end").iter_rows()
        if until is None or a <= until
    ]
    days = frame["time"].to_numpy().astype("datetime64[D]")
    return Stream(
        i=frame["source"].replace_strict(place, return_dtype=pl.Int64).to_numpy(),
        k=frame["act"].replace_strict(act, return_dtype=pl.Int64).to_numpy(),
        j=frame["target"].replace_strict(place, return_dtype=pl.Int64).to_numpy(),
        count=np.ones(len(frame)),
        steps=make_steps(days, coverage, spec.step),
        segments=tuple(segments["dataset"].to_list()[: len(coverage)]),
        holdings=holdings,
        n_acts=len(act),
    )


def fit(
    spec: Specification,
    record: Record,
    *,
    ties: list[Tie] | None = None,
    attributes: list[Attribute] | None = None,
    since: date | None = None,
    until: date | None = None,
    progress: Progress = silent,
    threads: int | None = None,
    memory_limit: float | None = None,
    cluster: object | None = None,
) -> Fit:
    """Fit a specification to a record.

    Parameters
    ----------
    spec
        Actors, effects, clock, priors.
    record
        The record; its events, and its yearly ties (trade, arms, borders, UN distances, capabilities).
    ties, attributes
        Dated rows of a case (sanctions, alliances, memberships, wars, leaders).
    since, until
        First and last day that count; nothing after ``until`` is seen, not even for scaling.
    progress
        Called with what is being done and the share done.
    threads
        That share the passes over the steps; by default two, where there are two. The estimates do not
        depend on it, the memory does.
    memory_limit
        Bytes the fit may take; by default what is free.
    cluster
        A Dask client, or the address of a scheduler, whose workers do the passes.

    Raises
    ------
    ModelError
        If the record covers nothing asked for, the fit would take more memory than there is, or it does not
        converge.
    """
    began = time.perf_counter()
    threads = threads or min(THREADS, os.cpu_count() or 1)
    problem, ground = pose(
        spec, record, ties=ties, attributes=attributes, since=since, until=until, horizon=until,
        threads=threads, memory_limit=memory_limit,
    )  # fmt: skip
    stream, fresh, begin = problem.stream, problem.fresh, problem.since
    if cluster is not None:
        problem = SpreadProblem(problem, cluster)
    # The matrices are small: threads of the linear algebra cost more than they save.
    with threadpool_limits(1, "blas"):
        choice = fit_problem(problem, progress)
    progress("rate", 0.95)
    data, memory = _rate_rows(problem, stream, fresh(), begin, until)
    beliefs = prior_arrays(spec.priors, problem.compiled.rate, Gaussian(sd=EFFECT_SD))
    rate = fit_rate(data, len(spec.actors), beliefs)
    last = stream.between(None, until)[-1].last
    klass, weight = acts_arrays()
    return Fit(
        spec=spec,
        choice=choice,
        rate=rate,
        acts=tuple(a.name for a in world.acts()),
        columns=problem.compiled.columns,
        rate_columns=problem.compiled.rate,
        klass=klass,
        weight=weight,
        memory=memory,
        background=ground.ties,
        capability=ground.capability,
        issue_counts=_issue_counts(record, spec, until),
        transitions=count_transitions(stream, stream.holdings, until),
        since=begin,
        until=last,
        about={
            "chancellery": __version__,
            "numpy": np.__version__,
            "record": record.fingerprint(),
            "segments": [[str(s.first), str(t.last)] for s, t in _segment_ends(stream)],
            "seconds": round(time.perf_counter() - began, 1),
            "rate_rows": len(data.N),
        },
    )


def pose(
    spec: Specification,
    record: Record,
    *,
    ties: list[Tie] | None = None,
    attributes: list[Attribute] | None = None,
    since: date | None = None,
    until: date | None = None,
    horizon: date | None = None,
    threads: int = 1,
    memory_limit: float | None = None,
) -> tuple[ChoiceProblem, Background]:
    """The choice problem of a record, not yet fitted, and what the record knows of lasting ties.

    Parameters
    ----------
    horizon
        Last day whose events are read; those after ``until`` are there to be foretold, not to be fitted. The
        other parameters are those of :func:`fit`.

    Raises
    ------
    ModelError
        If the record covers nothing asked for, or the fit would take more memory than there is.
    """
    ties, attributes = ties or [], attributes or []
    ground: Background = background(record, spec.actors, ties, until)
    holdings = Holdings(spec.actors, ties, attributes, ground.ties, ground.capability)
    stream = stream_of(record, spec, holdings, horizon)
    klass, weight = acts_arrays()

    def fresh() -> st.State:
        return st.empty_state(len(spec.actors), klass, weight, list(spec.half_lives), spec.short, spec.long)

    begin = since or date.fromordinal(stream.steps[0].first.toordinal() + BURN_IN_DAYS)
    _check_memory(spec, stream, begin, until, threads, memory_limit)
    return ChoiceProblem(spec, stream, fresh, begin, until, threads), ground


def _check_memory(spec: Specification, stream: Stream, since: date, until: date | None, threads: int,
                  limit: float | None) -> None:  # fmt: skip
    steps = stream.between(since, until)
    if not steps:
        return  # said in its own words later
    rows = sum(len(np.unique(stream.i[s.events])) for s in steps)
    sizes = (len(steps), len(stream.i))
    with_sample = spec.model_copy(update={"sample": PROPOSED})
    check_memory(
        predict_memory(spec, *sizes, threads=threads, rows=rows),
        limit,
        None if spec.sample else predict_memory(with_sample, *sizes, threads=threads, rows=rows),
    )


def _rate_rows(
    problem: ChoiceProblem, stream: Stream, s: st.State, since: date, until: date | None
) -> tuple[RateData, dict[str, np.ndarray]]:
    n, rows, steps = problem.n, [], []
    X = np.zeros((n, len(problem.compiled.rate)))
    for step, now, counts in walk(stream, s, until):
        if step.first >= since:
            problem.compiled.module.activity(now, X)
            rows.append((X.copy(), counts.sum(axis=(0, 2))))
            steps.append(step)
    weeks = sorted({s.first.isocalendar()[:2] for s in steps})
    data = RateData(
        X=np.concatenate([x for x, _ in rows]),
        N=np.concatenate([N for _, N in rows]),
        actor=np.tile(np.arange(n), len(rows)),
        segment=np.repeat([s.segment for s in steps], n),
        week=np.repeat([weeks.index(s.first.isocalendar()[:2]) for s in steps], n),
        days=np.repeat([float(s.days) for s in steps], n),
    )
    return data, {name: getattr(s, name).copy() for name in st.MEMORY}


def _issue_counts(record: Record, spec: Specification, until: date | None) -> np.ndarray:
    act = {a.name: k for k, a in enumerate(world.acts())}
    place = {a: x for x, a in enumerate(spec.actors)}
    out = np.zeros((len(act), len(world.ISSUES), len(place), len(place)))
    frame = record.events(until=until).group_by("act", "issue", "source", "target").len()
    for name, issue, source, target, count in frame.iter_rows():
        if source in place and target in place:
            out[act[name], world.ISSUES.index(issue), place[source], place[target]] += count
    return out


def _segment_ends(stream: Stream) -> list[tuple]:
    numbers = sorted({s.segment for s in stream.steps})
    by = {m: [s for s in stream.steps if s.segment == m] for m in numbers}
    return [(by[m][0], by[m][-1]) for m in numbers]
