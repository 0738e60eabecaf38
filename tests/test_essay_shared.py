"""The reader against claims found by hand, where the essays are at hand; the figures are those of bench/reader.py."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from chancellery.essays.findings import read

BENCH = Path(__file__).resolve().parents[1] / "bench" / "reader.py"


@pytest.fixture(scope="module")
def shared(shared_data: Path) -> Path:
    """Folder of essays and inventory, beside the data sets."""
    folder = shared_data.parent
    if not (folder / "inventory" / "seed_inventory.json").exists():
        pytest.skip("essays and inventory not present beside the data sets")
    return folder


@pytest.mark.parametrize(
    ("essay", "recall", "precision"), [("S0", 0.9, 0.95), ("S1", 0.85, 0.8), ("S2", 0.9, 0.65)]
)
def test_claim_sentences_of_the_essays_it_was_developed_on(shared, essay, recall, precision, capsys):
    inventory = json.loads((shared / "inventory" / "seed_inventory.json").read_text(encoding="utf-8"))
    file = next(seed["file"] for seed in inventory["seeds"] if seed["id"] == essay)
    gold = [claim for claim in inventory["claims"] if claim["seed"] == essay]
    runpy.run_path(str(BENCH))["score"](essay, shared / "essays" / file, gold, False)
    found = capsys.readouterr().out.split()
    assert float(found[4]) >= recall
    assert float(found[5]) >= precision


def test_every_quotation_of_every_essay_stands_in_it(shared):
    for path in sorted((shared / "essays").glob("*.txt")):
        findings = read(path)
        assert findings.claims
        for claim in findings.claims:
            assert findings.essay.holds(claim.quote)
            assert len(claim.quote.split()) <= 12
