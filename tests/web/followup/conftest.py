"""A city with people who meet."""

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openvis.profile import Profile
from openvis.web import city as installed
from openvis.web.access.models import User
from web.followup import casework


@pytest.fixture
def keeper(city: Profile) -> User:
    """Keeps the meetings: the coordinator."""
    return casework.make_user(city, casework.keeper_role(city))


@pytest.fixture
def partner(city: Profile) -> User:
    """Takes part for a partner."""
    return casework.make_user(city, casework.partner_role(city))


@pytest.fixture
def other_partner(city: Profile) -> User:
    """Takes part in other meetings, for the same partner."""
    return casework.make_user(city, casework.partner_role(city))


@pytest.fixture
def covenants_end(city: Profile, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives a function that lets every covenant on signals run out yesterday."""
    def end() -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        access = city.access.model_copy(update={"covenants": [
            item.model_copy(update={"review": yesterday, "ends": yesterday}) if "signals" in item.compartments else item
            for item in city.access.covenants
        ]})  # fmt: skip
        changed = dataclasses.replace(city, access=access)
        monkeypatch.setattr(installed, "profile", lambda: changed)

    return end


@pytest.fixture
def opened(city: Profile, client_for: Callable[[Any], Client]) -> Callable[..., Any]:
    """Gets or sends in a page as somebody, stating the purpose that it asks for."""

    def ask(client: Client, address: str, data: Any) -> Any:
        return client.get(address) if data is None else client.post(address, data)

    def open_as(person: User, address: str, data: Any = None) -> Any:
        client = client_for(person)
        answer = ask(client, address, data)
        if answer.status_code == 302 and answer.url.startswith(reverse("purpose")):
            asked = parse_qs(urlsplit(answer.url).query)
            choice = client.get(answer.url).context["choices"][0]["id"]
            client.post(reverse("purpose"), {"doel": choice, **{name: values[0] for name, values in asked.items()}})
            answer = ask(client, address, data)
        return answer

    return open_as
