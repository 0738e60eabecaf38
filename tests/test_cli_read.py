"""``chancellery read`` on the command line."""

from __future__ import annotations

import socket
import tomllib
from pathlib import Path

import pytest

from cli_toys import done, run

STRAIT = Path(__file__).parent / "essays" / "strait.txt"


def test_it_reads_without_a_network(monkeypatch):
    def refuse(*words: object, **more: object) -> None:
        raise AssertionError("the reader opened a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    out = done("read", str(STRAIT)).out
    assert "Philippines" in out
    assert "another runway" in out


def test_json_holds_everything_with_places():
    data = done("read", str(STRAIT), "--json").json
    raw = STRAIT.read_text(encoding="utf-8")
    assert {"actors", "events", "ties", "claims", "set_aside", "encoding"} <= set(data)
    for row in (*data["claims"], *data["events"], *data["ties"], *data["actors"]):
        assert {"paragraph", "sentence", "start", "end"} <= set(row)
    claim = next(row for row in data["claims"] if "another runway" in row["cause"])
    assert " ".join(raw[claim["start"] : claim["end"]].split()).startswith("If China builds")
    assert claim["estimative"]["kent"] == {"word": "probable", "low": 0.63, "high": 0.87}


def test_drafts_are_written_once(tmp_path):
    folder = tmp_path / "drafts"
    done("read", str(STRAIT), "--write", str(folder), "--text", str(tmp_path / "plain.txt"))
    assert tomllib.loads((folder / "claims.toml").read_text(encoding="utf-8"))["claim"]
    assert tomllib.loads((folder / "found.toml").read_text(encoding="utf-8"))["actor"]
    assert (tmp_path / "plain.txt").read_text(encoding="utf-8").startswith("1.1\tVietnam")
    again = run("read", str(STRAIT), "--write", str(folder))
    assert (again.code, again.out) == (1, "")
    assert "already" in again.err


@pytest.mark.parametrize(
    "options", [["--words", "nowhere"], ["--endpoint", "nowhere"], ["--write", str(STRAIT)]]
)
def test_mistakes_are_one_sentence(options):
    ran = run("read", str(STRAIT), *options)
    assert ran.code == 1
    assert ran.err.startswith("chancellery: ")
    assert len(ran.err.strip().splitlines()) == 1


def test_a_missing_file_is_told():
    ran = run("read", "no-such-essay.txt")
    assert ran.code == 1
    assert "is not there" in ran.err


def test_a_model_without_a_server_is_not_passed_over():
    ran = run("read", str(STRAIT), "--model", "small")
    assert ran.code == 2
    assert "give the server with --endpoint" in ran.err
