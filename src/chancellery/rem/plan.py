"""From terms to arrays: which networks, statistics and readers a formula needs, each kept once.

A *layer* is a network as an effect sees it: within a window, fading, of one type of event. A *plane* or a
*vector* is a statistic that follows layers. Effects that need the same layer or statistic share it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from chancellery.errors import ModelError, did_you_mean
from chancellery.rem.catalogue import RATE, TIE
from chancellery.rem.formula import SHIFTS, SUMMARIES, TRANSFORMS, Term
from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.holding import Holding, join_neighbours, set_tie
from chancellery.rem.own import OwnEffect, address
from chancellery.rem.study import UNITS, Study

_PLANES = {
    "inertia": c.TIE, "tie": c.TIE, "recip": c.RECIP, "trans": c.TRANS, "cycle": c.CYCLE,
    "common_sender": c.COMMON_SENDER, "common_receiver": c.COMMON_RECEIVER, "four": c.FOUR,
    "mixed_trans": c.TRANS, "mixed_cycle": c.CYCLE, "mixed_common_sender": c.COMMON_SENDER,
    "mixed_common_receiver": c.COMMON_RECEIVER,
}  # fmt: skip
_VECTORS = {"indeg": c.INDEGREE, "outdeg": c.OUTDEGREE, "degree": c.TOTAL_DEGREE, "node_trans": c.NODE_TRANS}
_ATTRIBUTES = {
    "ego": c.EGO, "alter": c.ALTER, "same": c.SAME, "diff": c.DIFFERENCE, "sim": c.SIMILARITY, "ego_alter": c.EGO_ALTER,
}  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """A network as effects see it; ``kind`` is -1 for events of all types."""

    network: str
    window: float | None = None
    half_life: float | None = None
    kind: int = -1


@dataclass
class Plan:
    """What the terms of a formula need of a study.

    Attributes
    ----------
    columns
        Number of effects that are columns; the table of effects goes on with factors of interactions.
    effect, effect_fading
        As in :class:`Holding`.
    """

    study: Study
    dependent: str
    model: str
    terms: list[Term]
    risk: str | None = None
    own: dict[str, OwnEffect] = field(default_factory=dict)
    layers: list[Layer] = field(default_factory=list)
    planes: list[tuple] = field(default_factory=list)
    vectors: list[tuple] = field(default_factory=list)
    aggregates: list[tuple] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    effect: np.ndarray = field(init=False)
    effect_fading: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = self.study.networks[self._known_network(self.dependent, "formula")].kinds
        rows: list[list[tuple]] = []
        extra: list[tuple[int, Term, Term]] = []
        for term in self.terms:
            if term.times is None:
                rows.append([self._reader(term, k) for k in range(len(self.kinds))])
            else:
                extra.append((len(rows), term, term.times))
                rows.append([])
        for row, first, second in extra:
            at = len(rows)
            alone = Term(first.effect, first.arguments, first.options)
            rows.append([self._reader(alone, k) for k in range(len(self.kinds))])
            rows.append([self._reader(second, k) for k in range(len(self.kinds))])
            rows[row] = [((c.PRODUCT_OF, at, at + 1, 0, -1, 0), 0.0)] * len(self.kinds)
        self.effect = np.array([[cell[0] for cell in row] for row in rows], np.int64).swapaxes(0, 1).copy()
        self.effect_fading = np.array([[cell[1] for cell in row] for row in rows]).T.copy()
        self.risk_layer = self._layer(Layer(self._known_network(self.risk, "risk"))) if self.risk else -1

    @property
    def columns(self) -> int:
        """Number of coefficients."""
        return len(self.terms)

    @property
    def fades(self) -> bool:
        """Whether some statistic changes by the mere passing of time."""
        return bool((self.effect_fading > 0).any())

    def _known_network(self, name: str, where: str) -> str:
        if name not in self.study.networks:
            raise ModelError(f"{where}: '{name}' is not a network of the study{did_you_mean(name, self.study.networks)}")
        return name

    def _layer(self, layer: Layer) -> int:
        return _place(self.layers, layer)

    def _attribute(self, name: str, where: str) -> int:
        if name not in self.study.start_values:
            raise ModelError(f"{where}: '{name}' is not an attribute of the actors{did_you_mean(name, self.study.start_values)}")
        return _place(self.attributes, name)

    def _reader(self, term: Term, kind: int) -> tuple[tuple[int, ...], float]:
        """Row of the effect table for options of one type, and its decay."""
        self._allowed(term)
        self._transformable(term)
        name, options = term.effect.name, term.options
        if "on" in options and self._kind(str(options["on"]), name) != kind:
            return (c.NOTHING, 0, 0, 0, -1, 0), 0.0
        how = TRANSFORMS.index(str(options.get("transform", "identity")))
        blank = self._layer(Layer(self.dependent)) if options.get("ignore_repetitions") else -1
        if name == "intercept":
            return (c.ONE, 0, 0, 0, -1, 0), 0.0
        if name == "kind":
            reader = c.ONE if self._kind(term.arguments[0], name) == kind else c.NOTHING
            return (reader, 0, 0, 0, -1, 0), 0.0
        if name == "shift":
            if term.arguments[0] not in SHIFTS:
                raise ModelError(f"effect 'shift': '{term.arguments[0]}' is not a shift; they are {', '.join(SHIFTS)}")
            return (c.SHIFT, SHIFTS.index(term.arguments[0]), 0, 0, -1, 0), 0.0
        if name in _ATTRIBUTES:
            numbers = [self._attribute(a, f"effect '{name}'") for a in term.arguments]
            if name != "same":
                self._numeric(term)
            return (_ATTRIBUTES[name], numbers[0], numbers[-1], how, -1, 0), 0.0
        if name in self.own:
            return self._own(term), 0.0
        layers = [self._of_term(term, a, kind) for a in term.arguments[: term.effect.reads.count("network")]]
        if name in ("tertius", "tertius_diff"):
            return self._tertius(term, layers[0], how, blank), 0.0
        if name in _VECTORS:
            return self._by_vector(term, layers[0], how, blank)
        return self._by_plane(term, layers, how, blank)

    def _allowed(self, term: Term) -> None:
        effect, model = term.effect, self.model
        if model not in effect.models:
            raise ModelError(f"effect '{effect.name}' has no meaning in a {model} model; it belongs to {', '.join(effect.models)}")
        kind = term.options.get("type")
        if kind == "ego" and model not in (RATE, TIE):
            raise ModelError(f"effect '{effect.name}': type='ego' is the same for all targets, so a {model} model cannot tell it")
        if kind == "alter" and model == RATE:
            raise ModelError(f"effect '{effect.name}': a rate model has no target; leave type='alter' out")
        if model == RATE:
            self._allowed_in_rate(term)

    def _allowed_in_rate(self, term: Term) -> None:
        """A sender is neither a pair nor a type of event."""
        where = f"effect '{term.effect.name}'"
        if "ignore_repetitions" in term.options:
            raise ModelError(f"{where}: ignore_repetitions is about pairs; leave it out of a rate model")
        if len(self.kinds) > 1 and "on" in term.options:
            raise ModelError(f"{where}: a rate model counts events of all types; leave 'on' out")
        if len(self.kinds) > 1 and term.options.get("of") == "same":
            raise ModelError(f"{where}: a rate model counts events of all types; name one in 'of' instead of 'same'")

    def _transformable(self, term: Term) -> None:
        """Refuse logs and roots of attributes that have none."""
        how, names = term.options.get("transform"), term.arguments[term.effect.reads.count("network") :]
        if how not in ("log1p", "sqrt") or term.effect.name not in ("ego", "alter", "ego_alter", "tertius"):
            return
        for name in names:
            values = self.study.start_values.get(name, np.zeros(1))
            later = self.study.attribute_changes.get(name, (None, None, np.zeros(0)))[2]
            low = float(np.concatenate([values, later]).min())
            if low < 0:
                raise ModelError(
                    f"effect '{term.effect.name}': {how} needs values from 0 on, and attribute '{name}' goes down to {low:g}"
                )

    def _kind(self, name: object, where: str) -> int:
        if name not in self.kinds:
            known = ", ".join(self.kinds) if self.kinds != ("",) else "none: the events have no column 'type'"
            raise ModelError(f"effect '{where}': '{name}' is not a type of event; the types are {known}")
        return self.kinds.index(str(name))

    def _numeric(self, term: Term) -> None:
        for name in term.arguments:
            if name in self.study.levels:
                raise ModelError(f"effect '{term.effect.name}': attribute '{name}' is made of words; use same({name})")

    def _of_term(self, term: Term, network: str, kind: int) -> int:
        where = f"effect '{term.effect.name}'"
        self._known_network(network, where)
        options, of = term.options, -1
        if "of" in options:
            kinds = self.study.networks[network].kinds
            wanted = self.kinds[kind] if options["of"] == "same" else str(options["of"])
            if wanted not in kinds or kinds == ("",):
                raise ModelError(f"{where}: network '{network}' has no events of type '{wanted}'; it has {', '.join(kinds) or 'none'}")
            of = kinds.index(str(wanted))
        window = self._length(options.get("window"), where)
        half_life = self._length(options.get("half_life"), where)
        return self._layer(Layer(network, window, half_life, of))

    def _length(self, given: object, where: str) -> float | None:
        """A length of time in the study's unit: a number, or words such as ``"30 days"``."""
        if given is None:
            return None
        if isinstance(given, int | float) and not isinstance(given, bool):
            length = float(given)
        else:
            match = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*([a-z]*?)s?\s*", str(given))
            unit = self.study.unit or "second"
            if not match or (match[2] or unit) not in UNITS:
                raise ModelError(f"{where}: '{given}' is not a length of time; write a number or '30 days'")
            length = float(match[1]) * UNITS[match[2] or unit] / UNITS[unit]
        if not 0 < length < float("inf"):
            raise ModelError(f"{where}: a window or half-life is longer than 0 and finite, not {given}")
        return length

    def fading(self, layer: int) -> float:
        """Rate of decay of a layer."""
        half = self.layers[layer].half_life
        return np.log(2) / half if half else 0.0

    def _own(self, term: Term) -> tuple[int, ...]:
        """A user's function: numbers of its arguments, and where it is."""
        numbers = [
            self._of_term(term, a, 0) if reads == "network" else self._attribute(a, f"effect '{term.effect.name}'")
            for a, reads in zip(term.arguments, term.effect.reads, strict=True)
        ]
        return (c.OWN, numbers[0], numbers[-1], 0, -1, address(self.own[term.effect.name]))

    def _tertius(self, term: Term, layer: int, how: int, blank: int) -> tuple[int, ...]:
        where = f"effect '{term.effect.name}'"
        attribute = self._attribute(term.arguments[1], where)
        if term.arguments[1] in self.study.levels:
            raise ModelError(f"{where}: attribute '{term.arguments[1]}' is made of words and has no mean")
        summary = SUMMARIES.index(str(term.options.get("summary", "mean")))
        g = _place(self.aggregates, (layer, attribute, summary, 0))
        if term.effect.name == "tertius_diff":
            return (c.TERTIUS_DIFFERENCE, g, attribute, how, blank, 0)
        ego = self.model == RATE or term.options.get("type") == "ego"
        return (c.EGO_TERTIUS if ego else c.ALTER_TERTIUS, g, 0, how, blank, 0)

    def _by_vector(self, term: Term, layer: int, how: int, blank: int) -> tuple[tuple[int, ...], float]:
        name, fading = term.effect.name, self.fading(layer)
        binary = int(name == "node_trans" or not (term.options.get("weighted") or fading))
        if fading and name == "node_trans":
            raise ModelError("effect 'node_trans' counts ties that are there; use a window instead of a half_life")
        kind = _VECTORS[name]
        if not self.study.networks[term.arguments[0]].directed and kind == c.TOTAL_DEGREE:
            kind = c.INDEGREE
        # What fades is transformed when it is read; what does not, when it changes.
        v = _place(self.vectors, (kind, layer, binary, 0 if fading else how))
        ego = self.model == RATE or term.options.get("type") == "ego"
        return (c.EGO_VECTOR if ego else c.ALTER_VECTOR, v, 0, how if fading else 0, blank, 0), fading

    def _by_plane(self, term: Term, layers: list[int], how: int, blank: int) -> tuple[tuple[int, ...], float]:
        name, kind = term.effect.name, _PLANES[term.effect.name]
        rates = [self.fading(x) for x in layers]
        binary = int(not (term.options.get("weighted") or rates[0]))
        join = c.MINIMUM if term.options.get("join") == "minimum" else c.PRODUCT
        single = kind in (c.TIE, c.RECIP)
        if name == "four" and rates[0]:
            raise ModelError("effect 'four' counts ties that are there; use a window instead of a half_life")
        if join == c.MINIMUM and len(set(rates)) > 1:
            raise ModelError(f"effect '{name}': join='minimum' needs one half_life for both networks")
        fading = rates[0] if single or join == c.MINIMUM else 2 * rates[0] if len(rates) == 1 else sum(rates)
        kept = how if single and not fading else 0
        q = _place(self.planes, ((kind, layers[0], layers[-1], binary, join, kept), fading))
        return (c.PLANE, q, 0, how - kept, blank, 0), fading

    def holding(self, start: float = 0.0) -> Holding:
        """What holds at ``start``, before the first row: initial networks and what follows from them."""
        study, n = self.study, self.study.n
        follows: list[list[tuple[int, int, int]]] = [[] for _ in self.layers]
        for q, (p, _) in enumerate(self.planes):
            follows[p[1]].append((c.ON_PLANE, q, 0))
            if p[0] in (c.TRANS, c.CYCLE, c.COMMON_SENDER, c.COMMON_RECEIVER):
                follows[p[2]].append((c.ON_PLANE, q, 1))
        for v, row in enumerate(self.vectors):
            follows[row[1]].append((c.ON_VECTOR, v, 0))
        for g, row in enumerate(self.aggregates):
            follows[row[0]].append((c.ON_AGGREGATE, g, 0))
        flat = [f for one in follows for f in one]
        h = Holding(
            X=np.zeros((len(self.layers), n, n)),
            fading=np.array([self.fading(x) for x in range(len(self.layers))]),
            P=np.zeros((len(self.planes), n, n)),
            plane=np.array([p for p, _ in self.planes], np.int64).reshape(-1, 6),
            plane_fading=np.array([f for _, f in self.planes]),
            V=np.zeros((len(self.vectors), n)),
            shown=np.zeros((len(self.vectors), n)),
            vector=np.array(self.vectors, np.int64).reshape(-1, 4),
            vector_fading=np.array([self.fading(v[1]) for v in self.vectors]),
            G=np.full((len(self.aggregates), n), np.nan),
            aggregate=np.array(self.aggregates, np.int64).reshape(-1, 4),
            Z=np.array([study.start_values[a] for a in self.attributes]).reshape(-1, n),
            follows=np.array(flat, np.int64).reshape(-1, 3),
            follow_from=np.cumsum([0, *(len(f) for f in follows)]),
            effect=self.effect,
            effect_fading=self.effect_fading,
            present=study.present.astype(np.uint8),
            sends=study.sends.astype(np.uint8),
            receives=study.receives.astype(np.uint8),
            risk=np.array([self.risk_layer]),
            origin=np.array([start]),
            last=np.array([-1, -1]),
        )
        self._begin(h)
        return h

    def _begin(self, h: Holding) -> None:
        """Initial ties have no date: they count in full, and never inside a window."""
        for x, layer in enumerate(self.layers):
            initial = self.study.networks[layer.network].initial
            if initial is not None and layer.window is None and layer.kind < 0:
                for a, b in zip(*np.nonzero(initial), strict=True):
                    set_tie(h, x, a, b, initial[a, b])
        for g in range(len(self.aggregates)):
            for j in range(self.study.n):
                join_neighbours(h, g, j)


def _place(things: list, thing: object) -> int:
    """Number of a thing in a list, added if it is new."""
    if thing not in things:
        things.append(thing)
    return things.index(thing)
