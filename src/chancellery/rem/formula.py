"""Read a formula: ``calls ~ inertia + recip(friendship, weighted=True, transform=log1p) + same(floor)``.

Read, never evaluated. R's spelling is understood as well: ``TRUE``, ``actors$floor``, ``list(a, b)``,
``transformer_fn = log1p``. ``a:b`` is the product of two effects.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

from chancellery.errors import ModelError, did_you_mean
from chancellery.rem import catalogue
from chancellery.rem.catalogue import Effect

TRANSFORMS = ("identity", "log1p", "sqrt", "square", "positive")
SUMMARIES = ("mean", "sum", "min", "max")
JOINS = ("product", "minimum")
SHIFTS = ("AB-BA", "AB-BY", "AB-XA", "AB-XB", "AB-XY", "AB-AY", "AB-AB")
_WORDS = {"transform": TRANSFORMS, "summary": SUMMARIES, "join": JOINS, "type": ("ego", "alter")}
_FLAGS = ("weighted", "ignore_repetitions")


@dataclass(frozen=True)
class Term:
    """One effect of a formula: its arguments by name, its options, and what it is multiplied with."""

    effect: Effect
    arguments: tuple[str, ...]
    options: dict[str, object] = field(default_factory=dict)
    times: Term | None = None

    @property
    def label(self) -> str:
        """How tables name the term."""
        parts = [*self.arguments]
        for key, value in self.options.items():
            parts.append(key if value is True else str(value) if key in _WORDS else f"{key}={value}")
        own = f"{self.effect.name}({', '.join(parts)})" if parts else self.effect.name
        return f"{own}:{self.times.label}" if self.times else own


def read_formula(text: str, own: Mapping[str, Effect] | None = None) -> tuple[str, list[Term]]:
    """Split a formula into the name of the network whose events are modelled, and its terms.

    ``own`` holds effects of the user by name.

    Raises
    ------
    ModelError
        Naming what is wrong and the nearest known name.
    """
    if not isinstance(text, str):
        raise ModelError(f"a formula is text such as 'calls ~ inertia + recip', not {type(text).__name__}")
    text = " ".join(text.split())
    left, tilde, right = text.partition("~")
    dependent = left.strip()
    if not tilde or not re.fullmatch(r"[\w.]+", dependent):
        raise ModelError(f"formula '{text[:80]}': write 'network ~ effect + effect', such as 'calls ~ inertia + recip'")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of the spelling is not the user's concern
            tree = ast.parse(_as_python(right).strip(), mode="eval").body
    except (RecursionError, MemoryError):
        raise ModelError("the formula is too deep to be read; write fewer brackets and effects") from None
    except (SyntaxError, ValueError) as error:
        near = (getattr(error, "text", "") or "").strip()[:60]
        raise ModelError(f"formula '{text[:80]}': cannot be read near '{near}'") from None
    terms = [_term(node, dependent, own or {}) for node in _summands(tree)]
    labels = [t.label for t in terms]
    for label in labels:
        if labels.count(label) > 1:
            raise ModelError(f"formula: '{label}' is there twice; two equal effects cannot be told apart")
    return dependent, terms


def _as_python(text: str) -> str:
    """Turn R's spelling and the colon of an interaction into an expression that parses; text in quotes stays."""
    out = []
    for part in re.split(r"(\"[^\"]*\"|'[^']*')", text):
        if part[:1] not in "\"'" or not part:
            part = re.sub(r"\bTRUE\b", "True", re.sub(r"\bFALSE\b", "False", part))
            part = re.sub(r"\bInf\b", "None", part).replace("$", ".").replace(":", "@").replace("\n", " ")
        out.append(part)
    return "".join(out)


def _summands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return [*_summands(node.left), *_summands(node.right)]
    return [node]


