"""People, their sessions and what they stated."""

import uuid
from datetime import timedelta

from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import PurposeUse, User
from web.planting.common import Planted, holds, mark


def account(profile: Profile) -> Planted:
    """Somebody of another organisation, with a role and its reason."""
    from openvis.web.access import services

    name, reason = mark("naam"), mark("reden")
    person = services.add_person(f"{mark('adres')}@elders.example", name, profile.organisations[-1].id)
    role = next(role for role in profile.roles if role.scope == "city")
    services.grant(person, role.id, reason=reason, source="test")
    return Planted("account", (person.pk,), (name, reason, person.email), holds(profile, "people.view", "access.explain"))


def purpose_use(profile: Profile) -> Planted:
    """A purpose that somebody else stated for a file."""
    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    file = mark("dossier")
    used = PurposeUse.objects.create(user=other, session="s", compartment="persons", object=file, purpose="p")
    return Planted("purpose", (used.pk,), (file,), holds(profile, "audit.view"))


def session(profile: Profile) -> Planted:
    """A browser in which somebody else is signed in."""
    from openvis.web.access.models import Session

    other = User.objects.create_user(f"{uuid.uuid4().hex}@elders.example", name="Iemand Anders")
    device, key = mark("apparaat"), mark("sessie")
    Session.objects.create(
        session_key=key, session_data="", expire_date=timezone.now() + timedelta(hours=1), user=other, device=device,
    )
    return Planted("session", (key,), (device, key), lambda person: person == other)
