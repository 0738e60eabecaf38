"""The classical models against the reference estimates: differences, seconds and memory of each.

    python bench/rem_reference.py REFERENCE [--once MODEL]

REFERENCE is the folder with ``social_evolution`` and ``peers_task``. Every model is fitted in a process of its
own; the seconds are those of reading the data and fitting once the kernels are compiled, the memory is the peak
of the whole process and what the fit added to it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

from chancellery import rem

LOG = "weighted=True, transform=log1p"
PEERS = {
    "choice 200 × 20,000": (
        "events_200_20000", "choice", f"e ~ inertia({LOG}) + recip({LOG}) + trans + indeg({LOG})",
        [0.972946628, 0.771761669, 0.000902959, 0.779415223], [0.0126133, 0.0163496, 0.0019638, 0.0129361], -83249.8681,
    ),
    "rate 200 × 20,000": (
        "events_200_20000", "rate", f"e ~ 1 + outdeg({LOG})",
        [-6.094661770, 0.650739969], [0.0268916, 0.0065127], -90044.5395,
    ),
    "tie 50 × 2,000": (
        "events_50_2000", "tie", f"e ~ 1 + inertia({LOG}) + recip({LOG}) + trans + outdeg({LOG}, type=ego)",
        [-9.028628617, 1.252923804, 0.292187666, 0.047552973, 0.086860227],
        [0.0660165, 0.0326249, 0.0344929, 0.0091475, 0.0276034], -16209.0262,
    ),
    "tie 200 × 20,000": (
        "events_200_20000", "tie", f"e ~ 1 + inertia({LOG}) + recip({LOG}) + trans + outdeg({LOG}, type=ego)",
        None, None, None,
    ),
}  # fmt: skip
KIND = {"rate": "rate", "choice": "choice", "rem": "tie"}


def models(folder: Path) -> dict[str, tuple]:
    """Name to (study maker, model, formula, estimates, standard errors, log likelihood)."""
    found: dict[str, tuple] = {}
    known = pl.read_csv(folder / "social_evolution" / "estimates.csv")
    for name in known["model"].unique(maintain_order=True):
        rows = known.filter(pl.col("model") == name)
        formula = "callNetwork ~ " + " + ".join(_term(t) for t in rows["term"])
        kind = next(m for word, m in KIND.items() if f"SE_{word}" in name)
        found[name] = (
            social_evolution, kind, formula, rows["estimate"].to_list(), rows["se"].to_list(), rows["log_likelihood"][0],
        )  # fmt: skip
    for name, (file, *rest) in PEERS.items():
        found[name] = (lambda f, file=file: peers(f, file), *rest)
    return found


def _term(text: str) -> str:
    """``indeg|callNetwork|ego`` of the table as a term of a formula."""
    if text == "Intercept":
        return "1"
    effect, what, *kind = text.split("|")
    return f"{effect}({what}{f', type={kind[0]}' if kind else ''})"


def social_evolution(folder: Path) -> rem.Study:
    """Phone calls and friendship of 84 students."""
    stem = str(folder / "social_evolution" / "social_evolution_")
    return rem.Study(
        stem + "actors.csv", {"callNetwork": stem + "calls.csv", "friendshipNetwork": stem + "friendship.csv"}
    )


def peers(folder: Path, file: str) -> rem.Study:
    """Made-up events every peer was timed on."""
    events = pl.read_csv(folder / "peers_task" / f"{file}.csv.gz")
    labels = sorted(set(events["sender"]) | set(events["receiver"]))
    return rem.Study({"label": [str(x) for x in labels]}, {"e": events})


def once(folder: Path, name: str) -> dict:
    """Fit a model twice, the first time for the compiler; differences from the reference, seconds, megabytes."""
    maker, kind, formula, theta, se, loglik = models(folder)[name]
    fitted = rem.fit(maker(folder), formula, kind)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    fitted = rem.fit(maker(folder), formula, kind)
    out = {
        "model": name, "events": fitted.events, "seconds": time.perf_counter() - began,
        "peak MB": base / 1024, "passes": fitted.belief.iterations, "loglik": fitted.loglik,
    }  # fmt: skip
    if theta is not None:
        out["Δ estimate"] = float(np.abs(fitted.theta - theta).max())
        out["Δ se"] = float(np.abs(fitted.se - se).max())
        out["Δ loglik, relative"] = abs(fitted.loglik / loglik - 1)
    return out


def main() -> None:
    """Run every model in a process of its own and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("reference", type=Path)
    parser.add_argument("--once", metavar="MODEL")
    asked = parser.parse_args()
    if asked.once:
        print(json.dumps(once(asked.reference, asked.once)))
        return
    print(
        f"{'model':<22}{'events':>8}{'seconds':>9}{'peak MB':>9}{'Δ estimate':>12}{'Δ se':>10}{'Δ loglik':>10}"
    )
    for name in models(asked.reference):
        command = [sys.executable, __file__, str(asked.reference), "--once", name]
        row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        gaps = [row.get(k) for k in ("Δ estimate", "Δ se", "Δ loglik, relative")]
        print(
            f"{name:<22}{row['events']:>8,}{row['seconds']:>9.3f}{row['peak MB']:>9.0f}"
            + "".join(f"{g:>{w}.0e}" if g is not None else " " * w for g, w in zip(gaps, (12, 10, 10))),
            flush=True,
        )


if __name__ == "__main__":
    main()
