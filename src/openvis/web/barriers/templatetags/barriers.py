"""States, instruments and acts in words, for templates."""

from typing import Any

from django import template

from openvis.web.barriers import words

register = template.Library()


@register.filter
def barrier_state(state: Any) -> Any:
    """A state in words."""
    return words.STATES[state]


@register.filter
def barrier_kind(state: Any) -> str:
    """The look of a state."""
    return words.KINDS[state]


@register.filter
def instrument(value: Any) -> Any:
    """An instrument in words."""
    return words.INSTRUMENTS[value]


@register.filter
def barrier_act(value: str) -> Any:
    """What was done, in words."""
    return words.ACTS.get(value, value)
