"""One hearing: evidence gathered, other choices prepared, claims, disagreements and errors judged together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from time import perf_counter

from chancellery import __version__
from chancellery.cases.claims import disagreements_of, slips_of
from chancellery.cases.playing import DRAWS, REPLICATES, SEED, THREADS, Progress, Simulation, silent
from chancellery.essays.reading import Claims
from chancellery.judge.docket import Docket, docket
from chancellery.judge.evidence import gather, player
from chancellery.judge.otherwise import other_fits
from chancellery.judge.scenario import Ask
from chancellery.model.posterior import Fit
from chancellery.record import Record

OTHER_DICE = "other dice"


def hear(
    claims: Claims,
    record: Record | None,
    the_fit: Fit,
    *,
    others: Mapping[str, Fit] | None = None,
    whole: bool = True,
    scenarios: bool = True,
    sensitivity: bool = False,
    keep: Path | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    progress: Progress = silent,
) -> Docket:
    """Judge claims of a case.

    Parameters
    ----------
    claims, record, the_fit
        What is judged, by which coded events and which fit.
    others
        Fits of other choices, by what was chosen otherwise.
    whole
        Whether disagreements and errors of the case are judged too.
    scenarios, draws, seed
        Whether claims about what would happen are played, with how many futures each, and their dice.
    sensitivity
        Whether the model is fitted otherwise, where ``others`` are not given, and scenarios are played again with
        every other fit and with other dice.
    keep
        Folder of the other fits; see :func:`chancellery.judge.otherwise.other_fits`.
    progress
        Called with what is done and its share.
    """
    began, the_case = perf_counter(), claims.home
    others = dict(others or {})
    if sensitivity and not others:
        others = other_fits(the_case, record, keep, progress)

    def players(fitted: Fit, dice: int) -> Ask:
        made = Simulation(the_case, fitted, draws, REPLICATES, dice, THREADS)
        return player(the_case, fitted, made.run)

    again = {}
    if sensitivity:
        again = {what: partial(players, other, seed) for what, other in others.items()}
        again[OTHER_DICE] = partial(players, the_fit, seed + 1)
    evidence = gather(
        the_case, record, the_fit, others=others, ask=players(the_fit, seed) if scenarios else None,
        draws=draws // REPLICATES, again=again,
    )  # fmt: skip
    about = {
        "chancellery": __version__,
        "case": the_case.title,
        "record": record.fingerprint() if record is not None else "",
        "record_until": str(the_fit.until),
        "draws": draws if scenarios else 0,
        "seed": seed,
        "essays": {name: essay.author for name, essay in claims.essays.items()},
    }
    found = docket(
        claims, evidence, disagreements=disagreements_of(the_case) if whole else (),
        slips=slips_of(the_case) if whole else (), progress=progress, about=about,
    )  # fmt: skip
    found.about["seconds"] = round(perf_counter() - began, 1)
    return found
