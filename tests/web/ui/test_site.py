"""The frame: theme, navigation, language, banner, search, errors."""

import re

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from django_cotton.compiler_regex import CottonCompiler

from openvis.web.ui import registry
from openvis.web.ui.frame import Frame

ONE = pytest.mark.parametrize("city", ["almere"], indirect=True)


def test_the_theme_is_the_profiles_unless_the_setting_says_otherwise(city, client, settings):
    page = client.get(reverse("account_login")).content.decode()
    assert f'class="{city.municipality.theme}-theme' in page
    other = {"voorbeeld": "ma", "ma": "voorbeeld"}[city.municipality.theme]
    settings.OPENVIS_THEME = other
    assert f'class="{other}-theme' in client.get(reverse("account_login")).content.decode()


def test_the_city_and_the_line_of_the_profile_are_on_the_page(city, client):
    page = client.get(reverse("account_login")).content.decode()
    assert city.municipality.name in page
    assert city.municipality.official.nl in page


@ONE
def test_light_or_dark_is_remembered_in_the_browser(city, client):
    def sheets():
        page = client.get(reverse("about")).content.decode()
        found = re.findall(r'<link rel="stylesheet" href="([^"]+)"(?: media="([^"]+)")?', page)
        return {address.rpartition("/")[2]: media for address, media in found}

    assert sheets()["dark.css"] == "screen and (prefers-color-scheme: dark)"
    client.post(reverse("set_scheme"), {"scheme": "dark"})
    assert sheets()["dark.css"] == "screen"
    client.post(reverse("set_scheme"), {"scheme": "light"})
    assert "dark.css" not in sheets()
    client.post(reverse("set_scheme"), {"scheme": "pink"})
    assert "dark.css" not in sheets()


@ONE
def test_the_language_is_the_readers_choice_else_the_citys(city, client, analyst, client_for):
    assert "Inloggen" in client.get(reverse("account_login"), headers={"accept-language": "en"}).content.decode()
    back = client.post(reverse("set_language"), {"language": "en", "next": reverse("about")})
    assert back.headers["Location"] == reverse("about")
    page = client.get(reverse("account_login"))
    assert "Sign in" in page.content.decode()
    assert page.headers["Content-Language"] == "en"
    analyst.language = "en"
    analyst.save()
    assert "Today" in client_for(analyst).get(reverse("today")).content.decode()


@ONE
@pytest.mark.parametrize("away", ["https://example.org/", "//example.org/", "javascript:alert(1)"])
def test_a_choice_never_sends_the_reader_to_another_site(city, client, away):
    for name in ("set_language", "set_scheme"):
        answer = client.post(reverse(name), {"language": "en", "scheme": "dark", "next": away})
        assert answer.headers["Location"] == reverse("today")


@ONE
def test_made_up_data_are_called_so_on_every_page(city, client, settings):
    words = "hebben nooit plaatsgevonden"
    assert words not in client.get(reverse("about")).content.decode()
    settings.OPENVIS_DATA.joinpath("demo.json").write_text("not even JSON")
    for address in (reverse("about"), reverse("account_login"), "/no-such-page/"):
        assert words in client.get(address, follow=True).content.decode()


def test_the_navigation_holds_what_the_person_may_see(city, analyst, administrator, client_for):
    def words(person):
        page = client_for(person).get(reverse("my_roles")).content.decode()
        return re.findall(r'class="ov-nav__link"[^>]*>([^<]+)<', page)

    assert words(analyst)[0] == "Vandaag"
    assert "Mensen" in words(administrator)
    assert "Mensen" not in words(analyst)
    assert "Beeld" not in words(administrator)


@ONE
def test_the_section_one_is_in_is_marked(city, administrator, manager, client_for):
    client = client_for(administrator)
    for address in (reverse("people"), reverse("person", args=[manager.pk])):
        page = client.get(address).content.decode()
        assert re.search(r'href="/mensen/" aria-current="(page|true)">Mensen<', page), address
    assert 'aria-current="page">Vandaag' in client.get(reverse("today")).content.decode()


@ONE
def test_the_header_says_who_one_is_and_where(city, manager, client_for):
    page = client_for(manager).get(reverse("my_roles")).content.decode()
    area = next(area for area in city.areas if area.code in manager.grants.get().areas)
    assert f"veiligheidsmanager, {area.name.replace('&', '&amp;')}" in page


