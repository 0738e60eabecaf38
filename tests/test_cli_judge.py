"""``chancellery judge``: what it prints, what it gives as JSON, and what it says of mistakes."""

from __future__ import annotations

from pathlib import Path

import toy_case
from chancellery.api import save_fit
from cli_toys import done, run
from toy_claims import ESSAY, another

DISPUTE = """[[disagreement]]
id = "D1"
topic = "Does America quarrel with Pakistan?"
[[disagreement.side]]
essay = "T0"
says = "It does."
claims = ["A1"]
[[disagreement.side]]
essay = "T1"
says = "It has sanctions on Russia instead."
[disagreement.side.test]
kind = "fact"
tie = "sanctions"
source = "USA"
target = "RUS"
on = "2020-12-31"
expect = "holds"
"""


def folder(tmp_path: Path, dispute: str = DISPUTE) -> Path:
    made = toy_case.make_case(tmp_path / "six")
    (made.folder / "claims").mkdir()
    (made.folder / "claims" / "t0.toml").write_text(ESSAY + another(2, "fact"), encoding="utf-8")
    (made.folder / "claims" / "disagreements.toml").write_text(dispute, encoding="utf-8")
    save_fit(toy_case.toy()[2], made.folder / "fit")
    return made.folder


def test_claims_and_disagreements_are_told(tmp_path: Path):
    case = folder(tmp_path)
    told = done("judge", "--case", case, "--no-scenarios").out
    assert "sanctions USA → RUS on 2020-12-31: holds" in told
    assert "T1 (It has sanctions on Russia instead.) is borne out" in told
    found = done("judge", "--case", case, "--no-scenarios", "--json").json
    assert [v["verdict"] for v in found["verdicts"]] == ["not covered", "supported"]
    assert found["verdicts"][0]["q"] is None
    assert found["disagreements"][0]["sides"][1]["verdicts"][0]["claim"] == "D1-2"
    one = done("judge", "--case", case, "--only", "A2", "--json").json
    assert [v["claim"] for v in one["verdicts"]] == ["A2"]
    assert one["disagreements"] == []


def test_mistakes_are_told_with_their_cure(tmp_path: Path):
    case = folder(tmp_path)
    for args, said in (
        (("--only", "A9"), "there is no such claim or essay; known are: A1"),
        (("--words", "kent"), "there is no modality.csv"),
        (("--record", tmp_path / "none.duckdb"), "there is no record"),
    ):
        ran = run("judge", "--case", case, *args)
        assert (ran.code, ran.out) == (1, "")
        assert said in ran.err
    bare = toy_case.make_case(tmp_path / "bare")
    assert "has no claims; write them in its folder claims/" in run("judge", "--case", bare.folder).err


def test_a_side_that_names_nothing_is_told(tmp_path: Path):
    case = folder(tmp_path, DISPUTE.replace('["A1"]', '["A7"]'))
    assert "disagreements.toml D1: 'A7' is no claim" in run("judge", "--case", case, "--no-scenarios").err
    case = folder(tmp_path / "two", DISPUTE.replace('claims = ["A1"]\n', ""))
    assert "a side needs either claims or a test of its own" in run("judge", "--case", case).err


def test_verdicts_become_a_page_at_once_or_from_what_was_saved(tmp_path: Path):
    case, page = folder(tmp_path), tmp_path / "v.html"
    told = done("judge", "--case", case, "--no-scenarios", "--page", page, "--json")
    assert 'id="A2"' in page.read_text(encoding="utf-8")
    assert told.json["about"]["essays"] == {"T0": "Nobody"}
    saved = tmp_path / "saved.json"
    saved.write_text(told.out, encoding="utf-8")
    done("report", saved)
    assert saved.with_suffix(".html").read_bytes() == page.read_bytes()
    assert "shown as a page only" in run("report", saved, "--markdown").err
    said = done("judge", "--case", case, "--no-scenarios").out
    assert "other choices about the model were not tried" in said
    missing = run("judge", "--case", case, "--sensitivity")
    assert missing.code == 1
    assert (
        "needs a record to fit them to (--record), or a folder where some are kept (--others)" in missing.err
    )
