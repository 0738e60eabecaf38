"""Whether what is asked of a fit can be honoured: options, clusters, lists of possible targets, priors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from chancellery.errors import ModelError, did_you_mean
from chancellery.model.belief import Flat, Gaussian, Prior, Sign
from chancellery.rem.catalogue import CHOICE, COORDINATION, MODEL_ALIASES, MODELS, RATE, TIE
from chancellery.rem.own import OwnEffect
from chancellery.rem.plan import Plan
from chancellery.rem.study import Study
from chancellery.rem.timeline import STEPS, Timeline, stepped

CLUSTERS = ("dyad", "sender", "receiver", "day", "week", "month")


def check_numbers(study: object, sample: object, seed: object, threads: object, memory: object) -> None:
    """Refuse arguments of ``fit`` that are not what they should be."""
    if not isinstance(study, Study):
        raise ModelError(f"the first thing to give is a rem.Study, not {type(study).__name__}")
    for name, given, least in (("sample", sample, 1), ("seed", seed, 0), ("threads", threads, 1)):
        whole = isinstance(given, int | np.integer) and not isinstance(given, bool)
        if (given is not None or name == "seed") and (not whole or given < least):
            raise ModelError(f"'{name}' is a whole number from {least} on, not {given!r}")
    if memory is not None and (not isinstance(memory, int | float) or isinstance(memory, bool)):
        raise ModelError(f"'memory' is a number of bytes, such as 4e9, not {memory!r}")


def own_effects(own: object) -> dict[str, OwnEffect]:
    """Effects of the user's by name."""
    given = list(own) if isinstance(own, Sequence) else [own]
    for one in given:
        if not isinstance(one, OwnEffect):
            raise ModelError(
                f"own: give a list of functions marked with @rem.effect, not {type(one).__name__}"
            )
    return {one.entry.name: one for one in given}


def named_priors(priors: Mapping[str, Prior] | None, labels: list[str]) -> dict[str, Prior]:
    """A prior for each label; none (flat) where none is given."""
    if priors is not None and not isinstance(priors, Mapping):
        raise ModelError(f"priors: give a dictionary of label to prior, not {type(priors).__name__}")
    for label, given in (priors or {}).items():
        if label not in labels:
            raise ModelError(
                f"priors: '{label}' is not a term of the formula{did_you_mean(str(label), labels)}"
            )
        if not isinstance(given, Gaussian | Flat | Sign):
            raise ModelError(f"priors: '{label}' needs a prior such as Gaussian(mean=0, sd=1), not {given!r}")
    return {label: (priors or {}).get(label, Flat()) for label in labels}


def check_finite(information: np.ndarray, labels: list[str]) -> None:
    """Refuse statistics that are no numbers, or too large to be squared."""
    odd = [label for label, value in zip(labels, np.diag(information), strict=True) if not np.isfinite(value)]
    if odd:
        raise ModelError(
            f"'{odd[0]}' is not a finite number for some option: look for huge values, or negative ones under log1p"
        )


def known_model(model: str) -> str:
    """Name of a model, also by its other names."""
    model = MODEL_ALIASES.get(model, model) if isinstance(model, str) else model
    if model not in MODELS:
        raise ModelError(f"model '{model}' is none of {', '.join(MODELS)}{did_you_mean(model, MODELS)}")
    return model


def check_options(plan: Plan, timed: bool, step: str, sample: int | None, allowed: object) -> None:
    """Refuse what a model cannot honour."""
    model, net = plan.model, plan.study.networks[plan.dependent]
    if step not in STEPS:
        raise ModelError(f"step '{step}' is not known; steps are {', '.join(STEPS)}")
    if sample is not None and model not in (CHOICE, TIE):
        raise ModelError(f"a {model} model has few options; leave 'sample' out")
    if allowed is not None and model != CHOICE:
        raise ModelError(
            f"'allowed' lists targets of a sender's choice; for a {model} model name a network as 'risk'"
        )
    if plan.risk is not None and model == RATE:
        raise ModelError("'risk' is about pairs; a rate model has none")
    if model == COORDINATION and net.directed:
        raise ModelError(
            f"coordination is about agreements: make '{plan.dependent}' a Network(..., directed=False)"
        )


def default_cluster(plan: Plan, timed: bool, sample: int | None) -> str | None:
    """Whose events hang together if nobody says."""
    if plan.model == RATE or (plan.model == CHOICE and sample):
        return "sender"
    return None if plan.model == TIE and (sample or plan.fades) else "dyad"


