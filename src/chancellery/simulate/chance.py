"""Chance: every random draw has a key, so that two futures share all noise a lever does not touch.

A draw is a pure function of (seed, mechanism, who, step, draw): no stream is consumed, nothing shifts when
something is added (counter-based generation, Salmon et al. 2011; the mixer is SplitMix64, Steele et al. 2014).
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numba import njit


def key(*parts: object) -> np.uint64:
    """64-bit key of any parts that have a text, stable across machines and runs."""
    text = "\x1f".join(str(p) for p in parts)
    return np.uint64(int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little"))


def generator(*parts: object) -> np.random.Generator:
    """A numpy generator of its own for these parts, for draws that are vectors."""
    return np.random.Generator(np.random.Philox(key=int(key(*parts))))


@njit(cache=True, nogil=True, inline="always")
def mix(z: np.uint64) -> np.uint64:
    """SplitMix64's finaliser: every input bit moves every output bit."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True, nogil=True, inline="always")
def uniform(base: np.uint64, who: np.uint64) -> float:
    """Uniform in (0, 1) of a step's key and of who draws."""
    return (
        float(mix(base + who * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(11)) + 0.5
    ) * 1.1102230246251565e-16


@njit(cache=True, nogil=True)
def uniforms(base: np.uint64, who: np.ndarray) -> np.ndarray:
    """One uniform for each key of ``who``."""
    out = np.empty(len(who))
    for x in range(len(who)):
        out[x] = uniform(base, who[x])
    return out


@njit(cache=True, nogil=True)
def poisson_quantile(mean: float, u: float) -> float:
    """Smallest count whose Poisson distribution function reaches u.

    Above a mean of 60 the Cornish-Fisher expansion is used; it is within one count of exact there.
    """
    if u <= 1.0 - mean or mean <= 0.0:  # exp(-m) >= 1 - m: no exponential needed for most cells
        return 0.0
    if mean > 60.0:
        return _normal_quantile(mean, u)
    p = np.exp(-mean)
    total, count = p, 0.0
    while u > total and count < 400.0:
        count += 1.0
        p *= mean / count
        total += p
    return count


@njit(cache=True, nogil=True)
def _normal_quantile(mean: float, u: float) -> float:
    v = min(u, 1.0 - u)
    t = np.sqrt(-2.0 * np.log(v))
    # Abramowitz & Stegun 26.2.23, error below 4.5e-4
    z = t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (
        1.0 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t
    )
    if u < 0.5:
        z = -z
    s = np.sqrt(mean)
    return max(np.floor(mean + s * z + (z * z - 1.0) / 6.0 + 0.5), 0.0)
