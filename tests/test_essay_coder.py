"""Events from sentences: who did what to whom."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from chancellery import world
from chancellery.essays import tables, weighing
from chancellery.essays.coder import code

BENCH = Path(__file__).resolve().parents[1] / "bench" / "coder.py"


@pytest.mark.parametrize(
    ("sentence", "source", "act", "target"),
    [
        ("Kenya accused Uganda of smuggling.", "KEN", "accuse", "UGA"),
        ("Uganda was accused by Kenya of smuggling.", "KEN", "accuse", "UGA"),
        ("Japan imposed sanctions on Russia.", "JPN", "sanction", "RUS"),
        ("Japan will impose sanctions on Russia.", "JPN", "threaten", "RUS"),
        ("Japan lifted its sanctions against Russia.", "JPN", "concede", "RUS"),
        ("Japan refused to lift sanctions on Russia.", "JPN", "accuse", "RUS"),
        ("Peru urged Chile to release the fishermen.", "PER", "demand", "CHL"),
        ("Peru agreed to release Chilean fishermen.", "PER", "agree", "CHL"),
        ("Peru released the Chilean fishermen.", "PER", "concede", "CHL"),
        ("Brazil's foreign minister met Argentine officials.", "BRA", "consult", "ARG"),
        ("Israel bombed targets in Syria.", "ISR", "fight", "SYR"),
        ("Israel threatened to bomb Syria.", "ISR", "threaten", "SYR"),
        ("Norway provided humanitarian aid to Sudan.", "NOR", "aid", "SDN"),
        ("France suspended aid to Mali.", "FRA", "sanction", "MLI"),
        ("India praised Bhutan.", "IND", "support", "BTN"),
        ("Vietnam and Laos signed an agreement.", "VNM", "support", "LAO"),
        ("Germany trains Ukrainian pilots.", "DEU", "aid", "UKR"),
        ("Kenya is hosting the Ugandan president.", "KEN", "consult", "UGA"),
        ("Chad and Niger signed a pact on Libya.", "TCD", "support", "NER"),
        ("Sudan received humanitarian aid from Norway.", "NOR", "aid", "SDN"),
        ("Peru says that Chile must end its attacks on Bolivia.", "PER", "demand", "CHL"),
        ("Jordan discussed Syria with Turkey.", "JOR", "consult", "TUR"),
        ("In Mali, France declared a ceasefire.", "FRA", "concede", "MLI"),
    ],
)
def test_who_did_what_to_whom(sentence, source, act, target):
    event = code(sentence)
    assert (event.source, event.act, event.target) == (source, act, target)


def test_a_sentence_without_an_act_or_a_name():
    assert code("The weather in Kenya is mild.") is None
    event = code("He accused her of lying.")
    assert (event.source, event.target, event.act) == (None, None, "accuse")


def test_words_around_an_act_are_weighed_and_names_are_not():
    first = code("Kenya gave Uganda a formal mandate after days of criticism.")
    second = code("Japan gave Norway a formal mandate after days of criticism.")
    assert first.plover == second.plover
    found = weighing.cues("Kenya bombed Uganda", [(0, 5), (13, 19)], False, "ASSAULT", ["ASSAULT"])
    assert {"chosen ASSAULT", "found ASSAULT", "amid bomb", "pair < bomb"} <= found
    assert not any("kenya" in cue.casefold() for cue in found)
    assert weighing.weighed(found) == "ASSAULT"


def test_words_no_pattern_knows_are_coded_between_known_parties_only():
    sentence = "Kenya will begin a new military push against Ugandan rebels."
    assert code(sentence, weigh=False) is None or code(sentence).event
    assert code("Kenya and Uganda are neighbours.", weigh=False) is None
    assert code("Kenya is dry.") is None


def test_a_users_own_acts_are_taken_at_their_word(tmp_path):
    (tmp_path / "acts.csv").write_text("words,event,frame\nbombed,AID,1\n")
    assert code("Israel bombed targets in Syria.", folder=tmp_path).event == "AID"


def test_every_row_of_the_table_is_an_act_of_the_world():
    modes = {(row["event"], row["mode"]) for row in world.coding.tables.rows("plover")}
    for row in tables.rows("acts"):
        kind, mode, context = [*row["event"].split("/"), "", ""][:3]
        assert world.plover(kind, mode or None, context or None)[0] is not None, row
        assert not mode or (kind, mode) in modes, row


def test_better_than_the_commonest_event_on_coded_sentences(shared_data, capsys):
    bench = runpy.run_path(str(BENCH))
    bench["plv"](shared_data, True, False)
    words = capsys.readouterr().out.splitlines()[0].split()
    accuracy, majority = float(words[words.index("accuracy") + 1]), float(words[words.index("(CONCEDE)") + 1])
    assert accuracy > majority + 0.4
