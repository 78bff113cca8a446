"""Words of focus places for their templates."""

from datetime import date

from django import template
from django.utils.translation import gettext as _

from .. import words

register = template.Library()


@register.filter
def count(value: float) -> str:
    """A count, with one digit behind the comma only where it is small and not whole."""
    return words.number(value)


@register.filter
def week(monday: date) -> str:
    """A week in short: `wk 47`."""
    return _("wk %d") % monday.isocalendar().week
