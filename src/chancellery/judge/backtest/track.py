"""The public verb behind ``ch.backtest``: lay out, freeze, score."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from chancellery import __version__
from chancellery.cases import Case
from chancellery.errors import ScoreError, WorldError
from chancellery.judge.backtest.freeze import Manifest
from chancellery.judge.backtest.known import everything
from chancellery.judge.backtest.origins import calendar
from chancellery.judge.backtest.result import TrackRecord, scored
from chancellery.judge.backtest.run import Job, freeze
from chancellery.record import Record
from chancellery.world.clock import later

LIBRARIES = ("numpy", "scipy", "scikit-learn")
LONGEST = 366


def backtest(
    case: Case,
    record: Record,
    *,
    every: str = "2 weeks",
    horizon: str | Iterable[str] = ("7 days", "30 days", "90 days"),
    out: str | Path | None = None,
    since: date | None = None,
    until: date | None = None,
    draws: int = 40,
    replicates: int = 2,
    seed: int = 7,
    workers: int = 1,
    progress: Callable[[str, float], None] = lambda what, share: None,
) -> TrackRecord:
    """Forecast from rolling origins what the record then tells, and score it beside the baselines.

    Parameters
    ----------
    every, horizon
        Span between origins, and one or more lengths of the windows.
    out
        Folder of the frozen forecasts; a run that was stopped goes on there. Without one they are not kept.
    since, until
        First and last day an origin may have.
    draws, replicates, seed
        Of the simulated futures of each origin.
    workers
        Processes; the forecasts do not depend on their number.

    Raises
    ------
    ScoreError
        If no window can be scored, the folder holds another run, or a frozen file was changed.
    """
    horizons = in_days((horizon,) if isinstance(horizon, str) else tuple(horizon))
    made = {"every": every, "horizons": list(horizons), "since": str(since or ""), "until": str(until or ""),
            "draws": draws, "replicates": replicates, "seed": seed}  # fmt: skip
    with (
        nullcontext(out) if out is not None else TemporaryDirectory(prefix="chancellery-backtest-") as folder
    ):
        return _run(case, record, Path(folder), made, (since, until), workers, progress)


def _run(case: Case, record: Record, folder: Path, made: dict, span: tuple[date | None, date | None], workers: int,
         progress: Callable[[str, float], None]) -> TrackRecord:  # fmt: skip
    began = perf_counter()
    known = everything(case, record)
    history = known.history()
    plan = calendar(history, made["every"], tuple(made["horizons"]), *span)
    made_of = {
        "chancellery": __version__,
        **{f"version of {name}": _version(name) for name in LIBRARIES},
        "record": known.print_of_record,
        "case": _hash_of(case),
        **made,
    }
    manifest = Manifest.begin(folder, made_of)
    job = Job(folder, case.model, known, history, plan, made["draws"], made["replicates"], made["seed"])
    freeze(job, manifest, workers, progress)
    about = made_of | {"sha256": manifest.digest()}
    result = scored(manifest, plan, history, case.title, about, progress)
    result.told["about"]["seconds"] = round(
        perf_counter() - began, 1
    )  # of this call: what was frozen before is not in it
    return result


def in_days(horizons: tuple[str, ...]) -> tuple[int, ...]:
    """Windows in days, shortest first.

    Raises
    ------
    ScoreError
        If one is no span of days or weeks, or longer than a year.
    """
    out = set()
    start = date(2001, 1, 1)
    for text in horizons:
        try:
            days = (later(start, text) - start).days
        except WorldError as error:
            raise ScoreError(f"--horizon: {error}") from None
        if text.strip().rstrip("s").rpartition(" ")[2].lower() not in ("day", "week"):
            raise ScoreError(
                f"--horizon '{text}': months differ in length; write it in days or weeks, such as '90 days'"
            )
        if not 1 <= days <= LONGEST:
            raise ScoreError(f"--horizon '{text}' is outside 1 to {LONGEST} days")
        out.add(days)
    if not out:
        raise ScoreError("no --horizon is given; write one such as '90 days'")
    return tuple(sorted(out))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _hash_of(case: Case) -> str:
    """Hash of what of a case goes into forecasts."""
    names = ("actors.csv", "ties.csv", "attributes.csv", "chronology.csv", "model.toml")
    held = [case.folder / name for name in names if (case.folder / name).exists()]
    return hashlib.sha256(b"".join(p.name.encode() + p.read_bytes() for p in held)).hexdigest()
