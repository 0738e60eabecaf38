"""The track record beside an answer and as a page."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from chancellery.cases import Case, case
from chancellery.errors import CaseError, ReportError
from chancellery.judge.standing import standing
from chancellery.report.page import whatif_page
from chancellery.report.tables import whatif_markdown
from chancellery.report.track_page import track_page
from chancellery.report.track_parts import parts
from chancellery.simulate.condition import parse
from cli_toys import done, run
from test_report import Reader, toy
from track_toys import example, track_record

ACTORS = ("PAK", "RUS", "USA")


def found(text: str, days: int):
    return standing(parse(text, ACTORS), days, track_record())


def test_one_act_has_its_own_score_and_many_acts_that_of_all():
    agree, cooperate = found("PAK and RUS agree", 60), found("PAK and RUS cooperate", 60)
    assert (agree.group, agree.horizon, agree.longer) == ("agree", 90, False)
    assert (cooperate.group, cooperate.horizon) == ("all", 90)
    assert "cannot be told from no difference" in agree.says
    assert "12% [+9, +15] less than the long run" in cooperate.says


def test_the_shortest_window_that_holds_the_question_is_taken_and_a_longer_question_is_told():
    assert found("PAK and RUS cooperate", 7).horizon == 7
    assert found("PAK and RUS cooperate", 8).horizon == 90
    far = found("PAK and RUS cooperate", 700)
    assert far.longer
    assert "longer than 90 days are not scored" in far.says


def test_worse_than_the_long_run_is_said():
    assert "20% [-23, -17] more than the long run" in found("PAK fight RUS", 90).says


def test_an_issue_is_not_scored_as_its_act():
    """A share of agreements is taken to concern energy; nobody scored that share."""
    assert found("PAK and RUS agree on energy", 60).group == "all"


@pytest.mark.parametrize("text", ["hedging of PAK", "sanctions by USA on RUS end"])
def test_what_is_not_scored_says_so(text: str):
    assert found(text, 60).skill is None
    assert "no score" in found(text, 60).says


def test_every_answer_of_a_what_if_links_to_its_score():
    result = toy()
    for scenario in result["scenarios"].values():
        for a in scenario["answers"]:
            a["track"] = found("PAK and RUS cooperate", 700).as_dict()
    page = whatif_page(result)
    seen = Reader(page)
    assert not seen.mistakes
    links = {v for tag, name, v in seen.attributes if (tag, name) == ("a", "href")}
    anchors = {v for _, name, v in seen.attributes if name == "id"}
    assert "#record-all-90" in links
    assert links - {"#"} <= {f"#{a}" for a in anchors}
    assert page.count(">+12%</a>") == 3
    assert "Track record: In 9,000 counts" in whatif_markdown(result)


def test_a_what_if_without_a_track_record_has_no_such_column():
    assert "Track record" not in whatif_page(toy())


def test_the_page_says_what_the_record_says():
    page = track_page(track_record())
    seen = Reader(page)
    assert not seen.mistakes
    said = " ".join(" ".join(seen.said).split())
    assert "8,000 probabilities were frozen" in said
    assert "clearly better in 4, clearly worse in 2, and not told apart in 0" in said
    assert "At 2 of 2 lengths of window they can be taken at their word" in said
    assert "said 83%, the long run said 20%; it did not happen" in said
    assert "Better than climatology (+5.0%)." in said
    assert page.count("<svg") == 5  # two diagrams of reliability, two of skill, one of places
    assert not any(tag in ("script", "link", "img") for tag in seen.tags)


def test_tables_of_other_kinds_stand_on_the_page():
    shocks = {"notes": ["What they are."], "heading": ["name", "right"], "rows": [["Toy war", "60%"]]}
    page = track_page(track_record(), {"Shocks": shocks})
    assert "Toy war" in page
    assert "What they are." in page


def test_names_cannot_break_the_page():
    record = track_record()
    record["best"] = [{**example(True), "says": "<script>alert(1)</script>"}]
    assert "<script>" not in track_page(record)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda r: r.pop("questions"), "questions"),
        (lambda r: r["counts"][0]["methods"][0].update(crps="much"), "crps"),
        (lambda r: r.update(kind="chancellery what-if"), "kind"),
        (lambda r: r.update(origins=[]), "origins"),
    ],
)
def test_a_spoilt_record_is_refused_by_field(spoil, says: str):
    record = copy.deepcopy(track_record())
    spoil(record)
    with pytest.raises(ReportError, match=says):
        track_page(record)


def test_a_case_keeps_its_record_in_a_folder(tmp_path: Path):
    (tmp_path / "case.toml").write_text("[case]\nstart = 2025-05-01\n")
    assert Case(tmp_path).track == {}
    (tmp_path / "track").mkdir()
    (tmp_path / "track" / "backtest.json").write_text(json.dumps(track_record()))
    assert Case(tmp_path).track["backtest"]["case"] == "Toyland"
    (tmp_path / "track" / "nowcast.json").write_text("{")
    with pytest.raises(CaseError, match=r"nowcast\.json: not valid JSON"):
        _ = Case(tmp_path).track


def links() -> dict:
    """What a public benchmark's run saves, made up."""
    both = {"mrr": 0.44, "low": 0.43, "high": 0.45, "hits@1": 0.35, "hits@3": 0.49, "hits@10": 0.62}
    scored = {"target": None, "source": None, "both": both}
    return {"kind": "chancellery links", "format": 1, "benchmark": "TOY14", "scores": {"log-linear": {"test": scored}}}


def test_benchmarks_share_a_table():
    found = parts({"links-a": links(), "links-b": {**links(), "benchmark": "TOY18"}})
    assert [row[0] for row in found["Public benchmarks"]["rows"]] == ["TOY14, test", "TOY18, test"]
    assert found["Public benchmarks"]["rows"][0][2:] == ["0.4400 [0.4300, 0.4500]", "0.350", "0.490", "0.620"]


def test_the_shipped_records_are_tables_of_one_width():
    found = parts(case("great-powers").track)
    assert {"Shocks that came", "Since the record ended"} <= set(found)
    for part in found.values():
        assert part["rows"]
        assert {len(row) for row in part["rows"]} == {len(part["heading"])}
    assert len(found["Shocks that came"]["rows"]) == 6  # five and all together


def test_a_part_that_is_not_what_its_verb_writes_is_refused_by_file():
    with pytest.raises(ReportError, match=r"track/shocks\.json: a field is missing or wrong \('experiments'\)"):
        parts({"shocks": {"kind": "chancellery experiments"}})


def kept(folder: Path, **files: dict) -> Path:
    """A case folder with results in it."""
    (folder / "track").mkdir()
    (folder / "case.toml").write_text("[case]\nstart = 2025-05-01\n")
    for name, result in files.items():
        (folder / "track" / f"{name}.json").write_text(json.dumps(result))
    return folder


def test_the_verb_prints_the_tables_and_writes_the_page(tmp_path: Path):
    folder = kept(tmp_path, backtest=track_record(), links=links())
    ran = done("track", "--case", str(folder), "--page", str(tmp_path / "track.html"))
    assert "combined" in ran.out
    assert "TOY14, test" in ran.out
    assert "TOY14, test" in (tmp_path / "track.html").read_text(encoding="utf-8")
    assert done("track", "--case", str(folder), "--json").json["backtest"]["case"] == "Toyland"


def test_a_case_without_a_record_says_how_to_make_one(tmp_path: Path):
    ran = run("track", "--case", str(kept(tmp_path)))
    assert ran.code == 1
    assert "has no track record; save what 'chancellery backtest' writes" in ran.err