def clusters(
    named: object, plan: Plan, line: Timeline, timed: bool, sample: int | None
) -> tuple[np.ndarray, str | None]:
    """Cluster of each event (ways, E), or (0, 0) where the residuals of senders or pairs are added up; its name.

    What an event led to is no cluster of it: scores put together by their outcome are alike, and their variance
    too large. So pairs and receivers take the residuals of all that might have been chosen.
    """
    none = np.zeros((0, 0), np.int64)
    if named is None:
        return none, None
    own, outside = _ways(plan, timed, sample)
    if isinstance(named, str):
        if named in own:
            return none, named
        parts = named.split("+")
        if len(parts) > 2 or any(p not in CLUSTERS for p in parts):
            raise ModelError(
                f"cluster: '{named}' is not known; use {', '.join(CLUSTERS)}, or two as 'sender+week'"
            )
        if any(p not in outside for p in parts):
            known = ", ".join((*own, *outside)) or "None"
            raise ModelError(f"cluster: a {plan.model} model of this kind has no robust errors by {named}; use {known}")
        return np.array([_ids(p, plan.study, line) for p in parts]), named
    if not outside:
        raise ModelError(f"cluster: this {plan.model} model adds up residuals itself; use {', '.join(own) or 'None'}")
    return _labelled(named, line, plan), "given"


def _ways(plan: Plan, timed: bool, sample: int | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Clusters by residuals, and clusters known before the event, that a model can honour."""
    times = ("day", "week", "month")
    if plan.model == RATE:
        return ("sender",), ()
    if plan.model == CHOICE:
        return (() if sample else ("dyad", "receiver")), ("sender", *times)
    if plan.model == TIE and not sample and not plan.fades:
        return ("dyad",), ()
    return (("dyad",) if plan.model != TIE else ()), (() if timed else times)


def _labelled(labels: object, line: Timeline, plan: Plan) -> np.ndarray:
    try:
        given = [str(x) for x in labels]  # type: ignore[attr-defined]
    except TypeError:
        raise ModelError(
            f"cluster: use {', '.join(CLUSTERS)}, or a list of one label a row, not {labels!r}"
        ) from None
    if len(given) <= line.row.max():
        raise ModelError(f"cluster: {len(given)} labels for {line.row.max() + 1} rows of '{plan.dependent}'")
    return np.unique(np.array(given)[line.row], return_inverse=True)[1][None, :]


def _ids(name: str, study: Study, line: Timeline) -> np.ndarray:
    keys = line.a if name == "sender" else stepped(line.time, name, study)
    return np.unique(keys, return_inverse=True)[1]


def number(ids: np.ndarray, plan: Plan, way: str | None) -> int:
    """Number of clusters."""
    if way is None:
        return 0
    if len(ids) == 0:
        return plan.study.n if plan.model == RATE else plan.study.n**2
    return int(ids[0].max()) + 1


def mask(allowed: object, plan: Plan, line: Timeline) -> np.ndarray:
    """Possible targets of each event (E, N), or (0, 0)."""
    if allowed is None:
        return np.zeros((0, 0), np.uint8)
    study, rows = plan.study, line.row
    if not isinstance(allowed, Sequence | np.ndarray) or isinstance(allowed, str):
        raise ModelError(
            f"allowed: give a list of labels for each row of '{plan.dependent}', or a (rows, actors) mask"
        )
    if len(allowed) <= rows.max():
        raise ModelError(f"allowed: {len(allowed)} lists for {rows.max() + 1} rows of '{plan.dependent}'")
    if isinstance(allowed, np.ndarray) and allowed.ndim == 2:
        if allowed.shape[1] != study.n:
            raise ModelError(f"allowed: the mask has {allowed.shape[1]} columns for {study.n} actors")
        return np.ascontiguousarray(allowed[rows] > 0, dtype=np.uint8)
    out = np.zeros((len(rows), study.n), np.uint8)
    for x, row in enumerate(rows):
        if isinstance(allowed[row], str) or not isinstance(
            allowed[row], Sequence | set | frozenset | np.ndarray
        ):
            raise ModelError(
                f"allowed: list {row + 1} is {allowed[row]!r}; write a list of labels, such as ['a', 'b']"
            )
        for label in map(str, allowed[row]):
            if label not in study.place:
                raise ModelError(
                    f"allowed: list {row + 1} names '{label}', which is not an actor{did_you_mean(label, study.place)}"
                )
            out[x, study.place[label]] = 1
    return out
