"""Relational event models of any actors and networks: the classical family, fast.

Who acts and when (rate), whom it turns to (choice), which pairs agree (coordination), which pair comes next
(tie); ordinal or timed. A study holds the data, a formula says what to fit, a fit is the answer::

    from chancellery import rem

    study = rem.Study(actors=actors, networks={"calls": calls, "friendship": friendship})
    print(rem.fit(study, "calls ~ inertia + recip + trans + same(floor)", model="choice"))
"""

from __future__ import annotations

from chancellery.errors import ModelError
from chancellery.model.side_by_side import compare
from chancellery.rem.estimate import RemFit, fit
from chancellery.rem.own import effect
from chancellery.rem.records import study_of
from chancellery.rem.study import Network, Study
from chancellery.rem.words import explain

__all__ = ["ModelError", "Network", "RemFit", "Study", "compare", "effect", "explain", "fit", "study_of"]
