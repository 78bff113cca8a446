"""The index opens on the municipal network only: elsewhere its pages and operations do not exist."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from openvis.web import guard
from openvis.web.access import audit
from openvis.web.access.api_base import Signed

from . import rules

PATHS = "openvis.web.refindex."
"""Views of this app, and of no other."""


class NetworkMiddleware:
    """Before rules and purposes: who is elsewhere is not asked to sign in, and not asked what for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """Turn away a request for a page of the index from another network."""
        if str(getattr(view, "__module__", "")).startswith(PATHS):
            require(request)


def require(request: HttpRequest) -> None:
    """Raise Http404 for a request from elsewhere, and write that down."""
    if not rules.inside(request):
        audit.refuse(request, "index.network")
        raise Http404


class Inside(Signed):
    """What `Signed` asks, of who is on the municipal network."""

    def __init__(self, ability: str, personal: guard.Personal | None = None) -> None:
        super().__init__(ability, personal)

    def __call__(self, request: HttpRequest) -> Any:
        require(request)
        return super().__call__(request)
