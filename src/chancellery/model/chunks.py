"""Passes over the steps in chunks: each chunk is summed on its own, and the chunks are added in their order.

The chunks depend on the steps alone, so a pass gives the same numbers bit for bit whatever the number of
threads, or of workers elsewhere, that share them out. A chunk starts from the memory as it stood before its
first step, which is kept; a step's state is then derived as in :func:`~chancellery.model.replay.walk`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import NamedTuple, TypeVar

import numpy as np

from chancellery.effects import state as st
from chancellery.model.replay import Step, Stream, approach, take_in, walk_steps

CHUNKS = 16
Part = TypeVar("Part")


class Chunk(NamedTuple):
    """A run of steps that are fitted, and the memory at the start of the day ``reached`` before them."""

    steps: tuple[Step, ...]
    reached: date
    memory: dict[str, np.ndarray]


def week_of(step: Step) -> date:
    """Monday of the week in which a step begins."""
    return date.fromisocalendar(*step.first.isocalendar()[:2], 1)


def cut(steps: Sequence[Step], parts: int = CHUNKS) -> list[tuple[Step, ...]]:
    """Cut steps into at most ``parts`` runs of about the same length; a week is never cut in two."""
    runs: list[list[Step]] = []
    part = -1
    for number, step in enumerate(steps):
        due = number * parts // len(steps)
        if not runs or (due > part and week_of(step) != week_of(runs[-1][-1])):
            runs.append([])
            part = due
        runs[-1].append(step)
    return [tuple(run) for run in runs]


def make_chunks(stream: Stream, fresh: Callable[[], st.State], since: date | None,
                until: date | None) -> tuple[Chunk, ...]:  # fmt: skip
    """Chunks of the steps between two days; earlier steps only build the memory."""
    fitted = stream.between(since, until)
    runs = {id(run[0]): run for run in cut(fitted)}
    s, out, every = fresh(), [], stream.between(None, until)
    now = every[0].first if every else date.min
    for step in every:
        run = runs.get(id(step))
        if run is not None:
            out.append(Chunk(run, now, {name: getattr(s, name).copy() for name in st.MEMORY}))
        approach(s, step, now)
        now = take_in(s, step, stream.counts(step))
    return tuple(out)


def visit(chunk: Chunk, stream: Stream, s: st.State) -> Iterator[tuple[Step, st.State, np.ndarray]]:
    """Yield (step, state at its start, counts) for the steps of a chunk, in a state that is overwritten."""
    for name, value in chunk.memory.items():
        getattr(s, name)[:] = value
    holdings = copy.copy(stream.holdings)  # it remembers to which state it wrote: one for each that walks
    holdings.forget()
    return walk_steps(stream, s, chunk.steps, chunk.reached, holdings)


def in_order(work: Callable[[int, int], Part], parts: int, threads: int) -> Iterator[Part]:
    """Do ``work(part, thread)`` for every part on some threads; yield what it returns in order of the parts.

    A thread takes up its next part only when what it returned has been used, so that it may return the same
    arrays again and again.
    """
    if threads <= 1:
        yield from (work(part, 0) for part in range(parts))
        return
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, parts, threads):
            wave = range(first, min(first + threads, parts))
            yield from pool.map(work, wave, range(len(wave)))
