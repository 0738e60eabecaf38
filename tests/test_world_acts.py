"""What is done: acts, the CAMEO and PLOVER tables, ties and the clock."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chancellery import world
from chancellery.errors import UnknownAct, WorldError
from chancellery.world import tables

ACTS = [
    "consult", "support", "agree", "cooperate-economic", "cooperate-military", "aid", "concede",
    "demand", "accuse", "threaten", "protest", "sanction", "coerce", "fight",
]  # fmt: skip
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2030, 12, 31))


def root_class(code: str) -> str | None:
    """Class of an event by its two-digit root, the field's usual four quarters."""
    root = int(code[:2])
    if root == 1:
        return None
    return world.CLASSES[(root > 5) + (root > 8) + (root > 14)]


def test_the_fourteen_acts_in_order():
    assert [one.name for one in world.acts()] == ACTS
    assert world.act("Sanction").starts == "sanctions"
    assert world.act("concede").ends == "sanctions"
    for one in world.acts():
        assert (one.weight > 0) == one.klass.endswith("cooperation"), one


def test_an_unknown_act_is_answered_with_the_nearest():
    with pytest.raises(UnknownAct, match="act 'consul' is not known; did you mean 'consult'"):
        world.act("consul")


def test_every_code_has_the_class_of_its_root():
    frame = world.cameo()
    assert frame["code"].is_unique().all()
    assert frame["code"].dtype == pl.String
    for code, act, klass in frame.select("code", "act", "klass").iter_rows():
        assert klass == root_class(code), code
        assert (act is None) == (code[:2] == "01"), code
        assert act is None or world.act(act).klass == klass, code


def test_codes_are_text_and_keep_their_zeros():
    row = dict(world.cameo().select("code", "act").iter_rows())
    assert row["010"] is None
    assert row["10"] == row["100"] == "demand"


def test_an_acts_weight_is_the_mean_of_its_codes_and_its_roots_are_theirs():
    frame = world.cameo().filter(pl.col("code").str.len_chars() > 2)
    for one in world.acts():
        mine = frame.filter(pl.col("act") == one.name)
        assert one.weight == pytest.approx(mine["weight"].mean(), abs=0.005)
        assert set(one.cameo_roots) == set(mine["code"].str.head(2))


@pytest.mark.parametrize(
    ("code", "act", "issue"),
    [("0311", "agree", "economic"), ("057", "agree", "general"), ("061", "cooperate-economic", "economic"),
     ("062", "cooperate-military", "military"), ("064", "cooperate-military", "intelligence"),
     ("073", "aid", "humanitarian"), ("085", "concede", "economic"), ("0256", "consult", "military"),
     ("1124", "accuse", "military"), ("163", "sanction", "economic"), ("192", "fight", "territorial"),
     ("190", "fight", "military"), ("173", "coerce", "judicial"), ("141", "protest", "general")],
)  # fmt: skip
def test_what_a_code_says(code, act, issue):
    row = world.cameo().row(by_predicate=pl.col("code") == code, named=True)
    assert (row["act"], row["issue"]) == (act, issue)


def test_issues_and_tie_kinds_of_every_table_are_known():
    kinds = {one.name for one in world.tie_kinds()}
    for table in ("cameo", "plover"):
        assert {row["issue"] for row in tables.rows(table)} <= set(world.ISSUES)
        assert {row[side] for row in tables.rows(table) for side in ("starts", "ends")} <= kinds | {""}
    assert {one.starts for one in world.acts()} | {one.ends for one in world.acts()} <= kinds | {None}


def test_only_easing_ends_sanctions_and_only_imposing_starts_them():
    starts, ends = zip(*(world.tie_change(code) for code in world.cameo()["code"]), strict=True)
    changes = dict(zip(world.cameo()["code"], zip(starts, ends, strict=True), strict=True))
    assert [code for code, change in changes.items() if change[0] == "sanctions"] == ["163"]
    assert [code for code, change in changes.items() if change[1]] == ["085"]
    assert world.tie_change("COERCE/restrict/economic") == ("sanctions", None)
    assert world.tie_change("COERCE/arrest/legal") == (None, None)
    assert world.tie_change("RETREAT/ease") == (None, "sanctions")
    assert world.tie_change("RETREAT/ceasefire/military") == (None, None)
    with pytest.raises(WorldError, match="CAMEO code '999' is not known"):
        world.tie_change("999")


@pytest.mark.parametrize(
    ("event", "mode", "context", "wanted"),
    [
        ("COOPERATE", None, None, ("cooperate-economic", "general")),
        ("COOPERATE", None, "military", ("cooperate-military", "military")),
        ("cooperate", "", "Economic", ("cooperate-economic", "economic")),
        ("COERCE", "restrict", None, ("coerce", "general")),
        ("COERCE", "restrict", "economic", ("sanction", "economic")),
        ("SANCTION", "convict", "legal", ("coerce", "judicial")),
        ("RETREAT", "ceasefire", None, ("concede", "military")),
        ("REQUEST", "assist", "legislative; humanitarian; economic", ("demand", "humanitarian")),
        ("ASSAULT", "firearms", "election", ("fight", "military")),
        ("CONSULT", "a-mode-of-2031", "a-context-of-2031", ("consult", "general")),
        ("CRIME", None, None, (None, "general")),
    ],
)
def test_plover_events(event, mode, context, wanted):
    assert world.plover(event, mode, context) == wanted


def test_plover_scores_have_the_sign_of_their_class():
    for one in world.acts():
        for event in one.plover:
            assert world.plover(event)[0] in (one.name, "cooperate-economic")
            assert (world.plover_weight(event) > 0) == (one.weight > 0), event
    assert world.plover_weight("ACCUSE") == -3.0


