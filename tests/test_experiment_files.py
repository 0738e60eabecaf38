"""Files of natural experiments: what is understood, and what is refused in one sentence with its cure."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import shock_toys
from chancellery.api import case
from chancellery.cases.experiments import shocked_pairs
from chancellery.errors import CaseError, ChancelleryError
from shock_toys import EXPERIMENT
from toy_case import ACTORS


def test_an_experiment_is_a_table_and_levers(tmp_path: Path):
    made = shock_toys.make(tmp_path)
    assert made.experiments == ["blows"]
    one = made.experiment("blows")
    assert (one.about.on, one.until, one.about.days) == (date(2020, 11, 16), date(2020, 12, 27), 42)
    assert [lever.do for lever in one.levers] == ["start-tie", "act"]
    assert made.experiment(made.folder / "experiments" / "blows.toml") == one


def test_an_act_that_names_no_count_leaves_the_reports_of_the_case(tmp_path: Path):
    made = shock_toys.make(tmp_path, EXPERIMENT.replace("count = 40\n", ""))
    assert made.experiment("blows").levers[1].count == made.reports
    assert shock_toys.make(tmp_path).experiment("blows").levers[1].count == 40


def test_levers_move_with_the_day_to_a_placebo(tmp_path: Path):
    text = EXPERIMENT + "until = 2020-12-01\n"
    moved = shock_toys.make(tmp_path, text).experiment("blows").scenario(date(2020, 4, 6), date(2020, 5, 17))
    assert [lever.on for lever in moved.levers] == [date(2020, 4, 6)] * 2
    assert moved.levers[1].until == date(2020, 4, 21)


def test_pairs_are_spread_over_the_actors():
    assert shocked_pairs(("USA>RUS",), ACTORS) == {("USA", "RUS")}
    assert shocked_pairs(("USA~RUS",), ACTORS) == {("USA", "RUS"), ("RUS", "USA")}
    assert shocked_pairs(("PAK>*",), ACTORS) == {("PAK", a) for a in ACTORS if a != "PAK"}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("shocked = ", "shoked = ", r"blows.toml \[experiment\]: 'shoked' is not a field; did you mean 'shocked'"),
        ("[experiment]", "[experimnt]", r"'\[experimnt\]' is no table of an experiment; did you mean 'experiment'"),
        ("[[lever]]", "[[levers]]", "did you mean 'lever'"),
        ("[experiment]", "[experiment", "not valid TOML"),
        ('title = "Delhi and Beijing come to blows"', "", "field 'title': field required"),
        ('["made up"]', "[]", "field 'sources'"),
        ("on = 2020-11-16\ndays", 'on = "soon"\ndays', "field 'on'"),
        ("days = 42", "days = 4", "field 'days': input should be greater than or equal to 14"),
        ("days = 42", "since = 2021-01-01", "since 2021-01-01 is not before the shock on 2020-11-16"),
        ("IND~CHN", "IND-CHN", "field 'shocked': 'IND-CHN' is no pair; write USA>PAK"),
        ("IND~CHN", "IND~CHM", "field 'shocked': 'CHM' is not in play; did you mean 'CHN'"),
        ("IND~CHN", "IND>CHN", r"lever 2: CHN → IND is not among the shocked pairs.*add 'CHN>IND' to shocked"),
        ('tie = "war"', 'tie = "wars"', "blows.toml lever 1: tie 'wars' is not known; did you mean 'war'"),
        ('do = "act"', 'do = "acts"', "blows.toml levers 2: field 'do'.*did you mean 'act'"),
        ('target = "CHN"\nmutual', 'target = "CHM"\nmutual', "blows.toml lever 2: target: .*CHM"),
        ('target = "CHN"\non = 2020-11-16', 'target = "CHN"\non = 2020-11-15', "lever 1: on 2020-11-15 lies outside"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_cure(tmp_path: Path, old: str, new: str, says: str):
    assert old in EXPERIMENT
    made = shock_toys.make(tmp_path, EXPERIMENT.replace(old, new))
    with pytest.raises(ChancelleryError, match=says) as error:
        made.experiment("blows")
    assert "blows.toml" in str(error.value)
    assert "\n" not in str(error.value)


def test_an_experiment_without_levers_or_with_levers_on_everybody_is_refused(tmp_path: Path):
    with pytest.raises(CaseError, match=r"has no \[\[lever\]\]"):
        shock_toys.make(tmp_path, EXPERIMENT.partition("[[lever]]")[0]).experiment("blows")
    wide = EXPERIMENT + '\n[[lever]]\ndo = "scale-rate"\nsource = "USA"\nfactor = 2\non = 2020-11-16\n'
    with pytest.raises(CaseError, match="lever 3: 'scale-rate' moves pairs that are scored; name source and target"):
        shock_toys.make(tmp_path, wide).experiment("blows")


def test_a_name_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path):
    made = shock_toys.make(tmp_path)
    with pytest.raises(CaseError, match="there is no experiment 'blow'; did you mean 'blows'"):
        made.experiment("blow")
    (made.folder / "experiments" / "latin.toml").write_bytes(b"# \xe9\n")
    with pytest.raises(CaseError, match=r"latin\.toml: is not UTF-8"):
        made.experiment("latin")


def test_shipped_experiments_can_be_read_and_say_where_they_come_from():
    shipped = case("great-powers")
    assert {"skripal", "iran-deal", "kabul", "ukraine", "pelosi"} <= set(shipped.experiments)
    for name in shipped.experiments:
        one = shipped.experiment(name)
        assert one.about.sources
        assert len(shocked_pairs(one.about.shocked, shipped.actors)) < 60


def test_the_example_of_the_page_is_an_experiment(tmp_path: Path):
    page = (Path(__file__).parents[1] / "docs" / "experiments.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert examples
    shipped = case("great-powers")
    for text in examples:
        path = tmp_path / "example.toml"
        path.write_text(text, encoding="utf-8")
        assert shipped.experiment(path).levers
