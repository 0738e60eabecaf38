"""``chancellery rem``: tables in, the regression table out; a mistake is one sentence."""

from __future__ import annotations

import numpy as np
import pytest

from cli_toys import done, run
from table_toys import fitted, write_tables

FORMULA = "calls ~ inertia + recip + tie(friends) + diff(age)"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write_tables(tmp_path_factory.mktemp("tables"))


@pytest.fixture
def options(files):
    return ["--actors", files["actors"], "--network", f"calls={files['calls']}", "--network", f"friends={files['friends']}",
            "--unit", "day"]  # fmt: skip


def test_the_table_is_that_of_python(options):
    ran = done("rem", FORMULA, *options)
    assert ran.out.rstrip("\n") == str(fitted())
    assert ran.err == ""


def test_json_has_full_precision_and_nothing_else(options):
    made = done("rem", FORMULA, *options, "--json").json
    assert made["kind"] == "chancellery rem"
    assert made["events"] == 300
    np.testing.assert_allclose([c["estimate"] for c in made["coefficients"]], fitted().theta, rtol=1e-9)


def test_files_for_papers_and_words_for_people(options, tmp_path):
    tex, svg = tmp_path / "new" / "t.tex", tmp_path / "f.svg"
    ran = done("rem", FORMULA, *options, "--latex", tex, "--forest", svg, "--explain")
    assert r"\begin{tabular}" in tex.read_text(encoding="utf-8")
    assert svg.read_text(encoding="utf-8").startswith("<svg xmlns")
    assert "recip(calls): Where the target turned to the sender before in calls" in ran.out
    assert str(tex) in ran.err


def test_options_reach_the_fit(options, files):
    ran = done(
        "rem", "calls ~ same(floor)", *options, "--model", "coordination", "--undirected", "calls", "--step", "week",
        "--until", "100", "--cluster", "none",
    )  # fmt: skip
    assert "Coordination model: which pair agrees; steps of a week" in ran.out
    assert "Intervals take events for independent" in ran.out
    assert "300 events" not in ran.out
    sampled = done("rem", "calls ~ recip", *options, "--sample", "4", "--seed", "3")
    assert "compared with 4 drawn options (seed 3)" in sampled.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["calls ~ recipp"], "did you mean 'recip'"),
        (["calls ~ quux"], "'quux' is not an effect; effects are intercept, inertia, tie,"),
        (["call ~ recip"], "'call' is not a network of the study; did you mean 'calls'"),
        (["calls ~ recip", "--model", "chioce"], "did you mean 'choice'"),
        (["calls ~ recip", "--network", "more"], "write a name and a file, such as --network calls=calls.csv"),
        (["calls ~ recip", "--network", "calls=x.csv"], "'calls' is there twice"),
        (["calls ~ recip", "--network", "more=nowhere.csv"], "there is no file nowhere.csv"),
        (["calls ~ recip", "--undirected", "cals"], "did you mean 'calls'"),
        (["calls ~ recip", "--since", "yesterday"], "'yesterday' is not a time"),
        (["calls ~ recip", "--cluster", "village"], "'village' is not known"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_with_its_cure(options, words, says):
    ran = run("rem", *words, *options)
    assert ran.code == 1
    assert ran.out == ""
    assert says in ran.err
    assert ran.err.count("\n") == 1


def test_a_fit_never_goes_back_in_its_progress():
    """The bar's time left is worth something only if the share done grows."""
    from chancellery.api import fit
    from toy_case import toy

    made, record, _ = toy()
    shares: list[float] = []
    fit(made, record, progress=lambda what, share: shares.append(share))
    assert len(shares) > 5
    assert shares == sorted(shares)
    assert shares[-1] < 1.0
