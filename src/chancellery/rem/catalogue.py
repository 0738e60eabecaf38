"""The only list of effects of the classical models: names, other names, formulas, where each may be used.

Notation: x_ij is the weight of the tie i → j just before the event, z_i an attribute; I(·) is 1 where its
argument holds. Degrees, ties and paths are counted on ties that are present, I(x > 0), unless ``weighted``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chancellery.errors import ModelError, did_you_mean

RATE, CHOICE, COORDINATION, TIE = "rate", "choice", "coordination", "tie"
MODELS = (RATE, CHOICE, COORDINATION, TIE)
# What the models are called elsewhere.
MODEL_ALIASES = {
    "REM": TIE, "rem": TIE, "DyNAM": CHOICE, "DyNAM-rate": RATE, "DyNAM-choice": CHOICE, "sender": RATE,
    "receiver": CHOICE, "choice_coordination": COORDINATION, "DyNAM-choice_coordination": COORDINATION,
}  # fmt: skip
STRUCTURAL = ("window", "half_life", "ignore_repetitions", "transform", "of", "on")
PATHS = (*STRUCTURAL, "weighted", "join")


@dataclass(frozen=True)
class Effect:
    """What a formula can name.

    Attributes
    ----------
    name, aliases
        The field's name, and other names for it; an alias may set options (``otp`` counts weights).
    reads
        Kinds of its arguments in order: ``network``, ``attribute``, ``type`` or ``shift``.
    models
        Models it may be used in.
    options
        Options it understands.
    formula, meaning, source
        For the reference page and the reader of a table.
    """

    name: str
    reads: tuple[str, ...]
    models: tuple[str, ...]
    options: tuple[str, ...]
    formula: str
    meaning: str
    source: str
    aliases: tuple[str, ...] = ()


_SB = "Stadtfeld & Block 2017"
_B08 = "Butts 2008"
_PAIR = (CHOICE, TIE)
_PAIRS = (CHOICE, COORDINATION, TIE)
_ACTOR = (RATE, CHOICE, COORDINATION, TIE)

EFFECTS: tuple[Effect, ...] = (
    Effect(
        "intercept", (), (RATE, TIE), (), "1",
        "baseline log hazard; a model with it is timed", _SB, ("1", "baseline", "Intercept"),
    ),
    Effect(
        "inertia", ("network",), _PAIRS, (*STRUCTURAL, "weighted"), "I(x_ij > 0), or x_ij",
        "repeats what it did to the same target before", _B08, ("repetition", "FrPSndSnd"),
    ),
    Effect(
        "tie", ("network",), _PAIRS, (*STRUCTURAL, "weighted"), "I(x_ij > 0), or x_ij",
        "acts along the ties of another network", _SB, ("dyad",),
    ),
    Effect(
        "recip", ("network",), _PAIR, (*STRUCTURAL, "weighted"), "I(x_ji > 0), or x_ji",
        "returns what the target did to it", _B08, ("reciprocity", "FrRecSnd"),
    ),
    Effect(
        "indeg", ("network",), _ACTOR, (*STRUCTURAL, "weighted", "type"), "Σ_l I(x_lj > 0), or Σ_l x_lj",
        "popularity: many turn to the target (or, as ego, to the sender)", _SB,
        ("indegree", "indegreeReceiver", "indegreeSender"),
    ),
    Effect(
        "outdeg", ("network",), (RATE, CHOICE, TIE), (*STRUCTURAL, "weighted", "type"),
        "Σ_l I(x_jl > 0), or Σ_l x_jl", "activity of the target (or, as ego, of the sender)", _SB,
        ("outdegree", "outdegreeReceiver", "outdegreeSender"),
    ),
    Effect(
        "degree", ("network",), (RATE, CHOICE, TIE), (*STRUCTURAL, "weighted", "type"),
        "Σ_l I(x_lj > 0) + I(x_jl > 0), or weights", "all dealings of the target (or, as ego, of the sender)",
        _B08, ("totaldegree", "totaldegreeReceiver", "totaldegreeSender"),
    ),
    Effect(
        "node_trans", ("network",), _ACTOR, (*STRUCTURAL, "type"),
        "Σ_kl I(x_jk > 0) I(x_kl > 0) I(x_jl > 0)", "is the source of many transitive triads", _SB,
        ("nodeTrans",),
    ),
    Effect(
        "trans", ("network",), _PAIRS, PATHS, "Σ_k I(x_ik > 0) I(x_kj > 0)",
        "a partner's partner: closes i → k → j", _SB, ("transitivity", "otp", "OTPSnd"),
    ),
    Effect(
        "cycle", ("network",), _PAIR, PATHS, "Σ_k I(x_jk > 0) I(x_ki > 0)",
        "closes the round j → k → i", _SB, ("itp", "ITPSnd"),
    ),
    Effect(
        "common_sender", ("network",), _PAIR, PATHS, "Σ_k I(x_ki > 0) I(x_kj > 0)",
        "both are addressed by the same third parties", _SB, ("commonSender", "isp", "ISPSnd", "clSender"),
    ),
    Effect(
        "common_receiver", ("network",), _PAIR, PATHS, "Σ_k I(x_ik > 0) I(x_jk > 0)",
        "both address the same third parties", _SB, ("commonReceiver", "osp", "OSPSnd", "clReceiver"),
    ),
    Effect(
        "four", ("network",), _PAIRS, (*STRUCTURAL, "weighted"),
        "Σ_{k≠j, l≠i} I(x_ik > 0) I(x_lk > 0) I(x_lj > 0)",
        "closes i → k ← l → j, four different actors", "Lerner & Lomi 2020", ("four_cycle", "fourCycle"),
    ),
    Effect(
        "mixed_trans", ("network", "network"), _PAIRS, PATHS, "Σ_k I(x_ik > 0) I(y_kj > 0)",
        "i → k in the first network, k → j in the second", _SB, ("mixedTrans",),
    ),
    Effect(
        "mixed_cycle", ("network", "network"), _PAIR, PATHS, "Σ_k I(x_ki > 0) I(y_jk > 0)",
        "k → i in the first network, j → k in the second", _SB, ("mixedCycle",),
    ),
    Effect(
        "mixed_common_sender", ("network", "network"), _PAIR, PATHS, "Σ_k I(x_ki > 0) I(y_kj > 0)",
        "k → i in the first network, k → j in the second", _SB, ("mixedCommonSender", "mixedClSender"),
    ),
    Effect(
        "mixed_common_receiver", ("network", "network"), _PAIR, PATHS, "Σ_k I(x_ik > 0) I(y_jk > 0)",
        "i → k in the first network, j → k in the second", _SB, ("mixedCommonReceiver", "mixedClReceiver"),
    ),
    Effect(
        "ego", ("attribute",), (RATE, TIE), ("transform", "on"), "z_i",
        "the sender has much of the attribute", _SB, ("send",),
    ),
    Effect(
        "alter", ("attribute",), _PAIRS, ("transform", "on"), "z_j",
        "the target has much of the attribute", _SB, ("receive",),
    ),
    Effect(
        "same", ("attribute",), _PAIRS, ("on",), "I(z_i = z_j)",
        "sender and target are of one kind", _SB, (),
    ),
    Effect(
        "diff", ("attribute",), _PAIRS, ("transform", "on"), "|z_i − z_j|",
        "sender and target differ", _SB, ("difference",),
    ),
    Effect(
        "sim", ("attribute",), _PAIRS, ("on",), "−|z_i − z_j|",
        "sender and target are alike", _SB, ("similarity",),
    ),
    Effect(
        "ego_alter", ("attribute", "attribute"), _PAIRS, ("transform", "on"), "z_i · y_j",
        "senders with much of the first turn to targets with much of the second", _SB,
        ("egoAlterInt", "ego_alter_interaction"),
    ),
    Effect(
        "tertius", ("network", "attribute"), _ACTOR,
        ("window", "ignore_repetitions", "transform", "type", "summary", "of", "on"),
        "mean of z_k over k with x_kj > 0 (the mean over actors where there are none)",
        "the target's in-neighbours have much of the attribute", _SB, (),
    ),
    Effect(
        "tertius_diff", ("network", "attribute"), _PAIRS,
        ("window", "ignore_repetitions", "transform", "summary", "of", "on"),
        "|z_i − mean of z_k over k with x_kj > 0|",
        "the sender differs from the target's in-neighbours", _SB, ("tertiusDiff",),
    ),
    Effect(
        "shift", ("shift",), (TIE,), ("on",), "I(the last event and this one form the shift)",
        "turn-taking: AB-BA, AB-BY, AB-XA, AB-XB, AB-XY, AB-AY, AB-AB", "Gibson 2003; Butts 2008",
        ("psABBA", "psABBY", "psABXA", "psABXB", "psABXY", "psABAY", "psABAB"),
    ),
    Effect(
        "kind", ("type",), _PAIRS, (), "I(the option is of this type)",
        "how common a type of act is, against the types not named", _B08, (),
    ),
)  # fmt: skip

# Options an alias stands for: the names of remstats and relevent count weights, and say whom they are about.
ALIAS_OPTIONS: dict[str, dict[str, object]] = {
    "reciprocity": {"weighted": True},
    "indegreeSender": {"weighted": True, "type": "ego"},
    "indegreeReceiver": {"weighted": True, "type": "alter"},
    "outdegreeSender": {"weighted": True, "type": "ego"},
    "outdegreeReceiver": {"weighted": True, "type": "alter"},
    "totaldegreeSender": {"weighted": True, "type": "ego"},
    "totaldegreeReceiver": {"weighted": True, "type": "alter"},
    **{name: {"weighted": True, "join": "minimum"} for name in ("otp", "itp", "osp", "isp")},
}
OPTION_ALIASES = {
    "transformFun": "transform",
    "transformer_fn": "transform",
    "ignoreRep": "ignore_repetitions",
    "aggregateFun": "summary",
    "summarizer_fn": "summary",
}
_BY_NAME = {name: effect for effect in EFFECTS for name in (effect.name, *effect.aliases)}


def names() -> list[str]:
    """All names and aliases."""
    return list(_BY_NAME)


def lookup(name: str, own: Mapping[str, Effect] | None = None) -> Effect:
    """Find an effect by its name or an alias, among a user's ``own`` first.

    Raises
    ------
    ModelError
        With the nearest known name.
    """
    known = {**_BY_NAME, **(own or {})}
    if name not in known:
        near = did_you_mean(name, known)
        if "did you mean" not in near:  # a list of what there is, without the other names
            near = f"; effects are {', '.join([*(own or {}), *(e.name for e in EFFECTS)])}"
        raise ModelError(f"'{name}' is not an effect{near}")
    return known[name]
