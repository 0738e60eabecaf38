"""Natural experiments: fit to what came before a shock, inject the shock alone, and see what third parties did.

1. The record is read up to the eve; the fit, the memory, the ties and the dyad terms know nothing later.
2. Two sets of futures run over the window, with the shock's levers and without, on common random numbers.
3. The changes of every third-party pair and class are set beside those observed (:mod:`change`, :mod:`marks`).
4. The same shock is injected at placebo dates, on which it did not come, with the same coefficients and the
   memory of that day: what the shock adds should help on its own day and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from chancellery import __version__, world
from chancellery.cases import Case
from chancellery.cases.experiments import Experiment, shocked_pairs
from chancellery.errors import ModelError, ScenarioError
from chancellery.judge.change import Changes, Window, changes, count, count_futures, window
from chancellery.judge.eve import fit_before, known, standing
from chancellery.judge.marks import Marks, marks
from chancellery.judge.placebo import Placebo, against_placebos, placebo_windows
from chancellery.judge.stream import Stream, stream_of
from chancellery.model.newton import part
from chancellery.model.posterior import Fit
from chancellery.record import Record
from chancellery.simulate.ensemble import Runner, check, lead_in, run

DRAWS, PLACEBO_DRAWS, PLACEBOS, SEED = 100, 40, 6, 7
LARGEST = 12

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one experiment.

    ``problem`` says why it could not be done (the rest is then empty). ``by_class`` has the marks of each class
    of act and, under ``all``, of all together. ``skipped`` placebo dates could not take the levers.
    """

    experiment: Experiment
    actors: tuple[str, ...]
    about: dict
    problem: str = ""
    window: Window | None = None
    fit: dict = field(default_factory=dict)
    cells: Changes | None = None
    by_class: dict[str, Marks] = field(default_factory=dict)
    placebos: tuple[Placebo, ...] = ()
    skipped: int = 0

    @property
    def cut_short(self) -> bool:
        """Whether the record ends before the window does."""
        return self.window is not None and self.window.after[1] < self.experiment.until

    def as_dict(self) -> dict:
        """Plain data: what a page and ``--json`` show.

        ``marks`` maps ``all`` and the four classes to :class:`~chancellery.judge.marks.Marks`; ``placebos`` has
        the dates, their marks, and under ``summary`` the mean, range and p value of three of them;
        ``largest`` the observed changes farthest from zero in standard errors, beside both predictions.
        """
        e = self.experiment
        out = {
            "kind": "chancellery experiment", "format": 1, "name": e.name, "title": e.title, "on": e.about.on,
            "days": e.about.days, "shocked": e.about.shocked, "sources": e.about.sources, "note": e.about.note,
            "levers": [{"text": str(v), "count": v.count if v.do == "act" else None, "note": v.note} for v in e.levers],
            "covered": not self.problem, "problem": self.problem, "about": self.about,
        }  # fmt: skip
        if self.problem:
            return out
        return out | {
            "before": self.window.before, "after": self.window.after, "days_after": self.window.days,
            "cut_short": self.cut_short, "fit": self.fit,
            "marks": {name: m.as_dict() for name, m in self.by_class.items()},
            "placebos": {
                "skipped": self.skipped, "summary": against_placebos(self.by_class["all"], self.placebos),
                "dates": [{"on": p.on, "foreseen": p.foreseen, "marks": p.marks.as_dict()} for p in self.placebos],
            },
            "largest": largest(self.cells, self.actors),
        }  # fmt: skip


def experiment(
    the_case: Case,
    name: str | Path | Experiment,
    record: Record,
    *,
    fit: Fit | None = None,
    draws: int = DRAWS,
    placebos: int = PLACEBOS,
    placebo_draws: int = PLACEBO_DRAWS,
    seed: int = SEED,
    threads: int = 2,
    progress: Progress = lambda what, share: None,
) -> Outcome:
    """Do one natural experiment: ``ch.experiment(case, "ukraine", record)``.

    Parameters
    ----------
    name
        One of the case's, a file, or an :class:`Experiment`.
    fit
        One made by :func:`~chancellery.judge.eve.fit_before` for this day; made here otherwise.
    draws, placebo_draws
        Futures on the day of the shock, and on each placebo date; each has parameters of its own.
    placebos
        Most placebo dates, evenly spread over those the record covers.

    Raises
    ------
    CaseError, ModelError, ScenarioError
        If there is no such experiment or it has a mistake, the fit fails, or a lever cannot be applied on the
        day of the shock. What the record does not cover is no error: the outcome says so.
    """
    chosen = name if isinstance(name, Experiment) else the_case.experiment(name)
    stream = stream_of(record, the_case.actors)
    about = {
        "chancellery": __version__, "case": the_case.title, "record": record.fingerprint(), "draws": draws,
        "placebo_draws": placebo_draws, "seed": seed, "step": the_case.model.step,
    }  # fmt: skip
    third = third_parties(the_case, chosen)
    at = _covered(stream, chosen, third)
    if isinstance(at, str):
        return Outcome(chosen, the_case.actors, about, problem=at)
    on, since = chosen.about.on, chosen.about.since
    if fit is None:
        fit = fit_before(
            the_case, record, on, since=since, threads=threads, progress=part(progress, 0.0, 0.5)
        )
    elif fit.until >= on:
        raise ModelError(f"the fit has seen {fit.until}, and the shock came on {on}; give a fit of its eve")
    cells = trial(fit, the_case, chosen, stream, at, third, draws, seed, threads, part(progress, 0.5, 0.7))
    shared = (the_case, chosen, stream, third, placebo_draws, seed, threads)
    tried, skipped = _placebos(fit, record, at, placebos, shared, part(progress, 0.7, 1.0))
    return Outcome(
        chosen, the_case.actors, about, window=at, fit=_told(fit), cells=cells,
        by_class=by_class(cells, seed), placebos=tried, skipped=skipped,
    )  # fmt: skip


