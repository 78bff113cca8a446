"""Walking the doors: everybody, at every address, with the keys of what belongs to somebody else.

What a person may not know of does not exist for them. So an address with its key answers as one with a key that nobody
has, and none of its marked texts stands in any answer: page, JSON, header, download, message, mail.
"""

import logging
import re
import uuid
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any, NamedTuple

import pytest
from django.core import mail
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse
from django.urls.converters import get_converters

from openvis.web import guard, urls
from openvis.web.access import demo
from openvis.web.access.middleware import is_operation
from openvis.web.api import api
from web.conftest import BACKEND, make_person
from web.planting import MARK, PLANTERS, Planted, plant_hidden
from web.test_rules_declared import PAGES, patterns

CONVERTERS = {type(converter): name for name, converter in get_converters().items()}
LEFT_OUT = {"account_logout", "account_reset_password_from_key"}
"""Signing out ends the walk; the address of a new password is a secret in itself."""
SLOW_PAGES = re.compile("^(picture|briefing)")
"""Pages of the event store, which holds nothing of what is planted here."""
CHANGING = re.compile(r"(?im)^Expires: .*$|csrf[^\n]{0,200}|expires=[^;]*|nonce-[\w-]+|[A-Za-z0-9]{64}")
"""What differs from one answer to the next: tokens, and when a session ends."""
METHODS = ("get", "post")
OPERATIONS = {
    api.get_operation_url_name(operation, router): view
    for _prefix, router in api._routers for view in router.path_operations.values() for operation in view.operations
}  # fmt: skip
"""The operations of the API that share an address, by the name of each of them."""
WORDS = ("x", "csv")
"""For parts of an address that are not a key."""


CITIES = pytest.mark.parametrize(
    "city", ["almere", pytest.param("veldermeer", marks=pytest.mark.slow)], indirect=True
)
"""The second municipality has a walk of its own, among the slow tests."""


@pytest.fixture
def planted(city: Any) -> list[Planted]:
    return [plant(city) for plant in PLANTERS]


@pytest.fixture
def at_home(city: Any) -> list[tuple[str, Planted]]:
    """The same, each with the app that keeps it: its planter stands in a module of that name."""
    return [(plant.__module__.rpartition(".")[2], plant(city)) for plant in PLANTERS]


class Door(NamedTuple):
    """An address that takes a key: which, with keys of an object, with keys that nobody has, and under which rules."""

    name: str
    ours: str
    nobodys: str
    rules: frozenset[str]


def addresses(item: Planted, app: str = "") -> Iterator[Door]:
    """Every address that takes a key, of one app or of all, with the keys of this object."""
    seen: set[str] = set()  # operations of the API share an address
    for pattern in patterns():
        if app in ("", _app(pattern)):
            for door in _filled(pattern, item):
                if door.ours not in seen:
                    seen.add(door.ours)
                    yield door


def _app(pattern: URLPattern) -> str:
    """The app of the web whose page or operation this is."""
    view: Any = pattern.callback
    if is_operation(view):
        shared = OPERATIONS.get(str(pattern.name))
        view = shared.operations[0].view_func if shared else view
    module: str = getattr(view, "view_class", view).__module__
    return module.removeprefix("openvis.web.").partition(".")[0]


def _rules(pattern: URLPattern) -> frozenset[str]:
    """The abilities that open this address."""
    if not is_operation(pattern.callback):
        return frozenset([str(guard.declared(pattern.callback))])
    shared = OPERATIONS.get(str(pattern.name))
    callbacks = [one for operation in shared.operations for one in operation.auth_callbacks] if shared else []
    return frozenset(str(getattr(one, "openvis_rule", guard.OPEN)) for one in callbacks) or frozenset([guard.OPEN])


def _filled(pattern: URLPattern, item: Planted) -> Iterator[Door]:
    converters = pattern.pattern.converters
    if not pattern.name or not converters or pattern.name in LEFT_OUT:
        return
    names = list(converters)
    for keys in (item.keys, *item.also):
        choices = [_values(converters[name], keys) for name in names]
        for values in product(*choices):
            if not any(value in keys for value in values):
                continue
            nobody = [_unknown(value) if value in keys else value for value in values]
            try:
                doors = [reverse(_named(pattern), kwargs=dict(zip(names, each, strict=True))) for each in (values, nobody)]
            except NoReverseMatch:
                continue  # an address that takes identifiers of another form cannot be asked with this key
            kinds = [type(value).__name__ if value in keys else value for value in values]
            yield Door(f"{_named(pattern)} {kinds}", *doors, _rules(pattern))


