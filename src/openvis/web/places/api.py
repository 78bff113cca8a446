"""The search of the register of addresses for programs: that of the address field of a form, for the same people."""

from datetime import date
from typing import Annotated, Any

from allauth.account import app_settings
from allauth.core.internal import ratelimit
from django.http import Http404, HttpRequest
from django.utils import translation
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from openvis.web import guard
from openvis.web.access import audit
from openvis.web.access.api_base import Problem, Signed, Words, problem

from . import register
from .searching import LONGEST, SEARCH, may_search

router = Router(tags=["addresses"])


class Searching(Signed):
    """Somebody who names addresses in their work: any of the abilities will do."""

    def __init__(self) -> None:
        super().__init__(guard.SIGNED_IN)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """As the page does: for who has none of them there is no search."""
        if not request.user.is_authenticated:
            return None
        if not may_search(request.user):
            audit.refuse(request, SEARCH[0])
            raise Http404
        return request.user


class FoundAddress(Schema):
    """An address that a line may mean."""

    address: str = Field(description="Number designation of the register of addresses (BAG), as other operations take it.")
    title: str = Field(description="As on an envelope.")
    sure: float = Field(ge=0, le=1, description="How well it fits what was asked: 1 leaves no doubt.")
    note: str = Field(description="What it was called before, or that it has ended; mostly empty.")
    ended: date | None = Field(description="The day from which the register does not have it any more.")


@router.get("/addresses", auth=Searching(), response={200: list[FoundAddress], 400: Problem, 401: Problem, 404: Problem,
                                                      429: Problem},
            operation_id="findAddresses", summary="Find addresses as people write them")  # fmt: skip
def find_addresses(
    request: HttpRequest,
    q: Annotated[Words, Query(min_length=1, max_length=LONGEST, description="Such as: stationsstr 12b, or 1315 NT 4.")],
    ended: Annotated[bool, Query(description="Also those that the register does not have any more.")] = False,
) -> Any:
    """Up to eight addresses that a line may mean, the likeliest first. It tells that an address exists, nothing else."""
    if _too_often(request):
        return problem(429, "Too many searches", "Try again in a minute.")
    with translation.override("en"):
        found = register.find(q, ended=ended)
    return Status(200, [
        {"address": one.address.number_id, "title": one.title, "sure": min(one.sure, 1.0), "note": one.note,
         "ended": one.address.valid_to if one.address.ended else None}
        for one in found
    ])  # fmt: skip


def _too_often(request: HttpRequest) -> bool:
    return ratelimit.consume(
        request, app="allauth.account", action="address_search", config=app_settings.RATE_LIMITS, limit_get=True
    ) is None