def test_an_unknown_plover_event_is_answered_with_the_nearest():
    with pytest.raises(WorldError, match="PLOVER event 'CONSUL' is not known; did you mean 'CONSULT'"):
        world.plover("CONSUL")


def test_tie_kinds():
    assert world.tie_kind("Trade").directed
    assert not world.tie_kind("alliance").directed
    assert world.tie_kind("sanctions").sign == -1
    assert all(one.meaning for one in world.tie_kinds())
    with pytest.raises(WorldError, match="tie kind 'aliance' is not known; did you mean 'alliance'"):
        world.tie_kind("aliance")


@given(st.sampled_from(["day", "week", "month"]), DAYS, st.integers(0, 900))
def test_steps_cover_every_day_once(step, start, length):
    clock, end = world.Clock(step), start + timedelta(days=length)
    steps = clock.steps(start, end)
    assert steps[0][0] == start
    assert steps[-1][1] == end
    for (_, last), (first, _) in pairwise(steps):
        assert first == last + timedelta(days=1)
    assert all(clock.index(first) == clock.index(last) for first, last in steps)
    assert clock.positions([start, end], start) == [0, len(steps) - 1]


@given(st.sampled_from(["day", "week", "month"]), DAYS)
def test_a_step_holds_its_day(step, day):
    clock = world.Clock(step)
    first, last = clock.span(clock.index(day))
    assert first <= day <= last


def test_weeks_begin_on_monday():
    assert world.Clock("week").steps(date(2022, 2, 24), date(2022, 3, 1)) == [
        (date(2022, 2, 24), date(2022, 2, 27)),
        (date(2022, 2, 28), date(2022, 3, 1)),
    ]


def test_an_event_clock_gives_each_event_its_own_step():
    clock, day = world.Clock("event"), date(2022, 2, 24)
    assert clock.positions([day, day, day + timedelta(days=3)]) == [0, 1, 2]
    with pytest.raises(WorldError, match="in order of time"):
        clock.positions([day, day - timedelta(days=1)])
    with pytest.raises(WorldError, match="positions"):
        clock.index(day)


def test_bad_clocks_and_spans_name_the_cure():
    with pytest.raises(WorldError, match="clock step 'weak' is not known; did you mean 'week'"):
        world.Clock("weak")
    with pytest.raises(WorldError, match="before start"):
        world.Clock().steps(date(2022, 1, 2), date(2022, 1, 1))
    with pytest.raises(WorldError, match="earlier start"):
        world.Clock().positions([date(2022, 1, 1)], date(2022, 1, 2))


def test_dates_in_three_forms():
    assert world.parse_date("2022-02-24") == date(2022, 2, 24)
    assert world.parse_date("2024-02") == date(2024, 2, 1)
    assert world.parse_date("2024-02", end=True) == date(2024, 2, 29)
    assert world.parse_date("2024", end=True) == date(2024, 12, 31)
    for wrong in ("24.02.2022", "2022-13-01", "2023-02-29", ""):
        with pytest.raises(WorldError, match=f"'{wrong}' is not a da"):
            world.parse_date(wrong)


@pytest.mark.parametrize(
    ("span", "wanted"),
    [("90 days", date(2025, 5, 1)), ("2 weeks", date(2025, 2, 14)), ("1 month", date(2025, 2, 28)),
     ("24 months", date(2027, 1, 31)), ("1 year", date(2026, 1, 31)), ("0 days", date(2025, 1, 31))],
)  # fmt: skip
def test_a_span_later(span, wanted):
    assert world.later(date(2025, 1, 31), span) == wanted


def test_a_span_that_is_none_names_the_cure():
    with pytest.raises(WorldError, match="'soon' is not a span of time; write it as '90 days'"):
        world.later(date(2025, 1, 1), "soon")


def test_a_made_up_code_list_maps_like_the_real_one():
    made_up = {"036": "verbal-cooperation", "0874": "material-cooperation", "1125": "verbal-conflict",
               "1451": "verbal-conflict", "2042": "material-conflict"}  # fmt: skip
    klass = dict(world.cameo().select("code", "klass").iter_rows())
    assert {code: klass[code] for code in made_up} == made_up


def test_every_published_cameo_code_is_mapped(shared_data):
    with (shared_data / "cameo_plover" / "cameo_goldstein_andybega.csv").open(encoding="utf-8") as stream:
        published = {row["code"]: float(row["goldstein"]) for row in csv.DictReader(stream)}
    frame = world.cameo().select("code", "klass", "weight")
    own = {code: (klass, weight) for code, klass, weight in frame.iter_rows()}
    assert set(own) == set(published)
    for code, weight in published.items():
        assert own[code] == (root_class(code), weight), code


def test_every_mode_and_context_of_the_conversion_table_is_held(shared_data):
    held = {(row["event"], row["mode"], row["context"]) for row in tables.rows("plover")}
    text = (shared_data / "cameo_plover" / "CAMEO2PLOVER-2021.txt").read_text(encoding="utf-8")
    missing = set()
    for line in text.splitlines():
        code, _, rest = line.partition("#")[0].partition(":")
        parts = [part.strip() for part in rest.split(",")]
        if code.strip().isdigit() and len(parts) == 3:
            event, mode, contexts = parts
            missing |= {(event, mode)} - {(event, "")} - {key[:2] for key in held}
            missing |= {context for context in contexts.replace(" ", "").split(";") if context} - {
                key[2] for key in held
            }
    assert missing == {("ASSAULT", "pro_autocracy")}  # a context printed in the place of the mode