def _named(pattern: URLPattern) -> str:
    return f"api:{pattern.name}" if is_operation(pattern.callback) else str(pattern.name)


def _values(converter: Any, keys: tuple[Any, ...]) -> list[Any]:
    """The keys that fit a part of an address, and words for what is not a key."""
    kind = CONVERTERS.get(type(converter), "str")
    fits = [key for key in keys if _fits(kind, key)]
    return [*fits, *(WORDS if kind in ("slug", "str", "path") else ())]


def _fits(kind: str, key: Any) -> bool:
    if kind == "uuid":
        return isinstance(key, uuid.UUID)
    if kind == "int":
        return isinstance(key, int)
    return isinstance(key, str | uuid.UUID)


def _unknown(key: Any) -> Any:
    """A key of the same kind that nobody has."""
    if isinstance(key, uuid.UUID):
        return uuid.uuid4()
    return 987_654_321 if isinstance(key, int) else f"{key[:4]}-nobody-{uuid.uuid4().hex[:6]}"


def said(answer: HttpResponseBase) -> str:
    """All that an answer tells: status line, headers, cookies, body."""
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined, arg-type]
    return "\n".join([*(f"{name}: {value}" for name, value in answer.items()), str(answer.cookies), _text(body)])


def _text(body: bytes) -> str:
    return body.decode("utf-8", errors="replace")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only costs time in thousands of answers: the page around "this does not exist", the same at every door (the walk
    of lists reads it), that the client keeps a copy of everything a template was given, and that pytest keeps what is
    logged of every answer, its request and all.
    """
    monkeypatch.setattr(urls, "handler404", absent_page)
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_given, **_named: None)


def absent_page(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return HttpResponse("nothing", status=404)


@pytest.fixture
def every_role(city: Any) -> list[tuple[str, Any, Client]]:
    """Somebody of every role, and somebody without any: name of the role, person, signed-in client."""
    return _everybody(city, demo.roles_by_alias(city))


@pytest.fixture
def everybody(city: Any) -> list[tuple[str, Any, Client]]:
    """The same, of roles that may do the same only one."""
    differ = {(role.scope, frozenset(role.abilities)): alias for alias, role in demo.roles_by_alias(city).items()}
    return _everybody(city, differ.values())


def _everybody(city: Any, aliases: Iterable[str]) -> list[tuple[str, Any, Client]]:
    from openvis.web.access import services

    found = [_at_the_door(alias, make_person(city, alias)) for alias in aliases]
    return [*found, _at_the_door("outsider", services.add_person("outsider@test.example", "outsider"))]


def _at_the_door(alias: str, person: Any) -> tuple[str, Any, Client]:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend=BACKEND)
    return alias, person, client


def test_every_address_has_a_name_of_its_own():
    """Of two with one name only one can be found by it, and the walk would pass the other by."""
    routes: dict[str, set[str]] = {}
    for pattern in patterns():
        if pattern.name:
            routes.setdefault(_named(pattern), set()).add(str(pattern.pattern))
    assert {name: found for name, found in routes.items() if len(found) > 1} == {}


@CITIES
@pytest.mark.usefixtures("bare")
def test_what_is_not_yours_does_not_exist(city: Any, at_home: list[tuple[str, Planted]], everybody: Any):
    """At the doors of its own app where an object can be found; the slow test below tries every door there is.

    Who holds no ability of a door is turned away before anything is looked up, so one of them is asked there.
    """
    wrong: list[str] = []
    behind: set[str] = set()
    absent: dict[str, dict[str, int]] = {alias: {} for alias, _person, _client in everybody}
    held = {alias: _rules_of(city, person) for alias, person, _client in everybody}
    for app, item in at_home:
        doors = opened(app, item, everybody, absent)
        behind |= {item.kind} if doors else set()
        doors = doors or list(addresses(item, app))  # nobody here knows of it, or only with a purpose
        turned_away: set[str] = set()
        for alias, person, client in everybody:
            if not item.readers(person):
                asked = _worth_asking(doors, held[alias], turned_away)
                wrong += [f"{alias}, {item.kind}: {what}" for what in _tried(client, item, asked, absent[alias])]
    assert not wrong, "\n".join(wrong[:40])
    assert behind >= {"focus place", "delivery", "account", "source", "project", "barrier model"}, behind
    assert not [one for _app, item in at_home for one in item.marks for letter in mail.outbox if one in letter.body]


@pytest.mark.slow
@pytest.mark.usefixtures("bare")
def test_there_is_no_other_door(city: Any, planted: list[Planted], every_role: Any):
    """Every door there is, for somebody of every role; each is turned away once from a door of which no ability is held."""
    wrong: list[str] = []
    doors = [(item, list(addresses(item))) for item in planted]
    for alias, person, client in every_role:
        absent: dict[str, int] = {}
        held, turned_away = _rules_of(city, person), set[str]()
        for item, every in doors:
            if not item.readers(person):
                asked = _worth_asking(every, held, turned_away)
                wrong += [f"{alias}, {item.kind}: {what}" for what in _tried(client, item, asked, absent)]
    assert not wrong, "\n".join(wrong[:40])


def _worth_asking(doors: Iterable[Door], held: set[str], turned_away: set[str]) -> list[Door]:
    """The doors behind which something is looked up for who holds these rules, and those that turned nobody away before."""
    found = [door for door in doors if door.rules & held or door.name not in turned_away]
    turned_away |= {door.name for door in found if not door.rules & held}
    return found


def _rules_of(city: Any, person: Any) -> set[str]:
    """The rules of addresses that let somebody look for something there."""
    abilities = {ability for grant in person.grants.in_force() for ability in city.role(grant.role).abilities}
    return abilities | {guard.OPEN, guard.SIGNED_IN}


def opened(app: str, item: Planted, everybody: Any, absent: dict[str, dict[str, int]]) -> list[Door]:
    """The doors behind which this object is: for one who may know of it they answer otherwise than for nothing."""
    found: dict[str, Door] = {}
    for alias, person, client in everybody:
        if item.readers(person):
            for door in addresses(item, app):
                if door.name not in found and any(
                    _ask(client, method, door.ours).status_code != _nothing(client, method, door, absent[alias])
                    for method in METHODS
                ):
                    found[door.name] = door
            if found:
                break
    return list(found.values())


def _nothing(client: Client, method: str, door: Door, absent: dict[str, int]) -> int:
    """The status of an answer about a key that nobody has, asked once for each door."""
    name = f"{method} {door.name}"
    if name not in absent:
        absent[name] = _ask(client, method, door.nobodys).status_code
    return absent[name]


def _tried(client: Client, item: Planted, doors: list[Door], absent: dict[str, int]) -> Iterator[str]:
    """What gave the object away to this person."""
    for door in doors:
        for method in METHODS:
            there, expected = _ask(client, method, door.ours), _nothing(client, method, door, absent)
            if there.status_code != expected or there.status_code >= 500:
                yield f"{method} {door.ours}: {there.status_code}, for a key that nobody has {expected}"
            told = said(there)
            found = [one for one in item.marks if one in told and one not in door.ours]
            if found:
                yield f"{method} {door.ours}: {found}"


def _ask(client: Client, method: str, address: str) -> Any:
    """An answer, of which nothing stays: not in the database, not in the browser."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = getattr(client, method)(address)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


