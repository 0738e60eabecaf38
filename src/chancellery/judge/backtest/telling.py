"""The track record in words: best and worst forecasts, what the tables come to, and the printed tables."""

from __future__ import annotations

from datetime import date

import numpy as np

from chancellery import world
from chancellery.judge import scores
from chancellery.judge.backtest import methods as m
from chancellery.judge.backtest.kinds import KINDS
from chancellery.judge.backtest.score import Sheet, window

SHOWN = 10  # best and worst forecasts
TRUSTED = (0.9, 1.1)  # calibration slopes that may be taken at their word


def examples(sheets: list[Sheet], actors: tuple[str, ...]) -> tuple[list[dict], list[dict]]:
    """The forecasts that gained and lost most against the long run, each pair and kind once."""
    names = {a.id: a.name for a in world.actors()}
    rows: list[tuple[float, Sheet, int]] = []
    for sheet in sheets:
        served, usual = (scores.log_score(sheet.said[x], sheet.came) for x in (m.COMBINED, m.CLIMATOLOGY))
        gain = np.where(sheet.live, served - usual, 0.0)
        order = np.argsort(gain, kind="stable")
        rows += [(float(gain[x]), sheet, int(x)) for x in np.concatenate([order[:200], order[-200:]])]
    rows.sort(key=lambda row: row[0])
    return _distinct(reversed(rows), actors, names), _distinct(iter(rows), actors, names)


def _distinct(rows: object, actors: tuple[str, ...], names: dict[str, str]) -> list[dict]:
    out, known = [], set()
    for gain, sheet, x in rows:
        kind = KINDS[int(sheet.group[x])]
        pair = (kind.name, int(sheet.i[x]), int(sheet.j[x]))
        if pair in known:
            continue
        known.add(pair)
        source, target = actors[pair[1]], actors[pair[2]]
        first, last = (str(date.fromordinal(d)) for d in window(int(sheet.origin[x]), sheet.horizon))
        out.append({
            "says": kind.says.format(source=names.get(source, source), target=names.get(target, target)),
            "kind": kind.name, "source": source, "target": target,
            "origin": str(date.fromordinal(int(sheet.origin[x]))), "first": first, "last": last,
            "horizon": sheet.horizon, "probability": float(sheet.said[m.COMBINED][x]),
            "usual": float(sheet.said[m.CLIMATOLOGY][x]), "happened": bool(sheet.came[x]), "gain": gain,
        })  # fmt: skip
        if len(out) == SHOWN:
            break
    return out


def findings(told: dict) -> list[str]:
    """What the tables come to, in sentences: where the served forecast is better, where not, and how calibrated."""
    out = []
    for row in told["questions"]:
        if (row["group"], row["stratum"]) != ("all", "live"):
            continue
        days, served = row["horizon"], row["methods"][0]
        better, unsure, worse = [], [], []
        for other in row["methods"][1:]:
            skill = other["skill_brier"]
            where = unsure if skill["low"] <= 0.0 <= skill["high"] else better if skill["mean"] > 0 else worse
            where.append(f"{other['method']} ({100 * skill['mean']:+.1f}%)")
        parts = [
            f"{word} {', '.join(names)}"
            for word, names in (
                ("better than", better),
                ("not told apart from", unsure),
                ("worse than", worse),
            )
            if names
        ]
        out.append(f"Did it happen within {days} days, Brier score of live questions: {'; '.join(parts)}.")
        low, high = TRUSTED
        word = "within" if low <= served["slope"] <= high else "outside"
        out.append(
            f"Calibration slope at {days} days: {served['slope']:.2f}, {word} {low} to {high} (below 1 is too sure)."
        )
    return out


