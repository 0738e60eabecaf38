"""How much memory a fit will need, said before the work starts."""

from __future__ import annotations

from chancellery.errors import ModelError
from chancellery.model.memory import available_memory
from chancellery.rem.catalogue import CHOICE, RATE, TIE
from chancellery.rem.engine import Engine
from chancellery.rem.plan import Plan

SAMPLE = 200


def predicted_bytes(plan: Plan, clusters: int, pieces: int, threads: int, sample: int | None = None) -> int:
    """Memory of a fit in bytes, beside the data: it does not grow with the number of events.

    Networks and statistics of pairs are N × N each; every piece of the timeline keeps its start, every thread
    works on a copy. A tie-oriented model adds the statistics of all pairs, unless it is sampled.
    """
    n, p, kinds = plan.study.n, plan.effect.shape[1], len(plan.kinds)
    state = 8 * n * n * (len(plan.layers) + len(plan.planes))
    work = 8 * n * kinds * (p + 3)
    if plan.model == TIE and sample:
        work += 8 * (sample + 1) * (p + 3)
    elif plan.model == TIE:
        work = 8 * n * n * kinds * ((p + 3) if plan.fades else (plan.columns + 2))
    elif plan.model not in (CHOICE, RATE):
        work *= n
    running = min(threads, pieces)
    return state * (pieces + running + 1) + running * (work + 8 * clusters * plan.columns)


def check_memory(plan: Plan, engine: Engine, limit: float | None) -> None:
    """Refuse a fit that will not fit.

    Raises
    ------
    ModelError
        Saying how much is needed, how much there is, and what would help.
    """
    need = predicted_bytes(plan, engine.clusters, engine.pieces, engine.threads, engine.sample)
    have = limit if limit is not None else available_memory()
    if need <= have:
        return
    less = predicted_bytes(plan, 0, engine.pieces, 1, SAMPLE)
    cure = "use fewer actors or effects"
    if plan.model == TIE and not engine.sample and less <= have:
        cure = f"draw non-events with sample={SAMPLE}, which needs {less / 1e9:.2g} GB"
    raise ModelError(
        f"this {plan.model} model of {plan.study.n} actors needs about {need / 1e9:.2g} GB, and {have / 1e9:.2g} GB are "
        f"free: {cure}"
    )
