"""Results that are taken along: every one in every format that fits it, whole, in the right plane, and written down."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from django.conf import settings
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.web.access.models import AuditEntry
from openvis.web.picture.results import RESULTS
from openvis.web.ui import takeaway
from web.deployment import planted

ClientFor = Callable[[Any], Client]
QUERIES = dict.fromkeys(("verschil", "verschilcellen"), "vergelijk=vorige")
"""What a result needs to be asked with."""
ELSEWHERE = {"verwachting", "toets", "herhaling"}
"""Results that need more than a question; they have tests of their own."""


@pytest.fixture
def town(city: Profile) -> planted.City:
    return planted.make(city, settings.EVENT_STORE)


@pytest.fixture
def reader(town: planted.City, client_for: ClientFor) -> Client:
    return client_for(town.person("picture.view", "picture.rows", "export.aggregate"))


def taken(client: Client, key: str, kind: str, query: str = "") -> bytes:
    response = client.get(f"{reverse('picture_download', args=[key, kind])}?{query}")
    assert response.status_code == 200, response.content
    assert f'.{kind}"' in response["Content-Disposition"]
    return response.content


def layers(content: bytes, folder: Path) -> dict[str, Any]:
    """The layers of a GeoPackage: (fields, crs, shapes, columns)."""
    file = folder / "taken.gpkg"
    file.write_bytes(content)
    found = {}
    for name, _kind in pyogrio.list_layers(file):
        meta, _ids, shapes, columns = pyogrio.raw.read(file, layer=name)
        found[name] = (list(meta["fields"]), meta["crs"], [] if shapes is None else shapely.from_wkb(shapes), columns)
    return found


@pytest.mark.parametrize("key", [key for key in RESULTS if key not in ELSEWHERE])
def test_each_result_comes_in_every_format_that_fits_it(reader: Client, key: str, tmp_path: Path) -> None:
    rows = None
    for kind in RESULTS[key].formats:
        content = taken(reader, key, kind, QUERIES.get(key, ""))
        if kind == "csv":
            rows = len(content.decode("utf-8-sig").strip().splitlines()) - 1
        elif kind == "xlsx":
            with zipfile.ZipFile(BytesIO(content)) as book:
                assert "xl/worksheets/sheet2.xml" in book.namelist()
        elif kind == "geojson":
            assert len(json.loads(content)["features"]) == rows
        elif kind == "gpkg":
            assert len(layers(content, tmp_path)[f"openvis_{key}_{period(reader)}"][2]) == rows
        elif kind == "svg":
            assert content.startswith(b"<svg")
        else:
            assert content[:4] == b"\x89PNG"
    unfit = set(takeaway.NAMES) - set(RESULTS[key].formats)
    for kind in (*unfit, "exe"):
        assert reader.get(reverse("picture_download", args=[key, kind])).status_code == 404


def period(reader: Client) -> str:
    found = reader.get(reverse("picture_answer")).json()["filter"]
    return f"{found['from']}_{found['to']}".replace("-", "_")


def test_what_does_not_exist_cannot_be_taken(reader: Client) -> None:
    assert reader.get(reverse("picture_download", args=["alles", "csv"])).status_code == 404


def test_a_geopackage_is_in_the_plane_of_the_city_and_explains_itself(
    town: planted.City, reader: Client, tmp_path: Path
) -> None:
    found = layers(taken(reader, "plekken", "gpkg"), tmp_path)
    fields, crs, shapes, columns = found[f"openvis_plekken_{period(reader)}"]
    assert crs == f"EPSG:{town.profile.municipality.crs}"
    # The planted place is the first, and its shape lies around the point where it was planted.
    assert columns[fields.index("rank")][0] == 1
    assert shapes[0].distance(shapely.Point(town.spot)) < 130
    subjects, values = found["explanation"][3]
    told = dict(zip(subjects, values, strict=True))
    assert {"Bevinding", "Selectie", "Methode", "Gemaakt", "Bron"} <= set(told)
    assert told["Methode"].startswith("Hotspots")


def test_geojson_is_in_degrees_and_explains_itself(town: planted.City, reader: Client) -> None:
    from openvis.web.picture import selectors

    found = json.loads(taken(reader, "cellen", "geojson"))
    assert "Bevinding" in found["explanation"]
    lon, lat = selectors.frame().to_earth.transform(*town.spot)
    near = [shapely.geometry.shape(one["geometry"]).distance(shapely.Point(lon, lat)) for one in found["features"]]
    assert min(near) < 0.002
    ring = shapely.geometry.shape(found["features"][0]["geometry"]).exterior
    assert shapely.is_ccw(ring)


def test_only_cells_that_are_hotter_than_chance_are_taken(reader: Client) -> None:
    """A cell with one incident would point at an address."""
    answer = reader.get(reverse("picture_answer")).json()["cells"]
    lines = taken(reader, "cellen", "csv").decode("utf-8-sig").strip().splitlines()
    assert len(lines) - 1 == sum(answer["hot"]) < len(answer["hot"])


def test_a_drawing_says_the_finding_the_source_and_that_it_was_made_up(reader: Client, settings: Any) -> None:
    (settings.OPENVIS_DATA / "demo.json").write_text("{}")
    for key in ("weken", "cellen", "plekken", "gebieden", "uren"):
        drawn = taken(reader, key, "svg").decode()
        assert "verzonnen" in drawn, key
        assert "gegevens tot" in drawn, key


def test_a_wrong_selection_is_told_and_nothing_is_taken(reader: Client) -> None:
    refused = reader.get(reverse("picture_download", args=["weken", "csv"]), {"van": "morgen"})
    assert refused.status_code == 400
    assert "morgen" in refused.content.decode()
    assert not AuditEntry.objects.filter(action="export.aggregate").exists()


def test_taking_along_is_written_down_without_content(reader: Client) -> None:
    taken(reader, "plekken", "gpkg", "uren=vr21-vr23")
    entry = AuditEntry.objects.get(action="export.aggregate")
    assert "uren=vr21-vr23" in entry.object
    assert set(entry.facts) == {"taken", "format", "rows"}
    assert (entry.facts["taken"], entry.facts["format"]) == ("plekken", "gpkg")


def test_the_page_offers_what_fits_to_who_may_export(town: planted.City, reader: Client) -> None:
    pages = [reader.get(reverse(name)).content.decode() for name in ("picture", "picture_multiples")]
    for key, result in RESULTS.items():
        for kind in result.formats:
            link = f'data-take="{reverse("picture_download", args=[key, kind])}"'
            assert any(link in page for page in pages), (key, kind)


def test_who_may_look_and_not_export_is_offered_nothing(town: planted.City, client_for: ClientFor) -> None:
    roles = [
        role
        for role in town.profile.roles
        if "picture.view" in set(map(str, role.abilities)) and "export.aggregate" not in set(map(str, role.abilities))
    ]
    if not roles:
        pytest.skip("every role of this city that looks may also export")
    from openvis.web.access.models import Grant, User

    person = User.objects.create_user("kijker@example.org", name="Kijker")
    Grant.objects.create(user=person, role=roles[0].id, areas=[], source="test", reason="test")
    client = client_for(person)
    assert "data-take" not in client.get(reverse("picture")).content.decode()
    assert client.get(reverse("picture_download", args=["weken", "csv"])).status_code == 404