@ONE
def test_today_shows_the_cards_of_the_apps_to_who_may_see_them(city, analyst, administrator, client_for, monkeypatch):
    card = registry.Card("picture.view", lambda request: ("ui/error.html", {"title": "A card of the test"}))
    silent = registry.Card("picture.view", lambda request: None)
    monkeypatch.setattr(registry, "cards", [card, silent])
    assert "A card of the test" in client_for(analyst).get(reverse("today")).content.decode()
    page = client_for(administrator).get(reverse("today")).content.decode()
    assert "A card of the test" not in page
    assert "Er wacht niets op u" in page


@ONE
def test_search_finds_pages_and_what_apps_offer_but_only_what_one_may_see(
    city, administrator, analyst, client_for, monkeypatch
):
    secret = registry.Search("people.view", lambda person, words: [("Secret place", words, "/x/")])
    monkeypatch.setattr(registry, "searches", [secret])
    found = client_for(administrator).get(reverse("search"), {"q": "rollen"}).content.decode()
    assert "Secret place" in found
    assert reverse("people") in found
    hidden = client_for(analyst).get(reverse("search"), {"q": "rollen"}).content.decode()
    assert "Secret place" not in hidden
    assert "Niets gevonden" in hidden


@ONE
def test_searching_for_nothing_or_for_markup_is_answered(city, analyst, client_for):
    client = client_for(analyst)
    assert client.get(reverse("search")).status_code == 200
    page = client.get(reverse("search"), {"q": "<script>x</script>"}).content.decode()
    assert "<script>x" not in page
    assert client.get(reverse("search"), {"q": "x" * 5000}).status_code == 200


@ONE
def test_errors_have_their_page(city, client, analyst, client_for):
    missing = client_for(analyst).get("/no/such/page/")
    assert missing.status_code == 404
    assert "Deze pagina bestaat niet" in missing.content.decode()
    from django.test import Client

    forged = Client(enforce_csrf_checks=True).post(reverse("set_scheme"), {"scheme": "dark"})
    assert forged.status_code == 403
    assert "Dit formulier is verlopen" in forged.content.decode()


@ONE
def test_when_the_program_fails_the_page_still_comes_and_tells_nothing(city, analyst, client_for, monkeypatch):
    def fail(request):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(registry, "cards", [registry.Card("picture.view", fail)])
    client = client_for(analyst)
    client.raise_request_exception = False
    answer = client.get(reverse("today"))
    assert answer.status_code == 500
    assert "Er ging bij ons iets mis" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


@ONE
def test_search_finds_areas_by_name_and_leads_to_their_picture(city, analyst, administrator, client_for):
    area = next(area for area in city.areas if area.level == city.levels[0].id)
    found = client_for(analyst).get(reverse("search"), {"q": area.name[:5].upper()}).content.decode()
    assert f"gebied={area.code}" in found
    assert "gebied=" not in client_for(administrator).get(reverse("search"), {"q": area.name[:5]}).content.decode()


@ONE
def test_no_page_needs_inline_script_or_style(city, analyst, client_for, client):
    pages = [client.get(reverse("account_login"))]
    pages += [client_for(analyst).get(reverse(name)) for name in ("today", "search", "my_roles", "about")]
    for answer in pages:
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        text = answer.content.decode()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", text)
        assert not re.search(r"<script(?![^>]*(src=|application/json))", text)


@ONE
def test_components_render(city):
    source = (
        '<c-panel title="T" subtitle="S" fold="yes" foot="F"><c-stat label="L" value="12" unit="u" sure="s" />'
        '<c-badge kind="ok">B</c-badge><c-progress :value="0.4" label="P" url="/p/" /><c-empty title="E">x</c-empty>'
        '<c-alert kind="error" title="A">y</c-alert><c-button href="/h/" kind="primary" icon="map">H</c-button>'
        '<c-dialog id="d" title="D">z</c-dialog><c-data_table caption="C"><tr><td>1</td></tr></c-data_table>'
        '<c-tabs label="N" :items="items" /></c-panel>'
    )
    items = [{"url": "/a/", "title": "Tab", "current": True}]
    page = Template(CottonCompiler().process(source)).render(Context({"items": items}))
    for part in ("<details", 'value="0.4"', "40", 'href="/h/"', "<dialog", "<caption", "ov-badge--ok"):
        assert part in page, part
    assert 'aria-current="page">Tab' in page
    assert "<c-" not in page


def test_the_frame_without_rules_shows_no_page(city):
    """Before the middleware ran (an early failure), nothing is offered."""
    assert Frame(RequestFactory().get("/")).by_section == {}
