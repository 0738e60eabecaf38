"""Readers of ties and attributes: made-up files checked by hand, and known facts in the real ones."""

from __future__ import annotations

import gzip
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chancellery import world
from chancellery.errors import SourceError
from chancellery.sources import READERS, spells
from chancellery.sources.alliances import atop
from chancellery.sources.arms import sipri
from chancellery.sources.capabilities import democracy, gdp, nmc
from chancellery.sources.contiguity import direct
from chancellery.sources.energy import gem_gas
from chancellery.sources.harvest import Harvest
from chancellery.sources.igo import cow_igo
from chancellery.sources.leaders import reign
from chancellery.sources.rivalries import dreyer, thompson
from chancellery.sources.sanctions import gsdb
from chancellery.sources.trade import cow_trade, itpd
from chancellery.sources.votes import distances, idealpoints

USA, GBR, RUSSIA, CHINA, INDIA, PAKISTAN, NOBODY = 2, 200, 365, 710, 750, 770, 998


def table(folder: Path, name: str, columns: str, *rows: tuple) -> Path:
    """Write a Parquet table from rows."""
    path = folder / name
    pl.DataFrame(list(rows), schema=columns.split(), orient="row", infer_schema_length=None).write_parquet(
        path
    )
    return path


def text(folder: Path, name: str, *lines: str) -> Path:
    """Write a text, gzipped where its name says so."""
    path, body = folder / name, "\n".join(lines).encode() + b"\n"
    path.write_bytes(gzip.compress(body) if name.endswith(".gz") else body)
    return path


def ties(found: Harvest) -> list[tuple]:
    return found.ties.select("source", "target", "start", "end", "value").rows()


def held(found: Harvest, source: str, target: str, on: date) -> list[float]:
    """Values of the ties from one actor to another on a day."""
    day = pl.lit(on)
    holds = (pl.col("start") <= day) & (pl.col("end").is_null() | (pl.col("end") >= day))
    pair = (pl.col("source") == source) & (pl.col("target") == target)
    return found.ties.filter(holds & pair)["value"].to_list()


def reasons(found: Harvest) -> dict[str, int]:
    return dict(found.reasons().rows())


# --- folding ---------------------------------------------------------------------------------------

YEARS = st.dictionaries(st.integers(1950, 1970), st.sampled_from([0.25, 0.5, 1.0]), min_size=1, max_size=15)


@given(YEARS)
def test_folded_spells_say_in_every_year_what_the_rows_said(values: dict[int, float]) -> None:
    rows = [("A", year, value, "f", place) for place, (year, value) in enumerate(values.items(), 1)]
    frame = pl.DataFrame(rows, schema=["actor", "year", "value", "file", "row"], orient="row")
    folded = spells.fold(spells.whole_years(frame), ["actor"]).select("start", "end", "value").rows()
    said = {year: value for start, end, value in folded for year in range(start.year, end.year + 1)}
    assert said == values
    for (_, end, value), (start, _, following) in pairwise(folded):
        assert end < start
        assert value != following or start.year > end.year + 1, "two spells that should be one"


# --- alliances -------------------------------------------------------------------------------------

ATOP = "ccode1 ccode2 year atop_defense atop_offense atop_neutral atop_nonagg atop_consul"


