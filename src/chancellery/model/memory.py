"""How much memory a fit will take, reckoned from its sizes before the work starts.

With n actors, K acts, H half-lives, D coefficients, T threads: each thread has a state, the columns of a step
and the sums of a chunk; the pass has sums of its own, the elimination of the pair terms as much again; the
chunks' memories and the rate's rows grow with the number of steps, nothing with that of events but the record.
Without lasting terms of pairs and targets most of the sums are not made; terms of targets add n to D.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chancellery.effects import state as st
from chancellery.effects.catalogue import lookup
from chancellery.errors import ModelError
from chancellery.model.chunks import CHUNKS
from chancellery.model.likelihood import CLASSES
from chancellery.model.spec import Specification

BASE = 270e6  # the program, its libraries and its compiled code
EVENT = 1700  # an event on its way from the record to the stream
PROPOSED = 200  # alternatives a source and step that are proposed where all do not fit
DOUBLE, SINGLE = 8, 4


@dataclass(frozen=True)
class Memory:
    """Bytes a fit takes at its peak, by what they are for."""

    parts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    def __str__(self) -> str:
        lines = [f"{name:<40}{size / 1e9:8.2f} GB" for name, size in self.parts.items()]
        return "\n".join([*lines, f"{'together':<40}{self.total / 1e9:8.2f} GB"])


def predict_memory(spec: Specification, steps: int, events: int, *, acts: int = 14, threads: int = 1,
                   rows: int | None = None) -> Memory:  # fmt: skip
    """Predict the peak memory of :func:`~chancellery.model.estimate.fit`.

    Parameters
    ----------
    spec
        What is to be fitted; of ``sample`` and ``actors`` too.
    steps, events
        That are fitted, and that the record holds among the actors.
    acts
        Of the act table.
    threads
        That share the work.
    rows
        Sources that act in a step, over all steps; by default at most one an event and one an actor and step.
    """
    n, H, K = len(spec.actors), len(spec.half_lives), acts
    level = {name: lookup(name).level for name in spec.choice}
    count = {x: sum(1 for name in level if level[name] == x) for x in ("pair", "class", "memory", "act")}
    memory = count["class"] + count["memory"] * H
    block = count["pair"] + memory + count["act"]
    D = CLASSES * block + K
    sizes = {f: np.size(a) for f, a in zip(st.State._fields, _small_state(H, K))}
    pairs = n * n
    # A state of three actors tells which arrays grow with n², and how often.
    state = sum(size // 9 for f, size in sizes.items() if f not in ("klass", "weight", "half", "season"))
    nested, outer = spec.dyad_sd != 0 or spec.actor_sd != 0, D + (n if spec.actor_sd != 0 else 0)
    sums = pairs * (D + n) * nested + D * D
    parts = (
        3 if "estimate" in (spec.dyad_sd, spec.actor_sd) else 1
    )  # the whole, and its earlier and later steps
    columns = pairs * (count["pair"] + CLASSES * memory + K * count["act"])
    moving = pairs * (H * CLASSES + K + 4)
    rows = min(events, n * steps) if rows is None else rows
    step = columns // n * min(n, max(rows // max(steps, 1), 1)) + pairs * (3 * K + 2 * CLASSES)
    passes = {
        "a state, columns and sums a thread": threads * (state + columns + sums + step) * DOUBLE,
        "sums of a pass": sums * DOUBLE,
        "memory at the start of each chunk": parts * min(CHUNKS, steps) * moving * DOUBLE,
        "elimination of the pair terms": (pairs * (outer + n) + 2 * n * n) * DOUBLE,
        "sums before the step that is tried": sums * DOUBLE,
    }
    size = spec.sample or (0 if CLASSES * (n - 1) < 320 else 40)
    clusters = 0 if spec.sample else (1 + 3 * threads) * pairs * outer * DOUBLE
    if size:
        row = (count["pair"] + memory) * SINGLE + 5 * (1 + count["act"]) * SINGLE + 40
        kept = int(1.6 * rows * size * row)
        # What Newton started from is let go before the scores are summed.
        passes["columns of sampled alternatives"] = kept if spec.sample else max(kept - clusters, 0)
    passes["scores by dyad and week"] = clusters
    rate = (len(spec.rate) + 6) * n * steps * DOUBLE * 4
    record = {"program": int(BASE), "record": EVENT * events, "rate": rate}
    return Memory({name: int(x) for name, x in {**record, **passes}.items()})


def _small_state(halves: int, acts: int) -> st.State:
    return st.empty_state(3, np.zeros(acts, int), np.ones(acts), [1.0 + h for h in range(halves)], 1.0, 2.0)


def available_memory() -> int:
    """Bytes that this process may still take: what the machine has free, or what its group is allowed."""
    free = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
        group = Path("/sys/fs/cgroup")
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        if limit != "max":
            free = min(free, int(limit) - int((group / "memory.current").read_text(encoding="ascii")))
    except (OSError, StopIteration, ValueError):
        pass
    return max(free, 0)


def check_memory(predicted: Memory, limit: float | None, alternative: Memory | None) -> None:
    """Refuse a fit that will not fit.

    Parameters
    ----------
    predicted
        Of the fit that is asked for.
    limit
        Bytes it may take; by default what is free.
    alternative
        Of the same fit with a sample of ``PROPOSED`` alternatives, if it has none yet.

    Raises
    ------
    ModelError
        Saying how much is needed, how much there is, and what would do.
    """
    there = available_memory() if limit is None else limit
    if predicted.total <= there:
        return
    cure = "take fewer actors or effects, or a longer step"
    if alternative is not None and alternative.total < predicted.total:
        enough = "" if alternative.total <= there else "still too much: take fewer actors too"
        cure = (
            f"with 'sample = {PROPOSED}' in the specification it would need {alternative.total / 1e9:.1f} GB"
        )
        cure += f", {enough}" if enough else ""
    raise ModelError(
        f"the fit would need about {predicted.total / 1e9:.1f} GB of memory and may take {there / 1e9:.1f} GB; {cure}"
    )
