"""Memory is told before the work, and a fit that would not fit says what would."""

from __future__ import annotations

import re
import resource
import subprocess
import sys

import pytest

from chancellery.api import fit
from chancellery.errors import ModelError
from chancellery.model.memory import PROPOSED, available_memory, check_memory, predict_memory
from chancellery.model.spec import Specification
from chancellery.world import actors
from toy_case import toy

STATES = tuple(a.id for a in actors() if a.kind == "state")
CHOICE = ("own-share", "returned-share", "common-enemy", "act-mix")


def spec(many: int, **fields) -> Specification:
    return Specification(actors=STATES[:many], choice=CHOICE, **fields)


def test_memory_grows_with_actors_effects_and_threads_but_hardly_with_events():
    usual = predict_memory(spec(60), 50, 20_000).total
    assert predict_memory(spec(120), 50, 20_000).total > usual
    assert predict_memory(spec(60), 50, 20_000, threads=2).total > usual
    more = spec(60).model_copy(update={"choice": (*CHOICE, "own-attention", "returned-attention")})
    assert predict_memory(more, 50, 20_000).total > usual
    assert predict_memory(spec(60), 50, 40_000).total - usual < 0.1 * usual


def test_parts_are_told_and_add_up():
    told = predict_memory(spec(100), 50, 20_000)
    assert sum(told.parts.values()) == told.total
    assert "together" in str(told)


def test_a_fit_that_does_not_fit_says_how_much_and_proposes_a_sample():
    big = predict_memory(spec(150), 60, 200_000, threads=2)
    small = predict_memory(spec(150, sample=PROPOSED), 60, 200_000, threads=2, rows=1000)
    with pytest.raises(ModelError) as error:
        check_memory(big, small.total + 1000, small)
    said = str(error.value)
    assert re.search(rf"would need about {big.total / 1e9:.1f} GB", said)
    assert f"sample = {PROPOSED}" in said
    assert "\n" not in said
    check_memory(big, big.total, small)


def test_the_check_comes_before_the_work():
    made, record, _ = toy()
    worked = []
    with pytest.raises(ModelError, match="GB of memory"):
        fit(made, record, memory_limit=1e6, progress=lambda what, share: worked.append(what))
    assert not worked


def test_what_is_free_is_less_than_there_is():
    assert 0 < available_memory() < 1e13


def test_prediction_is_near_what_a_fit_takes():
    """A process of its own fits a made-up record of 100 actors; its peak is compared with the prediction."""
    script = """
import sys; sys.path.insert(0, 'bench')
import json, scaling
print(json.dumps(scaling.one(100, 5000, 6, 1)))
"""
    for _ in range(2):  # the first may have to compile, which takes memory of its own
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    import json

    row = json.loads(done.stdout.splitlines()[-1])
    assert 0.7 < row["predicted"] / row["peak"] < 1.3
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 >= row["peak"]
