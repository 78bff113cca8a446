"""Whoever looks themselves up is noticed; whoever looks up others is not; and the words are never kept."""

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse

from openvis.web.access import registry, services, walls
from openvis.web.access.models import AuditEntry
from openvis.web.trail import lookups
from openvis.web.trail.models import OwnDetail

pytestmark = pytest.mark.parametrize("city", ["almere"], indirect=True)


@pytest.fixture
def zoe(city):
    return services.add_person("zoe@test.example", "Zoë van der Meulen-Öztürk", password="a password of a test")


@pytest.mark.parametrize("words", [
    "Zoë van der Meulen-Öztürk", "zoe meulen", "MEULEN", "van der Meulen, Zoe", "Meulen-Ozturk", "Z. van der Meulen",
    "öztürk zoë", "Ozturk 1980-02-01", "v.d. meulen", "  meulen  ",
])  # fmt: skip
def test_own_name_in_any_spelling(zoe, words):
    assert lookups.note(zoe, "name", words)
    assert AuditEntry.objects.get(action="search.name", actor=zoe.pk).result == "flagged"


@pytest.mark.parametrize("words", ["Jansen", "Zoë", "Zoë Jansen", "Piet van der Meulen", "van der", "Meulendijk", "1980"])
def test_other_names(zoe, words):
    assert not lookups.note(zoe, "name", words)
    assert AuditEntry.objects.filter(action="search.name", result="done").count() == 1


def test_nothing_is_no_search(zoe):
    assert not lookups.note(zoe, "name", "  ")
    assert not AuditEntry.objects.filter(action="search.name").exists()


def test_a_registered_name_counts_too(zoe):
    assert not lookups.note(zoe, "name", "Zoe Brandsma")
    lookups.register(zoe, "name", "Brandsma", by=zoe)
    assert lookups.note(zoe, "name", "Brandsma, Zoë")
    assert not lookups.note(zoe, "name", "Piet Brandsma")


@pytest.mark.parametrize("words", [
    "Lindelaan 12a, 1315 HR Almere", "lindelaan 12-A", "Lindelaan 12 a", "1315HR 12a", "1315 hr 12 A", "12a, 1315HR",
])  # fmt: skip
def test_own_address_in_any_spelling(zoe, words):
    lookups.register(zoe, "address", "Lindelaan 12a, 1315 HR", by=zoe)
    assert lookups.note(zoe, "address", words)


@pytest.mark.parametrize("words", ["Lindelaan 12", "Lindelaan 12b", "Lindelaan", "1315HR 14", "1315HS 12a", "Lindeplein 1"])
def test_other_addresses(zoe, words):
    lookups.register(zoe, "address", "Lindelaan 12a, 1315 HR", by=zoe)
    assert not lookups.note(zoe, "address", words)


def test_the_same_search_by_somebody_else_is_none(zoe, analyst):
    lookups.register(zoe, "address", "Lindelaan 12a, 1315 HR", by=zoe)
    assert not lookups.note(analyst, "address", "Lindelaan 12a")
    assert not lookups.note(analyst, "name", "van der Meulen")


def test_neither_words_nor_details_can_be_read_in_the_database(zoe):
    lookups.register(zoe, "address", "Lindelaan 12a, 1315 HR", by=zoe)
    lookups.register(zoe, "name", "Brandsma", by=zoe)
    lookups.note(zoe, "address", "Lindelaan 12a")
    lookups.note(zoe, "name", "Kwartelstaart")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(e::text, ' ') || (SELECT string_agg(d::text, ' ') FROM trail_owndetail d)"
            " FROM access_auditentry e"
        )
        told = cursor.fetchone()[0].casefold()
    for secret in ("lindelaan", "brandsma", "kwartelstaart", "1315"):
        assert secret not in told


def test_the_same_words_have_the_same_hash(zoe, analyst):
    lookups.note(zoe, "name", "Kwartel Staart")
    lookups.note(analyst, "name", "kwartel-staart")
    hashes = set(AuditEntry.objects.filter(action="search.name").values_list("facts__term", flat=True))
    assert len(hashes) == 1


def test_what_cannot_be_recognised_is_refused(zoe):
    for kind, text in (("address", "Lindelaan"), ("address", "12"), ("name", "van der"), ("name", "12")):
        with pytest.raises(ValueError, match=kind):
            lookups.register(zoe, kind, text, by=zoe)


def test_the_search_box_tells(zoe, client_for):
    client_for(zoe).get(reverse("search"), {"q": "van der Meulen"})
    assert AuditEntry.objects.get(action="search.site").result == "flagged"


def test_apps_below_tell_through_the_registry(zoe):
    registry.looked_up(zoe, "name", "Öztürk")
    assert AuditEntry.objects.get(action="search.name").result == "flagged"


class TestWall:
    def test_a_person_adds_their_own_and_takes_none_away(self, zoe, analyst):
        with walls.as_user(zoe):
            assert lookups.register(zoe, "name", "Brandsma", by=zoe) == 1
            assert lookups.note(zoe, "name", "Brandsma")
            assert lookups.forget(zoe, by=zoe) == 0
        assert OwnDetail.objects.count() == 1
        with walls.as_user(analyst):
            assert not OwnDetail.objects.exists()
        with pytest.raises(DatabaseError), walls.as_user(analyst):
            lookups.register(zoe, "name", "Other", by=analyst)

    def test_an_administrator_does_both(self, zoe, administrator):
        with walls.as_user(administrator):
            lookups.register(zoe, "name", "Brandsma", by=administrator)
            assert lookups.forget(zoe, by=administrator) == 1


class TestPage:
    def test_my_own(self, zoe, client_for):
        client = client_for(zoe)
        address = reverse("trail_own_details")
        assert client.get(address).status_code == 200
        assert client.post(address, {"soort": "address", "tekst": "Lindelaan"}).status_code == 422
        assert client.post(address, {"soort": "address", "tekst": "Lindelaan 12a, 1315HR"}).status_code == 302
        assert OwnDetail.objects.filter(user=zoe).count() == 2
        page = client.get(address).content.decode()
        assert "Lindelaan" not in page
        client.post(address, {"vergeet": "1"})
        assert OwnDetail.objects.filter(user=zoe).count() == 2

    def test_that_of_others_is_for_the_administrator(self, zoe, analyst, client_for):
        assert client_for(analyst).get(reverse("trail_own_details_of", args=[zoe.pk])).status_code == 404
