"""A study: actors with their attributes, networks that change, who is present when.

Tables come as polars frames, dictionaries of columns, or CSV files; columns are found by the names R users know
(``label``, ``sender``, ``receiver``, ``time``, ``increment`` or ``replace``). Everything is checked here, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import polars as pl

from chancellery.errors import ModelError, did_you_mean
from chancellery.rem.tables import Table, column, flags, mapping, matrix, numbers, table, words

UNITS = {
    "second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0, "month": 2629800.0,
    "year": 31557600.0,
}  # fmt: skip


@dataclass(frozen=True)
class Network:
    """A network and its dated changes.

    Attributes
    ----------
    changes
        Columns time, sender, receiver, and ``increment`` (added to the tie; default 1) or ``replace`` (its new
        value); ``type`` if events are of several kinds.
    initial
        (N, N) matrix before the first change, in the order of the actors; None for empty.
    directed
        False for agreements: a change holds both ways.
    """

    changes: Table | None = None
    initial: np.ndarray | None = None
    directed: bool = True


@dataclass(frozen=True)
class Changes:
    """Checked changes of a network, sorted by time (stable): indices of actors and types, values."""

    time: np.ndarray
    a: np.ndarray
    b: np.ndarray
    value: np.ndarray
    replace: bool
    kind: np.ndarray
    kinds: tuple[str, ...]
    initial: np.ndarray | None
    directed: bool
    row: np.ndarray  # the row of the table each change came from


class Study:
    """What a formula is fitted to.

    Parameters
    ----------
    actors
        Column ``label`` (or ``name``, or the first), attributes, and if you like ``present`` (true or false).
    networks
        Name to :class:`Network`, or to its table of changes.
    attributes
        Name to a table of changes: time, ``node`` (or ``actor``), ``replace`` or ``increment``.
    presence
        Table of who comes and goes: time, ``node``, ``replace`` (true or false).
    senders, receivers
        Labels that may act, or be acted upon; None for all. Two disjoint lists make a two-mode network.
    unit
        Unit of numeric times, and the one dates are turned into: ``"second"`` to ``"year"``. None: seconds for
        numbers, days for dates.

    Raises
    ------
    ModelError
        Naming the table, the row and the cure.
    """

    def __init__(
        self,
        actors: Table,
        networks: dict[str, Network | Table],
        attributes: dict[str, Table] | None = None,
        presence: Table | None = None,
        senders: list[str] | None = None,
        receivers: list[str] | None = None,
        unit: str | None = None,
    ) -> None:
        if unit is not None and unit not in UNITS:
            raise ModelError(f"study: unit '{unit}' is not known{did_you_mean(unit, UNITS)}")
        self._dated: bool | None = None
        self.unit = unit
        frame = table(actors, "actors")
        key = next((n for n in ("label", "name", "actor", "id") if n in frame.columns), frame.columns[0])
        if frame[key].null_count():
            raise ModelError(f"actors: row {int(frame[key].is_null().arg_true()[0]) + 1} has no '{key}'")
        self.labels: list[str] = [str(x) for x in frame[key]]
        self.place = {label: x for x, label in enumerate(self.labels)}
        if len(self.place) < len(self.labels):
            twice = next(x for x in self.labels if self.labels.count(x) > 1)
            raise ModelError(f"actors: '{twice}' is there twice")
        if len(self.labels) < 2:
            raise ModelError("actors: a study needs at least two actors")
        there = "present" in frame.columns
        self.present = flags(frame["present"], "actors") if there else np.ones(len(self.labels), bool)
        self.levels: dict[str, list[str]] = {}
        self.start_values = {
            name: self._attribute(frame[name], name) for name in frame.columns if name not in (key, "present")
        }
        self.networks = {name: self._network(name, given) for name, given in mapping(networks, "networks").items()}
        changes = mapping(attributes, "attributes")
        self.attribute_changes = {name: self._attribute_changes(name, given) for name, given in changes.items()}
        self.presence_changes = self._presence(presence)
        self.sends, self.receives = self._role(senders, "senders"), self._role(receivers, "receivers")
        self.unit = self.unit or ("day" if self._dated else "second")

    @property
    def n(self) -> int:
        """Number of actors."""
        return len(self.labels)

    def _attribute(self, values: pl.Series, name: str) -> np.ndarray:
        """Numbers as they are (missing: their mean), words as numbers of their level (missing: one of their own)."""
        if values.dtype.is_numeric() or values.dtype == pl.Boolean:
            given = numbers(values, f"actors: attribute '{name}'")
            known = given.drop_nulls()
            return given.fill_null(known.mean() if len(known) else 0.0).to_numpy().copy()
        if values.dtype.is_nested() or values.dtype == pl.Object:
            raise ModelError(f"actors: attribute '{name}' is made of {values.dtype}; give numbers or words")
        levels = sorted({str(x) for x in values if x is not None})
        self.levels[name] = levels
        return np.array([float(levels.index(str(x))) if x is not None else -1.0 - r for r, x in enumerate(values)])

    def times(self, values: pl.Series, what: str) -> np.ndarray:
        """Turn a column of times into numbers of the study's unit.

        Raises
        ------
        ModelError
            If dates and numbers are mixed, or a time is missing.
        """
        if values.null_count():
            raise ModelError(f"{what}: row {int(values.is_null().arg_true()[0]) + 1} has no time")
        dated = values.dtype in (pl.Date, pl.Datetime) or values.dtype.base_type() == pl.Datetime
        if not dated and not values.dtype.is_numeric():
            try:
                values, dated = values.cast(pl.String).str.to_datetime(), True
            except Exception:
                odd = values.to_list()[0] if len(values) else values.dtype
                raise ModelError(f"{what}: times are numbers or dates such as 2018-03-04, not '{odd}'") from None
        if self._dated is not None and self._dated != dated:
            raise ModelError(f"{what}: its times are {'dates' if dated else 'numbers'}, those of other tables are not")
        self._dated = dated
        if not dated:
            given = values.cast(pl.Float64)
            odd = (~given.is_finite()).arg_true()
            if len(odd):
                raise ModelError(f"{what}: row {int(odd[0]) + 1} has {given[int(odd[0])]} as its time")
            return given.to_numpy()
        seconds = values.cast(pl.Datetime("us")).dt.timestamp("us").to_numpy() / 1e6
        return seconds / UNITS[self.unit or "day"]

    def moment(self, when: float | date | datetime | str | None, what: str) -> float | None:
        """One time as a number of the study's unit."""
        if when is None:
            return None
        try:
            values = pl.Series([datetime.fromisoformat(when) if isinstance(when, str) else when])
        except (TypeError, ValueError):
            raise ModelError(f"{what}: '{when}' is not a time; write a number or a date such as 2018-03-04") from None
        if not values.dtype.is_temporal() and not values.dtype.is_numeric():
            raise ModelError(f"{what}: give one number or date, not {type(when).__name__}")
        return float(self.times(values, what)[0])

    def actors(self, values: pl.Series, what: str) -> np.ndarray:
        """Indices of actors.

        Raises
        ------
        ModelError
            Naming the row and the unknown label.
        """
        out = np.zeros(len(values), np.int64)
        for row, label in enumerate(words(values, what).to_list()):
            if label not in self.place:
                raise ModelError(
                    f"{what}: row {row + 1} names '{label}', which is not among the actors{did_you_mean(str(label), self.place)}"
                )
            out[row] = self.place[label]
        return out

    def _network(self, name: str, given: Network | Table) -> Changes:
        network = given if isinstance(given, Network) else Network(given)
        what = f"network '{name}'"
        initial = None if network.initial is None else matrix(network.initial, self.n, what)
        if initial is not None and not network.directed and (initial != initial.T).any():
            raise ModelError(f"{what}: an undirected network needs a symmetric initial matrix")
        if network.changes is None:
            none = np.zeros(0)
            whole = np.zeros(0, np.int64)
            return Changes(none, whole, whole, none, False, whole, ("",), initial, network.directed, whole)
        frame = table(network.changes, what)
        time = self.times(frame[column(frame, ("time", "date"), what)], what)
        a = self.actors(frame[column(frame, ("sender", "source", "actor1", "from"), what)], what)
        b = self.actors(frame[column(frame, ("receiver", "target", "actor2", "to"), what)], what)
        replace = _replaces(frame, what)
        values = next((frame[n] for n in ("replace", "increment", "weight") if n in frame.columns), None)
        value = np.ones(len(frame)) if values is None else numbers(values, what).fill_null(0.0).to_numpy().copy()
        if (a == b).any():
            row = int(np.argmax(a == b))
            raise ModelError(f"{what}: row {row + 1} goes from '{self.labels[a[row]]}' to itself; a tie needs two actors")
        kinds, kind = ("",), np.zeros(len(frame), np.int64)
        if "type" in frame.columns:
            if frame["type"].null_count():
                raise ModelError(f"{what}: row {int(frame['type'].is_null().arg_true()[0]) + 1} has no type")
            kinds = tuple(sorted({str(x) for x in frame["type"]}))
            kind = np.array([kinds.index(str(x)) for x in frame["type"]])
        order = np.argsort(time, kind="stable")
        return Changes(
            time[order], a[order], b[order], value[order], replace, kind[order], kinds, initial, network.directed, order
        )

    def _attribute_changes(self, name: str, given: Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Times, actors, new values; a missing replacement is the mean of the others then."""
        what = f"attribute '{name}'"
        if name not in self.start_values:
            raise ModelError(f"{what}: is not a column of actors{did_you_mean(name, self.start_values)}")
        if name in self.levels:
            raise ModelError(f"{what}: is made of words; only numbers can change")
        frame = table(given, what)
        time = self.times(frame[column(frame, ("time", "date"), what)], what)
        who = self.actors(frame[column(frame, ("node", "actor", "label"), what)], what)
        replace = _replaces(frame, what) or "increment" not in frame.columns
        given_values = numbers(frame[column(frame, ("replace", "increment", "value"), what)], what)
        order, now = np.argsort(time, kind="stable"), self.start_values[name].copy()
        values = np.zeros(len(order))
        for x in order:
            value, i = given_values[int(x)], who[x]
            if replace:
                now[i] = np.delete(now, i).mean() if value is None else value
            else:
                now[i] += value or 0.0
            values[x] = now[i]
        return time[order], who[order], values[order]

    def _presence(self, given: Table | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if given is None:
            return np.zeros(0), np.zeros(0, np.int64), np.zeros(0)
        frame = table(given, "presence")
        time = self.times(frame[column(frame, ("time", "date"), "presence")], "presence")
        who = self.actors(frame[column(frame, ("node", "actor", "label"), "presence")], "presence")
        there = flags(frame[column(frame, ("replace", "present"), "presence")], "presence")
        order = np.argsort(time, kind="stable")
        return time[order], who[order], there[order].astype(float)

    def _role(self, labels: list[str] | None, what: str) -> np.ndarray:
        if labels is None:
            return np.ones(self.n, bool)
        if isinstance(labels, str):
            raise ModelError(f"{what}: give a list of labels, such as ['{labels}']")
        out = np.zeros(self.n, bool)
        out[self.actors(pl.Series([str(x) for x in labels], dtype=pl.String), what)] = True
        if not out.any():
            raise ModelError(f"{what}: the list is empty; leave it out for all actors")
        return out


def _replaces(frame: pl.DataFrame, what: str) -> bool:
    """Whether values replace or add."""
    if {"replace", "increment"} <= set(frame.columns):
        raise ModelError(f"{what}: has both 'replace' and 'increment'; keep the one that is meant")
    return "replace" in frame.columns
