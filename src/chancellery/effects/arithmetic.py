"""Logarithm and exponential of whole arrays, in loops the compiler can vectorise.

The library's functions are called one number at a time. These are the same approximations written as plain
arithmetic on the bits of a double (logarithm after FDLIBM, Sun Microsystems 1993; exponential by splitting
off a power of two and a Taylor polynomial), so that four numbers or more go through together. Both agree
with the library to the last bit or two.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

HALF_ROOT_BITS = 0x3FE6A09E667F3BCD  # bits of sqrt(1/2): mantissas are taken from there to sqrt(2)
EXPONENT_MASK = -0x10000000000000  # sign and exponent
LOG2_HIGH, LOG2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
MAGIC = 6755399441055744.0  # 1.5 · 2**52: adding it rounds to a whole number kept in the low bits
MAGIC_BITS = 0x4338000000000000
SMALLEST = -708.0  # exp of less is taken as exp of this: 3e-308


@intrinsic
def bits_of(context: object, x: types.Float) -> tuple[object, Callable]:
    """Bits of a double as a 64-bit integer."""

    def generate(context: object, builder: object, signature: object, values: tuple) -> object:
        return builder.bitcast(values[0], ir.IntType(64))

    return types.int64(types.float64), generate


@intrinsic
def double_of(context: object, bits: types.Integer) -> tuple[object, Callable]:
    """Double with these 64 bits."""

    def generate(context: object, builder: object, signature: object, values: tuple) -> object:
        return builder.bitcast(values[0], ir.DoubleType())

    return types.float64(types.int64), generate


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def quick_log(x: float) -> float:
    """Natural logarithm of a positive normal number."""
    shifted = bits_of(x) - HALF_ROOT_BITS
    power = double_of((shifted >> 52) + MAGIC_BITS) - MAGIC
    f = double_of(bits_of(x) - (shifted & EXPONENT_MASK)) - 1.0
    s = f / (2.0 + f)
    z = s * s
    r = 0.1531383769920937332 + z * 0.1479819860511658591
    r = 0.1818357216161805012 + z * r
    r = 0.2222219843214978396 + z * r
    r = 0.2857142874366239149 + z * r
    r = 0.3999999999940941908 + z * r
    r = z * (0.6666666666666735130 + z * r)
    half = 0.5 * f * f
    return power * LOG2_HIGH - ((half - (s * (half + r) + power * LOG2_LOW)) - f)


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def quick_exp(x: float) -> float:
    """Exponential of a number below 709; far below zero it stays at the smallest normal numbers."""
    x = max(x, SMALLEST)
    whole = x * 1.4426950408889634 + MAGIC
    power = whole - MAGIC
    r = (x - power * LOG2_HIGH) - power * LOG2_LOW
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return double_of(bits_of(p) + (bits_of(whole) << 52))


@njit(cache=True, nogil=True)
def log_in_place(x: np.ndarray) -> None:
    """Replace the numbers of a contiguous array (m,) by their logarithms."""
    for a in range(len(x)):
        x[a] = quick_log(x[a])


@njit(cache=True, nogil=True)
def exp_in_place(x: np.ndarray) -> None:
    """Replace the numbers of a contiguous array (m,) by their exponentials."""
    for a in range(len(x)):
        x[a] = quick_exp(x[a])
