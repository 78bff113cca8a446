"""The API of the index, with the rules of the pages: the municipal network, one's department, a stated purpose.

There is no operation that gives an address its entries, and none that gives more than one page of one's own.
"""

from datetime import date, timedelta
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone, translation
from ninja import Field, Router, Schema
from ninja.responses import Status

from openvis.web import guard
from openvis.web.access import audit
from openvis.web.access.api_base import Problem, caller, problem
from openvis.web.places.models import Address

from . import lookups, rules, selectors, services
from .models import Entry, Match
from .network import Inside
from .states import Ground, Reason, Result

router = Router(tags=["index"])
REFUSALS: dict[Any, Any] = {400: Problem, 401: Problem, 404: Problem, 428: Problem}


def _opens(kind: str, argument: str = "") -> Inside:
    return Inside(rules.CONTRIBUTE, guard.Personal(rules.COMPARTMENT, kind, argument))


class EntryIn(Schema):
    """An entry to register."""

    address: str = Field(pattern=r"^\d{16}$", description="Number designation of the register of addresses (BAG).")
    kind: str = Field(max_length=60, description="A kind of the list of the municipality.")
    contact: str = Field(max_length=100, description="Telephone number or e-mail address of the handler, nothing else.")
    silent: bool = Field(default=False, description="Tell nobody else that this entry is there.")


class EntryOut(Schema):
    """An entry of one's own department."""

    id: UUID
    address: str
    kind: str
    contact: str
    silent: bool
    offered: bool = Field(description="Whether its handler wants a colleague to take it over; a silent one: this colleague.")
    mine: bool
    state: Literal["active", "withdrawn", "expired"]
    registered: date
    expires: date
    renewed: date | None
    deleted: date = Field(description="The day on which it is deleted at the latest.")


class RenewIn(Schema):
    """Why an entry is needed for a second term."""

    reason: Reason


class MatchOut(Schema):
    """Another department also holds a signal at the address of one's entry."""

    id: UUID
    entry: UUID
    department: str
    contact: str
    since: date
    reply_by: date | None = Field(description="Absent where no reply is asked: of a silent entry.")
    replied: bool
    contact_on: date | None
    result: str


class ReplyIn(Schema):
    """What came of a match."""

    spoke: bool
    on: date | None = None
    result: Result | None = None
    grounds: list[Ground] = Field(default=[], max_length=len(Ground))


class CallOut(Schema):
    """Whom to call."""

    department: str
    contact: str


class LookUpOut(Schema):
    """Hit or no hit, and whom to call."""

    hit: bool
    calls: list[CallOut]


class OwnOut(Schema):
    """Something of one's own at an address: only that can be looked up."""

    kind: str
    key: str
    title: str
    address: str


class LookUpIn(Schema):
    """The entry or file for which one looks."""

    kind: str = Field(max_length=40)
    key: str = Field(max_length=60)


class TakeOverIn(Schema):
    """How the new handler is reached."""

    contact: str = Field(max_length=100, description="Telephone number or e-mail address, nothing else.")


class OfferIn(Schema):
    """Whether colleagues may take it over."""

    offered: bool


class OfferSilentIn(Schema):
    """To whom a silent entry is offered."""

    to: UUID | None = Field(description="A colleague who registers for one's department; empty takes the offer back.")


class ColleagueOut(Schema):
    """Somebody who registers for one's department."""

    id: UUID
    name: str


class UseOut(Schema):
    """How often a department used the index in the last year: numbers, no addresses."""

    department: str
    registered: int
    looked_up: int
    matched: int


class CountOut(Schema):
    """Numbers of a department: open entries alone."""

    department: str
    active: int
    matches: int
    replied: int
    overdue: int
    same: int
    different: int
    act_together: int
    days: float | None = Field(description="Median days to a reply.")


@router.get("/index/entries", auth=_opens("index_entries"), response={200: list[EntryOut], **REFUSALS},
            operation_id="listIndexEntries", summary="Entries of one's department")  # fmt: skip
