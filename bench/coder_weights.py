"""Fits the weights of ``act_weights.csv`` on the training part of PLV, and says how well they do on sentences kept out.

python bench/coder_weights.py DATA [--write]

A multinomial logit with a ridge over the cues of `chancellery.essays.weighing`. Five folds, keyed by place; within
each the ridge is chosen by three inner folds, so that no sentence helps to choose what is scored on it. The patterns
were written with three quarters of the sentences in view: accuracy on the last quarter is the honest one.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from pathlib import Path

import numpy as np
from coder import UNSEEN, klass, macro, marked, plv_rows, same
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from chancellery.essays import coder, weighing

RIDGES = (1.0, 3.0)
OFTEN = 3  # sentences a cue has to stand in
SMALL = 0.03  # weights below are written as nothing
TABLE = Path(__file__).parents[1] / "src/chancellery/essays/data/act_weights.csv"


def fit(
    cues: list[set[str]], labels: np.ndarray, many: int, ridge: float
) -> tuple[dict[str, int], np.ndarray]:
    """Return the cues' numbers and their weights, the constant last; deterministic."""
    count = Counter(cue for one in cues for cue in one)
    known = {cue: i for i, cue in enumerate(sorted(cue for cue, n in count.items() if n >= OFTEN))}
    design = matrix(cues, known)
    wanted, turned = np.eye(many)[labels], design.T.tocsr()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(-1, many)
        scores = design @ weights[:-1] + weights[-1]
        scores -= scores.max(1, keepdims=True)
        share = np.exp(scores)
        share /= share.sum(1, keepdims=True)
        value = -np.log(share[np.arange(len(labels)), labels]).sum() + ridge / 2 * (weights[:-1] ** 2).sum()
        slope = np.vstack([turned @ (share - wanted) + ridge * weights[:-1], (share - wanted).sum(0)])
        return value, slope.ravel()

    start = np.zeros((len(known) + 1) * many)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 80})
    return known, found.x.reshape(-1, many)


def matrix(cues: list[set[str]], known: dict[str, int]) -> csr_matrix:
    """Return sentences by cues, ones where a cue stands."""
    cells = [(i, known[cue]) for i, one in enumerate(cues) for cue in one if cue in known]
    rows, columns = zip(*cells)
    return csr_matrix((np.ones(len(cells)), (rows, columns)), shape=(len(cues), len(known)))


def guessed(
    cues: list[set[str]], labels: np.ndarray, many: int, train: np.ndarray, test: np.ndarray, ridge: float
) -> np.ndarray:
    """Fit on some sentences, return the labels of others."""
    known, weights = fit([cues[i] for i in train], labels[train], many, ridge)
    return (matrix([cues[i] for i in test], known) @ weights[:-1] + weights[-1]).argmax(1)


def chosen(cues: list[set[str]], labels: np.ndarray, many: int, train: np.ndarray) -> float:
    """Choose the ridge by three folds of the sentences given."""
    right = dict.fromkeys(RIDGES, 0)
    for part in range(3):
        inner, outer = train[np.arange(len(train)) % 3 != part], train[np.arange(len(train)) % 3 == part]
        for ridge in RIDGES:
            right[ridge] += int((guessed(cues, labels, many, inner, outer, ridge) == labels[outer]).sum())
    return max(RIDGES, key=lambda ridge: (right[ridge], ridge))


def main() -> None:
    """Print the figures; write the table when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help="fit on all sentences and write act_weights.csv")
    asked = parser.parse_args()
    table = plv_rows(asked.data)
    names = sorted({same(row["gold_root"]) for row in table})
    labels = np.array([names.index(same(row["gold_root"])) for row in table])
    cues = [coder.cues_of(row["sentence"], marked(row["marked_sentence"])) for row in table]
    every = np.arange(len(table))
    if asked.write:
        write(names, *fit(cues, labels, len(names), RIDGES[0]))
        return
    began = time.perf_counter()
    fold = np.random.default_rng(7).permutation(len(table)) % 5
    got = np.zeros(len(table), int)
    for part in range(5):
        train, test = every[fold != part], every[fold == part]
        ridge = chosen(cues, labels, len(names), train)
        got[test] = guessed(cues, labels, len(names), train, test, ridge)
        print(
            f"fold {part + 1}: ridge {ridge:g}, accuracy {(got[test] == labels[test]).mean():.3f}", flush=True
        )
    for name, some in (("all", every), ("last quarter, never looked at", every[every % 4 == UNSEEN])):
        ruled = [
            coder.code(table[i]["sentence"], between=marked(table[i]["marked_sentence"]), weigh=False)
            for i in some
        ]
        for who, pairs in (
            ("weighed", [(names[labels[i]], names[got[i]]) for i in some]),
            (
                "patterns",
                [(names[labels[i]], same(one.event) if one else "-") for i, one in zip(some, ruled)],
            ),
        ):
            right = sum(a == b for a, b in pairs) / len(pairs)
            four = sum(klass(a) == klass(b) for a, b in pairs) / len(pairs)
            print(f"{name}, {who}: {len(pairs)} sentences, accuracy {right:.3f}, macro F1 {macro(pairs):.3f}, "
                  f"class of four {four:.3f}")  # fmt: skip
    print(f"{time.perf_counter() - began:.0f} s")


def write(names: list[str], known: dict[str, int], weights: np.ndarray) -> None:
    """Write the table, weights to two places."""
    with TABLE.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(["cue", *names])
        for cue, row in ((weighing.CONSTANT, weights[-1]), *((cue, weights[i]) for cue, i in known.items())):
            cells = ["" if abs(cell) < SMALL else f"{cell:.2f}" for cell in row]
            if any(cells):
                out.writerow([cue, *cells])


if __name__ == "__main__":
    main()
