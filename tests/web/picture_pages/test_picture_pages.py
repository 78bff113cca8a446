"""The pages of the picture: what they hold, what they refuse, who may not see them, what can be taken away."""

import gzip
import json
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from web.deployment import planted

ClientFor = Callable[[Any], Client]
PAGES = ["picture", "picture_answer", "picture_lines", "picture_counts", "picture_multiples", "picture_explained"]


@pytest.fixture
def town(city: Profile) -> planted.City:
    return planted.make(city, settings.EVENT_STORE)


@pytest.fixture
def reader(town: planted.City, client_for: ClientFor) -> Client:
    return client_for(town.person("picture.view", "picture.rows", "export.aggregate"))


def asked(client: Client, query: str = "") -> dict[str, Any]:
    response = client.get(f"{reverse('picture_answer')}?{query}")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def test_the_page_holds_the_first_answer_itself(reader: Client) -> None:
    page = reader.get(reverse("picture")).content.decode()
    embedded = page.split('<script id="pic-answer" type="application/json">')[1].split("</script>")[0]
    assert json.loads(embedded)["totals"] == asked(reader)["totals"]


def test_the_tables_stand_in_the_page_for_who_has_no_scripts(town: planted.City, reader: Client) -> None:
    page = reader.get(reverse("picture")).content.decode()
    assert page.count("data-hour=") == 168
    assert town.home.name in page.split('id="pic-places"')[1].split("</table>")[0]
    assert "style=" not in page.split("<main")[1].split("</main>")[0]


def test_words_around_the_answer_follow_the_language(town: planted.City, reader: Client) -> None:
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english = asked(reader, "uren=vr21-vr23")
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    dutch = asked(reader, "uren=vr21-vr23")
    assert "incidents" in english["page"]["html"]["pic-total"]
    assert "incidenten" in dutch["page"]["html"]["pic-total"]
    assert "vr 21–23" in dutch["page"]["html"]["pic-chips"].lower()
    assert "fr 21–23" in english["page"]["html"]["pic-chips"].lower()


def test_a_chip_leads_back_and_keeps_the_rest(reader: Client) -> None:
    chips = asked(reader, "uren=vr21-vr23&pogingen=voltooid")["page"]["html"]["pic-chips"]
    assert 'href="?pogingen=voltooid"' in chips
    assert 'href="?uren=vr21-vr23"' in chips


def test_steps_of_the_matrix_go_with_its_numbers(reader: Client) -> None:
    found = asked(reader)
    cells = [
        (value, step)
        for row, steps in zip(found["matrix"], found["page"]["steps"], strict=True)
        for value, step in zip(row, steps, strict=True)
    ]
    ordered = sorted(cells)
    assert [step for _value, step in ordered] == sorted(step for _value, step in cells)
    assert ordered[-1][1] == 5


def test_last_year_is_fifty_two_weeks_earlier_and_says_when_there_are_no_data(reader: Client) -> None:
    period = "van=2026-01-05&tot=2026-06-28"
    compared = asked(reader, f"{period}&vergelijk=vorigjaar")["page"]["compare"]
    assert compared["count"] > 0
    earlier = asked(reader, "van=2025-01-06&tot=2025-06-29")
    assert compared["count"] == earlier["totals"]["count"]
    long_ago = asked(reader, "van=2020-01-06&tot=2020-03-01&vergelijk=vorigjaar")
    assert long_ago["page"]["compare"]["count"] is None


def part(client: Client, key: str, query: str = "") -> dict[str, Any]:
    response = client.get(f"{reverse('picture_extra', args=[key])}?{query}")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def test_two_periods_come_with_a_sentence_a_table_and_layers(town: planted.City, reader: Client) -> None:
    town.plant(range(4, 12), a_week=20, seed=3)
    query = period(town, 12, 4) + "&vergelijk=vorige"
    found = part(reader, "vergelijking", query)
    assert "95 % zekerheid" in found["title"]
    assert "meer" in found["html"]
    classes = found["layers"]["verschil"]["classes"]
    assert classes
    assert {name.split("-")[0] for name in classes} == {"more"}
    assert len(classes) == len(found["layers"]["verschil"]["ids"])
    assert found["layers"]["verschilgebieden"]["classes"]
    # The page itself says the same sentence, and its weeks have a number opposite.
    page = asked(reader, query)
    assert page["page"]["compare"]["sentence"] == found["title"]
    assert all(week["before"] is not None for week in page["weeks"])
    assert "vergelijk=vorige" in page["page"]["take_query"]