def list_entries(request: HttpRequest) -> Any:
    """The newest entries of one's own department."""
    found = [_entry(item, request) for item in selectors.entries(caller(request))[: selectors.SHOWN]]
    audit.record(caller(request), "index.list", number=len(found))
    return Status(200, found)


@router.post("/index/entries", auth=_opens("index_new"), response={201: EntryOut, **REFUSALS, 422: Problem},
             operation_id="registerIndexEntry", summary="Register that one's department holds a signal")  # fmt: skip
def register(request: HttpRequest, body: EntryIn) -> Any:
    """Register at an address. Whether another department holds a signal there is not in the answer, but in the matches."""
    address = Address.objects.filter(number_id=body.address).first()
    if address is None:
        return _wrong("address", "expected a number designation of the register")
    try:
        with translation.override("en"):
            made = services.register(caller(request), address, body.kind, body.contact, silent=body.silent)
    except services.WrongError as error:
        return _wrong(error.field, str(error))
    except services.NotYoursError as error:
        raise guard.Refused(rules.CONTRIBUTE, "index_entry") from error
    return Status(201, _entry(made, request))


@router.get("/index/entries/{key}", auth=_opens("index_entry", "key"), response={200: EntryOut, **REFUSALS},
            operation_id="getIndexEntry", summary="One entry of one's department")  # fmt: skip
def get_entry(request: HttpRequest, key: UUID) -> Any:
    """One entry."""
    found = selectors.entry(caller(request), key)
    if found is None:
        raise guard.Refused(rules.CONTRIBUTE, f"index_entry:{key}")
    audit.record(caller(request), "index.view", f"index_entry:{key}")
    return Status(200, _entry(found, request))


@router.post("/index/entries/{key}/withdraw", auth=_opens("index_entry", "key"),
             response={200: EntryOut, **REFUSALS, 409: Problem},
             operation_id="withdrawIndexEntry", summary="Withdraw an entry")  # fmt: skip
def withdraw(request: HttpRequest, key: UUID) -> Any:
    """Take an entry back: it matches no more."""
    return _changed(request, lambda: services.withdraw(caller(request), key))


@router.post("/index/entries/{key}/renew", auth=_opens("index_entry", "key"),
             response={200: EntryOut, **REFUSALS, 409: Problem},
             operation_id="renewIndexEntry", summary="Renew an entry, once")  # fmt: skip
def renew(request: HttpRequest, key: UUID, body: RenewIn) -> Any:
    """Let an entry stand for a second and last term."""
    return _changed(request, lambda: services.renew(caller(request), key, body.reason))


@router.post("/index/entries/{key}/offer", auth=_opens("index_entry", "key"),
             response={200: EntryOut, **REFUSALS, 409: Problem},
             operation_id="offerIndexEntry", summary="Offer an entry to colleagues")  # fmt: skip
def offer(request: HttpRequest, key: UUID, body: OfferIn) -> Any:
    """Its handler says that a colleague of the department may take it over, or takes that back."""
    return _changed(request, lambda: services.offer(caller(request), key, body.offered))


@router.get("/index/colleagues", auth=_opens("index_entries"), response={200: list[ColleagueOut], **REFUSALS},
            operation_id="listIndexColleagues", summary="Who else registers for one's department")  # fmt: skip
def list_colleagues(request: HttpRequest) -> Any:
    """To whom a silent entry can be offered."""
    return Status(200, [{"id": one.pk, "name": one.name} for one in selectors.colleagues(caller(request))])


@router.post("/index/entries/{key}/offer-silent", auth=_opens("index_entry", "key"),
             response={200: EntryOut, **REFUSALS, 409: Problem, 422: Problem},
             operation_id="offerSilentIndexEntry", summary="Offer a silent entry to one colleague")  # fmt: skip
