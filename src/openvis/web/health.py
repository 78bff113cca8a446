"""Whether this installation is alive, and whether it can work: two addresses for who watches from outside."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from openvis.web.guard import OPEN, rule
from openvis.web.operations import health

WELL, NOT_WELL = "ok", "not ok"


@rule(OPEN)
@never_cache
@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@rule(OPEN)
@never_cache
@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """Which parts are well. 503 when one is not. Why is for the administrator, on the page of the installation."""
    state = {part.name: WELL if part.well else NOT_WELL for part in health.look()}
    well = all(value == WELL for value in state.values())
    return JsonResponse({"ready": well, "parts": state}, status=200 if well else 503)


class HealthMiddleware:
    """Answers both addresses before anything else: no session, no host name, no transaction may stand in between."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return alive(request)
        if request.path == "/readyz":
            return ready(request)
        return self.get_response(request)
