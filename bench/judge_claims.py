"""Judge every claim of a case with all its other choices, and try every test on worlds with the effect reversed.

    python bench/judge_claims.py world.duckdb [--draws 32] [--others FOLDER] [--out verdicts.json] [--page FILE]
    python bench/judge_claims.py world.duckdb --formality [--draws 8]

The first is 'chancellery judge --sensitivity', with its seconds. The second tries counted tests on made-up counts,
coefficients on simulated worlds of fifteen actors that are fitted again, and scenarios with the weights that drive
their answers turned round.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from chancellery import judge, open
from chancellery.api import case, fit, great_powers
from chancellery.cases import Case
from chancellery.essays.claim import Coefficient, Contrast, Scenario, Trend
from chancellery.judge.evidence import gather
from chancellery.judge.formality import trial
from chancellery.judge.reversal import coefficient_trial, scenario_trial
from chancellery.record import Record

SMALL = (
    "USA",
    "RUS",
    "CHN",
    "IND",
    "PAK",
    "UKR",
    "IRN",
    "TUR",
    "AFG",
    "DEU",
    "EU",
    "SAU",
    "IMF",
    "TALIBAN",
    "TTP",
)


def small_case(the_case: Case, folder: Path) -> Case:
    """The same case with fifteen actors in play."""
    shutil.copytree(
        the_case.folder, folder, ignore=shutil.ignore_patterns("fit", "claims", "scenarios", "questions.toml")
    )
    path = folder / "actors.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(r | {"in_play": "1" if r["id"] in SMALL else "0"} for r in rows)
    return case(folder)


def counted(the_case: Case, record: Record) -> None:
    """Counted tests on made-up counts."""
    evidence = gather(the_case, record, the_case.fit)
    tests = [c for c in the_case.claims if isinstance(c.test, Contrast | Trend)]
    tried = {c.id: trial(c.test, evidence.stream(c.test), great_powers(the_case)) for c in tests}
    covered = {name: t for name, t in tried.items() if t is not None}
    blind = [name for name, t in covered.items() if not t.tells_apart]
    print(f"{len(covered)} counted tests; cannot tell apart: {', '.join(blind) or 'none'}", flush=True)


def coefficients(the_case: Case, record: Record) -> None:
    """Coefficient tests on simulated worlds."""
    with TemporaryDirectory() as folder:
        small = small_case(the_case, Path(folder) / "small")
        fitted = fit(small, record)
        for c in the_case.claims:
            if isinstance(c.test, Coefficient):
                began = time.process_time()
                t = coefficient_trial(c.test, small, fitted)
                print(
                    f"{c.id} {c.test.effect}: as claimed {'supported' if t.supports else 'not supported'}, reversed "
                    f"{'contradicted' if t.contradicts else 'not contradicted'} ({time.process_time() - began:.0f} s)",
                    flush=True,
                )


def scenarios(the_case: Case, draws: int) -> None:
    """Scenario tests with the driving weights turned round."""
    for c in the_case.claims:
        if isinstance(c.test, Scenario):
            r = scenario_trial(c.test, the_case, the_case.fit, draws=draws)
            told = "turns" if r.turns else "does not turn"
            print(
                f"{c.id} {r.estimate:+.3g} → {r.turned:+.3g} {told} ({', '.join(r.effects) or 'no driver'})",
                flush=True,
            )


def main() -> None:
    """Judge, or try the tests."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("record", type=Path)
    parser.add_argument("--draws", type=int, default=32)
    parser.add_argument("--others", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--page", type=Path)
    parser.add_argument("--formality", action="store_true")
    options = parser.parse_args()
    the_case = case("great-powers")
    with open(options.record, read_only=True) as record:
        if options.formality:
            counted(the_case, record)
            coefficients(the_case, record)
            scenarios(the_case, options.draws)
            return
        found = judge(the_case.claims, record, sensitivity=True, keep=options.others, draws=options.draws)
    print(f"judged in {found.about['seconds']} s\n{found}")
    if options.out:
        options.out.write_text(json.dumps(found.as_dict(), indent=1), encoding="utf-8")
    if options.page:
        from chancellery.report.docket_page import write_docket_page

        write_docket_page(found.as_dict(), options.page)


if __name__ == "__main__":
    main()
