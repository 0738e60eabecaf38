"""The track record as one result in three forms: print it, ask for a frame, or take plain data for a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from chancellery import world
from chancellery.errors import ScoreError
from chancellery.judge import scores
from chancellery.judge.backtest import methods as m
from chancellery.judge.backtest import score as sc
from chancellery.judge.backtest.freeze import Manifest
from chancellery.judge.backtest.history import History
from chancellery.judge.backtest.kinds import KINDS
from chancellery.judge.backtest.origins import Calendar
from chancellery.judge.backtest.telling import examples, findings
from chancellery.judge.scores import Interval

ACTS = tuple(a.name for a in world.acts())
ASKED = tuple(k.name for k in KINDS)
HOSTILE = {"any act": False, "conflict": True}
LEAST = 30  # forecasts below which a group is not told


@dataclass(frozen=True)
class TrackRecord:
    """What a backtest found: see :meth:`as_dict` for its form."""

    told: dict

    def as_dict(self) -> dict:
        """Plain data, ready for JSON and for the track-record page.

        ``kind``, ``format`` (1), ``case``, ``about`` (versions, record, options, ``sha256`` of all forecasts,
        ``seconds`` of the call that scored), ``horizons``, ``origins`` (days), ``scored`` and ``left_out`` by horizon (text keys);
        ``methods``: [``name``, ``says``], the served one first.

        ``questions``: rows of ``group`` ("all" or a kind), ``stratum`` ("live", "rare"), ``horizon``, ``forecasts``,
        ``happened`` (share), ``methods``: [``method``, ``brier``, ``log`` (mean log score), ``slope``,
        ``intercept``, ``skill_brier``, ``skill_log``], the skills being those of the served forecast over this
        method, {``mean``, ``low``, ``high``}, None for the served one itself.

        ``counts``: the same with ``mean`` instead of ``happened``, and ``crps``, ``log``, ``skill_crps``,
        ``skill_log``, and for the simulation ``over_climatology``, its own skill over the long run.
        ``next``: rows of ``group``, ``horizon``, ``cases``, ``methods``: [``method``, ``mrr``, ``hits1``,
        ``hits3``, ``hits10``, ``gain`` of the served one's MRR].

        ``reliability``: rows of ``group``, ``horizon``, ``method``, ``low``, ``high``, ``forecast``, ``observed``,
        ``count``, ``slope``, ``intercept`` (live questions; lists by bin). ``pit``: rows of ``horizon``,
        ``stratum``, ``bins`` (ten shares that are 0.1 each when calibrated).

        ``best`` and ``worst``: [``says``, ``kind``, ``source``, ``target``, ``origin``, ``first``, ``last``, ``horizon``,
        ``probability``, ``usual`` (climatology's), ``happened``, ``gain`` (log score over climatology)].
        ``findings``: sentences.
        """
        return self.told

    def frame(self, what: str = "questions") -> pl.DataFrame:
        """A table of ``"questions"``, ``"counts"`` or ``"next"``, one row a group, horizon and method.

        Raises
        ------
        ScoreError
            If there is no such table.
        """
        if what not in ("questions", "counts", "next"):
            raise ScoreError(f"there is no table '{what}'; known are: questions, counts, next")
        rows = []
        for row in self.told[what]:
            head = {k: v for k, v in row.items() if k != "methods"}
            for method in row["methods"]:
                rows.append(head | _flat(method))
        return pl.DataFrame(rows, infer_schema_length=None)

    def __str__(self) -> str:
        from chancellery.judge.backtest.telling import text

        return text(self.told)

    def markdown(self) -> str:
        """The tables as Markdown."""
        from chancellery.judge.backtest.telling import markdown

        return markdown(self.told)


def _flat(method: dict) -> dict:
    out = {}
    for name, value in method.items():
        if name.startswith(("skill", "gain", "over")):
            out |= {f"{name}_{part}": value[part] if value else None for part in ("mean", "low", "high")}
        else:
            out[name] = value
    return out


def scored(manifest: Manifest, plan: Calendar, history: History, title: str, about: dict,
           progress: Callable[[str, float], None]) -> TrackRecord:  # fmt: skip
    """Score a frozen run.

    Raises
    ------
    ScoreError
        If a forecast is missing or was changed since it was frozen.
    """
    told: dict = {
        "kind": "chancellery track record", "format": 1, "case": title, "about": about,
        "horizons": list(plan.horizons), "origins": [str(o) for o in plan.origins],
        "scored": {str(h): len(plan.scored[h]) for h in plan.horizons},
        "left_out": {str(h): plan.left_out[h] for h in plan.horizons},
        "methods": [{"name": name, "says": m.SAYS[name]} for name in m.methods()],
        "questions": [], "counts": [], "next": [], "reliability": [], "pit": [],
    }  # fmt: skip
    sheets = []
    held = [h for h in plan.horizons if plan.scored[h]]
    for number, h in enumerate(held):
        progress("scoring", number / len(held))
        sheet = sc.questions(manifest, history, plan.scored[h], h)
        sheets.append(sheet)
        told["questions"] += _questions(sheet)
        told["reliability"] += _reliability(sheet)
        loss, log, pit = sc.counts(manifest, history, plan.scored[h], h)
        told["counts"] += _counts(loss, log)
        told["pit"] += _pit(loss, pit)
    first = min(held)
    if first == min(plan.horizons):
        told["next"] = _next(manifest, history, plan.scored[first], first)
    told["best"], told["worst"] = examples(sheets, history.actors)
    told["findings"] = findings(told)
    return TrackRecord(_short(told))


def _short(data: object) -> object:
    """Numbers with six digits that say something, so that a saved result is no longer than what it tells."""
    if isinstance(data, dict):
        return {key: _short(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_short(value) for value in data]
    return float(f"{data:.6g}") if isinstance(data, float) else data


def _questions(sheet: sc.Sheet) -> list[dict]:
    out = []
    for group, stratum, rows in sc.groups(sheet, ASKED):
        if len(rows.came) < LEAST:
            continue
        loss = {name: scores.brier(p, rows.came) for name, p in rows.said.items()}
        log = {name: -scores.log_score(p, rows.came) for name, p in rows.said.items()}
        methods = []
        for name, p in rows.said.items():
            slope, intercept = scores.calibration(p, rows.came)
            methods.append({
                "method": name, "brier": float(loss[name].mean()), "log": -float(log[name].mean()),
                "slope": slope, "intercept": intercept,
                "skill_brier": _skill(loss, name, rows), "skill_log": _skill(log, name, rows),
            })  # fmt: skip
        out.append({"group": group, "stratum": stratum, "horizon": sheet.horizon, "forecasts": len(rows.came),
                    "happened": float(rows.came.mean()), "methods": methods})  # fmt: skip
    return out


def _skill(loss: dict[str, np.ndarray], name: str, rows: sc.Sheet) -> dict | None:
    """Skill of the served forecast over a method; None for itself, and where the other never erred."""
    if name == m.COMBINED or not loss[name].any():
        return None
    return _plain(sc.saved(loss[m.COMBINED], loss[name], rows))


def _plain(interval: Interval) -> dict:
    return {"mean": interval.mean, "low": interval.low, "high": interval.high}


def _counts(loss: sc.Sheet, log: sc.Sheet) -> list[dict]:
    out = []
    for (group, stratum, rows), (_, _, logs) in zip(sc.groups(loss, ACTS), sc.groups(log, ACTS)):
        if len(rows.came) < LEAST:
            continue
        minus = {name: -v for name, v in logs.said.items()}
        methods = [
            {"method": name, "crps": float(v.mean()), "log": float(logs.said[name].mean()),
             "skill_crps": _skill(rows.said, name, rows), "skill_log": _skill(minus, name, rows),
             "over_climatology": _over_climatology(rows, name)}
            for name, v in rows.said.items()
        ]  # fmt: skip
        out.append({"group": group, "stratum": stratum, "horizon": rows.horizon, "forecasts": len(rows.came),
                    "mean": float(rows.came.mean()), "methods": methods})  # fmt: skip
    return out


def _over_climatology(rows: sc.Sheet, name: str) -> dict | None:
    """Skill of the futures over the long run: what an answer of a what-if is worth, which comes from them."""
    usual = rows.said[m.CLIMATOLOGY]
    if name != m.SIMULATION or not usual.any():
        return None
    return _plain(sc.saved(rows.said[name], usual, rows))


def _reliability(sheet: sc.Sheet) -> list[dict]:
    out = []
    for group, stratum, rows in sc.groups(sheet, ASKED):
        if stratum != "live" or len(rows.came) < LEAST:
            continue
        for name in (m.COMBINED, m.SIMULATION):
            found = scores.reliability(rows.said[name], rows.came)
            parts = {k: getattr(found, k).tolist() for k in ("low", "high", "forecast", "observed", "count")}
            out.append({"group": group, "horizon": sheet.horizon, "method": name, **parts,
                        "slope": found.slope, "intercept": found.intercept})  # fmt: skip
    return out


def _pit(sheet: sc.Sheet, pit: np.ndarray) -> list[dict]:
    out = []
    for live, stratum in sc.STRATA.items():
        mine = pit[sheet.live == live]
        if len(mine):
            bins = np.histogram(mine, bins=10, range=(0.0, 1.0))[0] / len(mine)
            out.append({"horizon": sheet.horizon, "stratum": stratum, "bins": bins.tolist()})
    return out


def _next(manifest: Manifest, history: History, origins: tuple[date, ...], horizon: int) -> list[dict]:
    out = []
    for group, hostile in HOSTILE.items():
        found = sc.next_targets(manifest, history, origins, horizon, hostile)
        if not len(found.origin):
            continue
        served, methods = found.said[m.COMBINED], []
        for name in m.SAYS:
            if name not in found.said:
                continue
            mine = found.said[name]
            gain = None
            if name != m.COMBINED:
                apart = served[:, 0] - mine[:, 0]
                blocks = (found.origin // sc.BLOCK, found.source)
                gain = _plain(sc.widest([scores.block_bootstrap(apart, b) for b in blocks]))
            figures = dict(zip(("mrr", "hits1", "hits3", "hits10"), map(float, mine.mean(axis=0))))
            methods.append({"method": name, **figures, "gain": gain})
        out.append({"group": group, "horizon": horizon, "cases": len(found.origin), "methods": methods})
    return out
