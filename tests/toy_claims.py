"""A made-up essay, and a made-up stream of acts in which one side does more."""

from __future__ import annotations

from datetime import date

import numpy as np

from chancellery import world
from chancellery.judge.stream import Stream

ACTORS = ("USA", "RUS", "CHN", "PAK", "IND", "DEU")
ESSAY = """[essay]
id = "T0"
author = "Nobody"

[[claim]]
id = "A1"
paragraph = 1
kind = "causal"
cause = "Quarrels of America with Pakistan"
relation = "causes"
effect = "Pakistan turns to Russia"
direction = "+"
hedge = "may"
modality = "tentative"
band = [0.2, 0.6]
horizon = "short"
actors = ["USA", "PAK", "RUS"]
[claim.test]
kind = "contrast"
acts = ["conflict"]
of = "share"
dyads = ["USA>PAK"]
during = "2020-01/2020-06"
expect = "more"
than = { during = "2020-07/2020-12" }
"""
PARTS = {
    "trend": 'kind = "trend"\nindex = "hedging of PAK"\nexpect = "more"\n',
    "coefficient": 'kind = "coefficient"\neffect = "alliance"\nclasses = ["cooperation"]\nexpect = "more"\n',
    "scenario": 'kind = "scenario"\nscenario = "sanctions-end"\nthat = "PAK and RUS agree on energy"\n'
    'within = "6 months"\nexpect = "more"\n',
    "fact": 'kind = "fact"\ntie = "sanctions"\nsource = "USA"\ntarget = "RUS"\non = "2020-12-31"\nexpect = "holds"\n',
    "bargain": 'kind = "bargain"\nproperty = "minerals are traded for guarantees"\n',
    "untestable": 'kind = "untestable"\nwhy = "norm"\nreason = "a counsel"\n',
}


def another(number: int, kind: str) -> str:
    """A further claim with a test of a kind."""
    head = ESSAY[ESSAY.index("[[claim]]") : ESSAY.index("[claim.test]")].replace('"A1"', f'"A{number}"')
    return f"\n{head}[claim.test]\n{PARTS[kind]}"


def stream(
    seed: int = 1,
    days: int = 366,
    share: tuple[float, float] = (0.6, 0.2),
    rate: tuple[float, float] = (3.0, 3.0),
) -> Stream:
    """Acts USA → PAK whose conflict share and number change in mid-year, among acts of everybody else.

    Parameters
    ----------
    seed, days
        Of the noise; days from 2020-01-01.
    share
        Of conflict in USA → PAK, in the first and the second half of the year.
    rate
        Acts USA → PAK a day, in the first and the second half; everybody else does 20 a day.
    """
    rng = np.random.default_rng(seed)
    first = date(2020, 1, 1).toordinal()
    names = [a.name for a in world.acts()]
    rows = []
    for day in range(days):
        late = int(day >= days // 2)
        for _ in range(rng.poisson(rate[late])):
            rows.append(
                (first + day, 0, names.index("accuse" if rng.random() < share[late] else "consult"), 3)
            )
        for _ in range(rng.poisson(20)):
            i, j = rng.choice(6, 2, replace=False)
            if (i, j) != (0, 3):
                rows.append((first + day, i, names.index(("consult", "accuse", "agree")[rng.integers(3)]), j))
    table = np.array(rows)
    issue = np.full(len(rows), world.ISSUES.index("general"))
    return Stream(ACTORS, *table.T[:4], issue, ((first, first + days - 1),))
