"""A fit of the room as a regression table, with what a reader has to know of its errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from chancellery.model.table import Row, Table
from chancellery.rem.catalogue import CHOICE, COORDINATION
from chancellery.rem.look import events_behind

if TYPE_CHECKING:
    from chancellery.rem.estimate import RemFit

TITLES = {
    "choice": "Choice model: whom the sender turns to",
    "rate": "Rate model: who acts",
    "coordination": "Coordination model: which pair agrees",
    "tie": "Tie model: which sender turns to which target",
}
THIN = 20
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
    facts: dict[str, object] = {"formula": fit.formula, "model": o.model, "events": fit.events}
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
    return Table(title, facts, rows, ratio, b.warnings, tuple(_notes(fit, rows)))


def _notes(fit: RemFit, rows: tuple[Row, ...]) -> list[str]:
    o, notes = fit.options, []
    if o.cluster is None:
        notes.append(
            "Intervals take events for independent given the past; they are too narrow where events cluster."
        )
    else:
        who = " and ".join(CLUSTER_WORDS.get(part, part + "s") for part in o.cluster.split("+"))
        notes.append(
            f"Intervals and p are robust to dependence within {who}; the naive se takes events for independent."
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
