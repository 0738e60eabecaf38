"""How questions like this one have fared: the part of a track record that speaks to an answer.

An answer of a what-if comes from the model's futures as they are, so it is the score of the futures that counts, and
the yardstick is the long run: how often it happened between the two before. Windows longer than the longest that was
scored are told as such; ties and indices have no score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from chancellery.answer.question import Question
from chancellery.judge.scores import Interval
from chancellery.simulate.condition import Condition, Happens

FUTURES, USUAL = "simulation", "climatology"
ALL = "all"


@dataclass(frozen=True)
class Standing:
    """The score of questions like one that was asked.

    Attributes
    ----------
    group
        ``all`` acts, or the act asked about; empty where nothing like it was scored.
    horizon, longer
        Days of the windows scored, and whether the question asks for longer ones than any.
    forecasts
        How many were scored.
    skill
        Share of the long run's error (CRPS of counts) that the futures save; None where it is not known.
    says
        The same in a sentence.
    """

    group: str
    horizon: int
    longer: bool
    forecasts: int
    skill: Interval | None
    says: str

    def as_dict(self) -> dict:
        """Plain data."""
        return asdict(self)


def standing(condition: Condition, days: int, record: Mapping) -> Standing:
    """Find the score of questions like one.

    Parameters
    ----------
    condition, days
        What is asked, and over how long.
    record
        Plain data of a track record, as :meth:`chancellery.judge.backtest.result.TrackRecord.as_dict` gives it.
    """
    if not isinstance(condition, Happens):
        return _unscored("Ties that begin or end and indices have no score: they are too few, or are not events.")
    group = condition.acts[0] if len(condition.acts) == 1 and condition.issue is None else ALL
    rows = [r for r in record["counts"] if r["stratum"] == "live" and r["group"] in (group, ALL)]
    if not rows:
        return _unscored("Nothing like it has been scored.")
    fits = [r for r in rows if r["horizon"] >= days]
    horizon = min(r["horizon"] for r in fits) if fits else max(r["horizon"] for r in rows)
    row = min((r for r in rows if r["horizon"] == horizon), key=lambda r: r["group"] != group)
    return _told(row, days > horizon)


def track_of(asked: Question, record: Mapping | None) -> dict:
    """What stands beside an answer: ``track``, the standing of its question; nothing where there is no record."""
    if record is None:
        return {}
    return {"track": standing(asked.condition, (asked.end - asked.start).days, record).as_dict()}


def _unscored(says: str) -> Standing:
    return Standing("", 0, False, 0, None, says)


def _told(row: Mapping, longer: bool) -> Standing:
    method = next((x for x in row["methods"] if x["method"] == FUTURES), None)
    found = method and method.get("over_climatology")
    skill = Interval(found["mean"], found["low"], found["high"]) if found else None
    what = "acts of every kind" if row["group"] == ALL else f"'{row['group']}'"
    about = f"counts of {what} between pairs over {row['horizon']} days"
    tail = f"; windows longer than {row['horizon']} days are not scored" if longer else ""
    if skill is None:
        return Standing(row["group"], row["horizon"], longer, row["forecasts"], None, f"No comparison for {about}{tail}.")
    size = f"{100 * abs(skill.mean):.0f}% [{100 * skill.low:+.0f}, {100 * skill.high:+.0f}]"
    side = "less" if skill.mean >= 0 else "more"
    told = f"In {row['forecasts']:,} {about} the model's futures erred {size} {side} than the long run"
    if not skill.excludes_zero:
        told += ", which cannot be told from no difference"
    return Standing(row["group"], row["horizon"], longer, row["forecasts"], skill, f"{told}{tail}.")
