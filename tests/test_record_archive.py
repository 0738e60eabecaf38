"""The Parquet archive: whole or not at all, and the same record again when it is read."""

from __future__ import annotations

import errno
import json

import polars as pl
import pytest

from chancellery.errors import RecordError
from chancellery.record import archive, open_record
from chancellery.sources.harvest import harvest
from record_toys import everything, files, toy


@pytest.fixture
def record():
    with open_record(":memory:") as opened:
        opened.add(toy("gdelt"), toy("icews18"), everything())
        opened.set_precedence(["gdelt"])
        yield opened


@pytest.fixture
def folder(record, tmp_path):
    return record.write_parquet(tmp_path / "archive")


def test_what_is_written_is_read_again_identically(record, folder, tmp_path):
    with open_record(tmp_path / "again.duckdb") as again:
        receipt = again.read_parquet(folder)
        assert sum(entry.events for entry in receipt.entries) == 9
        assert again.fingerprint() == record.fingerprint()
        assert again.precedence() == record.precedence() == ["gdelt", "icews18", "chronology"]
        for question in ("events", "ties", "attributes", "coverage", "refused", "counts", "files"):
            assert getattr(again, question)().equals(getattr(record, question)()), question


def test_the_same_content_gives_the_same_bytes(record, folder, tmp_path):
    with open_record(":memory:") as other:
        other.add(everything())
        other.add(toy("icews18"), toy("gdelt"))
        other.set_precedence(["gdelt"])
        twin = other.write_parquet(tmp_path / "twin")
    assert {path.name: path.read_bytes() for path in twin.iterdir()} == {
        path.name: path.read_bytes() for path in folder.iterdir()
    }


def test_an_archive_can_be_read_by_any_parquet_reader(folder):
    assert pl.read_parquet(folder / "events.parquet").height == 9
    assert json.loads((folder / "record.json").read_text())["rows"]["ties"] == 4


def test_reading_an_archive_twice_changes_nothing(record, folder):
    before = record.fingerprint()
    receipt = record.read_parquet(folder)
    assert all(entry.already and not entry.files for entry in receipt.entries)
    assert record.fingerprint() == before


def test_an_archive_is_added_to_what_a_record_has(folder):
    with open_record(":memory:") as other:
        other.add(toy("icews18", file="more.txt"))
        other.read_parquet(folder)
        assert other.counts()["events"].to_list() == [3, 3, 6]
        assert other.precedence() == ["icews18", "gdelt", "chronology"]


def test_an_empty_record_and_one_of_coverage_alone_go_round(tmp_path):
    with open_record(":memory:") as empty, open_record(":memory:") as again:
        again.read_parquet(empty.write_parquet(tmp_path / "nothing"))
        assert again.fingerprint() == empty.fingerprint()
        empty.add(harvest("acled", coverage=toy().coverage.drop("dataset")))
        empty.add(harvest("ucdp", files=files("u.csv")))
        again.read_parquet(empty.write_parquet(tmp_path / "little"))
        assert again.fingerprint() == empty.fingerprint()


def test_a_folder_with_something_in_it_is_left_alone(record, tmp_path):
    kept = tmp_path / "letters.txt"
    kept.write_text("mine")
    with pytest.raises(RecordError, match="is not an empty folder; name a new folder"):
        record.write_parquet(tmp_path)
    with pytest.raises(RecordError, match="is not an empty folder; name a new folder"):
        record.write_parquet(kept)
    assert kept.read_text() == "mine"
    (tmp_path / "empty").mkdir()
    record.write_parquet(tmp_path / "empty")
    with pytest.raises(RecordError, match=r"there is no folder .*nowhere; create it first"):
        record.write_parquet(tmp_path / "nowhere" / "archive")


@pytest.mark.parametrize(
    ("stops", "seen", "said"),
    [
        (lambda: OSError(errno.ENOSPC, "No space left on device"), RecordError, "disk is full"),
        (lambda: PermissionError(errno.EACCES, "Permission denied"), RecordError, "may not be written here"),
        (lambda: KeyboardInterrupt(), KeyboardInterrupt, "stopped by Ctrl-C"),
    ],
)
def test_an_unfinished_archive_leaves_nothing_behind(record, tmp_path, monkeypatch, stops, seen, said):
    real = archive.copy_to

    def fails_at_ties(connection, query, path, **options):
        if path.name == "ties.parquet":
            raise stops()
        real(connection, query, path, **options)

    monkeypatch.setattr(archive, "copy_to", fails_at_ties)
    with pytest.raises(seen, match=rf"{said}.*; nothing was written"):
        record.write_parquet(tmp_path / "archive")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_or_foreign_archive_is_refused_and_nothing_is_added(folder, tmp_path):
    with open_record(":memory:") as other:
        with pytest.raises(RecordError, match=r"is not an archive: it has no record\.json; name a folder"):
            other.read_parquet(tmp_path)

        about = json.loads((folder / "record.json").read_text())
        (folder / "record.json").write_text(json.dumps({**about, "format": 7, "package": "9.9"}))
        with pytest.raises(RecordError, match=r"newer Chancellery \(9\.9\) in record format 7, wanted is"):
            other.read_parquet(folder)
        (folder / "record.json").write_text(json.dumps({**about, "fingerprint": "0" * 64}))
        with pytest.raises(RecordError, match="do not have the fingerprint"):
            other.read_parquet(folder)
        (folder / "record.json").write_text("{")
        with pytest.raises(RecordError, match=r"record\.json is damaged; write the archive again"):
            other.read_parquet(folder)
        (folder / "record.json").write_text(json.dumps({"format": 1, "package": "0.1.0"}))
        with pytest.raises(RecordError, match="lacks 'fingerprint'; write the archive again"):
            other.read_parquet(folder)
        (folder / "record.json").write_text(json.dumps(about))

        content = bytearray((folder / "ties.parquet").read_bytes())
        content[len(content) // 2] ^= 1
        (folder / "ties.parquet").write_bytes(content)
        with pytest.raises(RecordError, match=r"ties\.parquet is not as record\.json describes it"):
            other.read_parquet(folder)
        (folder / "ties.parquet").unlink()
        with pytest.raises(RecordError, match=r"lacks ties\.parquet; write the archive again"):
            other.read_parquet(folder)
        assert other.counts().is_empty()
        assert other.precedence() == []
