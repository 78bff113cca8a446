"""Taking results along: one door for all results and all formats."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.http import require_GET

from openvis.web.access import audit
from openvis.web.access.models import User
from openvis.web.guard import rule
from openvis.web.ui.takeaway import Parcel, parcel_response

from . import selectors
from .filter import FilterError
from .results import COUNTS, RESULTS, Asking, Result

EXPORT = "export.aggregate"


@rule(EXPORT)
@require_GET
def download(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """A result of the picture under a filter, in a format that fits it."""
    return _taken(request, RESULTS.get(table), kind)


@rule(EXPORT)
@require_GET
def counts(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """The open counts by area and year."""
    return _taken(request, COUNTS.get(table), kind)


def _taken(request: HttpRequest, result: Result | None, kind: str) -> HttpResponse:
    """The result as a file, and the line in the audit log that it was taken."""
    if result is None or kind not in result.formats or not request.may(result.ability):  # type: ignore[attr-defined]
        raise Http404
    try:
        filter_ = selectors.filter_of(request.GET)
        parcel = result.make(Asking(request.user, request.GET, filter_))
    except FilterError as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain; charset=utf-8")
    _record(request, result, kind, parcel, filter_.query)
    return parcel_response(parcel, kind)


def _record(request: HttpRequest, result: Result, kind: str, parcel: Parcel, query: str) -> None:
    actor: Any = request.user if isinstance(request.user, User) else None
    facts = {"taken": result.key, "format": kind, "rows": len(parcel.rows)}
    audit.record(actor, EXPORT, query, request=request, **facts)
