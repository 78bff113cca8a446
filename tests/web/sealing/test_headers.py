"""Every answer, of every page and kind, carries the headers that keep a browser from doing what it should not."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as configured
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from openvis.web.ui import registry
from web.conftest import BACKEND, make_person
from web.test_rules_declared import patterns

EXAMPLES = {"UUIDConverter": UUID(int=1), "IntConverter": 1}
"""What stands in an address where it asks for a key; elsewhere a word."""
POLICY = (
    "default-src 'none'", "object-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'",
    "frame-ancestors 'none'",
)
WATCHED = {"/healthz", "/readyz"}
"""Answered in the clear as well, to whoever watches from the machine itself: they promise no TLS."""
WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FORBIDDEN = ("'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:")
"""What a policy must not allow; data: and blob: are for pictures and for the map's worker."""


def addresses() -> Iterator[str]:
    """One address of every page and operation, with made-up keys where it asks for some."""
    for item in patterns():
        yield "/" + address_of(item)


def address_of(item: URLPattern) -> str:
    found = get_resolver().reverse_dict.getlist(item.callback)
    route = found[0][0][0][0] if found else str(item.pattern)
    kinds = {name: type(kind).__name__ for name, kind in item.pattern.converters.items()}
    return re.sub(r"%\((\w+)\)s", lambda part: str(EXAMPLES.get(kinds.get(part[1], ""), "iets")), route)


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(ld\+)?json\")|<style|\sstyle=|\son\w+=\"|javascript:", re.IGNORECASE
)


def inline(answer: HttpResponse) -> list[str]:
    """Scripts and styles in the source of a page, which its policy would refuse."""
    if not answer.headers.get("Content-Type", "").startswith("text/html") or answer.streaming:
        return []
    return [f"inline: {found[0]}" for found in INLINE.finditer(answer.content.decode())]


def wrong_headers(answer: HttpResponse, *, signed_in: bool) -> list[str]:
    """What is missing from an answer, or should not be there."""
    found = [f"{name}: {answer.headers.get(name)!r}" for name, value in WANTED.items() if answer.headers.get(name) != value]
    policy = answer.headers.get("Content-Security-Policy", "")
    if not all(part in policy for part in POLICY):
        found.append(f"Content-Security-Policy: {policy!r}")
    found += [f"Content-Security-Policy allows {word}" for word in FORBIDDEN if word in policy.split()]
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    if "max-age=31536000" not in answer.headers.get("Strict-Transport-Security", ""):
        found.append("Strict-Transport-Security")
    kept = answer.headers.get("Cache-Control", "")
    if signed_in and answer.headers.get("Content-Type", "").startswith("text/html") and "no-store" not in kept:
        found.append(f"Cache-Control: {kept!r}")
    if signed_in and "public" in kept:
        found.append(f"Cache-Control: {kept!r}")
    found += [f"{name}: {answer.headers[name]}" for name in ("Server", "X-Powered-By", "Via") if name in answer.headers]
    return found


@pytest.fixture
def production(settings: Any) -> None:
    """What production switches on, before a client makes its middleware."""
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_SSL_REDIRECT = True


def client_of(person: Any) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person, backend=BACKEND)
    return client


def test_there_is_an_address_of_every_page():
    found = set(addresses())
    assert {"/", "/zoeken/", "/beeld/", "/aanpak/", reverse("intake_batch", args=[UUID(int=1)])} <= found
    assert len(found) > 60


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_every_page_carries_its_headers_for_everybody(city: Any, production: None):
    people = [None, *(make_person(city, alias) for alias in ("analyst", "manager", "administrator"))]
    wrong = []
    statuses: set[int] = set()
    for person in people:
        client = client_of(person)
        for address in sorted(addresses()):
            if address == reverse("account_logout"):
                continue
            for method in ("get", "post"):
                answer = getattr(client, method)(address, secure=True)
                statuses.add(answer.status_code)
                wrong += [
                    f"{person or 'nobody'} {method} {address} ({answer.status_code}): {told}"
                    for told in [*wrong_headers(answer, signed_in=person is not None), *inline(answer)]
                    if address not in WATCHED or told != "Strict-Transport-Security"
                ]
    assert wrong == [], f"{len(wrong)} wrong, of which\n" + "\n".join(wrong[:20])
    assert {200, 302, 404, 405} <= statuses


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_errors_and_redirects_carry_them_as_well(city: Any, production: None, monkeypatch: pytest.MonkeyPatch):
    client = client_of(make_person(city, "analyst"))
    plain = client.get("/")
    assert plain.status_code == 301
    assert plain.headers["Location"].startswith("https://")
    monkeypatch.setattr(registry, "searches", [registry.Search("picture.view", lambda user, words: 1 / 0)])
    broken = client.get("/zoeken/?q=be", secure=True)
    assert broken.status_code == 500
    refused = Client(enforce_csrf_checks=True).post("/taal/", {"language": "nl"}, secure=True)
    assert refused.status_code == 403
    stranger = client.get("/", secure=True, headers={"host": "elders.example"})
    assert stranger.status_code == 400
    for answer in (broken, refused):
        assert wrong_headers(answer, signed_in=answer is broken) == []
    assert stranger.headers["Content-Security-Policy"]


def test_a_missing_header_would_be_found():
    assert len(wrong_headers(HttpResponse("x"), signed_in=True)) == len(WANTED) + 4
    loose = HttpResponse("x", headers={"Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'"})
    assert "Content-Security-Policy allows 'unsafe-inline'" in wrong_headers(loose, signed_in=False)
    assert inline(HttpResponse("<p style='x'><script>1</script><b onclick=\"x\">", content_type="text/html"))[2:]


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_cookies_are_for_this_site_and_for_no_script(city: Any, settings: Any):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    make_person(city, "analyst")
    client = Client()
    answer = client.post(
        "/account/inloggen/", {"login": "analyst@test.example", "password": "a password of a test"}, secure=True
    )
    session = answer.cookies[configured.SESSION_COOKIE_NAME]
    assert session["httponly"]
    assert session["secure"]
    assert session["samesite"] == "Lax"
    assert answer.cookies["csrftoken"]["samesite"] == "Lax"
    assert answer.cookies["csrftoken"]["httponly"]


def test_in_production_cookies_are_of_this_host_and_travel_over_tls(tmp_path: Path):
    asked = (
        "from openvis.web.settings import production as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.DEBUG)"
    )
    environment = os.environ | {
        "DATABASE_URL": "postgresql://a@localhost/x", "OPENVIS_SECRET_KEY": "x", "OPENVIS_KEYS": "x", "OPENVIS_HOSTS": "x",
        "OPENVIS_DATA": str(tmp_path),
    }
    said = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True).stdout
    assert said.split() == [
        "__Host-session", "__Host-csrf", "__Host-language", "True", "True", "31536000", "True", "False",
    ]
