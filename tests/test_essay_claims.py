"""What is read out of an essay: actors, dates, happenings, ties and claims, and the drafts of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chancellery import world
from chancellery.errors import EssayError
from chancellery.essays import dates, draft, grammar, tables
from chancellery.essays.actors import Roster
from chancellery.essays.findings import Findings, read
from chancellery.essays.patterns import compiled, forms, may_hold
from chancellery.essays.proposals import Proposal, classes

ESSAYS = Path(__file__).parent / "essays"


@pytest.fixture(scope="module")
def strait() -> Findings:
    return read(ESSAYS / "strait.txt")


@pytest.fixture(scope="module")
def river() -> Findings:
    return read(ESSAYS / "river.md")


def the(findings: Findings, words: str) -> Proposal:
    return next(
        c for c in findings.claims if words in c.sentence.text and words in f"{c.quote} {c.cause} {c.effect}"
    )


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Pretoria and the Kremlin met Brazilian envoys.", ["ZAF", "RUS", "BRA"]),
        ("It concerns us and all US allies.", ["USA"]),
        ("Emmanuel Macron spoke. Macron left.", ["FRA", "FRA"]),
        ("She may return in May.", []),
        ("Kenyan President Amina Odhiambo spoke; Odhiambo left.", ["KEN", "KEN", "KEN"]),
        ("The Sino-Indian and Indo-Pacific questions.", ["CHN", "IND", "INDO-PACIFIC"]),
        ("North Korean and South Korean officials of the African Union (AU).", ["PRK", "KOR", "AU", "AU"]),
        ("Hezbollah, the Houthis and Boko Haram", ["HEZBOLLAH", "HOUTHIS", "BOKO-HARAM"]),
    ],
)
def test_who_is_named(text, ids):
    roster = Roster(text)
    assert [m.principal for m in roster.find(text)] == ids


def test_every_name_in_the_table_leads_to_somebody():
    known = {one.id for one in world.actors()}
    assert {row["actor"] for row in tables.rows("names")} <= known
    assert {row["kind"] for row in tables.rows("ties")} <= {kind.name for kind in world.tie_kinds()}
    assert {row["class"] for row in tables.rows("hedges")} <= set(classes())


def test_most_states_have_a_demonym():
    states = {one.id for one in world.actors() if one.kind == "state"}
    assert len({row["actor"] for row in tables.rows("names")} & states) > 0.85 * len(states)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("on 12 March 2024", ["2024-03-12"]), ("March 12th, 2024", ["2024-03-12"]), ("in March 2024", ["2024-03"]),
        ("on 12 February", ["--02-12"]), ("signed in 2015", ["2015"]), ("the 1970s", ["1970"]), ("a week later", [""]),
        ("on 31 February 2020", ["2020-02"]), ("in 300 ships", []), ("2024-03-12", ["2024-03-12"]),
    ],
)  # fmt: skip
def test_dates_say_no_more_than_the_text(text, iso):
    assert [when.iso for when in dates.find(text)] == iso


@pytest.mark.parametrize(
    ("clause", "band"),
    [
        ("China will invade", "expected"), ("China will not invade", "negated"), ("It would not only help", "expected"),
        ("China may invade", "tentative"), ("an invasion is unlikely", "doubted"), ("It will certainly fail", "near-certain"),
        ("Japan should arm", "normative"), ("the will of the people counts", None), ("Japan is rich", None),
        ("talks in May went well", None), ("it seems lost", "likely"), ("a deal will probably hold", "likely"),
    ],
)  # fmt: skip
def test_words_of_doubt_and_their_bands(clause, band):
    found = grammar.hedge(clause)
    assert (found.band if found else None) == band


@pytest.mark.parametrize(
    ("words", "kind", "relation", "direction", "band"),
    [
        ("another runway", "conditional", "causes", "+", "likely"),
        ("deters an open attack", "causal", "blocks", "-", "asserted"),
        ("ASEAN", "predictive", "insufficient_for", "0", "doubted"),
        ("Cambodia blocks", "causal", "causes", "-", "asserted"),
        ("could be ready", "belief", "causes", "+", "reported"),
        ("should not promise", "normative", "causes", "-", "normative"),
        ("American patrols", "causal", "insufficient_for", "0", "asserted"),
        ("Japanese credit", "conditional", "necessary_for", "-", "expected"),
    ],
)
def test_claims_of_an_essay_on_another_region(strait, words, kind, relation, direction, band):
    claim = the(strait, words)
    assert (claim.kind, claim.relation, claim.direction, claim.band) == (kind, relation, direction, band)


def test_cause_effect_speaker_and_horizon(strait, river):
    claim = the(strait, "another runway")
    assert claim.cause == "China builds another runway in the Spratly Islands"
    assert claim.effect == "Hanoi will probably move closer to Manila"
    assert set(claim.actors) == {"CHN", "VNM", "PHL"}
    code = the(strait, "could be ready")
    assert (code.speaker, code.horizon) == ("IDN", "within three years")
    said = the(river, "benefit all three")
    assert (said.kind, said.speaker, said.cause) == ("belief", "ETH", "the dam")


@pytest.mark.parametrize(
    ("sentence", "read_as"),
    [
        ("The retreat has created a gap that nobody can fill in Mali.", [("causal", "+", "asserted")]),
        ("Kenya's gambit could pay off, but only if Uganda joins.", [("conditional", "+", "tentative")]),
        ("Turkey sells drones to Niger, so Ankara's prestige will grow.", [("predictive", "+", "expected")]),
        ("Were Brazil to invade Guyana, Mercosur would collapse.", [("conditional", "-", "expected")]),
        ("Petro argues that dialogue with Cuba is the only way.", [("belief", "+", "reported")]),
        ("Kenyan mediation has not ended the war in Sudan.", [("causal", "0", "negated")]),
        ("If Egypt does not pay, Ethiopia will lose its lender.", [("conditional", "-", "expected")]),
        ("Malawi could not have paid its debts without Zambian maize.", [("conditional", "+", "asserted")]),
        ("It should be noted that Chad may leave the alliance.", [("predictive", "+", "tentative")]),
        ("In my view, I believe that Togo will prosper with Ghana.", [("predictive", "+", "expected")]),
        ("Bolivia regards the Chilean port as a stolen coast.", [("belief", "+", "reported")]),
        ("Laos insists on damming the river, which would hurt Cambodia.", [("predictive", "-", "expected")]),
        ("Nepal must not antagonise India over the border.", [("normative", "-", "normative")]),
        ("Lifting the embargo will enrich Cuba and its generals.", [("conditional", "+", "expected")]),
        ("That would weaken the hand of Morocco in the talks.", [("conditional", "-", "expected")]),
        ("The vote signals the failure of Polish diplomacy.", [("assessment", "+", "asserted")]),
        ("Swiss forces withdrew from the Kosovo mission.", []),
        ("On 3 May 2019 Peru met Chile in Lima.", []),
        ("Will Peru and Chile be reconciled?", []),
    ],
)
def test_sentences_as_claims(tmp_path, sentence, read_as):
    path = tmp_path / "a.txt"
    path.write_text(
        f"There is a house in the town of Nairobi and it is the home of many. {sentence}", encoding="utf-8"
    )
    found = [c for c in read(path).claims if c.sentence.number == 2]
    assert [(c.kind, c.direction, c.band) for c in found] == read_as


def test_questions_and_the_second_telling_are_no_claims(strait, river):
    assert not any("Jakarta" in c.sentence.text for c in strait.claims)
    assert sum("negotiating front" in c.sentence.text for c in river.claims) == 1


def test_happenings_with_their_dates(strait, river):
    met = [
        (h.when.iso if h.when else "", h.event.source, h.event.act, h.event.target) for h in strait.happenings
    ]
    assert ("2024-03-12", "PHL", "consult", "JPN") in met
    told = [(h.when.iso, h.event.source, h.event.act) for h in river.happenings if h.when]
    assert ("2024-12", "TUR", "consult") in told


def test_ties(strait, tmp_path):
    assert ("alliance", "PHL", "USA") in {(t.kind, t.source, t.target) for t in strait.ties}
    path = tmp_path / "a.txt"
    path.write_text(
        "The European Union's sanctions on Belarus will stay for the time that is left. The rivalry between Kenya and "
        "Ethiopia is old and will last. Secondary sanctions by the United States could hurt it, and India's trade with "
        "Nepal is large."
    )
    assert {(t.kind, t.source, t.target) for t in read(path).ties} >= {
        ("sanctions", "EU", "BLR"), ("rivalry", "ETH", "KEN"), ("trade", "IND", "NPL"),
    }  # fmt: skip


def test_an_essay_that_names_nobody_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "The garden will probably be lovely in the spring, and if it rains, the roses would grow. " * 2
    )
    with pytest.raises(EssayError, match="names no state"):
        read(path)


@pytest.mark.parametrize("name", ["strait.txt", "river.md"])
def test_quotations_are_short_and_verbatim_and_drafts_are_toml(name):
    findings = read(ESSAYS / name)
    for claim in findings.claims:
        assert len(claim.quote.split()) <= 12
        assert findings.essay.holds(claim.quote)
    claims = tomllib.loads(draft.claims_toml(findings))
    assert len(claims["claim"]) == len(findings.claims)
    assert len({row["id"] for row in claims["claim"]}) == len(claims["claim"])
    found = tomllib.loads(draft.found_toml(findings))
    assert set(found) <= {"actor", "event", "tie"}
    assert [row["id"] for row in found["actor"]] == [a.actor for a in findings.actors]
    assert draft.as_data(findings)["claims"][0]["start"] >= 0


def test_drafts_are_claim_files(strait):
    shapes = pytest.importorskip("chancellery.essays.claim", reason="claim files are not part of this build")
    rows = tomllib.loads(draft.claims_toml(strait))
    shapes.Essay(**rows["essay"])
    for row in rows["claim"]:
        shapes.Claim(essay="A", **row)


def test_drafts_with_awkward_words_stay_toml(strait):
    for words in ('a "quoted" word', "back\\slash", "a\nline", "tab\t", "\x7f", "’’", "# no comment"):
        assert tomllib.loads(f"x = {draft.toml_value(words)}") == {"x": words}


def test_a_users_own_table_of_doubt(tmp_path):
    (tmp_path / "hedges.csv").write_text("words,class\nwill probably,near-certain\n")
    claim = the(read(ESSAYS / "strait.txt", tmp_path), "another runway")
    assert (claim.band, claim.hedge) == ("near-certain", "will probably")
    (tmp_path / "hedges.csv").write_text("words,class\nwill probably,sure\n")
    with pytest.raises(EssayError, match=r"hedges.csv 'will probably': class 'sure'"):
        read_afresh(tmp_path)
    (tmp_path / "hedges.csv").write_text("word,band\nx,likely\n")
    with pytest.raises(EssayError, match="column 'words' is missing"):
        read_afresh(tmp_path)
    with pytest.raises(EssayError, match="no table of words"):
        tables.check_folder(ESSAYS)


def read_afresh(folder: Path) -> Findings:
    for cached in (tables.rows, grammar._hedges):
        cached.cache_clear()
    return read(ESSAYS / "strait.txt", folder)


def test_kent_and_kesselman_stand_beside_each_other():
    rows = {row["class"]: row for row in tables.rows("modality")}
    assert (rows["likely"]["kent_low"], rows["likely"]["kent_high"]) == ("0.63", "0.87")
    assert (rows["likely"]["kesselman_low"], rows["likely"]["kesselman_high"]) == ("0.56", "0.70")
    for row in rows.values():
        for who in ("", "kent_", "kesselman_"):
            if row[f"{who}low"]:
                assert 0 <= float(row[f"{who}low"]) < float(row[f"{who}high"]) <= 1


SOME_WORDS = (
    "Russia", "may", "not", "have", "led", "to", "war,", "isn't", "making", "it", "harder;", "without", "aid", "falls"
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SOME_WORDS), max_size=12))
def test_what_is_not_searched_for_could_not_be_found(words):
    text = " ".join(words)
    for table in ("relations", "hedges", "acts"):
        for row in tables.rows(table):
            assert may_hold(text, row["words"]) or compiled(row["words"]).search(text) is None, row["words"]


def test_the_language_of_patterns():
    assert compiled("~lead/led to").search("It led to war")
    assert compiled("is ... obstacle").search("is a very large obstacle")
    assert not compiled("is ... obstacle").search("is one two three four five obstacle")
    assert compiled("was *ed by").search("was marked by")
    assert forms("carry") == ("carry", "carries", "carried", "carrying")
    assert compiled("a.b").search("a.b")
    assert not compiled("a.b").search("axb")
