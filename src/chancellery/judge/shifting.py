"""How far apart weeks after more and after less of a driver lie by chance: the driver is shifted in time.

Acts and drivers both drift over months, so weeks are no independent draws and blocks of four weeks are too short
a memory. A driver moved round in a circle within its covered stretch keeps its own drift, but has lost whatever it
had to do with the acts; the spread of the effect over many such shifts is its error under no relation.
"""

from __future__ import annotations

import numpy as np

from chancellery.essays.claim import Driver
from chancellery.judge.stream import WEEK, Stream

SHIFTS = 300
LEAST_WEEKS_BEFORE = 2


def before(driver: Driver, stream: Stream, span: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Weeks of a covered stretch (absolute numbers), and the driver over the weeks before each.

    The driver is counted for each act of the stream in the same weeks; NaN where too few of them are covered.
    """
    first, last = span
    weeks = np.arange(first // WEEK, last // WEEK + 1)
    number, _ = stream.among(driver.dyads)
    here = (stream.day >= first) & (stream.day <= last)
    place = stream.day[here] // WEEK - weeks[0]
    hit = ((number >= 0) & stream.doing(driver.acts))[here]
    done = np.concatenate([[0.0], np.cumsum(np.bincount(place, weights=hit, minlength=len(weeks)))])
    volume = np.concatenate([[0.0], np.cumsum(np.bincount(place, minlength=len(weeks)))])
    start = np.maximum(np.arange(len(weeks)) - driver.within, 0)
    end = np.arange(len(weeks))
    value = (done[end] - done[start]) / np.maximum(volume[end] - volume[start], 1.0)
    return weeks, np.where(end - start >= min(LEAST_WEEKS_BEFORE, driver.within), value, np.nan)


def shifted_error(
    drivers: list[tuple[Driver, np.ndarray, np.ndarray]], stream: Stream, days: np.ndarray, seed: int = 1
) -> float:
    """Spread of a contrast of weeks when its driver is shifted at random.

    Parameters
    ----------
    drivers
        One, or two whose effects are set against each other: the driver, and (E,) which rows are hits, and
        which are what hits are held against.
    stream, days
        What happened, and the days that count.
    seed
        Of the shifts.

    Returns
    -------
    float
        Root mean square of the shifted effects.
    """
    rng = np.random.default_rng(seed)
    used = stream.on(days)
    total = np.zeros(SHIFTS)
    for x, (driver, hits, others) in enumerate(drivers):
        sums = np.zeros((2, 2, SHIFTS))  # after more or less; hits or others
        for span in stream.segments:
            weeks, value = before(driver, stream, span)
            known = np.isfinite(value)
            if known.sum() < 2:
                continue
            counts = [_weekly(stream, used & rows, weeks)[known] for rows in (hits, others)]
            turns = rng.integers(0, known.sum(), size=SHIFTS)
            places = (np.arange(known.sum())[None, :] - turns[:, None]) % known.sum()
            high = (value[known] > np.median(value[known]))[places]
            for kind, count in enumerate(counts):
                sums[0, kind] += high @ count
                sums[1, kind] += (~high) @ count
        log = np.log(sums + 0.5)
        total += (1 - 2 * x) * ((log[0, 0] - log[0, 1]) - (log[1, 0] - log[1, 1]))
    return float(np.sqrt((total**2).mean()))


def _weekly(stream: Stream, rows: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    place = stream.day[rows] // WEEK - weeks[0]
    inside = place[(place >= 0) & (place < len(weeks))]
    return np.bincount(inside, minlength=len(weeks)).astype(float)
