"""Judge every claim of a case beside fits of other choices, and try every counted test on made-up worlds.

    python bench/judge_claims.py world.duckdb [--draws 32] [--out verdicts.json]

The other fits: without the memory effects, with other half-lives, without the first year, and only to the eve
of the invasion of Ukraine.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import date
from pathlib import Path

from chancellery import judge, open
from chancellery.api import case, great_powers
from chancellery.effects.catalogue import lookup
from chancellery.essays.claim import Contrast, Trend
from chancellery.judge.evidence import gather
from chancellery.judge.formality import trial
from chancellery.model.estimate import fit as fit_specification
from chancellery.model.posterior import Fit
from chancellery.record import Record

HALF_LIVES = (14.0, 60.0, 365.0, 1500.0)


def other_fits(the_case: object, record: Record) -> dict[str, Fit]:
    """Fits of other choices, by what was chosen otherwise."""
    spec = the_case.model
    memory = [e for e in spec.choice if lookup(e).level in ("memory", "act")]
    asked = {
        "without memory": (spec.without(*memory), None, None),
        "other half-lives": (spec.model_copy(update={"half_lives": HALF_LIVES}), None, None),
        "without 2018": (spec, date(2021, 1, 1), None),
        "to the invasion of 2022": (spec, None, date(2022, 2, 23)),
    }
    out = {}
    for what, (chosen, since, until) in asked.items():
        began = time.perf_counter()
        out[what] = fit_specification(
            chosen, record, ties=the_case.ties, attributes=the_case.attributes, since=since, until=until
        )
        print(f"{what}: {time.perf_counter() - began:.0f} s", flush=True)
    return out


def main() -> None:
    """Judge, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("record", type=Path)
    parser.add_argument("--draws", type=int, default=32)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    the_case = case("great-powers")
    with open(options.record, read_only=True) as record:
        others = other_fits(the_case, record)
        began = time.perf_counter()
        found = judge(the_case.claims, record, others=others, draws=options.draws)
        print(f"judged in {time.perf_counter() - began:.0f} s\n{found}")
        evidence = gather(the_case, record, the_case.fit)
    tried = {
        c.id: trial(c.test, evidence.stream(c.test), great_powers(the_case))
        for c in the_case.claims
        if isinstance(c.test, Contrast | Trend)
    }
    covered = {name: t for name, t in tried.items() if t is not None}
    blind = [name for name, t in covered.items() if not t.tells_apart]
    print(f"{len(covered)} counted tests on made-up worlds; cannot tell apart: {', '.join(blind) or 'none'}")
    if options.out:
        options.out.write_text(json.dumps(found.as_dict(), indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
