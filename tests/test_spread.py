"""Sums do not depend on who adds them: threads here, or processes elsewhere."""

from __future__ import annotations

import builtins
import itertools

import numpy as np
import pytest

from chancellery.errors import ModelError
from chancellery.model.chunks import CHUNKS, cut, week_of
from chancellery.model.fit import fit_choice
from chancellery.model.passes import foretell
from model_toys import toy_problem


def same_bits(a, b) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(a, b))


def parameters(problem):
    rng = np.random.default_rng(7)
    return rng.normal(0, 0.3, problem.layout.size), rng.normal(0, 0.3, (problem.n, problem.n))


@pytest.mark.parametrize("step", ["day", "week"])
def test_threads_do_not_change_a_bit(step):
    one, three = toy_problem(step=step), toy_problem(threads=3, step=step)
    one.standardise(), three.standardise()
    at = parameters(one)
    assert same_bits(one.sums(*at), three.sums(*at))
    solved = np.zeros((one.n, one.n, one.layout.size))
    assert np.array_equal(one.clusters(*at, solved).meat(), three.clusters(*at, solved).meat())
    assert one.clusters(*at, solved).surprises == three.clusters(*at, solved).surprises
    assert same_bits(foretell(one, [at, at]), foretell(three, [at, at]))


def test_chunks_hold_every_step_once_and_whole_weeks():
    steps = toy_problem(step="day").stream.steps
    runs = cut(steps)
    assert tuple(step for run in runs for step in run) == steps
    assert 2 < len(runs) <= CHUNKS
    assert all(week_of(a[-1]) != week_of(b[0]) for a, b in itertools.pairwise(runs))


def test_workers_give_the_same_bits_as_here():
    distributed = pytest.importorskip("distributed")
    from chancellery.model.spread import SpreadProblem

    here = toy_problem()
    here.standardise()
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        there = SpreadProblem(toy_problem(), client)
        there.standardise()
        at = parameters(here)
        assert same_bits(here.sums(*at), there.sums(*at))
        np.testing.assert_array_equal(fit_choice(there).theta, fit_choice(here).theta)


def test_without_dask_one_sentence_says_what_to_install(monkeypatch):
    from chancellery.model.spread import connect

    real = builtins.__import__

    def missing(name, *rest):
        if name == "distributed":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ModelError, match=r"chancellery\[cluster\]"):
        connect("tcp://127.0.0.1:1")
