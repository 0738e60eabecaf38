"""The page of verdicts: everything on it, in words, in one file with one script that its policy names."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re
from pathlib import Path

import pytest

import chancellery as ch
from chancellery.errors import ReportError
from chancellery.report import verdict_words as words
from chancellery.report.docket_page import docket_page, write_docket_page
from chancellery.report.docket_shape import Docket as Shape
from chancellery.report.strips import belief_strip, effect_strip, tally_bar
from toy_docket import docket


def result() -> dict:
    return json.loads(json.dumps(docket().as_dict(), allow_nan=False))


def rows() -> dict:
    return {v.claim: v for v in Shape.model_validate(result()).verdicts}


def test_every_claim_disagreement_and_error_is_on_the_page():
    page = docket_page(result())
    for name in ("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "D1"):
        assert f'id="{name}"' in page
    assert "Of 8 claims 6 were tested: 3 are supported, 1 contradicted, and on 2" in page
    assert (
        "1 stand every other choice that was tried, 1 are fragile, 1 were not tried under other choices, 1 were"
        in page
    )
    assert "1 would be decided by themselves but not once all tests are counted together" in page
    assert "1 of 2 are found by the fact check" in page
    assert "no table of it" in page
    assert "Quarrels &lt;b&gt;here" in page
    assert "<b>here" not in page
    assert "a minister" in page


def test_the_page_loads_nothing_and_runs_only_its_own_script():
    page = docket_page(result())
    assert not re.findall(r'(?:src|href)="(?!#)', page)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    said = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{said}'" in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("A1", "65% more often (95% interval: 35% more often to 2.0 times as often)"),
        ("A2", "2.5 times the odds (95% interval: 72% higher odds to 3.5 times the odds)"),
        ("A3", "−0.010 index points a year (95% interval −0.030 to +0.010)"),
        (
            "A4",
            "4% higher odds for each standard unit of the effect (95% interval: 2% higher odds to 6% higher odds)",
        ),
        ("A6", ""),
    ],
)
def test_effects_in_words(name: str, said: str):
    assert words.size(rows()[name]) == said


def test_words_of_an_author_and_of_the_adjustment():
    v = rows()
    assert words.surely(v["A1"]) == "“may”, tentative: 20 to 60%"
    assert words.surely(v["A4"]).endswith("of its happening")
    assert words.surely(v["A7"]) == "“may”: no probability"
    assert words.adjusted(v["A3"]).startswith("supported by itself, undecided once all tests are counted")
    assert words.otherwise(v["A1"]) == "1 of 2 other choices would have said the same"
    assert words.belief(v["A1"]) == "40% by the author’s words, 85% after the evidence"
    assert words.compared(v["A1"]) == "conflict USA>PAK: 12.1% in 2020 against 8.0%"


def places(svg: str, tag: str, field: str) -> list[float]:
    return [float(x) for x in re.findall(rf'<{tag} [^>]*?\b{field}="([-\d.]+)"', svg)]


def test_the_interval_lies_where_it_should_and_so_does_the_side_of_the_claim():
    svg = str(effect_strip(rows()["A1"], ("less", "more")))
    middle = 170.0
    start, width = places(svg, "rect", "x")[0], places(svg, "rect", "width")[0]
    assert start == pytest.approx(middle)
    assert start + width == pytest.approx(340 - 12, abs=0.1)
    x1, x2 = places(svg, "line", "x1")[1], places(svg, "line", "x2")[1]
    assert middle < x1 < places(svg, "circle", "cx")[0] < x2
    assert (x2 - middle) / (x1 - middle) == pytest.approx(0.7 / 0.3, rel=0.02)
    others = places(svg, "circle", "cx")[1:]
    assert len(others) == 2
    assert others[1] < middle < others[0]
    margin = str(effect_strip(rows()["A2"], ("less", "more")))
    assert places(margin, "rect", "x")[0] == 12.0
    assert places(margin, "rect", "width")[0] > middle - 12


def test_belief_is_drawn_where_it_is():
    svg = str(belief_strip(rows()["A1"]))
    at = [12 + share * 316 for share in (0.4, 0.85)]
    assert places(svg, "circle", "cx") == pytest.approx(at, abs=0.1)
    assert places(svg, "rect", "x")[0] == pytest.approx(12 + 0.2 * 316, abs=0.1)
    turned = rows()["A4"]
    assert turned.prior == pytest.approx(0.6)
    assert places(str(belief_strip(turned)), "rect", "x")[0] == pytest.approx(12 + 0.4 * 316, abs=0.1)


def test_bars_are_as_long_as_their_counts():
    svg = str(tally_bar({"supported": 3, "undecided": 1}, 8))
    assert sum(places(svg, "rect", "width")) == pytest.approx(340 * 4 / 8 - 2)


def test_bad_files_are_told_and_nothing_is_written(tmp_path: Path):
    broken = result()
    broken["verdicts"][0]["verdict"] = "maybe"
    with pytest.raises(ReportError, match="wrong at verdicts › 1 › verdict: input should be 'supported'"):
        write_docket_page(broken, tmp_path / "v.html")
    with pytest.raises(ReportError, match="kind"):
        docket_page({"kind": "chancellery what-if"})
    assert list(tmp_path.iterdir()) == []
    page = write_docket_page(result(), tmp_path / "v.html")
    assert page.read_text(encoding="utf-8") == docket_page(result())
    assert ch.report(docket(), tmp_path / "w.html").read_bytes() == page.read_bytes()


def test_numbers_that_are_not_there_are_not_shown():
    data = result()
    data["verdicts"][0] |= {"estimate": None, "low": None, "high": None, "posterior": None}
    page = docket_page(data)
    assert "nan" not in re.sub(r"<[^>]*>", "", page).lower()
    assert math.isnan(Shape.model_validate(data).verdicts[0].estimate)
