"""``python -m chancellery`` is the command line."""

from __future__ import annotations

from chancellery.cli import main

main()
