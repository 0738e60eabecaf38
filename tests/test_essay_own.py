"""The reader on eight essays of our own on other regions, against claims coded by hand before it saw them."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from chancellery.essays import proposals
from chancellery.essays.opening import open_essay

BENCH = runpy.run_path(str(Path(__file__).resolve().parents[1] / "bench" / "reader.py"))
FILES = sorted((Path(__file__).parent / "essays" / "own").glob("*.toml"))
KINDS = {"causal", "conditional", "predictive", "belief", "assessment", "normative"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_coding_is_sound(file):
    _, text, gold = BENCH["own"](file)
    essay = open_essay(text)
    for claim in gold:
        assert BENCH["home"](essay, claim["quote"]) is not None, claim["quote"]
        assert essay.holds(claim["quote"])
        assert len(claim["quote"].split()) <= 12
        assert claim["kind"] in KINDS
        assert claim["direction"] in "+-0±"
        assert claim["band"] in proposals.classes()


@pytest.mark.parametrize("name", ["own, development", "own, held out"])
def test_the_reader_agrees_better_than_chance(name, capsys):
    essays = [BENCH["own"](file) for file in FILES]
    essays = [(text.stem, text, gold) for one, text, gold in essays if one == name]
    assert len(essays) >= 3
    pairs = [pair for essay in essays for pair in BENCH["score"](*essay, False)[0]]
    lines = capsys.readouterr().out.splitlines()
    assert all(float(line.split()[4]) >= 0.7 and float(line.split()[5]) >= 0.7 for line in lines)
    for label in ("direction", "kind", "band"):
        assert BENCH["kappa"]([(claim[label], getattr(read, label)) for claim, read in pairs])[0] > 0.4
