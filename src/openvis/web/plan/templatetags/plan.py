"""Words of the plan for its templates."""

from typing import Any

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.profile import Text
from openvis.web import city
from openvis.web.deployment.models import Phase
from openvis.web.ui.formatting import number

from .. import charts
from ..goals import Measured
from ..selectors import GoalView
from ..writing import decimal, plain

register = template.Library()
register.filter(decimal)


@register.filter
def text(value: Text) -> str:
    """A text of the profile in the language of the page."""
    return value.get(get_language())


@register.filter
def whole(value: float) -> str:
    """A whole number with its separators."""
    return number(value)


@register.filter
def phases(values: list[str]) -> str:
    """The phases of an action in words."""
    return ", ".join(str(Phase(value).label) for value in values)


@register.filter
def status(value: str) -> str:
    """Where the lead of a topic is, when it is not here: the organisation of that name."""
    for organisation in city.profile().organisations:
        if organisation.id == value:
            return organisation.name.get(get_language())
    return value


@register.filter
def base_name(unit: str) -> str:
    """What a rate is taken of."""
    names = {"per_1000_inhabitants": _("inhabitants"), "per_1000_dwellings": _("dwellings")}
    return names.get(unit, unit)


@register.filter
def success(view: GoalView) -> str:
    """What counts as success, as a sentence."""
    goal = view.goal
    if goal.direction == "qualitative":
        return _("Success: described in words, not in a figure.")
    year = goal.baseline or city.profile().plan.plan.baseline_year
    words: dict[str, Any] = {
        "down": _("Success: lower than in %d."), "up": _("Success: higher than in %d."),
        "not_up": _("Success: not higher than in %d."),
    }
    sentence = words[goal.direction] % year
    if goal.baseline_value_in_plan is not None:
        sentence += " " + _("The plan starts from %s.") % plain(goal.baseline_value_in_plan)
    names = {group.id: group.name.get(get_language()) for group in city.profile().comparison.groups}
    compared = [names.get(key, _("the whole country") if key == "national" else key) for key in goal.compare]
    if compared:
        sentence += " " + _("Compared with: %s.") % ", ".join(compared)
    return sentence


@register.filter
def chart(measured: Measured) -> dict[str, Any]:
    """The years of an indicator as a chart."""
    return charts.years(measured)


@register.filter
def chart_text(measured: Measured) -> str:
    """What the chart shows, for who cannot see it."""
    return charts.text(measured)
