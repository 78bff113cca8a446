"""One place where the rule of each page is enforced, and every refusal is written down."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from openvis.web import guard

from . import audit, people

OPERATIONS = "ninja."
"""API operations carry their rule themselves (`api_base.Signed`) and answer with a problem, not with a page."""


def is_operation(view: Callable[..., Any]) -> bool:
    """Whether a view belongs to the API."""
    return str(getattr(getattr(view, "func", view), "__module__", "")).startswith(OPERATIONS)


class RuleMiddleware:
    """Turn away who may not: to sign-in when signed out, and as if the page did not exist when signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.may = partial(people.may, request.user)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        name = guard.declared(view)
        if name == guard.OPEN or is_operation(view):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if name == guard.SIGNED_IN or (name is not None and people.may(request.user, name)):
            return None
        audit.refuse(request, name or "undeclared")
        raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A refusal deep inside an act: its transaction has been rolled back by now, the entry stays."""
        if isinstance(exception, guard.Refused):
            audit.refuse(request, exception.ability, exception.object)
