"""Call a compiled function by its address, so that effects of users need no new compilation of the passes."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

WORD = ir.IntType(64)
REAL = ir.DoubleType()


@intrinsic
def call_own(typing, address, x, z, layers, m, n, a, b, i, j):
    """Value of a user's effect: ``address`` of the function, pointers to networks and attributes, sizes, i, j."""
    signature = types.float64(*([types.intp] * 3 + [types.intp] * 7))

    def build(context, builder, _, arguments):
        pointer = REAL.as_pointer()
        function = ir.FunctionType(REAL, [pointer, pointer] + [WORD] * 7)
        target = builder.inttoptr(arguments[0], function.as_pointer())
        data = [builder.inttoptr(v, pointer) for v in arguments[1:3]]
        return builder.call(target, [*data, *arguments[3:]])

    return signature, build
