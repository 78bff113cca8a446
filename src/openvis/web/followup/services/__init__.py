"""What can happen after weighing. One function an event, each a transaction with its rule, an audit entry, and history."""

from . import cases, following, interventions, items, meetings, projects
from .base import ChangedError, NotNowError, NotYoursError, WrongError

__all__ = [
    "ChangedError", "NotNowError", "NotYoursError", "WrongError", "cases", "following", "interventions", "items", "meetings",
    "projects",
]  # fmt: skip
