"""Writing an effect: how it is registered and compiled, and what a wrong one is told."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from chancellery.effects import catalogue
from chancellery.effects.effect import REGISTERED, effect
from chancellery.errors import EffectError, ModelError
from chancellery.model.compile import compile_specification
from chancellery.model.spec import specification
from toy_worlds import ACTORS, KLASS, ToyWorld, by_updates

ABOUT = {"formula": "x", "reference": "nobody", "sign": 0, "says": "nothing"}


def warmth(s, i: int, j: int) -> float:
    return s.warm[i, j]


@pytest.fixture
def registry(monkeypatch):
    """Effects registered in a test are gone after it."""
    kept = dict(REGISTERED)
    yield REGISTERED
    REGISTERED.clear()
    REGISTERED.update(kept)


@pytest.fixture
def own_effects(registry, tmp_path, monkeypatch):
    """Write effects of one's own into a file and return how to compile them."""
    monkeypatch.setenv("CHANCELLERY_CACHE", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(tmp_path)

    def write(body: str, name: str = "own_effects"):
        head = "from chancellery.effects.effect import effect\nimport numba\nimport numpy as np\n"
        about = "formula='x', reference='nobody', sign=0, says='nothing'"
        (tmp_path / f"{name}.py").write_text(head + body.replace("ABOUT", about))
        monkeypatch.delitem(sys.modules, name, raising=False)
        __import__(name)
        return compile_specification(
            specification({"actors": ACTORS, "choice": ["own"], "half_lives": [10.0, 40.0]})
        )

    return write


def columns(compiled) -> np.ndarray:
    P = np.zeros((5, 5, len(compiled.pair)))
    compiled.module.features(
        by_updates(ToyWorld()), P, np.zeros((4, 5, 5, 0)), np.zeros((len(KLASS), 5, 5, 0))
    )
    return P


def test_a_registered_effect_is_the_function_itself(registry):
    assert effect("warmth", level="pair", **ABOUT)(warmth) is warmth
    found = catalogue.lookup("warmth")
    assert (found.level, found.scaled, found.function) == ("pair", True, warmth)
    assert found in catalogue.effects("pair")
    assert found not in catalogue.effects("actor")
    assert "s.warm[i, j]" in found.source


def test_the_same_function_may_register_again_but_no_other(registry):
    effect("warmth", level="pair", **ABOUT)(warmth)
    effect("warmth", level="pair", **ABOUT)(warmth)

    def other(s, i, j):
        return 0.0

    with pytest.raises(EffectError, match=r"effect 'warmth' is already defined by test_effects_writing"):
        effect("warmth", level="pair", **ABOUT)(other)
    with pytest.raises(EffectError, match=r"'alliance' is already defined by chancellery\.effects\.dyad"):
        effect("alliance", level="pair", **ABOUT)(warmth)


@pytest.mark.parametrize("name", ["Warmth", "warm th", "1warmth", "", "warm_th", "wärme"])
def test_a_name_is_lower_case_with_hyphens(registry, name):
    with pytest.raises(EffectError, match="a name is lower-case letters, digits and hyphens"):
        effect(name, level="pair", **ABOUT)(warmth)
    assert name not in REGISTERED


def test_an_unknown_level_lists_the_levels(registry):
    with pytest.raises(EffectError, match="level 'dyad' is not one of pair, class, memory, act, actor"):
        effect("warmth", level="dyad", **ABOUT)(warmth)


@pytest.mark.parametrize(("level", "wanted"), [("class", 4), ("memory", 5), ("act", 4), ("actor", 2)])
def test_the_arguments_must_fit_the_level(registry, level, wanted):
    with pytest.raises(EffectError, match=f"a {level} effect takes {wanted} arguments, warmth takes 3"):
        effect("warmth", level=level, **ABOUT)(warmth)


def test_an_unknown_effect_suggests_the_nearest():
    with pytest.raises(EffectError, match="'comon-friend' is not known; did you mean 'common-friend'"):
        catalogue.lookup("comon-friend")
    with pytest.raises(ModelError, match="did you mean 'rivalry'"):
        specification({"actors": ACTORS, "choice": ["rivalri"]})


def test_every_shipped_effect_says_what_it_is():
    for e in catalogue.effects():
        assert e.formula, e.name
        assert e.reference, e.name
        assert e.says, e.name
        assert e.sign in (-1, 0, 1), e.name
        assert e.function.__doc__, e.name
        # Memory, acts and logarithms of intensities stand on a scale of their own; the rest is standardised.
        own_scale = e.level in ("memory", "act")
        assert not (own_scale and e.scaled), e.name
        assert own_scale or e.scaled or e.formula.startswith("log("), e.name


def test_an_effect_of_ones_own_may_use_helpers_and_constants(own_effects):
    body = (
        "HALF = 0.5\n@numba.njit\ndef twice(x):\n    return 2.0 * x\n"
        "@effect('own', level='pair', ABOUT)\ndef own(s, i, j):\n"
        "    if i > j:\n        return HALF\n    return twice(j) + HALF\n"
    )
    P = columns(own_effects(body))
    assert P[0, 3, 0] == 6.5
    assert P[3, 0, 0] == 0.5


def test_changed_constants_are_compiled_anew(own_effects):
    body = "STEP = 1.0\n@effect('own', level='pair', ABOUT)\ndef own(s, i, j):\n    return STEP\n"
    first = own_effects(body)
    second = own_effects(body.replace("1.0", "2.0"))
    assert first.module.__name__ != second.module.__name__
    assert columns(first)[0, 1, 0] == 1.0
    assert columns(second)[0, 1, 0] == 2.0


def test_division_by_zero_where_nobody_can_choose_does_no_harm(own_effects):
    P = columns(
        own_effects("@effect('own', level='pair', ABOUT)\ndef own(s, i, j):\n    return 1.0 / (i - j)\n")
    )
    assert P[0, 0, 0] == 0.0
    assert P[1, 0, 0] == 1.0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("return s.warmness[i, j]", r"own_effects\.py line 6: .* Unknown attribute 'warmness'"),
        ("return i.upper()", r"an effect cannot be compiled: Unknown attribute 'upper'"),
        ("return helper(i)", r"helpers decorated with numba\.njit"),
    ],
)
def test_what_cannot_be_compiled_is_named(own_effects, line, message):
    body = (
        f"@effect('own', level='pair', ABOUT)\ndef own(s, i, j):\n    {line}\ndef helper(i):\n    return i\n"
    )
    compiled = own_effects(body)
    with pytest.raises(EffectError, match=message):
        columns(compiled)


def test_a_cache_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CHANCELLERY_CACHE", str(tmp_path / "file"))
    with pytest.raises(EffectError, match="set CHANCELLERY_CACHE to a folder that can be written"):
        compile_specification(specification({"actors": ACTORS, "choice": ["war"], "half_lives": [3.0, 4.0]}))
