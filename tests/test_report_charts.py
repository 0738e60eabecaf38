"""Charts, words and tables of a what-if: what is drawn, how numbers are written, what fits a terminal."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from chancellery.answer.estimate import Estimate
from chancellery.errors import ReportError
from chancellery.report import phrases
from chancellery.report.charts import axis_ends, drawn, figures, kind, lever_days, running_mean
from chancellery.report.fit_charts import ratio_ticks
from chancellery.report.forest import difference_charts, ticks_apart
from chancellery.report.result import Line, View, view
from chancellery.report.tables import whatif_markdown, whatif_table
from test_report import answer, fan, number, toy

SIZES = st.floats(-1e6, 1e6, allow_nan=False)
UNITS = st.sampled_from(["a year", "a month", "index", "probability"])


def line_of(v: View, label: str) -> Line:
    return next(x for x in v.lines if x.label == label)


def rare() -> View:
    """The toy with its first question asked of something that happens six times a year."""
    result = toy()
    for s in result["scenarios"].values():
        s["answers"][0] = answer(
            "Rare", "a year", "unclear", number(6, 1, 0.1, 2), number(7, 1, 0.1, 3), number(1, 1.5)
        )
        s["answers"][0]["fans"]["scenario"] = fan(7, 6)
    return view(result)


def test_a_question_is_drawn_as_what_it_is():
    v = view(toy())
    assert [kind(x) for x in v.lines] == ["fan", "fan", "share"]
    assert kind(rare().lines[0]) == "rare"


def test_a_rate_is_drawn_from_zero_and_an_index_around_its_values():
    v = view(toy())
    low, high = axis_ends(line_of(v, "A and B agree on energy"))
    assert low == 0.0
    assert high > 216
    low, high = axis_ends(line_of(v, "Hedging of A"))
    assert 0.7 < low < 0.75
    assert 0.83 < high < 0.9
    assert axis_ends(line_of(v, "The war ends")) == (0.0, 1.0)


def test_a_fan_has_two_bands_and_the_median():
    v = view(toy())
    line = line_of(v, "A and B agree on energy")
    bands, curve = drawn(line.replies[0].fans[1], line.replies[0].level, line)
    assert [(b[0]["low"], b[0]["high"]) for b in bands] == [(144.0, 216.0), (162.0, 198.0)]
    assert [row["y"] for row in curve] == [180.0] * 26


def test_a_rare_act_is_drawn_with_the_range_of_whole_futures():
    line = rare().lines[0]
    bands, curve = drawn(line.replies[0].fans[1], line.replies[0].level, line)
    assert [(row["day"][:10], row["low"], row["high"]) for row in bands[0]] == [
        ("2025-05-01", 4, 10), ("2027-05-01", 4, 10),
    ]  # fmt: skip
    assert {row["y"] for row in curve} == {7.0}
    assert axis_ends(line)[1] < 12  # the quantiles by stretch would reach 19


def test_stretches_without_a_value_are_left_out():
    result = toy()
    fans = result["scenarios"]["thaw"]["answers"][1]["fans"]["scenario"]
    for band in ("mean", "q10", "q25", "q50", "q75", "q90"):
        fans[band][0] = None
    line = line_of(view(result), "Hedging of A")
    bands, curve = drawn(line.replies[0].fans[1], line.replies[0].level, line)
    assert [len(rows) for rows in (*bands, curve)] == [25, 25, 25]


def test_a_question_no_scenario_changes_is_drawn_once():
    assert [len(f.panels) for f in figures(view(toy()))] == [2, 2, 1]


def test_days_of_levers_are_marked():
    v = view(toy())
    assert lever_days(v, "thaw", v.lines[0]) == ["2025-09-01"]
    assert lever_days(v, "freeze", v.lines[0]) == []


def test_a_running_mean_worked_by_hand():
    assert running_mean((1.0, 4.0, 7.0, math.nan)) == (2.5, 4.0, 5.5, 7.0)
    assert math.isnan(running_mean((math.nan,))[0])


def test_differences_are_percent_for_rates_and_points_for_the_rest():
    titles, charts = zip(*difference_charts(view(toy())))
    assert titles[0].endswith("in % of the baseline")
    assert titles[1].endswith("in points")
    # +60 on 120; 90% ends with both errors: 60 ± √(20² + (1.645·5)²).
    assert "A and B agree on energy A +50.0% [+32.0, +68.0]" in charts[0]
    assert "Hedging of A A +0.1 [-1.1, +1.3]" in charts[1]
    assert "The war ends" not in charts[0]


def test_a_rate_that_is_zero_in_the_baseline_has_no_percent_and_does_no_harm():
    result = toy()
    for s in result["scenarios"].values():
        s["answers"][0]["baseline"] = number(0.0, 0.0, 0.0, 0.0)
    assert [title.split(":")[0] for title, _ in difference_charts(view(result))] == [
        "Indices and probabilities"
    ]


@given(st.floats(-1e4, -1), st.floats(1, 1e4))
def test_ticks_hold_zero_and_keep_their_distance(low: float, high: float):
    ticks = ticks_apart(low, high)
    assert 0 in ticks
    assert ticks == sorted(set(ticks))
    assert len(ticks) <= 9
    assert all(low <= t <= high for t in ticks)


@given(st.floats(0.05, 0.95), st.floats(1.05, 20))
def test_ticks_of_ratios_hold_one(low: float, high: float):
    ticks = ratio_ticks(low, high)
    assert 1.0 in ticks
    assert len(ticks) <= 7
    assert all(low <= t <= high for t in ticks)


@settings(deadline=None)
@given(SIZES, st.floats(0, 1e5), st.floats(0, 1e5), UNITS)
def test_no_number_is_a_signed_zero_or_has_a_hyphen_for_minus(
    value: float, half: float, error: float, unit: str
):
    e = Estimate(value, value - half, value + half, error, value, value)
    shown = phrases.change(e, unit) + phrases.interval(e, unit, difference=True) + phrases.interval(e, unit)
    assert "-" not in shown
    for sign in "+−":
        for zero in ("0 ", "0]", "0,", "0.0 ", "0.00,", "0.00]", "0.000,", "0.000]"):
            assert f"{sign}{zero}" not in shown


def test_small_differences_of_indices_get_the_digits_they_need():
    e = Estimate(0.00007, -0.00025, 0.0004, 0.00017, 0, 0)
    assert phrases.change(e, "index") == "+0.0001"
    assert phrases.interval(e, "index", difference=True) == "[−0.0003, +0.0004]"
    assert phrases.error(e, "index", difference=True) == "±0.0002"


def test_a_value_that_is_not_defined_is_a_dash():
    e = Estimate(*[math.nan] * 6)
    assert (phrases.change(e, "index"), phrases.interval(e, "index"), phrases.error(e, "index")) == (
        "–",
        "",
        "",
    )


def test_log_odds_are_told_as_a_factor():
    assert phrases.odds(math.log(2)) == "2.000 (+100%)"
    assert phrases.odds(-0.0152) == "0.985 (−1.5%)"
    assert phrases.odds(1e6)  # absurd, and no reason to fail


def test_dates_are_told_in_words():
    assert phrases.day("2025-05-01") == "1 May 2025"
    assert phrases.day("some day") == "some day"


def test_words_for_lists():
    assert [phrases.listed(x) for x in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_the_lead_says_when_nothing_changes_anywhere():
    result = toy()
    for s in result["scenarios"].values():
        for a in s["answers"]:
            a["verdict"] = "identical"
    assert phrases.lead(view(result)).startswith("Nothing changes in either scenario")
    del result["scenarios"]["freeze"]
    assert phrases.lead(view(result)) == "Nothing changes: every future is the same as in the baseline."


def test_the_lead_of_one_scenario_is_its_own():
    result = toy()
    del result["scenarios"]["freeze"]
    said = "In the scenario, “A and B agree on energy” rises; in 2 of 3 lines no change stands out."
    assert phrases.lead(view(result)) == said


def printed(width: int, result: dict) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(whatif_table(result))
    return captured.get().splitlines()


@pytest.mark.parametrize("width", [80, 100])
def test_the_table_fits_and_shows_both_scenarios_under_every_question(width: int):
    rows = printed(width, toy())
    text = "\n".join(rows)
    assert max(map(len, rows)) <= width
    assert "A: The thaw" in text
    assert "B: The freeze" in text
    assert text.count("+60.0 [+40.0, +80.0] ±5.0") == 2
    assert "A 180" in text
    assert "B 180" in text
    assert "▲ rises" in text
    assert "○ unclear" in text
    assert text.count("0 in every future") == 2
    assert " ".join(text.split()).index("Group one") < " ".join(text.split()).index("Group two")


def test_a_single_scenario_needs_no_letters():
    result = toy()
    del result["scenarios"]["freeze"]
    text = "\n".join(printed(100, result))
    assert "A 180" not in text
    assert "A: The thaw" not in text


def test_square_brackets_in_a_label_are_not_markup():
    result = toy()
    result["scenarios"]["thaw"]["answers"][0]["label"] = "[bold]Energy[/bold]"
    assert "[bold]Energy[/bold]" in "\n".join(printed(100, result))


def test_markdown_has_a_row_for_every_scenario_of_every_question():
    result = toy()
    result["scenarios"]["thaw"]["answers"][0]["label"] = "A | B <b>*"
    text = whatif_markdown(result)
    rows = [x for x in text.splitlines() if x.startswith("| ")]
    assert len(rows) == 2 + 2 + 6  # head and rule, groups, replies
    assert {x.replace("\\|", "").count("|") for x in rows} == {8}
    assert "A \\| B &lt;b&gt;\\*" in text
    assert "| A | 120 | 180 | +60.0 \\[+40.0, +80.0\\] ±5.0 | ▲ rises |" in text


@pytest.mark.parametrize("show", [whatif_table, whatif_markdown])
def test_tables_refuse_what_is_no_result(show):
    with pytest.raises(ReportError, match="'chancellery whatif'"):
        show({"kind": "something else"})
