"""The levers a claim speaks of: its test's, what its contrast sets first, or what the words of its cause say.

A lever is kept only where it can be: the actors are in play, and a tie that is to end does hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from chancellery import world
from chancellery.cases.asking import Origin
from chancellery.cases.claims import played
from chancellery.errors import ChancelleryError
from chancellery.essays.actors import Roster
from chancellery.essays.claim import Claim, Contrast, Driver, Scenario
from chancellery.essays.supposing import Guess, levers_in
from chancellery.essays.terms import ANY, GROUPS, acts_of, pair
from chancellery.model.holdings import DIRECT, Holdings
from chancellery.simulate.scenario import Header, Lever, Uncertain, check_levers

if TYPE_CHECKING:
    from chancellery.cases import Case

DRIVER = 1.5  # a contrast says "after more of it than usual", not how much more
MOST = 8  # levers of one draft; a driver of many pairs is cut there, and says so
GENTLE, FLOOR = 1.3, 0.05


@dataclass(frozen=True)
class Supposed:
    """Levers with their origin; ``refused`` are those that cannot be, each with the reason."""

    levers: tuple[Lever, ...] = ()
    origin: Origin | None = None
    refused: tuple[tuple[Lever, str], ...] = ()
    missing: tuple[str, ...] = ()
    uncertain: tuple[Uncertain, ...] = ()


def tested(claim: Claim, test: Scenario, header: Header, case: Case) -> tuple[Header, Supposed]:
    """Levers of the claim's own scenario test."""
    base = played(test, case)
    came = f"the case's scenario '{test.scenario}', which the claim's test names" if test.scenario else ""
    header = header.model_copy(update={"start": base.header.start, "until": base.header.until})
    origin = Origin("levers", came or "the claim's own test")
    return header, Supposed(base.levers, origin, uncertain=base.uncertain)


def supposed(claim: Claim, roster: Roster, header: Header, case: Case) -> Supposed:
    on, held = world.later(header.start, "1 month"), _held(case, header.start)
    if isinstance(claim.test, Contrast) and claim.test.after is not None:
        wanted, origin = _driven(claim.test.after, on)
    else:
        spare = (*roster.principals(claim.effect), *claim.actors)
        guesses = levers_in(claim.cause, roster, spare, case.actors)
        guesses = [_with_whom_it_holds(g, case.actors, held) for g in guesses]
        wanted, origin, why = _guessed(guesses, on)
        if not wanted:
            return Supposed(missing=((why or _nothing(claim)) + _absent(claim.cause, roster, case),))
    kept, refused = [], []
    for lever in wanted[:MOST]:
        problem = _problem(lever, header, case, held)
        (refused if problem else kept).append((lever, problem))
    missing = tuple(dict.fromkeys(problem for _, problem in refused))
    return Supposed(tuple(v for v, _ in kept), origin, tuple(refused), missing)


def _nothing(claim: Claim) -> str:
    return (
        f"no lever: the cause '{claim.cause}' names nothing that levers.csv knows as done by somebody in play; "
        "fill in the lever in the comment ('chancellery show levers' lists them)"
    )


def _absent(text: str, roster: Roster, case: Case) -> str:
    """Whom a text names that cannot act here."""
    names = [a for a in roster.principals(text) if a not in case.actors]
    if not names:
        return ""
    return f"; it names {', '.join(names)}, not in play in this case: name one that acts for it"


def _with_whom_it_holds(g: Guess, actors: tuple[str, ...], held: np.ndarray) -> Guess:
    """Where a tie ends and the words name one side, the other is whom the only such tie joins it with."""
    if g.do != "end-tie" or g.source is None or (g.target and g.target not in g.filled):
        return g
    row = held[DIRECT[g.what], actors.index(g.source)]
    joined = [a for a, value in zip(actors, row) if value > 0.0]
    if g.target in joined or len(joined) != 1:
        return g
    return replace(g, target=joined[0], filled=(joined[0],))


