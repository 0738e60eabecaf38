"""A fit of the room as a regression table, with what a reader has to know of its errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chancellery.model.table import Row, Table
from chancellery.rem.catalogue import CHOICE, COORDINATION, RATE
from chancellery.rem.look import events_behind

if TYPE_CHECKING:
    from chancellery.rem.estimate import RemFit

TITLES = {
    "choice": "Choice model: whom the sender turns to",
    "rate": "Rate model: who acts",
    "coordination": "Coordination model: which pair agrees",
    "tie": "Tie model: which sender turns to which target",
}
THIN, FEW_CLUSTERS = 20, 40
CLUSTER_WORDS = {"dyad": "pairs", "given": "the clusters given"}


class Printed:
    """How a fit shows itself."""

    def table(self, behind: bool = False) -> Table:
        """The regression table: print it, or ask it for ``latex()``, ``markdown()``, ``html()`` or ``frame()``.

        Parameters
        ----------
        behind
            Count the events behind each estimate, which takes a pass over the data.
        """
        return regression_table(self, behind)

    def __str__(self) -> str:
        return str(self.table())

    def _repr_html_(self) -> str:
        return self.table().html()


def regression_table(fit: RemFit, behind: bool = False) -> Table:
    """Lay out a fit; see :class:`chancellery.model.table.Table`."""
    o, b = fit.options, fit.belief
    counts = events_behind(fit).tolist() if behind else [None] * len(fit.terms)
    robust = fit.robust_se
    rows = tuple(
        Row(
            term.label, float(fit.theta[x]), float(fit.se[x]), None if robust is None else float(robust[x]),
            has_ratio=term.effect.name != "intercept", events=counts[x],
        )
        for x, term in enumerate(fit.terms)
    )  # fmt: skip
    ratio = "odds ratio" if o.model in (CHOICE, COORDINATION) else "hazard ratio"
    aic, bic = ((price * b.evidence.dof - 2.0 * b.loglik) for price in (2.0, np.log(fit.observations)))
    facts: dict[str, object] = {"formula": fit.formula, "model": _kind(fit), "events": fit.events}
    if fit.observations != fit.events:
        facts["observations"] = fit.observations
    facts |= {
        "actors": fit.about["actors"],
        "log likelihood": float(b.loglik),
        "AIC": float(aic),
        "BIC": float(bic),
    }
    facts["converged"] = b.converged
    step = "" if o.step == "event" else f"; steps of a {o.step}"
    title = f"{TITLES[o.model]}{', and when' if o.timed else ''}{step}"
    return Table(title, facts, rows, ratio, (*b.warnings, *_few_clusters(fit)), tuple(_notes(fit, rows)))


def _kind(fit: RemFit) -> str:
    """What was fitted: only fits that agree in it can be compared by their likelihood."""
    o = fit.options
    return f"{o.model}{', timed' if o.timed else ''}{'' if o.step == 'event' else f', by {o.step}'}"


def _few_clusters(fit: RemFit) -> list[str]:
    """Sandwich errors are too small with few clusters (Cameron & Miller 2015)."""
    engine = fit.engine
    if fit.options.cluster is None:
        return []
    if len(engine.cluster):
        many = min(len(np.unique(ids)) for ids in engine.cluster)
    elif fit.options.model == RATE:
        many = engine.plan.study.n
    else:
        many = len(np.unique(engine.line.a * engine.plan.study.n + engine.line.b))
    if many >= FEW_CLUSTERS:
        return []
    return [
        f"only {many} {_clusters(fit.options.cluster)}: with fewer than {FEW_CLUSTERS} the robust errors are too small; "
        "trust the larger of the two"
    ]


def _clusters(named: str) -> str:
    return " and ".join(CLUSTER_WORDS.get(part, part + "s") for part in named.split("+"))


def _notes(fit: RemFit, rows: tuple[Row, ...]) -> list[str]:
    o, notes = fit.options, []
    if o.cluster is None:
        notes.append(
            "Intervals take events for independent given the past; they are too narrow where events cluster."
        )
    else:
        notes.append(
            f"Intervals and p are robust to dependence within {_clusters(o.cluster)}; the naive se takes events for independent."
        )
    if o.timed:
        notes.append(f"Hazards are per {fit.engine.plan.study.unit}.")
    if o.sample:
        notes.append(f"Each event is compared with {o.sample} drawn options (seed {o.seed}).")
    thin = [
        f"'{r.term}' on {r.events}" for r in rows if r.events is not None and r.events < min(THIN, fit.events)
    ]
    if thin:
        notes.append(f"Few events behind an estimate: {', '.join(thin)}; read it with care.")
    return notes