@CITIES
def test_lists_searches_and_downloads_do_not_tell_either(city: Any, planted: list[Planted], everybody: Any):
    wrong: list[str] = []
    for alias, person, client in everybody:
        hidden = [item for item in planted if not item.readers(person)]
        marks = {one: item.kind for item in hidden for one in item.marks}
        for name, _rule in PAGES:
            if name not in LEFT_OUT and not SLOW_PAGES.match(name):
                told = said(_ask(client, "get", reverse(name)))
                wrong += [f"{alias}, {name}: {marks[one]}" for one in marks if one in told]
        told = said(_ask(client, "get", f"{reverse('search')}?q={MARK}")) + said(_ask(client, "get", "/nothing/"))
        wrong += [f"{alias}, search: {marks[one]}" for one in marks if one in told]
    assert not wrong, "\n".join(wrong[:40])


@pytest.mark.parametrize("city", ["almere"], indirect=True)
def test_to_who_may_see_nothing_a_full_city_is_an_empty_one(city: Any):
    """Not a count, not a length, not an ETag tells that something is there."""
    wrong: list[str] = []
    for alias, person, client in _everybody(city, ("raadslid", "medewerker")):
        before = _pages(client)
        with transaction.atomic():
            assert plant_hidden(city, person)
            after = _pages(client)
            transaction.set_rollback(True)
        wrong += [f"{alias}: {name}" for name in before if before[name] != after[name]]
    assert not wrong, "\n".join(wrong)


def _pages(client: Client) -> dict[str, str]:
    """Every plain page as this person sees it, without what differs from one moment to the next.

    Setting up a second factor shows a new secret each time.
    """
    found = {}
    for name, _rule in PAGES:
        if name not in LEFT_OUT and not SLOW_PAGES.match(name) and not name.startswith("mfa_"):
            told = said(_ask(client, "get", reverse(name)))
            found[name] = CHANGING.sub("", told)
    return found
