"""What may be proposed to whom: the objects that apps offer, and the ways that the profile leaves open."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.profile import Compartment, Profile, Purpose
from openvis.profile.access import NEVER_FEEDS
from openvis.web import city
from openvis.web.access import registry
from openvis.web.access.models import User
from openvis.web.trail import processing

from .models import Flow


@dataclass(frozen=True, slots=True)
class Thing:
    """An object that somebody can propose fields of, as it is for this person now."""

    offer: registry.Offer
    key: str
    values: dict[str, str]
    areas: list[str]
    subjects: list[list[str]]
    """Whose data they are: type and identifier of each."""

    @property
    def lines(self) -> list[tuple[str, Any, str]]:
        """(field, title, value) of what there is to hand over; what is empty is not offered."""
        return [(name, title, self.values[name]) for name, title in self.offer.fields.items() if self.values.get(name)]


def offer_of(kind: str) -> registry.Offer | None:
    """What an app said of a kind of object."""
    return next((offer for offer in registry.offers if offer.kind == kind), None)


def thing(user: User, kind: str, key: str) -> Thing | None:
    """An object with what this person may hand over of it; None where it does not exist for them."""
    offer = offer_of(kind)
    values = offer.read(user, key) if offer is not None else None
    if offer is None or values is None:
        return None
    known = {name: text for name, text in values.items() if name in offer.fields}
    subjects = [processing.subject_of(person) for person in offer.subjects(user, key)]
    return Thing(offer, key, known, offer.areas(user, key), [[item.type, item.id] for item in subjects])


def open_ways(compartment: str) -> list[Compartment]:
    """The compartments to which something of a compartment may be proposed."""
    profile = city.profile()
    origin = _compartment(profile, compartment)
    if origin is None or origin.id in NEVER_FEEDS:
        return []
    return [item for item in profile.compartments if item.id in origin.feeds and item.id != origin.id]


def _compartment(profile: Profile, key: str) -> Compartment | None:
    return next((item for item in profile.compartments if item.id == key), None)


def name_of(compartment: str) -> str:
    """A compartment in the language of the page; its id where the profile has it no more."""
    found = _compartment(city.profile(), compartment)
    return found.name.get(get_language()) if found is not None else compartment


def title_of(kind: str) -> Any:
    """A kind of object in words."""
    offer = offer_of(kind)
    return offer.title if offer is not None else kind


def field_title(kind: str, name: str) -> Any:
    """A field of a kind of object in words."""
    offer = offer_of(kind)
    return offer.fields.get(name, name) if offer is not None else name


def purposes_of(compartment: str) -> list[Purpose]:
    """What data may be used for in a compartment: a transfer names one of these."""
    return [purpose for purpose in city.profile().purposes if compartment in purpose.compartments]


def purpose_name(key: str) -> str:
    """A purpose in the language of the page."""
    found = next((purpose for purpose in city.profile().purposes if purpose.id == key), None)
    return f"{found.name.get(get_language())} ({found.ground.get(get_language())})" if found is not None else key


def organisation_name(key: str) -> str:
    """An organisation in the language of the page."""
    found = next((item for item in city.profile().organisations if item.id == key), None)
    return found.name.get(get_language()) if found is not None else key or _("unknown organisation")


def role_name(key: str) -> str:
    """A role in the language of the page."""
    found = next((role for role in city.profile().roles if role.id == key), None)
    return found.name.get(get_language()) if found is not None else key


def load_flows(profile: Profile) -> int:
    """Bring the ways of the profile into the database, which refuses every other."""
    rows = [
        Flow(from_compartment=str(item.id), to_compartment=str(to))
        for item in profile.compartments if item.id not in NEVER_FEEDS for to in item.feeds if to != item.id
    ]  # fmt: skip
    with transaction.atomic():
        Flow.objects.all().delete()
        Flow.objects.bulk_create(rows)
    return len(rows)