def _driven(driver: Driver, on: date) -> tuple[list[Lever], Origin]:
    """Levers of what a contrast sets first: more of the same acts between the same pairs."""
    acts = (
        [None] if driver.acts == ("all",) else list(dict.fromkeys(a for n in driver.acts for a in acts_of(n)))
    )
    out = []
    for text in driver.dyads:
        source, target, both = pair(text)
        if source == ANY:
            continue
        for act in acts:
            who = {"source": source, "target": None if target == ANY else target, "mutual": both}
            out.append(Lever(do="scale-rate", act=act, factor=_push(act, DRIVER), on=on, **who))
    cut = f"; of {len(out)} levers the first {MOST} are kept" if len(out) > MOST else ""
    told = f"what the claim's contrast sets first: {'/'.join(driver.acts)} {', '.join(driver.dyads)}{cut}"
    return out, Origin("levers", told, "the factors: the contrast says 'more than usual', not how much")


def _guessed(guesses: list[Guess], on: date) -> tuple[list[Lever], Origin | None, str]:
    """Levers that the words of a cause name, their origin, and why there are none."""
    out: list[Lever] = []
    for g in guesses:
        if g.source is None or (g.target is None and g.do != "leader"):
            return [], None, (
                f"no lever: '{g.words}' (levers.csv) needs {'two actors' if g.do != 'leader' else 'an actor'} in play, "
                f"and the cause names {'only ' + g.source if g.source else 'none'}; fill in the lever in the comment"
            )  # fmt: skip
        if g.negated and g.do != "scale-rate":
            return [], None, (
                f"no lever: the cause says that '{g.words}' does not come about, which the baseline holds already; "
                "fill in a lever that forbids or ends something"
            )  # fmt: skip
        out += _levers(g, on)
    if not out:
        return [], None, ""
    g = guesses[0]
    check = "who does it to whom, how much, and the day"
    if g.filled:
        check += f"; {', '.join(g.filled)} is not named in the cause but follows from the claim"
    if g.negated:
        check += "; the words say it is not so, so the rate is lowered"
    return out, Origin("levers", f"'{g.words}' in the cause ({g.table})", check), ""


def _levers(g: Guess, on: date) -> list[Lever]:
    if g.do in ("start-tie", "end-tie"):
        value = g.much if g.do == "start-tie" else None
        return [
            Lever(do=g.do, tie=g.what, source=g.source, target=g.target, mutual=g.mutual, value=value, on=on)
        ]
    if g.do == "leader":
        return [Lever(do="leader", source=g.source, value=g.much, on=on)]
    if g.do == "act":
        who = {"source": g.source, "target": g.target, "mutual": g.mutual}
        return [Lever(do="act", act=g.what, count=g.much, every="month", on=on, **who)]
    factor = g.much if not g.negated else max(FLOOR, round(1.0 / g.much, 2))
    acts = acts_of(g.what) if g.what in GROUPS else (g.what,)
    return [
        Lever(
            do="scale-rate", act=act, source=g.source, target=g.target, mutual=g.mutual, on=on,
            factor=_push(act, factor),
        )
        for act in acts
    ]  # fmt: skip


def _push(act: str | None, factor: float) -> float:
    """Talks, and all acts together, are most of what states do, and memory multiplies them: a gentler push."""
    return min(factor, GENTLE) if act in (None, "consult") else factor


def _held(case: Case, on: date) -> np.ndarray:
    """Ties (kinds, n, n) that hold on a day, trade and the like included where the case has a fit."""
    known = (case.folder / "fit" / "fit.json").exists() and case.fit.actors == case.actors
    background = case.fit.background if known else None
    return Holdings(case.actors, case.ties, case.attributes, background).tie_array(on)


def _problem(lever: Lever, header: Header, case: Case, held: np.ndarray) -> str:
    """Why a lever cannot be, in a sentence; nothing where it can."""
    try:
        check_levers([lever.model_dump(exclude_none=True)], header, case.actors, case.model.choice)
    except ChancelleryError as error:
        return f"no lever: {str(error).partition(': ')[2]}"
    if lever.do != "end-tie":
        return ""
    i, j = case.actors.index(lever.source), case.actors.index(lever.target)
    if held[DIRECT[lever.tie], i, j] > 0.0:
        return ""
    other = "; it holds the other way round" if held[DIRECT[lever.tie], j, i] > 0.0 else ""
    return (
        f"no lever: no {lever.tie} tie {lever.source} → {lever.target} holds on {header.start}, so there is nothing "
        f"to end{other}; name the pair that is meant"
    )