def tables(told: dict) -> list[tuple[str, list[str], list[list[str]]]]:
    """The tables to print: (title, heading, rows)."""
    out = []
    for row in told["questions"]:
        if row["group"] != "all":
            continue
        title = (f"Did it happen within {row['horizon']} days: {row['forecasts']:,} {row['stratum']} questions, "
                 f"{100 * row['happened']:.1f}% came true")  # fmt: skip
        body = [
            [x["method"], f"{x['brier']:.4f}", f"{x['log']:.4f}", f"{x['slope']:.2f}", _skill(x["skill_brier"]),
             _skill(x["skill_log"])]
            for x in row["methods"]
        ]  # fmt: skip
        heading = ["method", "Brier", "log score", "slope", "served over it, Brier", "served over it, log"]
        out.append((title, heading, body))
    kinds = [r for r in told["questions"] if r["group"] != "all" and r["stratum"] == "live"]
    if kinds:
        names = [x["method"] for x in kinds[0]["methods"]][1:]
        body = [
            [r["group"], str(r["horizon"]), f"{r['forecasts']:,}", f"{100 * r['happened']:.1f}%",
             f"{r['methods'][0]['slope']:.2f}", *(_skill(x["skill_brier"]) for x in r["methods"][1:])]
            for r in kinds
        ]  # fmt: skip
        heading = ["question", "days", "asked", "came true", "slope", *names]
        out.append(
            ("Brier skill of the served forecast over each other, live questions by kind", heading, body)
        )
    for row in told["counts"]:
        if row["group"] != "all":
            continue
        title = (f"How often within {row['horizon']} days: {row['forecasts']:,} {row['stratum']} counts, "
                 f"{row['mean']:.2f} on average")  # fmt: skip
        body = [
            [
                x["method"],
                f"{x['crps']:.4f}",
                f"{x['log']:.4f}",
                _skill(x["skill_crps"]),
                _skill(x["skill_log"]),
            ]
            for x in row["methods"]
        ]
        heading = ["method", "CRPS", "log score", "served over it, CRPS", "served over it, log"]
        out.append((title, heading, body))
    for row in told["next"]:
        title = f"Who is next ({row['group']}): {row['cases']:,} first acts within {row['horizon']} days"
        body = [
            [x["method"], *(f"{x[k]:.3f}" for k in ("mrr", "hits1", "hits3", "hits10")), _gain(x["gain"])]
            for x in row["methods"]
        ]
        out.append((title, ["method", "MRR", "hits@1", "hits@3", "hits@10", "served minus it, MRR"], body))
    for which in ("best", "worst"):
        body = [
            [f"{x['says']}, {x['first']} to {x['last']}", f"{x['probability']:.2f}", f"{x['usual']:.2f}",
             "yes" if x["happened"] else "no"]
            for x in told[which]
        ]  # fmt: skip
        if body:
            heading = ["question", "served", "long run", "happened"]
            out.append((f"The {which} forecasts, against the long run", heading, body))
    return out


def _skill(skill: dict | None) -> str:
    if skill is None:
        return ""
    return f"{100 * skill['mean']:+.1f}% [{100 * skill['low']:+.1f}, {100 * skill['high']:+.1f}]"


def _gain(gain: dict | None) -> str:
    return "" if gain is None else f"{gain['mean']:+.3f} [{gain['low']:+.3f}, {gain['high']:+.3f}]"


def about_lines(told: dict) -> list[str]:
    """What the run was, in a few lines."""
    about = told["about"]
    lines = [
        f"{told['case']}: {len(told['origins'])} origins from {told['origins'][0]} to {told['origins'][-1]}, "
        f"record {about['record'][:12]}, forecasts {about['sha256'][:12]}, chancellery {about['chancellery']}"
    ]
    for h, n in told["scored"].items():
        why = "; ".join(f"{many} {reason}" for reason, many in told["left_out"][h].items())
        lines.append(f"{h} days: {n} origins scored{f', left out: {why}' if why else ''}")
    return lines


def text(told: dict) -> str:
    """The tables as aligned text."""
    out = about_lines(told)
    for title, heading, body in tables(told):
        sizes = [max(len(r[c]) for r in [heading, *body]) for c in range(len(heading))]
        out += ["", title]
        for row in [heading, *body]:
            cells = [row[0].ljust(sizes[0]), *(c.rjust(s) for c, s in zip(row[1:], sizes[1:]))]
            out.append("  ".join(cells).rstrip())
    return "\n".join([*out, "", *told["findings"]])


def markdown(told: dict) -> str:
    """The tables as Markdown."""
    out = ["  \n".join(about_lines(told))]
    for title, heading, body in tables(told):
        sides = ["---", *["---:"] * (len(heading) - 1)]
        out.append(
            f"**{title}**\n\n" + "\n".join("| " + " | ".join(row) + " |" for row in [heading, sides, *body])
        )
    return "\n\n".join([*out, *told["findings"]]) + "\n"
