"""Read a table and its columns, whatever a user hands over; what cannot be read is one sentence with the row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from chancellery.errors import ModelError

Table = pl.DataFrame | dict | str | Path
_TRUE, _FALSE = ("true", "t", "yes", "1", "1.0"), ("false", "f", "no", "0", "0.0")


def table(source: Table, what: str) -> pl.DataFrame:
    """Read a table from a frame, a dictionary of columns or a CSV file.

    Raises
    ------
    ModelError
        If the file is missing or cannot be read.
    """
    if isinstance(source, pl.DataFrame):
        frame = source
    elif isinstance(source, str | Path):
        frame = _file(Path(source), what)
    else:
        frame = _columns(source, what)
    if not frame.columns:
        raise ModelError(f"{what}: the table has no columns")
    return frame


def _columns(source: object, what: str) -> pl.DataFrame:
    if isinstance(source, dict):
        lengths = {
            name: len(c) for name, c in source.items() if hasattr(c, "__len__") and not isinstance(c, str)
        }
        if len(set(lengths.values())) > 1:
            said = ", ".join(f"'{name}' {length}" for name, length in lengths.items())
            raise ModelError(f"{what}: its columns are of different lengths ({said})")
        source = {name: _of_one_kind(c) for name, c in source.items()}
    try:
        return pl.DataFrame(source)
    except Exception as error:
        if isinstance(source, dict):
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"{what}: the columns do not make a table; each is of one kind of value ({reason})"
            ) from None
        raise ModelError(
            f"{what}: give a polars frame, a dictionary of columns or a CSV file, not {type(source).__name__}"
        ) from None


def _of_one_kind(values: object) -> object:
    """Whole and broken numbers in one list are all numbers."""
    if isinstance(values, list | tuple) and {type(v) for v in values} - {type(None)} == {int, float}:
        return [None if v is None else float(v) for v in values]
    return values


def _file(path: Path, what: str) -> pl.DataFrame:
    if not path.is_file():
        raise ModelError(f"{what}: there is no file {path.name} in {path.parent}")
    try:
        return pl.read_csv(path, try_parse_dates=True, infer_schema_length=None, null_values=["NA", ""])
    except Exception as error:
        raise ModelError(f"{what}: {path.name} cannot be read as CSV: {str(error).splitlines()[0]}") from None


def column(frame: pl.DataFrame, names: tuple[str, ...], what: str) -> str:
    """Name of the first of several columns that is there.

    Raises
    ------
    ModelError
        If none is.
    """
    for name in names:
        if name in frame.columns:
            return name
    raise ModelError(f"{what}: has no column '{names[0]}'; it has {', '.join(frame.columns)}")


def words(values: pl.Series, what: str, wanted: str = "words") -> pl.Series:
    """A column as text; lists, records and objects are no words.

    Raises
    ------
    ModelError
        If the column is made of such.
    """
    if values.dtype.is_nested() or values.dtype == pl.Object:
        raise ModelError(f"{what}: its '{values.name}' holds {values.dtype}, not {wanted}")
    return values.cast(pl.String, strict=False)


def numbers(values: pl.Series, what: str) -> pl.Series:
    """A column of numbers; NaN counts as missing.

    Raises
    ------
    ModelError
        Naming the first row that is none.
    """
    if values.dtype == pl.String or not (values.dtype.is_numeric() or values.dtype in (pl.Boolean, pl.Null)):
        read = words(values, what, "numbers").cast(pl.Float64, strict=False)
        odd = (read.is_null() & values.is_not_null()).arg_true()
        if len(odd):
            row = int(odd[0])
            raise ModelError(
                f"{what}: row {row + 1} has '{values[row]}' as its '{values.name}', which is not a number"
            )
    else:
        read = values.cast(pl.Float64)
    read = read.fill_nan(None)
    if read.is_infinite().any():
        raise ModelError(
            f"{what}: row {int(read.is_infinite().arg_true()[0]) + 1} has an infinite '{values.name}'"
        )
    return read


def flags(values: pl.Series, what: str) -> np.ndarray:
    """A column of true and false, also as R writes them; missing is false.

    Raises
    ------
    ModelError
        Naming the first row that is neither.
    """
    out = np.zeros(len(values), bool)
    for row, value in enumerate(values.to_list()):
        word = str(value).strip().lower()
        if value is not None and word not in _TRUE + _FALSE:
            raise ModelError(
                f"{what}: row {row + 1} has '{value}' as its '{values.name}'; write true or false"
            )
        out[row] = word in _TRUE
    return out


def matrix(given: object, n: int, what: str) -> np.ndarray:
    """An (n, n) matrix of numbers; missing is 0, the diagonal means nothing.

    Raises
    ------
    ModelError
        If it is not one.
    """
    try:
        out = np.nan_to_num(np.asarray(given, float))
    except (TypeError, ValueError):
        raise ModelError(f"{what}: the initial matrix is not {n} rows of {n} numbers") from None
    if out.shape != (n, n):
        raise ModelError(f"{what}: the initial matrix is {out.shape}, not ({n}, {n})")
    return out


def mapping(given: object, what: str) -> dict:
    """A dictionary, or nothing.

    Raises
    ------
    ModelError
        If it is something else.
    """
    if given is not None and not isinstance(given, dict):
        raise ModelError(f"{what}: give a dictionary of name to table, not {type(given).__name__}")
    return given or {}
