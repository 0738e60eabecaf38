"""Your own events: a CSV file with the columns time, source, act, target.

    time,source,act,target,issue
    2025-04-30,United States,cooperate-economic,UKR,economic
    2025-05-07,IND,190,PAK,military

``source`` and ``target`` are actor ids or any name of an actor, ``act`` is an act or a CAMEO code. Optional
columns: ``issue`` and ``weight`` (by default those of the act), ``code``, ``n`` (how many reports). A row
that cannot be read is refused with the reason and the nearest known word; the others are kept.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import polars as pl

from chancellery import world
from chancellery.errors import SourceError, WorldError, did_you_mean
from chancellery.sources import reading, sifting
from chancellery.sources.harvest import Harvest

NEEDS = ("time", "source", "act", "target")
ALSO = ("issue", "weight", "code", "n")
_ENDINGS = (".csv",)
_SUGGESTED = 200


def plain(path: str | Path, *, dataset: str | None = None, gap_days: int | None = None) -> Harvest:
    """Read a CSV file of events.

    Parameters
    ----------
    path
        The file (also ``.gz`` or ``.zip``), or a folder of such files. UTF-8, comma-separated, with a header.
    dataset
        Name for the rows, by default the file's name without its ending.
    gap_days
        More silent days than this between two rows begin a new segment of coverage. By default none do: in a
        list written by hand silence between two rows is not a gap, and the list covers its first to last day.

    Raises
    ------
    SourceError
        Nothing to read, not UTF-8, a needed column is missing or a column is not known.
    """
    path = Path(path)
    texts = reading.texts(reading.find(path, _ENDINGS, "CSV files of events"), _ENDINGS)
    stamps = {text.name: reading.stamp(text.path) for text in texts}
    name = dataset or path.resolve().name.removesuffix(".gz").removesuffix(".zip").removesuffix(".csv")
    what = "first to last row" if gap_days is None else None
    blocks = (_reports(text) for text in texts)
    return sifting.gather(name, blocks, stamps, gap_days=gap_days, what=what)


def _reports(text: reading.Text) -> pl.DataFrame:
    rows = list(_rows(text))
    schema = {"file": pl.String, "row": pl.Int64, "reason": pl.String, "raw": pl.String}
    frame = pl.DataFrame(rows, schema=schema | dict.fromkeys((*NEEDS, *ALSO), pl.String), orient="row")
    frame = frame.rename(
        {"time": "written", "source": "source_name", "target": "target_name", "act": "doing"}
    )
    frame = frame.with_columns(time=sifting.day(pl.col("written")))
    frame = _blame(frame, "time", "written", lambda word: f"{sifting.NO_DATE}: '{word}'; write YYYY-MM-DD")
    frame = _with_act(frame)
    for side in ("source", "target"):
        named = sifting.translate(frame[f"{side}_name"], lambda name: world.identify(name, "name"))
        frame = _blame(frame.with_columns(named.alias(side)), side, f"{side}_name", _unknown_actor)
    frame = _with_issue(frame)
    frame = _with_number(frame, "weight", pl.Float64, pl.col("weight").is_finite(), "a number")
    frame = _with_number(frame, "n", pl.Int32, pl.col("n") >= 1, "a whole number of 1 or more")
    return frame.with_columns(
        weight=pl.coalesce("weight", "usual"),
        n=pl.coalesce("n", pl.lit(1, pl.Int32)),
        issue=pl.coalesce("issue", "topic"),
    ).drop("written", "doing", "usual", "topic")


def _rows(text: reading.Text) -> Iterator[tuple]:
    """Yield (file, line, reason, raw, values …): the csv module keeps count of lines inside quoted fields."""
    whole = _whole(text)
    reader = csv.reader(StringIO(whole, newline=""), strict=True)
    header = [name.strip() for name in next(reader, [])]
    _check_header(text.name, header)
    places = [header.index(name) if name in header else None for name in (*NEEDS, *ALSO)]
    nothing = (None,) * len(places)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield text.name, line, f"{reading.MALFORMED}: {error}", "", *nothing
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        raw = ",".join(cells)[: reading.RAW]
        if len(cells) != len(header):
            reason = f"{reading.MALFORMED}: {len(cells)} fields where the header has {len(header)}"
            yield text.name, line, reason, raw, *nothing
            continue
        values = (None if at is None else cells[at].strip() or None for at in places)
        yield text.name, line, None, raw, *values


def _whole(text: reading.Text) -> str:
    blocks = list(reading.blocks(text, encoding_errors="strict"))
    last = blocks[-1]["row"][-1] if blocks and blocks[-1].height else 0
    lines = [""] * last
    for block in blocks:
        for row, line in block.iter_rows():
            lines[row - 1] = line
    return "\n".join(lines)


def _check_header(file: str, header: list[str]) -> None:
    if len(header) == 1 and header[0].count(";") >= len(NEEDS) - 1:
        raise SourceError(f"{file} is separated by semicolons; save it as CSV with commas")
    reading.require(file, header, NEEDS)
    for name in header:
        if name not in (*NEEDS, *ALSO):
            raise SourceError(f"{file} has an unknown column '{name}'{did_you_mean(name, (*NEEDS, *ALSO))}")
        if header.count(name) > 1:
            raise SourceError(f"{file} has the column '{name}' twice; leave one out")


def _blame(frame: pl.DataFrame, found: str, written: str, reason: Callable[[str], str]) -> pl.DataFrame:
    """Refuse rows where something is written that was not found."""
    wrong = pl.col("reason").is_null() & pl.col(found).is_null() & pl.col(written).is_not_null()
    words = frame.filter(wrong)[written].unique().sort().to_list()
    if not words:
        return frame
    # Looking for the nearest word takes its time, and nobody reads thousands of suggestions.
    said = [reason(word) for word in words[:_SUGGESTED]]
    said += [f"{said[0].split(': ')[0]}: '{word}'" for word in words[_SUGGESTED:]]
    reasons = pl.col(written).replace_strict(words, said, default=None, return_dtype=pl.String)
    return frame.with_columns(reason=pl.when(wrong).then(reasons).otherwise("reason"))


def _unknown_actor(name: str) -> str:
    try:
        world.actor(name)
    except WorldError as error:
        return f"{sifting.NO_ACTOR}: {error}"
    return sifting.NO_ACTOR


def _with_act(frame: pl.DataFrame) -> pl.DataFrame:
    """Find ``act``, its usual weight and topic, from the name or CAMEO code of the act or ``code``."""
    known = _known_acts()
    doing = pl.coalesce("doing", "code")
    words = frame.select(doing.alias("doing"))["doing"].unique().drop_nulls().sort().to_list()
    rows = [(word, *known[word]) for word in words if word in known]
    schema = {"doing": pl.String, "act": pl.String, "usual": pl.Float64, "topic": pl.String}
    found = pl.DataFrame(rows, schema=schema, orient="row").with_columns(known=pl.lit(True))
    frame = frame.with_columns(doing=doing).join(found, on="doing", how="left", maintain_order="left")
    frame = _blame(frame, "known", "doing", _unknown_act)
    statement = pl.col("known") & pl.col("act").is_null() & pl.col("reason").is_null()
    return frame.with_columns(
        reason=pl.when(statement).then(pl.lit(sifting.STATEMENT)).otherwise("reason"),
        code=pl.coalesce("code", "doing"),
    ).drop("known")


def _known_acts() -> dict[str, tuple[str | None, float, str]]:
    """Word → (act, usual weight, topic): CAMEO codes of three and more digits, and the names of acts."""
    table = world.cameo().select("code", "act", "weight", "issue").iter_rows()
    known = {code: (act, weight, issue) for code, act, weight, issue in table if len(code) >= 3}
    for act in world.acts():
        named = act.name.rpartition("-")[2]  # cooperate-military is about the military
        known[act.name] = (act.name, act.weight, named if named in world.ISSUES else "general")
    return known


def _unknown_act(word: str) -> str:
    if word.isdigit() and len(word) < 3:
        return f"{sifting.NO_ACT}: '{word}' has lost a zero or is a mere heading; write 010 or 100, not 10"
    return (
        f"{sifting.NO_ACT}: act '{word}' is not known{did_you_mean(word, [act.name for act in world.acts()])}"
    )


def _with_issue(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(
        written=pl.col("issue"), issue=pl.when(pl.col("issue").is_in(list(world.ISSUES))).then("issue")
    )
    return _blame(
        frame, "issue", "written", lambda word: f"unknown issue: '{word}'{did_you_mean(word, world.ISSUES)}"
    )


def _with_number(
    frame: pl.DataFrame, name: str, kind: type[pl.DataType], fits: pl.Expr, what: str
) -> pl.DataFrame:
    frame = frame.with_columns(pl.col(name).alias("written"), pl.col(name).cast(kind, strict=False))
    frame = frame.with_columns(pl.when(fits).then(name).alias(name))
    return _blame(frame, name, "written", lambda word: f"{name} is not {what}: '{word}'")
