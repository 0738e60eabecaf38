"""Rival experts: each essay as a set of priors, scored on the same later events against a neutral expert.

Everybody shares memory, structure, lasting terms and intercepts, fitted to the training record; the experts differ
in the weights their claims speak of, and see nothing, a few weeks or all of the record before they are scored. A
second score takes the claims as statements with a probability and holds them against the verdicts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from threadpoolctl import threadpool_limits

from chancellery import __version__, world
from chancellery.cases import Case
from chancellery.cases.claims import bearings_of, worded, words_of
from chancellery.effects.catalogue import lookup
from chancellery.errors import EssayError
from chancellery.essays.claim import Essay
from chancellery.essays.reading import Claims
from chancellery.essays.words import OURS, Bands
from chancellery.judge.apart import Apart, Telling, days_in
from chancellery.judge.contest import ALONE, Contest
from chancellery.judge.docket import docket
from chancellery.judge.evidence import gather
from chancellery.judge.experts import SCALE, effect_of, opinions, own_scales, torn
from chancellery.judge.scores import Interval
from chancellery.judge.statements import Mark, Statement, marks, statements
from chancellery.model.digest import digest, foretold
from chancellery.model.estimate import THREADS, pose
from chancellery.model.fit import ChoiceFit
from chancellery.model.newton import part
from chancellery.model.posterior import Fit
from chancellery.model.predictive import Foreteller
from chancellery.model.priors import Gaussian
from chancellery.model.problem import ChoiceProblem
from chancellery.model.replay import Stream
from chancellery.model.strategy import fit_problem
from chancellery.record import Record

Progress = Callable[[str, float], None]
SHOWN = (ALONE, "4 weeks")  # stages at which other lists of words are tried; other ways only at the first
BY_LETTER, HALF, DOUBLE, ONE = "by the letter", "half the scales", "double the scales", "one scale for all"


def silent(what: str, share: float) -> None:
    """Report no progress."""


@dataclass(frozen=True)
class Reading:
    """The scores under another list of words, or another way from words to priors.

    ``gaps``: (stage, essay) to the gap to the neutral expert; ``marks`` only where the probabilities differ.
    """

    name: str
    gaps: dict[tuple[str, str], Interval]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Rivals:
    """What came of the contest; ``as_dict()`` in :mod:`chancellery.judge.rivals_told` describes it as data.

    Attributes
    ----------
    about
        Versions, data and options.
    essays
        By id.
    contest
        Experts and their scores.
    readings
        Other lists of words and other ways, ours first.
    bands
        What each class of words stands for under each list.
    apart, tellings
        Where the experts part with what the essays alone say.
    found
        Claims as statements with what became of them.
    """

    about: dict
    essays: dict[str, Essay]
    contest: Contest
    readings: tuple[Reading, ...]
    bands: Bands
    apart: Apart
    tellings: tuple[Telling, ...]
    found: tuple[Statement, ...]

    def as_dict(self) -> dict:
        """Plain data, for JSON and pages; described in docs/rivals.md."""
        from chancellery.judge.rivals_told import told

        return told(self)

    def __str__(self) -> str:
        from chancellery.judge.rivals_told import text

        return text(self)


def rivals(
    case: Case,
    record: Record,
    *,
    words: str = OURS,
    since: date | None = None,
    until: date | None = None,
    last: date | None = None,
    scale: float | None = None,
    fit: Fit | None = None,
    draws: int = 16,
    seed: int = 7,
    threads: int = THREADS,
    progress: Progress = silent,
) -> Rivals:
    """Score the essays of a case as rival experts: ``print(ch.rivals(case, record))``.

    Parameters
    ----------
    case, record
        Whose claims, and the events.
    words
        A list of ``modality.csv``, or a file; see :func:`chancellery.cases.claims.worded`.
    since, until, last
        First day fitted to; last day the experts may see; last day they are scored on. ``until`` is by default
        :func:`usual_end`.
    scale
        Standard deviation of every prior, in the weight of one standard unit of an effect; by default each effect
        has its own, learnt from the training record whatever its sign.
    fit
        For the verdicts of coefficient claims, by default the case's own; without any no claim is scored as a
        statement.
    draws, seed
        Draws of the weights an event is integrated over, an even number; of these and of the intervals.
    threads
        That share the passes over the record.

    Raises
    ------
    EssayError
        If the case has no claims that bear on a weight, one bears on memory, which is shared, or draws or scale are
        none.
    ModelError
        If the record is too short on either side of ``until``.
    """
    began = time.perf_counter()
    if draws < 2 or draws % 2 or (scale is not None and not scale > 0):
        raise EssayError(
            f"draws={draws}, scale={scale}: draws are an even number, two or more, and a scale is positive"
        )
    if not len(case.claims):
        raise EssayError(f"the case '{case.folder.name}' has no claims; write them in its folder claims/")
    claims, bearings = worded(case, words), bearings_of(case)
    said = opinions(claims, bearings)
    names = disputed({o.coefficient for o in said}, case)
    with threadpool_limits(1, "blas"):
        problem, later = _problems(case, record, names, scale or SCALE, since, until, last, threads)
        fitted = fit_problem(problem, part(progress, 0.0, 0.6))
        seen, path = digest(problem, later, fitted, names, part(progress, 0.6, 0.75))
        progress("verdicts", 0.75)
        found = _statements(case, record, fit)
        progress("scores", 0.8)
        foreteller = Foreteller(later, fitted, path, draws, seed)
        scales = own_scales(seen) if scale is None else np.full(len(names), scale)
        contest = Contest(said, seen, foreteller, scales)
        means = {name: e.mean for name, e in contest.experts.items()}
        apart = Apart(foreteller.happened(list(means.values())), means, names, case.actors)
        bands = words_of(case) if (case.folder / "claims" / "modality.csv").exists() else Bands()
        readings = _readings(case, contest, found, words, bands, part(progress, 0.9, 1.0))
    return Rivals(
        about=_about(case, record, contest, fitted, problem, later, words)
        | {"seconds": round(time.perf_counter() - began, 1)},
        essays=claims.essays,
        contest=contest,
        readings=readings,
        bands=bands,
        apart=apart,
        tellings=tuple(apart.tellings(days_in(record, case.actors))),
        found=found,
    )


def disputed(said: set[str], case: Case) -> tuple[str, ...]:
    """The weights that claims speak of, in the order of the model.

    Raises
    ------
    EssayError
        If one of them is memory, which all experts share.
    """
    for name in sorted(said):
        if lookup(effect_of(name)).level != "pair":
            raise EssayError(
                f"a claim bears on '{effect_of(name)}', which is memory that all experts share; "
                "take it out of claims/experts.toml, or name a mechanism"
            )
    return tuple(f"{e}:{c}" for e in case.model.choice for c in world.CLASSES if f"{e}:{c}" in said)


def usual_end(stream: Stream) -> date:
    """Last day of the covered stretch in which the record passes half of its events; of one stretch, two thirds."""
    sizes = np.cumsum([s.events.stop - s.events.start for s in stream.steps])
    ends = {s.segment: s.last for s in stream.steps}
    middle = stream.steps[int(np.searchsorted(sizes, sizes[-1] / 2.0))]
    if middle.segment != stream.steps[-1].segment:
        return ends[middle.segment]
    return stream.steps[int(np.searchsorted(sizes, sizes[-1] * 2.0 / 3.0))].last


def _problems(case: Case, record: Record, names: Sequence[str], scale: float, since: date | None,
              until: date | None, last: date | None, threads: int) -> tuple[ChoiceProblem, ChoiceProblem]:  # fmt: skip
    """The problem of the training days and of the days that are foretold; the neutral expert's priors."""
    neutral = dict.fromkeys(names, Gaussian(sd=scale))
    spec = case.model.model_copy(update={"priors": {**case.model.priors, **neutral}})
    given = {"ties": case.ties, "attributes": case.attributes, "since": since, "threads": threads}
    if until is None:
        until = usual_end(pose(spec, record, **given)[0].stream)
    problem, _ = pose(spec, record, until=until, horizon=last, **given)
    problem.standardise()  # before the later days are split off, which are scaled alike
    return problem, foretold(problem, last)


