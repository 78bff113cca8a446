"""Loading areas and addresses into the record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from click.testing import CliRunner

from openvis.cli.areas import areas as command
from openvis.profile import Profile
from openvis.web.places.addresses import resolve_addresses
from openvis.web.places.importers import FileError
from openvis.web.places.importers.bag import read_bag
from openvis.web.places.importers.cbs import read_cbs
from openvis.web.places.models import Address, Area
from openvis.web.places.selectors import area_ids, area_index, stored_areas
from openvis.web.places.services import load_areas, store_addresses, store_areas

pytestmark = pytest.mark.django_db
Serve = Callable[[Profile], None]
Write = Callable[..., None]
BOX = (229_000.0, 560_000.0, 232_400.0, 563_300.0)


def test_areas_of_both_profiles_load_and_loading_again_changes_nothing(veldermeer: Profile, almere: Profile) -> None:
    assert load_areas(veldermeer).new == 11
    again = load_areas(veldermeer)
    assert (again.new, again.updated) == (0, 11)
    assert load_areas(almere).new == 318
    assert Area.objects.count() == 329
    buurt = Area.objects.get(code="BU00340704")
    assert buurt.parent is not None
    assert buurt.parent.code == "WK003407"
    assert buurt.within == {"wijk": "WK003407", "stadsdeel": "haven", "gebied": "gebied-2"}
    assert Area.objects.get(code="WK003407").parent == Area.objects.get(code="haven")


def test_a_change_in_the_profile_arrives(veldermeer: Profile) -> None:
    load_areas(veldermeer)
    first = veldermeer.areas_of("kern")[0]
    store_areas([replace(first, name="Turfkade-Oost", inhabitants=1900)], ["district", "kern"])
    area = Area.objects.get(code=first.code)
    assert (area.name, area.inhabitants) == ("Turfkade-Oost", 1900)
    assert Area.objects.filter(level="kern").count() == 9


def test_geometry_comes_back_as_it_went_in(veldermeer: Profile) -> None:
    load_areas(veldermeer)
    stored = {area.code: area.geometry for area in stored_areas("kern")}
    assert stored == {area.code: area.geometry for area in veldermeer.areas_of("kern")}


def test_a_newer_division_ends_the_older(veldermeer: Profile) -> None:
    load_areas(veldermeer)
    first, *rest = veldermeer.areas_of("kern")
    merged = replace(first, geometry=shapely.union(first.geometry, rest[0].geometry), valid_from=date(2025, 1, 1))
    newer = [replace(area, source_year=2025, valid_from=date(2025, 1, 1)) for area in (merged, *rest[1:])]
    store_areas(newer, ["kern"])
    assert Area.objects.get(code="veen-02").valid_to == date(2025, 1, 1)
    assert len(stored_areas("kern", date(2024, 12, 31))) == 9
    assert len(stored_areas("kern", date(2025, 1, 1))) == 8
    # The profile loaded again at the next set-up does not bring the old division back.
    load_areas(veldermeer)
    assert len(stored_areas("kern", date(2025, 1, 1))) == 8
    assert len(stored_areas("kern", date(2024, 12, 31))) == 9


def test_points_get_numbers_of_the_record(veldermeer: Profile, site_of: Serve) -> None:
    site_of(veldermeer)
    load_areas(veldermeer)
    centres = [area.geometry.representative_point() for area in veldermeer.areas_of("kern")]
    x, y = np.array([point.x for point in centres]), np.array([point.y for point in centres])
    found = area_index().locate_ids(np.append(x, 0.0), np.append(y, 0.0))
    codes = dict(Area.objects.values_list("id", "code"))
    assert [codes.get(key) for key in found] == [*(area.code for area in veldermeer.areas_of("kern")), None]


def test_without_areas_the_answer_says_what_to_do(veldermeer: Profile, site_of: Serve) -> None:
    site_of(veldermeer)
    with pytest.raises(LookupError, match="openvis areas load"):
        area_index()


def test_areas_by_code_and_by_name(veldermeer: Profile) -> None:
    load_areas(veldermeer)
    assert area_ids("kern")["veen-05"] == area_ids("kern", "name")["Binnenstad"]
    Area.objects.filter(code="veen-06").update(name="Binnenstad")
    assert "Binnenstad" not in area_ids("kern", "name")


def test_the_cbs_map(cbs_map: Path, almere: Profile) -> None:
    areas = read_cbs(cbs_map, 2025, almere)
    by_level = {level.id: [area for area in areas if area.level == level.id] for level in almere.levels}
    assert {level: len(found) for level, found in by_level.items()} == {
        "gebied": 3, "stadsdeel": 6, "wijk": 71, "buurt": 237}  # fmt: skip
    merged = next(area for area in by_level["buurt"] if area.code == "BU00340101")
    assert (merged.dwellings, merged.dwellings_source) == (450, "households 2025 (CBS), as an approximation")
    other = by_level["buurt"][5]
    assert (other.dwellings, other.dwellings_source) == (470, "CBS 2025")
    assert merged.within == {"wijk": "WK003401", "stadsdeel": "haven", "gebied": "gebied-2"}
    # The lake is not land, and the neighbour municipality is not ours.
    union = shapely.union_all([area.geometry for area in by_level["buurt"]])
    assert not union.intersects(shapely.Point(130_500, 490_500))
    assert not union.intersects(shapely.Point(160_500, 480_500))
    assert sum(area.inhabitants or 0 for area in by_level["stadsdeel"]) == 237_000


def test_a_new_district_goes_where_it_overlaps_most(cbs_map: Path, almere: Profile) -> None:
    renamed = replace(almere, areas=[a for a in almere.areas if a.code != "WK003477"])
    areas = read_cbs(cbs_map, 2025, renamed)
    oosterwold = next(area for area in areas if area.code == "WK003477")
    assert oosterwold.within == {"stadsdeel": "hout", "gebied": "gebied-1"}


def test_the_command_loads_the_cbs_map(cbs_map: Path, almere: Profile, site_of: Serve) -> None:
    site_of(almere)
    load_areas(almere)
    result = CliRunner().invoke(command, ["import-cbs", str(cbs_map), "--year", "2025"])
    assert result.exit_code == 0, result.output
    assert "237 neighbourhoods" in result.output
    assert Area.objects.get(code="BU00340102").valid_to == date(2025, 1, 1)
    assert len(stored_areas("buurt", date(2025, 6, 1))) == 237


def test_a_map_in_another_layout_is_refused_in_words(
    tmp_path: Path, cbs_map: Path, almere: Profile, veldermeer: Profile, write: Write
) -> None:
    text = tmp_path / "notes.gpkg"
    text.write_text("no map", encoding="utf-8")
    with pytest.raises(FileError, match=r"notes\.gpkg: cannot be opened, expected a GeoPackage"):
        read_cbs(text, 2025, almere)
    other = tmp_path / "other.gpkg"
    write(other, "roads", [{"name": "A6"}], [shapely.box(0, 0, 1, 1)])
    with pytest.raises(FileError, match="has the layers roads, expected a layer wijken"):
        read_cbs(other, 2025, almere)
    write(other, "wijken", [{"code": "x"}], [shapely.box(0, 0, 1, 1)])
    with pytest.raises(FileError, match="no column wijkcode, wijknaam, gemeentecode"):
        read_cbs(other, 2025, almere)
    elsewhere = replace(almere, municipality=almere.municipality.model_copy(update={"code": "GM9999"}))
    with pytest.raises(FileError, match="nothing of GM9999"):
        read_cbs(cbs_map, 2025, elsewhere)
    with pytest.raises(FileError, match="The profile has no level for wijken"):
        read_cbs(cbs_map, 2025, veldermeer)


def test_addresses_of_bag_light(bag_light: Path, veldermeer: Profile, site_of: Serve) -> None:
    site_of(veldermeer)
    load_areas(veldermeer)
    result = CliRunner().invoke(command, ["import-bag", str(bag_light)])
    assert result.exit_code == 0, result.output
    assert result.output == "5 new addresses, 0 brought up to date.\n"
    numbers = set(Address.objects.values_list("number_id", flat=True))
    # 5 and 8 were withdrawn, 6 lies elsewhere; the houseboat (7) counts.
    assert numbers == {f"990120000000{number:04d}" for number in (1, 2, 3, 4, 7)}
    shop = Address.objects.get(number_id="9901200000000004")
    assert (shop.street, shop.number, shop.postcode, shop.use) == ("Sluisstraat", 14, "9412CD", "winkelfunctie")
    assert shop.area is not None
    assert shop.area.code == "veen-02"
    assert str(Address.objects.get(number_id="9901200000000003")) == "Turfkade 12-2"
    again = CliRunner().invoke(command, ["import-bag", str(bag_light)])
    assert again.output == "0 new addresses, 5 brought up to date.\n"


def test_addresses_are_found_in_the_record(bag_light: Path, veldermeer: Profile, site_of: Serve) -> None:
    site_of(veldermeer)
    load_areas(veldermeer)
    store_addresses(read_bag(bag_light, BOX))
    found = resolve_addresses(
        pl.Series(["9411 ab", "9412CD", "9411AB", "1000AA"]), pl.Series(["12-a", "14", "99", "1"])
    )
    assert found["match"].to_list() == ["exact", "exact", "postcode", None]
    letter = Address.objects.get(letter="A")
    assert found.row(0, named=True)["address"] == letter.pk
    assert found.row(0, named=True)["area"] == letter.area_id


def test_a_csv_of_the_register(tmp_path: Path, veldermeer: Profile, site_of: Serve) -> None:
    site_of(veldermeer)
    load_areas(veldermeer)
    path = tmp_path / "adressen.csv"
    path.write_text(
        "openbareruimte;huisnummer;huisletter;huisnummertoevoeging;postcode;nummeraanduiding;x;y\n"
        "Turfkade;12;;;9411 AB;9901200000000001;229500,5;560500,25\n"
        "Turfkade;12;B;;9411AB;9901200000000002;229510;560500\n"
        "Turfkade;onbekend;;;9411AB;9901200000000003;229510;560500\n"
        "Elders;1;;;1000AA;0363200000000003;121000;487000\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(command, ["import-bag", str(path)])
    assert result.stdout == "2 new addresses, 0 brought up to date.\n"
    assert "row 4, huisnummer: found 'onbekend', expected a whole number from 1 to 99999" in result.stderr
    assert "1 rows were not taken over." in result.stderr
    first = Address.objects.get(number_id="9901200000000001")
    assert (first.x, first.y, first.postcode) == (229500.5, 560500.25, "9411AB")


def test_a_csv_with_longitude_and_latitude(tmp_path: Path) -> None:
    path = tmp_path / "bag.csv"
    path.write_text(
        "nummeraanduiding,straat,huisnummer,postcode,lon,lat\n123,Turfkade,12,9411AB,6.4983,53.0262\n", encoding="utf-8"
    )
    (frame,) = read_bag(path, BOX)
    assert frame["number_id"].to_list() == ["0000000000000123"]
    assert 229_000 < frame["x"][0] < 230_000
    assert 560_000 < frame["y"][0] < 561_000


def test_a_register_in_another_layout_is_refused_in_words(
    tmp_path: Path, veldermeer: Profile, site_of: Serve, write: Write
) -> None:
    site_of(veldermeer)
    load_areas(veldermeer)
    other = tmp_path / "pand.gpkg"
    write(other, "pand", [{"identificatie": "1"}], [shapely.box(0, 0, 1, 1)])
    with pytest.raises(FileError, match="has the layers pand, expected verblijfsobject"):
        list(read_bag(other, BOX))
    table = tmp_path / "lijst.csv"
    table.write_text("straat;nummer\nTurfkade;12\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"lijst\.csv: no column"):
        list(read_bag(table, BOX))
    table.write_text(
        "nummeraanduiding;huisnummer;x;y\n9901200000000001;1;121000;487000\n9901200000000002;2;nergens;\n",
        encoding="utf-8",
    )
    result = CliRunner().invoke(command, ["import-bag", str(table)])
    assert result.exit_code != 0
    assert "no address in Veldermeer" in result.output


def test_addresses_move_with_a_new_division(bag_light: Path, veldermeer: Profile, site_of: Serve) -> None:
    site_of(veldermeer)
    load_areas(veldermeer)
    store_addresses(read_bag(bag_light, BOX))
    first, second, *rest = veldermeer.areas_of("kern")
    year = {"source_year": 2025, "valid_from": date(2025, 1, 1)}
    wide = replace(first, geometry=shapely.union(first.geometry, second.geometry), **year)
    store_areas([wide, *(replace(area, **year) for area in rest)], ["kern"])
    shop = Address.objects.get(number_id="9901200000000004")
    assert shop.area is not None
    assert (shop.area.code, shop.area.source_year) == ("veen-01", 2025)
