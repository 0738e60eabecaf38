"""From reports to events: an act between two actors is kept, everything else is refused with a reason.

Event readers produce reports in blocks; this file does the rest, the same way for all of them:

1. `translate` turns names and codes into actors, once for each distinct name.
2. `acting` decides between what a report's name and what its country code says.
3. `coded` looks up act, weight and issue of a CAMEO code.
4. `sift` parts a block into reports of acts between different actors and refused rows.
5. `gather` folds identical reports of one event, counts them in ``n``, and reads the coverage off the days.

Kept reports (the sum of ``n``) and refused rows together are all rows read, unless one row reports an act
among more than two actors, which is one event for each pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

import polars as pl

from chancellery import world
from chancellery.sources.harvest import REFUSED_SCHEMA, Harvest, harvest, segments
from chancellery.sources.reading import RAW

# The reasons of refusal, few so that they can be counted; the first that applies is given.
NO_DATE = "not a date"
NO_ACT = "unknown code"
STATEMENT = "statement, not an act"
NO_NAME = "no source or target named"
NO_ACTOR = "unknown actor"
SAME = "same actor"
REPEATED = "report repeated"

# Kinds of actor that act for themselves; a leader, a ministry or a firm acts for what it belongs to.
_STATES = frozenset({"state", "historical-state", "territory"})
_OTHERS = frozenset({"organisation", "alliance", "forum", "armed-group"})

# What makes two reports the same event.
_EVENT = ("time", "source", "act", "target", "issue", "code", "source_name", "target_name")


@lru_cache(maxsize=1)
def _represented() -> dict[str, str]:
    """Actor id → id of the state, organisation or group it acts for; blocs and things act for nobody."""
    known = {one.id: one for one in world.actors()}
    acts_for: dict[str, str] = {}
    for one in known.values():
        chief, seen = one, {one.id}
        while chief.kind not in _STATES | _OTHERS and chief.of in known and chief.of not in seen:
            chief = known[chief.of]
            seen.add(chief.id)
        if chief.kind in _STATES | _OTHERS:
            acts_for[one.id] = chief.id
    return acts_for


@lru_cache(maxsize=1)
def _non_states() -> frozenset[str]:
    return frozenset(one.id for one in world.actors() if one.kind in _OTHERS)


def whom(*schemes: str) -> Callable[[str], str | None]:
    """Make a function from a name or code to the actor it acts for, trying naming schemes in turn."""
    acts_for = _represented()

    def resolve(name: str) -> str | None:
        for scheme in schemes:
            found = world.identify(name, scheme)
            if found in acts_for:
                return acts_for[found]
        return None

    return resolve


def day(written: pl.Expr, form: str = "%Y-%m-%d") -> pl.Expr:
    """Parse days; what is no day from 1800 to 2199 becomes null (a mistyped year stretches the record)."""
    parsed = written.str.to_date(form, strict=False)
    return pl.when(parsed.dt.year().is_between(1800, 2199)).then(parsed)


def translate(names: pl.Series, resolve: Callable[[str], str | None]) -> pl.Series:
    """Translate a column of names, asking once for each distinct one; the unknown become null."""
    known = {
        name: found for name in names.unique().drop_nulls().to_list() if (found := resolve(name)) is not None
    }
    empty = pl.Series(names.name, [None] * len(names), dtype=pl.String)
    if not known:
        return empty
    return names.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String)


def acting(by_name: pl.Series, by_code: pl.Series) -> pl.Series:
    """Who acts, when a report carries a name and a country code.

    The code decides, except where the name is that of an armed group or an organisation: coders leave those
    without a code or file them under the state they sit in (the Taliban under Afghanistan) or under what they
    belong to (the IAEA under the UN), and an attack by the Taliban is no act of the Afghan state.
    """
    name, code = pl.col("name"), pl.col("code")
    chosen = pl.when(name.is_in(list(_non_states()))).then(name).otherwise(pl.coalesce(code, name))
    return pl.DataFrame({"name": by_name, "code": by_code}).select(chosen).to_series()


def sides(
    frame: pl.DataFrame,
    columns: Mapping[str, tuple[str, str]],
    *,
    named: tuple[str, ...],
    placed: tuple[str, ...],
) -> dict[str, pl.Series]:
    """Who acts on each side, from its columns of names and of codes.

    Parameters
    ----------
    frame
        Reports.
    columns
        Side → its column of names and its column of country names or codes.
    named, placed
        Naming schemes to try for the names and for the codes.
    """
    by_name, by_code = whom(*named), whom(*placed)
    return {
        side: acting(translate(frame[name], by_name), translate(frame[code], by_code))
        for side, (name, code) in columns.items()
    }


def coded(reports: pl.DataFrame) -> pl.DataFrame:
    """Add ``act``, ``issue`` and ``weight`` of the CAMEO code in ``code``; a weight already there stays.

    A code with fewer than three digits has lost a leading zero or is a mere heading ("10" may be the
    statement 010 or the demand 10): no dataset codes events so, and it is left without an act.
    """
    table = (
        world.cameo()
        .filter(pl.col("code").str.len_chars() >= 3)
        .select("code", "act", "issue", pl.col("weight").cast(pl.Float64).alias("usual"), known=pl.lit(True))
    )
    if "weight" not in reports.columns:
        reports = reports.with_columns(weight=pl.lit(None, pl.Float64))
    reason = (
        pl.when(pl.col("reason").is_not_null())
        .then("reason")
        .when(pl.col("time").is_null())
        .then(pl.lit(NO_DATE))
        .when(pl.col("known").is_null())
        .then(pl.lit(NO_ACT))
        .when(pl.col("act").is_null())
        .then(pl.lit(STATEMENT))
    )
    return (
        reports.join(table, on="code", how="left", maintain_order="left")
        .with_columns(reason=reason, weight=pl.coalesce(pl.col("weight").fill_nan(None), "usual"))
        .drop("usual", "known")
    )


def sift(reports: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part reports into kept ones and refused rows.

    Parameters
    ----------
    reports
        ``file``, ``row``, ``reason`` (null so far, or why the row is refused), ``raw`` (may be null),
        ``time``, ``source``, ``target`` (actor ids or null), ``act``, ``issue``, ``weight``, ``code``,
        ``source_name``, ``target_name``. One row of a file may appear several times, once for each pair of
        actors.

    Returns
    -------
    tuple of pl.DataFrame
        Kept reports, and refused rows (``file``, ``row``, ``reason``, ``raw``). A row of which one pair is
        kept is not refused.
    """
    reports = reports.with_columns(reason=_reason())
    kept = reports.filter(pl.col("reason").is_null()).drop("reason", "raw")
    parts = [
        pl.col(name).cast(pl.String).fill_null("") for name in ("time", "source_name", "code", "target_name")
    ]
    raw = pl.coalesce("raw", pl.concat_str(parts, separator=" | ")).str.slice(0, RAW)
    refused = (
        reports.filter(pl.col("reason").is_not_null())
        .unique(["file", "row"], keep="first", maintain_order=True)
        .join(kept.select("file", "row").unique(), on=["file", "row"], how="anti", maintain_order="left")
        .select("file", "row", "reason", raw=raw)
    )
    return kept, refused


