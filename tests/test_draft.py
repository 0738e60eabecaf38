"""From claim to scenario: every conditional claim gives a draft that parses; who, what and how far are read right."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import chancellery as ch
import toy_case
from chancellery.api import save_fit
from chancellery.cases.drafting import draft
from chancellery.errors import EssayError, ScenarioError
from chancellery.essays.actors import Roster
from chancellery.essays.claim import Claim
from chancellery.essays.reading import read_drafted
from chancellery.essays.supposing import horizon_in, levers_in, question_in, surnames
from chancellery.simulate.scenario import parse_scenario
from cli_toys import done, run
from toy_claims import ESSAY, another

ACTORS = ("USA", "RUS", "CHN", "PAK", "IND", "UKR")


def supposed(cause: str, effect: str = "Nothing", **more) -> Claim:
    """A claim of its words alone."""
    fields = {
        "id": "X1", "essay": "E", "paragraph": 2, "kind": "conditional", "cause": cause, "relation": "causes",
        "effect": effect, "direction": "+", "hedge": "may", "band": (0.2, 0.6), "horizon": "medium",
        "test": {"kind": "untestable", "why": "judgement", "reason": "a draft"},
    }  # fmt: skip
    return Claim(**{**fields, **more})


def test_every_claim_of_the_case_gives_a_draft_that_parses_and_says_what_it_lacks():
    case = ch.case("great-powers")
    ready = 0
    for claim in case.claims:
        made = draft(claim, case)
        again = parse_scenario(made.text, made.scenario.name, case.actors, case.model.choice)
        assert again == made.scenario
        assert made.runs == (not made.missing), claim.id
        assert len(made.origins) >= 1
        for lever in made.scenario.levers:
            assert {lever.source, lever.target} - {None} <= set(case.actors)
        ready += made.runs and claim.kind == "conditional"
    assert sum(c.kind == "conditional" for c in case.claims) == 35
    assert ready >= 25


def test_a_scenario_test_brings_its_own_levers_question_and_expectation():
    case = ch.case("great-powers")
    made = ch.draft("C043", case)
    assert made.scenario.levers == case.scenario("us-russia-thaw").levers
    assert (made.that, made.within, made.expect) == ("PAK and RUS agree on energy", "24 months", "less")
    assert made.than == "us-russia-thaw-eu-follows"
    assert made.by_test


@pytest.mark.parametrize(
    ("cause", "levers"),
    [
        ("Washington lifting its sanctions on Russia", [("end-tie", "sanctions", "USA", "RUS", None)]),
        ("The easing of sanctions on Russia by Washington", [("end-tie", "sanctions", "USA", "RUS", None)]),
        (
            "China coercing India",
            [("scale-rate", "coerce", "CHN", "IND", 2), ("scale-rate", "threaten", "CHN", "IND", 2)],
        ),
        (
            "An absence of American aid to Ukraine",
            [("scale-rate", "aid", "USA", "UKR", 0.5)],
        ),
        ("A second Trump term", [("leader", "", "USA", None, 1)]),
        ("A summit of India and Pakistan", [("scale-rate", "consult", "IND", "PAK", 1.3)]),
    ],
)
def test_a_cause_says_who_does_what_to_whom(cause: str, levers: list):
    case = ch.case("great-powers")
    made = draft(supposed(cause), case)
    found = [
        (v.do, v.tie or v.act or "", v.source, v.target, v.factor or v.value) for v in made.scenario.levers
    ]
    assert found == levers
    assert all(v.on == date(2025, 6, 1) for v in made.scenario.levers)


def test_a_tie_that_does_not_hold_and_an_actor_out_of_play_are_told():
    case = ch.case("great-powers")
    made = draft(supposed("China lifting its sanctions on Pakistan", "India and Pakistan trade"), case)
    assert made.scenario.levers == ()
    assert "no sanctions tie CHN → PAK holds on 2025-05-01" in made.missing[0]
    assert '# do = "end-tie"' in made.text
    made = draft(supposed("Brazilian pressure", "India and Pakistan trade"), case)
    assert "it names BRA, not in play" in made.missing[0]
    made = draft(supposed("No ceasefire between Russia and Ukraine"), case)
    assert "'ceasefire' does not come about, which the baseline holds already" in made.missing[0]
    made = draft(supposed("An end of the war in Ukraine"), case)
    assert [(v.do, v.source, v.target) for v in made.scenario.levers] == [("end-tie", "UKR", "RUS")]


@pytest.mark.parametrize(
    ("effect", "direction", "that", "expect"),
    [
        ("India turns its attention to China", "+", "initiative of IND towards CHN", "more"),
        ("India and Pakistan clash", "-", "IND and PAK clash", "more"),
        ("India and Pakistan clash", "+", "IND and PAK clash", "less"),
        ("Relations of India with Pakistan are harmed", "-", "IND and PAK cooperate", "less"),
        ("Pakistan has more room", "+", "hedging of PAK", "more"),
        ("Pakistan buys gas from Russia", "±", "PAK and RUS agree on energy", "different"),
        ("Washington eases its sanctions on Russia", "+", "sanctions by USA on RUS end", "more"),
    ],
)
def test_an_effect_becomes_a_question_and_an_expectation(effect: str, direction: str, that: str, expect: str):
    made = draft(supposed("China coercing India", effect, direction=direction), ch.case("great-powers"))
    assert (made.that, made.expect) == (that, expect)
    assert made.runs


def test_words_that_name_nothing_give_nothing():
    roster = Roster("The weather", {})
    assert levers_in("The weather", roster, (), ACTORS) == []
    assert question_in("It rains", roster, (), ACTORS) is None
    assert horizon_in("whenever") is None
    assert horizon_in("for years to come") == ("24 months", "years")
    names = surnames(("USA", "RUS"), date(2025, 5, 1))
    assert (names["Trump"], names["Putin"]) == ("USA", "RUS")
    assert "Nixon" not in names


def toy_folder(tmp_path: Path) -> Path:
    made = toy_case.make_case(tmp_path / "six")
    (made.folder / "claims").mkdir()
    (made.folder / "claims" / "t0.toml").write_text(
        ESSAY + another(2, "scenario").replace("6 months", "5 months"), encoding="utf-8"
    )
    save_fit(toy_case.toy()[2], made.folder / "fit")
    return made.folder


def test_the_answer_stands_beside_the_words(tmp_path: Path):
    folder = toy_folder(tmp_path)
    told = done("draft", "A2", "--case", folder, "--play", "--draws", "8", "--json").json
    assert told["author"]["band"] == [0.2, 0.6]
    assert told["author"]["expects"] == "it rises"
    model = told["model"]
    assert model["difference"]["value"] == pytest.approx(
        model["scenario"]["value"] - model["baseline"]["value"]
    )
    assert model["agrees"] in ("as the author says", "against the author", "no clear difference")
    assert 0.0 <= model["chance"] <= 1.0
    assert done("draft", "A2", "--case", folder, "--play", "--draws", "8", "--json").json == told
    shown = done("draft", "A2", "--case", folder, "--play", "--draws", "8").out
    assert "the author" in shown
    assert "may: 20 to 60 in 100" in shown


def test_a_draft_is_written_once_and_can_be_run(tmp_path: Path):
    folder, file = toy_folder(tmp_path), tmp_path / "mine.toml"
    said = done("draft", "A1", "--case", folder, "--write", file)
    assert "it runs" in said.out
    before = file.read_text(encoding="utf-8")
    ran = run("draft", "A1", "--case", folder, "--write", file)
    assert (ran.code, file.read_text(encoding="utf-8")) == (1, before)
    assert "is there already and may hold your work" in ran.err
    case = ch.case(folder)
    assert case.scenario(file).levers == ch.draft("A1", case).scenario.levers


def test_claims_of_an_essay_that_was_read(tmp_path: Path):
    folder = toy_folder(tmp_path)
    essay = tmp_path / "essay.txt"
    essay.write_text(
        "If Washington lifts its sanctions on Russia, Islamabad may sign energy contracts with Moscow.\n\n"
        "The weather in Islamabad causes delays.\n",
        encoding="utf-8",
    )
    done("read", essay, "--write", tmp_path / "drafts")
    claims = read_drafted(tmp_path / "drafts" / "claims.toml")
    first = next(iter(claims))
    told = done(
        "draft", first.id, "--case", folder, "--claims", tmp_path / "drafts" / "claims.toml", "--json"
    ).json
    assert told["levers"][0] == {
        "do": "end-tie",
        "source": "USA",
        "target": "RUS",
        "tie": "sanctions",
        "on": "2021-06-03",
    }
    assert told["question"] == "PAK and RUS agree on energy"
    for args, said in (
        (("A9",), "there is no claim 'A9'"),
        (("P001", "--claims", tmp_path / "none.toml"), "there is no file none.toml"),
        (("P001", "--claims", folder / "case.toml"), "is missing"),
    ):
        ran = run("draft", *args, "--case", folder)
        assert (ran.code, ran.out) == (1, "")
        assert said in ran.err


def test_a_draft_without_lever_is_not_played(tmp_path: Path):
    case = ch.case(toy_folder(tmp_path))
    with pytest.raises(ScenarioError, match="cannot be played yet: no lever: the cause 'The weather'"):
        ch.play(draft(supposed("The weather"), case), case)
    with pytest.raises(EssayError, match="there is no claim"):
        ch.draft("C999", case)
    assert json.dumps(draft(supposed("The weather"), case).as_dict(), default=str)