def period(town: planted.City, back: int, until: int) -> str:
    """Weeks counted back from the last, as a query string."""
    from datetime import timedelta

    last = planted.last_sunday()
    first = last - timedelta(days=7 * back - 1)
    return f"van={first}&tot={last - timedelta(days=7 * until)}"


def test_nothing_is_compared_when_nobody_asks(reader: Client) -> None:
    assert part(reader, "vergelijking") == {"title": "", "html": "", "layers": {}}
    assert reader.get(reverse("picture_extra", args=["alles"])).status_code == 404
    assert "before" not in asked(reader)["weeks"][0]


@pytest.mark.parametrize("query", ["vergelijk=morgen", "vergelijk=eigen&vergelijk_van=2026-02-30&vergelijk_tot=2026-03-01"])
def test_a_comparison_that_does_not_fit_is_told_everywhere(reader: Client, query: str) -> None:
    value = query.split("=")[-2 if "eigen" in query else -1].split("&")[0]
    for address in (
        reverse("picture_answer"), reverse("picture_extra", args=["vergelijking"]),
        reverse("picture_download", args=["verschil", "csv"]), reverse("picture"),
    ):  # fmt: skip
        refused = reader.get(f"{address}?{query}")
        assert refused.status_code == 400, address
        assert value in refused.content.decode(), address
    # Without any comparison there is no difference to take along.
    assert reader.get(reverse("picture_download", args=["verschil", "csv"])).status_code == 400


@pytest.mark.parametrize("query", ["van=morgen", "uren=vr99-za3", "gebied=nergens", "plek=1.x", "soort=moord"])
def test_what_does_not_fit_is_told_with_the_value(reader: Client, query: str) -> None:
    name, value = query.split("=")
    refused = reader.get(f"{reverse('picture_answer')}?{query}")
    assert refused.status_code == 400
    assert name in refused.json()["problems"][0]
    assert value in refused.json()["problems"][0]
    page = reader.get(f"{reverse('picture')}?{query}")
    assert page.status_code == 400
    assert value in page.content.decode()


def test_an_address_cannot_bring_markup_into_the_page(reader: Client) -> None:
    evil = "<img src=x onerror=alert(1)>"
    page = reader.get(reverse("picture"), {"gebied": evil, "laag": evil, "uren": evil, "vergelijk": evil})
    assert evil not in page.content.decode()
    # A name that the page does not know goes along in its links, and must stay a name.
    other = reader.get(reverse("picture_answer"), {'"><b>': evil, "uren": "vr21-vr23"})
    html = "".join(other.json()["page"]["html"].values())
    assert "<img" not in html
    assert "<b>" not in html


def test_shapes_are_kept_by_the_browser_and_told_when_unchanged(town: planted.City, reader: Client) -> None:
    level = town.profile.finest.id
    address = reverse("picture_areas", args=[level])
    response = reader.get(address)
    assert len(response.json()["features"]) == len(town.profile.areas_of(level))
    version = response["ETag"].strip('"').split("-")[0]
    assert "immutable" in reader.get(f"{address}?v={version}")["Cache-Control"]
    assert "immutable" not in reader.get(f"{address}?v=old")["Cache-Control"]
    assert reader.get(address, headers={"if-none-match": response["ETag"]}).status_code == 304
    zipped = reader.get(address, headers={"accept-encoding": "gzip"})
    assert json.loads(gzip.decompress(zipped.content)) == response.json()


def test_the_grid_has_the_cells_that_the_answer_names(reader: Client) -> None:
    found = asked(reader)
    grid = reader.get(reverse("picture_grid", args=[found["grid"]["cell"]])).json()
    known = {feature["id"] for feature in grid["features"]}
    assert set(found["cells"]["id"]) <= known
    assert set(found["density"]["id"]) <= known
    assert reader.get(reverse("picture_grid", args=[126])).status_code == 404
    assert reader.get(reverse("picture_areas", args=["nergens"])).status_code == 404


