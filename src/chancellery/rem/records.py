"""A study of a record: its coded acts as a network of typed events, its standing ties as networks that change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from chancellery import world
from chancellery.errors import ModelError, did_you_mean
from chancellery.record import Record
from chancellery.rem.study import Network, Study

BY = ("class", "act", "none")


def study_of(
    record: Record,
    *,
    actors: Iterable[str] | None = None,
    ties: Iterable[str] = (),
    by: str = "class",
    since: date | str | None = None,
    until: date | str | None = None,
) -> Study:
    """Make a study of a record.

    Parameters
    ----------
    record
        Where events and ties are.
    actors
        Ids in play; by default all that act or are acted upon.
    ties
        Kinds of tie that become networks of their name (``alliance``, ``sanctions``, ``trade`` ...).
    by
        Types of event: the four ``"class"`` es, the single ``"act"`` s, or ``"none"``.
    since, until
        First and last day.

    Returns
    -------
    Study
        With a network ``acts`` and one for each kind of tie; times in days.

    Raises
    ------
    ModelError
        If the record holds no such event, or ``by`` is not known.
    """
    if by not in BY:
        raise ModelError(f"study_of: by='{by}' is not known{did_you_mean(by, BY)}; use {', '.join(BY)}")
    chosen = None if actors is None else [world.actor(a).id for a in actors]
    events = record.events(since=since, until=until, actors=chosen).filter(
        pl.col("source") != pl.col("target")
    )
    if events.is_empty():
        raise ModelError("study_of: the record holds no event between these actors in these days")
    labels = chosen or sorted(set(events["source"]) | set(events["target"]))
    klass = {a.name: a.klass for a in world.acts()}
    changes = events.select("time", sender="source", receiver="target", act="act").sort("time")
    if by != "none":
        kind = pl.col("act") if by == "act" else pl.col("act").replace_strict(klass)
        changes = changes.with_columns(type=kind)
    networks: dict[str, Network] = {"acts": Network(changes.drop("act"))}
    for name in ties:
        networks[name] = _network(record.ties(kinds=[name]), labels)
    return Study({"label": labels}, networks, unit="day")


def _network(held: pl.DataFrame, labels: list[str]) -> Network:
    """Starts and ends of a kind of tie; an end is the day after the last on which it holds."""
    held = held.filter(
        pl.col("source").is_in(labels)
        & pl.col("target").is_in(labels)
        & (pl.col("source") != pl.col("target"))
    )
    starts = held.select(
        time="start", sender="source", receiver="target", replace=pl.col("value").fill_null(1.0)
    )
    ends = held.filter(pl.col("end").is_not_null()).select(
        time=pl.col("end") + pl.duration(days=1), sender="source", receiver="target", replace=pl.lit(0.0)
    )
    # Where one spell ends on the day the next begins, the beginning comes last and stands.
    both = pl.concat([ends.with_columns(order=0), starts.with_columns(order=1)]).sort("time", "order")
    return Network(both.drop("order"))
