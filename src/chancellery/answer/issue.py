"""Which acts concern an issue: a share, learnt from what the sources code and what the chronology tells.

Event codes name an issue for some acts only (economic, military, judicial, aid); energy is coded nowhere.
An act of a pair concerns issue s with a probability drawn, once a parameter draw, from a Dirichlet whose
prior is the share among all actors and whose evidence is the pair's own reports. Energy is a part of the
economic (and of the uncoded general) acts, its share learnt the same way from the case's chronology.
"""

from __future__ import annotations

import numpy as np

from chancellery import world
from chancellery.model.posterior import Fit
from chancellery.simulate import chance

PRIOR_REPORTS = 20.0
PRIOR_ROWS = 4.0
ENERGY_HOSTS = ("economic", "general")


class IssueShares:
    """Shares of acts by issue.

    Parameters
    ----------
    fit
        Carries the reports by act, issue and pair.
    rows
        (source, act, target, issue) of the case's chronology and earlier events.
    """

    def __init__(self, fit: Fit, rows: list[tuple[str, str, str, str]]) -> None:
        self.fit = fit
        n = len(fit.actors)
        self.energy = np.zeros((n, n))
        self.business = np.zeros((n, n))
        place = {a: x for x, a in enumerate(fit.actors)}
        for source, _, target, issue in rows:
            if source in place and target in place and issue in ("energy", "economic"):
                for x in ((place[source], place[target]), (place[target], place[source])):
                    self.business[x] += 1
                    self.energy[x] += issue == "energy"

    def share(self, seed: int, number: int, k: int, i: int, j: int, issue: str) -> float:
        """Probability that act k of i towards j concerns the issue, for one parameter draw."""
        if issue == "energy":
            hosts = sum(self._coded(seed, number, k, i, j, host) for host in ENERGY_HOSTS)
            prior = (self.energy.sum() + 0.5) / (self.business.sum() + 1.0) * PRIOR_ROWS
            yes, no = prior + self.energy[i, j], PRIOR_ROWS - prior + self.business[i, j] - self.energy[i, j]
            pair = tuple(sorted((self.fit.actors[i], self.fit.actors[j])))
            return hosts * float(
                chance.generator(seed, "issue", number, "energy", *pair).beta(yes, max(no, 1e-3))
            )
        return self._coded(seed, number, k, i, j, issue)

    def _coded(self, seed: int, number: int, k: int, i: int, j: int, issue: str) -> float:
        counts = self.fit.issue_counts[k].astype(float)
        everywhere = counts.sum(axis=(1, 2)) + 0.5
        prior = everywhere / everywhere.sum() * PRIOR_REPORTS
        pair = counts[:, i, j] + counts[:, j, i]
        names = tuple(sorted((self.fit.actors[i], self.fit.actors[j])))
        rng = chance.generator(seed, "issue", number, self.fit.acts[k], *names)
        return float(rng.dirichlet(prior + pair)[world.ISSUES.index(issue)])

    def evidence(self, i: int, j: int) -> tuple[int, int]:
        """Energy rows and business rows of a pair in the chronology."""
        return int(self.energy[i, j]), int(self.business[i, j])
