"""What can happen after weighing. One function an event, each a transaction with its rule, an audit entry, and history."""

from . import cases, interventions, items, meetings, projects
from .base import ChangedError, NotNowError, NotYoursError, WrongError

__all__ = [
    "ChangedError", "NotNowError", "NotYoursError", "WrongError", "cases", "interventions", "items", "meetings", "projects",
]
