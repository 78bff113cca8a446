"""What `access` hangs into the navigation, the search box and Today, and what it tells of its own kinds of object."""

from django.utils.translation import gettext_lazy as _

from openvis.web.ui import registry

from . import explained, oversight_cards, selectors
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
    registry.Page(
        "people", _("Review of rights"), "reviews", "people.review", order=35, icon="list-check",
        text=_("Every role judged once a year, signed and carried out."),
    ),
    registry.Page(
        "people", _("Access in an emergency"), "break_glass", "break_glass.ask", order=80, icon="lock-open",
        text=_("Ask for a role for some hours when it cannot wait."),
    ),
    registry.Page(
        "people", _("Emergencies to answer"), "break_glass_answers", "break_glass.approve", order=81, icon="shield-check",
        text=_("Allow access in an emergency, end it, and review it afterwards."),
    ),
]


def register() -> None:
    """Fill the registries."""
    registry.pages += PAGES
    registry.cards += [
        registry.Card("break_glass.approve", oversight_cards.emergencies, order=1),
        registry.Card("break_glass.ask", oversight_cards.own_emergency, order=2),
        registry.Card("people.review", oversight_cards.to_review, order=30),
    ]
    registry.searches.append(registry.Search("picture.view", selectors.search_areas))
    objects.extend(explained.KINDS)
