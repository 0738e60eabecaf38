"""Natural experiments end to end in the made-up world: nothing later is seen, and a true model is found true."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import polars as pl
import pytest

import chancellery as ch
import shock_toys
import toy_case
from chancellery import world
from chancellery.cases import Case
from chancellery.effects import state as st
from chancellery.errors import ModelError, ScenarioError
from chancellery.judge.change import Changes
from chancellery.judge.eve import cut, fit_before, known, standing
from chancellery.judge.experiment import Outcome, experiment, third_parties
from chancellery.judge.pooled import pooled
from chancellery.model.background import background
from chancellery.model.holdings import Tie
from chancellery.model.posterior import Fit
from chancellery.simulate.ensemble import Runner, lead_in, run
from cli_toys import done
from cli_toys import run as run_verb
from shock_toys import EXPERIMENT, ON

EVE = ON - timedelta(days=1)
SMALL = {"draws": 6, "placebos": 2, "placebo_draws": 4, "threads": 1}
ARRAYS = ("shock", "none")


@cache
def blows() -> tuple[Case, Fit, Outcome]:
    """The case, its fit before the shock, and the outcome; made once a test run."""
    made = shock_toys.make(Path(mkdtemp(prefix="chancellery-shock-")))
    record = toy_case.toy()[1]
    fit = fit_before(made, record, ON)
    return made, fit, experiment(made, "blows", record, fit=fit, **SMALL)


def test_the_outcome_says_what_was_done_and_seen():
    _, fit, outcome = blows()
    assert fit.until == EVE
    assert outcome.window.after == (ON, ON + timedelta(days=41))
    assert not outcome.cut_short
    assert set(outcome.by_class) == {"all", *world.CLASSES}
    told = outcome.as_dict()
    assert told["covered"]
    assert told["fit"]["until"] == EVE
    assert told["marks"]["all"]["scored"] > 10
    assert [p["on"] for p in told["placebos"]["dates"]] == [p.on for p in outcome.placebos]
    first = told["largest"][0]
    assert first["low"] <= first["predicted"] <= first["high"]


def test_shocked_pairs_are_not_scored():
    made, _, outcome = blows()
    i, j = made.actors.index("IND"), made.actors.index("CHN")
    third = third_parties(made, made.experiment("blows"))
    assert not third[i, j]
    assert not third[j, i]
    assert third.sum() == 6 * 5 - 2
    pairs = set(zip(outcome.cells.source, outcome.cells.target))
    assert (i, j) not in pairs
    assert (j, i) not in pairs


def test_runs_share_all_noise_the_shock_does_not_touch(tmp_path: Path):
    head, mark, act = EXPERIMENT.rpartition("[[lever]]")
    quiet = head.partition("[[lever]]")[0] + mark + act.replace("count = 40", "count = 1e-9")
    made = shock_toys.make(tmp_path, quiet)
    outcome = experiment(made, "blows", toy_case.toy()[1], fit=blows()[1], **(SMALL | {"placebos": 0}))
    assert np.array_equal(outcome.cells.shock, outcome.cells.none)
    assert outcome.by_class["all"].effects == 0


def test_the_same_seed_gives_the_same_bytes():
    made, fit, outcome = blows()
    again = experiment(made, "blows", toy_case.toy()[1], fit=fit, **SMALL)
    assert repr(again.as_dict()) == repr(outcome.as_dict())


def planted(tmp_path: Path, rows: list[tuple], chronology: str = "", ties: str = "") -> tuple[Fit, Changes]:
    """Fit and cells where the record and the tables hold more rows than the made-up world's."""
    made = shock_toys.make(tmp_path)
    for name, more in (("chronology.csv", chronology), ("ties.csv", ties)):
        with (made.folder / name).open("a", encoding="utf-8") as file:
            file.write(more)
    record = shock_toys.record_of(tmp_path, toy_case.events() + rows)
    fit = fit_before(made, record, ON)
    return fit, experiment(made, "blows", record, fit=fit, **(SMALL | {"placebos": 0})).cells


def same(a: Fit, b: Fit) -> bool:
    arrays = (("choice", ("theta", "delta", "robust", "delta_sd", "shift", "scale")), ("rate", ("beta", "volume", "robust")))
    return all(
        np.array_equal(getattr(getattr(a, m), name), getattr(getattr(b, m), name)) for m, names in arrays for name in names
    ) and all(np.array_equal(a.memory[name], b.memory[name]) for name in a.memory)


def by_place(cells: Changes, name: str) -> dict:
    return {
        (k, i, j): getattr(cells, name)[x].tobytes()
        for x, (k, i, j) in enumerate(zip(cells.klass, cells.source, cells.target))
    }


