"""Effects of one specification → one generated, compiled module.

A specification's effects are called from generated loops, so numba sees plain functions and inlines them.
One source is done at a time, one loop over its targets for each effect: what is simple vectorises, and the
rows stay in the fastest cache. The module is written to the user's cache under a name made from the text of
everything it is compiled from: changed code gets a new name, and an old compilation is never served for it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from chancellery.effects import arithmetic, heat, shares, state
from chancellery.effects.catalogue import lookup
from chancellery.effects.effect import Effect
from chancellery.errors import EffectError
from chancellery.model import rows
from chancellery.model.spec import Specification

HEADER = '''"""Generated from the effects of a specification; safe to delete."""
import numpy as np
from numba import njit
from chancellery.effects.shares import FAST
from chancellery.model.rows import explained, keep_row, weigh_row

inlined = njit(inline="always")
compiled = njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
NONE1, NONE2, NONE3, NONE4 = (np.zeros((0,) * axes) for axes in range(1, 5))
'''
LOOPS = """

@compiled
def evaluate(s, rows, keep, P, M, A, wp, wm, wa, alpha, delta, U):
    n, K = s.can.shape[0], len(s.klass)
    p, m, a = np.empty((PAIR, n)), np.empty((4, MEMORY, n)), np.empty((K, ACT, n))
    for i in rows:
ROW
        if keep:
            keep_row(i, s.can, p, m, a, P, M, A)
        else:
            weigh_row(i, s.can, s.klass, p, m, a, wp, wm, wa, alpha, delta, U)


def features(s, P, M, A, sources=None):
    rows = np.arange(len(P)) if sources is None else sources
    with explained():
        evaluate(s, rows, True, P, M, A, NONE2, NONE2, NONE2, NONE1, NONE2, NONE3)


def utility(s, rows, wp, wm, wa, alpha, delta, U):
    with explained():
        evaluate(s, rows, False, NONE3, NONE4, NONE4, wp, wm, wa, alpha, delta, U)


def activity(s, X):
    with explained():
        busy(s, X)


@compiled
def busy(s, X):
    for i in range(X.shape[0]):
BUSY
"""


@dataclass(frozen=True)
class Compiled:
    """A specification's compiled functions and the names of their columns.

    ``features(s, P, M, A, sources=None)`` fills P (n, n, Fp), M (4, n, n, Fm), A (K, n, n, Fa), all sources
    or those given;
    ``utility(s, rows, wp, wm, wa, alpha, delta, U)`` fills the given sources of U (K, n, n);
    ``activity(s, X)`` fills X (n, Fr).
    """

    module: ModuleType
    pair: tuple[str, ...]
    memory: tuple[str, ...]
    act: tuple[str, ...]
    rate: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the choice columns in the order of a class's block of coefficients."""
        return self.pair + self.memory + self.act


def cache_folder() -> Path:
    """Folder of compiled code: ``CHANCELLERY_CACHE``, else the user's cache folder."""
    base = os.environ.get("CHANCELLERY_CACHE")
    if base:
        return Path(base)
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "chancellery"


def compile_specification(spec: Specification) -> Compiled:
    """Generate and load the module of a specification's effects.

    Raises
    ------
    EffectError
        If the cache folder cannot be written.
    """
    chosen = [lookup(name) for name in spec.choice]
    pair = [e for e in chosen if e.level == "pair"]
    klass = [e for e in chosen if e.level == "class"]
    memory = [e for e in chosen if e.level == "memory"]
    act = [e for e in chosen if e.level == "act"]
    rate = [lookup(name) for name in spec.rate]
    text = _text(pair, klass, memory, act, rate, len(spec.half_lives))
    names = [e.name for e in klass]
    names += [f"{e.name}@{half:g}d" for e in memory for half in spec.half_lives]
    return Compiled(
        module=_load(text),
        pair=tuple(e.name for e in pair),
        memory=tuple(names),
        act=tuple(e.name for e in act),
        rate=tuple(e.name for e in rate),
    )


def _text(pair: list[Effect], klass: list[Effect], memory: list[Effect], act: list[Effect],
          rate: list[Effect], halves: int) -> str:  # fmt: skip
    every = (*pair, *klass, *memory, *act, *rate)
    lines = [HEADER]
    for e in every:
        lines.append(f"from {e.function.__module__} import {e.function.__name__} as plain_{_symbol(e)}")
        lines.append(f"effect_{_symbol(e)} = inlined(plain_{_symbol(e)})")
    lines += [f"PAIR, MEMORY, ACT = {len(pair)}, {len(klass) + len(memory) * halves}, {len(act)}"]
    busy = [f"X[i, {f}] = effect_{_symbol(e)}(s, i)" for f, e in enumerate(rate)] or ["pass"]
    row = _row(pair, klass, memory, act, halves)
    lines += [LOOPS.replace("ROW", _indented(row)).replace("BUSY", _indented(busy))]
    # Constants and helpers count too, so whole files are stamped: those of the effects, and those they call.
    origins = (arithmetic, heat, shares, state, rows, *(e.function for e in every))
    files = {inspect.getsourcefile(x) for x in origins}
    stamp = hashlib.sha256("".join(sorted(Path(f).read_text(encoding="utf-8") for f in files)).encode())
    return "\n".join(lines) + f"\n# {stamp.hexdigest()}\n"


def _indented(lines: list[str]) -> str:
    return "\n".join(" " * 8 + line for line in lines)


def _row(pair: list[Effect], klass: list[Effect], memory: list[Effect], act: list[Effect],
         halves: int) -> list[str]:  # fmt: skip
    """One source's columns, as the body of a loop over sources i."""
    out = []
    for f, e in enumerate(pair):
        out += ["for j in range(n):", f"    p[{f}, j] = effect_{_symbol(e)}(s, i, j)"]
    out += ["for c in range(4):", "    pass"]
    for f, e in enumerate(klass):
        out += ["    for j in range(n):", f"        m[c, {f}, j] = effect_{_symbol(e)}(s, i, j, c)"]
    for f, e in enumerate(memory):
        at = len(klass) + f * halves
        out += [f"    for h in range({halves}):", "        for j in range(n):"]
        out += [f"            m[c, {at} + h, j] = effect_{_symbol(e)}(s, i, j, c, h)"]
    out += ["for k in range(K):", "    pass"]
    for f, e in enumerate(act):
        out += ["    for j in range(n):", f"        a[k, {f}, j] = effect_{_symbol(e)}(s, i, j, k)"]
    return out


def _symbol(e: Effect) -> str:
    return e.name.replace("-", "_")


def _load(text: str) -> ModuleType:
    name = "chancellery_generated_" + hashlib.sha256(text.encode()).hexdigest()[:16]
    if name in sys.modules:
        return sys.modules[name]
    path = cache_folder() / f"{name}.py"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            draft = path.with_suffix(f".{os.getpid()}.tmp")
            draft.write_text(text, encoding="utf-8")
            draft.replace(path)
    except OSError as error:
        raise EffectError(
            f"cannot write compiled code to {path.parent} ({error.strerror}); "
            "set CHANCELLERY_CACHE to a folder that can be written"
        ) from None
    module_spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(module_spec)
    sys.modules[name] = module  # numba's cache looks the module up by name
    try:
        module_spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
