"""The API of meetings, items, actions, projects and hand-overs: the same rules and services as the pages."""

from . import cases, interventions, items, meetings, projects  # noqa: F401 -- each puts its operations at their addresses
from .base import router

__all__ = ["router"]
