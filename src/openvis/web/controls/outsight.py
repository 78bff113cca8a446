"""Places out of sight (vrijplaatsen), which `themes` keeps: those that are due can be chosen, and learn of a control."""

from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.access.models import User
from openvis.web.themes import selectors as places
from openvis.web.themes import services as register

from .choosing import Due


def due(user: User) -> list[Due]:
    """The places whose control is due, for who plans there. One without an address cannot be on a route."""
    return [
        Due(f"place:{item.pk}", item.title, _("place out of sight"), item.address, item.next_control, place=item.pk)
        for item in places.places_due(user, timezone.localdate()) if item.address is not None
    ]  # fmt: skip


def controlled(by: User, key: UUID, day: date) -> None:
    """Write the day of a control into the register; what was planned for then or before is planned no more.

    A place that was taken off the list meanwhile, or lies where this person plans nothing, stays as it is.
    """
    item = places.place(by, key)
    if item is None or (item.last_control is not None and item.last_control >= day):
        return
    later = item.next_control if item.next_control is not None and item.next_control > day else None
    told = register.Listed(item.title, item.kind, item.area_code, item.reason, item.address, day, later)
    register.change(by, key, item.version, told)