def _term(node: ast.expr, dependent: str, own: Mapping[str, Effect]) -> Term:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        first, second = _term(node.left, dependent, own), _term(node.right, dependent, own)
        if first.times is not None or second.times is not None:
            raise ModelError("formula: at most two effects can be multiplied")
        if "intercept" in (first.effect.name, second.effect.name):
            raise ModelError("formula: the intercept is a term of its own; it cannot be multiplied with an effect")
        return Term(first.effect, first.arguments, first.options, second)
    if isinstance(node, ast.Constant) and node.value == 1:
        return Term(catalogue.lookup("1"), ())
    if isinstance(node, ast.Name):
        return _checked(node.id, [], {}, dependent, own)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        arguments = [_name(a) for a in node.args]
        options: dict[str, object] = {}
        for keyword in node.keywords:
            if keyword.arg in ("network", "attribute"):
                arguments.append(_name(keyword.value))
            else:
                options[str(keyword.arg)] = _constant(keyword.value)
        return _checked(node.func.id, [n for a in arguments for n in a], options, dependent, own)
    raise ModelError(f"formula: '{ast.unparse(node)}' is not an effect; write name(network, option=value)")


def _name(node: ast.expr) -> list[str]:
    """Names of an argument: ``a``, ``actors.a`` (the attribute), ``"a"``, ``list(a, b)``."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("list", "c"):
        return [n for a in node.args for n in _name(a)]
    if isinstance(node, ast.Tuple | ast.List):
        return [n for a in node.elts for n in _name(a)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):  # a shift without quotes: AB-BA
        return ["-".join(n for a in (node.left, node.right) for n in _name(a))]
    raise ModelError(f"formula: '{ast.unparse(node)}' is not the name of a network or an attribute")


def _constant(node: ast.expr) -> object:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        return f"-{node.operand.value}"
    raise ModelError(f"formula: '{ast.unparse(node)}' is not a plain value of an option")


def _checked(
    name: str, arguments: list[str], options: dict[str, object], dependent: str, own: Mapping[str, Effect]
) -> Term:
    effect = catalogue.lookup(name, own)
    given = {catalogue.OPTION_ALIASES.get(key, key): value for key, value in options.items()}
    for key in given:
        if key not in effect.options:
            if not effect.options:
                raise ModelError(f"effect '{name}' has no options")
            raise ModelError(
                f"effect '{name}' has no option '{key}'{did_you_mean(key, effect.options)}; it has {', '.join(effect.options)}"
            )
    if name.startswith("ps") and effect.name == "shift":
        if arguments:
            raise ModelError(f"effect '{name}' reads nothing: its name says which shift is meant")
        arguments = [f"{name[2:4]}-{name[4:]}"]
    if not arguments and effect.reads == ("network",):
        arguments = [dependent]
    if len(arguments) == 1 and effect.reads == ("network", "attribute"):
        arguments = [dependent, *arguments]
    if len(arguments) != len(effect.reads):
        wanted = " and ".join(f"a{'n' if r == 'attribute' else ''} {r}" for r in effect.reads) or "nothing"
        raise ModelError(f"effect '{name}' reads {wanted}, not {len(arguments)} argument(s)")
    merged = {**catalogue.ALIAS_OPTIONS.get(name, {}), **given}
    return Term(effect, tuple(arguments), _clean(name, merged))


def _clean(name: str, options: dict[str, object]) -> dict[str, object]:
    """Check the values of options and drop those that say the default."""
    for key, value in options.items():
        if key in _WORDS and value not in _WORDS[key]:
            raise ModelError(f"effect '{name}': {key} is one of {', '.join(_WORDS[key])}, not '{value}'")
        if key in _FLAGS and not isinstance(value, bool):
            raise ModelError(f"effect '{name}': {key} is true or false, not '{value}'")
    if options.get("half_life") is not None and "weighted" in options and not options["weighted"]:
        raise ModelError(f"effect '{name}': a tie that is there or not does not decay; use weighted=True or a window")
    if options.get("half_life") is not None and options.get("window") is not None:
        raise ModelError(f"effect '{name}': give a window or a half_life, not both")
    if options.get("join") == "minimum" and not (options.get("weighted") or options.get("half_life")):
        raise ModelError(f"effect '{name}': join='minimum' needs weighted=True")
    defaults = {"transform": "identity", "join": "product", "summary": "mean"}
    return {k: v for k, v in options.items() if v is not None and v is not False and defaults.get(k) != v}
