"""A slow reference of the classical models, written from the formulas, in plain loops over past events.

Nothing is kept from one event to the next: every statistic is counted anew from the list of what happened
before. It shares no line with the program; only speed and rounding may differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from rem_worlds import World

SHIFTS = {  # after a → b, is i → j this participation shift? (Gibson 2003)
    "AB-BA": lambda a, b, i, j: (i, j) == (b, a),
    "AB-BY": lambda a, b, i, j: i == b and j not in (a, b),
    "AB-XA": lambda a, b, i, j: i not in (a, b) and j == a,
    "AB-XB": lambda a, b, i, j: i not in (a, b) and j == b,
    "AB-XY": lambda a, b, i, j: i not in (a, b) and j not in (a, b),
    "AB-AY": lambda a, b, i, j: i == a and j not in (a, b),
    "AB-AB": lambda a, b, i, j: (i, j) == (a, b),
}
TRANSFORMS = {
    "identity": lambda v: v, "log1p": math.log1p, "sqrt": math.sqrt, "square": lambda v: v * v,
    "positive": lambda v: float(v > 0),
}  # fmt: skip
LENGTHS = {"2 weeks": 14.0}
SUMMARIES = {"mean": lambda z: sum(z) / len(z), "sum": sum, "min": min, "max": max}


@dataclass(frozen=True)
class Spec:
    """A term as it is written: name, arguments, options; ``times`` is the other factor of an interaction."""

    name: str
    arguments: tuple[str, ...] = ()
    options: dict = field(default_factory=dict)
    times: Spec | None = None

    def __str__(self) -> str:
        parts = [f'"{a}"' if "-" in a else a for a in self.arguments]
        parts += [f"{k}={v!r}" for k, v in self.options.items()]
        own = f"{self.name}({', '.join(parts)})" if parts else self.name
        return f"{own}:{self.times}" if self.times else own


def weights(
    world: World, name: str, now: float, window: float | None = None, half_life: float | None = None,
    of: str | None = None,
) -> list[list[float]]:  # fmt: skip
    """Weight of every tie just before ``now``."""
    window = LENGTHS.get(window, window)
    key = (name, now, window, half_life, of)
    if key in world.cache:
        return world.cache[key]
    net, n = world.networks[name], world.n
    parts: list[list[list[float]]] = [[[] for _ in range(n)] for _ in range(n)]
    if net.initial is not None and window is None and of is None:
        fade = 0.5 ** ((now - begins(world)) / half_life) if half_life else 1.0
        parts = [[[net.initial[i][j] * fade] if i != j else [] for j in range(n)] for i in range(n)]
    for t, i, j, value, kind in sorted(net.rows, key=lambda row: row[0]):
        if world.stepped(t) >= now or (of is not None and kind != of):
            continue
        over = window is not None and world.stepped(t + window) < now
        fade = 0.5 ** ((now - world.stepped(t)) / half_life) if half_life else 1.0
        for a, b in [(i, j)] if net.directed else [(i, j), (j, i)]:
            if net.replace:
                parts[a][b] = []
            if not over:
                parts[a][b].append(value * fade)
    exact = [[_total(parts[i][j]) for j in range(n)] for i in range(n)]
    world.cache[key] = exact
    return exact


def _total(values: list[float]) -> float:
    total = math.fsum(values)
    return 0.0 if abs(total) < 1e-12 * max([1.0, *(abs(v) for v in values)]) else total


def begins(world: World) -> float:
    """Time of the first thing that happens (only initial ties that fade ask for it)."""
    times = [row[0] for net in world.networks.values() for row in net.rows] + [
        row[0] for row in world.presence
    ]
    times += [row[0] for rows in world.changes.values() for row in rows]
    return world.stepped(min(times))


def attribute(world: World, name: str, now: float) -> list[float]:
    z = list(world.attributes[name])
    for t, i, value in sorted(world.changes.get(name, []), key=lambda row: row[0]):
        if world.stepped(t) < now:
            z[i] = value
    return z


def there(world: World, now: float, ending: bool = False) -> list[bool]:
    """Who is present at ``now``: changes at that very time come before an event, but after an interval."""
    out = list(world.present or [True] * world.n)
    for t, i, value in sorted(world.presence, key=lambda row: row[0]):
        if world.stepped(t) < now or (world.stepped(t) == now and not ending):
            out[i] = value
    return out


def events(world: World) -> list[tuple[float, int, int, str]]:
    rows = sorted(world.networks[world.dependent].rows, key=lambda row: row[0])
    return [(world.stepped(t), i, j, kind) for t, i, j, value, kind in rows if value > 0]


def kinds(world: World) -> list[str]:
    return sorted({row[4] for row in world.networks[world.dependent].rows})


def statistic(
    world: World, spec: Spec, now: float, kind: str, i: int, j: int, model: str, ending: bool = False
) -> float:
    """x_e of the option i → j of a type, just before ``now``; of a rate, of sender i."""
    own = _one(world, spec, now, kind, i, j, model, ending)
    return own * statistic(world, spec.times, now, kind, i, j, model, ending) if spec.times else own


def _one(world: World, spec: Spec, now: float, kind: str, i: int, j: int, model: str, ending: bool) -> float:
    options = spec.options
    if "on" in options and options["on"] != kind:
        return 0.0
    if options.get("ignore_repetitions") and weights(world, world.dependent, now)[i][j] > 0:
        return 0.0
    value = _raw(world, spec, now, kind, i, j, model, ending)
    return TRANSFORMS[options.get("transform", "identity")](value)


def _raw(world: World, spec: Spec, now: float, kind: str, i: int, j: int, model: str, ending: bool) -> float:
    name, arguments, options = spec.name, spec.arguments, spec.options
    if name in ("1", "intercept"):
        return 1.0
    if name == "kind":
        return float(arguments[0] == kind)
    if name == "shift":
        past = [e for e in events(world) if e[0] < now]
        return float(bool(past) and SHIFTS[arguments[0]](past[-1][1], past[-1][2], i, j))
    if name in ("ego", "alter", "same", "diff", "sim", "ego_alter"):
        z, y = attribute(world, arguments[0], now), attribute(world, arguments[-1], now)
        return {
            "ego": z[i], "alter": z[j], "same": float(z[i] == z[j]), "diff": abs(z[i] - z[j]),
            "sim": -abs(z[i] - z[j]), "ego_alter": z[i] * y[j],
        }[name]  # fmt: skip
    of = kind if options.get("of") == "same" else options.get("of")
    nets = arguments if name.startswith("mixed") else arguments[:1]
    layers = [weights(world, a, now, options.get("window"), options.get("half_life"), of) for a in nets]
    one = i if model == "rate" or options.get("type") == "ego" else j
    if name in ("tertius", "tertius_diff"):
        z = attribute(world, arguments[1], now)
        joined = _joined(layers[0], z, options.get("summary", "mean"))
        known = [k for k, g in enumerate(joined) if g is not None and there(world, now, ending)[k]]
        if name == "tertius":
            return joined[one] if joined[one] is not None else _mean([joined[k] for k in known])
        if joined[j] is not None:
            return abs(z[i] - joined[j])
        return _mean([abs(z[i] - joined[k]) for k in known if k != i])
    if not (options.get("weighted") or options.get("half_life")):
        layers = [[[float(v > 0) for v in row] for row in x] for x in layers]
    if name in ("indeg", "outdeg", "degree", "node_trans"):
        both = world.networks[arguments[0]].directed
        return _of_actor(name, layers[0], one, both)
    return _of_pair(
        name.removeprefix("mixed_"), layers[0], layers[-1], i, j, options.get("join") == "minimum"
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _joined(x: list[list[float]], z: list[float], summary: str) -> list[float | None]:
    n = len(z)
    found = [[z[k] for k in range(n) if x[k][j] > 0] for j in range(n)]
    return [SUMMARIES[summary](f) if f else None for f in found]


def _of_actor(name: str, x: list[list[float]], a: int, directed: bool) -> float:
    n = len(x)
    received, sent = math.fsum(x[k][a] for k in range(n)), math.fsum(x[a][k] for k in range(n))
    if name == "node_trans":
        return sum(x[a][k] * x[k][m] * x[a][m] for k in range(n) for m in range(n))
    if name == "degree":
        return received + sent if directed else received
    return received if name == "indeg" else sent


def _of_pair(name: str, x: list[list[float]], y: list[list[float]], i: int, j: int, lower: bool) -> float:
    join = min if lower else lambda a, b: a * b
    others = [k for k in range(len(x)) if k not in (i, j)]
    if name in ("inertia", "tie", "recip"):
        return x[j][i] if name == "recip" else x[i][j]
    if name == "four":  # i → k ← m → j
        return math.fsum(x[i][k] * x[m][k] * x[m][j] for k in others for m in others if k != m)
    legs = {
        "trans": lambda k: (x[i][k], y[k][j]), "cycle": lambda k: (x[k][i], y[j][k]),
        "common_sender": lambda k: (x[k][i], y[k][j]), "common_receiver": lambda k: (x[i][k], y[j][k]),
    }[name]  # fmt: skip
    return math.fsum(join(*legs(k)) for k in others)


@dataclass(frozen=True)
class Observation:
    """What was possible at a moment: statistics (options, p), which happened (None: an interval that ended
    without an event), time since the last moment."""

    x: np.ndarray
    chosen: int | None
    gap: float
    options: tuple[tuple[str, int, int], ...]


def moments(
    world: World, specs: list[Spec], timed: bool, since: float | None, until: float | None, risk: str | None
) -> list[tuple[float, tuple | None, float, bool]]:
    """Times, events, gaps to be scored, and whether an interval ends without an event."""
    last = math.inf if until is None else until
    rows = [(t, (i, j, kind)) for t, i, j, kind in events(world) if t <= last]
    if timed:
        quiet = {t for t in _outside(world, specs, risk) if t <= last} | (
            {until} if until is not None else set()
        )
        rows += [(t, None) for t in quiet - {t for t, _ in rows}]
        rows.sort(key=lambda row: row[0])
    raw = sorted(t for t, *_, value, _k in world.networks[world.dependent].rows if value > 0 and t <= last)
    start = -math.inf if since is None else world.stepped(since)
    first = min([*_outside(world, specs, risk), *(t for t, _ in rows)])
    before, out, number = max(first, start), [], 0
    for t, event in rows:
        counted = event is not None and (since is None or raw[number] >= since)
        number += event is not None
        gap = max(t - before, 0.0)
        before = max(before, t)
        if counted or (timed and gap > 0):
            out.append((t, event if counted else None, gap, event is None))
    return out


def _outside(world: World, specs: list[Spec], risk: str | None) -> set[float]:
    """Times at which something other than the clock may change what the terms see."""
    times = {t for t, *_ in world.presence}
    flat = [s for spec in specs for s in (spec, spec.times) if s]
    for name in {a for s in flat for a in s.arguments if a in world.changes}:
        times |= {t for t, *_ in world.changes[name]}
    nets = [(a, s.options) for s in flat for a in s.arguments if a in world.networks]
    nets += [(world.dependent, {}) for s in flat if s.options.get("ignore_repetitions")]
    for name, options in [*nets, *([(risk, {})] if risk else [])]:
        net, window = world.networks[name], LENGTHS.get(options.get("window"), options.get("window"))
        rows = sorted(
            (r for r in net.rows if options.get("of") in (None, "same", r[4])), key=lambda row: row[0]
        )
        times |= {r[0] for r in rows}
        for x, (t, a, b, value, _) in enumerate(rows):
            if window is None or value == 0:
                continue
            pair = ({a, b},) if not net.directed else ((a, b),)
            later = [
                r[0]
                for r in rows[x + 1 :]
                if (({r[1], r[2]},) if not net.directed else ((r[1], r[2]),)) == pair
            ]
            if not net.replace or not later or t + window < later[0]:
                times.add(t + window)
    return {world.stepped(t) for t in times}


def observations(
    world: World, model: str, specs: list[Spec], timed: bool = False, since: float | None = None,
    until: float | None = None, risk: str | None = None, allowed: list[list[int]] | None = None,
) -> list[Observation]:  # fmt: skip
    """Everything a model scores, option by option."""
    out, number = [], 0
    types = kinds(world) if model != "rate" else [""]
    for now, event, gap, ending in moments(world, specs, timed, since, until, risk):
        present = there(world, now, ending)
        sends = [i for i in range(world.n) if present[i] and (world.senders is None or i in world.senders)]
        gets = [j for j in range(world.n) if present[j] and (world.receivers is None or j in world.receivers)]
        if model == "rate":
            options = [("", i, i) for i in sends]
            happened = event and ("", event[0], event[0])
        else:
            options = [(k, i, j) for i in sends for k in types for j in gets if i != j]
            happened = event and (event[2], event[0], event[1])
        if risk is not None:
            options = [o for o in options if weights(world, risk, now)[o[1]][o[2]] > 0]
        if model == "choice":
            options = [
                o for o in options if o[1] == event[0] and (allowed is None or o[2] in allowed[number])
            ]
        x = [[statistic(world, s, now, k, i, j, model, ending) for s in specs] for k, i, j in options]
        number += event is not None
        out.append(Observation(np.array(x), options.index(happened) if event else None, gap, tuple(options)))
    return out


def evaluate(seen: list[Observation], theta: np.ndarray, timed: bool) -> tuple[float, np.ndarray, np.ndarray]:
    """Log likelihood, score and information of choice, rate and tie models."""
    loglik, score, information = 0.0, np.zeros(len(theta)), np.zeros((len(theta), len(theta)))
    for o in seen:
        hazard = np.exp(o.x @ theta)
        scale = o.gap if timed else 1.0 / hazard.sum()
        mean = scale * hazard @ o.x
        loglik -= scale * hazard.sum() if timed else math.log(hazard.sum())
        score -= mean
        information += scale * (o.x.T * hazard) @ o.x - (0.0 if timed else np.outer(mean, mean))
        if o.chosen is not None:
            loglik += o.x[o.chosen] @ theta
            score += o.x[o.chosen]
    return loglik, score, information


def agreement(seen: list[Observation], theta: np.ndarray) -> float:
    """Log likelihood of coordination: Σ log of p_ij p_ji / Σ p_kl p_lk, p the choice of each actor."""
    loglik = 0.0
    for o in seen:
        utility = dict(zip(o.options, o.x @ theta, strict=True))
        total = {i: sum(math.exp(u) for (_, a, _), u in utility.items() if a == i) for _, i, _ in o.options}
        p = {option: math.exp(u) / total[option[1]] for option, u in utility.items()}
        kind, i, j = o.options[o.chosen]
        pairs = [
            p[k, a, b] * p[k, b, a]
            for k in sorted({k for k, *_ in p})
            for a, b in combinations(range(1 + max(total)), 2)
            if (k, a, b) in p and (k, b, a) in p
        ]
        loglik += math.log(p[kind, i, j] * p[kind, j, i] / sum(pairs))
    return loglik
