"""Relational event models of any actors and networks: the classical family, fast.

Who acts and when (rate), whom it turns to (choice), which pairs agree (coordination), which pair comes next
(tie); ordinal or timed. A study holds the data, a formula says what to fit, a fit is the answer::

    from chancellery import rem

    study = rem.Study(actors=actors, networks={"calls": calls, "friendship": friendship})
    print(rem.fit(study, "calls ~ inertia + recip + trans + same(floor)", model="choice"))

``rem.simulate`` draws events from a fit or a given model (``Spec``), ``rem.fitness`` holds them against the record.
"""

from __future__ import annotations

from chancellery.errors import ModelError
from chancellery.model.side_by_side import compare
from chancellery.rem.estimate import RemFit, fit
from chancellery.rem.fitness import Fitness, fitness
from chancellery.rem.own import effect
from chancellery.rem.records import study_of
from chancellery.rem.simulate import Simulated, simulate
from chancellery.rem.stage import Spec
from chancellery.rem.study import Network, Study
from chancellery.rem.words import explain

__all__ = [
    "Fitness", "ModelError", "Network", "RemFit", "Simulated", "Spec", "Study", "compare", "effect", "explain",
    "fit", "fitness", "simulate", "study_of",
]  # fmt: skip
