"""What the address field of a form asks while somebody types."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from openvis.profile import Ability
from openvis.web import guard
from openvis.web.guard import SIGNED_IN, rule

from . import register
from .fields import LONGEST

SEARCH = (
    Ability.SIGNALS_REPORT, Ability.SIGNALS_WEIGH, Ability.INDEX_CONTRIBUTE, Ability.CONTROLS_PLAN, Ability.CONTROLS_VISIT,
    Ability.DOR_KEEP,
)  # fmt: skip
"""Any of these opens the search: whoever names addresses in their work."""


@rule(SIGNED_IN)
@require_POST
def suggestions(request: HttpRequest) -> JsonResponse:
    """The addresses of the public register that a line may mean. By POST: no log holds what somebody looks for."""
    may: Any = request.may  # type: ignore[attr-defined]
    if not any(may(ability) for ability in SEARCH):
        raise guard.Refused(SEARCH[0])
    found = register.find(request.POST.get("q", "")[:LONGEST], ended="ended" in request.POST)
    return JsonResponse(
        {"found": [{"key": str(item.address.pk), "title": item.title, "note": item.note} for item in found]}
    )
