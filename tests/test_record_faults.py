"""What goes wrong in the middle of an add leaves the record as it was, and the message says so."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
from pathlib import Path

import duckdb
import polars as pl
import pytest

from chancellery.errors import RecordError
from chancellery.record import intake, open_record
from chancellery.record.frames import ask
from chancellery.record.transaction import transaction
from record_toys import everything, many, toy


@pytest.fixture
def path(tmp_path) -> Path:
    place = tmp_path / "world.duckdb"
    with open_record(place) as record:
        record.add(toy())
    return place


@pytest.fixture
def small_disk(tmp_path):
    """Yield a file system of 6 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("a small file system cannot be mounted here: that takes root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def _state(record) -> tuple:
    return record.fingerprint(), record.counts().rows(), record.files().rows(), record.coverage().rows()


@pytest.mark.parametrize(
    ("stops", "seen", "said"),
    [
        (lambda: ValueError("a defect"), ValueError, "a defect"),
        (
            lambda: OSError(errno.ENOSPC, "No space left on device"),
            RecordError,
            "disk is full.*nothing was added",
        ),
        (
            lambda: duckdb.IOException("Could not write file: No space left on device"),
            RecordError,
            "disk is full",
        ),
        (lambda: duckdb.ConversionException("odd"), RecordError, "nothing was added; the reason given: odd"),
        (lambda: pl.exceptions.ComputeError("odd"), RecordError, "nothing was added; the reason given: odd"),
        (lambda: KeyboardInterrupt(), KeyboardInterrupt, "stopped by Ctrl-C; nothing was added"),
    ],
)
@pytest.mark.parametrize("step", ["insert", "_insert_coverage"])
def test_an_error_in_the_middle_rolls_everything_back(path, monkeypatch, stops, seen, said, step):
    with open_record(path) as record:
        before = _state(record)
        calls = []
        real = getattr(intake, step)

        def fails_the_second_time(connection, *rest):
            calls.append(rest)
            if len(calls) == 2:
                raise stops()
            real(connection, *rest)

        monkeypatch.setattr(intake, step, fails_the_second_time)
        with pytest.raises(seen, match=said):
            record.add(toy("gdelt"), everything())
        assert _state(record) == before
        monkeypatch.undo()
        assert record.add(toy("gdelt"), everything()).entries[1].ties == 4
    with open_record(path) as record:
        assert record.counts()["events"].to_list() == [3, 3, 3]


def test_the_second_of_two_harvests_being_refused_keeps_the_first_out_too(path):
    with open_record(path) as record:
        before = _state(record)
        with pytest.raises(RecordError, match="with other content"):
            record.add(everything(), toy(text="edited"))
        assert _state(record) == before


KILLED = """
    import sys, time
    from record_toys import everything, many
    from chancellery.record import intake, open_record, transaction

    record = open_record(sys.argv[1])
    def wait(*given):
        print("in the middle", flush=True)
        time.sleep(600)
    if sys.argv[2] == "rows written":
        intake._insert_coverage = wait
    else:
        transaction._ctrl_c_held_back = wait
    record.add(everything(), many(200_000))
"""


@pytest.mark.parametrize("moment", ["rows written", "before the commit"])
def test_a_killed_process_leaves_the_old_record(path, moment):
    with open_record(path) as record:
        before = _state(record)
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), path, moment],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
    ) as other:
        assert other.stdout.readline() == "in the middle\n"
        other.kill()
    with open_record(path) as record:
        assert _state(record) == before
        assert record.add(everything()).entries[0].events == 3


def test_ctrl_c_while_the_database_works_passes_after_the_rollback(path):
    with open_record(path) as record:
        before = _state(record)
        timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
        timer.start()

        def change_for_long() -> None:
            with transaction(record, "added") as connection:
                connection.execute("DELETE FROM events")
                ask(connection, "INSERT INTO meta SELECT range, range FROM range(2_000_000_000)")

        with pytest.raises(KeyboardInterrupt, match="stopped by Ctrl-C; nothing was added"):
            change_for_long()
        timer.join()
        assert _state(record) == before


class _SignalAtCommit:
    """A connection during whose last word Ctrl-C is pressed."""

    def __init__(self, connection):
        self.connection = connection

    def execute(self, query, *rest):
        if query in ("COMMIT", "ROLLBACK"):
            os.kill(os.getpid(), signal.SIGINT)
        return self.connection.execute(query, *rest)


def test_ctrl_c_during_the_commit_waits_and_says_that_the_work_was_done(path):
    with open_record(path) as record:
        real, record.connection = record.connection, _SignalAtCommit(record.connection)
        with pytest.raises(KeyboardInterrupt, match="stopped by Ctrl-C; everything was added before"):
            record.add(everything())
        with pytest.raises(KeyboardInterrupt, match="stopped by Ctrl-C; nothing was added"):
            record.add(toy("gdelt"), dry_run=True)
        record.connection = real
        assert record.counts()["ties"].to_list() == [4, 0]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


class _GivenUp:
    """A connection that DuckDB has declared unusable, as it does after a fatal error."""

    def __init__(self, connection):
        self.connection = connection
        self.failed = False

    def execute(self, query, *rest):
        self.failed = self.failed or "INTO coverage" in query
        if self.failed:
            raise duckdb.FatalException("the database has been invalidated; restart it")
        return self.connection.execute(query, *rest)

    def close(self):
        self.connection.close()


def test_a_connection_the_database_gave_up_on_is_opened_anew(path):
    with open_record(path) as record:
        before = _state(record)
        record.connection = _GivenUp(record.connection)
        with pytest.raises(RecordError, match=r"nothing was added; the reason given: .*invalidated"):
            record.add(everything())
        assert _state(record) == before
        assert record.add(everything()).entries[0].ties == 4


def test_a_disk_that_fills_during_an_add_keeps_the_old_record(small_disk):
    place = small_disk / "world.duckdb"
    with open_record(place) as record:
        record.add(toy())
        before = _state(record)
        with pytest.raises(RecordError, match=r"world\.duckdb: the disk is full.*nothing was added; free"):
            record.add(everything(), many(400_000))
        assert _state(record) == before
    with open_record(place) as record:
        assert _state(record) == before


def test_a_disk_with_no_byte_left_keeps_the_old_record_which_works_again_when_there_is_room(small_disk):
    place = small_disk / "world.duckdb"
    with open_record(place) as record:
        record.add(toy())
        before = _state(record)
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
            while stream.write(b"x" * 4096) == 4096:
                pass
        assert shutil.disk_usage(small_disk).free == 0
        with pytest.raises(RecordError, match=r"the disk is full.*nothing was added"):
            record.add(everything())
        filler.unlink()
        assert _state(record) == before
        assert record.add(everything()).entries[0].ties == 4
    with open_record(place) as record:
        assert record.counts()["ties"].to_list() == [4, 0]


def test_a_full_temporary_folder_is_named(path, small_disk, monkeypatch):
    with open_record(path) as record:
        before = _state(record)
        monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
        with pytest.raises(RecordError, match=rf"temporary folder {small_disk}; nothing was added"):
            record.add(many(600_000))
        monkeypatch.undo()
        assert _state(record) == before
        assert list(small_disk.iterdir()) == []


def test_an_archive_on_a_full_disk_leaves_nothing_behind(path, small_disk):
    with open_record(path) as record:
        record.add(many(600_000))
        with pytest.raises(RecordError, match=r"archive: the disk is full.*nothing was written"):
            record.write_parquet(small_disk / "archive")
    assert list(small_disk.iterdir()) == []
