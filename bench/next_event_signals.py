"""What four classes of act do not tell, known on the eve: meetings announced, and what another event set counts.

A meeting announced is a meeting due; once it is held, the rush of talk is over. And a second event set, coded from
other sources by another machine (GDELT), has seen part of what the first one missed. Both are kept as matrices of
(source, target) a day behind the ties of the state, where effects written in this file read them.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from chancellery.cases import case
from chancellery.effects import state as st
from chancellery.effects.effect import effect
from chancellery.effects.state import State
from chancellery.model.holdings import Holdings

HALF_LIVES = (0.5, 2.0, 7.0, 25.0, 90.0, 300.0)
MEETING = ("036",)  # CAMEO: express intent to meet or negotiate
TALKS = ("040", "041", "042", "043", "046")  # consult, telephone, visit, host a visit, negotiate
DUE_DAYS = 10.0  # half-life of an announcement nothing comes of
SETTLED = 0.3  # how far one meeting beyond those announced that day settles what was due, as a rate
SCORES = Path("gdelt_dyad_day_2018_2024") / "dyad_day.parquet"
H = len(HALF_LIVES)
# Where each signal begins among the state's ties: one matrix a half-life, except ``DUE``.
ANNOUNCED, SEEN, SEEN_SHARE, DUE = (len(st.TIES) + x * H for x in range(4))
SIZE = DUE + 1


@effect(
    "announced", level="memory", sign=1, scaled=False,
    formula="log[(N_h,ij + 0.3) / (W_h,ij + W_h,ji + 3)], N = meetings announced by i or j, W = acts of any class",
    reference="Schrodt 2012, CAMEO 036",
    says="a meeting announced is a meeting due",
)  # fmt: skip
def announced(s: State, i: int, j: int, c: int, h: int) -> float:
    """Log share of announced meetings in all that passed between i and j."""
    return s.tie[ANNOUNCED + h, i, j]


@effect(
    "due", level="class", sign=1, scaled=False,
    formula="log(1 + D_ij), D fades by half in 10 days, and by exp(-0.3) with each meeting beyond those announced",
    reference="Schrodt 2012, CAMEO 036",
    says="announced, and not yet held",
)  # fmt: skip
def due(s: State, i: int, j: int, c: int) -> float:
    """Log of one plus the meetings of i and j that were announced and not yet held."""
    return s.tie[DUE, i, j]


@effect(
    "seen", level="memory", sign=1, scaled=False,
    formula="log(1 + S_h,ij), S = sum of |score| of the pair in the other event set",
    reference="Leetaru & Schrodt 2013",
    says="others saw it too",
)  # fmt: skip
def seen(s: State, i: int, j: int, c: int, h: int) -> float:
    """Log of how much the other event set has on i and j."""
    return s.tie[SEEN + h, i, j]


@effect(
    "seen-share", level="memory", sign=1, scaled=False,
    formula="log[(S_h,ij + 5) / (Σ_j S_h,ij + 200)], as seen",
    reference="Leetaru & Schrodt 2013",
    says="where others see i at work",
)  # fmt: skip
def seen_share(s: State, i: int, j: int, c: int, h: int) -> float:
    """Log share of j in all that the other event set has on i."""
    return s.tie[SEEN_SHARE + h, i, j]


@effect(
    "seen-back", level="memory", sign=1, scaled=False,
    formula="log[(S_h,ij + 5) / (Σ_i S_h,ij + 200)], as seen",
    reference="Leetaru & Schrodt 2013",
    says="where others see j at work",
)  # fmt: skip
def seen_back(s: State, i: int, j: int, c: int, h: int) -> float:
    """Log share of i in all that the other event set has on j."""
    return s.tie[SEEN_SHARE + h, j, i]


class Signals(Holdings):
    """The shipped case's ties, and behind them the signals as they stood on the eve of each day."""

    def __init__(self, actors: tuple[str, ...], signals: dict[date, np.ndarray]) -> None:
        shipped, n = case("great-powers"), len(actors)
        super().__init__(actors, shipped.ties, shipped.attributes, background=np.zeros((SIZE, n, n)))
        self.signals = signals

    def apply(self, s: st.State, on: date) -> None:
        """Write the ties of a day, and the signals known on its eve."""
        super().apply(s, on)
        s.tie[len(st.TIES) :] = self.signals[on]


