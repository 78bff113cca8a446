"""Whether this installation is alive, and whether it can work."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from openvis.web.guard import OPEN, rule
from openvis.web.intake.models import Batch

PATIENCE = timedelta(minutes=10)
"""How long a delivery may be in the record and not yet in the event store before that is a problem."""


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
    """The database answers, and the event store holds what was loaded. 503 when not."""
    state = {"database": _database()}
    if state["database"] == "ok":
        state["event store"] = _store()
    well = all(value == "ok" for value in state.values())
    return JsonResponse({"ready": well, "parts": state}, status=200 if well else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return "ok"


def _store() -> str:
    late = timezone.now() - PATIENCE
    waiting = Batch.objects.filter(state=Batch.State.LOADED, projected=False, loaded__lt=late).count()
    return f"behind by {waiting} deliveries: run `openvis store check`" if waiting else "ok"
