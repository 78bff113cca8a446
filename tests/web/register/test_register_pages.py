"""The algorithm register on the site: for everybody, in both languages, and reached from every result."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from openvis.profile import Profile
from openvis.register.loading import entries
from openvis.web.access.models import AuditEntry
from openvis.web.picture.results import COUNTS, RESULTS
from web.deployment import planted

ClientFor = Callable[[Any], Client]
HEADINGS = {
    "nl": [
        "Algemene informatie", "Verantwoord gebruik", "Doel en impact", "Afwegingen", "Menselijke tussenkomst",
        "Risicobeheer", "Wettelijke basis", "Werking", "Gegevens", "Technische werking",
    ],
    "en": [
        "General information", "Responsible use", "Purpose and impact", "Considerations", "Human intervention",
        "Risk management", "Legal basis", "How it works", "Data", "Technical working",
    ],
}  # fmt: skip
"""In the order of the Dutch algorithm register."""


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.decode())))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_signed_out_reads_the_whole_register(city: Profile, client: Client, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    every = text_of(client.get(reverse("algorithms")).content)
    for key, entry in entries().items():
        assert entry.name.get(language) in every
        answer = client.get(reverse("algorithm", args=[key]))
        assert answer.status_code == 200
        page = text_of(answer.content.split(b"<main")[1].split(b"</main>")[0])
        places = [page.index(f" {heading} ") for heading in HEADINGS[language]]
        assert places == sorted(places), key
        for text in (entry.purpose, entry.risks, entry.human_decision, entry.working):
            assert re.sub(r"\s+", " ", text.get(language)) in page, key
        assert entry.functions[0] in page
    assert not AuditEntry.objects.filter(result="refused").exists()


def test_a_method_that_is_not_there_is_told(city: Profile, client: Client) -> None:
    assert client.get(reverse("algorithm", args=["kristallen-bol"])).status_code == 404
    assert client.get(reverse("algorithms_download", args=["exe"])).status_code == 404


def test_the_register_can_be_taken_along(city: Profile, client: Client) -> None:
    for kind in ("csv", "xlsx"):
        answer = client.get(reverse("algorithms_download", args=[kind]))
        assert answer.status_code == 200
        assert f'openvis-algoritmes.{kind}"' in answer["Content-Disposition"]
    table = client.get(reverse("algorithms_download", args=["csv"])).content.decode("utf-8-sig")
    for entry in entries().values():
        assert entry.name.nl in table


def test_every_page_leads_to_the_register(city: Profile, client: Client) -> None:
    for name in ("about", "account_login"):
        assert f'href="{reverse("algorithms")}"' in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize("key", sorted({result.method for result in (*RESULTS.values(), *COUNTS.values())}))
def test_the_method_of_every_result_is_in_the_register(key: str) -> None:
    assert key in entries()


def test_every_link_to_a_method_leads_to_its_page(city: Profile, client_for: ClientFor) -> None:
    town = planted.make(city, settings.EVENT_STORE)
    reader = client_for(town.person("picture.view", "picture.rows", "export.aggregate"))
    page = reader.get(reverse("picture")).content.decode()
    found = set(re.findall(r'href="(/algoritmes/[a-z-]+/)"', page))
    assert {reverse("algorithm", args=[result.method]) for result in RESULTS.values()} <= found
    for address in found:
        assert reader.get(address).status_code == 200, address