def _placebos(
    fit: Fit, record: Record, at: Window, most: int, shared: tuple, progress: Progress
) -> tuple[tuple[Placebo, ...], int]:
    """The shock at other dates, and how many could not take its levers."""
    the_case, chosen, stream, third, draws, seed, threads = shared
    tried, skipped = [], 0
    places = placebo_windows(stream, at, chosen.about.days, most)
    for x, there in enumerate(places):
        day = there.after[0]
        stood = standing(fit, the_case, record, day)
        try:
            made = trial(stood, the_case, chosen, stream, there, third, draws, seed, threads)
            tried.append(Placebo(day, fit.until < day, marks(made, seed)))
        except ScenarioError:  # such as ending a tie that did not hold then
            skipped += 1
        progress("placebo dates", (x + 1) / len(places))
    return tuple(tried), skipped


def third_parties(the_case: Case, chosen: Experiment) -> np.ndarray:
    """(n, n) True where an ordered pair is no part of the shock."""
    n = len(the_case.actors)
    out = ~np.eye(n, dtype=bool)
    for a, b in shocked_pairs(chosen.about.shocked, the_case.actors):
        out[the_case.actors.index(a), the_case.actors.index(b)] = False
    return out


def _covered(stream: Stream, chosen: Experiment, third: np.ndarray) -> Window | str:
    at = window(stream, chosen.about.on, chosen.about.days)
    if isinstance(at, str):
        return at
    for first, last in (at.before, at.after):
        if not count(stream, first, last)[:, third].any():
            return f"the record has no act of third parties from {first} to {last}"
    return at


def trial(
    fit: Fit,
    the_case: Case,
    chosen: Experiment,
    stream: Stream,
    at: Window,
    third: np.ndarray,
    draws: int,
    seed: int,
    threads: int = 2,
    progress: Progress = lambda what, share: None,
) -> Changes:
    """Futures with and without the shock from a fit that ends on the eve of ``at.after``, and what was seen.

    Raises
    ------
    ScenarioError
        If a lever cannot be applied on that day.
    """
    runner = Runner(fit, known(the_case, at.after[0]), seed, 1)
    scenario = chosen.scenario(*at.after)
    check(runner, scenario)
    beginning = lead_in(runner, at.after[0], draws, threads)
    runs = [
        count_futures(run(runner, s, beginning, threads, part(progress, share, share + 0.5)))
        for s, share in ((scenario, 0.0), (scenario.without_levers(), 0.5))
    ]
    return changes(stream, at, third, *runs)


def by_class(cells: Changes, seed: int) -> dict[str, Marks]:
    """Marks of all cells and of each class."""
    out = {"all": marks(cells, seed)}
    for number, name in enumerate(world.CLASSES):
        out[name] = marks(cells.where(cells.klass == number), seed)
    return out


def largest(cells: Changes, actors: tuple[str, ...], many: int = LARGEST) -> list[dict]:
    """The observed changes farthest from zero in standard errors, as ratios of rates, with both predictions."""
    order = np.argsort(-np.abs(cells.seen) / cells.error, kind="stable")[:many]
    out = []
    for x in order:
        low, middle, high = np.exp(np.quantile(cells.shock[x], [0.05, 0.5, 0.95]))
        out.append({
            "source": actors[cells.source[x]], "target": actors[cells.target[x]],
            "class": world.CLASSES[cells.klass[x]], "before": cells.before[x], "after": cells.after[x],
            "ratio": float(np.exp(cells.seen[x])), "predicted": float(middle), "low": float(low),
            "high": float(high), "without": float(np.exp(np.median(cells.none[x]))),
        })  # fmt: skip
    return out


def _told(fit: Fit) -> dict:
    return {"since": fit.since, "until": fit.until, "events": fit.choice.events}
