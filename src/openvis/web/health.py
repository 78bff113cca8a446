"""Whether this installation is alive, and whether it can work."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from openvis.web.guard import OPEN, rule
from openvis.web.ui import registry


@rule(OPEN)
@never_cache
@require_GET
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@rule(OPEN)
@never_cache
@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers, and so does every check that an app registered (event store in step, say). 503 when not."""
    state = {"database": _database()}
    if state["database"] == "ok":
        state |= {check.name: check.problem() or "ok" for check in registry.checks}
    well = all(value == "ok" for value in state.values())
    return JsonResponse({"ready": well, "parts": state}, status=200 if well else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return "ok"
