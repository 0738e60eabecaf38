"""Effects of your own: a plain function of networks and attributes, compiled and used like the others.

    @rem.effect("network", "attribute")
    def richer_partner(x, z, i, j):
        return x[i, j] * (z[j] - z[i])

    rem.fit(study, "calls ~ inertia + richer_partner(calls, wealth)", own=[richer_partner])

A network arrives as its (N, N) matrix of weights just before the event, an attribute as its (N,) values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from numba import carray, cfunc, njit, types

from chancellery.errors import ModelError
from chancellery.rem import catalogue
from chancellery.rem.catalogue import Effect

Function = Callable[..., float]
_POINTER = types.CPointer(types.float64)
# Networks (L, N, N), attributes (M, N), L, M, N, number of the first and second argument, i, j.
_SIGNATURE = types.float64(_POINTER, _POINTER, *([types.intp] * 7))
READS = ("network", "attribute")
_kept: dict[int, object] = {}  # compiled callbacks live as long as the program: tables hold their addresses


@dataclass(frozen=True)
class OwnEffect:
    """A function that formulas can name.

    Attributes
    ----------
    function
        ``function(first, second?, i, j)`` returns a number.
    entry
        How the catalogue describes it.
    """

    function: Function
    entry: Effect

    def __call__(self, *arguments: object) -> float:
        """Value in plain Python, to try it out."""
        return self.function(*arguments)


def effect(
    *reads: str, models: tuple[str, ...] = (catalogue.CHOICE, catalogue.TIE)
) -> Callable[[Function], OwnEffect]:
    """Make an effect of a function.

    Parameters
    ----------
    reads
        ``"network"`` or ``"attribute"`` for each argument before ``i, j``; one or two.
    models
        Models it may be used in.

    Raises
    ------
    ModelError
        If it reads something else, or has the name of an effect there is.
    """
    if not 1 <= len(reads) <= 2 or any(r not in READS for r in reads):
        raise ModelError("rem.effect: say what the function reads, one or two of 'network' and 'attribute'")

    def made(function: Function) -> OwnEffect:
        name = function.__name__
        if name in catalogue.names():
            raise ModelError(f"rem.effect: '{name}' is an effect already; give the function another name")
        said = (function.__doc__ or name).strip().splitlines()[0]
        return OwnEffect(function, Effect(name, tuple(reads), models, ("on",), said, said, "own"))

    return made


def address(own: OwnEffect) -> int:
    """Address of the compiled function, for the table of effects.

    Raises
    ------
    ModelError
        If it cannot be compiled, with the compiler's first line.
    """
    try:
        compiled = _compiled(own.function, own.entry.reads)
    except Exception as error:
        said = next(
            (x for x in str(error).splitlines() if x.strip() and "Failed in" not in x), type(error).__name__
        )
        raise ModelError(f"effect '{own.entry.name}' cannot be compiled: {said.strip()}") from None
    _kept[compiled.address] = compiled
    return compiled.address


@cache
def _compiled(function: Function, reads: tuple[str, ...]):
    inner = njit(function)
    networks, two = [r == "network" for r in reads], len(reads) == 2
    first_network, second_network = networks[0], networks[-1]
    if not two:
        if first_network:

            def call(x, z, layers, m, n, a, b, i, j):
                return inner(carray(x, (layers, n, n))[a], i, j)
        else:

            def call(x, z, layers, m, n, a, b, i, j):
                return inner(carray(z, (m, n))[a], i, j)
    elif first_network and second_network:

        def call(x, z, layers, m, n, a, b, i, j):
            X = carray(x, (layers, n, n))
            return inner(X[a], X[b], i, j)
    elif first_network:

        def call(x, z, layers, m, n, a, b, i, j):
            return inner(carray(x, (layers, n, n))[a], carray(z, (m, n))[b], i, j)
    elif second_network:

        def call(x, z, layers, m, n, a, b, i, j):
            return inner(carray(z, (m, n))[a], carray(x, (layers, n, n))[b], i, j)
    else:

        def call(x, z, layers, m, n, a, b, i, j):
            Z = carray(z, (m, n))
            return inner(Z[a], Z[b], i, j)

    return cfunc(_SIGNATURE)(call)
