"""Both profiles load, and hold what the rest counts on."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
import shapely

from openvis.profile import Ability, Cell, Profile, RetentionTerm, Source, Text, load

ROOT = Path(__file__).resolve().parents[2]
ALMERE = ROOT / "profiles" / "almere"
VELDERMEER = ROOT / "tests" / "data" / "profiles" / "veldermeer"


@pytest.fixture(scope="module")
def almere() -> Profile:
    return load(ALMERE)


@pytest.fixture(scope="module")
def veldermeer() -> Profile:
    return load(VELDERMEER)


def test_almere_has_its_areas(almere: Profile) -> None:
    counts = Counter(area.level for area in almere.areas)
    assert counts == {"gebied": 3, "stadsdeel": 6, "wijk": 71, "buurt": 238}
    assert almere.finest.id == "buurt"
    assert sum(area.inhabitants or 0 for area in almere.areas_of("buurt")) == 226_425
    by_code = {area.code: area for area in almere.areas}
    paal = by_code["BU00340704"]
    assert paal.name == "Bedrijventerrein De Paal"
    assert paal.parent == "WK003407"
    assert paal.within == {"wijk": "WK003407", "stadsdeel": "haven", "gebied": "gebied-2"}
    assert by_code["WK003407"].parent == "haven"
    assert by_code["stad"].within == {}


def test_a_stadsdeel_may_lie_in_two_policy_areas(almere: Profile) -> None:
    policy = {area.within["gebied"] for area in almere.areas_of("wijk") if area.within["stadsdeel"] == "stad"}
    assert policy == {"gebied-2", "gebied-3"}


@pytest.mark.parametrize("name", ["almere", "veldermeer"])
def test_every_level_covers_the_municipality(name: str, request: pytest.FixtureRequest) -> None:
    profile: Profile = request.getfixturevalue(name)
    outline = shapely.union_all([area.geometry for area in profile.areas_of(profile.finest.id)])
    for level in profile.levels:
        geometries = [area.geometry for area in profile.areas_of(level.id)]
        assert sum(shapely.area(geometries)) == pytest.approx(outline.area, rel=1e-9)
        assert shapely.union_all(geometries).symmetric_difference(outline).area < 1.0
        assert all(shapely.is_valid(geometries))


def test_almere_neighbourhoods_fill_the_published_border(almere: Profile, shared_data: Path) -> None:
    import gzip
    import json

    import numpy as np
    from pyproj import Transformer
    from shapely.geometry import shape

    with gzip.open(shared_data / "nl-gemeenten-2022" / "nl_gemeenten_2022.geojson.gz", "rt") as file:
        features = json.load(file)["features"]
    border = shape(next(f for f in features if f["properties"]["statcode"] == "GM0034")["geometry"])
    to_rd = Transformer.from_crs(4326, 28992, always_xy=True)
    border = shapely.transform(border, lambda points: np.column_stack(to_rd.transform(*points.T)))
    union = shapely.union_all([area.geometry for area in almere.areas_of("buurt")])
    assert union.symmetric_difference(border).area / border.area < 1e-4


def test_named_places_lie_in_the_neighbourhood_one_expects(almere: Profile) -> None:
    from pyproj import Transformer

    to_rd = Transformer.from_crs(4326, almere.municipality.crs, always_xy=True)
    wijk_name = {area.code: area.name for area in almere.areas_of("wijk")}
    expected = {
        "station-centrum": "Centrum Almere Stad",
        "station-buiten": "Centrum Almere Buiten",
        "station-muziekwijk": "Muziekwijk Noord",
        "station-poort": "Olympiakwartier West",
        "grote-markt": "Centrum Almere Stad",
        "stadhuisplein": "Centrum Almere Stad",
        "festivalplein": "Centrum Almere Stad",
        "centrum-haven": "Centrum Almere Haven",
        "centrum-buiten": "Centrum Almere Buiten",
    }
    for place in almere.places:
        point = shapely.Point(*to_rd.transform(place.lon, place.lat))
        area = next(area for area in almere.areas_of("buurt") if area.geometry.covers(point))
        if place.id in expected:
            assert wijk_name[area.within["wijk"]] == expected[place.id], place.id


def test_real_counts_agree_with_the_published_total(almere: Profile) -> None:
    import csv

    item = almere.counts[0]
    columns = almere.source(item.source).counts
    assert columns is not None
    codes = {area.code for area in almere.areas_of("buurt")}
    with (almere.directory / item.file).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row[columns.area.column] for row in rows} == codes
    totals = {year: sum(int(row[year]) for row in rows) for year in columns.wide}
    assert totals == {"2021": 8589, "2022": 8898, "2023": 9162, "2024": 9532, "2025": 9147}


def test_comparison_has_the_ten_largest_in_every_year(almere: Profile) -> None:
    group = almere.comparison.groups[0]
    assert len(group.members) == 10
    years = Counter(figure.year for figure in almere.comparison.figures)
    assert years == dict.fromkeys(range(2021, 2026), 10)
    almere_2025 = next(f for f in almere.comparison.figures if f.code == "GM0034" and f.year == 2025)
    assert almere_2025.count == 9147
    assert almere_2025.per_1000 == pytest.approx(1000 * 9147 / 226_500)


def test_an_administrator_sees_no_content(almere: Profile, veldermeer: Profile) -> None:
    for role in (almere.role("beheerder"), veldermeer.role("keeper")):
        assert role.may("people.view")
        assert not any(
            ability.startswith(("picture.", "briefing.", "places.", "export.")) for ability in role.abilities
        )


def test_an_enforcement_officer_sees_rows_of_the_own_area_alone(almere: Profile) -> None:
    officer = almere.role("handhaver")
    assert officer.scope == "area"
    assert officer.may(Ability.PICTURE_ROWS)
    assert officer.may("observation.enter")
    assert not officer.may("picture.view")
    assert not officer.may("intake.upload")


def test_every_quantitative_goal_on_crime_or_nuisance_has_kinds(almere: Profile) -> None:
    for goal in almere.plan.goals:
        for key in goal.indicators:
            indicator = almere.plan.indicator(key)
            assert indicator is not None
            if key.startswith(
                ("burglary", "street_robbery", "robbery", "car_", "bicycle_", "vandalism", "youth_nuisance")
            ):
                assert indicator.kinds, key
    assert almere.kind("woninginbraak").base == "dwellings"
    goal = almere.plan.goal("G1.1.1")
    assert goal is not None
    assert goal.baseline_value_in_plan == 13


def test_the_two_municipalities_share_nothing_that_code_could_rely_on(almere: Profile, veldermeer: Profile) -> None:
    assert not {level.id for level in almere.levels} & {level.id for level in veldermeer.levels}
    assert not {kind.id for kind in almere.kinds} & {kind.id for kind in veldermeer.kinds}
    assert not {kind.number for kind in almere.kinds} & {kind.number for kind in veldermeer.kinds}
    assert not {role.id for role in almere.roles} & {role.id for role in veldermeer.roles}
    assert almere.municipality.theme != veldermeer.municipality.theme
    assert almere.term("area_manager") != veldermeer.term("area_manager")
    assert veldermeer.term("area_manager", "en") == "village coordinator"


def test_a_source_survives_the_way_through_json(almere: Profile, veldermeer: Profile) -> None:
    for source in [*almere.sources, *veldermeer.sources]:
        assert Source.model_validate(source.model_dump(mode="json")) == source


def test_a_covenant_covers_its_own_days(almere: Profile) -> None:
    covenant = almere.source("politie-incidenten").covenant
    assert covenant is not None
    assert covenant.in_force(covenant.starts)
    assert covenant.in_force(covenant.ends)
    assert not covenant.in_force(date(2029, 1, 1))


def test_a_text_falls_back_to_dutch() -> None:
    text = Text(nl="wijk", en="district")
    assert [text.get(lang) for lang in ("nl", "en", "en-gb", "fy", None)] == [
        "wijk", "district", "district", "wijk", "wijk"]  # fmt: skip
    assert Text.model_validate("Almere").get("en") == "Almere"


def test_figures_of_a_coarser_area_are_the_sum_of_its_parts(veldermeer: Profile) -> None:
    parts = [area for area in veldermeer.areas_of("kern") if area.within["district"] == "zuid"]
    zuid = next(area for area in veldermeer.areas if area.code == "zuid")
    assert zuid.inhabitants == sum(area.inhabitants or 0 for area in parts) == 7940
    assert zuid.dwellings == sum(area.dwellings or 0 for area in parts)


def test_who_opens_more_than_totals_and_own_entries_needs_a_second_factor(almere: Profile, veldermeer: Profile) -> None:
    without = {role.id for profile in (almere, veldermeer) for role in profile.roles if not role.second_factor}
    assert without == set()


def test_no_administrator_has_a_cell_with_content(almere: Profile, veldermeer: Profile) -> None:
    assert set(almere.matrix["beheerder"]) == {"administration"}
    assert set(veldermeer.matrix["keeper"]) == {"administration"}


@pytest.mark.parametrize(
    ("written", "rights", "held"),
    [
        ("r", "r", "r r:all"),
        ("ra", "ra", "r a"),
        ("a (tabled)", "ra", "r a a(tabled)"),
        ("a", "ra", "r a"),
        ("erda", "erda", "e r d a"),
        ("erd", "erd", "e r d e:all r:all d:all"),
        ("m", "mc", "m c"),
        ("c (own)", "c", "c"),
        ("e (own)", "e", "e e:all"),
        ("r (zones)", "", "r(zones)"),
        ("rd (zones)", "", "r(zones) d(zones)"),
        ("er (zones)", "e", "e e:all r(zones)"),
    ],
)
def test_a_cell_means_what_its_letters_say(almere: Profile, written: str, rights: str, held: str) -> None:
    cell = next(iter(almere.access.row({"M": Cell.model_validate(written)}).values()))
    assert cell.rights == set(rights)
    assert cell.held == set(held.split())
    assert str(cell) == written


def test_what_is_not_in_the_matrix_is_the_empty_cell(almere: Profile, veldermeer: Profile) -> None:
    assert not almere.rights("medewerker", "persons")
    assert almere.rights("medewerker", "persons").rights == frozenset()
    assert not veldermeer.rights("data_adviser", "bibob")
    with pytest.raises(ValueError, match="no_such"):
        almere.rights("medewerker", "no_such")
    with pytest.raises(KeyError):
        almere.rights("no_such", "persons")


@pytest.mark.parametrize(
    ("length", "start", "end"),
    [
        ({"years": 5}, date(2020, 2, 29), date(2025, 2, 28)),
        ({"months": 6}, date(2025, 8, 31), date(2026, 2, 28)),
        ({"months": 24}, date(2025, 8, 31), date(2027, 8, 31)),
        ({"days": 30}, date(2025, 12, 15), date(2026, 1, 14)),
        ({"years": 1, "months": 1, "days": 1}, date(2025, 12, 31), date(2027, 2, 1)),
    ],
)
def test_a_term_ends_on_a_day_of_the_calendar(length: dict[str, int], start: date, end: date) -> None:
    term = RetentionTerm(id="x", data=Text(nl="x", en="x"), begins="closed", ground=Text(nl="x", en="x"), **length)
    assert term.ends(start) == end


def test_terms_of_sources_are_no_longer_than_those_of_the_profile(almere: Profile, veldermeer: Profile) -> None:
    for profile in (almere, veldermeer):
        day = date(2026, 1, 1)
        incidents, originals = (profile.retention_term(key).ends(day) for key in ("incidents", "originals"))
        for source in profile.sources:
            if source.kind_of_data != "counts":
                assert day + timedelta(days=source.retention_days) <= incidents, source.id
                assert day + timedelta(days=source.originals_days) <= originals, source.id


def test_a_covenant_that_ran_out_covers_no_day_after(almere: Profile) -> None:
    covenant = almere.covenant("veilig_uitgaan")
    assert covenant.in_force(date(2021, 12, 31))
    assert not covenant.in_force(date(2022, 1, 1))
