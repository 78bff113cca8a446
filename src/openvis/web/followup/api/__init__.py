"""The API of meetings, items, actions, projects and hand-overs: the same rules and services as the pages."""

from . import cases, interventions, items, meetings, projects
from .base import router

__all__ = ["cases", "interventions", "items", "meetings", "projects", "router"]
