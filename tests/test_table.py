"""The regression table: right numbers, robust first, and the same table in every form."""

from __future__ import annotations

import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from scipy import stats

from chancellery.errors import ModelError
from chancellery.model.grid import Grid, in_latex
from chancellery.model.side_by_side import compare
from chancellery.model.table import Row, Table, number, p_value, short_ratio
from table_toys import fitted, study

ODD = Row("recip(a_b & 50%)", 1.0, 0.2, 0.5)
SMALL = Table(
    "A <model>",
    {"formula": "y ~ x", "events": 1200, "log likelihood": -12.345},
    (ODD,),
    "odds ratio",
    ("careful",),
)


def test_a_row_follows_from_estimate_and_robust_error():
    assert (ODD.low, ODD.high) == pytest.approx((1 - 1.959964 * 0.5, 1 + 1.959964 * 0.5))
    assert ODD.z == pytest.approx(2.0)
    assert ODD.p == pytest.approx(2 * stats.norm.sf(2.0))
    alone = Row("x", 1.0, 0.2)
    assert alone.high == pytest.approx(1 + 1.959964 * 0.2)
    assert math.isnan(Row("x", 1.0, 0.0).p)


def test_the_text_is_aligned_narrow_and_says_what_endangers_it():
    text = str(SMALL)
    head, row = (
        next(line for line in text.splitlines() if line.startswith(word)) for word in ("effect", "recip")
    )
    for name in ("estimate", "95% interval", "robust se", "naive se", "odds ratio"):
        assert head.index(name) + len(name) <= len(row) + 2
    assert head.index("95% interval") < head.index("robust se") < head.index("naive se")
    assert "[0.020, 1.980]" in row
    assert "1,200 events; log likelihood -12.35" in text or "1,200 events; log likelihood -12.34" in text
    assert "Warning: careful" in text
    assert "*" not in text.replace("**", "")
    assert "1.000*" in str(SMALL.with_stars())


def test_no_line_is_wider_than_a_page_and_the_last_columns_go_first():
    rows = tuple(
        Row(f"mixed_common_sender(calls{x}, friends, weighted, log1p)", 0.1, 0.1, 0.2, "a-rather-long-class")
        for x in range(3)
    )
    text = str(Table("t", {"events": 1}, rows, "hazard ratio", notes=("word " * 60,)))
    assert max(map(len, text.splitlines())) <= 100
    head = next(line for line in text.splitlines() if line.startswith("effect"))
    assert "robust se" in head
    assert "hazard ratio" not in head
    assert "hazard ratio" in Table("t", {}, rows, "hazard ratio").markdown()


@pytest.mark.parametrize(
    ("value", "se", "text"),
    [(0.12345, 0.05, "0.123"), (0.00012345, 0.00003, "0.00012"), (None, 0.1, ""), (math.nan, 0.1, "")],
)
def test_numbers_have_the_decimals_their_error_needs(value, se, text):
    assert number(value, Row("x", 0.0, se)) == text


def test_small_numbers_are_said_as_small():
    assert (p_value(0.0004), p_value(0.0314), p_value(math.nan)) == ("<0.001", "0.031", "")
    assert [short_ratio(r) for r in (1.004, 4.12, 620.4, 0.5, 0.02, 3e6)] == [
        "1.004",
        "4.12",
        "620",
        "0.50",
        "0.0200",
        "3.0e+06",
    ]


def test_latex_is_a_whole_tabular_with_everything_escaped():
    tex = SMALL.latex()
    assert tex.count(r"\begin{tabular}") == tex.count(r"\end{tabular}") == 1
    columns = re.search(r"\\begin\{tabular\}\{@\{\}(\w+)@\{\}\}", tex)[1]
    body = [line for line in tex.splitlines() if line.endswith(r"\\") and "multicolumn" not in line]
    assert len(columns) == 7
    for line in body:
        assert len(re.findall(r"(?<!\\)&", line)) == len(columns) - 1
    assert r"recip(a\_b \& 50\%)" in tex
    assert [tex.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 1, 1]
    assert not re.search(r"(?<!\\)[_#%](?! needs)", "\n".join(body))
    for left, right in ("{}",):
        assert tex.count(left) - tex.count(rf"\{left}") == tex.count(right) - tex.count(rf"\{right}")


def test_latex_prints_signs_and_brackets_as_they_stand():
    assert in_latex("-1.5 a-b [-2, x]") == "$-$1.5 a-b [$-$2, x]"
    assert in_latex(r"\~^{}<>|") == (r"\textbackslash{}\textasciitilde{}\textasciicircum{}\{\}$<$$>$$|$")
    assert r"& {}[" in SMALL.latex()


