"""Other defensible choices about the model: the same specification fitted otherwise, and the dice thrown again.

A coefficient is read again from each other fit, a scenario is played again with each, and once with other dice.
The choices: without the effects of memory, with half-lives twice as long, without the record's first stretch, and
with the record only to the day that the case names (``judge_until`` in case.toml).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from chancellery.cases import Case
from chancellery.effects.catalogue import lookup
from chancellery.errors import EssayError
from chancellery.model.estimate import fit as fit_specification
from chancellery.model.posterior import Fit, load_fit, save_fit
from chancellery.model.spec import Specification
from chancellery.record import Record

MEMORY = ("memory", "act")  # levels of the effects that only remember
SLOWER = 2.0
LEAST_DAYS = 200  # a fit to fewer days says little

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Choice:
    """A fit that could have been made: what was chosen otherwise, its specification, and its days."""

    what: str
    spec: Specification
    since: date | None = None
    until: date | None = None

    @property
    def slug(self) -> str:
        """Name of its folder."""
        return re.sub(r"[^a-z0-9]+", "-", self.what.lower()).strip("-")


def choices(case: Case, record: Record) -> list[Choice]:
    """The other fits of a case to a record; those that the record is too short for are left out."""
    spec = case.model
    memory = [e for e in spec.choice if lookup(e).level in MEMORY]
    out = []
    if 0 < len(memory) < len(spec.choice):
        out.append(Choice("without memory", spec.without(*memory)))
    slower = tuple(SLOWER * h for h in spec.half_lives)
    out.append(Choice("half-lives twice as long", spec.model_copy(update={"half_lives": slower})))
    covered = record.segments()
    covered = [(a, b) for a, b, d in covered.select("start", "end", "dataset").iter_rows() if d is not None]
    if len(covered) > 1:
        out.append(Choice(f"without {covered[0][0].year}", spec, since=covered[1][0]))
    until = case.judge_until
    if until is not None and _days(covered, until) >= LEAST_DAYS:
        out.append(Choice(f"to {until}", spec, until=until))
    return out


def _days(covered: list[tuple[date, date]], until: date) -> int:
    return sum((min(b, until) - a + timedelta(days=1)).days for a, b in covered if a <= until)


def other_fits(
    case: Case,
    record: Record | None,
    folder: Path | None = None,
    progress: Progress = lambda what, share: None,
) -> dict[str, Fit]:
    """Fit otherwise, by what was chosen.

    Parameters
    ----------
    case, record
        What is fitted; without a record, only fits that are kept in ``folder`` are used.
    folder
        Where fits are kept: one made of the same record and specification is loaded, a new one is saved as soon as
        it is made, so that a run that is stopped goes on where it was.
    progress
        Called with ``other fits`` and the share of them that is done.

    Raises
    ------
    EssayError
        If there is neither a record nor a kept fit.
    """
    if record is None:
        kept = sorted(folder.glob("*/fit.json")) if folder is not None else []
        if not kept:
            raise EssayError(
                "judging with other fits needs a record to fit them to (--record), or a folder where some are kept (--others)"
            )
        return {path.parent.name.replace("-", " "): load_fit(path.parent) for path in kept}
    out = {}
    asked = choices(case, record)
    for number, choice in enumerate(asked):
        place = folder / choice.slug if folder is not None else None
        found = _kept(place, choice, record)
        if found is None:
            found = _fit(case, record, choice, partial(_part, progress, number, len(asked)))
            if place is not None:
                save_fit(found, place)
        out[choice.what] = found
    return out


def _part(progress: Progress, number: int, of: int, what: str, share: float) -> None:
    """Progress of one fit among several, as one stage."""
    progress("other fits", (number + share) / of)


def _fit(case: Case, record: Record, choice: Choice, progress: Progress) -> Fit:
    return fit_specification(
        choice.spec, record, ties=case.ties, attributes=case.attributes, since=choice.since, until=choice.until,
        progress=progress,
    )  # fmt: skip


def _kept(place: Path | None, choice: Choice, record: Record) -> Fit | None:
    """A kept fit of the same specification, days and record."""
    if place is None or not (place / "fit.json").exists():
        return None
    fit = load_fit(place)
    same = fit.spec == choice.spec and fit.about.get("record") == record.fingerprint()
    same &= choice.since is None or fit.since == choice.since
    same &= choice.until is None or fit.until <= choice.until
    return fit if same else None
