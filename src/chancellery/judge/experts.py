"""Experts: an essay as normal priors on weights of the model, and what they come to believe.

A claim held with probability p names a sign. With probability p it has that sign, else nothing is said of it, so
P(sign) = p + (1 − p)/2: "may raise" leans a little to raising, not to lowering. (Taken by the letter, P(sign) = p,
every "may" would be a bet against its author; both are shown.) The prior is the normal density with that
probability of the sign. Its standard deviation is the same for every expert: essays name directions, not sizes,
so the size that the weights of an effect usually have is taken from the training record, whatever their sign
(:func:`own_scales`). A claim of no effect is N(0, σ²) with
P(|θ| < margin) = p. An author who says several things of one weight holds their average (logarithmic pool with
equal weights; Genest & Zidek 1986, Stat. Sci. 1): saying a thing twice does not make it surer, and claims that
contradict each other cancel. The neutral expert has mean zero and the same standard deviation everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import linalg
from scipy.special import ndtri

from chancellery.errors import EssayError
from chancellery.essays.bearings import Bearing
from chancellery.essays.reading import Claims
from chancellery.judge.claims import SCALES
from chancellery.model.digest import Digest

NEUTRAL = "neutral"
SCALE = SCALES["coefficient"]
MARGIN = 0.02  # a weight within it is as good as none, as in a claim's own test
SUREST = 0.99


@dataclass(frozen=True)
class Opinion:
    """What one claim says of one weight: ``held`` is the probability of the claim, as its words stand for it."""

    claim: str
    essay: str
    coefficient: str
    sign: str
    held: float
    why: str

    def normal(self, scale: float, by_letter: bool = False) -> tuple[float, float]:
        """Mean and standard deviation of the prior."""
        held = min(self.held, SUREST)
        if self.sign == "0":
            return 0.0, min(scale, MARGIN / float(ndtri((1.0 + max(held, 0.01)) / 2.0)))
        sure = held if by_letter else held + (1.0 - held) / 2.0
        towards = 1.0 if self.sign == "+" else -1.0
        return towards * scale * float(ndtri(max(sure, 1.0 - SUREST))), scale


@dataclass(frozen=True)
class Expert:
    """Independent normal priors on the M weights in question, and the opinions behind them."""

    name: str
    mean: np.ndarray
    sd: np.ndarray
    opinions: tuple[Opinion, ...] = ()


@dataclass(frozen=True)
class Belief:
    """A normal belief about the weights in question: ``mean`` (M,), ``precision`` (M, M)."""

    mean: np.ndarray
    precision: np.ndarray

    @cached_property
    def root(self) -> np.ndarray:
        """(M, M) a square root of the covariance."""
        return linalg.cholesky(linalg.inv(self.precision), lower=True)

    @property
    def sd(self) -> np.ndarray:
        """(M,) marginal standard deviations."""
        return np.sqrt((self.root**2).sum(axis=1))


def opinions(claims: Claims, bearings: Iterable[Bearing]) -> tuple[Opinion, ...]:
    """What claims say of weights, one a claim and coefficient.

    Raises
    ------
    EssayError
        If no claim bears on a weight.
    """
    by_id = {c.id: c for c in claims}
    out = tuple(
        Opinion(b.claim, by_id[b.claim].essay, name, b.sign, by_id[b.claim].prior, b.why)
        for b in bearings
        for name in b.coefficients
    )
    if not out:
        raise EssayError(
            "no claim bears on a weight of the model: write claims/experts.toml, or claims with coefficient tests"
        )
    return out


def expert(
    name: str, said: Iterable[Opinion], names: Sequence[str], scale: np.ndarray, by_letter: bool = False
) -> Expert:
    """The expert who holds these opinions.

    Parameters
    ----------
    names
        The M coefficients in question.
    scale
        (M,) standard deviations of the neutral expert's priors, in the weight of one standard unit of an effect.
    by_letter
        P(sign) is the probability of the claim itself.
    """
    said = tuple(said)
    mean, sd = np.zeros(len(names)), np.array(scale, dtype=float)
    for x, coefficient in enumerate(names):
        normals = [o.normal(scale[x], by_letter) for o in said if o.coefficient == coefficient]
        if normals:
            centre, spread = np.array(normals).T
            precision = (spread**-2).mean()
            mean[x], sd[x] = (centre * spread**-2).mean() / precision, precision**-0.5
    return Expert(name, mean, sd, said)


def experts(
    said: Sequence[Opinion], names: Sequence[str], scale: np.ndarray, by_letter: bool = False
) -> dict[str, Expert]:
    """The neutral expert and one an essay, by name."""
    out = {NEUTRAL: expert(NEUTRAL, (), names, scale)}
    for essay in sorted({o.essay for o in said}):
        out[essay] = expert(essay, [o for o in said if o.essay == essay], names, scale, by_letter)
    return out


def own_scales(seen: Digest, scale: float = SCALE) -> np.ndarray:
    """How large the weights of each effect are, whatever their sign: (M,), the same for all classes of an effect.

    The root mean square weight under what the training record says, its doubt included, starting from one
    standard deviation for all: one step of the EM algorithm for the variance of a prior.
    """
    flat = expert(NEUTRAL, (), seen.names, np.full(len(seen.names), scale))
    belief = believe(flat, seen, None)
    square = belief.mean**2 + belief.sd**2
    effect = np.array([effect_of(name) for name in seen.names])
    return np.sqrt([square[effect == e].mean() for e in effect])


def effect_of(coefficient: str) -> str:
    """The effect of a coefficient ``effect:class``."""
    return coefficient.partition(":")[0]


def torn(said: Sequence[Opinion]) -> list[tuple[str, str, tuple[Opinion, ...]]]:
    """Essay, coefficient and opinions where an author says different things of one weight."""
    found: dict[tuple[str, str], list[Opinion]] = {}
    for o in said:
        found.setdefault((o.essay, o.coefficient), []).append(o)
    return [(*key, tuple(some)) for key, some in found.items() if len({o.sign for o in some}) > 1]


def believe(one: Expert, seen: Digest, weeks: int | None) -> Belief:
    """What an expert believes after the last training weeks (0: the prior alone; None: all).

    The record's quadratic is raised to the digest's power, so that reports that hang together do not count
    as many.
    """
    precision = np.diag(one.sd**-2)
    if weeks == 0:
        return Belief(one.mean, precision)
    score, information = seen.evidence(weeks)
    return learnt(Belief(one.mean, precision), seen, score, information)


def learnt(prior: Belief, seen: Digest, score: np.ndarray, information: np.ndarray) -> Belief:
    """A belief joined with a quadratic around the centre of a digest, tempered by its power."""
    precision = prior.precision + seen.power * information
    pull = prior.precision @ (prior.mean - seen.centre) + seen.power * score
    return Belief(seen.centre + linalg.solve(precision, pull, assume_a="pos"), precision)


def along(seen: Digest, away: np.ndarray) -> np.ndarray:
    """Log likelihood (weeks,) of all weeks at weights that are ``away`` (M,) from the centre, by the quadratics."""
    curve = np.einsum("m,tmn,n->t", away, seen.information, away)
    return seen.loglik + seen.score @ away - 0.5 * curve
