"""Who meets about what, in either municipality: people by what they may do, and a signal with a secret in it."""

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from openvis.profile import Profile
from openvis.web.access.models import Grant, Organisation, User
from openvis.web.followup import services
from openvis.web.followup.models import Meeting, TabledItem
from openvis.web.followup.services.items import Form
from openvis.web.signals.models import Signal

SECRET = "ZEEHOND-4410"
"""In the facts of the signal, which are handed over."""
HIDDEN = "MEERKOET-0912"
"""In the interpretation, which is not."""


def role_of(city: Profile, *abilities: str, without: str = "", note: str | None = None) -> str:
    """The first role with these abilities, without another, and with a note in its cell of signals."""
    return next(
        role.id for role in city.roles
        if set(abilities) <= set(role.abilities) and without not in role.abilities
        and (note is None or city.rights(role.id, "signals").note == note)
    )


def keeper_role(city: Profile) -> str:
    """Who keeps the meetings."""
    return role_of(city, "signals.weigh", "signals.casus")


def partner_role(city: Profile) -> str:
    """A partner who takes part."""
    return role_of(city, "signals.casus", without="signals.weigh", note="casus")


def tabled_role(city: Profile) -> str:
    """Who sees what is tabled."""
    return role_of(city, "signals.casus", without="signals.weigh", note="tabled")


def make_user(city: Profile, role: str, organisation: str = "") -> User:
    """Somebody with a role of the profile, of its organisation or another."""
    user = User.objects.create_user(f"{uuid.uuid4().hex[:12]}@test.example", name=f"{role} {User.objects.count()}")
    user.organisation = Organisation.objects.get(key=organisation or city.role(role).organisation)
    user.save()
    Grant.objects.create(user=user, role=role, areas=[], source="test", reason="test")
    return user


def make_signal(city: Profile, number: str = "2026-0001", **more: Any) -> Signal:
    """A signal as the reporting point keeps it."""
    values: dict[str, Any] = {
        "number": number, "phenomenon": city.signals.phenomena[0].id, "branch": city.signals.branches[0].id,
        "facts": f"Elke nacht een bus bij de loods, {SECRET}.", "interpretation": f"Misschien opslag, {HIDDEN}.",
    }  # fmt: skip
    signal = Signal(**(values | more))
    signal.save(force_insert=True)
    return signal


def covenant_of(city: Profile) -> str:
    """The covenant on signals."""
    return next(item.id for item in city.covenants if "signals" in item.compartments)


def make_meeting(city: Profile, keeper: User, *people: User, days: int = 7) -> Meeting:
    """A meeting that is being prepared, with these people."""
    begins = timezone.now() + timedelta(days=days)
    made = services.meetings.make(keeper, begins, "Zaal 3", keeper, covenant_of(city))
    for person in people:
        services.meetings.invite(keeper, made.pk, person)
    made.refresh_from_db()
    return made


def make_item(keeper: User, signal: Signal, meeting: Meeting | None = None) -> TabledItem:
    """The signal, routed to the meeting."""
    services.meetings.route(keeper, signal.pk, {"meeting": str(meeting.pk) if meeting else ""})
    return TabledItem.objects.get(signal=signal)


def form(city: Profile, **changed: Any) -> Form:
    """The uniform form with the facts and the phenomenon ticked."""
    purpose = next(item.id for item in city.purposes if "signals" in item.compartments)
    usual: dict[str, Any] = {
        "fields": ["phenomenon", "facts"], "purpose": purpose, "law": "WGS", "article": "art. 2.17",
        "covenant": covenant_of(city), "motivation": "Samen kijken.", "proportionality": "Alleen wat is gezien.",
    }  # fmt: skip
    return Form(**(usual | changed))


def sent(city: Profile, keeper: User, *people: User) -> tuple[Meeting, TabledItem]:
    """A meeting whose agenda was sent, with one signal that was handed over."""
    meeting = make_meeting(city, keeper, *people)
    item = make_item(keeper, make_signal(city, f"2026-{Signal.objects.count() + 1:04}"), meeting)
    services.items.hand_over(keeper, item.pk, form(city))
    services.meetings.send(keeper, meeting.pk)
    meeting.refresh_from_db()
    item.refresh_from_db()
    return meeting, item


def decided(city: Profile, keeper: User, item: TabledItem, **changed: Any) -> TabledItem:
    """The item with a decision."""
    item.refresh_from_db()
    usual: dict[str, Any] = {
        "text": "De gemeente controleert de vergunning.", "law": "WGS", "article": "art. 2.19",
        "approaches": ["administrative"], "partners": [], "version": item.version,
    }  # fmt: skip
    services.items.decide(keeper, item.pk, **(usual | changed))
    item.refresh_from_db()
    return item
