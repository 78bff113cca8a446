"""Words of the follow-up for templates."""

from django import template

from openvis.web.sharing import covenants, flows

from .. import words

register = template.Library()
register.filter("approach", words.approach_name)
register.filter("organisation", flows.organisation_name)
register.filter("organisations", words.names)
register.filter("agreed_covenant", covenants.name_of)
register.filter("stated_purpose", flows.purpose_name)

BADGES = {
    "draft": "", "sent": "info", "closed": "ok", "waiting": "warning", "tabled": "info", "decided": "info", "open": "info",
    "done": "ok", "dropped": "", "running": "info",
}  # fmt: skip


@register.filter
def badge(state: str) -> str:
    """The colour of a state; the word stands beside it."""
    return BADGES.get(state, "")
