"""The verb ``fit``: from a study and a formula to estimates with their uncertainty."""

from __future__ import annotations
