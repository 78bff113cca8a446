"""What `access` hangs into the navigation, the search box and Today, and what it tells of its own kinds of object."""

from django.utils.translation import gettext_lazy as _

from openvis.web.ui import registry

from . import explained, selectors
from .registry import objects

PAGES = [
    registry.Page(
        "people", _("People and roles"), "people", "people.view", order=10, icon="users",
        text=_("Who has which role, where, until when and why."),
    ),
    registry.Page(
        "people", _("Matrix"), "matrix", "people.view", order=20, icon="table",
        text=_("Which role may do what in which part of the data."),
    ),
    registry.Page(
        "people", _("Why may somebody?"), "explain", "access.explain", order=30, icon="help-circle",
        text=_("What a person may do with a kind of object, and where that comes from."),
    ),
]


def register() -> None:
    """Fill the registries."""
    registry.pages += PAGES
    registry.searches.append(registry.Search("picture.view", selectors.search_areas))
    objects.extend(explained.KINDS)