def test_a_planted_future_changes_no_prediction(tmp_path: Path):
    """The leak guard: hundreds of acts from the day of the shock on, and tables that know what followed."""
    future = [(ON + timedelta(days=d), "PAK", "fight", "DEU", "general") for d in range(60) for _ in range(5)]
    chronology = "h9,2020-11-16,day,start-tie,USA,CHN,0,,sanctions,1,,later,toy,\n"
    chronology += "h8,2020-11-20,day,act,PAK,DEU,1,fight,,,,later,toy,\n"
    ties = "t9,war,PAK,DEU,1,2020-11-16,,1,,later,toy,\n"
    fit, cells = planted(tmp_path, future, chronology, ties)
    _, before, outcome = blows()
    assert same(fit, before)
    for name in ARRAYS:
        mine, theirs = by_place(cells, name), by_place(outcome.cells, name)
        assert set(theirs) <= set(mine)  # a cell comes to life where the future put acts
        assert all(mine[at] == theirs[at] for at in theirs)
    fights = world.CLASSES.index("material-conflict")
    made = blows()[0]
    at = (cells.klass == fights) & (cells.source == made.actors.index("PAK")) & (cells.target == made.actors.index("DEU"))
    assert cells.after[at][0] >= 40  # what was planted is seen where it may be: in the scoring


def test_the_guard_catches_what_lies_before(tmp_path: Path):
    """The same acts on the eve do change predictions: the test above can fail."""
    past = [(EVE, "PAK", "fight", "DEU", "general")] * 40
    fit, cells = planted(tmp_path, past)
    _, before, outcome = blows()
    assert not same(fit, before)
    mine, theirs = by_place(cells, "none"), by_place(outcome.cells, "none")
    assert any(mine.get(at) != theirs[at] for at in theirs)


def test_a_fit_that_has_seen_the_shock_is_refused():
    made, _, _ = blows()
    with pytest.raises(ModelError, match=r"the fit has seen .* and the shock came on 2020-11-16"):
        experiment(made, "blows", toy_case.toy()[1], fit=toy_case.toy()[2], **SMALL)


def test_tables_are_cut_at_what_was_known():
    spring, autumn = date(2020, 3, 1), date(2020, 10, 1)
    rows = [
        Tie("war", "A", "B", spring, autumn),
        Tie("war", "A", "C", autumn, None),
        Tie("war", "A", "D", date(2019, 1, 1), date(2019, 6, 1)),
    ]
    assert cut(rows, date(2020, 6, 1)) == [Tie("war", "A", "B", spring, None), rows[2]]
    assert cut(rows, autumn)[:2] == [Tie("war", "A", "B", spring, None), rows[1]]
    made = blows()[0]
    held = {(t.source, t.target) for t in known(made, date(2020, 6, 7)).ties if t.kind == "war"}
    assert held == set()  # the toy war began on 1 June, less than a week before
    assert ("IND", "CHN") in {(t.source, t.target) for t in known(made, date(2020, 6, 8)).ties if t.kind == "war"}


def test_a_placebo_stands_where_the_world_stood_that_day():
    made, fit, _ = blows()
    here = standing(fit, made, toy_case.toy()[1], ON)
    assert all(np.allclose(here.memory[name], fit.memory[name]) for name in fit.memory)
    early = standing(fit, made, toy_case.toy()[1], date(2020, 6, 1))
    assert early.until == date(2020, 5, 31)
    assert np.array_equal(early.choice.theta, fit.choice.theta)
    assert not np.allclose(early.memory["W"], fit.memory["W"])


def test_what_the_record_does_not_cover_is_said_and_left_out(tmp_path: Path):
    late = EXPERIMENT.replace("2020-11-16", "2021-02-20")
    made = shock_toys.make(tmp_path, late, "late")
    outcome = experiment(made, "late", toy_case.toy()[1], **SMALL)
    assert "covers only 9 days from 2021-02-20 on" in outcome.problem
    told = outcome.as_dict()
    assert not told["covered"]
    assert "marks" not in told
    pool = pooled([outcome, blows()[2]])
    assert pool["left_out"] == ["late"]
    assert pool["marks"]["all"]["scored"] == blows()[2].by_class["all"].scored
    assert pooled([outcome])["marks"] == {}


def test_dates_that_cannot_take_the_levers_are_counted(tmp_path: Path):
    """The toy war of June to August 2020 can be ended in July, and nowhere else."""
    text = EXPERIMENT.replace("2020-11-16", "2020-07-13").partition("[[lever]]")[0]
    text += '[[lever]]\ndo = "end-tie"\ntie = "war"\nsource = "IND"\ntarget = "CHN"\non = 2020-07-13\n'
    made = shock_toys.make(tmp_path, text, "peace")
    fit = fit_before(made, toy_case.toy()[1], date(2020, 7, 13))
    outcome = experiment(made, "peace", toy_case.toy()[1], fit=fit, **(SMALL | {"placebos": 3}))
    assert outcome.skipped > 0
    assert outcome.skipped + len(outcome.placebos) == 3
    never = shock_toys.make(tmp_path / "never", text.replace("2020-07-13", "2020-11-16"), "never")
    with pytest.raises(ScenarioError, match=r"never\.toml lever 1: no war tie IND → CHN holds"):
        experiment(never, "never", toy_case.toy()[1], fit=blows()[1], **SMALL)