def offer_silent(request: HttpRequest, key: UUID, body: OfferSilentIn) -> Any:
    """Its handler offers it by name; that colleague alone learns of it."""
    by = caller(request)
    to = next((one for one in selectors.colleagues(by) if one.pk == body.to), None)
    if body.to is not None and to is None:
        return _wrong("to", "expected a colleague of listIndexColleagues")
    return _changed(request, lambda: services.offer_silent(by, key, to))


@router.post("/index/entries/{key}/decline", auth=_opens("index_entry", "key"), response={204: None, **REFUSALS},
             operation_id="declineIndexEntry", summary="Say no to a silent entry that was offered")  # fmt: skip
def decline(request: HttpRequest, key: UUID) -> Any:
    """From now on it does not exist for the caller."""
    try:
        services.decline(caller(request), key)
    except services.NotYoursError as error:
        raise guard.Refused(rules.CONTRIBUTE, f"index_entry:{key}") from error
    return Status(204, None)


@router.post("/index/entries/{key}/take-over", auth=_opens("index_entry", "key"),
             response={200: EntryOut, **REFUSALS, 409: Problem, 422: Problem},
             operation_id="takeOverIndexEntry", summary="Take an entry over from who offered it or left")  # fmt: skip
def take_over(request: HttpRequest, key: UUID, body: TakeOverIn) -> Any:
    """Become its handler; its matches come along."""
    return _changed(request, lambda: services.take_over(caller(request), key, body.contact))


@router.get("/index/matches", auth=_opens("index_entries"), response={200: list[MatchOut], **REFUSALS},
            operation_id="listIndexMatches", summary="Matches told to oneself")  # fmt: skip
def list_matches(request: HttpRequest) -> Any:
    """Which departments also hold a signal at the addresses of one's own entries."""
    return Status(200, [_match(item) for item in selectors.matches(caller(request))])


@router.get("/index/matches/{key}", auth=_opens("index_match", "key"), response={200: MatchOut, **REFUSALS},
            operation_id="getIndexMatch", summary="One match")  # fmt: skip
def get_match(request: HttpRequest, key: UUID) -> Any:
    """One match told to oneself: whom to call, and what came of it."""
    told = next((item for item in selectors.matches(caller(request)) if item.match.pk == key), None)
    if told is None:
        raise guard.Refused(rules.CONTRIBUTE, f"index_match:{key}")
    audit.record(caller(request), "index.match_view", f"index_match:{key}")
    return Status(200, _match(told))


@router.post("/index/matches/{key}/reply", auth=_opens("index_match", "key"),
             response={200: MatchOut, **REFUSALS, 422: Problem},
             operation_id="replyIndexMatch", summary="Note what came of a match")  # fmt: skip
def reply(request: HttpRequest, key: UUID, body: ReplyIn) -> Any:
    """Note whether the handlers spoke, on which day, and what came of it."""
    try:
        with translation.override("en"):
            noted = services.reply(
                caller(request), key, spoke=body.spoke, on=body.on, result=body.result or "", grounds=body.grounds
            )
    except services.WrongError as error:
        return _wrong(error.field, str(error))
    except services.NotYoursError as error:
        raise guard.Refused(rules.CONTRIBUTE, f"index_match:{key}") from error
    told = next(item for item in selectors.matches(caller(request), noted.entry_id) if item.match.pk == key)
    return Status(200, _match(told))


@router.post("/index/entries/{key}/look-up", auth=_opens("index_look_up", "key"),
             response={200: LookUpOut, **REFUSALS, 429: Problem},
             operation_id="lookUpIndexEntry", summary="Look up the address of one's own entry")  # fmt: skip
def look_up(request: HttpRequest, key: UUID) -> Any:
    """Whether another department holds a signal there too. Counted: more than the limit is 429."""
    return _looked_up(request, "index_entry", str(key))


