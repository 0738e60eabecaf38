"""Whatever stands in a table or a formula: it is read, or refused in one sentence; no library's error comes through."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chancellery.errors import ModelError
from chancellery.rem.formula import read_formula
from test_rem_mistakes import ACTORS, CALLS, made

values = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 9), st.floats(), st.text(max_size=3), st.sampled_from(list("abcde")),
    st.dates(), st.datetimes(), st.lists(st.integers(), max_size=2),
)  # fmt: skip


def refused_in_words(call: Callable[[], object]) -> None:
    """Whatever it does, it does not fail with anything but one sentence."""
    said = "nothing to say"
    with suppress(ModelError):
        try:
            call()
        except ModelError as error:
            said = str(error)
            raise
    assert said
    assert len(said.splitlines()) == 1


@example("sender", [None, None, None, None, None, None, None, []])
@example("node", [[1]])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(
        ["time", "sender", "receiver", "increment", "replace", "type", "label", "floor", "present", "node"]
    ),
    st.one_of(st.lists(values, min_size=8, max_size=8), st.lists(values, max_size=9), values),
)
def test_odd_columns_are_refused_in_words_or_read(name: str, column: object):
    """Whatever stands in a column: a study, or a ModelError; nothing of the libraries comes through."""
    away = {"time": [9], "node": ["a"], "replace": [True]}
    if name in ("label", "floor", "present"):
        refused_in_words(lambda: made(actors={**ACTORS, name: column}))
        return
    refused_in_words(lambda: made(presence={**away, name: column}))
    refused_in_words(lambda: made(calls={**CALLS, name: column}))
    refused_in_words(lambda: made(attributes={"num": {**away, name: column}}))


words = st.sampled_from(
    ["inertia", "recip", "calls", "floor", "(", ")", "=", ",", "window", "TRUE", "3", "-", "+", ":", "$", '"', "'", "~",
     "log1p", "list(", "1", "[", "]", "*", "transform", " ", "\n", "lambda", ".", "%", "{", "}", "\\", "é", "1e999"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(words, max_size=12))
def test_odd_formulas_are_refused_in_words_or_read(parts: list[str]):
    refused_in_words(lambda: read_formula("calls ~ " + "".join(parts)))
