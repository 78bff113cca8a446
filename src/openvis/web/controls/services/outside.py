"""The register of places out of sight (vrijplaatsen), which another app keeps: it is told when a place was controlled."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from openvis.web.access.models import User

listeners: list[Callable[[User, UUID, date], object]] = []


def controlled(by: User, place: UUID, day: date) -> None:
    """Tell that a place was controlled on a day, within the transaction of the act."""
    for listener in listeners:
        listener(by, place, day)
