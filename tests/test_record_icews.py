"""From the files of a real source to its record and back, and the same way with a file made up here."""

from __future__ import annotations

import time
from pathlib import Path

from chancellery import sources
from chancellery.record import open_record, summary

HEAD = "Event Date\tSource Name\tSource Country\tCAMEO Code\tIntensity\tTarget Name\tTarget Country\n"
ROWS = [
    "2018-01-01\tPakistan\tPakistan\t042\t1.9\tUnited States\tUnited States\n",
    "2018-01-02\tUnited States\tUnited States\t111\t-2\tPakistan\tPakistan\n",
    "2018-01-02\tUnited States\tUnited States\t010\t0\tPakistan\tPakistan\n",
]


def _there_and_back(path: Path, folder: Path) -> tuple[float, int]:
    """Add a source twice, archive and read it; return the seconds of the add and the events that count."""
    read = sources.icews(path, dataset="icews18")
    with open_record(folder / "world.duckdb") as record, open_record(":memory:") as again:
        began = time.perf_counter()
        entry = record.add(read).entries[0]
        seconds = time.perf_counter() - began
        assert (entry.events, entry.refused) == (read.events.height, read.refused.height)
        assert not record.add(read).entries[0].files
        counted = record.events()
        assert counted["n"].sum() == read.events["n"].sum()
        assert counted["time"].is_sorted()
        assert "icews18" in summary(record)
        again.read_parquet(record.write_parquet(folder / "archive"))
        assert again.fingerprint() == record.fingerprint()
        return seconds, counted.height


def test_a_small_tab_file_goes_there_and_back(tmp_path):
    (tmp_path / "events.2018.tab").write_text(HEAD + "".join(ROWS), encoding="utf-8")
    assert _there_and_back(tmp_path / "events.2018.tab", tmp_path)[1] == 2


def test_ten_months_of_icews_go_there_and_back_in_seconds(shared_data, tmp_path):
    seconds, events = _there_and_back(shared_data / "icews18", tmp_path)
    assert events > 150_000
    # About one second alone on a small machine; others may be using it now.
    assert seconds < 15
