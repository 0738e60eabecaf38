"""Benchmarks as files: both forms read alike, damage is told, and the real split has the published sizes."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from chancellery.errors import SourceError
from chancellery.judge.links import TRACKS, Settings, fit_links, rank_days, recurrency, score, stream
from chancellery.sources.benchmark import benchmark

ROWS = [(0, 0, 1, 0), (1, 1, 2, 1), (0, 0, 2, 3)]
NAMES, ACTS = ("France", "Police (Spain)", "Ann Other"), ("Consult", "Make statement")


def splits(folder, facts="0\t0\t1\t0\t0\n1\t1\t2\t24\t0\n0\t0\t2\t72\t0\n"):
    (folder / "train.txt").write_text(facts)
    (folder / "entity2id.txt").write_text("3\n" + "".join(f"{n}\t{i}\n" for i, n in enumerate(NAMES)))
    (folder / "relation2id.txt").write_text("".join(f"{n}\t{i}\n" for i, n in enumerate(ACTS)))
    return folder


def table(folder, **changes):
    s, r, o, t = np.array(ROWS).T
    columns = {
        "date": [date(2018, 1, 1) + timedelta(int(d)) for d in t], "s_id": s, "r_id": r, "o_id": o,
        "source": [NAMES[i] for i in s], "target": [NAMES[i] for i in o], "event": [ACTS[i] for i in r],
        "cameo": [("040", "010")[i] for i in r],
    }  # fmt: skip
    pl.DataFrame(columns | changes).write_parquet(folder / "events.parquet")
    return folder


def test_both_forms_are_read_alike(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    a, b = benchmark(splits(tmp_path / "a")), benchmark(table(tmp_path / "b"))
    for name in ("source", "relation", "target", "day", "roots"):
        assert (getattr(a, name) == getattr(b, name)).all(), name
    assert (a.entities, a.relations) == (b.entities, b.relations) == (NAMES, ACTS)
    assert a.roots.tolist() == [4, 1]
    assert [*zip(a.source, a.relation, a.target, a.day)] == ROWS
    assert a.stamps.keys() == {"train.txt"}


def test_damage_is_told(tmp_path):
    with pytest.raises(SourceError, match=r"neither events.parquet nor entity2id.txt"):
        benchmark(tmp_path)
    with pytest.raises(SourceError, match=r"train.txt line 2 is not four whole numbers"):
        benchmark(splits(tmp_path, "0\t0\t1\t0\n1\tx\t2\t24\n"))
    with pytest.raises(SourceError, match="negative id"):
        benchmark(splits(tmp_path, "0\t0\t-1\t0\n"))
    (tmp_path / "train.txt").unlink()
    with pytest.raises(SourceError, match=r"none of train\.txt"):
        benchmark(tmp_path)
    with pytest.raises(SourceError, match="row 2 has an empty id or date"):
        benchmark(table(tmp_path, s_id=[0, None, 0]))


@pytest.mark.parametrize("name", sorted(TRACKS))
def test_the_real_split_has_the_published_sizes(shared_data, name):
    facts, track = benchmark(shared_data / name), TRACKS[name]
    parts = np.digitize(facts.day, [track.train + 1, track.valid + 1])
    assert tuple(np.bincount(parts)) == track.facts


def test_a_short_fit_on_real_events_beats_recurrency(shared_data):
    s = stream(benchmark(shared_data / "icews14"))
    model = fit_links(s, 303, Settings(since=300, passes=1, rank=0, rate=0.03))
    ranks, _ = rank_days(model, 306, 306)
    usual, _ = recurrency(s, 303, 306, 306)
    assert score(ranks).mrr > score(usual).mrr + 0.01
