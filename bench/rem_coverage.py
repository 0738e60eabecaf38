"""Coverage of 95% intervals of the classical models: simulate, fit, count.

    python bench/rem_coverage.py [--replications 200] [--models choice] [--out coverage.json]

(a) under the model; (b) under dependence: drawn events are reported in bursts, each again up to some times, as
news of one meeting is, so that naive intervals take echoes for news. Robust intervals are clustered by pair
(choice, tie, coordination) or sender (rate). A share of R replications has a standard error of
sqrt(0.95 · 0.05 / R). Bias is in standard deviations of the estimates, with its Monte-Carlo error.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import polars as pl

from chancellery import rem

LOG = "weighted=True, transform=log1p"
N, EVENTS, NORMAL = 20, 400, 1.959964
MODELS = {
    "choice": (f"ev ~ inertia({LOG}) + recip({LOG}) + trans + same(group)", (0.5, 0.4, 0.03, 0.3)),
    "rate timed": (f"ev ~ 1 + outdeg({LOG}) + ego(size)", (-3.5, 0.3, 0.4)),
    "tie timed": (f"ev ~ 1 + inertia({LOG}) + recip({LOG}) + trans + ego(size)", (-6.5, 0.5, 0.4, 0.03, 0.3)),
    "tie ordinal": (f"ev ~ inertia({LOG}) + recip({LOG}) + trans + ego(size)", (0.5, 0.4, 0.03, 0.3)),
    "coordination": (f"ev ~ inertia({LOG}) + trans + same(group)", (0.4, 0.05, 0.4)),
}


def made_up(seed: int, directed: bool = True) -> rem.Study:
    """Actors with a size and a group, and an empty network."""
    rng = np.random.default_rng(seed)
    actors = {
        "label": [f"a{x}" for x in range(N)],
        "size": rng.normal(size=N),
        "group": [str(x) for x in rng.integers(0, 3, N)],
    }
    return rem.Study(actors, {"ev": rem.Network(directed=directed)})


def drawn(name: str, replications: int, seed: int) -> rem.Simulated:
    """Sequences of a model; senders of a choice are given, receivers of a rate follow the choice model."""
    model = name.split()[0]
    study = made_up(1, model != "coordination")
    formula, theta = MODELS[name]
    spec = rem.Spec(study, formula, model, np.array(theta))
    options: dict[str, object] = {"draws": replications, "seed": seed, "events": EVENTS, "threads": 1}
    if model == "choice":
        who = np.random.default_rng(2).integers(0, N, EVENTS)
        options["events"] = {"time": np.arange(EVENTS) + 1.0, "sender": [f"a{x}" for x in who]}
    if model == "rate":
        choice, given = MODELS["choice"]
        options["choice"] = rem.Spec(study, choice, "choice", np.array(given))
    return rem.simulate(spec, **options)


def echoed(study: rem.Study, most: int, seed: int) -> rem.Study:
    """The study with each event told again 0 to ``most`` times, shortly after."""
    rng, net = np.random.default_rng(seed), study.networks["ev"]
    told = rng.integers(1, most + 2, len(net.time))
    at = np.repeat(np.arange(len(net.time)), told)
    room = np.append(np.diff(net.time), 1.0).min() / (most + 2)
    number = np.concatenate([np.arange(x) for x in told])
    frame = pl.DataFrame(
        {
            "time": net.time[at] + number * room,
            "sender": np.array(study.labels)[net.a[at]],
            "receiver": np.array(study.labels)[net.b[at]],
        }
    )
    actors = {"label": study.labels, **study.start_values}
    return rem.Study(actors, {"ev": rem.Network(frame, directed=net.directed)})


def coverage(name: str, replications: int, echoes: int = 0, seed: int = 1) -> list[dict]:
    """One row a coefficient: bias, spread against standard errors, coverage of naive and robust intervals.

    Under dependence the truth is what a fit to echoes converges to, here the mean of the estimates.
    """
    model, sim = name.split()[0], drawn(name, replications, seed)
    formula, theta = MODELS[name]
    found = []
    for draw in range(replications):
        study = sim.study(draw)
        fit = rem.fit(echoed(study, echoes, draw) if echoes else study, formula, model, threads=1)
        found.append((fit.theta, fit.se, fit.robust_se, [t.label for t in fit.terms]))
    estimate, naive, robust = (np.array([f[x] for f in found]) for x in range(3))
    truth = estimate.mean(axis=0) if echoes else np.array(theta)
    rows = []
    for e, label in enumerate(found[0][3]):
        away, sd = estimate[:, e] - truth[e], float(estimate[:, e].std(ddof=1))
        rows.append({
            "model": name, "case": "dependence" if echoes else "model", "effect": label, "truth": float(truth[e]),
            "bias_sd": float(away.mean() / sd), "z": float(away.mean() / sd * replications**0.5),
            "se_over_sd": float(naive[:, e].mean() / sd), "robust_se_over_sd": float(robust[:, e].mean() / sd),
            "naive": float((np.abs(away) < NORMAL * naive[:, e]).mean()),
            "robust": float((np.abs(away) < NORMAL * robust[:, e]).mean()), "replications": replications,
        })  # fmt: skip
    return rows


def main() -> None:
    """Print the table and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--echoes", type=int, default=4)
    parser.add_argument("--models", nargs="*", choices=MODELS, default=list(MODELS))
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    rows = []
    head = f"{'model':<13}{'case':<11}{'effect':<34}{'bias/sd':>8}{'se/sd':>7}{'rob/sd':>7}{'naive':>7}{'robust':>7}"
    print(f"{head}   (Monte-Carlo error of a share {np.sqrt(0.95 * 0.05 / given.replications):.3f})")
    for name in given.models:
        for echoes in (0, given.echoes):
            began = time.perf_counter()
            for row in coverage(name, given.replications, echoes):
                rows.append(row)
                print(
                    f"{row['model']:<13}{row['case']:<11}{row['effect']:<34}{row['bias_sd']:>8.2f}{row['se_over_sd']:>7.2f}"
                    f"{row['robust_se_over_sd']:>7.2f}{row['naive']:>7.3f}{row['robust']:>7.3f}"
                )
            print(f"{'':<13}{time.perf_counter() - began:.0f} s", flush=True)
    if given.out:
        given.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