class Tags(HTMLParser):
    """Counts tags that are open and collects text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_html_is_one_escaped_fragment_that_loads_nothing():
    html = SMALL.html()
    read = Tags(html)
    assert read.open == []
    assert "A <model>" in "".join(read.words)
    assert "<model>" not in html
    assert not re.search(r"src=|href=|url\(|<script|<style", html)


def test_markdown_has_a_row_a_term_and_no_broken_cells():
    lines = [line for line in SMALL.markdown().splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1
    assert r"a\_b" in lines[2]
    assert Grid("", (), ("a", "b"), (("x|y", "1"),)).markdown().count(r"\|") == 1


def test_the_frame_has_everything_at_full_precision():
    fit = fitted()
    frame = fit.table(behind=True).frame()
    np.testing.assert_array_equal(frame["estimate"], fit.theta)
    np.testing.assert_array_equal(frame["robust_se"], fit.robust_se)
    np.testing.assert_allclose(frame["ratio_high"], np.exp(fit.theta + 1.959964 * fit.robust_se))
    assert frame["term"].to_list() == [t.label for t in fit.terms]
    assert frame["events"][0] < fit.events == 300
    assert fit.table().frame()["events"].null_count() == 4


def test_events_behind_an_estimate_are_counted_from_scratch():
    """Recounted by hand: calls that follow an earlier call of the same pair, or its return, or go to friends."""
    from table_toys import tables

    t, seen, inertia, recip, friends = tables(), set(), 0, 0, 0
    tied = set(zip(t["friends"]["sender"], t["friends"]["receiver"]))
    for a, b in zip(t["calls"]["sender"], t["calls"]["receiver"]):
        inertia += (a, b) in seen
        recip += (b, a) in seen
        friends += (a, b) in tied
        seen.add((a, b))
    assert fitted().table(behind=True).frame()["events"].to_list()[:3] == [inertia, recip, friends]


def test_printing_a_fit_prints_its_table():
    fit = fitted()
    assert str(fit) == str(fit.table())
    assert "300 events; 10 actors; log likelihood" in str(fit)
    assert "robust to dependence within pairs" in str(fit)
    assert fit._repr_html_().startswith("<table")
    aic = fit.table().facts["AIC"]
    assert aic == pytest.approx(2 * 4 - 2 * fit.loglik)
    assert fit.table().facts["BIC"] == pytest.approx(4 * np.log(300) - 2 * fit.loglik)


def test_a_timed_model_gives_no_ratio_to_its_baseline_and_warns_of_few_clusters():
    fit = fitted("calls ~ 1 + outdeg", "rate")
    frame = fit.table().frame()
    assert frame["ratio"].null_count() == 1
    assert "Hazards are per day" in str(fit)
    assert "Warning: only 10 senders" in str(fit)
    assert "hazard ratio" in str(fit)


def test_thin_terms_are_named():
    from chancellery import rem

    rare = rem.fit(study(), "calls ~ recip + inertia(window='0.5 days')")
    behind = rare.table(behind=True)
    assert behind.frame()["events"][1] < 20
    assert "Few events behind an estimate: 'inertia(calls, window=0.5 days)'" in str(behind)


def test_fits_stand_side_by_side():
    less, more = fitted("calls ~ recip"), fitted()
    side = compare(less, more, names=["less", "more"])
    text = str(side)
    row = next(line for line in text.splitlines() if line.startswith("recip(calls)"))
    assert len(re.findall(r"-?\d+\.\d+", row)) == 2
    assert text.splitlines()[text.splitlines().index(row) + 1].count("(") == 2
    assert "AIC" in text
    assert "cannot be compared" not in text
    assert side.frame()["name"].to_list() == ["less"] + ["more"] * 4
    assert side.latex().count(r"\midrule") == 2
    assert Tags(side.html()).open == []
    timed, order = fitted("calls ~ 1 + outdeg", "rate"), fitted("calls ~ outdeg", "rate")
    assert "cannot be compared" in str(compare(less, timed))
    assert "cannot be compared" in str(compare(timed, order))


def test_many_fits_continue_below():
    text = str(compare(*[fitted()] * 12))
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("Models side by side") == 2
    assert "(12)" in text


@pytest.mark.parametrize(
    ("count", "names", "says"),
    [(0, None, "at least one fit"), (2, ["a"], "1 names for 2 fits"), (2, ["a", "a"], "the same name")],
)
def test_a_wrong_comparison_is_one_sentence(count, names, says):
    with pytest.raises(ModelError, match=says):
        compare(*[fitted()] * count, names=names)


def test_the_political_fit_uses_the_same_table():
    from toy_case import toy

    fit = toy()[2]
    table = fit.table()
    assert {"verbal-cooperation", "all"} <= {r.group for r in table.rows}
    text = str(fit)
    assert max(len(line) for line in text.splitlines()) <= 100
    for word in (
        "common-enemy",
        "robust se",
        "naive se",
        "convergence:",
        "collinearity:",
        "events",
        fit.spec.title or "",
    ):
        assert word in text
    assert fit._repr_html_().startswith("<table")
    assert compare(fit, fit).frame().height == 2 * len(table.rows)