def remembered(daily: np.ndarray, half: float) -> np.ndarray:
    """(T, n, n) sums of earlier days, which fade by half in ``half`` days: the last day of a row is its eve."""
    out, fade = np.zeros_like(daily), 0.5 ** (1.0 / half)
    for t in range(1, len(daily)):
        out[t] = (out[t - 1] + daily[t - 1]) * fade
    return out


def meetings_due(announced: np.ndarray, held: np.ndarray) -> np.ndarray:
    """(T, n, n) meetings announced on earlier days and not yet held; both given by pair and day, symmetric."""
    out, fade = np.zeros_like(announced), 0.5 ** (1.0 / DUE_DAYS)
    for t in range(1, len(out)):
        new, met = announced[t - 1], held[t - 1]
        out[t] = out[t - 1] * fade * np.exp(-SETTLED * met) + new * np.exp(
            -SETTLED * np.maximum(met - new, 0.0)
        )
    return out


def by_day(days: np.ndarray, i: np.ndarray, j: np.ndarray, value: np.ndarray, T: int, n: int) -> np.ndarray:
    """(T, n, n) sums of values by day and pair, both directions added together."""
    out = np.zeros((T, n, n))
    np.add.at(out, (days, i, j), value)
    return out + out.transpose(0, 2, 1)


def from_events(frame: pl.DataFrame, place: dict[str, int], first: date, T: int) -> list[np.ndarray]:
    """What was announced, one (T, n, n) a half-life, and what is due, from the events of the task."""
    days = (frame["date"] - first).dt.total_days().to_numpy()
    i, j = (np.array([place[a] for a in frame[side]]) for side in ("source_code", "target_code"))

    def daily(which: np.ndarray) -> np.ndarray:
        return by_day(days, i, j, which.astype(float), T, len(place))

    new, met = (daily(frame["cameo"].is_in(codes).to_numpy()) for codes in (MEETING, TALKS))
    acts = daily(np.ones(len(frame)))
    shares = [(remembered(new, half) + 0.3) / (remembered(acts, half) + 3.0) for half in HALF_LIVES]
    return [*map(np.log, shares), np.log1p(meetings_due(new, met))]


def from_scores(path: Path, place: dict[str, int], first: date, T: int) -> list[np.ndarray]:
    """What the other event set counts of each pair: amount and share, one (T, n, n) a half-life each."""
    frame = pl.read_parquet(path).with_columns(pl.col("date").cast(pl.Date), pl.col("a", "b").cast(pl.String))
    frame = frame.with_columns(t=(pl.col("date") - first).dt.total_days())
    frame = frame.filter(
        pl.col("t").is_between(0, T - 1), *(pl.col(side).is_in(list(place)) for side in "ab")
    )
    i, j = (np.array([place[a] for a in frame[side]]) for side in "ab")
    score = by_day(frame["t"].to_numpy(), i, j, frame["score"].to_numpy().astype(float), T, len(place))
    amounts = [remembered(np.abs(score), half) for half in HALF_LIVES]
    shares = [np.log((x + 5.0) / (x.sum(axis=2, keepdims=True) + 200.0)) for x in amounts]
    return [*map(np.log1p, amounts), *shares]


def signals(frame: pl.DataFrame, folder: Path, actors: list[str]) -> Signals:
    """Signals of every day from the first event to the last, each from the days before it alone."""
    first = frame["date"].min()
    T = (frame["date"].max() - first).days + 1
    place = {a: x for x, a in enumerate(actors)}
    *shares, due_now = from_events(frame, place, first, T)
    every = np.stack([*shares, *from_scores(folder / SCORES, place, first, T), due_now], axis=1)
    return Signals(tuple(actors), {first + timedelta(days=t): every[t] for t in range(T)})
