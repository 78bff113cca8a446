"""Tags every template may use."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import forms, template
from django.conf import settings
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe

from openvis.web.ui import formatting

register = template.Library()

for _name in ("number", "share", "date", "dates"):
    register.simple_tag(getattr(formatting, _name), name=_name)
register.filter("number", formatting.number)
register.filter("share", formatting.share)
register.filter("dates", formatting.dates)
register.filter("day", formatting.date)


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """The drawing of an icon (tabler), hidden from screen readers: what it means stands beside it in words."""
    body = _drawing(Path(settings.ICONS), name)
    if not body:
        return mark_safe("")
    return format_html(
        '<svg class="ov-icon {}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">{}</svg>',
        css, mark_safe(body),  # noqa: S308 -- a file of a package, not input
    )


@lru_cache(maxsize=512)
def _drawing(folder: Path, name: str) -> str:
    """What is inside the SVG of an icon; empty where there is no such icon."""
    file = folder / "outline" / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not file.is_file():
        return ""
    return re.sub(r"^.*?<svg[^>]*>|</svg>\s*$|\s*\n\s*", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)


CONTROLS: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "ov-check"),
    (forms.RadioSelect, "ov-choices"),
    (forms.CheckboxSelectMultiple, "ov-choices"),
    (forms.FileInput, "ov-input ov-input--file"),
    (forms.Textarea, "ov-input utrecht-textarea"),
    (forms.Select, "ov-input utrecht-select"),
    (forms.Widget, "ov-input utrecht-textbox utrecht-textbox--html-input"),
]


@register.filter
def control(field: BoundField) -> SafeString:
    """The input of a field, with the class that goes with its kind."""
    widget = field.field.widget
    css = next(css for kind, css in CONTROLS if isinstance(widget, kind))
    own = widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{css} {own}".strip()})


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the field is one box to tick, which stands before its label."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.simple_tag
def chart_spec(spec: dict[str, Any], id: str) -> SafeString:  # noqa: A002
    """The specification of a chart as data, which `chart.js` draws into the element with this id."""
    return json_script(spec, f"{id}-spec")


@register.simple_tag
def static_file(path: str) -> str:
    """The address of a static file, in components that cannot load the tag library themselves."""
    return static(path)


@register.filter
def lookup(mapping: dict[Any, Any], key: Any) -> Any:
    """A value of a mapping by a key that is itself a variable; empty when absent."""
    return mapping.get(key, "")