def test_a_world_made_by_the_model_is_foretold_as_promised(tmp_path: Path):
    """A twin: what follows the shock is one future of the model itself, so its intervals should hold."""
    made, fit, _ = blows()
    runner = Runner(fit, known(made, ON), 99, 1)  # another seed than the experiment's
    scenario = made.experiment("blows").scenario(ON, ON + timedelta(days=41))
    held = []
    for twin in range(2):
        runner.seed = 99 + twin
        truth = run(runner, scenario, lead_in(runner, ON, 1, 1), 1)
        rows = [r for r in toy_case.events() if r[0] < ON]
        for x, first in enumerate(truth.first):
            for at, many in zip(*truth.cells(0, x)):
                k, i, j = np.unravel_index(at, (len(truth.acts), 6, 6))
                rows += [(first, made.actors[i], truth.acts[k], made.actors[j], "general")] * int(many)
        rows.append((ON + timedelta(days=41), "USA", "consult", "RUS", "general"))  # covered to the end
        (tmp_path / str(twin)).mkdir()
        record = shock_toys.record_of(tmp_path / str(twin), rows)
        found = experiment(made, "blows", record, fit=fit, draws=40, placebos=0, threads=1).by_class["all"]
        held.append((found.held_50.mean, found.held_90.mean))
    assert np.mean(held, axis=0) == pytest.approx([0.5, 0.9], abs=0.12)


def test_the_verbs_are_public_and_the_command_tells(tmp_path: Path):
    record = tmp_path / "six.duckdb"
    table = toy_case.write_csv(tmp_path / "e.csv", ("time", "source", "act", "target", "issue"), toy_case.events())
    with ch.open(record) as opened:
        opened.add(ch.sources.plain(table))
    made = shock_toys.make(tmp_path)
    late = EXPERIMENT.replace("2020-11-16", "2021-02-20")
    (made.folder / "experiments" / "late.toml").write_text(late, encoding="utf-8")
    out = tmp_path / "found.json"
    words = ("experiment", "--case", made.folder, "--record", record, "--draws", 4, "--placebos", 1)
    found = done(*words, "--out", out, "--json").json
    assert [e["name"] for e in found["experiments"]] == ["blows", "late"]
    assert found["pooled"]["left_out"] == ["late"]
    assert out.read_text(encoding="utf-8").startswith("{")
    told = done(*words, "late").out
    assert "not covered: the record covers only 9 days" in told
    for args, said in ((("blow",), "did you mean 'blows'"), (("--out", tmp_path), "is a folder; name a file in it")):
        ran = run_verb(*words, *args)
        assert (ran.code, ran.out) == (1, "")
        assert said in ran.err
    bare = toy_case.make_case(tmp_path / "bare")
    ran = run_verb("experiment", "--case", bare.folder, "--record", record)
    assert "has no experiments; write one in its folder experiments/" in ran.err


def test_the_command_runs_as_many_futures_as_the_function():
    from chancellery.commands.experiment import DRAWS, PLACEBOS
    from chancellery.judge import experiment as here

    assert (DRAWS, PLACEBOS) == (here.DRAWS, here.PLACEBOS)
    assert callable(ch.experiment)
    assert callable(ch.experiments)


def test_a_row_of_a_calendar_year_is_not_known_before_the_year_is_over():
    class Yearly:
        """A record of one capability and one border."""

        def attributes(self) -> pl.DataFrame:
            years = [(y, 100.0 * y) for y in (2020, 2021)]
            return pl.DataFrame(
                [("PAK", "cinc", date(y, 1, 1), date(y, 12, 31), v) for y, v in years],
                schema=["actor", "name", "start", "end", "value"], orient="row",
            )  # fmt: skip

        def ties(self, kinds: list[str]) -> pl.DataFrame:
            spans = [("PAK", "IND", date(1947, 8, 14), date(2030, 12, 31)), ("PAK", "CHN", date(1950, 1, 1), None)]
            rows = [(*s, 1.0) for s in spans] if kinds == ["contiguity"] else []
            names = {"source": pl.String, "target": pl.String, "start": pl.Date, "end": pl.Date, "value": pl.Float64}
            return pl.DataFrame(rows, schema=names, orient="row")

    actors = ("PAK", "IND", "CHN")
    for day, value in (("2021-03-01", 202000.0), ("2021-12-30", 202000.0), ("2021-12-31", 202100.0)):
        found = background(Yearly(), actors, [], date.fromisoformat(day))
        assert found.capability[0] == value
        assert found.ties[st.CONTIGUITY][0].tolist() == [0.0, 1.0, 1.0]  # spells are known while they last
