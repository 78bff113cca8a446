"""What every page's template can use."""

from typing import Any

from django.http import HttpRequest

from openvis.web import city

from .frame import Frame


def page(request: HttpRequest) -> dict[str, Any]:
    """The city of this installation, and the frame around the page."""
    return {"city": city.profile().municipality, "frame": Frame(request)}
