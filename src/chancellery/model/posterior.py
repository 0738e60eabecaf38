"""A fit: what was believed after the record, with how it was made; saved to a folder and loaded again.

``fit.json`` holds names, options and versions, readable by people; ``arrays.npz`` the numbers.
"""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from chancellery.effects import state as st
from chancellery.errors import ModelError
from chancellery.model.fit import ChoiceFit
from chancellery.model.rate import RateFit
from chancellery.model.spec import Specification, specification
from chancellery.model.table import Table

FORMAT = 1
CHOICE_ARRAYS = ("theta", "delta", "naive", "robust", "delta_sd", "shift", "scale")
CHOICE_SCALARS = (
    "tau2", "loglik", "events", "steps", "newton", "actor_sd", "log_marginal", "dof", "robust_dof", "considered",
    "surprises",
)  # fmt: skip
RATE_ARRAYS = ("beta", "volume", "actor", "log_phi", "naive", "robust")


@dataclass
class Fit:
    """Parameters with their uncertainty, and the state of the world at the end of the record.

    Attributes
    ----------
    spec, choice, rate
        Specification and the two fitted models.
    acts, columns, rate_columns
        Names of acts, of a class's block of choice coefficients, and of the rate effects.
    klass, weight
        Class and weight of each act.
    memory
        ``W``, ``A``, ``E``, ``cover`` of the state at the end of ``until``.
    background, capability
        Ties (kinds, n, n) and capabilities (n,) taken from the record rather than from dated rows.
    issue_counts
        (acts, issues, n, n) reports by issue, for the share of an act that concerns an issue.
    transitions
        Evidence on how often acts change ties: name to (changes, opportunities).
    until
        Last day the fit has seen.
    about
        Versions, fingerprint of the record, seconds, free-running checks.
    """

    spec: Specification
    choice: ChoiceFit
    rate: RateFit
    acts: tuple[str, ...]
    columns: tuple[str, ...]
    rate_columns: tuple[str, ...]
    klass: np.ndarray
    weight: np.ndarray
    memory: dict[str, np.ndarray]
    background: np.ndarray
    capability: np.ndarray
    issue_counts: np.ndarray
    transitions: dict[str, tuple[float, float]]
    since: date
    until: date
    about: dict = field(default_factory=dict)

    @property
    def actors(self) -> tuple[str, ...]:
        """Actors in play, in the order of the arrays."""
        return self.spec.actors

    def empty_state(self) -> st.State:
        """A state of the right shape in which nothing has happened."""
        return st.empty_state(
            len(self.actors),
            self.klass,
            self.weight,
            list(self.spec.half_lives),
            self.spec.short,
            self.spec.long,
        )

    def state(self) -> st.State:
        """A fresh copy of the state at the end of ``until``; holdings are not in it."""
        s = self.empty_state()
        for name in st.MEMORY:
            getattr(s, name)[:] = self.memory[name]
        return s

    def table(self) -> Table:
        """The regression table: print it, or ask it for ``latex()``, ``markdown()``, ``html()`` or ``frame()``."""
        from chancellery.model.summary import regression_table

        return regression_table(self)

    def __str__(self) -> str:
        from chancellery.model.summary import summary_text

        return summary_text(self)

    def _repr_html_(self) -> str:
        return self.table().html()


def save_fit(fit: Fit, folder: str | Path) -> Path:
    """Write a fit to a folder, whole or not at all.

    Raises
    ------
    ModelError
        If the folder cannot be written.
    """
    folder = Path(folder)
    arrays = {f"choice_{a}": getattr(fit.choice, a) for a in CHOICE_ARRAYS}
    arrays |= {f"rate_{a}": getattr(fit.rate, a) for a in RATE_ARRAYS}
    arrays |= {f"memory_{name}": value for name, value in fit.memory.items()}
    arrays |= {"klass": fit.klass, "weight": fit.weight, "background": fit.background}
    arrays |= {"capability": fit.capability, "issue_counts": fit.issue_counts.astype(np.int32)}
    small = {
        k: v.astype(np.float32) if v.dtype == np.float64 and v.size > 5000 else v for k, v in arrays.items()
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "arrays.npz", lambda f: np.savez_compressed(f, **small))
        text = json.dumps(_described(fit), indent=1, sort_keys=True) + "\n"
        _write(folder / "fit.json", lambda f: f.write(text.encode()))
    except OSError as error:
        raise ModelError(
            f"cannot write the fit to {folder}: {error.strerror}; choose a folder with room"
        ) from None
    return folder


def _write(path: Path, write: object) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            write(file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _described(fit: Fit) -> dict:
    return {
        "format": FORMAT,
        "specification": fit.spec.model_dump(mode="json"),
        "acts": fit.acts,
        "columns": fit.columns,
        "rate_columns": fit.rate_columns,
        "since": fit.since.isoformat(),
        "until": fit.until.isoformat(),
        "choice": {k: v for k in CHOICE_SCALARS if (v := getattr(fit.choice, k)) == v},  # NaN is no JSON
        "rate": {"loglik": fit.rate.loglik},
        "transitions": fit.transitions,
        "about": fit.about,
    }


def load_fit(folder: str | Path) -> Fit:
    """Load a fit that :func:`save_fit` wrote.

    Raises
    ------
    ModelError
        If the folder holds none, or one of another format.
    """
    folder = Path(folder)
    try:
        about = json.loads((folder / "fit.json").read_text(encoding="utf-8"))
        with np.load(folder / "arrays.npz") as file:
            arrays = {
                k: file[k].astype(float) if file[k].dtype == np.float32 else file[k] for k in file.files
            }
    except FileNotFoundError as error:
        missing = Path(error.filename).name
        raise ModelError(
            f"no fit in {folder}: {missing} is missing; make one with 'chancellery fit'"
        ) from None
    except (json.JSONDecodeError, zipfile.BadZipFile, ValueError, OSError) as error:
        raise ModelError(
            f"the fit in {folder} is damaged ({error}); make it anew with 'chancellery fit'"
        ) from None
    if about.get("format") != FORMAT:
        raise ModelError(
            f"the fit in {folder} has format {about.get('format')}, this version reads {FORMAT}; "
            "make it anew with 'chancellery fit'"
        )
    return _assembled(about, arrays)


def _assembled(about: dict, arrays: dict[str, np.ndarray]) -> Fit:
    choice = ChoiceFit(**{a: arrays[f"choice_{a}"] for a in CHOICE_ARRAYS}, **about["choice"])
    rate = RateFit(**{a: arrays[f"rate_{a}"] for a in RATE_ARRAYS}, **about["rate"])
    return Fit(
        spec=specification(about["specification"], where="fit.json"),
        choice=choice,
        rate=rate,
        acts=tuple(about["acts"]),
        columns=tuple(about["columns"]),
        rate_columns=tuple(about["rate_columns"]),
        klass=arrays["klass"],
        weight=arrays["weight"],
        memory={name: arrays[f"memory_{name}"] for name in st.MEMORY},
        background=arrays["background"],
        capability=arrays["capability"],
        issue_counts=arrays["issue_counts"],
        transitions={k: tuple(v) for k, v in about["transitions"].items()},
        since=date.fromisoformat(about["since"]),
        until=date.fromisoformat(about["until"]),
        about=about["about"],
    )
