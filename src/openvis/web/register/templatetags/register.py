"""The way from a result to how it came about."""

from django import template
from django.urls import reverse

from openvis.register.loading import entries

register = template.Library()


@register.simple_tag
def method_url(key: str) -> str:
    """The page of a method; the list of all where the register does not know it."""
    return reverse("algorithm", args=[key]) if key in entries() else reverse("algorithms")
