"""Placebo dates: the same shock injected on days on which it did not come.

What a shock adds should help on its own day and nowhere else. Fisher's randomisation test, with time as what is
randomised: the real day is one of many on which the levers could have been pulled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from chancellery.judge.change import Window, window
from chancellery.judge.marks import Marks
from chancellery.judge.stream import Stream

EVERY = timedelta(days=28)  # between the days that are considered


@dataclass(frozen=True)
class Placebo:
    """The shock injected where it did not come. ``foreseen``: the fit ends before the day."""

    on: date
    foreseen: bool
    marks: Marks


def placebo_windows(stream: Stream, at: Window, days: int, most: int) -> list[Window]:
    """Windows like those of a shock, around days on which it did not come.

    Parameters
    ----------
    stream, at
        What is covered, and the windows of the shock.
    days
        Length the shock's windows should have; a window after never meets the shock's, even where the record
        cuts that short.
    most
        How many at most, evenly spread over those the record covers.
    """
    found, on, end = [], at.after[0], at.after[0] + timedelta(days=days)
    for first, last in stream.segments:
        day = date.fromordinal(first) + EVERY
        while day.toordinal() <= last:
            there = window(stream, day, days, at.days)
            if not isinstance(there, str) and there.days == at.days and (there.after[1] < on or day >= end):
                found.append(there)
            day += EVERY
    if len(found) <= most:
        return found
    return [found[x] for x in np.linspace(0, len(found) - 1, most).round().astype(int)]


def against_placebos(real: Marks, placebos: Sequence[Placebo]) -> dict:
    """Three marks beside those of placebo dates: ``real``, ``mean``, ``low``, ``high`` (least and most), ``p``.

    ``p`` is the share of dates, the real one among them, that do at least as well (Fisher's randomisation in
    time); windows of neighbouring dates overlap, so it is a guide.
    """
    out = {}
    for name in ("effect_right", "gain_over_without", "right"):
        mine = getattr(real, name)
        others = [getattr(p.marks, name).mean for p in placebos if getattr(p.marks, name) is not None]
        if mine is None or not others:
            out[name] = None
            continue
        better = sum(x >= mine.mean for x in others)
        out[name] = {
            "real": mine.mean, "mean": float(np.mean(others)), "low": min(others), "high": max(others),
            "dates": len(others), "p": (1 + better) / (1 + len(others)),
        }  # fmt: skip
    return out
