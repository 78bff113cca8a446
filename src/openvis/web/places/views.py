"""What the address field of a form asks while somebody types."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from openvis.web import guard
from openvis.web.guard import SIGNED_IN, rule

from . import register
from .searching import LONGEST, SEARCH, may_search


@rule(SIGNED_IN)
@require_POST
def suggestions(request: HttpRequest) -> JsonResponse:
    """The addresses of the public register that a line may mean. By POST: no log holds what somebody looks for."""
    if not may_search(request.user):
        raise guard.Refused(SEARCH[0])
    found = register.find(request.POST.get("q", "")[:LONGEST], ended="ended" in request.POST)
    return JsonResponse(
        {"found": [{"key": str(item.address.pk), "title": item.title, "note": item.note} for item in found]}
    )
