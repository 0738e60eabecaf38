"""Whatever the order and the split in which harvests are added, the record is the same."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from chancellery.record import open_record
from chancellery.sources.harvest import Harvest, harvest
from record_toys import NAMES, covers, events, files

ACTORS = sorted(NAMES)
told = st.tuples(
    st.integers(1, 9),
    st.sampled_from(ACTORS[:3]),
    st.just("consult"),
    st.sampled_from(ACTORS[3:]),
    st.sampled_from(["040", "042"]),
)
one_file = st.tuples(st.lists(told, max_size=6), st.tuples(st.integers(1, 9), st.integers(0, 5)))
datasets = st.lists(st.sampled_from(["icews14", "icews18", "gdelt"]), min_size=1, max_size=5)


def _harvest(dataset: str, number: int, rows: list, span: tuple[int, int]) -> Harvest:
    file = f"{number}.txt"
    first, more = span
    refused = pl.DataFrame({"file": [file], "row": [7], "reason": ["statement"], "raw": [file]})
    return harvest(
        dataset,
        events=events(file, rows, n=[1 + number % 2] * len(rows)),
        refused=refused,
        files=files(file),
        coverage=covers((first, first + more)),
    )


def _joined(parts: list[Harvest]) -> Harvest:
    """Return one harvest of several files of one dataset."""
    tables = ("events", "refused", "coverage", "files")
    return harvest(
        parts[0].dataset, **{table: pl.concat([getattr(one, table) for one in parts]) for table in tables}
    )


def _content(*adds: list[Harvest]) -> tuple:
    with open_record(":memory:") as record:
        for group in adds:
            record.add(*group)
        frames = (record.events(), record.counts(), record.coverage(), record.refused(), record.segments())
        return record.fingerprint(), [frame.rows() for frame in frames], record.rule().set_aside.rows()


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_any_order_and_any_split_give_the_same_record(data):
    names = data.draw(datasets)
    parts = [_harvest(name, number, *data.draw(one_file)) for number, name in enumerate(names)]
    at_once = _content(parts)
    shuffled = data.draw(st.permutations(parts))
    cut = data.draw(st.integers(0, len(parts)))
    assert _content(shuffled[:cut], shuffled[cut:]) == at_once
    assert _content(*([one] for one in shuffled), shuffled[:cut]) == at_once
    folders = [_joined([one for one in shuffled if one.dataset == name]) for name in sorted(set(names))]
    assert _content(folders) == at_once


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_segments_and_events_follow_the_rule_counted_by_hand(data):
    names = data.draw(datasets)
    parts = [_harvest(name, number, *data.draw(one_file)) for number, name in enumerate(names)]
    with open_record(":memory:") as record:
        record.add(*parts)
        order = record.precedence()
        covered: dict[int, str] = {}
        for name in reversed(order):
            for part in (one for one in parts if one.dataset == name):
                for start, end in part.coverage.select("start", "end").iter_rows():
                    covered.update(dict.fromkeys(range(start.day, end.day + 1), name))
        owned = {
            day: name
            for _, name, start, end, _ in record.segments().iter_rows()
            for day in range(start.day, end.day + 1)
        }
        assert owned == covered
        kept: dict[tuple, int] = {}
        for part in parts:
            for row in part.events.iter_rows(named=True):
                if covered.get(row["time"].day, part.dataset) == part.dataset:
                    key = (row["time"], row["source_name"], row["code"], row["target_name"], part.dataset[:5])
                    kept[key] = max(kept.get(key, 0), row["n"])
        found = record.events()
        assert found.height == len(kept)
        assert sorted(found["n"].to_list()) == sorted(kept.values())
        assert record.counts()["counted"].sum() == len(kept)
