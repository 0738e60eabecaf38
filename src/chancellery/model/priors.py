"""Priors: what is believed about a coefficient before the record is seen.

A belief is a normal density (mean, sd), nothing at all (flat), or an expert's sentence "the coefficient is
positive, and I would hold that with probability p", which becomes the normal density with P(θ > 0) = p.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from scipy.special import ndtr, ndtri

from chancellery.errors import ModelError, did_you_mean


class Gaussian(BaseModel):
    """Normal belief about one coefficient (standardised effect, log-odds scale)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    mean: float = 0.0
    sd: float = Field(default=1.0, gt=0)

    @property
    def normal(self) -> tuple[float, float]:
        """Mean and precision."""
        return self.mean, 1.0 / self.sd**2


class Flat(BaseModel):
    """No belief: the record alone speaks. Models with it have no marginal likelihood."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    flat: Literal[True] = True

    @property
    def normal(self) -> tuple[float, float]:
        """Mean 0 and precision 0."""
        return 0.0, 0.0


class Sign(BaseModel):
    """The coefficient has this sign, held with this probability.

    Attributes
    ----------
    sign
        ``"+"`` or ``"-"``.
    held
        Probability of the sign, from 0.5 (no opinion) to less than 1.
    scale
        Standard deviation: how large the effect may be, on the log-odds scale. The mean is then
        ``scale`` · Φ⁻¹(``held``), towards the sign.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    sign: Literal["+", "-"]
    held: float = Field(ge=0.5, lt=1.0)
    scale: float = Field(default=1.0, gt=0)

    @field_validator("sign", mode="before")
    @classmethod
    def _minus(cls, sign: object) -> object:
        return {"−": "-", "positive": "+", "negative": "-"}.get(str(sign), sign)

    @property
    def normal(self) -> tuple[float, float]:
        """Mean and precision of the normal density with P(sign) = held."""
        towards = 1.0 if self.sign == "+" else -1.0
        return towards * self.scale * float(ndtri(self.held)), 1.0 / self.scale**2


Prior = Gaussian | Flat | Sign
KINDS = {"sign": Sign, "held": Sign, "scale": Sign, "flat": Flat, "mean": Gaussian, "sd": Gaussian}


def prior(fields: object, where: str = "prior") -> Prior:
    """Read a prior from the table of a specification.

    Parameters
    ----------
    fields
        ``{mean, sd}``, ``{sign, held, scale}`` or ``{flat = true}``; a prior is returned as it is.
    where
        What a message names.

    Raises
    ------
    ModelError
        If a key is unknown, keys of two kinds are mixed, or a value is out of range.
    """
    if isinstance(fields, Prior):
        return fields
    if not isinstance(fields, Mapping):
        raise ModelError(
            f"{where}: write a table, such as {{ mean = 0, sd = 1 }} or {{ sign = '+', held = 0.9 }}"
        )
    for key in fields:
        if key not in KINDS:
            raise ModelError(f"{where}: '{key}' is not part of a prior{did_you_mean(key, KINDS)}")
    kinds = {KINDS[key] for key in fields} or {Gaussian}
    if len(kinds) > 1:
        raise ModelError(
            f"{where}: mixes {', '.join(map(repr, fields))}; a prior has either mean and sd, or sign, held and "
            "scale, or flat"
        )
    try:
        return kinds.pop()(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        advice = "; held is a probability from 0.5 to less than 1, write the other sign below 0.5"
        field = first["loc"][0]
        raise ModelError(f"{where}: '{field}': {first['msg']}{advice if field == 'held' else ''}") from None


def prior_arrays(
    priors: Mapping[str, Prior], names: Sequence[str], default: Prior | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and precision of each coefficient's prior.

    Parameters
    ----------
    priors
        By coefficient. A coefficient ``effect@window:class`` takes the first of ``effect@window:class``,
        ``effect:class``, ``effect@window``, ``effect`` that is there.
    names
        The p coefficients.
    default
        For the others; normal with mean 0 and sd 1.

    Returns
    -------
    mean, precision
        (p,) each; precision 0 is flat.
    """
    default = default or Gaussian()
    found = [next((priors[k] for k in _keys(name) if k in priors), default).normal for name in names]
    mean, precision = np.array(found, dtype=float).reshape(-1, 2).T
    return mean.copy(), precision.copy()


def _keys(name: str) -> tuple[str, ...]:
    column, _, klass = name.partition(":")
    effect = column.partition("@")[0]
    behind = f":{klass}" if klass else ""
    return name, effect + behind, column, effect


def check_names(priors: Iterable[str], effects: Iterable[str], classes: Iterable[str], where: str) -> None:
    """Refuse priors on what is not estimated.

    Raises
    ------
    ModelError
        Naming the prior and the nearest name that would do.
    """
    known, groups = set(effects), set(classes)
    for name in priors:
        column, _, klass = name.partition(":")
        if column not in known:
            raise ModelError(
                f"{where}: '{column}' has a prior but is not among the effects{did_you_mean(column, known)}"
            )
        if klass and klass not in groups:
            raise ModelError(f"{where}: '{name}': no class is called '{klass}'{did_you_mean(klass, groups)}")


def probability_of_sign(mean: float, sd: float) -> float:
    """P(θ > 0) of a normal belief."""
    return float(ndtr(mean / sd))
