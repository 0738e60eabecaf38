"""Opening a record: new, existing, and every way it can be refused, each with one sentence and its cure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from chancellery.errors import RecordError
from chancellery.record import open_record
from chancellery.record.schema import FORMAT
from record_toys import everything, toy


@pytest.fixture
def path(tmp_path) -> Path:
    place = tmp_path / "world.duckdb"
    with open_record(place) as record:
        record.add(everything())
    return place


@pytest.fixture
def unwritable(tmp_path):
    """Yield a folder with a record in it that this user may not write to."""
    folder = tmp_path / "locked"
    folder.mkdir()
    root = os.geteuid() == 0
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]
    if root and subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("root may write to every folder, and a read-only file system cannot be mounted here")
    try:
        with open_record(folder / "world.duckdb") as record:
            record.add(toy())
        if root:
            subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
        else:
            (folder / "world.duckdb").chmod(0o444)
            folder.chmod(0o555)
        yield folder
    finally:
        folder.chmod(0o755) if not root else subprocess.run(["umount", folder], check=True)


def test_a_record_is_created_closed_and_opened_again(path):
    with open_record(path) as record:
        assert record.counts()["events"].to_list() == [3]
        record.add(toy())
    with open_record(str(path), read_only=True) as record:
        assert record.counts()["events"].to_list() == [3, 3]
        record.close()


def test_a_closed_record_says_so(path):
    record = open_record(path)
    record.close()
    record.close()
    for use in (record.events, record.counts, record.fingerprint, lambda: record.add(toy())):
        with pytest.raises(RecordError, match=r"world\.duckdb was closed; open it again"):
            use()
    with open_record(path, read_only=True) as again:
        assert again.counts()["events"].to_list() == [3]


def test_read_only_answers_everything_and_refuses_every_change(path):
    with open_record(path, read_only=True) as record:
        assert record.ties(on="2018-01-05", kinds=["sanctions"]).height == 2
        assert record.events().height == 3
        assert len(record.fingerprint()) == 64
        for change in (
            lambda: record.add(toy()),
            lambda: record.add(toy(), dry_run=True),
            lambda: record.remove("chronology"),
            lambda: record.set_precedence(["chronology"]),
        ):
            with pytest.raises(RecordError, match=r"was opened read-only, so nothing .*; open it without"):
                change()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            str(FORMAT + 1),
            rf"a newer Chancellery \(.*\) in record format {FORMAT + 1}, wanted is format {FORMAT}; update",
        ),
        ("0", f"an older Chancellery .* in record format 0, wanted is format {FORMAT}; add the raw files"),
        ("one", "its format reads 'one', wanted is 1; it is damaged: add the raw files"),
        (None, "its format reads None, wanted is 1; it is damaged"),
    ],
)
def test_another_format_is_refused_with_both_versions_and_the_cure(path, found, said):
    with duckdb.connect(str(path)) as raw:
        raw.execute("DELETE FROM meta WHERE name = 'format'")
        if found is not None:
            raw.execute("INSERT INTO meta VALUES ('format', ?)", [found])
    with pytest.raises(RecordError, match=said):
        open_record(path)
    with pytest.raises(RecordError, match="Parquet archive"):
        open_record(path, read_only=True)


def test_a_file_that_is_not_duckdb_is_refused_and_left_as_it_is(tmp_path):
    place = tmp_path / "letter.duckdb"
    for content in ("Dear colleague,\n" * 900, "x", ""):
        place.write_text(content)
        with pytest.raises(RecordError, match="is not a DuckDB file; name another file, or remove it"):
            open_record(place)
        assert place.read_text() == content


def test_a_duckdb_file_of_someone_else_is_refused(tmp_path):
    place = tmp_path / "other.duckdb"
    with duckdb.connect(str(place)) as raw:
        raw.execute("CREATE TABLE invoices (i INTEGER)")
    with pytest.raises(RecordError, match=r"not a record \(holds the tables invoices\); name another file"):
        open_record(place)


def test_an_empty_duckdb_file_becomes_a_record_unless_read_only(tmp_path):
    place = tmp_path / "bare.duckdb"
    duckdb.connect(str(place)).close()
    with pytest.raises(RecordError, match=r"not a record \(holds no table\)"):
        open_record(place, read_only=True)
    with open_record(place) as record:
        assert record.counts().is_empty()


def test_the_storage_of_a_newer_duckdb_is_named(path, monkeypatch):
    said = "IO Error: Trying to read a database file with version number 987654, we read 64.\nMore."

    def refuses(*given: object, **options: object) -> None:
        raise duckdb.IOException(said)

    monkeypatch.setattr(duckdb, "connect", refuses)
    with pytest.raises(RecordError, match=r"storage version 987654, which DuckDB .* cannot read; install"):
        open_record(path)


def test_missing_places_are_named(tmp_path):
    with pytest.raises(RecordError, match=r"there is no folder .*nowhere; create it first"):
        open_record(tmp_path / "nowhere" / "world.duckdb")
    with pytest.raises(RecordError, match="there is no such record to read; leave read_only out"):
        open_record(tmp_path / "world.duckdb", read_only=True)
    with pytest.raises(RecordError, match=r"is a folder; name a file in it, such as .*world\.duckdb"):
        open_record(tmp_path)
    with pytest.raises(RecordError, match="in memory begins empty; leave read_only out, or name a file"):
        open_record(":memory:", read_only=True)


def test_a_record_another_process_holds_is_refused_with_its_number(path):
    hold = "import sys; from chancellery.record import open_record; "
    hold += "record = open_record(sys.argv[1]); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "open\n"
        for read_only in (False, True):
            said = rf"is open in another process \(process {other.pid}\); close it there"
            with pytest.raises(RecordError, match=said):
                open_record(path, read_only=read_only)
        other.communicate("\n", timeout=60)
    open_record(path).close()


def test_one_program_cannot_open_a_record_in_two_modes(path):
    with (
        open_record(path),
        pytest.raises(RecordError, match="is already open in this program, to write; close it first"),
    ):
        open_record(path, read_only=True)


def test_a_folder_that_may_not_be_written(unwritable):
    with pytest.raises(RecordError, match=r"new\.duckdb may not be written here; use a folder that is yours"):
        open_record(unwritable / "new.duckdb")
    with pytest.raises(RecordError, match=r"may not be written here; open it with read_only=True, or"):
        open_record(unwritable / "world.duckdb")
    with open_record(unwritable / "world.duckdb", read_only=True) as record:
        assert record.events().height == 3
        with pytest.raises(RecordError, match="archive may not be written here; nothing was written"):
            record.write_parquet(unwritable / "archive")
