"""What came of a contest of experts, as plain data and as sentences."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from chancellery.judge.contest import (
    ALONE,
    EVERYTHING,
    STAGES,
    Contest,
    claim_of,
    effect_behind,
)
from chancellery.judge.docket import plain
from chancellery.judge.experts import NEUTRAL, Opinion
from chancellery.judge.scores import Interval
from chancellery.judge.statements import COIN, Mark

if TYPE_CHECKING:
    from chancellery.judge.rivals import Reading, Rivals

FORMAT = 1
SHORT = 40  # letters of an author's name that a sentence bears


def told(found: Rivals) -> dict:
    """Plain data, for JSON and pages; described in docs/rivals.md."""
    c = found.contest
    return plain(
        {
            "kind": "chancellery rivals",
            "format": FORMAT,
            "about": found.about,
            "lead": lead(found.contest),
            "sentences": sentences(found),
            "experts": [_expert(found, name) for name in c.experts],
            "stages": [
                {"name": s, "weeks": STAGES.get(s), "learns": s not in STAGES, "rows": _rows(c, s), "pairs": _pairs(c, s)}
                for s in c.stages
            ],
            "path": {
                "weeks": [str(w) for w in c.weeks],
                "events": c.events,
                "lead": {s: {name: c.path(s, name) for name in c.essays} for s in c.stages},
            },
            "weights": weights(c),
            "claims": _worth(found, claim_of, "claim"),
            "effects": _worth(found, effect_behind, "effect"),
            "by_pair": {name: found.apart.by_pair(name, NEUTRAL) for name in c.essays},
            "by_class": {name: found.apart.by_class(name, NEUTRAL) for name in c.essays},
            "events": [t.as_dict() for t in found.tellings],
            "bands": {name: dict(lists) for name, lists in found.bands.items()},
            "readings": [_reading(r) for r in found.readings],
            "statements": [asdict(s) for s in found.found],
        }
    )  # fmt: skip


def _expert(found: Rivals, name: str) -> dict:
    c = found.contest
    mine = c.experts[name].opinions
    return {
        "name": name,
        "author": found.essays[name].author if name in found.essays else "",
        "about": found.essays[name].about if name in found.essays else "mean zero, as unsure as the others",
        "claims": len({o.claim for o in mine}),
        "weights": len({o.coefficient for o in mine}),
        "opinions": [asdict(o) for o in mine],
    }


def _rows(c: Contest, stage: str) -> list[dict]:
    return [
        {
            "expert": name,
            "nats_an_event": c.mean(stage, name),
            "nats_a_week": float(c.scores(stage, name).mean()),
            "gap": None if name == NEUTRAL else asdict(c.gap(stage, name)),
            "by_year": {}
            if name == NEUTRAL
            else {str(y): asdict(i) for y, i in c.by_year(stage, name).items()},
        }
        for name in c.experts
    ]


def _pairs(c: Contest, stage: str) -> list[dict]:
    return [
        {"ahead": a, "behind": b, "gap": asdict(c.gap(stage, a, b))}
        for x, a in enumerate(c.essays)
        for b in c.essays[x + 1 :]
    ]


def weights(c: Contest) -> list[dict]:
    """Each weight in question: what every expert believes of it before and after the training record."""
    before = {name: c.belief(name, ALONE) for name in c.experts}
    after = {name: c.belief(name, EVERYTHING) for name in c.experts}
    spread = {name: (before[name].sd, after[name].sd) for name in c.experts}
    out = []
    for x, coefficient in enumerate(c.seen.names):
        speaking = {o.essay for o in c.said if o.coefficient == coefficient}
        out.append(
            {
                "coefficient": coefficient,
                "experts": {
                    name: {
                        "speaks": name in speaking,
                        "prior": (float(before[name].mean[x]), float(spread[name][0][x])),
                        "posterior": (float(after[name].mean[x]), float(spread[name][1][x])),
                    }
                    for name in c.experts
                },
            }
        )
    return out


def _worth(found: Rivals, of: Callable[[Opinion], str], what: str) -> list[dict]:
    why = {(o.essay, of(o)): o.why for o in reversed(found.contest.said)}
    rows = [
        {"essay": essay, what: one, "gap": asdict(gap), "why": why[essay, one] if what == "claim" else ""}
        for essay, one, gap in found.contest.worth(of)
    ]
    return sorted(rows, key=lambda r: r["gap"]["mean"])


def _reading(r: Reading) -> dict:
    return {
        "name": r.name,
        "gaps": [{"stage": s, "essay": e, "gap": asdict(gap)} for (s, e), gap in r.gaps.items()],
        "marks": [asdict(m) for m in r.marks],
    }


def lead(c: Contest) -> str:
    """The outcome in a sentence or two."""
    gaps = {name: c.gap(ALONE, name) for name in c.essays}
    groups = (
        ("better than", [n for n, g in gaps.items() if g.low > 0]),
        ("worse than", [n for n, g in gaps.items() if g.high < 0]),
        (
            "no differently, as far as these weeks can tell, from",
            [n for n, g in gaps.items() if not g.excludes_zero],
        ),
    )
    told = [f"{_listed(names)} foretold {how} the neutral expert" for how, names in groups if names]
    return f"Without having seen the record, {'; '.join(told)}. {_after(c)}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def sentences(found: Rivals) -> list[str]:
    """The outcome in words, essay by essay and pair by pair."""
    c = found.contest
    out = [_alone(found, name) for name in c.essays]
    best = max(c.essays, key=lambda name: c.gap(ALONE, name).mean)
    for name in c.essays:
        if name != best:
            out.append(_beside(best, name, c.gap(ALONE, best, name)))
    out += [_said(m) for m in found.readings[0].marks if m.decided]
    return out


def _alone(found: Rivals, name: str) -> str:
    gap = found.contest.gap(ALONE, name)
    author = found.essays[name].author
    known = f" ({author})" if len(author) < SHORT else ""
    return f"{name}{known}, without having seen the record: {_gap(gap, 'the neutral expert')}"


def _beside(name: str, other: str, gap: Interval) -> str:
    return f"{name} beside {other}: {_gap(gap, other)}"


def _gap(gap: Interval, other: str) -> str:
    size = (
        f"{abs(gap.mean):.1f} nats for a thousand events {'better' if gap.mean > 0 else 'worse'} than {other}"
    )
    span = f"[{gap.low:+.1f}, {gap.high:+.1f}]"
    if gap.excludes_zero:
        return f"{size} {span}."
    return f"{size} {span}; the interval covers zero: these weeks cannot tell them apart."


def _after(c: Contest) -> str:
    left = [name for name in c.essays if c.gap(EVERYTHING, name).excludes_zero]
    most = max(abs(c.gap(EVERYTHING, name).mean) for name in c.essays)
    if not left:
        return (
            f"After the whole training record no essay can be told from the neutral expert (gaps up to {most:.1f}): "
            "the record has overruled the priors."
        )
    return (
        f"After the whole training record the gaps to the neutral expert are up to {most:.1f}; "
        f"{_listed(left)} can still be told from it."
    )


def _said(m: Mark) -> str:
    told = f"{m.essay}: {m.held} of {m.decided} decided claims held, stated with {100 * m.stated:.0f}% on average; "
    told += f"Brier score {m.brier.mean:.3f} [{m.brier.low:.3f}, {m.brier.high:.3f}]"
    if not math.isfinite(m.brier.low):
        return f"{told}, of too few claims to say more."
    if m.brier.low <= COIN <= m.brier.high:
        return f"{told}, not to be told from always saying one half ({COIN})."
    return f"{told}, {'better' if m.brier.mean < COIN else 'worse'} than always saying one half ({COIN})."


def text(found: Rivals) -> str:
    """A table and the sentences."""
    c = found.contest
    a = found.about
    lines = [
        f"fitted to {a['trained_on']:,} events to {a['until']}, scored on {a['scored_on']:,} of "
        f"{a['scored_since']} to {a['scored_until']}; nats for a thousand events above the neutral expert",
        f"{'':<22}" + "".join(f"{name:>24}" for name in c.essays),
    ]
    for s in c.stages:
        cells = [c.gap(s, name) for name in c.essays]
        lines.append(
            f"{s:<22}" + "".join(f"{f'{g.mean:+.1f} [{g.low:+.1f}, {g.high:+.1f}]':>24}" for g in cells)
        )
    return "\n".join([*lines, "", lead(c), *sentences(found)])
