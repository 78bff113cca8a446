"""Keys of signals in words."""

from typing import Any

from django import template
from django.utils.translation import get_language

from openvis.web import city
from openvis.web.places.models import Area

from .. import routes
from ..models import Signal

register = template.Library()


def _named(items: Any, key: str) -> str:
    return next((str(item.name.get(get_language())) for item in items if item.id == key), key)


@register.filter
def phenomenon(key: str) -> str:
    """The name of a phenomenon; its key where the profile no longer has it."""
    return _named(city.profile().signals.phenomena, key)


@register.filter
def branch(key: str) -> str:
    """The name of a branch."""
    return _named(city.profile().signals.branches, key)


@register.filter
def organisation(key: str) -> str:
    """The name of a department or partner."""
    return _named(city.profile().organisations, key)


@register.filter
def route(key: str) -> str:
    """Where a signal goes, in words."""
    return routes.title_of(key)


@register.filter
def indicators(signal: Signal) -> list[str]:
    """What was ticked, in words."""
    known = next((item.indicators for item in city.profile().signals.phenomena if item.id == signal.phenomenon), [])
    return [_named(known, key) for key in signal.indicators]


@register.filter
def answers(signal: Signal) -> list[tuple[str, str]]:
    """What was asked and answered."""
    known = next((item.questions for item in city.profile().signals.phenomena if item.id == signal.phenomenon), [])
    return [(_named(known, key), text) for key, text in (signal.answers or {}).items()]


@register.simple_tag(takes_context=True)
def area_name(context: Any, signal: Signal) -> str:
    """The name of the area of a signal; all names are read once for a page."""
    names = context.render_context.get("signal_areas")
    if names is None:
        names = dict(Area.objects.values_list("code", "name"))
        context.render_context["signal_areas"] = names
    return str(names.get(signal.area_code, signal.area_code))


@register.filter
def late(signal: Signal, today: Any) -> bool:
    """Whether its day is over."""
    return signal.due_on is not None and signal.due_on < today
