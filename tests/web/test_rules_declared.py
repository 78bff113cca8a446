"""No door without a rule: every page and every API operation says under which rule it stands, and the rule is kept."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, path, reverse

from openvis.profile import Ability
from openvis.web import guard
from openvis.web.access import demo, people
from openvis.web.access.middleware import is_operation
from openvis.web.access.models import AuditEntry
from openvis.web.api import api
from web.conftest import make_person

KNOWN = {guard.OPEN, guard.SIGNED_IN} | {ability.value for ability in Ability}
OPEN_PAGES = {
    "about", "algorithm", "algorithms", "algorithms_download", "set_language", "set_scheme", "healthz", "readyz",
    "account_login", "account_logout",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_inactive", "invitation", "mfa_authenticate", "oidc_login", "oidc_callback",
}
"""What somebody who is signed out may open. A longer list is a decision, not an accident: change it here."""


def patterns(parts: list[Any] | None = None) -> Iterator[URLPattern]:
    """Every address of the site."""
    for item in get_resolver().url_patterns if parts is None else parts:
        if isinstance(item, URLResolver):
            yield from patterns(item.url_patterns)
        else:
            yield item


def undeclared(found: Iterator[URLPattern]) -> list[str]:
    """Addresses whose view names no rule, or one that does not exist."""
    return [
        f"{item.pattern} ({item.name}): {guard.declared(item.callback)!r}"
        for item in found
        if not is_operation(item.callback) and guard.declared(item.callback) not in KNOWN
    ]


def operations() -> Iterator[tuple[str, Any]]:
    for _prefix, router in api._routers:
        for address, view in router.path_operations.items():
            for operation in view.operations:
                yield f"{operation.methods} {address}", operation


def test_every_page_declares_its_rule():
    assert not undeclared(patterns())


def test_a_page_without_a_rule_is_found():
    def forgotten(request: Any) -> HttpResponse:
        return HttpResponse()

    misspelt = guard.rule("picture.veiw")(lambda request: HttpResponse())
    found = undeclared(iter([path("x/", forgotten, name="x"), path("y/", misspelt, name="y")]))
    assert len(found) == 2


def test_every_operation_of_the_api_declares_its_rule():
    said = list(operations())
    for name, operation in said:
        rules = [getattr(callback, "openvis_rule", None) for callback in operation.auth_callbacks]
        assert rules, f"{name} has no auth=Signed(…)"
        assert set(rules) <= KNOWN, f"{name}: {rules}"


def test_only_these_pages_are_open():
    found = {item.name for item in patterns() if guard.declared(item.callback) == guard.OPEN}
    assert found == OPEN_PAGES


def plain_pages() -> list[tuple[str, str]]:
    """(name, rule) of the pages that need nothing in their address and answer to GET."""
    found = []
    for item in patterns():
        if is_operation(item.callback) or not item.name or item.pattern.converters:
            continue
        try:
            reverse(item.name)
        except NoReverseMatch:
            continue
        found.append((item.name, str(guard.declared(item.callback))))
    return sorted(set(found))


PAGES = plain_pages()


def test_there_are_pages_to_try():
    assert {"today", "search", "people"} <= {name for name, _rule in PAGES}


@pytest.mark.parametrize("city", ["almere", "veldermeer"], indirect=True)
def test_signed_out_every_closed_page_leads_to_sign_in(city: Any, client: Client):
    for name, rule in PAGES:
        answer = client.get(reverse(name))
        if rule == guard.OPEN:
            # No worker runs in a test, and the page for who watches says so.
            assert answer.status_code in (200, 302, 405) or name == "readyz", name
            continue
        assert answer.status_code == 302, name
        assert answer.headers["Location"].startswith(reverse("account_login")), name


@pytest.mark.parametrize("city", ["almere", "veldermeer"], indirect=True)
def test_each_role_opens_what_it_may_and_nothing_else(city: Any, client_for: Any):
    """The role's pages answer, the others do not exist; a page that finds nothing by itself (404) is not a refusal."""
    wrong = []
    for alias in demo.roles_by_alias(city):
        person = make_person(city, alias)
        client = client_for(person)
        client.raise_request_exception = False
        for name, rule in PAGES:
            if name in ("account_logout", "readyz"):
                continue
            AuditEntry.objects.all().delete()
            status = client.get(reverse(name)).status_code
            refused = AuditEntry.objects.filter(result="refused", action=rule).exists()
            may = rule in (guard.OPEN, guard.SIGNED_IN) or people.may(person, rule)
            if refused == may or status >= 500 or (refused and status != 404):
                wrong.append(f"{alias}, {name} ({rule}): {status}, may: {may}, refused: {refused}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_somebody_without_a_role_opens_nothing_and_it_is_written_down(city: Any, outsider: Any, client_for: Any):
    client = client_for(outsider)
    closed = [name for name, rule in PAGES if rule not in (guard.OPEN, guard.SIGNED_IN)]
    for name in closed:
        assert client.get(reverse(name)).status_code == 404, name
        assert client.post(reverse(name)).status_code == 404, name
    refusals = AuditEntry.objects.filter(actor=outsider.pk, result="refused")
    assert refusals.count() == 2 * len(closed)


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_the_api_refuses_signed_out_with_401_and_the_unauthorised_with_404(
    city: Any, outsider: Any, client: Client, client_for: Any
):
    addresses = [
        (operation.methods[0].lower(), f"/api/v1{prefix}{address}".replace("//", "/"))
        for prefix, router in api._routers
        for address, view in router.path_operations.items()
        for operation in view.operations
        if "{" not in address
    ]
    assert addresses
    for method, address in addresses:
        ask = {"content_type": "application/json"} if method == "post" else {}
        assert getattr(client, method)(address, **ask).status_code == 401, address
        assert getattr(client_for(outsider), method)(address, **ask).status_code in (403, 404), address


def test_a_refusal_inside_an_act_is_written_down_after_the_roll_back(db: None, rf: Any):
    """The entry is made in the middleware, when the view's transaction is already gone."""
    from django.contrib.auth.models import AnonymousUser
    from django.db import transaction

    from openvis.web.access.middleware import RuleMiddleware

    request = rf.get("/x/")
    request.user = AnonymousUser()
    middleware = RuleMiddleware(lambda _request: HttpResponse())
    try:
        with transaction.atomic():
            AuditEntry.objects.create(action="inside")
            raise guard.Refused("places.keep", "place 7")
    except guard.Refused as refusal:
        middleware.process_exception(request, refusal)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object, entry.result) == ("places.keep", "place 7", "refused")
