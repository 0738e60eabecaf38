"""The offline reader against claims found by hand: recall, precision and agreement, essay by essay.

python bench/reader.py INVENTORY.json ESSAYS [--final]

The rules were developed on S0, S1 and S2 of the inventory and on five of eight essays written for this on other
regions (``tests/essays/own``, coded before the reader saw them). S3, S4 and the other three were only scored;
without ``--final`` they are left alone. A sentence counts as a claim sentence when the quotation of a claim begins
in it; "all" is what a reader gets that takes every sentence for a claim. "base" is the agreement of always
answering the commonest label.
"""

from __future__ import annotations

import argparse
import json
import time
import tomllib
from collections import Counter
from pathlib import Path

from chancellery.essays.actors import Roster
from chancellery.essays.opening import open_essay
from chancellery.essays.proposals import Proposal, claims
from chancellery.essays.text import Essay, plainly

DEVELOPED_ON = ("S0", "S1", "S2")
OWN = Path(__file__).resolve().parents[1] / "tests" / "essays" / "own"
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
    print(f"{'essay':18}{'sentences':>10}{'gold':>6}{'read':>6}{'recall':>8}{'precision':>10}{'F1':>6}{'all F1':>8}"
          f"{'direction':>24}{'kind':>24}{'hedge':>24}{'hedged?':>24}{'actors':>24}{'seconds':>9}")  # fmt: skip
    for name, essays in sets(asked.inventory, asked.essays).items():
        if asked.final or "held out" not in name:
            scored = [
                score(essay, path, gold, asked.show and "held out" not in name)
                for essay, path, gold in essays
            ]
            print(f"{name:66}{agreement(scored)}")
            if name.startswith("own"):
                print("      ", named(scored))


def sets(inventory: Path, essays: Path) -> dict[str, list[tuple[str, Path, list[dict]]]]:
    """Return the sets of essays: name, file and claims found by hand of each."""
    out: dict[str, list] = {}
    table = json.loads(inventory.read_text(encoding="utf-8"))
    for seed in table["seeds"]:
        name = "inventory, development" if seed["id"] in DEVELOPED_ON else "inventory, held out"
        gold = [c for c in table["claims"] if c["seed"] == seed["id"]]
        out.setdefault(name, []).append((seed["id"], essays / seed["file"], gold))
    for path in sorted(OWN.glob("*.toml")):
        out.setdefault(own(path)[0], []).append((path.stem, *own(path)[1:]))
    return out


def own(path: Path) -> tuple[str, Path, list[dict]]:
    """Return set, text and claims of an essay of our own, in the form of the inventory."""
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    gold = [
        {"id": f"{path.stem}-{i}", "hedge": "", **row, "modality": row["band"]}
        for i, row in enumerate(read["claim"], 1)
    ]
    text = next(file for file in path.parent.glob(f"{path.stem}.*") if file.suffix != ".toml")
    return f"own, {read['set']}", text, gold


Scored = tuple[list[tuple[dict, Proposal]], list[tuple[bool, bool]]]


def score(name: str, path: Path, gold: list[dict], show: bool) -> Scored:
    """Print one essay's line; return its claims by hand with those read, and its table of actors."""
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
    scored = pairs, actor_cells(pairs, roster)
    f1 = 2 * recall * precision / max(recall + precision, 1e-9)
    print(f"{name:18}{len(places):>10}{len(wanted):>6}{len(taken):>6}{recall:>8.2f}{precision:>10.2f}{f1:>6.2f}"
          f"{2 * base / (1 + base):>8.2f}{agreement([scored])}{took:>9.2f}")  # fmt: skip
    if lost:
        print("       quotations outside the sentences read:", ", ".join(lost))
    if show:
        _differences(essay, wanted, taken, pairs)
    return scored


def agreement(scored: list[Scored]) -> str:
    """Return kappa, agreement and base of direction, kind, band, hedged or not, and actors, of all the essays."""
    pairs = [pair for some, _ in scored for pair in some]
    columns = [
        [(c["direction"], p.direction) for c, p in pairs],
        [(c["kind"], p.kind) for c, p in pairs],
        [(_class(c), p.band) for c, p in pairs],
        [(HEDGED.get(_class(c), "hedged"), HEDGED.get(p.band, "hedged")) for c, p in pairs],
        [cell for _, cells in scored for cell in cells],
    ]
    return "".join(f"{_figures(cells):>24}" for cells in columns)


def named(scored: list[Scored]) -> str:
    """Return how often whose view it is, and the words for when, are found where the coding has them."""
    pairs = [pair for some, _ in scored for pair in some]
    out = []
    for label in ("speaker", "horizon"):
        coded = [(c[label], getattr(p, label)) for c, p in pairs if label in c]
        right = sum(bool(got) and plainly(got) in plainly(gold) for gold, got in coded)
        stray = sum(bool(getattr(p, label)) for c, p in pairs if label not in c)
        out.append(f"{label} right in {right} of {len(coded)}, given in {stray} of {len(pairs) - len(coded)} others")
    return "; ".join(out)


def _figures(cells: list[tuple[object, object]]) -> str:
    chance, plain = kappa(cells)
    most = Counter(a for a, _ in cells).most_common(1)[0][1] / len(cells) if cells else float("nan")
    return f"κ {chance:.2f} ({plain:.0%}, base {most:.0%})"


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
