"""The offline reader against claims found by hand: recall, precision and agreement, essay by essay.

python bench/reader.py INVENTORY.json ESSAYS [--final]

The rules were developed on S0, S1 and S2. S3 and S4 were scored when the rules were finished, and once more, with
the same figures, after repairs that invented essays on other regions asked for; without ``--final`` they are left
alone. A sentence counts as a claim sentence when the quotation of a claim begins in
it; "all" is what a reader gets that takes every sentence for a claim.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path

from chancellery.essays.actors import Roster
from chancellery.essays.opening import open_essay
from chancellery.essays.proposals import Proposal, claims
from chancellery.essays.text import Essay, plainly

DEVELOPED_ON = ("S0", "S1", "S2")
HEDGED = {"asserted": "plain", "expected": "plain", "near-certain": "plain"}


def kappa(pairs: list[tuple[object, object]]) -> tuple[float, float]:
    """Return Cohen's kappa and plain agreement of pairs of labels (NaN without pairs or with one label)."""
    if not pairs:
        return float("nan"), float("nan")
    agree = sum(a == b for a, b in pairs) / len(pairs)
    ones, twos = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(ones[label] * twos[label] for label in ones) / len(pairs) ** 2
    return ((agree - chance) / (1 - chance) if chance < 1 else float("nan")), agree


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("inventory", type=Path)
    parser.add_argument("essays", type=Path)
    parser.add_argument(
        "--final", action="store_true", help="also the essays the rules were not developed on"
    )
    parser.add_argument(
        "--show", action="store_true", help="print the sentences that differ (development only)"
    )
    asked = parser.parse_args()
    inventory = json.loads(asked.inventory.read_text(encoding="utf-8"))
    print(
        "developed on",
        ", ".join(DEVELOPED_ON),
        "- those with a star were not looked at, only scored when the rules were finished",
    )
    print(f"{'essay':6}{'sentences':>10}{'gold':>6}{'read':>6}{'recall':>8}{'precision':>10}{'F1':>6}{'all F1':>8}"
          f"{'direction':>17}{'kind':>15}{'hedge':>15}{'hedged?':>15}{'actors':>15}{'seconds':>9}")  # fmt: skip
    for seed in inventory["seeds"]:
        if seed["id"] in DEVELOPED_ON or asked.final:
            gold = [c for c in inventory["claims"] if c["seed"] == seed["id"]]
            score(
                seed["id"] + ("" if seed["id"] in DEVELOPED_ON else "*"),
                asked.essays / seed["file"],
                gold,
                asked.show,
            )


def score(name: str, path: Path, gold: list[dict], show: bool) -> None:
    """Print one essay's line."""
    began = time.perf_counter()
    essay = open_essay(path)
    roster = Roster(essay.text)
    read = claims(essay, roster)
    took = time.perf_counter() - began
    homes = {c["id"]: home(essay, c["quote"]) for c in gold}
    lost = [c["id"] for c in gold if homes[c["id"]] is None]
    wanted = {home for home in homes.values() if home is not None}
    places = [(s.paragraph, s.number) for s in essay.sentences]
    taken = {(p.sentence.paragraph, p.sentence.number) for p in read}
    hits = len(wanted & taken)
    recall, precision = hits / (len(wanted) + len(set(lost))), hits / max(len(taken), 1)
    base = len(wanted) / len(places)
    pairs = [
        (c, best(c, [p for p in read if (p.sentence.paragraph, p.sentence.number) == homes[c["id"]]]))
        for c in gold
    ]
    pairs = [(c, p) for c, p in pairs if p is not None]
    columns = [
        kappa([(c["direction"], p.direction) for c, p in pairs]),
        kappa([(c["kind"], p.kind) for c, p in pairs]),
        kappa([(_class(c), p.band) for c, p in pairs]),
        kappa([(HEDGED.get(_class(c), "hedged"), HEDGED.get(p.band, "hedged")) for c, p in pairs]),
        kappa(actor_cells(pairs, roster)),
    ]
    agreement = "".join(f"{f'κ {k:.2f} ({a:.0%})':>15}" for k, a in columns)
    f1 = 2 * recall * precision / max(recall + precision, 1e-9)
    print(f"{name:6}{len(places):>10}{len(wanted):>6}{len(taken):>6}{recall:>8.2f}{precision:>10.2f}{f1:>6.2f}"
          f"{2 * base / (1 + base):>8.2f}  {agreement}{took:>9.2f}")  # fmt: skip
    if lost:
        print("       quotations outside the sentences read:", ", ".join(lost))
    if show:
        _differences(essay, wanted, taken, pairs)


def _class(claim: dict) -> str:
    return claim["modality"].replace("_", "-")


def home(essay: Essay, quote: str) -> tuple[int, int] | None:
    """Return paragraph and number of the sentence a quotation begins in."""
    for size in (len(quote.split()), 5, 3):
        words = plainly(" ".join(quote.split()[:size]))
        for sentence in essay.sentences:
            if words in plainly(sentence.text):
                return sentence.paragraph, sentence.number
    return None


def best(claim: dict, offered: list[Proposal]) -> Proposal | None:
    """Return the proposal of a sentence whose words are nearest to a claim's."""
    wanted = set(plainly(f"{claim['quote']} {claim['cause']} {claim['effect']}").split())
    return max(
        offered,
        key=lambda p: len(wanted & set(plainly(f"{p.cause} {p.effect} {p.quote}").split())),
        default=None,
    )


def actor_cells(pairs: list[tuple[dict, Proposal]], roster: Roster) -> list[tuple[bool, bool]]:
    """Set, for every claim and every actor of the essay, whether it is in by hand against by rule."""
    by_hand = [set(roster.principals(f"{c['cause']} . {c['effect']} . {c['quote']}")) for c, _ in pairs]
    everybody = set().union(*by_hand, *(p.actors for _, p in pairs)) if pairs else set()
    return [(a in hand, a in p.actors) for hand, (_, p) in zip(by_hand, pairs) for a in sorted(everybody)]


def _differences(essay: Essay, wanted: set, taken: set, pairs: list[tuple[dict, Proposal]]) -> None:
    for s in essay.sentences:
        at = (s.paragraph, s.number)
        if (at in wanted) != (at in taken):
            print("   MISSED " if at in wanted else "   EXTRA  ", at, s.text[:220])
    for c, p in pairs:
        wrong = [
            f"{k}: {c[g]} ≠ {getattr(p, k)}"
            for k, g in (("direction", "direction"), ("band", "modality"), ("kind", "kind"))
            if c[g] != getattr(p, k)
        ]
        if wrong:
            print(
                "   ",
                c["id"],
                "; ".join(wrong),
                "|",
                c["hedge"],
                "|",
                p.hedge,
                "|",
                p.relation,
                "|",
                p.cause[:40],
                "->",
                p.effect[:60],
            )


if __name__ == "__main__":
    main()
