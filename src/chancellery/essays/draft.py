"""Findings as files to edit: claims in the form of a case's claim files, the rest beside them.

No more of the text is copied than needed: a place, and a quotation of at most a dozen words. Drafts are
written in TOML by hand, so that a comment can say where a claim stands.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from chancellery.errors import EssayError
from chancellery.essays.findings import Findings
from chancellery.essays.proposals import Proposal, classes
from chancellery.essays.text import Essay, Sentence

CLAIMS, FOUND = "claims.toml", "found.toml"
NO_HORIZON = "not stated"
_NAMED = re.compile(r"[^A-Za-z0-9]+")


def place(essay: Essay, sentence: Sentence) -> dict[str, int]:
    """Return where a sentence stands: paragraph, sentence, and first and last character (from 0) in the file."""
    start, end = essay.place(sentence)
    return {"paragraph": sentence.paragraph, "sentence": sentence.number, "start": start, "end": end}


def claim_rows(findings: Findings, folder: Path | None = None) -> list[dict[str, object]]:
    """Return the claims as tables of a claim file, without their places."""
    table = classes(folder)
    return [_claim(f"P{number:03d}", claim, table) for number, claim in enumerate(findings.claims, 1)]


def _claim(name: str, claim: Proposal, table: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    row: dict[str, object] = {
        "id": name, "paragraph": claim.sentence.paragraph, "kind": claim.kind, "cause": claim.cause,
        "relation": claim.relation, "effect": claim.effect, "direction": claim.direction, "hedge": claim.hedge,
    }  # fmt: skip
    limits = table[claim.band]
    if limits.get("low"):
        row["modality"] = claim.band
        row["band"] = [float(limits["low"]), float(limits["high"])]
    if claim.band in ("negated", "doubted"):
        row["negated"] = True
    row |= {"horizon": claim.horizon or NO_HORIZON, "horizon_stated": bool(claim.horizon)}
    if claim.speaker:
        row["speaker"] = claim.speaker
    row["actors"] = list(claim.actors)
    row["test"] = {"kind": "untestable", "why": "judgement", "reason": "a draft: no test is written yet"}
    return row


def as_data(findings: Findings, folder: Path | None = None) -> dict[str, object]:
    """Return everything that was read as plain data, for ``--json``."""
    essay = findings.essay
    table = classes(folder)
    claims = [
        row | {"modality": claim.band, "estimative": _estimative(table[claim.band]), "quote": claim.quote}
        | place(essay, claim.sentence)
        for row, claim in zip(claim_rows(findings, folder), findings.claims)
    ]  # fmt: skip
    return {
        "file": essay.name, "form": essay.form, "encoding": essay.encoding,
        "paragraphs": len({s.paragraph for s in essay.sentences}), "sentences": len(essay.sentences),
        "set_aside": essay.aside(), "claims": claims, **_found(findings),
    }  # fmt: skip


def _estimative(row: Mapping[str, str]) -> dict[str, object]:
    """Kent's and Kesselman's words and ranges for a band."""
    return {
        who: {"word": row[f"{who}_word"], "low": float(row[f"{who}_low"]), "high": float(row[f"{who}_high"])}
        for who in ("kent", "kesselman")
        if row.get(f"{who}_low")
    }


def _found(findings: Findings) -> dict[str, list[dict[str, object]]]:
    essay = findings.essay
    actors = [
        {"id": a.actor, "name": a.name, "kind": a.kind, "times": a.times, "words": list(a.words)} | place(essay, a.sentence)
        for a in findings.actors
    ]  # fmt: skip
    events = [
        {"when": h.when.words if h.when else "", "on": h.when.iso if h.when else "",
         "precision": h.when.precision if h.when else "", "source": h.event.source, "act": h.event.act,
         "target": h.event.target, "plover": h.event.plover, "quote": h.quote} | place(essay, h.sentence)
        for h in findings.happenings
    ]  # fmt: skip
    ties = [
        {"kind": t.kind, "source": t.source, "target": t.target, "quote": t.quote} | place(essay, t.sentence)
        for t in findings.ties
    ]
    return {"actors": actors, "events": events, "ties": ties}


def claims_toml(findings: Findings, folder: Path | None = None) -> str:
    """Return the draft of a claim file: each claim under a comment that says where it stands."""
    essay = findings.essay
    name = _NAMED.sub("-", Path(essay.name).stem).strip("-").upper()[:24] or "ESSAY"
    lines = [
        f"# Drafted from {essay.name} by rules: check every claim, write its test, and take out what is none.",
        "# The band is the range of probability that the word of doubt stands for; see modality.csv and hedges.csv.",
        "[essay]", f"id = {toml_value(name)}", 'author = "not known"', "",
    ]  # fmt: skip
    for row, claim in zip(claim_rows(findings, folder), findings.claims):
        spot = place(essay, claim.sentence)
        lines += [
            f"# paragraph {spot['paragraph']}, sentence {spot['sentence']}, characters {spot['start']}-{spot['end']}: "
            f"{toml_value(claim.quote)}",
            *_table("claim", row),
        ]
    return "\n".join(lines)


def found_toml(findings: Findings) -> str:
    """Return the actors, events and ties as TOML."""
    lines = [
        f"# Found in {findings.essay.name} by rules; rows for the case's actors.csv, chronology.csv and ties.csv."
    ]
    for what, found in _found(findings).items():
        for row in found:
            lines += ["", *_table(what.removesuffix("s"), row)[:-1]]
    return "\n".join(lines) + "\n"


def _table(name: str, row: Mapping[str, object]) -> list[str]:
    return [f"[[{name}]]", *(f"{key} = {toml_value(value)}" for key, value in row.items()), ""]


def toml_value(value: object) -> str:
    """Return a value as TOML writes it: text, numbers, dates, lists and inline tables."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml_value(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    # Strings of JSON are strings of TOML, but for the delete character, which TOML wants escaped.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def write(findings: Findings, target: Path, folder: Path | None = None) -> list[Path]:
    """Write the drafts into a folder and return their paths; files that are there are never overwritten.

    Raises
    ------
    EssayError
        A file is there already, or the folder cannot be written.
    """
    texts = {CLAIMS: claims_toml(findings, folder), FOUND: found_toml(findings)}
    taken = next((target / name for name in texts if (target / name).exists()), None)
    if taken:
        raise EssayError(f"{taken} is there already and may hold your work; name another folder")
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            draft = target / f".{name}.{os.getpid()}"
            draft.write_text(text, encoding="utf-8")
            draft.replace(target / name)
    except OSError as error:
        raise EssayError(f"{target} cannot be written ({error.strerror}); name a folder of yours") from None
    return [target / name for name in texts]
