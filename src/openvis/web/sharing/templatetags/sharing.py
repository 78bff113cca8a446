"""Words of transfers for templates, and the way to propose an object from its own page."""

from typing import Any

from django import template
from django.template import RequestContext
from django.urls import reverse

from .. import covenants, flows, selectors

register = template.Library()
register.filter("compartment", flows.name_of)
register.filter("kind_title", flows.title_of)
register.filter("purpose_name", flows.purpose_name)
register.filter("organisation_name", flows.organisation_name)
register.filter("role_name", flows.role_name)
register.filter("covenant_name", covenants.name_of)

BADGES = {"proposed": "info", "accepted": "ok", "refused": "error", "withdrawn": "", "expired": "warning"}


@register.filter
def state_kind(state: str) -> str:
    """The colour of a state; the word stands beside it."""
    return BADGES.get(state, "")


@register.simple_tag(takes_context=True)
def propose_address(context: RequestContext, kind: str, key: Any) -> str:
    """Where this person can propose an object to another compartment; empty where they cannot."""
    user = context["request"].user
    return reverse("transfer_propose", args=[kind, key]) if selectors.proposable(user, kind, str(key)) else ""
