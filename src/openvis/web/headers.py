"""Headers of every answer that the framework does not set by itself, or not on all."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class HeadersMiddleware:
    """Nothing of ours is used by another site, and nothing of a person stays behind in a browser that others use.

    A view may say by itself how long its answer may be kept (a drawing of a week ago); a page never is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        user = getattr(request, "user", None)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        if user is not None and user.is_authenticated and (page or not response.has_header("Cache-Control")):
            response.headers["Cache-Control"] = "private, no-store"
        return response
