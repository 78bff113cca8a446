"""Keys of signals in words."""

from typing import Any

from django import template
from django.utils.translation import get_language, gettext_lazy

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


def _known(signal: Signal, part: str) -> list[Any]:
    """The indicators or questions: of the phenomenon first, then of the others, for a phenomenon can be put right later."""
    phenomena = sorted(city.profile().signals.phenomena, key=lambda item: item.id != signal.phenomenon)
    return [one for item in phenomena for one in getattr(item, part)]


@register.filter
def indicators(signal: Signal) -> list[str]:
    """What was ticked, in words."""
    known = _known(signal, "indicators")
    return [_named(known, key) for key in signal.indicators]


@register.filter
def answers(signal: Signal) -> list[tuple[str, str]]:
    """What was asked and answered."""
    known = _known(signal, "questions")
    return [(_named(known, key), text) for key, text in (signal.answers or {}).items()]


COLUMNS = {"address": gettext_lazy("Address"), "area_code": gettext_lazy("Area"),
           "phenomenon": gettext_lazy("Phenomenon"), "branch": gettext_lazy("Branch")}  # fmt: skip


@register.filter
def column(name: str) -> str:
    """What a column that can be completed is called."""
    return str(COLUMNS[name])


@register.filter
def column_value(value: Any, name: str) -> str:
    """What stood in such a column, in words."""
    if not value:
        return "–"
    if name == "area_code":
        return Area.objects.filter(code=value).values_list("name", flat=True).first() or str(value)
    return {"phenomenon": phenomenon, "branch": branch}.get(name, str)(value)


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
