"""The verb ``fit``: from a study and a formula to estimates with their uncertainty."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from chancellery import __version__
from chancellery.errors import ModelError
from chancellery.model.belief import Belief, Clusters, Prior, believe, climb
from chancellery.rem import asked
from chancellery.rem.catalogue import CHOICE, RATE
from chancellery.rem.engine import Engine
from chancellery.rem.formula import Term, read_formula
from chancellery.rem.memory import check_memory
from chancellery.rem.own import OwnEffect
from chancellery.rem.plan import Plan
from chancellery.rem.printed import Printed
from chancellery.rem.spread import spread
from chancellery.rem.study import Study
from chancellery.rem.timeline import timeline

Progress = Callable[[str, float], None]
ROUGH = 0.1  # decrement at which the warm start on a piece of the events ends


def silent(what: str, share: float) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class Options:
    """How a model was fitted, as it is printed with the result."""

    model: str
    timed: bool
    step: str = "event"
    since: float | None = None
    until: float | None = None
    risk: str | None = None
    cluster: str | None = None
    sample: int | None = None
    seed: int = 1


@dataclass(frozen=True)
class RemFit(Printed):
    """A fitted relational event model.

    Attributes
    ----------
    formula, terms, options
        What was fitted, and how.
    belief
        Estimates, covariances, log likelihood, warnings (:class:`chancellery.model.belief.Belief`).
    events, observations
        Events scored; with the intervals of a timed model that end without one.
    seconds, about
        How long it took; versions and data sizes.
    engine
        The compiled model, to evaluate, simulate or diagnose.
    surprise
        (E,) log probability (ordinal) or log hazard (timed) of each event of the study; 0 where not scored.
    """

    formula: str
    terms: tuple[Term, ...]
    options: Options
    belief: Belief
    events: int
    observations: int
    seconds: float
    about: dict[str, object]
    engine: Engine = field(repr=False)
    surprise: np.ndarray = field(repr=False)

    @property
    def theta(self) -> np.ndarray:
        """Estimates (p,)."""
        return self.belief.mode

    @property
    def loglik(self) -> float:
        """Log likelihood."""
        return self.belief.loglik

    @property
    def se(self) -> np.ndarray:
        """Standard errors (p,) from the information."""
        return np.sqrt(np.diag(self.belief.naive))

    @property
    def robust_se(self) -> np.ndarray | None:
        """Standard errors (p,) robust to dependence within the clusters; None without clusters."""
        return None if self.belief.robust is None else np.sqrt(np.diag(self.belief.robust))


def fit(
    study: Study,
    formula: str,
    model: str = CHOICE,
    *,
    step: str = "event",
    since: object = None,
    until: object = None,
    risk: str | None = None,
    allowed: Sequence[Sequence[str]] | np.ndarray | None = None,
    cluster: str | Sequence[object] | None = "default",
    priors: Mapping[str, Prior] | None = None,
    own: Sequence[OwnEffect] = (),
    sample: int | None = None,
    seed: int = 1,
    threads: int | None = None,
    memory: float | None = None,
    client: Any = None,
    progress: Progress = silent,
) -> RemFit:
    """Fit a relational event model.

    Parameters
    ----------
    study
        The data.
    formula
        ``network ~ effect + effect``; with ``1`` a rate or tie model is timed.
    model
        ``"choice"`` (whom, given who), ``"rate"`` (who), ``"coordination"`` (which pair agrees) or ``"tie"``
        (which ordered pair).
    step
        ``"event"``, or ``"day"``, ``"week"``, ``"month"``: all events of a step see the state at its start.
    since, until
        Score only events from here on; use nothing after (dates, or times of the study).
    risk
        Network that says which pairs are possible (ties above 0), changing as it changes.
    allowed
        For each row of the dependent network's table, the labels it could turn to, or a (rows, N) mask.
    cluster
        Whose events hang together: ``"dyad"``, ``"sender"``, ``"receiver"``, ``"day"``, ``"week"``,
        ``"month"``, two as ``"sender+week"``, a label a row that was known before the event, or None. By
        default the pair; the sender of a rate or a sampled choice.
    priors
        Label of a term to prior; none (flat) by default.
    own
        Your effects, made with :func:`chancellery.rem.effect`, that the formula names.
    sample
        Options drawn at random to stand for all that did not happen (choice and tie models).
    seed
        Of the sample.
    threads
        Threads of the passes; all cores by default. The result does not depend on it.
    memory
        Bytes the fit may use; by default what the machine has free.
    client
        A Dask client, or the address of a scheduler: its workers do the passes, with the same sums.
    progress
        Called with what is being done and the share done.

    Returns
    -------
    RemFit

    Raises
    ------
    ModelError
        Naming the effect, option or row that cannot be honoured, and the cure.
    """
    began = time.perf_counter()
    asked.check_numbers(study, sample, seed, threads, memory)
    mine = asked.own_effects(own)
    dependent, terms = read_formula(formula, {name: o.entry for name, o in mine.items()})
    priors = asked.named_priors(priors, [t.label for t in terms])
    plan = Plan(study, dependent, asked.known_model(model), terms, risk, mine)
    timed = any(t.effect.name == "intercept" for t in terms)
    asked.check_options(plan, timed, step, sample, allowed)
    line = timeline(plan, timed, step, study.moment(since, "since"), study.moment(until, "until"))
    named = asked.default_cluster(plan, timed, sample) if isinstance(cluster, str) and cluster == "default" else cluster
    ids, way = asked.clusters(named, plan, line, timed, sample)
    engine = Engine(
        plan, line, timed, asked.mask(allowed, plan, line), ids, asked.number(ids, plan, way), sample, seed,
        threads or os.cpu_count() or 1,
    )  # fmt: skip
    check_memory(plan, engine, memory)
    climbing = engine if client is None else spread(engine, client)
    with threadpool_limits(1, "blas"):
        belief, surprise = _climb(climbing, engine, terms, priors, way, progress)
    options = Options(plan.model, timed, step, study.moment(since, "since"), study.moment(until, "until"), risk, way, sample, seed)
    about = {"chancellery": __version__, "numpy": np.__version__, "actors": study.n, "effects": len(terms)}
    return RemFit(
        formula=" ".join(formula.split()), terms=tuple(terms), options=options, belief=belief,
        events=int(line.counted.sum()), observations=line.observations,
        seconds=time.perf_counter() - began, about=about, engine=engine, surprise=surprise,
    )  # fmt: skip


def _climb(
    climbing: Engine,
    engine: Engine,
    terms: list[Term],
    priors: Mapping[str, Prior],
    way: str | None,
    progress: Progress,
) -> tuple[Belief, np.ndarray]:
    labels, start = [t.label for t in terms], _start(engine, terms)

    def evaluate(theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        sums = climbing.evaluate(theta)
        if np.array_equal(theta, start):  # later a step may be too long, and is halved
            asked.check_finite(sums.information, labels)
        return float(sums.loglik[0]), sums.score, sums.information

    belief = believe(evaluate, labels, priors, events=engine.line.observations, start=start, progress=progress)
    last = engine.evaluate(belief.mode, clusters=way is not None, surprise=True)
    if way is not None:
        scores = last.clusters
        if way == "receiver":
            scores = scores.reshape(engine.plan.study.n, -1, scores.shape[1]).sum(axis=0)
        belief = belief.with_clusters(_scores(engine, belief.mode, scores))
    return belief, last.surprise


def _scores(engine: Engine, theta: np.ndarray, first: np.ndarray) -> Clusters:
    """Scores by cluster; of two ways also by the other and by both, a pass each."""
    first = first[np.any(first != 0, axis=1)]
    if len(engine.cluster) < 2:
        return Clusters(first)
    one, two = engine.cluster
    parts = []
    for ids in (two, np.unique(one * (two.max() + 1) + two, return_inverse=True)[1]):
        other = copy(engine)  # what holds at the start of each piece is shared
        other.cluster, other.clusters = ids[None, :], int(ids.max()) + 1
        parts.append(other.evaluate(theta, clusters=True).clusters)
    return Clusters(first, *parts)


def _start(engine: Engine, terms: list[Term]) -> np.ndarray:
    """Where to begin: the mean rate for the intercept, then a rough climb on a piece of the events."""
    start, n = np.zeros(len(terms)), engine.plan.study.n
    span = float(engine.line.rows.gap.sum())
    for x, term in enumerate(terms):
        if term.effect.name == "intercept" and span > 0:
            options = n if engine.plan.model == RATE else n * (n - 1) * len(engine.plan.kinds)
            start[x] = np.log(engine.line.counted.sum() / (span * options))
    if engine.pieces == 1:
        return start
    return _rough(engine, start)


def _rough(engine: Engine, start: np.ndarray) -> np.ndarray:
    """Climb on one piece from the middle; where that cannot be done, the whole climb begins at the start."""
    middle, none = engine.pieces // 2, np.zeros(len(start))

    def evaluate(theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        sums = engine.total([engine.piece(middle, theta)])
        asked.check_finite(sums.information, ["?"] * len(theta))
        return float(sums.loglik[0]), sums.score, sums.information

    try:
        end = climb(evaluate, start, none, none, tolerance=ROUGH, max_steps=15)
    except (ModelError, np.linalg.LinAlgError):
        return start
    return end.theta if end.converged else start
