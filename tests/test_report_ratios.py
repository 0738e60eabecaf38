"""The forest of ratios: right places on a log axis, robust and naive intervals, several fits in one chart."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from chancellery.errors import ReportError
from chancellery.model.table import Row, Table
from chancellery.report.ratios import ratio_forest, write_ratio_forest
from table_toys import fitted


class Made:
    """A fit with the table given."""

    def __init__(self, *rows: Row, ratio: str = "odds ratio") -> None:
        self.rows, self.ratio = rows, ratio

    def table(self) -> Table:
        return Table("t", {}, self.rows, self.ratio)


def label(svg: str) -> str:
    return re.search(r'aria-label="([^"]*)"', svg)[1]


def test_the_chart_says_its_numbers_in_words():
    svg = ratio_forest(Made(Row("recip(calls)", 0.0, 0.1, 0.5), Row("intercept", -9.0, 0.1, has_ratio=False)))
    assert label(svg) == "Odds ratio with 95% interval: recip(calls) 1.000 [0.38, 2.66]."
    assert "intercept" not in svg
    ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns:xlink="http://www.w3.org/1999/xlink" ', 1))


def test_robust_intervals_are_thick_and_naive_ones_thin():
    svg = ratio_forest(Made(Row("x", 0.0, 0.1, 0.5)))
    assert 'stroke-width="5"' in svg
    assert 'stroke-width="1.3"' in svg


def test_several_fits_share_rows_and_have_a_legend():
    one, two = Made(Row("a", 0.5, 0.1), Row("b", 0.1, 0.1)), Made(Row("a", 0.6, 0.1))
    svg = ratio_forest(one, two, names=["small", "large"])
    assert "a small 1.65" in label(svg)
    assert "a large 1.82" in label(svg)
    assert "● small" in svg
    assert "● large" in svg
    assert "b large" not in label(svg)
    assert "b" not in label(ratio_forest(one, two, terms=["a"])).split(":")[1]


def test_endless_intervals_are_cut_and_marked():
    svg = ratio_forest(Made(Row("apart", 30.0, 40.0)))
    assert "▸" in svg
    assert "◂" in svg
    assert "inf" not in svg
    assert "NaN" not in svg


def test_nothing_to_draw_is_one_sentence():
    with pytest.raises(ReportError, match="the forest is empty"):
        ratio_forest(Made(Row("a", 0.5, 0.1)), terms=["z"])


def test_a_file_of_a_real_fit_stands_alone(tmp_path):
    path = write_ratio_forest(tmp_path / "f.svg", fitted(), names=["calls"])
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "recip(calls)" in text
