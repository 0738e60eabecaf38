"""Several natural experiments together: each done in turn, then the cells of all marked as one.

Five shocks are five: pairs resampled within them say how sure the marks of these five are, not how another
would go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from chancellery.cases import Case
from chancellery.errors import CaseError
from chancellery.judge.change import Changes
from chancellery.judge.experiment import SEED, Outcome, Progress, by_class, experiment
from chancellery.judge.placebo import against_placebos
from chancellery.record import Record


@dataclass(frozen=True)
class Outcomes:
    """Outcomes of several experiments, and their pool."""

    outcomes: tuple[Outcome, ...]
    pool: dict

    def as_dict(self) -> dict:
        """Plain data: ``experiments`` a list of :meth:`Outcome.as_dict`, ``pooled`` as :func:`pooled` gives it."""
        return {
            "kind": "chancellery experiments",
            "format": 1,
            "experiments": [o.as_dict() for o in self.outcomes],
            "pooled": self.pool,
        }


def experiments(
    the_case: Case,
    record: Record,
    names: Sequence[str] | None = None,
    *,
    seed: int = SEED,
    done: Callable[[Outcomes], None] = lambda so_far: None,
    progress: Progress = lambda what, share: None,
    **options: object,
) -> Outcomes:
    """Do all of a case's experiments, or some: ``ch.experiments(case, record)``.

    Parameters
    ----------
    names
        Which; all by default.
    done
        Called with what there is after each, so that it can be kept.
    options
        Those of :func:`~chancellery.judge.experiment.experiment`: draws, placebos, threads.

    Raises
    ------
    CaseError, ModelError, ScenarioError
        As for one; every file is read before the first is done.
    """
    chosen = [the_case.experiment(name) for name in (names or the_case.experiments)]
    if not chosen:
        raise CaseError(
            f"the case '{the_case.folder.name}' has no experiments; write one in its folder experiments/"
        )
    found: list[Outcome] = []
    for x, one in enumerate(chosen):

        def tell(what: str, share: float, x: int = x, title: str = one.title) -> None:
            progress(title, (x + share) / len(chosen))

        found.append(experiment(the_case, one, record, seed=seed, progress=tell, **options))
        done(Outcomes(tuple(found), pooled(found, seed)))
    return Outcomes(tuple(found), pooled(found, seed))


def pooled(outcomes: Sequence[Outcome], seed: int = SEED) -> dict:
    """Marks over the cells of several experiments; pairs of each are blocks of their own.

    Returns
    -------
    dict
        ``experiments`` (names), ``left_out`` (names not covered), ``marks`` by class as in
        :meth:`Outcome.as_dict`; ``placebos``: for the same three marks, how often the experiments beat the
        mean of their own placebo dates, ``above`` of ``of``, and the mean ``difference``.
    """
    done = [o for o in outcomes if not o.problem]
    out = {"experiments": [o.experiment.name for o in done],
           "left_out": [o.experiment.name for o in outcomes if o.problem], "marks": {}, "placebos": {}}  # fmt: skip
    if not done:
        return out
    draws = min(o.cells.shock.shape[1] for o in done)
    parts = [
        replace(o.cells, shock=o.cells.shock[:, :draws], none=o.cells.none[:, :draws],
                block=o.cells.block + x * 1_000_000)
        for x, o in enumerate(done)
    ]  # fmt: skip
    joined = Changes(*(np.concatenate([getattr(p, f) for p in parts]) for f in Changes.__dataclass_fields__))
    out["marks"] = {name: m.as_dict() for name, m in by_class(joined, seed).items()}
    for name in ("effect_right", "gain_over_without", "right"):
        each = [against_placebos(o.by_class["all"], o.placebos)[name] for o in done]
        apart = [e["real"] - e["mean"] for e in each if e is not None]
        out["placebos"][name] = {
            "above": sum(a > 0 for a in apart), "of": len(apart),
            "difference": float(np.mean(apart)) if apart else None,
        }  # fmt: skip
    return out