def _reason() -> pl.Expr:
    """The first reason to refuse a report, null where there is none."""
    return (
        pl.when(pl.col("reason").is_not_null())
        .then("reason")
        .when(pl.col("time").is_null())
        .then(pl.lit(NO_DATE))
        .when(pl.col("act").is_null())
        .then(pl.lit(NO_ACT))
        .when(pl.col("source_name").is_null() | pl.col("target_name").is_null())
        .then(pl.lit(NO_NAME))
        .when(pl.col("source").is_null() | pl.col("target").is_null())
        .then(pl.lit(NO_ACTOR))
        .when(pl.col("source") == pl.col("target"))
        .then(pl.lit(SAME))
    )


def fold(kept: pl.DataFrame) -> pl.DataFrame:
    """Fold identical reports into one event; ``n`` counts them, file and row are those of the first."""
    n = pl.col("n").sum() if "n" in kept.columns else pl.len()
    return kept.group_by(_EVENT, maintain_order=True).agg(
        pl.col("weight").first(), n.cast(pl.Int32).alias("n"), pl.col("file").first(), pl.col("row").first()
    )


def gather(
    dataset: str,
    blocks: Iterable[pl.DataFrame],
    stamps: Mapping[str, str],
    *,
    gap_days: int | None = 7,
    what: str | None = None,
) -> Harvest:
    """Sift and fold blocks of reports into a harvest.

    Parameters
    ----------
    dataset
        Name of the dataset.
    blocks
        Reports as `sift` takes them, in the order of the files. Optional columns: ``id``, by which a report
        that stands in two files (or twice in one) is known and counted once; ``seen``, the day the dataset
        was looking, where that is not the day of the event.
    stamps
        Name of each file → its SHA-256.
    gap_days, what
        As for `segments`. Unless ``what`` says otherwise, the coverage of a single file names the file: its
        first and last day may be cut short by the file's edges.
    """
    kept, refused, days = [], [], []
    read = dict.fromkeys(stamps, 0)
    for block in blocks:
        for name, rows in block.group_by("file").agg(pl.col("row").n_unique()).iter_rows():
            read[name] += rows
        days.append(block.get_column("seen" if "seen" in block.columns else "time").unique().drop_nulls())
        good, bad = sift(block)
        kept.append(good)
        refused.append(bad)
    if what is None:
        what = "days with at least one report" + (f" in {next(iter(stamps))}" if len(stamps) == 1 else "")
    events, repeats = _once(pl.concat(kept, how="vertical_relaxed"))
    return harvest(
        dataset,
        events=fold(events),
        refused=pl.concat([*refused, repeats]),
        coverage=segments(dataset, pl.concat(days), gap_days=gap_days, what=what),
        files=pl.DataFrame(
            {"file": list(stamps), "sha256": list(stamps.values()), "rows_read": list(read.values())}
        ),
    )


def _once(kept: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Keep the first of the reports with the same ``id`` and content (published files overlap)."""
    none = pl.DataFrame(schema={name: REFUSED_SCHEMA[name] for name in ("file", "row", "reason", "raw")})
    if "id" not in kept.columns:
        return kept, none
    again = pl.col("id").is_not_null() & ~pl.struct("id", *_EVENT).is_first_distinct()
    repeated = kept.filter(again).unique(["file", "row"], keep="first", maintain_order=True)
    repeats = repeated.select("file", "row", reason=pl.lit(REPEATED), raw=pl.col("id").cast(pl.String))
    return kept.filter(~again), repeats
