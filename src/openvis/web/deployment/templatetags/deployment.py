"""Words of focus places for their templates."""

from datetime import date

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.web import city

from .. import words

register = template.Library()


@register.filter
def count(value: float) -> str:
    """A count, with one digit behind the comma only where it is small and not whole."""
    return words.number(value)


@register.simple_tag
def keep_label() -> str:
    """The words of the button that keeps a place, with the municipality's own word for it."""
    return _("Keep as %s") % city.profile().term("focus_place", get_language())


@register.filter
def week(monday: date) -> str:
    """A week in short: `wk 47`."""
    return _("wk %d") % monday.isocalendar().week
