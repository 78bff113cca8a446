"""Words of the index for templates."""

from typing import Any

from django import template

from openvis.web.trail.words import action, result

from .. import selectors

register = template.Library()
register.filter("department", selectors.department_name)
register.filter("index_kind", selectors.kind_name)
register.filter("audit_action", action)
register.filter("audit_result", result)

BADGES = {"active": "ok", "withdrawn": "", "expired": "warning"}


@register.filter
def entry_state(state: str) -> str:
    """The colour of a state; the word stands beside it."""
    return BADGES.get(state, "")


@register.filter
def named(people: dict[Any, str], key: Any) -> str:
    """A name by its key; a dash for the system itself."""
    return people.get(key, "–")
