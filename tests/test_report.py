"""The page of a what-if: it says what the result says, loads nothing, and cannot be broken by what is in it."""

from __future__ import annotations

import copy
import json
import math
import re
from datetime import date, timedelta
from functools import cache
from html.parser import HTMLParser

import pytest

from chancellery.errors import ReportError
from chancellery.report.page import whatif_page

VOID = {"meta", "br", "img", "link", "input", "hr"}
DATES = [(date(2025, 5, 15) + timedelta(days=28 * x)).isoformat() for x in range(26)]
HOSTILE = "<script>alert(1)</script>"


def number(value: float, half: float = 0.0, error: float = 0.1, spread: float = 1.0) -> dict:
    return {
        "value": value, "low": value - half, "high": value + half, "simulation_error": error,
        "future_low": value - spread, "future_high": value + spread,
    }  # fmt: skip


def fan(middle: float, step: float) -> dict:
    bands = {
        b: [middle + x * step] * len(DATES)
        for x, b in zip((-2, -1, 0, 1, 2), ("q10", "q25", "q50", "q75", "q90"))
    }
    return {"dates": DATES, "mean": [middle] * len(DATES), **bands}


def answer(
    label: str, unit: str, verdict: str, baseline: dict, level: dict, difference: dict, **more: object
) -> dict:
    step = 0.02 if unit in ("index", "probability") else 0.1 * level["value"]
    return {
        "question": label.lower(), "label": label, "group": "Group one", "from": "2025-05-01", "to": "2027-05-01",
        "scenario": "", "title": "", "unit": unit, "baseline": baseline, "level": level, "difference": difference,
        "probability": None, "verdict": verdict, "share_of_futures_that_differ": 0.0 if verdict == "identical" else 0.75,
        "drivers": [], "sentence": "", "fans": {"baseline": fan(baseline["value"], step), "scenario": fan(level["value"], step)},
        **more,
    }  # fmt: skip


def chance(base: float, level: float) -> dict:
    return {"baseline": number(base), "level": number(level), "difference": number(level - base, 0.02, 0.01)}


def answers(energy: str, chances: dict) -> list[dict]:
    """Three questions of three units; the first has the verdict and the chances that are asked for."""
    same = number(0.75, 0.0, 0.125, 0.25)
    return [
        answer("A and B agree on energy", "a year", energy, number(120, 30, 2), number(180, 40, 3), number(60, 20, 5),
               probability=chances, drivers=[{"effect": "own-share", "change": 0.1}, {"effect": "new-effect", "change": -0.02}]),
        answer("Hedging of A", "index", "unclear", number(0.79, 0.1, 0.01, 0.1), number(0.791, 0.1, 0.01, 0.1),
               number(0.001, 0.012, 0.001), group="Group two"),
        answer("The war ends", "probability", "identical", same, same, number(0, 0, 0, 0), group="Group two"),
    ]  # fmt: skip


def toy() -> dict:
    """A made-up result of two scenarios and three questions."""

    def scenario(title: str, *given: str, replies: list[dict]) -> dict:
        levers = [{"text": text, "note": "why it is pulled"} for text in given]
        ranges = [{"effect": "secondary-sanctions", "scale": [0.5, 1.5], "note": "not known well"}]
        return {"title": title, "essay": "First essay, paragraph 4", "note": "", "levers": levers, "uncertain": ranges,
                "answers": replies}  # fmt: skip

    certain, unsure = chance(1.0, 1.0), chance(0.62, 0.71)
    return {
        "kind": "chancellery what-if", "format": 1, "case": "Three states",
        "about": {"chancellery": "0.1.0", "draws": 64, "replicates": 2, "seed": 7, "record": "f00d", "seconds": 1.5,
                  "record_until": "2023-04-10", "start": "2025-05-01", "until": "2027-05-01"},
        "record_note": "A made-up record.", "great_powers": ["USA", "RUS"],
        "scenarios": {
            "thaw": scenario("The thaw", "end-tie sanctions A → B on 2025-09-01", replies=answers("rises", certain)),
            "freeze": scenario("The freeze", "forbid talks", replies=answers("unclear", unsure)),
        },
    }  # fmt: skip


@cache
def toy_page() -> str:
    """The page of the toy, made once."""
    return whatif_page(toy())


