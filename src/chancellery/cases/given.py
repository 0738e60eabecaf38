"""What a case tells a simulation: ties, attributes, and the chronology between the record and the start."""

from __future__ import annotations

from datetime import date

from chancellery import world
from chancellery.cases import Case
from chancellery.simulate.futures import Given


def given(the_case: Case, until: date) -> Given:
    """What a case knows beyond the record: ties, attributes, and the chronology after ``until``."""
    fitted = the_case.model.actors
    place = {a: x for x, a in enumerate(fitted)}
    acts = {a.name: k for k, a in enumerate(world.acts())}
    rows = []
    for h in the_case.happenings:
        if until < h.on < the_case.start:
            rows.append((h.on, acts[h.act], place[h.source], place[h.target], the_case.reports))
            if h.mutual:
                rows.append((h.on, acts[h.act], place[h.target], place[h.source], the_case.reports))
    return Given(the_case.ties, the_case.attributes, tuple(rows))
