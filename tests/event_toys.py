"""Small made-up event files and what tests ask of a harvest, shared by the tests of the event readers."""

from __future__ import annotations

ICEWS_HEADER = [
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text",
    "CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID",
    "Sentence Number", "Publisher", "City", "District", "Province", "Country", "Latitude", "Longitude",
]  # fmt: skip
POLECAT_HEADER = [
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts", "Actor Name",
    "Actor Country", "Actor COW", "Primary Actor Sector", "Recipient Name", "Recipient Country",
    "Recipient COW", "Primary Recipient Sector", "Source", "Language", "Version",
]  # fmt: skip


def reasons(found) -> dict[str, int]:
    return dict(found.reasons().iter_rows())


def rows(found, *columns: str) -> list[tuple]:
    return found.events.select(columns).rows()


def accounted(found) -> bool:
    """Tell whether every row read is a kept report or a refused row."""
    return int(found.events["n"].sum()) + found.refused.height == found.rows_read


def icews_line(
    day: str, source: str, code: str, target: str, *, of=("NA", "NA"), event="1", intensity="1"
) -> str:
    cells = dict.fromkeys(ICEWS_HEADER, "NA")
    cells |= {"Event ID": event, "Event Date": day, "Source Name": source, "Source Country": of[0]}
    cells |= {"CAMEO Code": code, "Intensity": intensity, "Target Name": target, "Target Country": of[1]}
    return "\t".join(cells.values())


def icews_text(*lines: str) -> str:
    return "\n".join(["\t".join(ICEWS_HEADER), *lines]) + "\n"


TAB = icews_text(
    icews_line("2018-06-01", "Foreign Affairs (Japan)", "040", "Vietnam", of=("Japan", "Vietnam"), event="1"),
    icews_line("2018-06-01", "Foreign Affairs (Japan)", "040", "Vietnam", of=("Japan", "Vietnam"), event="2"),
    icews_line("2018-06-01", "Japan", "010", "Vietnam", of=("Japan", "Vietnam"), event="3"),
    icews_line("2018-06-01", "Japan", "190", "Citizen (Japan)", of=("Japan", "Japan"), event="4"),
    icews_line(
        "2018-06-02", "Taliban", "190", "Military (Afghanistan)", of=("Afghanistan", "Afghanistan"), event="5"
    ),
    icews_line("2018-06-02", "Unknown Persons", "040", "Vietnam", of=("NA", "Vietnam"), event="6"),
    icews_line("2018-06-02", "Japan", "999", "Vietnam", of=("Japan", "Vietnam"), event="7"),
    icews_line("2018-06-31", "Japan", "040", "Vietnam", of=("Japan", "Vietnam"), event="8"),
    "only\tthree\tfields",
)


def gdelt_line(width: int, **cells: str) -> str:
    """Build a line of 58 (version 1.0) or 61 columns (2.0), filled by position name."""
    places = {
        "id": 0, "day": 1, "code1": 5, "name1": 6, "country1": 7, "group1": 8, "code2": 15, "name2": 16,
        "country2": 17, "group2": 18, "root": 25, "event": 26, "goldstein": 30, "mentions": 31,
        "added": 59 if width == 61 else 56,
    }  # fmt: skip
    line = [""] * width
    for name, value in ({"root": "1", "goldstein": "1.0", "mentions": "10"} | cells).items():
        line[places[name]] = value
    return "\t".join(line)