def _statements(case: Case, record: Record, fit: Fit | None) -> tuple[Statement, ...]:
    if fit is None and (case.folder / "fit" / "fit.json").exists():
        fit = case.fit
    if fit is None:
        return ()
    return statements(docket(case.claims, gather(case, record, fit, firm=False)))


def _readings(case: Case, ours: Contest, found: tuple[Statement, ...], words: str, bands: Bands,
              progress: Progress) -> tuple[Reading, ...]:  # fmt: skip
    """The same contest under other lists, by the letter, and with other scales."""
    out = [_reading(words, ours, SHOWN, marks(found, worded(case, words)))]
    others: list[tuple[str, Claims, dict]] = [
        (name, worded(case, name), {}) for name in bands.lists if name != words
    ]
    mine = worded(case, words)
    others += [(BY_LETTER, mine, {"by_letter": True})]
    others += [(name, mine, {"scale": ours.scale * x}) for name, x in ((HALF, 0.5), (DOUBLE, 2.0))]
    if len(set(ours.scale)) > 1:
        others.append((ONE, mine, {"scale": np.full(len(ours.scale), SCALE)}))
    for number, (name, claims, changed) in enumerate(others):
        progress("other readings of the words", number / len(others))
        stages = SHOWN[:1] if changed else SHOWN
        options = {"scale": ours.scale, "stages": stages} | changed
        held = Contest(opinions(claims, bearings_of(case)), ours.seen, ours.foreteller, **options)
        out.append(_reading(name, held, stages, () if changed else marks(found, claims)))
    return tuple(out)


def _reading(name: str, held: Contest, stages: Sequence[str], scored: tuple[Mark, ...]) -> Reading:
    return Reading(name, {(s, e): held.gap(s, e) for s in stages for e in held.essays}, scored)


def _about(case: Case, record: Record, contest: Contest, fitted: ChoiceFit, problem: ChoiceProblem,
           later: ChoiceProblem, words: str) -> dict:  # fmt: skip
    scored = later.stream.between(later.since, later.until)
    return {
        "chancellery": __version__,
        "case": case.title,
        "record": record.fingerprint(),
        "words": words,
        "scale": {effect_of(n): round(float(x), 4) for n, x in zip(contest.seen.names, contest.scale)},
        "seed": contest.foreteller.seed,
        "draws": contest.foreteller.draws,
        "since": str(problem.since),
        "until": str(problem.until),
        "scored_since": str(scored[0].first),
        "scored_until": str(scored[-1].last),
        "trained_on": fitted.events,
        "scored_on": int(contest.events.sum()),
        "weeks": len(contest.weeks),
        "weights": len(contest.seen.names),
        "power": round(contest.seen.power, 4),
        "quadratic_error": contest.error_of_quadratics(),
        "torn": [
            {"essay": essay, "coefficient": name, "claims": [f"{o.claim} {o.sign}" for o in some]}
            for essay, name, some in torn(contest.said)
        ],
    }
