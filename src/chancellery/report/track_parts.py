"""The other tables of a track record: shocks that came, the months since the record, public benchmarks.

Each takes what its verb saved and becomes notes, a heading and rows of words, for the page and the terminal alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chancellery.errors import ReportError


def parts(found: Mapping[str, Mapping]) -> dict[str, dict]:
    """Tables by title, for what there is.

    Parameters
    ----------
    found
        Results by name of their file, as ``Case.track`` has them; the backtest is shown elsewhere.

    Returns
    -------
    dict
        ``notes`` (sentences), ``heading`` and ``rows`` (lists of words).

    Raises
    ------
    ReportError
        If a result is not of the form its verb writes.
    """
    out = {}
    for name, result in found.items():
        if result.get("kind") in TABLES:
            title, make = TABLES[result["kind"]]
            try:
                part = make(result)
            except (KeyError, TypeError, AttributeError, IndexError) as problem:
                raise ReportError(f"track/{name}.json: a field is missing or wrong ({problem}); make it again") from None
            if title in out:  # several benchmarks share one table
                part = out[title] | {"rows": out[title]["rows"] + part["rows"]}
            out[title] = part
    return out


def _experiments(result: Mapping) -> dict:
    rows = [_shock(e) for e in result["experiments"]]
    pool = result["pooled"]
    if pool["experiments"]:
        rows.append(["all together", "", *_marks(pool["marks"]["all"])])
    return {
        "notes": [
            "Shocks that did come, injected alone into a model that knew nothing later: what third parties did in the "
            "weeks after, beside what was predicted of them.",
            "Right: share of changes, among those that can be told from noise, whose direction was foretold (with the "
            "shock; without it). Saved: share of the error of “nothing changes”. Within: observed changes inside the "
            "central 50% and 90% of futures. Effect right: direction of what the shock adds, beside shuffled effects.",
        ],
        "heading": ["shock", "days after", "told apart", "right", "right without", "saved", "within 50%", "within 90%",
                    "effects", "effect right", "by chance"],
        "rows": rows,
    }  # fmt: skip


def _shock(e: Mapping) -> list[str]:
    if not e["covered"]:
        return [e["title"], f"not covered: {e['problem']}", *[""] * 9]
    return [e["title"], f"{e['days_after']}", *_marks(e["marks"]["all"])]


def _marks(m: Mapping) -> list[str]:
    return [
        f"{m['told']}", _span(m["right"]), _span(m["right_without"]), _span(m["gain"]), _span(m["held_50"]),
        _span(m["held_90"]), f"{m['effects']}", _span(m["effect_right"]), _share(m["effect_chance"]),
    ]  # fmt: skip


def _nowcast(result: Mapping) -> dict:
    rows = [
        [f"{r['measure']}, {r['pairs']} pairs", r["forecast"], f"{r['many']:,}",
         f"{r['rank_correlation']:.3f} [{r['low']:.3f}, {r['high']:.3f}]",
         "–" if r["simulation_error"] is None else f"±{r['simulation_error']:.3f}",
         "–" if r["over_no_chronology"] is None else _signed(r["over_no_chronology"])]
        for r in result["ranks"] if r["period"] == "whole"
    ]  # fmt: skip
    return {
        "notes": [
            "After the record ends the case lives on its chronology. Volumes of pairs in its futures, beside those of another "
            "event set (GDELT scores, without direction and kind): rank correlation over pairs, as levels cannot be compared.",
            "In brackets the 90% interval from pairs drawn again; after ± the simulation error.",
        ],
        "heading": ["measure", "forecast", "pairs", "rank correlation", "simulation", "over no chronology"],
        "rows": rows,
    }


def _links(result: Mapping) -> dict:
    rows = []
    for model, scored in result["scores"].items():
        for part, sides in scored.items():
            s = sides["both"]
            hits = (f"{s[f'hits@{n}']:.3f}" for n in (1, 3, 10))
            mrr = f"{s['mrr']:.4f} [{s['low']:.4f}, {s['high']:.4f}]"
            rows.append([f"{result['benchmark']}, {part}", model, mrr, *hits])
    return {
        "notes": [
            "Who is next among thousands of entities, as the literature asks it: single step, time-aware filter, both "
            "directions, ties at their expected rank. Recurrency is the baseline, in the same harness. In brackets the 90% "
            "interval from whole days drawn again.",
        ],
        "heading": ["benchmark", "model", "MRR", "hits@1", "hits@3", "hits@10"],
        "rows": rows,
    }


def _span(s: Mapping | None) -> str:
    return "–" if s is None else f"{100 * s['mean']:.0f}% [{100 * s['low']:.0f}, {100 * s['high']:.0f}]".replace("-", "−")


def _share(p: float | None) -> str:
    return "–" if p is None else f"{100 * p:.0f}%"


def _signed(s: Mapping) -> str:
    return f"{s['mean']:+.3f} [{s['low']:+.3f}, {s['high']:+.3f}]".replace("-", "−")


TABLES: dict[str, tuple[str, Callable[[Mapping], dict]]] = {
    "chancellery experiments": ("Shocks that came", _experiments),
    "chancellery nowcast": ("Since the record ended", _nowcast),
    "chancellery links": ("Public benchmarks", _links),
}
