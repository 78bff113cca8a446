"""A small town in the record, and official files in their published layout."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from openvis.profile import Profile, load

ROOT = Path(__file__).resolve().parents[3]
Write = Callable[[Path, str, list[dict[str, Any]], list[BaseGeometry]], None]


@pytest.fixture(scope="session")
def veldermeer() -> Profile:
    return load(ROOT / "tests" / "data" / "profiles" / "veldermeer")


@pytest.fixture(scope="session")
def almere() -> Profile:
    return load(ROOT / "profiles" / "almere")


@pytest.fixture
def site_of(monkeypatch: pytest.MonkeyPatch) -> Callable[[Profile], None]:
    """Make this installation serve a profile."""
    from openvis.web import city

    return lambda profile: monkeypatch.setattr(city, "profile", lambda: profile)


def write_layer(path: Path, layer: str, rows: list[dict[str, Any]], geometries: list[BaseGeometry]) -> None:
    """Write (or add) a layer of a GeoPackage in RD New."""
    names = list(rows[0])
    columns = [np.array([row[name] for row in rows]) for name in names]
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(geometries, dtype=object)),
        field_data=columns,
        fields=names,
        layer=layer,
        driver="GPKG",
        geometry_type=geometries[0].geom_type,
        crs="EPSG:28992",
        append=path.exists(),
    )


@pytest.fixture
def write() -> Write:
    """The function that writes a layer."""
    return write_layer


@pytest.fixture
def cbs_map(tmp_path: Path, almere: Profile) -> Path:
    """A CBS map of 2025: Almere with two of its neighbourhoods merged, and a neighbour municipality."""
    path = tmp_path / "wijkenbuurten_2025_v1.gpkg"
    unknown = -99997
    base = {"gemeentecode": "GM0034", "gemeentenaam": "Almere", "water": "NEE", "jaar": 2025}
    figures = {"aantal_inwoners": 1000, "aantal_huishoudens": 450, "oppervlakte_land_in_ha": 30}
    wijken, buurten, wijk_shapes, buurt_shapes = [], [], [], []
    for wijk in almere.areas_of("wijk"):
        wijken.append({"wijkcode": wijk.code, "wijknaam": wijk.name, **base, **figures, "woningvoorraad": 470})
        wijk_shapes.append(wijk.geometry)
    for buurt in almere.areas_of("buurt"):
        if buurt.code == "BU00340102":
            continue
        shape, dwellings = buurt.geometry, 470
        if buurt.code == "BU00340101":
            other = next(area for area in almere.areas_of("buurt") if area.code == "BU00340102")
            shape, dwellings = shapely.union(shape, other.geometry), unknown
        row = {"buurtcode": buurt.code, "buurtnaam": buurt.name, "wijkcode": buurt.parent, **base, **figures}
        buurten.append(row | {"woningvoorraad": dwellings})
        buurt_shapes.append(shape)
    # The water of a neighbourhood is a second row of the same code; a neighbour municipality is in the file too.
    lake = shapely.box(130_000, 490_000, 131_000, 491_000)
    buurten.append(buurten[0] | {"water": "JA", "aantal_inwoners": unknown})
    buurt_shapes.append(lake)
    elsewhere = {"gemeentecode": "GM0050", "gemeentenaam": "Zeewolde"}
    buurten.append(buurten[0] | elsewhere | {"buurtcode": "BU00500000", "wijkcode": "WK005000"})
    buurt_shapes.append(shapely.box(160_000, 480_000, 161_000, 481_000))
    wijken.append(wijken[0] | elsewhere | {"wijkcode": "WK005000"})
    wijk_shapes.append(buurt_shapes[-1])
    multi = [shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape for shape in wijk_shapes]
    write_layer(path, "wijken", wijken, multi)
    multi = [shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape for shape in buurt_shapes]
    write_layer(path, "buurten", buurten, multi)
    return path


BAG_ROW = {
    "identificatie": "9901010000000001",
    "oppervlakte": 90,
    "status": "Verblijfsobject in gebruik",
    "gebruiksdoel": "woonfunctie",
    "openbare_ruimte_naam": "Turfkade",
    "huisnummer": 12,
    "huisletter": "",
    "toevoeging": "",
    "postcode": "9411AB",
    "woonplaats_naam": "Veldermeer",
    "nummeraanduiding_hoofdadres_identificatie": "9901200000000001",
}


@pytest.fixture
def bag_light(tmp_path: Path) -> Path:
    """BAG light: homes, one withdrawn, one elsewhere in the country, a houseboat and a caravan."""
    path = tmp_path / "bag-light.gpkg"

    def row(number: int, **changes: Any) -> dict[str, Any]:
        return BAG_ROW | {"nummeraanduiding_hoofdadres_identificatie": f"990120000000{number:04d}"} | changes

    homes = [
        row(1),
        row(2, huisletter="A"),
        row(3, toevoeging="2"),
        row(4, huisnummer=14, openbare_ruimte_naam="Sluisstraat", postcode="9412CD", gebruiksdoel="winkelfunctie"),
        row(5, huisnummer=16, status="Verblijfsobject ingetrokken"),
        row(6, huisnummer=18),
    ]
    points = [(229_500, 560_500), (229_510, 560_500), (229_520, 560_500), (230_500, 560_500), (229_530, 560_500)]
    write_layer(path, "verblijfsobject", homes, [shapely.Point(p) for p in [*points, (121_000, 487_000)]])
    place = {key: value for key, value in BAG_ROW.items() if key not in ("oppervlakte", "gebruiksdoel")}
    boat = place | {"huisnummer": 20, "nummeraanduiding_hoofdadres_identificatie": "9901200000000007"}
    write_layer(
        path, "ligplaats", [boat | {"status": "Plaats aangewezen"}], [shapely.box(231_500, 560_400, 231_520, 560_410)]
    )
    caravan = place | {"huisnummer": 22, "nummeraanduiding_hoofdadres_identificatie": "9901200000000008"}
    write_layer(
        path,
        "standplaats",
        [caravan | {"status": "Plaats ingetrokken"}],
        [shapely.box(229_600, 560_400, 229_610, 560_410)],
    )
    return path


def along(street: str, *houses: dict[str, Any]) -> list[Any]:
    """Addresses of a street in the register, numbered on from those that are there."""
    from openvis.web.places.models import Address

    first = Address.objects.count() + 1
    return [
        Address.objects.create(
            number_id=f"{place:016d}", street=street, town="Veldermeer", postcode="9411AB", x=1.0, y=1.0, **one
        )
        for place, one in enumerate(houses, first)
    ]
