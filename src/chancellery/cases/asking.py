"""The question a claim puts to futures, and what its author expects of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chancellery.essays.claim import Claim, Measured, Scenario
from chancellery.essays.supposing import question_in
from chancellery.essays.terms import ANY, acts_of, pair
from chancellery.simulate.condition import GROUPS

if TYPE_CHECKING:
    from chancellery.essays.actors import Roster

TURNED = {"more": "less", "less": "more", "not-more": "not-less", "not-less": "not-more"}
BY_DIRECTION = {"+": "more", "-": "less", "0": "same", "±": "different"}
PLAIN = {("all",): "cooperate", ("cooperation",): "cooperate", ("conflict",): "conflict",
         ("words",): "consult", ("deeds",): "cooperate materially"}  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """Where a part of a draft came from: which ``part``, ``source`` in words, and what to ``check``."""

    part: str
    source: str
    check: str = ""

    def __str__(self) -> str:
        return f"{self.part} from {self.source}" + (f"; check {self.check}" if self.check else "")


@dataclass(frozen=True)
class Asked:
    """A question in the language of conditions, what the author expects, and where it came from."""

    that: str
    expect: str
    origin: Origin


def asked_of(claim: Claim, roster: Roster, actors: Sequence[str]) -> Asked | None:
    """Find the question of a claim: its test's, what its test counts, or what its effect says.

    Parameters
    ----------
    claim, roster, actors
        The claim, the names that count in it, and who is in play.
    """
    test = claim.test
    if isinstance(test, Scenario):
        return Asked(test.that, test.expect, Origin("question", "the claim's own test"))
    if isinstance(test, Measured):
        found = _counted(test, actors)
        if found is not None:
            that, expect, check = found
            return Asked(that, expect, Origin("question", f"what the claim's {test.kind} counts", check))
    guess = question_in(claim.effect, roster, claim.actors, actors)
    if guess is not None:
        check = f"that it is what the author means by '{guess.words}', and in which direction"
        if guess.filled:
            check += f"; {', '.join(guess.filled)} is not named in the effect but follows from the claim"
        origin = Origin("question", f"'{guess.words}' in the effect ({guess.table})", check)
        return Asked(guess.what, _expected(claim, guess.sign), origin)
    return _any_two(claim, roster, actors)


def _expected(claim: Claim, sign: int) -> str:
    expect = BY_DIRECTION[claim.direction]
    return expect if sign > 0 else TURNED.get(expect, expect)


def _any_two(claim: Claim, roster: Roster, actors: Sequence[str]) -> Asked | None:
    """Where no phrase is known: whether the two whom the effect names cooperate."""
    named = [a for a in roster.principals(claim.effect) if a in actors]
    if len(named) < 2:
        return None
    that = f"{named[0]} and {named[1]} cooperate"
    origin = Origin("question", "the two that the effect names; no phrase of outcomes.csv fits", "all of it")
    return Asked(that, _expected(claim, 1), origin)


def _counted(test: Measured, actors: Sequence[str]) -> tuple[str, str, str] | None:
    """What a contrast or a trend counts, as a question: (question, expectation, what to check)."""
    if test.index:
        return test.index, test.expect, ""
    source, target, both = pair(test.dyads[0])
    check = f"the other pairs of the test: {', '.join(test.dyads[1:4])}" if len(test.dyads) > 1 else ""
    if source not in actors or (target not in actors and target != ANY):
        return None
    if target == ANY:
        return f"volume of {source}", test.expect, "that all its acts are asked, to anybody"
    issue = f" on {test.issues[0]}" if test.issues else ""
    sharing = test.of == "share" and test.acts in (("conflict",), ("cooperation",))
    if sharing and not issue:
        turned = test.acts == ("cooperation",)
        expect = TURNED.get(test.expect, test.expect) if turned else test.expect
        return f"conflict share of {source} with {target}", expect, check
    if not both and test.acts == ("all",) and not issue:
        return f"initiative of {source} towards {target}", test.expect, check
    verb, more = _verb(test.acts)
    check = "; ".join(x for x in (check, more) if x)
    return f"{source} {'and ' if both else ''}{target} {verb}{issue}" if both else (
        f"{source} {verb} {target}{issue}"
    ), test.expect, check  # fmt: skip


def _verb(acts: tuple[str, ...]) -> tuple[str, str]:
    """The verb of acts that are counted, and what it leaves out."""
    if acts in PLAIN:
        return PLAIN[acts], ""
    done = {a for name in acts for a in acts_of(name)}
    if len(done) == 1:
        return next(iter(done)), ""
    from chancellery import world

    klass = {a.name: a.klass for a in world.acts()}
    kinds = {klass[a] for a in done}
    for group, classes in GROUPS.items():
        if kinds <= set(classes):
            return group, f"'{group}' is wider than {', '.join(sorted(done))}"
    return sorted(done)[0], f"only one act of {', '.join(sorted(done))}"
