"""Who hands over what to whom, in either municipality."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import Grant, Organisation, User
from openvis.web.deployment.models import Evidence, FocusPlace
from openvis.web.sharing import services

SECRET = "ZEEMEERMIN-7731"
"""Planted in a value that is handed over: whoever may not see it never finds it in an answer."""


def home(city: Profile) -> str:
    """The area in which the place lies."""
    return city.areas_of(city.levels[0].id)[0].code


def elsewhere(city: Profile) -> str:
    """Another area of that level."""
    return city.areas_of(city.levels[0].id)[1].code


FIGURES: dict[str, Any] = {
    "chips": [], "count": 42, "share": None, "area_share": None, "total": 100, "trend": "", "matrix": [[0.0] * 24] * 7,
    "kinds": [{"name": "vernieling", "count": 42}], "windows": [{"label": "vr 21-23 uur"}], "from": "2026-01-01",
    "to": "2026-10-31", "chosen_kinds": [], "weeks": [],
}  # fmt: skip


def proposing_role(city: Profile) -> str:
    """The role of an area that may propose what is in operations."""
    fits = [
        role.id for role in city.roles
        if role.scope == "area" and "transfers.propose" in role.abilities
        and "r" in city.rights(role.id, "operations").rights
    ]
    if not fits:
        pytest.skip("no role of this city proposes from operations")
    return fits[0]


def receiving_role(city: Profile) -> str:
    """A role that answers for nuisance; another one than the proposer's where there is one."""
    fits = [
        role.id for role in city.roles
        if "transfers.accept" in role.abilities and {"e", "r"} <= city.rights(role.id, "nuisance").rights
    ]
    if not fits:
        pytest.skip("no role of this city answers for nuisance")
    return min(fits, key=lambda role: role == proposing_role(city))


def purpose_of(city: Profile, compartment: str = "nuisance") -> str:
    """A purpose of a compartment."""
    return next(item.id for item in city.purposes if compartment in item.compartments)


def asked(city: Profile, **changed: Any) -> services.Proposal:
    """A proposal that is in order, or differs in what is named."""
    usual: dict[str, Any] = {
        "to": "nuisance", "fields": ("name", "interpretation"), "purpose": purpose_of(city), "law": "AVG",
        "article": "art. 6 lid 1 onder e", "motivation": "De zaak speelt hier.", "proportionality": "Alleen dit.",
        "subsidiarity": "Bellen volstaat niet.", "answer_by": timezone.localdate() + timedelta(days=10),
    }  # fmt: skip
    return services.Proposal(**(usual | changed))


def make_user(city: Profile, role: str, areas: tuple[str, ...] | None = None) -> User:
    """Somebody with a role of the profile; of an area role in the first area, unless others are named."""
    known = city.role(role)
    user = User.objects.create_user(f"{role}-{User.objects.count()}@example.org", name=role.title())
    user.organisation = Organisation.objects.get(key=known.organisation)
    user.save()
    held = (areas if areas is not None else (home(city),)) if known.scope == "area" else ()
    Grant.objects.create(user=user, role=role, areas=list(held), source="test", reason="test")
    return user


def make_place(city: Profile) -> FocusPlace:
    """A focus place in the first area, with the secret in its interpretation."""
    evidence = Evidence(query="", store_version="1", outline=b"", shape={}, picture=b"", figures=FIGURES)
    evidence.save(force_insert=True)
    codes = [home(city)]
    made = FocusPlace(
        name="Achter de kerk", evidence=evidence, home=codes, touches=codes, interpretation=f"Op vrijdag {SECRET}.",
        state="assessed",
    )
    made.save(force_insert=True)
    return made
