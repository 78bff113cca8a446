"""People who keep and end things, and records that are due."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone

from openvis.web.access import purposes
from openvis.web.deployment.models import Evidence, FocusAction, FocusPlace


def roles_of(profile: Any, *abilities: str) -> str:
    """A role that holds all of these abilities."""
    return next(role.id for role in profile.roles if set(abilities) <= set(role.abilities))


def with_role(profile: Any, name: str, *abilities: str) -> Any:
    """Somebody with a role that holds these abilities."""
    from openvis.web.access import services

    role = profile.role(roles_of(profile, *abilities))
    person = services.add_person(f"{name}@test.example", name, role.organisation, "a password of a test")
    services.grant(person, role.id, reason="test", source="test")
    return person


@pytest.fixture
def officer(city: Any) -> Any:
    """Runs, approves, holds, and handles requests."""
    return with_role(city, "officer", "retention.run", "subjects.handle")


@pytest.fixture
def second(city: Any) -> Any:
    """The same role, another person."""
    return with_role(city, "second", "retention.approve", "subjects.handle")


@pytest.fixture
def overseer(city: Any) -> Any:
    """The data protection officer: sees, and does nothing."""
    return with_role(city, "overseer", "access.explain_object", "retention.view")


def place(name: str = "a place", *, days_past: int = 1, state: str = "closed", **fields: Any) -> FocusPlace:
    """A focus place whose last day is so many days ago (negative: still to come)."""
    evidence = Evidence.objects.create(query="q", store_version="1", outline=b"", shape={}, picture=b"x")
    texts = {"reason": "why", "result": "what came of it", "interpretation": "what it means"} | fields
    made = FocusPlace.objects.create(
        name=name, evidence=evidence, state=state, ends_on=timezone.localdate() - timedelta(days=days_past), **texts
    )
    FocusAction.objects.create(place=made, what="look", phase="preventive", organisation="x", due=timezone.localdate())
    return made


def purpose_of(person: Any) -> str:
    """The purpose for which somebody may open what is kept here."""
    return purposes.allowed(person, "administration")[0].id


def stating(client: Any, address: str, purpose: str) -> Any:
    """A page that asks for a purpose first: state it, and give the page."""
    asked = client.get(address)
    if asked.status_code != 302 or "/doel/" not in asked["Location"]:
        return asked
    given = dict(parse_qsl(urlsplit(asked["Location"]).query))
    assert client.post("/mensen/doel/", {**given, "doel": purpose}).status_code == 302
    return client.get(address)