def test_open_counts_are_real_and_bear_no_hours(town: planted.City, reader: Client) -> None:
    from openvis.web.intake.services import load_counts

    load_counts(town.profile)
    page = reader.get(reverse("picture_counts")).content.decode()
    assert "cnt-map" in page
    assert "data-hour" not in page
    text = reader.get(reverse("picture_counts_download", args=["gebieden", "csv"])).content.decode("utf-8-sig")
    assert len(text.strip().splitlines()) > 2


# Who may not


def test_without_the_ability_the_picture_does_not_exist(
    town: planted.City, administrator: Any, outsider: Any, client_for: ClientFor
) -> None:
    for person in (administrator, outsider):
        client = client_for(person)
        for name in PAGES:
            assert client.get(reverse(name)).status_code == 404, name
        for name, args in (
            ("picture_grid", [125]), ("picture_areas", [town.profile.finest.id]),
            ("picture_extra", ["vergelijking"]),
            ("picture_download", ["plekken", "csv"]), ("picture_counts_download", ["gebieden", "csv"]),
        ):  # fmt: skip
            assert client.get(reverse(name, args=args)).status_code == 404, name
        assert client.get(reverse("picture_incidents"), {"bbox": "3,50,8,54"}).status_code == 404


def test_signed_out_leads_to_sign_in(town: planted.City, client_for: ClientFor) -> None:
    for name in PAGES:
        response = client_for(None).get(reverse(name))
        assert response.status_code == 302
        assert "inloggen" in response["Location"]


def test_single_incidents_stay_inside_the_own_area(town: planted.City, client_for: ClientFor) -> None:
    box = {"bbox": "3,50,8,54"}
    address = reverse("picture_incidents")
    inside = client_for(town.person("picture.view", "picture.rows", areas=(town.coarse,))).get(address, box).json()
    outside = client_for(town.person("picture.view", "picture.rows", areas=(town.elsewhere,))).get(address, box).json()
    whole = client_for(town.person("picture.view", "picture.rows", "places.keep")).get(address, box).json()
    assert inside["features"]
    assert len(inside["features"]) + len(outside["features"]) <= len(whole["features"])
    spot = {tuple(feature["geometry"]["coordinates"]) for feature in inside["features"]}
    assert spot.isdisjoint(tuple(feature["geometry"]["coordinates"]) for feature in outside["features"])
    assert set(inside["features"][0]["properties"]) == {"kind", "kind_name", "begin", "end", "attempt", "precision"}


@pytest.mark.parametrize("box", ["", "1,2,3", "a,b,c,d", "8,50,3,54", "3,50,8,nan"])
def test_a_box_that_is_none_is_told(reader: Client, box: str) -> None:
    response = reader.get(reverse("picture_incidents"), {"bbox": box})
    assert response.status_code == 400
    assert "bbox" in response.json()["problems"][0]


# By area


def test_each_area_has_its_sentence_its_drawing_and_its_table(town: planted.City, reader: Client) -> None:
    page = reader.get(reverse("picture_multiples"), {"niveau": town.profile.levels[0].id}).content.decode()
    main = page.split("<main")[1].split("</main>")[0]
    areas = [area for area in town.profile.areas_of(town.profile.levels[0].id) if area.valid_to is None]
    assert main.count("<svg class=\"mul__drawing\"") == len(areas)
    assert main.count("<table") == len(areas)
    assert all(area.name in unescape(main) for area in areas)
    assert "style=" not in main


def test_more_areas_than_fit_are_behind_a_link(town: planted.City, reader: Client) -> None:
    if len(town.profile.areas_of(town.profile.finest.id)) <= 24:
        pytest.skip("this city has few areas")
    level = town.profile.finest.id
    page = reader.get(reverse("picture_multiples"), {"niveau": level}).content.decode()
    assert page.count("mul__one") == 24
    assert "alles=1" in page
    whole = reader.get(reverse("picture_multiples"), {"niveau": level, "alles": "1"}).content.decode()
    now = [area for area in town.profile.areas_of(level) if area.valid_to is None]
    assert whole.count("mul__one") == len(now)


@pytest.mark.parametrize("query", ["schaal=groot", "van=morgen", "niveau=straat"])
def test_what_does_not_fit_is_told_by_area_too(reader: Client, query: str) -> None:
    response = reader.get(f"{reverse('picture_multiples')}?{query}")
    assert response.status_code == 400
    assert query.split("=")[1] in response.content.decode()
