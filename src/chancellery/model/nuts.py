"""The check by sampling: NUTS over the same likelihood and prior as the mode and its normal approximation.

Sampling costs hundreds of passes over the events, so it is for small problems and for doubt: it shows whether
the posterior is normal, not whether events are independent. It needs the extra ``bayes`` (nutpie).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from chancellery.errors import ModelError
from chancellery.model.belief import Belief
from chancellery.model.newton import Evaluate, log_prior

RELIABLE = 1.01  # split R-hat above which chains have not mixed (Vehtari et al. 2021)


@dataclass(frozen=True)
class Samples:
    """Draws from the posterior.

    ``draws`` (chains, draws, p); ``rhat`` (p,) split potential scale reduction; ``divergences`` of the
    sampler, which should be 0; ``warnings``: one sentence each.
    """

    names: tuple[str, ...]
    draws: np.ndarray
    rhat: np.ndarray
    divergences: int
    warnings: tuple[str, ...]

    @property
    def mean(self) -> np.ndarray:
        """Posterior means (p,)."""
        return self.draws.mean(axis=(0, 1))

    @property
    def covariance(self) -> np.ndarray:
        """Posterior covariance (p, p)."""
        return np.cov(self.draws.reshape(-1, self.draws.shape[2]), rowvar=False).reshape(
            2 * [len(self.names)]
        )


def sample(
    evaluate: Evaluate, belief: Belief, *, draws: int = 1000, tune: int = 500, chains: int = 2, seed: int = 1
) -> Samples:
    """Draw from the posterior with NUTS (Hoffman & Gelman 2014), started and scaled by the belief at the mode.

    Parameters
    ----------
    evaluate
        The likelihood that ``belief`` was made from.
    belief
        Gives prior, start and scale; variances of shrunken terms stay as estimated.
    draws, tune, chains, seed
        Kept and warming-up draws a chain, chains (one after the other), seed.

    Raises
    ------
    ModelError
        If nutpie is not installed, or a flat prior leaves the posterior improper.
    """
    nutpie = _nutpie()
    p = len(belief.names)
    try:
        root = np.linalg.cholesky(belief.naive)
    except np.linalg.LinAlgError:
        raise ModelError(
            "the posterior has no scale to sample at: give every coefficient a normal prior"
        ) from None

    def density(z: np.ndarray) -> tuple[float, np.ndarray]:
        theta = belief.mode + root @ z
        loglik, score, _ = evaluate(theta)
        gradient = score - belief.prior_precision * (theta - belief.prior_mean)
        return loglik + log_prior(theta, belief.prior_mean, belief.prior_precision), root.T @ gradient

    model = nutpie.compiled_pyfunc.from_pyfunc(
        p,
        lambda: density,
        lambda *_: lambda z: {"theta": belief.mode + root @ z},
        [np.dtype(float)],
        [(p,)],
        ["theta"],
        make_initial_point_fn=lambda number: np.random.default_rng(number).normal(size=p),
    )
    trace = nutpie.sample(
        model, draws=draws, tune=tune, chains=chains, cores=1, seed=seed, progress_bar=False
    )
    theta = np.asarray(trace.posterior["theta"])
    diverged = int(np.asarray(trace.sample_stats["diverging"]).sum())
    rhat = split_rhat(theta)
    return Samples(belief.names, theta, rhat, diverged, tuple(_doubts(rhat, diverged, belief.names)))


def _nutpie() -> ModuleType:
    try:
        with warnings.catch_warnings():
            # A library of nutpie's announces its own future on import; no user of ours can act on it.
            warnings.simplefilter("ignore", FutureWarning)
            import nutpie
            import nutpie.compiled_pyfunc
    except ImportError:
        raise ModelError("sampling needs nutpie: install it with  pip install 'chancellery[bayes]'") from None
    return nutpie


def split_rhat(draws: np.ndarray) -> np.ndarray:
    """Potential scale reduction (p,) of draws (chains, draws, p), each chain cut in two (Gelman et al. 2013)."""
    half = draws.shape[1] // 2
    parts = np.concatenate([draws[:, :half], draws[:, half : 2 * half]])
    within = parts.var(axis=1, ddof=1).mean(axis=0)
    between = parts.mean(axis=1).var(axis=0, ddof=1)
    return np.sqrt((half - 1) / half + between / np.maximum(within, 1e-300))


def _doubts(rhat: np.ndarray, diverged: int, names: tuple[str, ...]) -> list[str]:
    found = []
    worst = int(rhat.argmax())
    if rhat[worst] > RELIABLE:
        found.append(f"the chains of '{names[worst]}' have not mixed (R-hat {rhat[worst]:.3f}): draw more")
    if diverged:
        found.append(
            f"{diverged} draws diverged: a coefficient has too wide a prior, see the warnings of the fit"
        )
    return found
