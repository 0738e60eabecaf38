"""Who is next, on the public benchmarks: fit, score, print the protocol with every number.

    python bench/links.py DATA --set icews14|icews18 [--part valid|test|both] [--without REASON ...] [--json FILE]
                          [--why N] [SETTING=VALUE ...]

DATA holds the folders ``icews14`` and ``icews18``. Settings are those of `chancellery.judge.links.Settings`; the
shipped ones were chosen on the validation days. ``--why N`` explains the first answers to N test questions.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from dataclasses import fields
from pathlib import Path

from rich.progress import Progress

from chancellery.judge.links import TRACKS, Settings, chosen, run_track, why
from chancellery.judge.links.reasons import NAMES
from chancellery.judge.links.scores import HITS, PROTOCOL
from chancellery.sources.benchmark import benchmark


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("data", type=Path)
    words.add_argument("--set", choices=sorted(TRACKS), required=True)
    words.add_argument("--part", choices=("valid", "test", "both"), default="both")
    words.add_argument("--without", action="append", default=[], choices=[*NAMES, "rules", "resemblance"])
    words.add_argument("--no-baseline", action="store_true")
    words.add_argument("--json", type=Path)
    words.add_argument("--why", type=int, default=0)
    words.add_argument("setting", nargs="*")
    asked = words.parse_intermixed_args()
    begun = time.perf_counter()
    facts = benchmark(asked.data / asked.set)
    track = chosen(TRACKS[asked.set], **changes(asked))
    parts = ("valid", "test") if asked.part == "both" else (asked.part,)
    with Progress(transient=True) as progress:
        tasks: dict[str, int] = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=of)
            progress.update(tasks[what], completed=done)

        run = run_track(
            facts, track, parts=parts, baseline=not asked.no_baseline and "test" in parts, tell=tell
        )
    told = run.as_dict()
    used = resource.getrusage(resource.RUSAGE_SELF)
    told["seconds"] |= {
        "all": time.perf_counter() - begun,
        "processor": used.ru_utime + used.ru_stime,
    }
    told["peak memory, GB"] = used.ru_maxrss / 1e6
    show(told)
    for text in explained(run, asked.why):
        print(f"\n{text}")
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def changes(asked: argparse.Namespace) -> dict:
    """Read SETTING=VALUE and --without."""
    kinds = {f.name: f.type for f in fields(Settings)}
    found: dict = {}
    for word in asked.setting:
        name, _, value = word.partition("=")
        if kinds.get(name) not in ("int", "float"):
            sys.exit(f"'{word}' is no setting; write one of {', '.join(kinds)}, as in passes=2")
        found[name] = int(value) if kinds[name] == "int" else float(value)
    if "rules" in asked.without:
        found["rules"] = False
    if "resemblance" in asked.without:
        found["rank"] = 0
    found["reasons"] = tuple(name for name in NAMES if name not in asked.without)
    return found


def show(told: dict) -> None:
    """Print the protocol, the split and a line a model, part and side."""
    split = told["split"]
    print(f"{told['benchmark']}: {PROTOCOL}")
    print(
        f"train to day {split['train to day']}, valid to day {split['valid to day']}, facts {split['facts']}; "
        "fitted on the training days only"
    )
    print(f"{'model':12}{'part':8}{'asks for':10}{'MRR':>8}{'90%':>18}" + "".join(f"{f'hits@{n}':>9}" for n in HITS))
    for model, parts in told["scores"].items():
        for part, sides in parts.items():
            for side, s in sides.items():
                hits = "".join(f"{s[f'hits@{n}']:9.4f}" for n in HITS)
                ends = f"[{s['low']:.4f}, {s['high']:.4f}]"
                print(f"{model:12}{part:8}{side:10}{s['mrr']:8.4f}{ends:>18}{hits}")
    print("seconds: " + ", ".join(f"{name} {value:.0f}" for name, value in told["seconds"].items()))
    print(f"peak memory {told['peak memory, GB']:.2f} GB")


def explained(run, count: int) -> list[str]:
    """Explain the first answers to some questions of the first test day."""
    day = run.track.valid + 1
    asked = run.model.stream.questions(day)
    places = range(0, len(asked.subject), max(len(asked.subject) // max(count, 1), 1))
    return [
        str(why(run.model, asked.subject[q], asked.relation[q], asked.answer[asked.first[q]], day))
        for q in list(places)[:count]
    ]


if __name__ == "__main__":
    main()
