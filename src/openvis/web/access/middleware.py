"""One place where the rule of each page is enforced."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase

from . import guard, people

FRAMEWORK = ("allauth.", "ninja.")
"""Views of libraries: sign-in is open by nature (`ui.E1` lists them), API operations are checked by `api_base.Signed`."""


class RuleMiddleware:
    """Turn away who may not: to sign-in when signed out, and as if the page did not exist when signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if getattr(view, "__module__", "").startswith(FRAMEWORK):
            return None
        name = guard.declared(view)
        if name == guard.OPEN:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if name == guard.SIGNED_IN or (name is not None and people.may(request.user, name)):
            return None
        raise Http404
