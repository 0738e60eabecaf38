"""From an effect to a verdict: what the claim expects, held against an interval; and many tests at once.

``more`` and ``less`` speak of zero. ``not-more``, ``not-less``, ``same`` and ``different`` speak of a margin: a
claim of no effect is supported only where the interval is narrow enough to say so (two one-sided tests,
Schuirmann 1987). Over all tests the false discovery rate is held at 10% (Benjamini & Hochberg 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import stats

from chancellery.judge.cells import Effect

SUPPORTED, CONTRADICTED, UNDECIDED = "supported", "contradicted", "undecided"
NOT_COVERED, NOT_TESTABLE = "not covered", "not testable"
FIRM, FRAGILE, NOT_TRIED, LOOKED_UP = "firm", "fragile", "not tried", "looked up"
LEVEL, DISCOVERY = 0.05, 0.10


@dataclass(frozen=True)
class Alternative:
    """The same test under another choice: what was changed, its estimate and what it would have said."""

    what: str
    estimate: float
    verdict: str


@dataclass(frozen=True)
class Verdict:
    """What became of one claim.

    Attributes
    ----------
    claim, essay, kind, test
        Id, essay, kind of claim and kind of test.
    verdict
        One of five; ``before`` is what it was before the adjustment for many tests.
    estimate, low, high
        The effect with its 95% interval, on the scale that ``says`` explains; NaN where there is none.
    p, q
        Chance of an effect at least so far on either side of what is claimed, and adjusted for all tests.
    prior, posterior
        Probability that the claim holds, from the author's words, and after the evidence.
    events
        Events behind the effect.
    fragile
        Whether another defensible choice turns the effect round.
    """

    claim: str
    essay: str
    kind: str
    test: str
    verdict: str
    says: str
    estimate: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    p: float = float("nan")
    q: float = float("nan")
    prior: float | None = None
    posterior: float | None = None
    events: int = 0
    before: str = ""
    basis: str = ""
    fragile: bool = False
    alternatives: tuple[Alternative, ...] = field(default=())

    @property
    def decided(self) -> bool:
        """Whether the evidence spoke for or against."""
        return self.verdict in (SUPPORTED, CONTRADICTED)

    @property
    def firmness(self) -> str:
        """How a decided verdict stands other choices: ``firm``, ``fragile``, ``not tried``, or ``looked up``.

        Nothing for a verdict that is not decided. One that no other choice was tried on is not firm.
        """
        if not self.decided:
            return ""
        if self.test == "fact":
            return LOOKED_UP
        if not any(np.isfinite(a.estimate) for a in self.alternatives):
            return NOT_TRIED
        return FRAGILE if self.fragile else FIRM


def chances(effect: Effect, expect: str, margin: float) -> tuple[float, float]:
    """One-sided p-values: for the claim (small speaks for it) and against it (small speaks against it)."""
    t = stats.t(effect.freedom)
    x, s, m = effect.estimate, max(effect.error, 1e-12), margin
    if expect == "more":
        return float(t.sf(x / s)), float(t.cdf(x / s))
    if expect == "less":
        return float(t.cdf(x / s)), float(t.sf(x / s))
    if expect == "not-less":
        return float(t.sf((x + m) / s)), float(t.cdf((x + m) / s))
    if expect == "not-more":
        return float(t.sf((m - x) / s)), float(t.cdf((m - x) / s))
    inside = max(float(t.sf((x + m) / s)), float(t.sf((m - x) / s)))
    outside = float(t.sf((abs(x) - m) / s))
    return (inside, outside) if expect == "same" else (outside, inside)


def decide(effect: Effect, expect: str, margin: float, level: float = LEVEL) -> str:
    """Verdict of one test by itself."""
    if effect.problem or not np.isfinite(effect.estimate):
        return NOT_COVERED
    holds, fails = chances(effect, expect, margin)
    if holds < level / 2:
        return SUPPORTED
    return CONTRADICTED if fails < level / 2 else UNDECIDED


def interval(effect: Effect, level: float = LEVEL) -> tuple[float, float]:
    """Two-sided interval of the estimate."""
    if effect.problem:
        return float("nan"), float("nan")
    half = float(stats.t(effect.freedom).ppf(1 - level / 2)) * effect.error
    return effect.estimate - half, effect.estimate + half


def beyond(estimate: float, expect: str, margin: float) -> bool:
    """Whether an estimate lies on the side the claim speaks of."""
    return {
        "more": estimate > 0,
        "less": estimate < 0,
        "not-less": estimate > -margin,
        "not-more": estimate < margin,
        "same": abs(estimate) <= margin,
        "different": abs(estimate) > margin,
    }[expect]


def is_fragile(
    verdict: str, estimate: float, expect: str, margin: float, others: Sequence[Alternative]
) -> bool:
    """Whether a decided verdict hangs on one choice.

    So it is when an alternative's estimate lies on the other side, or when most alternatives would not have
    said the same.
    """
    told = [a for a in others if np.isfinite(a.estimate)]
    if verdict not in (SUPPORTED, CONTRADICTED) or not told:
        return False
    side = beyond(estimate, expect, margin)
    turned = any(beyond(a.estimate, expect, margin) != side for a in told)
    return turned or 2 * sum(a.verdict == verdict for a in told) < len(told)


def updated(prior: float, effect: Effect, expect: str, margin: float, scale: float) -> float:
    """Posterior probability of the claim: the author's probability, times what the effect says.

    The prior of the effect is a mixture: with the author's probability drawn from the half of N(0, scale²)
    that the claim names, else from the other half (for claims about a margin, the halves meet there).
    """
    centre = {"not-less": -margin, "not-more": margin}.get(expect, 0.0)
    if expect in ("same", "different"):
        grid = np.linspace(-4 * scale, 4 * scale, 801)
    else:
        grid = centre + np.linspace(-4 * scale, 4 * scale, 801)
    prior_density = stats.norm(centre if expect not in ("same", "different") else 0.0, scale).pdf(grid)
    likelihood = stats.t(effect.freedom).pdf((grid - effect.estimate) / max(effect.error, 1e-9))
    named = np.array([beyond(x, expect, margin) for x in grid])
    for_it = (prior_density * likelihood)[named].sum() / max(prior_density[named].sum(), 1e-300)
    against = (prior_density * likelihood)[~named].sum() / max(prior_density[~named].sum(), 1e-300)
    total = prior * for_it + (1 - prior) * against
    return float(prior * for_it / total) if total > 0 else prior


def adjust(verdicts: list[Verdict], rate: float = DISCOVERY) -> list[Verdict]:
    """Hold the false discovery rate: a verdict whose q exceeds it becomes undecided.

    Tests against what happened are one family; what the model's futures say is another, since its p-values
    are as small as its draws are many.
    """
    out = list(verdicts)
    for played in (True, False):
        tested = [x for x, v in enumerate(out) if np.isfinite(v.p) and (v.test == "scenario") == played]
        for x, q in zip(tested, benjamini_hochberg(np.array([out[x].p for x in tested]))):
            v = out[x]
            lost = v.decided and q > rate
            verdict = UNDECIDED if lost else v.verdict
            out[x] = replace(v, q=float(q), verdict=verdict, fragile=v.fragile and not lost)
    return out


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Adjusted p-values (tests,)."""
    m = len(p)
    order = np.argsort(p)
    scaled = p[order] * m / np.arange(1, m + 1)
    out = np.empty(m)
    out[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return out
