"""Claim files: what is written is what is read, and every mistake is told with its place and its cure."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import toy_case
from chancellery.api import case
from chancellery.cases.claims import disagreements_of, slips_of, words_of
from chancellery.errors import EssayError
from chancellery.essays.reading import Known, read_claims
from chancellery.essays.terms import acts_of, pair, period
from chancellery.essays.words import read_words, under
from toy_claims import ESSAY, PARTS, another

KNOWN = Known(("USA", "RUS", "CHN", "PAK", "IND", "DEU"), ("alliance", "sanctions"))


def write(folder: Path, text: str, name: str = "t0.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, text: str):
    return read_claims(write(folder, text), KNOWN)


def test_a_claim_is_read_as_written(tmp_path: Path):
    claims = read(tmp_path, ESSAY)
    claim = claims["A1"]
    assert (claim.essay, claim.paragraph, claim.band, claim.prior) == (
        "T0",
        1,
        (0.2, 0.6),
        pytest.approx(0.4),
    )
    assert claim.test.kind == "contrast"
    assert claim.test.than.during == "2020-07/2020-12"


@pytest.mark.parametrize("kind", sorted(PARTS))
def test_every_kind_of_test_is_read(tmp_path: Path, kind: str):
    assert read(tmp_path, ESSAY + another(2, kind))["A2"].test.kind == kind


MISTAKES = [
    ("expect =", "expct =", r"'expct' is not a field; did you mean 'expect'"),
    ("than = { during", "than = { durng", r"'durng' is not a field; did you mean 'during'"),
    ("0.6]", "1.6]", r"'band': \[0.2, 1.6\] is not a range"),
    ("[0.2, 0.6]", "[0.6, 0.2]", "low first"),
    ('"conflict"', '"conflct"', "act 'conflct' is not known; did you mean 'conflict'"),
    ("USA>PAK", "USA>PKA", "actor 'PKA' is not known in this case; did you mean 'PAK'"),
    ("USA>PAK", "USA-PAK", "is no pair; write USA>PAK"),
    ("USA>PAK", "PAK>PAK", "names the same actor twice"),
    ('"contrast"', '"contras"', "'contras' is no kind of test; did you mean 'contrast'"),
    ("2020-07/2020-12", "2020-12/2020-07", "ends before it begins"),
    ("2020-07/2020-12", "some day", "is not a date"),
    ('than = { during = "2020-07/2020-12" }', "", "needs another side"),
    ('actors = ["USA", "PAK", "RUS"]', 'rests_on = ["A9"]', "rests_on 'A9', which is no claim"),
    ('actors = ["USA", "PAK", "RUS"]', 'rests_on = ["A1"]', "in a circle, A1 → A1"),
    ("paragraph = 1", "", "'paragraph' is missing"),
    ("[[claim]]", "[claim]", "double brackets|it is a list|not valid TOML"),
    ("[essay]", "[esay]", r"'\[esay\]' is no table of a claim file; did you mean 'essay'"),
    ('id = "T0"', 'id = "T0', "not valid TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), MISTAKES, ids=[m[2][:30] for m in MISTAKES])
def test_a_mistake_is_told_with_file_and_cure(tmp_path: Path, old: str, new: str, told: str):
    assert old in ESSAY
    with pytest.raises(EssayError, match=told) as error:
        read(tmp_path, ESSAY.replace(old, new))
    assert str(error.value).startswith("t0.toml")


def test_one_id_is_one_claim_over_all_files(tmp_path: Path):
    write(tmp_path, ESSAY)
    write(tmp_path, ESSAY.replace('"T0"', '"T1"'), "t1.toml")
    with pytest.raises(EssayError, match=r"t1.toml claim A1: the id is taken in t0.toml"):
        read_claims(tmp_path, KNOWN)


def test_a_long_circle_is_found(tmp_path: Path):
    text = ESSAY
    for number, other in ((2, 3), (3, 4), (4, 2)):
        text += another(number, "untestable").replace(
            "[claim.test]", f'rests_on = ["A{other}"]\n[claim.test]'
        )
    with pytest.raises(EssayError, match="A2 → A3 → A4 → A2"):
        read(tmp_path, text)


def test_what_is_no_text_is_told(tmp_path: Path):
    (tmp_path / "t0.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EssayError, match="is not UTF-8"):
        read_claims(tmp_path, KNOWN)


def test_effects_and_scenarios_of_another_case_are_refused(tmp_path: Path):
    with pytest.raises(EssayError, match="effect 'allianc' is not of this model; did you mean 'alliance'"):
        read(tmp_path, ESSAY + another(2, "coefficient").replace('"alliance"', '"allianc"'))
    made = toy_case.make_case(tmp_path / "case")
    (made.folder / "claims").mkdir()
    write(made.folder / "claims", ESSAY + another(2, "scenario").replace("sanctions-end", "sanction-end"))
    with pytest.raises(EssayError, match="there is no scenario 'sanction-end'; did you mean 'sanctions-end'"):
        _ = made.claims
    write(made.folder / "claims", ESSAY + another(2, "trend").replace("hedging", "hedgin"))
    with pytest.raises(EssayError, match="A2: index: 'hedgin' is no index; did you mean 'hedging'"):
        _ = case(made.folder).claims


def test_a_case_without_claims_has_none(tmp_path: Path):
    made = toy_case.make_case(tmp_path)
    assert len(made.claims) == 0
    assert disagreements_of(made) == ()
    assert slips_of(made) == ()


def test_words_of_periods_pairs_and_acts():
    assert [str(d) for d in period("2020/2021-02")] == ["2020-01-01", "2021-02-28"]
    assert pair("USA~PAK") == ("USA", "PAK", True)
    assert pair("PAK>*") == ("PAK", "*", False)
    assert set(acts_of("all")) > set(acts_of("conflict")) > set(acts_of("verbal-conflict"))
    assert acts_of("consult") == ("consult",)


def test_bands_follow_the_list_of_words_that_is_asked_for(tmp_path: Path):
    claims = read(tmp_path, ESSAY)
    path = tmp_path / "modality.csv"
    head = "class,low,high,kent_low,kent_high,kesselman_low,kesselman_high\n"
    path.write_text(head + "tentative,0.1,0.3,0.4,0.6,,\n", encoding="utf-8")
    words = read_words(path)
    assert under(claims, words, "kent")["A1"].band == (0.4, 0.6)
    assert under(claims, words, "kesselman")["A1"].band == (0.2, 0.6)  # it does not speak of the class
    with pytest.raises(EssayError, match="no list of words 'kant'; did you mean 'kent'"):
        under(claims, words, "kant")
    path.write_text(head + "tentative,0.3,0.1,,,,\n", encoding="utf-8")
    with pytest.raises(EssayError, match=r"modality\.csv line 2: 0\.3 to 0\.1 is not a range"):
        read_words(path)
    path.write_text("class,low\n", encoding="utf-8")
    with pytest.raises(EssayError, match="has no column 'high'"):
        read_words(path)


def test_the_shipped_case_has_all_claims_with_a_test_or_a_reason():
    made = case("great-powers")
    claims = made.claims
    assert len(claims) == 178
    assert {e: sum(c.essay == e for c in claims) for e in claims.essays} == {
        "S0": 54, "S1": 40, "S2": 31, "S3": 27, "S4": 26,
    }  # fmt: skip
    runs = [c for c in claims if c.test.kind not in ("untestable", "bargain")]
    assert len(runs) >= 120
    assert len(disagreements_of(made)) == 19
    assert len(slips_of(made)) == 13
    words = words_of(made)
    assert {c.modality for c in claims if c.modality} <= set(words)
    assert under(claims, words, "essays").claims == claims.claims  # the bands in the files are those of the table
    assert sum(a.band != b.band for a, b in zip(under(claims, words, "kent"), claims)) > 100


def test_allegations_are_kept_as_text_only():
    alleged = [c for c in case("great-powers").claims if getattr(c.test, "why", "") == "allegation"]
    assert {c.id for c in alleged} == {"C081", "C083", "C084", "C085", "C086", "C089"}
    assert all(c.speaker and c.test.kind == "untestable" for c in alleged)


def test_no_claim_copies_six_words_of_an_essay(shared_data: Path):
    folder = shared_data.parent / "essays"
    if not folder.is_dir():
        pytest.skip("the essays are not beside the data")

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[a-z0-9]+", text.lower())
        return {tuple(words[x : x + 6]) for x in range(len(words) - 5)}

    told = set().union(*(runs(p.read_text(encoding="utf-8")) for p in folder.glob("*.txt")))
    made = case("great-powers")
    for path in (made.folder / "claims").iterdir():
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not runs(line) & told, f"{path.name}: {line}"


def test_every_belief_has_a_speaker_and_every_chain_a_scenario():
    made = case("great-powers")
    assert [c.id for c in made.claims if c.kind == "belief" and not c.speaker] == []
    page = (Path(__file__).parents[1] / "docs" / "great-powers.md").read_text(encoding="utf-8")
    shown = {word for word in re.findall(r"`([a-z-]+)`", page) if word in made.scenarios}
    assert shown == set(made.scenarios)
    claims = {c.id for c in made.claims}
    assert set(re.findall(r"\bC\d{3}\b", page)) <= claims
    for numbers, prefix in ((9, "K"), (28, "V"), (14, "Q"), (10, "U"), (35, "ST")):
        width = 1 if prefix in "KU" else 2
        for number in range(1, numbers + 1):
            assert re.search(rf"\b{prefix}{number:0{width}d}\b", page), f"{prefix}{number}"


def test_claims_are_those_of_the_inventory(shared_data: Path):
    path = shared_data.parent / "inventory" / "seed_inventory.json"
    if not path.is_file():
        pytest.skip("the inventory is not beside the data")
    listed = {c["id"]: c for c in json.loads(path.read_text(encoding="utf-8"))["claims"]}
    claims = case("great-powers").claims
    assert {c.id for c in claims} == set(listed)
    for c in claims:
        one = listed[c.id]
        norm = one["modality"] == "normative"  # a norm has no probability, and so no class of doubt
        assert (c.essay, c.paragraph, c.kind, c.relation, c.direction, c.hedge, c.horizon_stated) == tuple(
            one[k] for k in ("seed", "line", "kind", "relation", "direction", "hedge", "horizon_stated")
        ), c.id
        assert c.modality == (None if norm else one["modality"].replace("_", "-")), c.id
        assert (list(c.band) if c.band else None) == one["prior_band"], c.id
        assert c.horizon in one["horizon"], c.id
