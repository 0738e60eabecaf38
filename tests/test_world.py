"""Who acts: names and codes of actors, on which day, and what is said when nobody bears them."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chancellery import world
from chancellery.errors import UnknownActor, WorldError
from chancellery.world import tables

STATES = [one for one in world.actors() if one.kind == "state"]


def test_ids_are_unique_and_references_resolve():
    ids = [one.id for one in world.actors()]
    assert len(ids) == len(set(ids))
    assert {one.kind for one in world.actors()} <= set(world.KINDS)
    assert all(one.of in ids for one in world.actors() if one.of)
    assert all(row["actor"] in ids for row in tables.rows("codes"))
    assert all(row["scheme"] in world.SCHEMES for row in tables.rows("codes"))


def test_every_actor_says_where_it_comes_from_and_dies_after_birth():
    for one in world.actors():
        assert one.source, one.id
        assert one.born is None or one.died is None or one.born <= one.died, one.id


def test_each_actor_of_the_inventory_is_there_once():
    numbers = [number for one in world.actors() for number in one.inventory]
    assert len(numbers) == len(set(numbers)) == 88


def test_the_world_loads_without_a_frame_library():
    code = "import sys, chancellery.world as w; w.actor('PAK'); sys.exit('polars' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_name_means_two_actors():
    seen: dict[str, str] = {}
    for one in world.actors():
        for name in {text.casefold() for text in (one.id, one.name, *one.also)}:
            assert seen.setdefault(name, one.id) == one.id, name


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("PAK", "PAK"), ("pakistan", "PAK"), ("Islamabad", "PAK"), ("the Kremlin", "RUS"), ("Türkiye", "TUR"),
     ("TTP", "TTP"), ("Daesh", "ISIS"), ("Pakistan Stream", "PAKISTAN-STREAM"), ("FATF", "FATF")],
)  # fmt: skip
def test_an_actor_is_found_by_any_of_its_names(name, wanted):
    assert world.actor(name).id == wanted


@given(st.sampled_from(world.actors()))
def test_every_name_leads_back_to_its_actor(one):
    for name in (one.id, one.name, *one.also):
        assert world.identify(name.upper(), "name") == one.id
    for name in one.icews:
        assert world.identify(f"Military ({name})", "icews") == one.id


def test_an_unknown_actor_is_answered_with_the_nearest():
    with pytest.raises(UnknownActor, match="actor 'Pakstan' is not known; did you mean 'Pakistan'"):
        world.actor("Pakstan")
    assert world.identify("Atlantis", "name") is None


def test_an_unknown_scheme_is_answered_with_the_nearest():
    with pytest.raises(WorldError, match="scheme 'isso3' is not known; did you mean 'iso3'"):
        world.identify("USA", "isso3")
    with pytest.raises(WorldError, match="scheme"):
        world.index("fips")


@pytest.mark.parametrize(
    ("code", "scheme", "on", "wanted"),
    [
        ("365", "cow", date(1990, 6, 1), "SUN"),
        ("365", "cow", date(1991, 12, 25), "SUN"),
        ("365", "cow", date(1991, 12, 26), "RUS"),
        (365, "gw", None, "RUS"),
        ("365.0", "gw", None, "RUS"),
        ("345", "gw", date(1999, 3, 24), "YUG"),
        ("345", "gw", date(2005, 1, 1), "SCG"),
        ("340", "gw", date(2020, 1, 1), "SRB"),
        ("345", "cow", None, "SRB"),
        ("678", "gw", date(1990, 1, 1), "YAR"),
        ("678", "gw", None, "YEM"),
        ("260", "cow", date(1989, 11, 9), "DEU"),
        ("260", "cow", date(2000, 1, 1), None),
        ("970", "cow", None, "NRU"),
        ("970", "gw", None, "KIR"),
        ("626", "gw", date(2010, 1, 1), None),
    ],
)
def test_a_code_is_resolved_on_a_day(code, scheme, on, wanted):
    assert world.identify(code, scheme, on) == wanted


@pytest.mark.parametrize(
    ("code", "wanted"),
    [("ROM", "ROU"), ("KSV", "XKX"), ("TMP", "TLS"), ("ZAR", "COD"), ("EEC", "EU"), ("IGOEUREEC", "EU"),
     ("NAT", "NATO"), ("IGOWSTNAT", "NATO"), ("UNO", "UN"), ("IGOUNOREFHCR", "UN"), ("IGOBUSIMF", "IMF"),
     ("USAGOV", "USA"), ("RUSMIL", "RUS"), ("PAKREBTTP", "TTP"), ("AFGREBTAL", "TALIBAN"), ("USA", "USA"),
     ("GOV", None), ("", None)],
)  # fmt: skip
def test_cameo_codes_are_read_by_their_longest_known_beginning(code, wanted):
    assert world.identify(code, "cameo") == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("India", "IND"), ("Citizen (India)", "IND"), ("Military (Russia)", "RUS"), ("Taliban", "TALIBAN"),
     ("Combatant (Taliban)", "TALIBAN"), ("Militant (Tehrik-i-Taliban Pakistan)", "TTP"),
     ("Financial Action Task Force on Money Laundering", "FATF"), ("UN Security Council", "UN"),
     ("Government (Holy See (Vatican City State))", "VAT"), ("Falkland Islands (Malvinas)", "FLK"),
     ("Citizen (Xinjiang\xa0Uyghur)", "CHN"), ("Military (Scotland)", "GBR"),
     ("Citizen (International)", None), ("Jane Doe", None), ("Unspecified Actor", None)],
)  # fmt: skip
def test_icews_sector_actors_belong_to_what_the_parenthesis_names(name, wanted):
    assert world.identify(name, "icews") == wanted


def test_an_index_holds_every_state_under_its_own_code():
    for scheme in ("iso3", "cameo"):
        mapping = world.index(scheme)
        assert all(mapping[one.id] == one.id for one in STATES)
    assert world.index("cow")["710"] == "CHN"
    assert list(world.index("icews")) == sorted(world.index("icews"))


def test_terms_of_office_follow_each_other():
    ended: dict[tuple[str, str], date] = {}
    for term in world.leaders():
        last = ended.get((term.state, term.office), date.min)
        assert last < term.start, term
        assert term.end is None or term.start <= term.end, term
        ended[term.state, term.office] = term.end or date.max
        assert world.actor(term.state).kind == "state"
        assert term.source.startswith("http")


def test_who_is_in_office_on_a_day():
    assert [term.leader for term in world.in_office("USA", date(2025, 1, 19))] == ["Joe Biden"]
    assert [term.leader for term in world.in_office("USA", date(2025, 1, 20))] == ["Donald Trump"]
    assert {term.leader for term in world.in_office("pakistan", date(2022, 4, 11))} == {
        "Arif Alvi",
        "Shehbaz Sharif",
    }
    with pytest.raises(UnknownActor):
        world.in_office("Utopia", date(2022, 1, 1))


def test_a_ragged_row_is_refused_with_file_and_line():
    with pytest.raises(WorldError, match=r"made-up\.csv line 3: 2 fields are expected; quote values"):
        tables.read(io.StringIO("id,name\nUSA,United States\nGBR,England, Wales\n"), "made-up.csv")
    with pytest.raises(WorldError, match="line 2"):
        tables.read(io.StringIO("id,name\nUSA\n"), "made-up.csv")


def test_numbers_and_births_agree_with_the_state_lists(shared_data):
    import polars as pl

    listed = pl.read_parquet(shared_data / "peacesciencer" / "gw_states.parquet")
    listed = listed.filter(pl.col("enddate") >= "1990-01-01")
    own = {one.gw: one for one in world.actors() if one.gw and one.kind in ("state", "historical-state")}
    assert set(listed["gwcode"].cast(pl.Int64)) <= set(own)
    later = {"RUS", "YEM", "YUG", "SCG", "SUN"}  # codes with two bearers, see PROVENANCE.md
    for gw, start in listed.select(pl.col("gwcode").cast(pl.Int64), "startdate").iter_rows():
        assert own[gw].id in later or str(own[gw].born) == start, own[gw]
    cow = pl.read_parquet(shared_data / "peacesciencer" / "cow_states.parquet")
    alive = cow.filter(pl.col("endyear") >= 1990)["ccode"].cast(pl.Int64)
    assert all(world.identify(code, "cow") for code in alive)


def test_icews_names_agree_with_an_independent_coding(shared_data):
    import polars as pl

    names = pl.read_csv(shared_data / "icews23" / "entities.csv.gz").drop_nulls("code")
    same = both = 0
    for name, code, reports in names.select("name", "code", "n").iter_rows():
        found = world.identify(name, "icews")
        if found:
            both += reports
            same += reports * (code in (found, world.actor(found).of))
    assert both > 200_000
    assert same / both > 0.99
