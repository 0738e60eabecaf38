"""What a prior does to a fit: specifications weighed by marginal likelihood, posteriors checked by sampling."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from chancellery.model.compare import Comparison
from chancellery.model.compare import compare as compare_beliefs
from chancellery.model.nuts import Samples
from chancellery.model.nuts import sample as sample_posterior
from chancellery.rem.estimate import RemFit


def evidence(fits: Mapping[str, RemFit], *, temper: bool = False) -> Comparison:
    """Weigh specifications, or priors, by what the record makes of them.

    Parameters
    ----------
    fits
        Name to a fit of the same events. Log marginal likelihoods and Bayes factors need a normal prior on every
        term; the information criteria do not.
    temper
        Temper the likelihood by its robust against its naive variance (Pauli, Racugno & Ventura 2011).

    Returns
    -------
    Comparison
        Its ``str`` is a table.
    """
    return compare_beliefs({name: fit.belief for name, fit in fits.items()}, temper=temper)


def sample(fit: RemFit, *, draws: int = 1000, tune: int = 500, chains: int = 2, seed: int = 1) -> Samples:
    """Draw from the posterior of a fit by NUTS, to check its normal approximation.

    Raises
    ------
    ModelError
        If nutpie (the extra ``bayes``) is not installed, or a flat prior leaves the posterior improper.
    """

    def evaluate(theta: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        sums = fit.engine.evaluate(theta)
        return float(sums.loglik[0]), sums.score, sums.information

    return sample_posterior(evaluate, fit.belief, draws=draws, tune=tune, chains=chains, seed=seed)
