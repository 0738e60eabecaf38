"""Contrasts: the same question to a scenario and to its baseline, future by future.

Both sets share parameters and noise draw by draw, so the difference is the levers' doing and its error is
far smaller than the error of either level.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date

import numpy as np

from chancellery.answer.estimate import Estimate, estimate
from chancellery.answer.issue import IssueShares
from chancellery.answer.question import Measured, Question, Unit, bins, measure
from chancellery.errors import QuestionError
from chancellery.simulate.futures import Futures

BOUNDS = {"probability": (0.0, 1.0), "a year": (0.0, np.inf), "a month": (0.0, np.inf), "index": (-1.0, 1.0)}


@dataclass(frozen=True)
class Fan:
    """Quantiles by date for a fan chart: ``bands`` rows are 10, 25, 50, 75, 90%."""

    dates: tuple[date, ...]
    bands: np.ndarray
    mean: np.ndarray

    def as_dict(self) -> dict:
        """Plain data: dates, mean, and one list a quantile."""
        quantiles = dict(zip(("q10", "q25", "q50", "q75", "q90"), np.round(self.bands, 6).tolist()))
        return {
            "dates": [d.isoformat() for d in self.dates],
            "mean": np.round(self.mean, 6).tolist(),
            **quantiles,
        }


@dataclass(frozen=True)
class Answer:
    """One line of a table: level under the baseline, under the scenario, paired difference.

    ``probability`` is (baseline, scenario, difference) for whether it happens at all, None for an index.
    ``verdict`` is ``identical`` (not one future differs), ``unclear`` (zero lies in the interval),
    ``rises`` or ``falls``.
    """

    question: Question
    scenario: str
    title: str
    unit: Unit
    baseline: Estimate
    level: Estimate
    difference: Estimate
    probability: tuple[Estimate, Estimate, Estimate] | None
    verdict: str
    differing: float
    fans: tuple[Fan, Fan]
    drivers: list[dict] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The answer in words."""
        from chancellery.answer.words import sentence

        return sentence(self)

    def as_dict(self) -> dict:
        """Plain data, for JSON."""
        return {
            "question": self.question.text,
            "label": self.question.label,
            "group": self.question.group,
            "from": self.question.start.isoformat(),
            "to": self.question.end.isoformat(),
            "scenario": self.scenario,
            "title": self.title,
            "unit": self.unit,
            "baseline": asdict(self.baseline),
            "level": asdict(self.level),
            "difference": asdict(self.difference),
            "probability": None
            if self.probability is None
            else dict(zip(("baseline", "level", "difference"), map(asdict, self.probability))),
            "verdict": self.verdict,
            "share_of_futures_that_differ": self.differing,
            "drivers": self.drivers,
            "sentence": self.sentence,
            "fans": {"baseline": self.fans[0].as_dict(), "scenario": self.fans[1].as_dict()},
        }


def contrast(
    scenario: Futures,
    baseline: Futures,
    asked: Question,
    shares: IssueShares,
    great_powers: tuple[str, ...],
    known: Measured | None = None,
) -> Answer:
    """Answer a question under a scenario and its baseline.

    Parameters
    ----------
    scenario, baseline
        Futures with the same dates, draws and seed.
    asked, shares, great_powers
        As for :func:`~chancellery.answer.question.measure`.
    known
        What the baseline says, when it has been measured already.

    Raises
    ------
    QuestionError
        If the two do not share dates, draws and seed.
    """
    same = (scenario.first, scenario.draws, scenario.seed, scenario.replicates)
    if same != (baseline.first, baseline.draws, baseline.seed, baseline.replicates):
        raise QuestionError(
            "the two sets of futures differ in dates, draws or seed: simulate both with the same ones"
        )
    a = measure(scenario, asked, shares, great_powers)
    b = known or measure(baseline, asked, shares, great_powers)
    R, bounds = scenario.replicates, BOUNDS[a.unit]
    difference = estimate(a.values - b.values, R)
    probability = None
    if a.happened is not None and a.unit != "probability":
        probability = (
            estimate(b.happened, R, (0, 1)),
            estimate(a.happened, R, (0, 1)),
            estimate(a.happened - b.happened, R),
        )
    unequal = (a.series != b.series) & ~(np.isnan(a.series) & np.isnan(b.series))
    differing = float(unequal.any(axis=1).mean())
    return Answer(
        asked,
        scenario.scenario.name,
        scenario.scenario.title,
        a.unit,
        estimate(b.values, R, bounds),
        estimate(a.values, R, bounds),
        difference,
        probability,
        _verdict(difference, differing),
        differing,
        (fan(baseline, b), fan(scenario, a)),
    )


def _verdict(difference: Estimate, differing: float) -> str:
    if not differing:
        return "identical"
    if difference.total_low > 0:
        return "rises"
    if difference.total_high < 0:
        return "falls"
    return "unclear"


def fan(futures: Futures, measured: Measured) -> Fan:
    """Quantiles over futures, by stretches of four weeks; rates a year for things that happen."""
    dates, rows = [], []
    for day, cut in bins(futures):
        piece = measured.series[:, cut]
        if measured.unit == "a year":
            rows.append(piece.sum(axis=1) * 365.25 / sum(futures.days[cut]))
        else:
            rows.append(piece[:, -1])
        dates.append(day)
    table = np.array(rows)
    with np.errstate(all="ignore"):
        bands = np.nanquantile(table, [0.1, 0.25, 0.5, 0.75, 0.9], axis=1)
        mean = np.nanmean(table, axis=1)
    return Fan(tuple(dates), bands, mean)
