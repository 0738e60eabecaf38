"""Fixtures used by more than one test file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real data sets; tests that need it are skipped, visibly, where it is absent."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("CHANCELLERY_DATA", beside))
    if not (folder / "INDEX.md").exists():
        pytest.skip("real data not present: set CHANCELLERY_DATA to the folder of data sets")
    return folder
