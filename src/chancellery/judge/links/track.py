"""A public benchmark run as published: fit on the training days, scores on validation and test days, beside the baseline.

Splits: ICEWS18 as published (RE-Net, Jin et al. 2020). ICEWS14 as in Gastinger et al. 2024, which is the same facts
parted by date: train to day 303, valid to day 333, test to day 364, counted from 0.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import numpy as np

from chancellery import __version__
from chancellery.errors import ModelError
from chancellery.judge.links.model import Links, fit_links, rank_days
from chancellery.judge.links.recurrency import recurrency
from chancellery.judge.links.scores import PROTOCOL, Score, score
from chancellery.judge.links.stream import Stream, stream
from chancellery.judge.links.weights import Settings
from chancellery.sources.benchmark import Benchmark


@dataclass(frozen=True)
class Track:
    """Last day of training and of validation; settings chosen on the validation days."""

    name: str
    train: int
    valid: int
    facts: tuple[int, int, int]  # published sizes, so that another split is not taken for this one
    settings: Settings


TRACKS = {
    "icews14": Track("icews14", 303, 333, (74_845, 8_514, 7_371), Settings()),
    "icews18": Track("icews18", 239, 269, (373_018, 45_995, 49_545), Settings(since=180, place_rate=0.006)),
}


@dataclass(frozen=True)
class Run:
    """What a run gave: scores by model, part and side, seconds, and all that it depended on."""

    track: Track
    scores: dict[str, dict[str, dict[str, Score]]]  # model → part → both, target, source
    seconds: dict[str, float]
    losses: list[float]
    stamps: dict[str, str]
    model: Links

    def as_dict(self) -> dict:
        """Plain data, with the protocol, versions, data and settings."""
        scores = {
            model: {part: {side: s.as_dict() for side, s in sides.items()} for part, sides in parts.items()}
            for model, parts in self.scores.items()
        }
        return {
            "kind": "chancellery links",
            "format": 1,
            "benchmark": self.track.name,
            "protocol": PROTOCOL,
            "split": {
                "train to day": self.track.train,
                "valid to day": self.track.valid,
                "facts": self.track.facts,
            },
            "scores": scores,
            "seconds": self.seconds,
            "losses": self.losses,
            "settings": asdict(self.track.settings),
            "data": self.stamps,
            "version": __version__,
        }


def run_track(
    facts: Benchmark,
    track: Track,
    *,
    parts: tuple[str, ...] = ("valid", "test"),
    baseline: bool = True,
    tell: Callable[[str, int, int], None] = lambda what, done, of: None,
) -> Run:
    """Fit on the training days only and score ``parts``; the baseline chooses its constants on the validation days.

    Raises
    ------
    ModelError
        The facts are not those of the track: the parts have other sizes.
    """
    s = stream(facts)
    sizes = tuple(int(n) for n in _sizes(s, track))
    if sizes != track.facts:
        raise ModelError(
            f"{facts.name} has {sizes} facts to train, validate and test, not the {track.facts} of {track.name}; "
            "give the folder of that benchmark"
        )
    spans = {"valid": (track.train + 1, track.valid), "test": (track.valid + 1, s.days - 1)}
    clock, seconds = time.perf_counter(), {}
    scores: dict[str, dict] = {}
    model = fit_links(s, track.train, track.settings, lambda done, of: tell("fit", done, of))
    seconds["fit"], clock = time.perf_counter() - clock, time.perf_counter()
    for part in parts:
        found = rank_days(model, *spans[part], lambda done, of, part=part: tell(part, done, of))
        scores.setdefault("links", {})[part] = _sides(s, *found, spans[part])
        seconds[part], clock = time.perf_counter() - clock, time.perf_counter()
    if baseline:
        found = recurrency(s, track.train, *spans["test"])
        scores["recurrency"] = {"test": _sides(s, *found, spans["test"])}
        seconds["recurrency"] = time.perf_counter() - clock
    return Run(track, scores, seconds, model.losses, facts.stamps, model)


def chosen(track: Track, **changes: object) -> Track:
    """Give the track with other settings."""
    return replace(track, settings=replace(track.settings, **changes))


def _sizes(s: Stream, track: Track) -> list[int]:
    marks = [0, track.train + 1, track.valid + 1, s.days]
    if s.days <= track.valid + 1:
        return [len(s.day) // 2, 0, 0]
    return [(s.bounds[b] - s.bounds[a]) // 2 for a, b in itertools.pairwise(marks)]


def _sides(s: Stream, ranks: np.ndarray, relations: np.ndarray, span: tuple[int, int]) -> dict[str, Score]:
    days = np.concatenate([np.full(len(s.questions(d).answer), d) for d in range(span[0], span[1] + 1)])
    target = relations < s.asked // 2
    return {
        "both": score(ranks, days),
        "target": score(ranks[target], days[target]),
        "source": score(ranks[~target], days[~target]),
    }
