"""A made-up world with a known sign: nobody works with whom it has sanctions on, or everybody does; and two essays."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

import toy_case
from chancellery import sources
from chancellery.cases import Case, case
from chancellery.judge.rivals import Rivals, rivals
from chancellery.record import Record, open_record

DAYS = 420
UNTIL = date(2020, 12, 6)
KIND = ("consult", "cooperate-economic")
MODEL = """[model]
step = "week"
half_lives = [10, 100]
dyad_sd = 0.05
choice = ["own-share", "sanctions", "alliance"]
rate = []

[model.priors]
own-share = { sd = 0.02 }
"""
CLAIM = """
[[claim]]
id = "{id}"
paragraph = 1
kind = "causal"
cause = "Sanctions"
relation = "causes"
effect = "Cooperation with the sanctioned"
direction = "{sign}"
hedge = "{hedge}"
modality = "{modality}"
band = {band}
horizon = "past"
[claim.test]
kind = "coefficient"
effect = "sanctions"
classes = ["cooperation"]
expect = "{expect}"
"""
WORDS = """class,low,high,kent_low,kent_high,kesselman_low,kesselman_high,mine_low,mine_high
asserted,0.75,0.95,0.87,0.99,0.86,0.99,0.5,0.5
tentative,0.20,0.60,0.40,0.60,0.46,0.55,0.9,0.9
"""


def claim(name: str, sign: str, modality: str = "asserted") -> str:
    """A claim on cooperation with those one has sanctions on."""
    band = {"asserted": "[0.75, 0.95]", "tentative": "[0.2, 0.6]"}[modality]
    expect = {"+": "more", "-": "less", "0": "same"}[sign]
    return CLAIM.format(id=name, sign=sign, hedge="will", modality=modality, band=band, expect=expect)


def essay(name: str, *claims: str) -> str:
    """A file of claims."""
    return f'[essay]\nid = "{name}"\nauthor = "Author {name}"\n' + "".join(claims)


def events(shy: bool, seed: int = 3, many: float = 20.0) -> list[tuple]:
    """Acts of six states; the United States, Germany and India have sanctions on Russia and China.

    ``shy``: who has sanctions on a state rarely cooperates with it; otherwise it does so three times as often.
    """
    rng = np.random.default_rng(seed)
    actors = toy_case.ACTORS
    under = {(i, j) for i in (0, 4, 5) for j in (1, 2)}
    rows = []
    for day in range(DAYS):
        for _ in range(rng.poisson(many)):
            i = int(rng.integers(6))
            choices = [
                (act, j, (0.2 if shy else 3.0) if (i, j) in under and act in KIND else 1.0)
                for act in (*KIND, "accuse", "coerce")
                for j in range(6)
                if j != i
            ]
            weight = np.array([w for *_, w in choices])
            act, j, _ = choices[rng.choice(len(choices), p=weight / weight.sum())]
            rows.append((toy_case.START + timedelta(days=day), actors[i], act, actors[j], "general"))
    return rows


def folder(path: Path, essays: dict[str, str] | None = None) -> Case:
    """A case whose essay A says that sanctions keep states apart, and B that they do not."""
    made = toy_case.make_case(path)
    (made.folder / "model.toml").write_text(MODEL, encoding="utf-8")
    ties = ["id,kind,source,target,mutual,start,end,value,issue,what,where,inventory"]
    ties += [
        f"t{i}{j},sanctions,{i},{j},0,2019-01-01,,1,,toy,toy,"
        for i in ("USA", "IND", "DEU")
        for j in ("RUS", "CHN")
    ]
    (made.folder / "ties.csv").write_text("\n".join(ties) + "\n", encoding="utf-8")
    (made.folder / "chronology.csv").unlink()
    claims = made.folder / "claims"
    claims.mkdir(exist_ok=True)
    chosen = essays or {"A": essay("A", claim("A1", "-")), "B": essay("B", claim("B1", "+"))}
    for name, text in chosen.items():
        (claims / f"{name.lower()}.toml").write_text(text, encoding="utf-8")
    (claims / "modality.csv").write_text(WORDS, encoding="utf-8")
    return case(made.folder)


@cache
def world(shy: bool = True) -> tuple[Case, Record]:
    """The case and its record; made once a test run."""
    base = Path(mkdtemp(prefix="chancellery-rivals-"))
    record = open_record(":memory:")
    table = toy_case.write_csv(base / "events.csv", ("time", "source", "act", "target", "issue"), events(shy))
    record.add(sources.plain(table))
    return folder(base / "six"), record


@cache
def contest(shy: bool = True) -> Rivals:
    """The rivals of the world, scored; made once a test run."""
    made, record = world(shy)
    return rivals(made, record, until=UNTIL, scale=0.2, draws=4)