class Reader(HTMLParser):
    """Reads a page as a browser does: open and closed elements, attributes, text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.mistakes: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.tags: list[str] = []
        self.said: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.mistakes.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "title"):
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())

    def values(self, name: str) -> list[str]:
        return [value for _, n, value in self.attributes if n == name]


def assert_sound(page: str) -> Reader:
    """Balanced, no network, no script, every link inside the page, no id twice."""
    read = Reader(page)
    assert not read.mistakes
    assert not read.open
    assert not set(read.tags) & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert not [
        n
        for _, n, _ in read.attributes
        if n.startswith("on") or n in ("src", "srcset", "xlink:href", "action")
    ]
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    assert all(link.startswith("#") and link[1:] in ids for link in read.values("href"))
    assert not re.search(r"https?:|//\w+\.\w|url\(|@import", page)
    assert "default-src 'none'" in page
    return read


def test_the_reader_finds_what_is_wrong_with_a_page():
    assert Reader("<p><b>x</p>").mistakes
    assert Reader("<div>").open == ["div"]
    with pytest.raises(AssertionError):
        assert_sound("<meta content=\"default-src 'none'\"><img src=x>")


def test_a_page_is_sound_and_small():
    page = toy_page()
    assert_sound(page)
    assert len(page.encode()) < 250_000


def test_a_page_says_everything_the_result_says():
    text = assert_sound(toy_page()).text
    for said in (
        "The thaw", "The freeze", "Three states", "Group one", "Group two", "A and B agree on energy", "Hedging of A",
        "The war ends", "end-tie sanctions A → B on 2025-09-01", "why it is pulled", "secondary-sanctions, scale 0.5 to 1.5",
        "not known well", "First essay, paragraph 4", "A made-up record.", "f00d", "10 April 2023", "USA, RUS",
    ):  # fmt: skip
        assert said in text


def test_numbers_stand_with_their_interval_and_their_error():
    text = assert_sound(toy_page()).text
    assert "120 [90.0, 150] ±2.0" in text
    assert "+60.0 [+40.0, +80.0] ±5.0" in text
    assert "+0.001 [−0.011, +0.013] ±0.001" in text
    assert "own-share (momentum" in text
    assert "+0.100 1.105 (+11%)" in text
    assert "new-effect −0.020 0.980 (−2.0%)" in text


def test_the_order_is_answer_table_pictures_levers_reasons_making_sources_limits_terms():
    page = toy_page()
    places = [page.index(f'id="{x}"') for x in
              ("table", "pictures", "time", "levers", "reasons", "made", "sources", "limits", "glossary")]  # fmt: skip
    assert places == sorted(places)
    assert page.index('class="answer"') < places[0]


def test_the_answer_in_words_names_what_moves_and_what_does_not():
    text = assert_sound(toy_page()).text
    assert "1 of 3 lines rises: “A and B agree on energy” (from 120 to 180 a year)." in text
    assert "Nothing changes at all, future by future, in 1: “The war ends”." in text
    assert (
        "Nothing rises or falls in both scenarios; in 2 of 3 lines no change stands out in either scenario."
        in text
    )


def test_a_scenario_that_changes_nothing_says_so_first():
    result = toy()
    del result["scenarios"]["freeze"]
    for a in result["scenarios"]["thaw"]["answers"]:
        a["verdict"] = "identical"
    text = assert_sound(whatif_page(result)).text
    assert "Nothing changes: in all 3 lines every future is the same as in the baseline." in text


def test_a_chance_is_shown_where_it_tells_something():
    text = assert_sound(toy_page()).text
    assert "certain at this rate" in text
    assert "62% → 71% (+9.0 pp [+7.0, +11.0] ±1.0)" in text
    result = toy()
    del result["scenarios"]["freeze"]
    text = assert_sound(whatif_page(result)).text
    assert "at these rates it is certain" in text
    assert "Does it happen at all?" not in text


def test_an_interval_lost_in_the_simulation_error_does_not_pass_for_certainty():
    result = toy()
    result["scenarios"]["thaw"]["answers"][0]["difference"] = number(5.5, 0.0, 3.1)
    text = assert_sound(whatif_page(result)).text
    assert "+5.5 [< error] ±3.1" in text
    assert "[+5.5, +5.5]" not in text


def test_a_trial_run_is_called_one():
    assert "A trial run" not in toy_page()
    result = toy()
    result["about"]["draws"] = 8
    assert "Only 8 futures were simulated" in assert_sound(whatif_page(result)).text


def test_what_is_in_a_result_cannot_become_markup():
    result = json.loads(json.dumps(toy()).replace("A and B agree", HOSTILE + '\\" onload=\\"alert(2)'))
    result["case"] = result["record_note"] = HOSTILE
    thaw = result["scenarios"]["thaw"]
    thaw["title"] = thaw["note"] = thaw["essay"] = thaw["levers"][0]["text"] = "</title>" + HOSTILE
    thaw["answers"][0]["drivers"][0]["effect"] = HOSTILE
    result["scenarios"][HOSTILE] = result["scenarios"].pop("freeze")
    result["about"][HOSTILE] = HOSTILE
    page = whatif_page(result)
    read = assert_sound(page)
    assert "<script" not in page
    assert read.text.count(HOSTILE) > 10


def test_control_characters_reach_neither_page_nor_terminal():
    result = toy()
    result["scenarios"]["thaw"]["title"] = "The \x1b[31mthaw\x00\ud800"
    page = whatif_page(result)
    assert "\x1b" not in page
    assert "\x00" not in page
    page.encode("utf-8")


def test_charts_say_their_numbers_to_readers_who_cannot_see_them():
    read = Reader(toy_page())
    labels = [value for tag, name, value in read.attributes if (tag, name) == ("svg", "aria-label")]
    assert len(labels) == len([x for x in read.tags if x == "svg"]) == read.tags.count("title") - 1
    assert (
        "A and B agree on energy, 2025-05-01 to 2027-05-01: scenario 180 a year, baseline 120 a year; "
        "difference +60.0 [+40.0, +80.0] ±5.0; verdict: rises." in labels
    )


def test_table_headings_have_scopes():
    read = Reader(toy_page())
    assert read.tags.count("th") == len(
        [1 for tag, name, _ in read.attributes if (tag, name) == ("th", "scope")]
    )


def test_a_result_read_back_from_strict_json_makes_the_same_page():
    result = toy()
    result["scenarios"]["thaw"]["answers"][1]["fans"]["scenario"]["q50"][3] = math.nan
    result["scenarios"]["thaw"]["answers"][1]["level"] = dict.fromkeys(number(0), math.nan)
    strict = json.loads(json.dumps(result), parse_constant=lambda _: None)
    assert whatif_page(strict) == whatif_page(result)


def test_the_same_result_makes_the_same_page():
    assert toy_page() == whatif_page(copy.deepcopy(toy()))


def test_a_scenario_may_lack_a_question_and_about_may_be_empty():
    result = toy()
    result["scenarios"]["freeze"]["answers"].pop(0)
    result["scenarios"]["freeze"]["levers"] = []
    result["about"] = {}
    text = assert_sound(whatif_page(result)).text
    assert "No lever is pulled." in text


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda r: r.update(kind="futures"), "kind: input should be 'chancellery what-if'"),
        (lambda r: r.update(format=2), "format: input should be 1"),
        (lambda r: r.pop("case"), "case: field required"),
        (lambda r: r.update(scenarios={}), "scenarios"),
        (lambda r: r["scenarios"]["thaw"]["answers"][1].pop("verdict"), "thaw › answers › 2 › verdict: field required"),
        (lambda r: r["scenarios"]["thaw"]["answers"][0].update(verdict="rise"), "verdict: input should be 'rises'"),
        (lambda r: r["scenarios"]["thaw"]["answers"][0].update({"from": "soon"}), "from: "),
        (lambda r: r["scenarios"]["thaw"]["answers"][0]["level"].update(low="x"), "level › low: "),
        (lambda r: r["scenarios"]["thaw"]["answers"][0]["fans"]["baseline"]["q10"].pop(), "q10 has 25 values for 26 dates"),
    ],
)  # fmt: skip
def test_a_damaged_result_is_refused_with_the_field_and_the_cure(spoil, said: str):
    result = toy()
    spoil(result)
    with pytest.raises(ReportError, match="make it again with 'chancellery whatif'") as refused:
        whatif_page(result)
    assert said in str(refused.value)


def test_what_is_no_result_at_all_is_refused():
    with pytest.raises(ReportError, match="this is no what-if result but list"):
        whatif_page([])