def test_alliance_years_become_spells_valued_by_the_strongest_promise(tmp_path: Path) -> None:
    path = table(
        tmp_path, "atop_alliance.parquet", ATOP,
        (USA, GBR, 2000.0, 1.0, 0.0, 0.0, 0.0, 1.0),
        (GBR, USA, 2000.0, 1.0, 0.0, 0.0, 0.0, 1.0),
        (USA, GBR, 2001.0, 1.0, 0.0, 0.0, 0.0, 1.0),
        (USA, GBR, 2002.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        (INDIA, RUSSIA, 2000.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        (USA, NOBODY, 2000.0, 1.0, 0.0, 0.0, 0.0, 0.0),
        (USA, INDIA, 2000.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    )  # fmt: skip
    found = atop(path)
    assert ties(found) == [
        ("GBR", "USA", date(2000, 1, 1), date(2001, 12, 31), 1.0),
        ("GBR", "USA", date(2002, 1, 1), None, 0.2),
        ("IND", "RUS", date(2000, 1, 1), date(2000, 12, 31), 0.3),
    ]
    assert found.ties["what"][0] == "defence, consultation"
    assert found.ties["row"].to_list() == [1, 4, 5]
    assert reasons(found) == {"unknown actor": 1, "no obligation coded": 1}
    assert found.refused.filter(pl.col("row") == 6)["reason"][0] == "unknown actor: 998 (cow)"
    assert found.coverage.select("start", "end").rows() == [(date(2000, 1, 1), date(2002, 12, 31))]
    assert "3 ties, 2 refused" in found.summary()


def test_a_code_that_changes_hands_ends_one_tie_and_starts_another(tmp_path: Path) -> None:
    rows = [(INDIA, RUSSIA, float(year), 0.0, 0.0, 0.0, 0.0, 1.0) for year in range(1989, 1994)]
    found = atop(table(tmp_path, "a.parquet", ATOP, *rows))
    assert ties(found) == [
        ("IND", "RUS", date(1992, 1, 1), None, 0.3),
        ("IND", "SUN", date(1989, 1, 1), date(1991, 12, 31), 0.3),
    ]


def test_a_year_without_a_row_is_a_gap_in_the_tie(tmp_path: Path) -> None:
    rows = [(USA, GBR, year, 1.0, 0.0, 0.0, 0.0, 0.0) for year in (2000.0, 2002.0)]
    found = atop(table(tmp_path, "a.parquet", ATOP, *rows))
    assert held(found, "GBR", "USA", date(2001, 6, 1)) == []
    assert found.coverage.height == 2


# --- sanctions -------------------------------------------------------------------------------------

GSDB = (
    "case_id,sanctioned_state,sanctioning_state,begin,end,trade,descr_trade,arms,military,financial,travel,other,"
    "target_mult,sender_mult,objective,success"
)


def cases(folder: Path, *lines: str) -> Harvest:
    return gsdb(text(folder, "GSDB_V4.csv.gz", GSDB, *lines))


def test_sanctions_take_the_strongest_measure_in_force(tmp_path: Path) -> None:
    found = cases(
        tmp_path,
        "1,Iran,United States,2010,2013,0,,0,0,0,1,0,0,0,other,failed",
        '2,Iran,United States,2012,2013,1,"exp_compl,imp_compl",0,0,1,0,0,0,0,other,ongoing',
        "3,Cuba,United States,2010,2011,1,exp_compl,0,0,0,0,0,0,0,other,failed",
        "4,China,EU,2010,2013,0,,1,0,0,0,0,0,1,other,failed",
    )
    assert ties(found) == [
        ("EU", "CHN", date(2010, 1, 1), date(2013, 12, 31), 0.4),
        ("USA", "CUB", date(2010, 1, 1), date(2011, 12, 31), 0.75),
        ("USA", "IRN", date(2010, 1, 1), date(2011, 12, 31), 0.25),
        ("USA", "IRN", date(2012, 1, 1), None, 1.0),
    ]
    assert found.ties["what"][3] == "financial, trade, travel (cases 1, 2)"
    assert found.coverage["end"].to_list() == [date(2013, 12, 31)], "what goes on is not covered any further"


def test_a_case_that_ends_in_the_last_year_leaves_what_goes_on(tmp_path: Path) -> None:
    found = cases(
        tmp_path,
        "1,Iran,United States,2012,2013,1,imp_part,0,0,0,0,0,0,0,other,failed",
        "2,Iran,United States,2012,2013,0,,0,0,0,1,0,0,0,other,ongoing",
    )
    assert held(found, "USA", "IRN", date(2013, 12, 31)) == [0.5]
    assert held(found, "USA", "IRN", date(2014, 1, 1)) == [0.25]


def test_lists_of_names_are_parted_and_listings_weigh_less(tmp_path: Path) -> None:
    found = cases(
        tmp_path,
        '1,"Korea, North, Iran","EU, Norway",2010,2012,0,,0,0,1,0,0,1,1,other,ongoing',
        "2,Terrorist Organizations (Taliban and Al-Qaeda),UN,2010,2012,0,,1,0,1,1,0,0,1,terrorism,ongoing",
        "3,Russia,Canada,2010,2012,0,,0,0,1,1,0,0,0,human_rights,ongoing",
        '4,"Egypt, Arab Rep.",Atlantis,2010,2012,0,,0,0,1,0,0,0,0,other,ongoing',
        '5,"Congo, Democratic Republic of the",UN,2010,2012,0,,0,0,1,0,0,0,0,other,ongoing',
    )
    pairs = {(source, target): value for source, target, _, _, value in ties(found)}
    assert pairs == {
        ("EU", "PRK"): 0.25, ("EU", "IRN"): 0.25, ("NOR", "PRK"): 0.25, ("NOR", "IRN"): 0.25,
        ("UN", "TALIBAN"): 0.4, ("UN", "ALQAEDA"): 0.4, ("CAN", "RUS"): 0.25, ("UN", "COD"): 0.5,
    }  # fmt: skip
    assert found.refused.select("row", "reason").rows() == [
        (5, "unknown actor: Atlantis (name) in 2010..2013")
    ]
    assert found.refused["raw"][0].startswith("Egypt, Arab Rep. | Atlantis")


def test_sanctions_rows_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    found = cases(
        tmp_path,
        "1,Iran,United States,2012,2010,0,,1,0,0,0,0,0,0,other,failed",
        "2,Iran,United States,2012,2013,0,,0,0,0,0,0,0,0,other,failed",
        "3,Iran,United States,soon,2013,0,,1,0,0,0,0,0,0,other,failed",
        "4,Iran,United States,2012",
        "5,Iran,,2012,2013,0,,1,0,0,0,0,0,0,other,failed",
    )
    assert found.ties.is_empty()
    assert dict(found.refused.select("row", "reason").rows()) == {
        2: "ends before it starts", 3: "no measure coded", 4: "not a number: begin soon", 5: "malformed line",
        6: "no value: sanctioning_state",
    }  # fmt: skip


# --- trade and arms --------------------------------------------------------------------------------


def test_trade_shares_count_both_directions_and_all_partners(tmp_path: Path) -> None:
    path = table(
        tmp_path, "itpd_total_dyad_year_x.parquet", "year exporter importer value",
        (2010, "CHN", "PAK", 60.0), (2010, "PAK", "CHN", 20.0), (2010, "USA", "PAK", 15.0),
        (2010, "QQQ", "PAK", 5.0), (2010, "CHN", "USA", 920.0), (2010, "CHN", "CHN", 1e9),
    )  # fmt: skip
    found = itpd(path)
    year = (date(2010, 1, 1), date(2010, 12, 31))
    # Pakistan trades 100, of which 5 with a partner nobody knows; China trades 1000, the United States 935.
    assert ties(found) == [
        ("CHN", "PAK", *year, 0.8),
        ("CHN", "USA", *year, 0.984),
        ("PAK", "CHN", *year, 0.08),
        ("PAK", "USA", *year, 0.016),
        ("USA", "CHN", *year, 0.92),
        ("USA", "PAK", *year, 0.15),
    ]
    assert reasons(found) == {"trade within one state": 1, "unknown actor": 2}
    assert {pair[:2] for pair in ties(itpd(path, min_share=0.5))} == {
        ("CHN", "PAK"), ("CHN", "USA"), ("USA", "CHN"),
    }  # fmt: skip


def test_cow_trade_adds_imports_of_both_and_skips_what_nobody_reported(tmp_path: Path) -> None:
    path = table(
        tmp_path, "cow_trade_ddy.parquet", "ccode1 ccode2 year flow1 flow2",
        (PAKISTAN, CHINA, 2010.0, 30.0, 10.0), (PAKISTAN, USA, 2010.0, None, 60.0),
        (PAKISTAN, CHINA, 2011.0, 40.0, 0.0), (PAKISTAN, USA, 2011.0, 60.0, -9.0),
    )  # fmt: skip
    assert ties(cow_trade(path)) == [
        ("CHN", "PAK", date(2010, 1, 1), date(2011, 12, 31), 0.4),
        ("USA", "PAK", date(2010, 1, 1), date(2011, 12, 31), 0.6),
    ]


def test_arms_shares_look_back_over_the_window(tmp_path: Path) -> None:
    path = text(
        tmp_path, "tiv.csv", "supplier,recipient,year,value",
        "China,Pakistan,2010,30", "United States,Pakistan,2010,70", "China,Pakistan,2011,50",
        "unknown supplier(s),Pakistan,2011,50", "PRC (Israel/Palestine)*,Pakistan,2011,50",
    )  # fmt: skip
    found = sipri(path, window=2)
    assert ties(found) == [
        ("CHN", "PAK", date(2010, 1, 1), date(2010, 12, 31), 0.3),
        ("CHN", "PAK", date(2011, 1, 1), date(2011, 12, 31), 0.32),
        ("USA", "PAK", date(2010, 1, 1), date(2010, 12, 31), 0.7),
        ("USA", "PAK", date(2011, 1, 1), date(2011, 12, 31), 0.28),
    ]
    assert reasons(found) == {"unknown actor": 2}, "the Popular Resistance Committees are not China"
    with pytest.raises(SourceError, match="window 0 is not a number of years; give 1 or more"):
        sipri(path, window=0)


def test_the_arms_register_is_spread_over_the_years_of_delivery(tmp_path: Path) -> None:
    path = table(
        tmp_path, "sipri_trade_register.parquet", "supplier recipient delivery_years tiv_delivered",
        ("China", "Pakistan", "2010; 2012", 100.0), ("Turkiye", "Pakistan", "2012", 150.0),
        ("Italy", "Pakistan", None, 0.0),
    )  # fmt: skip
    found = sipri(tmp_path, window=1)
    assert path.exists()
    assert ties(found) == [
        ("CHN", "PAK", date(2010, 1, 1), date(2010, 12, 31), 1.0),
        ("CHN", "PAK", date(2012, 1, 1), date(2012, 12, 31), 0.25),
        ("TUR", "PAK", date(2012, 1, 1), date(2012, 12, 31), 0.75),
    ]
    assert reasons(found) == {"nothing delivered": 1}


# --- votes, capabilities, organisations ------------------------------------------------------------


def test_ideal_points_and_their_distances(tmp_path: Path) -> None:
    path = table(
        tmp_path, "idealpoints.parquet", "ccode year idealpointfp idealpointall idealpointlegacy",
        (USA, 2020.0, 2.5, 2.0, None), (USA, 2021.0, 2.5, 2.0, None), (GBR, 2020.0, 1.5, 1.0, 9.0),
        (RUSSIA, 2020.0, -0.5, -1.0, None), (NOBODY, 2020.0, 0.0, 0.0, None),
    )  # fmt: skip
    found = idealpoints(path)
    assert found.attributes.select("actor", "start", "end", "value").rows() == [
        ("GBR", date(2020, 1, 1), date(2020, 12, 31), 1.5),
        ("RUS", date(2020, 1, 1), date(2020, 12, 31), -0.5),
        ("USA", date(2020, 1, 1), date(2021, 12, 31), 2.5),
    ]
    assert idealpoints(path, estimate="legacy").attributes["actor"].to_list() == ["GBR"]
    far = distances(path, among={"USA", "GBR", "RUS"})
    assert held(far, "RUS", "USA", date(2020, 6, 1)) == [3.0]
    assert held(far, "GBR", "USA", date(2020, 6, 1)) == [1.0]
    with pytest.raises(SourceError, match="estimate 'finale' is not known; did you mean 'final'"):
        idealpoints(path, estimate="finale")


def test_capabilities_are_attributes_by_year(tmp_path: Path) -> None:
    first = table(tmp_path, "cow_nmc.parquet", "ccode year cinc", (260, 1990.0, 0.03), (255, 1990.0, 0.04))
    found = nmc(first)
    assert found.attributes.select("actor", "name", "value").rows() == [("DEU", "cinc", 0.03)]
    assert reasons(found) == {"second row of an actor in a year": 1}

    second = table(
        tmp_path, "gw_gdppop.parquet", "gwcode year pwtrgdp pwtpop",
        (PAKISTAN, 2018, 100.0, 200.0), (PAKISTAN, 2019, None, 200.0),
    )  # fmt: skip
    assert gdp(second).attributes.select("name", "start", "end", "value").rows() == [
        ("gdp", date(2018, 1, 1), date(2018, 12, 31), 100.0),
        ("population", date(2018, 1, 1), date(2019, 12, 31), 200.0),
    ]

    cow = table(
        tmp_path, "cw.parquet", "ccode year v2x_polyarchy", (USA, 2020, 0.8), (USA, 2021, float("nan"))
    )
    found = democracy(cow)
    assert found.attributes.select("actor", "name", "value").rows() == [("USA", "polyarchy", 0.8)]
    assert reasons(found) == {"no value": 1}


def test_shared_organisations_are_a_jaccard_index(tmp_path: Path) -> None:
    table(
        tmp_path, "cow_igo_ndy.parquet", "ccode1 ccode2 year dyadigos",
        (USA, GBR, 2000.0, 30.0), (USA, GBR, 2001.0, 30.0), (USA, RUSSIA, 2000.0, 0.0),
        (USA, INDIA, 2000.0, 5.0), (USA, GBR, 1980.0, 30.0),
    )  # fmt: skip
    counts = [(code, year, 40.0) for code in (USA, GBR, RUSSIA) for year in (2000.0, 2001.0)]
    table(tmp_path, "cow_igo_sy.parquet", "ccode year sum_igo_full", *counts)
    found = cow_igo(tmp_path)
    assert ties(found) == [("GBR", "USA", date(2000, 1, 1), date(2001, 12, 31), 0.6)], "30 / (40 + 40 - 30)"
    assert reasons(found) == {"no count of memberships for one of the two": 1}
    assert found.files["file"].to_list() == ["cow_igo_ndy.parquet", "cow_igo_sy.parquet"]


# --- rivalries, borders, pipelines, leaders --------------------------------------------------------


def test_rivalries_of_both_lists(tmp_path: Path) -> None:
    tss = table(
        tmp_path, "tss_rivalries.parquet",
        "rivalry ccode1 ccode2 start end positional spatial ideological interventionary",
        ("India-Pakistan", INDIA, PAKISTAN, 1947, 2020, 1, 1, None, None),
        ("US-China 1", CHINA, USA, 1949, 1972, 1, None, 1, None),
        ("Backwards", CHINA, INDIA, 1999, 1990, 1, None, None, None),
    )  # fmt: skip
    found = thompson(tss)
    assert ties(found) == [
        ("CHN", "USA", date(1949, 1, 1), date(1972, 12, 31), 1.0),
        ("IND", "PAK", date(1947, 1, 1), None, 1.0),
    ]
    assert found.ties["what"][1] == "India-Pakistan: positional, spatial"
    assert found.coverage["end"].max() == date(2020, 12, 31)
    assert reasons(found) == {"ends before it starts": 1}

    td = table(
        tmp_path, "td_rivalries.parquet", "rivalryname ccode1 ccode2 styear endyear type1 type2 type3",
        ("US-China 1", CHINA, USA, 1949, 1972, "ideological", None, None),
        ("India-Pakistan", INDIA, PAKISTAN, 1947, 2010, "spatial", "positional", None),
    )  # fmt: skip
    again = dreyer(td)
    assert ties(again) == ties(found)
    assert again.ties["what"][0] == "US-China 1: ideological"


def test_borders_are_valued_by_nearness_and_follow_each_other(tmp_path: Path) -> None:
    path = table(
        tmp_path, "cow_contdir.parquet", "ccode1 ccode2 conttype stdate enddate",
        (INDIA, PAKISTAN, 1.0, "1947-08-01", "2016-12-01"),
        (PAKISTAN, INDIA, 1.0, "1947-08-01", "2016-12-01"),
        (USA, GBR, 1.0, "1990-03-01", "1992-01-01"), (USA, GBR, 4.0, "1992-01-01", "1992-02-01"),
        (USA, RUSSIA, 0.0, "1900-01-01", "1958-12-01"), (USA, CHINA, 7.0, "1990-01-01", "1991-01-01"),
        (USA, CHINA, 1.0, "1990-13-01", "1991-01-01"),
    )  # fmt: skip
    found = direct(path)
    assert ties(found) == [
        ("GBR", "USA", date(1990, 3, 1), date(1991, 12, 31), 1.0),
        ("GBR", "USA", date(1992, 1, 1), date(1992, 2, 29), 0.4),
        ("IND", "PAK", date(1947, 8, 1), None, 1.0),
    ]
    assert reasons(found) == {"not contiguous": 1, "conttype is none of 0 to 5": 1, "not a date": 1}


def test_pipelines_join_countries_that_follow_each_other(tmp_path: Path) -> None:
    lines = (
        "id,name,unit-name,status,areas,start-year",
        '1,TAPI,,proposed,"Turkmenistan, Afghanistan, Pakistan",2030',
        '2,Blue Stream,2,operating,"Russia, Türkiye",2003',
        '3,Old Line,,operating,"Iran, Armenia",--',
        '4,Dream,,cancelled,"Iran, Pakistan",2010',
        "5,Home Line,,operating,Iran,2001",
        '6,Border Line,,construction,"Iran, Nowhere Land, Pakistan",2026',
    )
    found = gem_gas(text(tmp_path, "ggit_2024-10-08_made_up.csv.gz", *lines))
    released = date(2024, 10, 8)
    assert ties(found) == [
        ("AFG", "PAK", released, None, 0.25),
        ("AFG", "TKM", released, None, 0.25),
        ("ARM", "IRN", released, None, 1.0),
        ("RUS", "TUR", date(2003, 1, 1), None, 1.0),
    ]
    assert found.ties["what"][3] == "Blue Stream (2): operating"
    assert reasons(found) == {
        "unit within one country": 1,
        "not in operation, building or planning": 1,
        "unknown actor": 2,
    }
    undated = text(tmp_path, "ggit.csv", *lines)
    with pytest.raises(SourceError, match=r"ggit\.csv does not say .* released; give it, as in released="):
        gem_gas(undated)
    assert gem_gas(undated, released=released).ties["start"].max() == released


def test_leaders_hand_over_on_the_day_and_the_last_stays(tmp_path: Path) -> None:
    path = text(
        tmp_path, "leaderlist_x.csv.gz", "stateabb,ccode,leader,sdate,smonth,syear,emonth,eyear,,",
        "USA,2,First,20,1,1993,1,2001,,", "USA,2,Second,20,1,2001,1,2009,,", "USA,2,Third,20,1,2009,,,,",
        "PAK,770,Early,1,3,2000,6,2000,,", "PAK,770,Late,5,9,2000,,,,", "PAK,770,Never,31,2,2001,,,,",
        "RUS,365,Both,1,8,1991,12,1993,,",
        "GBR,200,Old,5,1,1994,1,1995,,", "GBR,200,New,1,1,1995,5,1997,,", "IND,750,Left,1,2,2004,1,2009,,",
    )  # fmt: skip
    found = reign(path)
    assert found.attributes.select("actor", "text", "start", "end").rows() == [
        ("GBR", "Old", date(1994, 1, 5), date(1994, 12, 31)),
        ("GBR", "New", date(1995, 1, 1), date(1997, 5, 31)),
        ("IND", "Left", date(2004, 2, 1), date(2009, 1, 31)),
        ("PAK", "Early", date(2000, 3, 1), date(2000, 6, 30)),
        ("PAK", "Late", date(2000, 9, 5), None),
        ("RUS", "Both", date(1992, 1, 1), date(1993, 12, 31)),
        ("SUN", "Both", date(1991, 8, 1), date(1991, 12, 31)),
        ("USA", "First", date(1993, 1, 20), date(2001, 1, 19)),
        ("USA", "Second", date(2001, 1, 20), date(2009, 1, 19)),
        ("USA", "Third", date(2009, 1, 20), None),
    ]
    assert reasons(found) == {"not a date": 1}
    assert found.coverage.select("start", "end").rows() == [(date(1993, 12, 1), date(2009, 1, 31))]


# --- what a user can get wrong ---------------------------------------------------------------------

NEEDED = {
    atop: ATOP,
    gsdb: GSDB.replace(",", " "),
    itpd: "year exporter importer value",
    cow_trade: "ccode1 ccode2 year flow1 flow2",
    sipri: "supplier recipient year value",
    idealpoints: "ccode year idealpointfp",
    thompson: "rivalry ccode1 ccode2 start end positional spatial ideological interventionary",
    dreyer: "rivalryname ccode1 ccode2 styear endyear type1 type2 type3",
    nmc: "ccode year cinc",
    gdp: "ccode year pwtrgdp pwtpop",
    democracy: "ccode year v2x_polyarchy",
    direct: "ccode1 ccode2 conttype stdate enddate",
    cow_igo: "ccode1 ccode2 year dyadigos",
    gem_gas: "name unit-name status areas start-year",
    reign: "leader ccode sdate smonth syear emonth eyear",
}


@pytest.mark.parametrize("reader", NEEDED, ids=lambda one: f"{one.__module__.rsplit('.')[-1]}.{one.__name__}")
class TestBadInput:
    def test_a_missing_column_is_named(self, reader, tmp_path: Path) -> None:
        first, *others = NEEDED[reader].split()
        path = text(tmp_path, "table_2024-01-01.csv", ",".join([*others, "something_else"]))
        with pytest.raises(SourceError, match=rf"table_2024-01-01\.csv has no column '{first}'"):
            reader(path)

    @pytest.mark.filterwarnings("error")
    def test_a_table_without_rows_is_an_empty_harvest(self, reader, tmp_path: Path) -> None:
        text(tmp_path, "cow_igo_sy.csv", "ccode,year,sum_igo_full")
        found = reader(text(tmp_path, "table_2024-01-01.csv", NEEDED[reader].replace(" ", ",")))
        assert found.ties.height == found.attributes.height == found.refused.height == found.rows_read == 0

    def test_a_missing_file_is_named(self, reader, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match=r"gone_2024-01-01\.csv does not exist"):
            reader(tmp_path / "gone_2024-01-01.csv")

    def test_a_folder_without_the_file_says_what_it_lacks(self, reader, tmp_path: Path) -> None:
        with pytest.raises(SourceError, match=r"holds no .*; give the path of the file itself"):
            reader(tmp_path)

    def test_a_damaged_table_says_so(self, reader, tmp_path: Path) -> None:
        path = tmp_path / "broken_2024-01-01.parquet"
        path.write_bytes(b"PAR1 but nothing after it")
        with pytest.raises(SourceError, match=r"broken_2024-01-01\.parquet is not a readable Parquet file"):
            reader(path)


def test_every_reader_of_this_room_is_offered_by_name() -> None:
    offered = {tuple(place.split(":")) for place in READERS.values()}
    assert {(one.__module__.rsplit(".")[-1], one.__name__) for one in (*NEEDED, distances)} <= offered


@pytest.mark.parametrize("kind", ["alliance", "sanctions", "trade", "arms", "rivalry", "contiguity",
                                  "igo-shared", "pipeline", "ideal-distance"])  # fmt: skip
def test_the_world_knows_the_kinds_of_tie_read_here(kind: str) -> None:
    assert kind in {one.name for one in world.tie_kinds()}


# --- the real files --------------------------------------------------------------------------------


def test_real_alliances(shared_data: Path) -> None:
    found = atop(shared_data / "peacesciencer")
    assert held(found, "GBR", "USA", date(2010, 6, 1)) == [1.0]
    assert held(found, "IND", "PAK", date(2010, 6, 1)) != [1.0]
    assert found.coverage["end"].max() == date(2018, 12, 31)
    assert found.ties["value"].is_between(0.2, 1.0).all()


def test_real_sanctions(shared_data: Path) -> None:
    found = gsdb(shared_data / "sanctions_gsdb_v4")
    for sender in ("EU", "USA"):
        assert held(found, sender, "RUS", date(2013, 6, 1)) == []
        for day in (date(2014, 12, 31), date(2022, 6, 1), date(2025, 5, 1)):
            assert held(found, sender, "RUS", day)[0] >= 0.5
    assert held(found, "USA", "GBR", date(2020, 1, 1)) == []
    doubled = found.ties.group_by("source", "target", "start").len().filter(pl.col("len") > 1)
    assert doubled.is_empty(), "one value holds between two actors at a time"


def test_real_trade(shared_data: Path) -> None:
    for found in (itpd(shared_data / "trade_itpd"), cow_trade(shared_data / "cow_trade")):
        assert held(found, "USA", "CAN", date(2014, 6, 1))[0] > 0.5
        assert held(found, "CHN", "PAK", date(2014, 6, 1))[0] > 0.1
        assert held(found, "PAK", "CHN", date(2014, 6, 1)) == [], "Pakistan is less than a hundredth of it"


def test_real_arms(shared_data: Path) -> None:
    register = sipri(shared_data / "arms_sipri")
    for year in (2018, 2021, 2024):
        assert held(register, "CHN", "PAK", date(year, 6, 1))[0] > 0.5
    totals = sipri(shared_data / "arms_sipri" / "sipri_tiv_exports_dyad_year_1950_2021.csv.gz")
    one, other = (held(found, "CHN", "PAK", date(2020, 6, 1))[0] for found in (register, totals))
    assert one == pytest.approx(other, abs=0.05), "the spread register agrees with SIPRI's own yearly totals"
    assert register.ties.equals(sipri(shared_data / "arms_sipri").ties)
    shares = register.ties.group_by("target", "start").agg(pl.col("value").sum())
    assert shares["value"].max() <= 1.001


def test_real_votes(shared_data: Path) -> None:
    found = distances(shared_data / "un_idealpoints", among={"USA", "RUS", "GBR"})
    for year in (1995, 2010, 2024):
        day = date(year, 6, 1)
        assert held(found, "RUS", "USA", day)[0] > held(found, "GBR", "USA", day)[0]


def test_real_rivalries_and_borders(shared_data: Path) -> None:
    found = thompson(shared_data / "peacesciencer")
    assert held(found, "IND", "PAK", date(2020, 12, 31)) == [1.0]
    assert held(found, "GBR", "USA", date(2000, 1, 1)) == []
    assert found.coverage["end"].max() == date(2020, 12, 31)
    assert held(dreyer(shared_data / "peacesciencer"), "IND", "PAK", date(2010, 12, 31)) == [1.0]
    near = direct(shared_data / "peacesciencer")
    assert held(near, "IND", "PAK", date(2016, 12, 31)) == [1.0]
    assert held(near, "CHN", "USA", date(2016, 12, 31)) == []


def test_real_capabilities(shared_data: Path) -> None:
    cinc = nmc(shared_data / "peacesciencer").attributes
    latest = dict(cinc.filter(pl.col("start") == date(2022, 1, 1)).select("actor", "value").rows())
    assert latest["CHN"] > latest["USA"] > latest["PAK"]
    assert sum(latest.values()) == pytest.approx(1.0, abs=0.02)
    size = gdp(shared_data / "isard").attributes.filter(pl.col("start") == date(2019, 1, 1))
    assert size.filter(pl.col("actor") == "PAK").select("name", "value").rows() == [
        ("gdp", pytest.approx(1.05e6, rel=0.05)), ("population", pytest.approx(214, rel=0.05)),
    ]  # fmt: skip
    rule = democracy(shared_data / "isard").attributes
    scores = dict(rule.filter(pl.col("end") == date(2024, 12, 31)).select("actor", "value").rows())
    assert scores["GBR"] > scores["PAK"] > scores["CHN"]


def test_real_organisations(shared_data: Path) -> None:
    found = cow_igo(shared_data / "peacesciencer", since=2010)
    day = date(2014, 6, 1)
    assert held(found, "DEU", "FRA", day)[0] > held(found, "PRK", "USA", day)[0]
    assert found.ties["value"].is_between(0.0, 1.0).all()
    assert reasons(found) == {}


def test_real_pipelines_and_leaders(shared_data: Path) -> None:
    pipes = gem_gas(shared_data / "energy_gem_gas")
    assert 0.5 in held(pipes, "IRN", "PAK", date(2025, 5, 1))
    assert 1.0 in held(pipes, "RUS", "TUR", date(2021, 1, 1))
    rulers = reign(shared_data / "leaders_reign").attributes
    usa = rulers.filter((pl.col("actor") == "USA") & (pl.col("start") >= date(2017, 1, 1)))
    assert usa.select("text", "start", "end").rows() == [
        ("Trump", date(2017, 1, 20), date(2021, 1, 19)), ("Biden", date(2021, 1, 20), None),
    ]  # fmt: skip
