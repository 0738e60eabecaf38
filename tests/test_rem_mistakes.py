"""What a user may get wrong with relational event models: one sentence that names the field and the cure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from chancellery import rem
from chancellery.errors import ModelError
from chancellery.rem.formula import read_formula

ACTORS = {
    "label": list("abcde"), "floor": [1, 2, 1, 2, 3], "word": ["x", "y", "x", None, "y"], "num": [0.1, 0.5, -2, 1.0, 3.0],
}  # fmt: skip
CALLS = {"time": [1, 2, 3, 4, 5, 6, 7, 8], "sender": list("abcdeabc"), "receiver": list("bcdeabca")}
TYPED = {**CALLS, "type": ["aid", "talk"] * 4}
AGREED = rem.Network(CALLS, directed=False)


def made(actors: object = None, **given) -> rem.Study:
    networks = given.pop("networks", {"calls": given.pop("calls", CALLS)})
    return rem.Study(ACTORS if actors is None else actors, networks, **given)


def fit(
    terms: str = "inertia + recip", model: str = "choice", study: rem.Study | None = None, **given
) -> rem.RemFit:
    return rem.fit(study or made(), f"calls ~ {terms}", model, **{"threads": 1, **given})


FORMULAS = {  # formula, model: what the sentence says
    ("inerta", "choice"): "'inerta' is not an effect; did you mean 'inertia'",
    ("inertia(windw=3)", "choice"): "no option 'windw'; did you mean 'window'",
    ("same(floor, window=3)", "choice"): "no option 'window'",
    ("1(window=3)", "rate"): "is not an effect",
    ("intercept(window=3)", "rate"): "effect 'intercept' has no options",
    ("ego(num)", "choice"): "effect 'ego' has no meaning in a choice model; it belongs to rate, tie",
    ("1 + inertia", "choice"): "'intercept' has no meaning in a choice model",
    ("inertia", "rate"): "'inertia' has no meaning in a rate model",
    ("outdeg(type=ego)", "choice"): "type='ego' is the same for all targets",
    ("outdeg(type=alter)", "rate"): "no target; leave type='alter' out",
    ("indeg(ignore_repetitions=TRUE)", "rate"): "ignore_repetitions is about pairs",
    ("inertia(calls, calls)", "choice"): "reads a network, not 2",
    ("same()", "choice"): "reads an attribute, not 0",
    ("tie(friends)", "choice"): "'friends' is not a network of the study",
    ("same(flor)", "choice"): "'flor' is not an attribute of the actors; did you mean 'floor'",
    ("tertius(calls, nm)", "choice"): "'nm' is not an attribute of the actors; did you mean 'num'",
    ("alter(word)", "choice"): r"'word' is made of words; use same\(word\)",
    ("tertius(calls, word)", "choice"): "made of words and has no mean",
    (
        "alter(num, transform=log1p)",
        "choice",
    ): "log1p needs values from 0 on, and attribute 'num' goes down to -2",
    ("alter(num, transform=log)", "choice"): "transform is one of identity, log1p",
    ("tertius(num, summary=median)", "choice"): "summary is one of mean, sum",
    ("inertia(weighted=yes)", "choice"): "weighted is true or false, not 'yes'",
    ("inertia(window=-5)", "choice"): "longer than 0 and finite, not -5",
    ("inertia(window='-5 days')", "choice"): "longer than 0 and finite, not -5 days",
    ("inertia(window=0)", "choice"): "longer than 0",
    ("inertia(half_life=1e999)", "choice"): "longer than 0 and finite",
    ("inertia(window='3 fortnights')", "choice"): "'3 fortnights' is not a length of time",
    ("inertia(window='1.2.3 days')", "choice"): "is not a length of time",
    ("inertia(window=5, half_life=3)", "choice"): "a window or a half_life, not both",
    ("inertia(half_life=3, weighted=FALSE)", "choice"): "does not decay",
    ("four(half_life=3)", "choice"): "use a window instead of a half_life",
    ("node_trans(half_life=3)", "choice"): "use a window instead of a half_life",
    ("trans(join=minimum)", "choice"): "join='minimum' needs weighted=True",
    ("inertia(on=aid)", "choice"): "the events have no column 'type'",
    ("inertia(of=aid)", "choice"): "has no events of type 'aid'",
    ("kind(aid)", "choice"): "'aid' is not a type of event",
    ("shift(AB-CD)", "tie"): "'AB-CD' is not a shift; they are AB-BA",
    ("psABBA(calls)", "tie"): "its name says which shift",
    ("inertia + inertia", "choice"): "is there twice",
    ("inertia:recip:trans", "choice"): "at most two effects can be multiplied",
    ("inertia:(recip:trans)", "choice"): "at most two effects can be multiplied",
    ("1:indeg", "rate"): "the intercept is a term of its own",
    ("inertia - recip", "choice"): "is not an effect",
    ("inertia * recip", "choice"): "is not an effect",
    ("", "choice"): "cannot be read",
    ("inertia(", "choice"): "cannot be read",
    ("(lambda: 3)", "choice"): "cannot be read",
    ("inertia(5)", "choice"): "'5' is not the name of a network",
    ("inertia(window=[1])", "choice"): "not a plain value of an option",
    ("same(floor) + sim(floor) + diff(floor)", "choice"): "say the same",
    ("inertia", "choise"): "model 'choise' is none of rate, choice, coordination, tie",
    ("inertia", "coordination"): r"make 'calls' a Network\(..., directed=False\)",
}


@pytest.mark.parametrize(("formula", "said"), FORMULAS.items(), ids=lambda x: str(x)[:40])
def test_formulas(formula: tuple[str, str], said: str):
    with pytest.raises(ModelError, match=said):
        fit(*formula)


def test_types_of_events():
    typed = made(calls=TYPED)
    for terms, model, said in (
        ("indeg(on=aid)", "rate", "events of all types; leave 'on' out"),
        ("ego(floor):indeg(on=aid)", "rate", "events of all types; leave 'on' out"),
        ("indeg(of=same)", "rate", "name one in 'of'"),
        ("kind(war)", "choice", "the types are aid, talk"),
        ("inertia(of=war)", "choice", "has no events of type 'war'; it has aid, talk"),
    ):
        with pytest.raises(ModelError, match=said):
            fit(terms, model, typed)


def test_a_formula_that_is_none():
    for text in (
        None,
        3,
        "inertia",
        "a b ~ inertia",
        "~ inertia",
        "calls ~ inertia\0",
        "calls ~ " + "(" * 300 + "x" + ")" * 300,
    ):
        with pytest.raises(ModelError, match="formula"):
            rem.fit(made(), text)
    with pytest.raises(ModelError, match="'cals' is not a network of the study; did you mean 'calls'"):
        rem.fit(made(), "cals ~ inertia")
    with pytest.raises(ModelError, match="too deep"):
        read_formula("calls ~ " + " + ".join(["inertia"] * 20000))


OPTIONS = [
    ({"step": "hour"}, "step 'hour' is not known; steps are event, day"),
    ({"since": 100}, "no event to fit"),
    ({"until": 0}, "no event to fit"),
    ({"since": "junk"}, "since: 'junk' is not a time; write a number or a date"),
    ({"since": "2018-03-04"}, "since: its times are dates"),
    ({"since": [1]}, "since: give one number or date"),
    ({"cluster": "dyads"}, "'dyads' is not known; use dyad, sender"),
    ({"cluster": "dyad+week+day"}, "or two as 'sender\\+week'"),
    ({"cluster": [1, 2]}, "2 labels for 8 rows"),
    ({"cluster": 3}, "a list of one label a row"),
    ({"sample": 0}, "'sample' is a whole number from 1 on"),
    ({"sample": 2.5}, "'sample' is a whole number"),
    ({"sample": True}, "'sample' is a whole number"),
    ({"sample": 2, "model": "rate", "terms": "indeg"}, "few options; leave 'sample' out"),
    ({"seed": "x"}, "'seed' is a whole number"),
    ({"threads": 0}, "'threads' is a whole number from 1 on"),
    ({"memory": 10}, "needs about .* GB are free"),
    ({"memory": "1GB"}, "'memory' is a number of bytes"),
    ({"memory": 10, "model": "tie"}, "needs about"),
    ({"risk": "x"}, "risk: 'x' is not a network"),
    ({"risk": "calls", "model": "rate", "terms": "indeg"}, "'risk' is about pairs"),
    ({"risk": "calls"}, r"row 1 \(a → b, time 1\) was not possible then; see who is present, .*'risk'"),
    ({"allowed": 3}, "a list of labels for each row"),
    ({"allowed": [["a"]]}, "1 lists for 8 rows"),
    ({"allowed": ["b"] * 8}, "list 1 is 'b'; write a list"),
    ({"allowed": [None] * 8}, "list 1 is None"),
    ({"allowed": [["z"]] * 8}, "names 'z', which is not an actor"),
    ({"allowed": [["a"]] * 8}, "was not possible then"),
    ({"allowed": np.ones((8, 3))}, "3 columns for 5 actors"),
    ({"allowed": [["a"]] * 8, "model": "tie"}, "for a tie model name a network as 'risk'"),
    ({"priors": {"inertia": 3}}, r"priors: 'inertia' is not a term of the formula; did you mean 'inertia\(calls\)'"),
    ({"priors": {"inertia(calls)": 3}}, "needs a prior such as"),
    ({"priors": 3}, "priors: give a dictionary"),
    ({"cluster": "sender", "model": "tie"}, "by sender; use dyad"),
    ({"cluster": "dyad", "model": "rate", "terms": "indeg"}, "by dyad; use sender"),
    ({"cluster": "dyad", "model": "tie", "terms": "1 + inertia(half_life=3)"}, "has no robust errors by dyad; use None"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "said"), OPTIONS, ids=[str(o[0])[:45] for o in OPTIONS])
def test_options_of_fit(given: dict, said: str):
    with pytest.raises(ModelError, match=said):
        fit(**given)


def test_the_study_comes_first():
    with pytest.raises(ModelError, match=r"rem\.Study, not dict"):
        rem.fit(CALLS, "calls ~ inertia")


def change(**columns: object) -> dict:
    return {"calls": {**CALLS, **columns}}


STUDIES = [
    ({"calls": change(sender=list("abcdezbc"))["calls"]}, "network 'calls': row 6 names 'z', which is not among the actors"),
    ({"calls": change(sender=list("bbcdeabc"))["calls"]}, "row 1 goes from 'b' to itself"),
    ({"calls": change(time=[1, None, 3, 4, 5, 6, 7, 8])["calls"]}, "row 2 has no time"),
    ({"calls": change(time=[1.0, 2, float("nan"), 4, 5, 6, 7, 8])["calls"]}, "row 3 has nan as its time"),
    ({"calls": change(time=[1.0, 2, float("inf"), 4, 5, 6, 7, 8])["calls"]}, "row 3 has inf as its time"),
    ({"calls": change(time=["2020-13-41"] * 8)["calls"]}, "times are numbers or dates such as 2018-03-04, not '2020-13-41'"),
    ({"calls": change(time=["2020-01-01", *range(7)])["calls"]}, "do not make a table"),
    ({"calls": change(time=[True] * 8)["calls"]}, "times are numbers or dates"),
    ({"calls": change(increment=list("abcdefgh"))["calls"]}, "row 1 has 'a' as its 'increment', which is not a number"),
    ({"calls": change(increment=[1, *[float("inf")] * 7])["calls"]}, "row 2 has an infinite 'increment'"),
    ({"calls": change(increment=[1] * 8, replace=[1] * 8)["calls"]}, "both 'replace' and 'increment'"),
    ({"calls": change(type=["x", None] * 4)["calls"]}, "row 2 has no type"),
    ({"calls": {"time": [1], "sender": ["a", "b"], "receiver": ["b"]}}, "different lengths"),
    ({"calls": {"time": [1], "sender": ["a"]}}, "has no column 'receiver'; it has time, sender"),
    ({"calls": "/nowhere/calls.csv"}, r"there is no file calls\.csv"),
    ({"calls": 3}, "give a polars frame, a dictionary of columns or a CSV file, not int"),
    ({"networks": [CALLS]}, "networks: give a dictionary"),
    ({"networks": {"calls": CALLS, "x": {**CALLS, "time": ["2020-01-01"] * 8}}}, "network 'x': its times are dates"),
    ({"calls": rem.Network(CALLS, initial=np.ones((3, 3)))}, r"the initial matrix is \(3, 3\), not \(5, 5\)"),
    ({"calls": rem.Network(CALLS, initial=[["a"] * 5] * 5)}, "not 5 rows of 5 numbers"),
    ({"calls": rem.Network(CALLS, initial=np.tri(5), directed=False)}, "symmetric initial matrix"),
    ({"actors": {"label": list("aabcd")}}, "actors: 'a' is there twice"),
    ({"actors": {"label": ["a"]}}, "at least two actors"),
    ({"actors": {"label": []}}, "at least two actors"),
    ({"actors": {}}, "actors: the table has no columns"),
    ({"actors": {"label": ["a", None, "c"]}}, "actors: row 2 has no 'label'"),
    ({"actors": {"label": list("abcde"), "x": [[1]] * 5}}, "attribute 'x' is made of"),
    ({"actors": {**ACTORS, "present": ["TRUE", "maybe", "TRUE", "TRUE", "TRUE"]}}, "row 2 has 'maybe' as its 'present'"),
    ({"actors": {**ACTORS, "num": [0.0, float("inf"), 1, 2, 3]}}, "row 2 has an infinite 'num'"),
    ({"presence": {"time": [3], "replace": [False]}}, "presence: has no column 'node'"),
    ({"presence": {"time": [3], "node": ["z"], "replace": [False]}}, "presence: row 1 names 'z'"),
    ({"attributes": {"nun": {"time": [3], "node": ["a"], "replace": [1]}}}, "not a column of actors; did you mean 'num'"),
    ({"attributes": {"word": {"time": [3], "node": ["a"], "replace": [1]}}}, "made of words; only numbers can change"),
    ({"attributes": {"num": {"time": [3], "node": ["a"], "replace": ["x"]}}}, "row 1 has 'x' as its 'replace'"),
    ({"senders": ["z"]}, "senders: row 1 names 'z'"),
    ({"senders": "abc"}, "senders: give a list of labels"),
    ({"receivers": []}, "receivers: the list is empty"),
    ({"unit": "dayz"}, "unit 'dayz' is not known; did you mean 'day'"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "said"), STUDIES, ids=[s[1][:45] for s in STUDIES])
def test_studies(given: dict, said: str):
    with pytest.raises(ModelError, match=said):
        made(**given)


@pytest.mark.parametrize("model", ["choice", "rate", "tie"])
@pytest.mark.parametrize("who", ["c", "d"])
def test_an_event_of_someone_absent(model: str, who: str):
    away = made(presence={"time": [2.5], "node": [who], "replace": ["FALSE"]})
    terms = "indeg" if model == "rate" else "inertia"
    said = r"row 4 \(d, time 4\)" if model == "rate" and who == "d" else r"row 3 \(c"
    with pytest.raises(ModelError, match=said + r".* was not possible then; see who is present"):
        fit(terms, model, away)


def test_rows_are_counted_as_in_the_table():
    turned = {name: values[::-1] for name, values in CALLS.items()}
    with pytest.raises(ModelError, match=r"row 6 \(c → d, time 3\)"):
        fit(study=made(calls=turned, presence={"time": [2.5], "node": ["d"], "replace": [False]}))


def test_nothing_happened():
    none = {"time": [], "sender": [], "receiver": []}
    with pytest.raises(ModelError, match="network 'calls' has no event to fit"):
        fit(study=made(calls=none))
    with pytest.raises(ModelError, match="'intercept' never varies"):
        fit("1", "rate", made(calls={name: values[:1] for name, values in CALLS.items()}))
    far = made(calls=change(time=[x * 1e15 for x in range(8)])["calls"])
    with pytest.raises(ModelError, match="leave the calendar; see the study's unit"):
        fit(study=far, step="month")


def test_a_file_that_is_no_table(tmp_path: Path):
    for name, content in (("empty.csv", b""), ("noise.csv", bytes(range(256)) * 4)):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ModelError, match="network 'calls'"):
            made(calls=tmp_path / name)
    with pytest.raises(ModelError, match="there is no file"):
        made(calls=tmp_path)


def test_spellings_of_r_and_of_the_field_work():
    one = read_formula(
        "calls ~ inertia(calls, weighted = TRUE, transformFun = log1p, window = Inf, ignoreRep = FALSE) + same(actors$floor)"
        " + mixed_trans(network = list(calls, friends)) + tertius(calls, actors$num, aggregateFun = sum) + shift(AB-BA) + psABXA"
    )[1]
    assert [t.label for t in one] == [
        "inertia(calls, weighted, log1p)", "same(floor)", "mixed_trans(calls, friends)", "tertius(calls, num, sum)",
        "shift(AB-BA)", "shift(AB-XA)",
    ]  # fmt: skip
    assert read_formula("calls ~ reciprocity + otp + indegreeSender")[1][1].options == {
        "weighted": True,
        "join": "minimum",
    }


def test_what_r_and_spreadsheets_write_is_read(tmp_path: Path):
    (tmp_path / "actors.csv").write_text('"label","present","num"\n"a",TRUE,1\n"b",FALSE,NA\n"c",TRUE,3\n')
    (tmp_path / "there.csv").write_text("time,node,replace\n5,b,TRUE\n6,a,FALSE\n")
    (tmp_path / "calls.csv").write_text("time,sender,receiver,increment\n1,a,c,1\n2,c,a,NA\n")
    study = rem.Study(
        tmp_path / "actors.csv", {"calls": str(tmp_path / "calls.csv")}, presence=tmp_path / "there.csv"
    )
    assert study.present.tolist() == [True, False, True]
    assert study.presence_changes[2].tolist() == [1.0, 0.0]
    assert study.start_values["num"].tolist() == [1.0, 2.0, 3.0]
    assert study.networks["calls"].value.tolist() == [1.0, 0.0]
    assert (
        made(calls=change(increment=[1, float("nan"), *[1.0] * 6])["calls"]).networks["calls"].value[1] == 0.0
    )
    zoned = made(calls=change(time=[datetime(2020, 1, x, tzinfo=UTC) for x in range(1, 9)])["calls"])
    dated = made(calls=change(time=[date(2020, 1, x) for x in range(1, 9)])["calls"])
    np.testing.assert_array_equal(zoned.networks["calls"].time, dated.networks["calls"].time)
    assert fit(study=dated, since="2020-01-03T12:00").events == 5
    assert fit(study=dated, since=date(2020, 1, 3)).events == 6
