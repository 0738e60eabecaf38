"""From a claim to a scenario: its lever, its question and how far ahead, each with where it came from.

A claim that has a scenario as its test brings all three. A contrast brings what drove it and what it counted;
for the rest the words of cause, effect and horizon are looked up (:mod:`chancellery.essays.supposing`). What
nobody in play can do, or a tie that does not hold, is left in the file as a comment, with a sentence that says
why; so every draft parses, and says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chancellery import world
from chancellery.cases.asking import Asked, Origin, asked_of
from chancellery.cases.levers import Supposed, tested
from chancellery.cases.levers import supposed as supposed_of
from chancellery.essays.actors import Roster
from chancellery.essays.claim import Claim, Scenario
from chancellery.essays.draft import toml_value
from chancellery.essays.supposing import horizon_in, surnames
from chancellery.simulate.scenario import Header, Lever, Uncertain, parse_scenario
from chancellery.simulate.scenario import Scenario as Played

if TYPE_CHECKING:
    from chancellery.cases import Case

UNKNOWN = "12 months"


@dataclass(frozen=True)
class Draft:
    """A claim as a scenario.

    Attributes
    ----------
    claim, scenario
        The claim, and what it supposes.
    that, within, expect
        The question of the claim, how far ahead it is asked, and what the author's direction expects of it: as
        in a scenario test. ``that`` is empty where no question was found.
    than
        Scenario of the case that it is set against; None for the baseline without levers.
    origins, missing
        Where each part came from, and what could not be inferred, one sentence each.
    text
        The scenario as TOML, with all this in comments.
    """

    claim: Claim
    scenario: Played
    that: str
    within: str
    expect: str
    than: str | None
    origins: tuple[Origin, ...]
    missing: tuple[str, ...]
    text: str

    @property
    def runs(self) -> bool:
        """Whether it has a lever and a question, so that it can be played."""
        return bool(self.scenario.levers) and bool(self.that)

    @property
    def by_test(self) -> bool:
        """Whether the claim's own scenario test brought it, so that nothing was inferred."""
        return isinstance(self.claim.test, Scenario)

    def __str__(self) -> str:
        return self.text

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "claim": self.claim.id,
            "runs": self.runs,
            "levers": [v.model_dump(exclude_none=True, exclude_defaults=True) for v in self.scenario.levers],
            "question": self.that,
            "within": self.within,
            "expect": self.expect,
            "than": self.than,
            "from": [str(o) for o in self.origins],
            "missing": list(self.missing),
            "toml": self.text,
        }


def draft(claim: Claim, case: Case) -> Draft:
    """Draft a scenario of a claim.

    Parameters
    ----------
    claim
        One of the case's, or of an essay that was read.
    case
        Who is in play, which ties hold, and when scenarios start.

    Returns
    -------
    Draft
        Its text always parses as a scenario of the case; ``missing`` says what has to be filled in.
    """
    roster = Roster(f"{claim.cause}. {claim.effect}.", surnames(case.actors, case.start))
    asked = asked_of(claim, roster, case.actors)
    within, when = _within(claim)
    until = max(world.later(case.start, within), world.later(case.start, "1 year"))
    header = Header(title=_title(claim), start=case.start, until=until, essay=_place(claim))
    if isinstance(claim.test, Scenario):
        header, supposed = tested(claim, claim.test, header, case)
    else:
        supposed = supposed_of(claim, roster, header, case)
    origins = [o for o in (supposed.origin, asked.origin if asked else None, when) if o]
    missing = list(supposed.missing)
    if asked is None:
        missing.append(
            f"no question: the effect '{claim.effect}' names nothing that outcomes.csv knows between actors in "
            "play; write [[ask]] with that = 'A and B cooperate' or another form of 'chancellery show questions'"
        )
    name = f"claim-{claim.id.lower()}"
    text = _text(claim, header, supposed, asked, within, origins, missing)
    scenario = parse_scenario(text, name, case.actors, case.model.choice)
    than = claim.test.than if isinstance(claim.test, Scenario) else None
    return Draft(
        claim, scenario, asked.that if asked else "", within, asked.expect if asked else "different", than,
        tuple(origins), tuple(missing), text,
    )  # fmt: skip


def _title(claim: Claim) -> str:
    words = claim.cause[0].upper() + claim.cause[1:]
    return words if len(words) <= 110 else words[:109].rsplit(" ", 1)[0] + " …"


def _place(claim: Claim) -> str:
    return f"{claim.essay}, paragraph {claim.paragraph}, claim {claim.id}"


def _within(claim: Claim) -> tuple[str, Origin]:
    if isinstance(claim.test, Scenario):
        return claim.test.within, Origin("horizon", "the claim's own test")
    found = horizon_in(claim.horizon)
    if found is None:
        told = f"nothing: '{claim.horizon}' is no horizon that horizons.csv knows"
        return UNKNOWN, Origin("horizon", told, f"whether {UNKNOWN} is what the author means")
    said = "the author says so" if claim.horizon_stated else "inferred by the reader, not said by the author"
    check = "" if claim.horizon_stated else f"whether {found[0]} is what the author means"
    return found[0], Origin("horizon", f"'{found[1]}' (horizons.csv; {said})", check)


def _text(
    claim: Claim,
    header: Header,
    supposed: Supposed,
    asked: Asked | None,
    within: str,
    origins: list[Origin],
    missing: list[str],
) -> str:
    """The draft as TOML under comments."""
    doubt = f"'{claim.hedge}'" if claim.hedge else "no word of doubt"
    band = f", {100 * claim.band[0]:.0f} to {100 * claim.band[1]:.0f} in 100" if claim.band else ""
    lines = [
        f"# Drafted from claim {claim.id}: {_line(claim.sentence)}",
        f"# The author: {doubt}{band}; horizon {_line(claim.horizon)}{'' if claim.horizon_stated else ' (inferred)'}.",
        *(f"# {_line(str(o))}." for o in origins),
        *(f"# MISSING {_line(m)}." for m in missing),
        "[scenario]",
        *(
            f"{k} = {toml_value(v)}"
            for k, v in header.model_dump(exclude_defaults=True, exclude_none=True).items()
        ),
    ]
    for lever in supposed.levers:
        lines += ["", "[[lever]]", *_fields(lever)]
    for lever, _ in supposed.refused:
        lines += ["", "# [[lever]]", *(f"# {field}" for field in _fields(lever))]
    if not supposed.levers and not supposed.refused:
        lines += ["", "# [[lever]]", *(f"# {x}" for x in ('do = "scale-rate"', 'source = ""', 'target = ""'))]
        lines += [f"# on = {world.later(header.start, '1 month')}", "# factor = 1.5"]
    for one in supposed.uncertain:
        lines += ["", "[[uncertain]]", *_fields(one)]
    if asked is not None:
        label = toml_value(f"Claim {claim.id}: {asked.that}")
        lines += ["", "[[ask]]", f"that = {toml_value(asked.that)}", f"within = {toml_value(within)}"]
        lines += [f"label = {label}", f'group = "Claim {claim.id}"']
    else:
        lines += ["", "# [[ask]]", '# that = "A and B cooperate"', f"# within = {toml_value(within)}"]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    return " ".join(text.split())


def _fields(table: Lever | Uncertain) -> list[str]:
    given = table.model_dump(exclude_none=True, exclude_defaults=True)
    return [f"{key} = {toml_value(value)}" for key, value in given.items()]
