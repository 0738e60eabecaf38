"""A made-up track record, of the form a backtest gives."""

from __future__ import annotations

METHODS = ("combined", "simulation", "climatology", "persistence")


def span(mean: float, half: float = 0.03) -> dict:
    """A mean with its interval."""
    return {"mean": mean, "low": mean - half, "high": mean + half}


def questions(group: str, stratum: str, horizon: int) -> dict:
    """Did it happen, one row."""
    methods = [
        {"method": name, "brier": 0.05 + 0.01 * x, "log": -0.2 - 0.02 * x, "slope": 1.02 - 0.2 * x, "intercept": 0.0,
         "skill_brier": span(0.1 * x - 0.15) if x else None, "skill_log": span(0.1 * x) if x else None}
        for x, name in enumerate(METHODS)
    ]  # fmt: skip
    return {"group": group, "stratum": stratum, "horizon": horizon, "forecasts": 4000, "happened": 0.12, "methods": methods}


def counts(group: str, stratum: str, horizon: int, gain: float = 0.12) -> dict:
    """How often, one row."""
    methods = [
        {"method": name, "crps": 0.3 + 0.1 * x, "log": -1.0, "skill_crps": span(0.2) if x else None,
         "skill_log": span(0.2) if x else None, "over_climatology": None if name == "climatology" else span(gain)}
        for x, name in enumerate(METHODS)
    ]  # fmt: skip
    return {"group": group, "stratum": stratum, "horizon": horizon, "forecasts": 9000, "mean": 2.5, "methods": methods}


def example(happened: bool) -> dict:
    """One forecast."""
    return {"says": "Redland and Blueland sign an agreement", "kind": "agreement", "source": "RED", "target": "BLU",
            "origin": "2021-03-01", "first": "2021-03-02", "last": "2021-03-31", "horizon": 30, "probability": 0.83,
            "usual": 0.2, "happened": happened, "gain": 1.4}  # fmt: skip


def track_record() -> dict:
    """A whole one."""
    said = {"low": [0.0, 0.5], "high": [0.1, 0.6], "forecast": [0.04, 0.55], "observed": [0.05, 0.5], "count": [3000, 200]}
    return {
        "kind": "chancellery track record", "format": 1, "case": "Toyland",
        "about": {"chancellery": "0.1.0", "record": "abc", "sha256": "def", "seconds": 1.0},
        "horizons": [7, 30, 90], "origins": ["2021-01-04", "2021-02-01"], "scored": {"7": 2}, "left_out": {"7": {}},
        "methods": [{"name": name, "says": f"how {name} does it"} for name in METHODS],
        "questions": [questions(g, s, h) for h in (7, 90) for g in ("all", "visit") for s in ("live", "rare")],
        "counts": [counts("all", s, h) for h in (7, 90) for s in ("live", "rare")]
        + [counts("agree", "live", 90, gain=-0.01), counts("fight", "live", 90, gain=-0.2)],
        "next": [{"group": "any act", "horizon": 7, "cases": 50, "methods": [
            {"method": m, "mrr": 0.4, "hits1": 0.3, "hits3": 0.5, "hits10": 0.7, "gain": span(0.02) if m != "combined" else None}
            for m in METHODS]}],
        "reliability": [{"group": "all", "horizon": h, "method": "combined", **said, "slope": 1.02, "intercept": 0.0}
                        for h in (7, 90)],
        "pit": [{"horizon": 90, "stratum": "live", "bins": [0.1] * 10}],
        "best": [example(True)], "worst": [example(False)], "findings": ["Better than climatology (+5.0%)."],
    }  # fmt: skip
