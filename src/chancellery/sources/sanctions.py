"""Sanctions: who sanctions whom and how hard, from the Global Sanctions Data Base (GSDB).

A case names targets, senders, years and instruments. Every sender is tied to every target of its case, and at
any time by the strongest measure then in force between the two:

| value | in force |
|---|---|
| 1    | trade closed both ways |
| 0.75 | exports or imports closed |
| 0.5  | trade in some goods closed (sectoral), or finance restricted |
| 0.4  | arms embargo, or military assistance cut |
| 0.25 | travel bans and other measures; listed persons and firms |

Partial trade and financial measures are listings (0.25) where one case names several targets, or where
finance goes with travel bans and no trade measure: then persons and firms are hit, not an economy. Cases
still going on at the end of the last year have no end. The base dates by year: imposed at any time in a year
counts from its first day.

Source: Syropoulos, Felbermayr, Kirilakha, Yalcin & Yotov 2024, Review of International Economics 32:12-62.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from chancellery.sources import sifting, spells
from chancellery.sources.harvest import Harvest
from chancellery.sources.sheet import covered_years, open_sheet

MEASURES = ("trade", "arms", "military", "financial", "travel", "other")
LISTS = ("sanctioned_state", "sanctioning_state")
COLUMNS = dict.fromkeys((*LISTS, "descr_trade", "success"), pl.String) | dict.fromkeys(
    ("case_id", "begin", "end", *MEASURES), pl.Int64
)
NO_MEASURE = "no measure coded"
ENDS_EARLY = "ends before it starts"
# What the base sets behind a comma within one name; elsewhere a comma parts one name from the next.
_BEHIND_COMMA = frozenset({"North", "South", "The", "Arab Rep.", "Democratic Republic of the"})
# The base's names that are nobody else's, or long out of use, and what the world tables call their bearers.
SPELLED: dict[str, tuple[str, ...]] = {
    "Congo (Brazzaville)": ("Congo",),
    "Congo, Democratic Republic of the": ("DR Congo",),
    "EEU": ("Eurasian Economic Union",),
    "Egypt, Arab Rep.": ("Egypt",),
    "Ethiopia (excludes Eritrea)": ("Ethiopia",),
    "Gambia, The": ("Gambia",),
    "Korea, North": ("North Korea",),
    "Korea, South": ("South Korea",),
    "Malagasy Republic": ("Madagascar",),
    "Malaya": ("Malaysia",),
    "North Vietnam": ("Vietnam",),
    "Rhodesia": ("Zimbabwe",),
    "Terrorist Organizations (Al-Qaeda)": ("Al-Qaeda",),
    "Terrorist Organizations (ISIL and ANF)": ("Islamic State", "Al-Nusrah Front"),
    "Terrorist Organizations (Taliban and Al-Qaeda)": ("Taliban", "Al-Qaeda"),
    "Terrorist Organizations (Taliban)": ("Taliban",),
    "Transjordan": ("Jordan",),
    "Yemen, North": ("North Yemen",),
    "Yemen, South": ("South Yemen",),
}


def gsdb(path: str | Path) -> Harvest:
    """Read ``sanctions`` ties from the Global Sanctions Data Base, version 4.

    Parameters
    ----------
    path
        A table with ``case_id``, ``sanctioned_state``, ``sanctioning_state`` (names, separated by commas),
        ``begin``, ``end`` (years), ``trade``, ``arms``, ``military``, ``financial``, ``travel``, ``other`` (0
        or 1), ``descr_trade`` and ``success`` (``ongoing`` where it is so), or the folder that has
        ``GSDB_V4.csv``.

    Returns
    -------
    Harvest
        Ties with value in (0, 1]; ``what`` lists the measures and the numbers of the cases.

    Raises
    ------
    SourceError
        Nothing to read, a damaged file, or a missing column.
    """
    sheet = open_sheet(
        "gsdb", path, COLUMNS, usual="GSDB*", keys=(*LISTS, "begin", "end"), years=("begin", "end")
    )
    sheet.refuse(pl.col("end") < pl.col("begin"), ENDS_EARLY)
    sheet.rows = sheet.rows.with_columns(pl.col(*MEASURES).fill_null(0))
    sheet.refuse(~pl.any_horizontal(pl.col(*MEASURES) == 1), NO_MEASURE)
    last = sheet.rows["end"].max()
    sheet.rows = sheet.rows.with_columns(names(sheet.rows[column]).alias(column) for column in LISTS)
    sheet.refuse(pl.any_horizontal(pl.col(*LISTS).list.len() == 0), sifting.NO_NAME)
    sheet.rows = spells.by_year(_cases(sheet.rows, last).explode(LISTS[0]).explode(LISTS[1]))
    covered = sheet.rows.filter(pl.col("year") <= pl.lit(last, pl.Int64))["year"]
    coverage = covered_years("gsdb", covered, what="cases dated by year")
    sheet.pair("sanctioning_state", "sanctioned_state", "name")
    ties = spells.unended(_in_force(sheet.rows), None if last is None else date(last + 1, 1, 1))
    return sheet.harvest(ties=spells.ties(ties, "sanctions"), coverage=coverage)


def _cases(rows: pl.DataFrame, last: int | None) -> pl.DataFrame:
    """Add ``value``, ``measures``, and the days ``start`` and ``end`` of a case.

    What goes on after the last year is carried one year further, to tell it from what ended in that year.
    """
    ongoing = pl.col("success").str.contains("ongoing", literal=True).fill_null(False)
    carried = (ongoing & (pl.col("end") == pl.lit(last, pl.Int64))).cast(pl.Int64)
    measures = pl.concat_list(pl.when(pl.col(name) == 1).then(pl.lit(name)) for name in MEASURES)
    return rows.with_columns(
        value=_strength(several=pl.col("sanctioned_state").list.len() > 1),
        measures=measures.list.drop_nulls(),
        start=pl.date("begin", 1, 1),
        end=pl.date(pl.col("end") + carried, 12, 31),
    )


def names(lists: pl.Series) -> pl.Series:
    """Part lists of names at their commas; ``Korea, North, Cuba`` names two states."""
    parted: list[list[str]] = []
    for text in lists:
        found: list[str] = []
        for part in (part.strip() for part in text.split(",")):
            if part in _BEHIND_COMMA and found:
                found[-1] += f", {part}"
            elif part:
                found.append(part)
        parted.append(sorted({known for name in found for known in SPELLED.get(name, (name,))}))
    return pl.Series(parted, dtype=pl.List(pl.String))


def _strength(*, several: pl.Expr) -> pl.Expr:
    """Value of a case by its strongest measure; ``several``: the case names more than one target."""
    on = {name: pl.col(name) == 1 for name in MEASURES}
    closed = [pl.col("descr_trade").str.contains(f"{way}_compl").fill_null(False) for way in ("exp", "imp")]
    listed = several | (on["financial"] & on["travel"] & ~on["trade"])
    return (
        pl.when(on["trade"] & closed[0] & closed[1]).then(1.0)
        .when(on["trade"] & (closed[0] | closed[1])).then(0.75)
        .when((on["trade"] | on["financial"]) & ~listed).then(0.5)
        .when(on["arms"] | on["military"]).then(0.4)
        .otherwise(0.25)
    )  # fmt: skip


def _in_force(rows: pl.DataFrame) -> pl.DataFrame:
    """Join the cases between two actors: the strongest measure of each year, folded into spells."""
    yearly = rows.group_by(*spells.PAIR, "year", "first", "last").agg(
        pl.col("value").max(),
        pl.col("file").first(),
        pl.col("row").min(),
        pl.col("measures").explode().unique(),
        pl.col("case_id").unique(),
    )
    every = {name: pl.col(name).explode().unique().sort() for name in ("measures", "case_id")}
    folded = spells.fold(yearly, spells.PAIR, also=every)
    listed = {name: pl.col(name).cast(pl.List(pl.String)).list.join(", ") for name in every}
    return folded.with_columns(what=pl.format("{} (cases {})", listed["measures"], listed["case_id"]))
