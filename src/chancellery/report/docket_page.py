"""One self-contained page of verdicts: what became of every claim, at a glance first, then one by one.

Beside its style the page holds one short script, which filters and searches what is on the page; its policy
allows this script by its fingerprint and nothing else. Without scripts everything is shown.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from markupsafe import Markup

from chancellery.report import strips
from chancellery.report import verdict_words as words
from chancellery.report.docket_shape import Docket, Judged, Row
from chancellery.report.saved import checked
from chancellery.report.writing import templates, write_whole

ABOUT = {
    "chancellery": "Chancellery version",
    "case": "Case",
    "record": "Fingerprint of the record",
    "record_until": "Last day of the record",
    "draws": "Futures of each scenario",
    "seed": "Seed",
    "seconds": "Seconds taken",
}
TESTS = {
    "contrast": "Contrast in coded events",
    "trend": "Trend in coded events",
    "coefficient": "Weight in the fitted model",
    "scenario": "Scenario played by the model",
    "fact": "Fact in the tables",
    "bargain": "Property of a settlement",
    "untestable": "No test",
}


def docket_page(result: Mapping) -> str:
    """Show verdicts as one HTML page.

    Parameters
    ----------
    result
        Plain data of ``Docket.as_dict()``, or the same read back from JSON.

    Raises
    ------
    ReportError
        If it is no docket; the wrong field is named.
    """
    docket = checked(Docket, result, "docket of verdicts")
    script = (Path(__file__).parent / "templates" / "verdicts.js").read_text(encoding="utf-8")
    return templates().get_template("verdicts.html.j2").render(
        docket=docket, script=Markup(script), fingerprint=_fingerprint(script), counts=_counts(docket.verdicts),
        lead=_lead(docket), words=words, tallies=_tallies(docket), cards=[_card(v) for v in docket.verdicts],
        order=strips.ORDER, colours_of=strips.COLOURS, dots=strips.dots, tests=TESTS, about=_about(docket),
        essays=sorted({v.essay for v in docket.verdicts}), kinds=sorted({v.kind for v in docket.verdicts}),
        used=[t for t in TESTS if any(v.test == t for v in docket.verdicts)],
        authors={str(k): str(a) for k, a in dict(docket.about.get("essays") or {}).items()},
        rows={v.claim: v for v in docket.verdicts}, errors=Counter(e.result for e in docket.errors),
    )  # fmt: skip


def write_docket_page(result: Mapping, path: str | Path) -> Path:
    """Write :func:`docket_page` to a file, whole or not at all.

    Raises
    ------
    ReportError
        If it is no docket, or the path cannot be written.
    """
    return write_whole(docket_page(result), path)


def _fingerprint(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _counts(verdicts: Iterable[Judged]) -> Counter:
    return Counter(v.verdict for v in verdicts)


def _lead(docket: Docket) -> list[str]:
    """The page in four sentences."""
    found, firm = _counts(docket.verdicts), Counter(v.firmness for v in docket.verdicts if v.decided)
    tested = sum(found[name] for name in ("supported", "contradicted", "undecided"))
    out = [
        f"Of {len(docket.verdicts)} claims {tested} were tested: {found['supported']} are supported, "
        f"{found['contradicted']} contradicted, and on {found['undecided']} the evidence does not choose."
    ]
    stands = [
        f"{firm['firm']} stand every other choice that was tried",
        f"{firm['fragile']} are fragile",
        f"{firm['not tried']} were not tried under other choices" if firm["not tried"] else "",
        f"{firm['looked up']} were looked up in tables" if firm["looked up"] else "",
    ]
    out.append("Of the decided, " + ", ".join(s for s in stands if s) + ".")
    lost = [v for v in docket.verdicts if v.before and v.before != v.verdict]
    if lost:
        out.append(f"{len(lost)} would be decided by themselves but not once all tests are counted together.")
    return out


def _tallies(docket: Docket) -> list[dict]:
    """Bars of verdicts by essay, by kind of claim and by kind of test, each group on a scale of its own."""
    out, authors = [], dict(docket.about.get("essays") or {})
    for title, key in (("Essay", "essay"), ("Kind of claim", "kind"), ("Kind of test", "test")):
        groups: dict[str, Counter] = {}
        for v in docket.verdicts:
            groups.setdefault(getattr(v, key), Counter())[v.verdict] += 1
        named = {"test": TESTS, "essay": {n: f"{n} {a}" for n, a in authors.items()}}.get(key, {})
        most = max(sum(c.values()) for c in groups.values())
        bars = [
            (named.get(name, name), sum(c.values()), strips.tally_bar(c, most))
            for name, c in sorted(groups.items())
        ]
        out.append({"title": title, "bars": bars})
    return out


def _card(v: Row) -> dict:
    """A verdict with its words and drawings."""
    ends = (
        ("lower", "higher")
        if v.index or v.test == "scenario"
        else words.ENDS.get(v.of, ("lower odds", "higher odds"))
    )
    return {
        "v": v,
        "size": words.size(v),
        "compared": words.compared(v),
        "surely": words.surely(v),
        "horizon": words.horizon(v),
        "belief": words.belief(v),
        "adjusted": words.adjusted(v),
        "otherwise": words.otherwise(v),
        "strip": strips.effect_strip(v, ends) if v.measured else "",
        "believed": strips.belief_strip(v) if v.prior == v.prior and v.posterior == v.posterior else "",
        "search": " ".join((v.claim, v.essay, v.sentence, v.hedge, v.says, v.speaker)).lower(),
    }


def _about(docket: Docket) -> list[tuple[str, object]]:
    told = [
        (label, docket.about[key])
        for key, label in ABOUT.items()
        if docket.about.get(key) not in (None, "", 0)
    ]
    tried = ", ".join(docket.tried) or "none; 'chancellery judge --sensitivity' tries them"
    return [*told, ("Other choices tried on coefficients and scenarios", tried)]
