"""What every page's template can use."""

from typing import Any

from django.http import HttpRequest

from openvis.web import city


def page(request: HttpRequest) -> dict[str, Any]:
    """The city of this installation."""
    return {"city": city.profile().municipality}
