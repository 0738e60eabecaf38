"""Frozen: forecasts on disk with their hashes, before anything is scored.

``manifest.json`` says what made the run (versions, fingerprint of the record, hash of the case, options) and holds
the SHA-256 of every file. Scoring reads the files and refuses one that does not have its hash. A run that was
stopped goes on where it was: what has its hash stays, everything else is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from chancellery.errors import ScoreError

FORMAT = 1
NAME = "manifest.json"


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays, whole or not at all; the same arrays give the same bytes.

    Raises
    ------
    ScoreError
        If the folder cannot be written.
    """
    _write(path, lambda file: np.savez_compressed(file, **{k: arrays[k] for k in sorted(arrays)}))


def _write(path: Path, write: Callable) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            write(file)
        draft.replace(path)
    except OSError as error:
        raise ScoreError(f"cannot write '{path}': {error.strerror}; choose another --out") from None
    finally:
        draft.unlink(missing_ok=True)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read what :func:`write_arrays` wrote."""
    with np.load(path) as file:
        return {name: file[name] for name in file.files}


class Manifest:
    """What a run folder holds, and what made it.

    Attributes
    ----------
    folder, made_of
        The folder, and what has to be the same for a stopped run to go on.
    files
        Hash by path within the folder.
    """

    def __init__(self, folder: Path, made_of: dict, files: dict[str, str], complete: bool = False) -> None:
        self.folder, self.made_of, self.files, self.complete = folder, made_of, files, complete

    @classmethod
    def begin(cls, folder: Path, made_of: dict) -> Manifest:
        """Begin a run, or go on with one that was stopped.

        Raises
        ------
        ScoreError
            If the folder holds a run that was made of something else, or files that are no run.
        """
        path = folder / NAME
        if folder.exists() and not folder.is_dir():
            raise ScoreError(f"{folder} is a file; name a folder with --out")
        if not path.exists():
            if folder.exists() and any(folder.iterdir()):
                raise ScoreError(
                    f"{folder} is not empty and holds no backtest; name another folder with --out"
                )
            out = cls(folder, json.loads(json.dumps(made_of)), {})
            out.save()
            return out
        known = cls.open(folder)
        now = json.loads(json.dumps(made_of))
        for name, value in now.items():
            if known.made_of.get(name) != value:
                raise ScoreError(
                    f"{folder} holds a backtest with another {name} ({_short(known.made_of.get(name))}, now "
                    f"{_short(value)}); name another folder with --out"
                )
        return known

    @classmethod
    def open(cls, folder: Path) -> Manifest:
        """Open the manifest of a run.

        Raises
        ------
        ScoreError
            If there is none, or it is damaged or of another format.
        """
        path = folder / NAME
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            if told["format"] != FORMAT:
                raise ScoreError(
                    f"{path} has format {told['format']}, this version reads {FORMAT}; make the run anew"
                )
            return cls(folder, told["made_of"], told["files"], told["complete"])
        except FileNotFoundError:
            raise ScoreError(f"there is no backtest in {folder}: {NAME} is missing") from None
        except (json.JSONDecodeError, KeyError, TypeError):
            raise ScoreError(f"{path} is damaged; make the run anew in another folder") from None

    def save(self) -> None:
        """Write the manifest."""
        told = {"kind": "chancellery backtest run", "format": FORMAT, "complete": self.complete,
                "sha256": self.digest(), "made_of": self.made_of, "files": dict(sorted(self.files.items()))}  # fmt: skip
        text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
        _write(self.folder / NAME, lambda file: file.write(text.encode()))

    def digest(self) -> str:
        """One hash for all frozen forecasts."""
        lines = [f"{name} {h}" for name, h in sorted(self.files.items()) if name.startswith("forecasts/")]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def take(self, names: list[str]) -> None:
        """Take files into the manifest, with their hashes."""
        self.files |= {name: sha256(self.folder / name) for name in names}
        self.save()

    def holds(self, name: str) -> bool:
        """Whether a file is there as it was frozen; one that was never taken in does not count.

        Raises
        ------
        ScoreError
            If it was changed since.
        """
        path = self.folder / name
        if name not in self.files or not path.exists():
            return False
        if sha256(path) != self.files[name]:
            raise ScoreError(
                f"{path} is not what was frozen: its hash differs from the manifest's; restore it, or delete "
                "it to have it made again"
            )
        return True

    def read(self, name: str) -> dict[str, np.ndarray]:
        """Read the arrays of a frozen file.

        Raises
        ------
        ScoreError
            If it is missing or was changed since.
        """
        if not self.holds(name):
            raise ScoreError(f"{self.folder / name} is missing; run the backtest again with the same --out")
        return read_arrays(self.folder / name)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text if len(text) <= 24 else f"{text[:21]}…"
