"""``chancellery rivals`` and its page: what is printed, written and refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import rival_worlds
import toy_case
from chancellery import sources
from chancellery.errors import ReportError
from chancellery.record import open_record
from chancellery.report.rivals_page import gap_words, rivals_page
from chancellery.report.rivals_shape import Gap
from cli_toys import done, run


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rivals")
    rival_worlds.folder(folder / "six")
    table = toy_case.write_csv(
        folder / "events.csv",
        ("time", "source", "act", "target", "issue"),
        rival_worlds.events(True, many=8.0),
    )
    with open_record(folder / "world.duckdb") as record:
        record.add(sources.plain(table))
    return folder


@pytest.fixture(scope="module")
def told(place: Path) -> dict:
    args = ("--case", place / "six", "--record", place / "world.duckdb", "--until", "2020-12-06")
    ran = done("rivals", *args, "--scale", "0.2", "--json", "--out", place / "rivals.html")
    assert "wrote" in ran.err
    return ran.json


def test_the_table_and_the_sentences_are_printed(place: Path, told: dict):
    args = ("--case", place / "six", "--record", place / "world.duckdb", "--until", "2020-12-06")
    ran = done("rivals", *args, "--scale", "0.2", "--words", "kent")
    assert "the essay alone" in ran.out
    assert "A (Author A), without having seen the record" in ran.out
    assert (
        "Without having seen the record, A foretold better than the neutral expert; B foretold worse"
        in ran.out
    )
    assert "Events on which they differ most" in ran.out
    ours = {r["name"]: r for r in told["readings"]}["kent"]["gaps"][0]["gap"]["mean"]
    assert f"{ours:+.1f} [" in ran.out  # the same numbers, whichever list leads


def test_the_data_say_how_they_were_made(told: dict):
    about = told["about"]
    assert about["until"] == "2020-12-06"
    assert about["words"] == "essays"
    assert about["trained_on"] > about["scored_on"] > 0
    assert len(about["record"]) == 64
    assert told["stages"][0]["rows"][0]["gap"] is None
    assert len(told["path"]["weeks"]) == len(told["path"]["lead"]["the essay alone"]["A"]) == about["weeks"]


def test_the_page_shows_everything_and_loads_nothing(place: Path, told: dict):
    page = (place / "rivals.html").read_text(encoding="utf-8")
    assert page == rivals_page(told)
    for anchor in ("scores", "path", "beliefs", "worth", "events", "words", "statements", "made"):
        assert f'id="{anchor}"' in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    for sentence in told["sentences"]:
        assert sentence.split(":")[0] in page
    assert page.count("<svg") >= len(told["stages"]) * 2 + 2


def test_gaps_in_words():
    assert gap_words(Gap(mean=-1.26, low=-2.0, high=0.5)) == "−1.3 [−2.0, +0.5]"
    assert gap_words(Gap(mean=0.25, low=None, high=None), 2) == "+0.25"
    assert gap_words(None) == "–"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "something"}, "kind"),
        ({"stages": []}, "stages"),
        ({"path": {"weeks": ["2020-01-06"], "lead": {"x": {"A": []}}}}, "has 0 values for 1 weeks"),
    ],
)
def test_a_page_of_something_else_is_refused(told: dict, change: dict, said: str):
    with pytest.raises(ReportError, match="result of rival experts is wrong") as error:
        rivals_page(told | change)
    assert said in str(error.value)


def test_what_is_in_a_result_cannot_break_the_page(told: dict):
    bad = told | {"lead": "<script>alert(1)</script>"}
    assert "<script>" not in rivals_page(bad)


def test_mistakes_are_told(place: Path, tmp_path: Path):
    case, record = place / "six", place / "world.duckdb"
    for args, said in (
        (("--record", tmp_path / "none.duckdb"), "there is no record"),
        (("--record", record, "--until", "2020-13"), "2020-13"),
        (("--record", record, "--until", "2030-01-01"), "no event after 2030-01-01"),
        (("--record", record, "--words", "kant"), "did you mean 'kent'"),
        (("--record", record, "--words", tmp_path / "no.csv"), "there is no no.csv"),
    ):
        ran = run("rivals", "--case", case, *args)
        assert (ran.code, ran.out) == (1, ""), said
        assert said in ran.err
