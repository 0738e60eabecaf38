"""POLECAT and PLOVER: pairs of actors, faults of the published files, records in JSON."""

from __future__ import annotations

import json

import pytest

from chancellery import sources
from chancellery.errors import SourceError
from event_toys import (
    POLECAT_HEADER,
    reasons,
    rows,
)


def polecat_line(**cells: str) -> str:
    return "\t".join(cells.get(name.replace(" ", "_"), "None") for name in POLECAT_HEADER)


def polecat_text(*lines: str, header: list[str] | None = None) -> str:
    return "\n".join(["\t".join(header or POLECAT_HEADER), *lines]) + "\n"


MEETING = {
    "Event_ID": "E1", "Event_Date": "2023-03-21", "Event_Type": "CONSULT", "Event_Mode": "visit",
    "Intensity": "1.5", "Contexts": "diplomatic; economic", "Actor_Name": "Xi Jinping",
    "Actor_Country": "CHN", "Recipient_Name": "Russia", "Recipient_Country": "RUS",
}  # fmt: skip


def test_polecat_gives_an_event_for_each_pair_of_states(tmp_path):
    file = tmp_path / "ngecEvents.DV.2023.txt"
    drill = MEETING | {
        "Event_ID": "E2", "Event_Type": "COOPERATE", "Event_Mode": "None", "Contexts": "military",
        "Actor_Name": "Russia and China", "Actor_Country": "RUS; CHN", "Recipient_Name": "Iran",
        "Recipient_Country": "IRN",
    }  # fmt: skip
    at_home = MEETING | {"Event_ID": "E3", "Recipient_Country": "CHN", "Recipient_Name": "Students"}
    alone = MEETING | {"Event_ID": "E4", "Recipient_Country": "None", "Recipient_Name": "None"}
    lines = [polecat_line(**record) for record in (MEETING, drill, at_home, alone)]
    file.write_text(polecat_text(*lines), encoding="utf-8")
    found = sources.polecat(file)
    assert rows(found, "source", "act", "target", "code", "row") == [
        ("CHN", "consult", "RUS", "CONSULT/visit", 2),
        ("CHN", "cooperate-military", "IRN", "COOPERATE", 3),
        ("RUS", "cooperate-military", "IRN", "COOPERATE", 3),
    ]
    assert found.events["weight"][0] == 1.5
    assert found.events["issue"].to_list()[1:] == ["military", "military"]
    assert reasons(found) == {"same actor": 1, "no source or target named": 1}
    assert found.rows_read == 4


@pytest.mark.parametrize("fault", ["trailing tabs", "headings without columns", "other heading"])
def test_polecat_tolerates_the_faults_of_the_published_files(tmp_path, fault):
    line, header = polecat_line(**MEETING), list(POLECAT_HEADER)
    if fault == "trailing tabs":
        line, header = line + "\t\t", [*header, "", ""]
    elif fault == "headings without columns":
        header = [*header[:7], "Headline", "Event Text", "Feed", "Story ID", *header[7:]]
    else:
        header[4] = "Event Intensity"
    (tmp_path / "a.txt").write_text(polecat_text(line, header=header), encoding="utf-8")
    assert rows(sources.polecat(tmp_path), "source", "target", "weight") == [("CHN", "RUS", 1.5)]


def plover_record(**changes) -> dict:
    return {
        "id": "P1",
        "date": "2000-01-01",
        "source": [{"actorText": "Washington", "code": "USA", "sector": "GOV"}],
        "target": [{"actorText": "Moscow", "code": "RUS"}],
        "event": "CONSULT",
        "mode": "visit",
        "context": "military, economic",
    } | changes


def test_plover_lines_and_arrays_read_the_same(tmp_path):
    records = [
        plover_record(event="DOCUMENT"),
        plover_record(),
        plover_record(id="P2", event="AGREE", mode="", target="", source=[{"code": "ROU"}, {"code": "HUN"}]),
        plover_record(id="P3", date="some day"),
        plover_record(id="P4", intensity=float("nan"), date="2000-01-02"),
    ]
    lines, array = tmp_path / "a.jsonl", tmp_path / "b.json"
    lines.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    array.write_text(json.dumps(records, indent=4), encoding="utf-8")
    one, other = sources.plover(lines), sources.plover(array)
    assert rows(one, "source", "act", "target", "issue", "row") == [
        ("USA", "consult", "RUS", "military", 2),
        ("HUN", "agree", "ROU", "military", 3),
        ("ROU", "agree", "HUN", "military", 3),
        ("USA", "consult", "RUS", "military", 5),
    ]
    assert one.events["weight"].is_finite().all()
    assert one.events.drop("file").equals(other.events.drop("file"))
    assert reasons(one) == {"record has no event": 1, "not a date": 1}


def test_plover_line_that_is_not_json_is_refused_with_its_number(tmp_path):
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps(plover_record()) + "\n{broken\n", encoding="utf-8")
    assert sources.plover(file).refused.select("row", "reason", "raw").rows() == [(2, "not JSON", "{broken")]


def test_plover_array_that_is_not_json_says_where(tmp_path):
    file = tmp_path / "a.json"
    file.write_text("[{,]", encoding="utf-8")
    with pytest.raises(SourceError, match=r"a\.json is not a JSON array: .*one JSON object a line"):
        sources.plover(file)


def test_real_plover_gold_records(shared_data):
    found = sources.plover(shared_data / "cameo_plover" / "PLOVER_GSR_CAMEO.txt")
    assert found.rows_read == 323
    assert found.events.height > 100
    assert "unknown code" not in reasons(found)