@router.get("/index/own", auth=_opens("index_look_ups"), response={200: list[OwnOut], **REFUSALS},
            operation_id="listOwnFiles", summary="What may be looked up: one's own entries and files")  # fmt: skip
def list_own(request: HttpRequest) -> Any:
    """One's own active entries, and files of one's own in other parts, that lie at an address."""
    with translation.override("en"):
        return Status(200, [
            {"kind": item.kind, "key": item.key, "title": item.title, "address": item.address.number_id}
            for item in lookups.own(caller(request))
        ])  # fmt: skip


@router.post("/index/look-ups", auth=_opens("index_look_ups"), response={200: LookUpOut, **REFUSALS, 429: Problem},
             operation_id="lookUp", summary="Look up the address of an entry or file of one's own")  # fmt: skip
def look_up_file(request: HttpRequest, body: LookUpIn) -> Any:
    """Whether another department holds a signal there too. Counted: more than the limit is 429."""
    return _looked_up(request, body.kind, body.key)


@router.get("/index/counts", auth=Inside(rules.MANAGE), response={200: list[CountOut], 401: Problem, 404: Problem},
            operation_id="getIndexCounts", summary="Counts by department")  # fmt: skip
def get_counts(request: HttpRequest) -> Any:
    """Numbers for the manager of the index."""
    audit.record(caller(request), "index.counts")
    names = CountOut.model_fields
    return Status(200, [{name: getattr(item, name) for name in names} for item in selectors.counts()])


@router.get("/index/use", auth=Inside(rules.OVERSEE, guard.Personal("administration", "index_use", "")),
            response={200: list[UseOut], **REFUSALS}, operation_id="getIndexUse", summary="Use by department")  # fmt: skip
def get_use(request: HttpRequest) -> Any:
    """Numbers of the last year for the data protection officer, from the audit log."""
    audit.record(caller(request), "index.use")
    since = timezone.localdate() - timedelta(days=365)
    return Status(200, [{name: getattr(item, name) for name in UseOut.model_fields} for item in selectors.use(since)])


def _changed(request: HttpRequest, act: Any) -> Any:
    try:
        with translation.override("en"):
            return Status(200, _entry(act(), request))
    except services.NotYoursError as error:
        raise guard.Refused(rules.CONTRIBUTE, "index_entry") from error
    except services.NotNowError as error:
        return problem(409, "Not any more", str(error))
    except services.WrongError as error:
        return _wrong(error.field, str(error))


def _looked_up(request: HttpRequest, kind: str, key: str) -> Status[Any]:
    try:
        calls = services.look_up(caller(request), kind, key)
    except services.NotYoursError as error:
        raise guard.Refused(rules.CONTRIBUTE, f"{kind}:{key}") from error
    except services.TooOftenError:
        return problem(429, "Too many look-ups", "Try again in an hour, or tomorrow.")
    return Status(200, {"hit": bool(calls), "calls": [{"department": c.department, "contact": c.contact} for c in calls]})


def _wrong(field: str, expected: str) -> Status[Any]:
    return problem(422, "Nothing was changed", field=field, expected=expected)


def _entry(item: Entry, request: HttpRequest) -> dict[str, Any]:
    return {
        "id": item.pk, "address": item.address.number_id, "kind": item.kind, "contact": item.contact, "silent": item.silent,
        "offered": item.offered or item.offered_to_id is not None, "mine": item.handler_id == caller(request).pk,
        "state": str(item.state), "registered": item.registered_at.date(), "expires": item.expires_on,
        "renewed": item.renewed_on, "deleted": item.ends_on,
    }  # fmt: skip


def _match(told: selectors.Told) -> dict[str, Any]:
    item: Match = told.match
    return {
        "id": item.pk, "entry": item.entry_id, "department": item.department, "contact": told.contact,
        "since": item.at.date(), "reply_by": told.reply_by if item.asks_reply else None,
        "replied": item.replied_at is not None, "contact_on": item.contact_on, "result": str(item.result),
    }  # fmt: skip
