"""What can happen to a request of a person: received, identity checked, gathered, corrected, erased by two, answered.

Each act checks the right to handle requests, is in the audit log with the purpose stated for the file, and gives a line
of the processing log. Gathering, erasing and correcting are done by the worker.
"""

import calendar
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web import city
from openvis.web.access import audit, people, registry
from openvis.web.access.models import User
from openvis.web.access.registry import Person
from openvis.web.guard import Refused
from openvis.web.trail import lookups, processing

from . import gathering, replay
from .models import Correction, ErasureProof, SubjectRequest
from .running import LOCK, next_number
from .services import UnfitError, require

HANDLE = "subjects.handle"
ACTIVITY = "administration"
State = SubjectRequest.State


def a_month_after(day: date, months: int = 1) -> date:
    """The same day so many months later; the last day of the month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _told(by: User, request: SubjectRequest, act: str, **facts: object) -> None:
    """The entry of the audit log and the line of the processing log."""
    audit.record(by, f"subjects.{act}", str(request.pk), kind=request.kind, **facts)
    processing.shown([request], ACTIVITY, f"subjects.{act}")


def _open(by: User, key: UUID, *states: str) -> SubjectRequest:
    """The request, locked, once it is certain that this person may do this now."""
    require(by, HANDLE, str(key))
    request = SubjectRequest.objects.select_for_update().filter(pk=key).first()
    if request is None:
        raise Refused(HANDLE, str(key))
    if request.user_id == by.pk:
        raise UnfitError("", _("This is a request of your own: somebody else handles it."))
    if states and request.state not in states:
        raise UnfitError("", _("That is not possible (any more) while the request is: %s.") % request.get_state_display())
    return request


@transaction.atomic
def receive(by: User, kind: str, person: Person, *, received: date, question: str = "") -> SubjectRequest:
    """Enter a request. The month to answer in counts from the day it was received. Raises UnfitError."""
    require(by, HANDLE, kind)
    if not person.name.strip():
        raise UnfitError("name", _("Nobody is named. Fill in the name of the person."))
    if received > timezone.localdate():
        raise UnfitError("received", _("This day is still to come. Fill in today or an earlier day."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    due = a_month_after(received)
    request = SubjectRequest(
        number=next_number(SubjectRequest), kind=kind, name=person.name.strip(), email=person.email, phone=person.phone,
        born=person.born.isoformat() if person.born else "", address=person.address, user=person.user,
        question=question.strip(), received=received, due=due, entered_by=by, ends_on=_ends(due),
    )
    request.save(force_insert=True)
    _told(by, request, "receive")
    return request


def _ends(day: date) -> date:
    return city.profile().retention_term("requests").ends(day)


@transaction.atomic
def identify(by: User, key: UUID, how: str) -> SubjectRequest:
    """Write how it was checked that the person is who they say. Before that nothing is gathered."""
    request = _open(by, key, State.RECEIVED)
    if how not in SubjectRequest.Identity.values:
        raise UnfitError("identity", _("Choose from the list how the identity was checked."))
    request.identity, request.identity_by, request.identity_at = how, by, timezone.now()
    _save(request)
    _told(by, request, "identify", how=how)
    return request


@transaction.atomic
def extend(by: User, key: UUID, because: str) -> SubjectRequest:
    """Two months more to answer (AVG art. 12, lid 3), once, with a reason that the person is told."""
    request = _open(by, key)
    if request.state == State.CLOSED or request.extended_because:
        raise UnfitError("because", _("The time to answer is extended once at most, and not after the answer."))
    if not because.strip():
        raise UnfitError("because", _("This is empty. Write at least a few words."))
    request.extended_because, request.due = because.strip(), a_month_after(request.received, 3)
    request.ends_on = _ends(request.due)
    _save(request)
    _told(by, request, "extend", due=request.due.isoformat())
    return request


@transaction.atomic
def ask_gathering(by: User, key: UUID) -> SubjectRequest:
    """Have everything about the person gathered. A look-up of one's own name or address is flagged."""
    request = _open(by, key, State.RECEIVED, State.GATHERING, State.GATHERED)
    if not request.identity:
        raise UnfitError("identity", _("First write how the identity of the person was checked."))
    request.state = State.GATHERING
    _save(request)
    lookups.note(by, "name", request.name)
    if request.address:
        lookups.note(by, "address", request.address)
    _told(by, request, "gather")
    return request


@transaction.atomic
def gather(key: UUID) -> int:
    """Gather, in the background; gives how many records were found. Safe to repeat."""
    request = SubjectRequest.objects.select_for_update().filter(pk=key, state=State.GATHERING).first()
    if request is None:
        return 0
    found = gathering.find(request.person, leave_out=[str(request.pk)])
    request.findings, request.gathered, request.state = gathering.packed(found), timezone.now(), State.GATHERED
    request.chosen = {"told": [item.mark for item in found if item.sure], "erase": []}
    _save(request)
    audit.record(None, "subjects.gathered", str(request.pk), found=len(found))
    return len(found)


@transaction.atomic
def choose(by: User, key: UUID, told: list[str], erase: list[str]) -> SubjectRequest:
    """Which findings are about this person and are told, and which are to be erased."""
    request = _open(by, key, State.GATHERED)
    findings = gathering.unpacked(request.findings)
    known, goes = {item.mark for item in findings}, {item.mark for item in findings if item.erasable}
    request.chosen = {"told": [mark for mark in told if mark in known], "erase": [mark for mark in erase if mark in goes]}
    _save(request)
    _told(by, request, "choose", told=len(request.chosen["told"]), erase=len(request.chosen["erase"]))
    return request


# ---- erasure, by two ---------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_erasure(by: User, key: UUID) -> SubjectRequest:
    """Propose to erase what is chosen; a second person approves it."""
    request = _open(by, key, State.GATHERED)
    if not (request.chosen or {}).get("erase"):
        raise UnfitError("", _("Nothing is chosen to be erased."))
    request.state, request.erasure_by, request.erasure_at = State.ERASURE_ASKED, by, timezone.now()
    request.approved_by = request.approved = None
    _save(request)
    _told(by, request, "ask_erasure", records=len(request.chosen["erase"]))
    return request


@transaction.atomic
def decide_erasure(by: User, key: UUID, *, approve: bool) -> SubjectRequest:
    """The second person approves the erasure, or sends it back. Raises Refused for who proposed it."""
    request = _open(by, key, State.ERASURE_ASKED)
    if approve:
        if request.erasure_by_id == by.pk or not people.may(by, "retention.approve"):
            raise Refused("retention.approve", str(key))
        request.state, request.approved_by, request.approved = State.ERASING, by, timezone.now()
    else:
        request.state = State.GATHERED
    _save(request)
    _told(by, request, "decide_erasure", approved=approve)
    return request


def erase(key: UUID) -> int:
    """Erase what was approved, in the background; gives how many rows went. Broken off, the same again does the rest."""
    request = SubjectRequest.objects.filter(pk=key, state=State.ERASING).first()
    if request is None:
        return 0
    wanted = set((request.chosen or {}).get("erase", []))
    rows = sum(_erase(request, item) for item in gathering.unpacked(request.findings) if item.mark in wanted)
    with transaction.atomic():
        request = SubjectRequest.objects.select_for_update().get(pk=key)
        if request.state == State.ERASING:
            request.state = State.ERASED
            _save(request)
            audit.record(None, "subjects.erased", str(request.pk), rows=rows)
            processing.shown([request], ACTIVITY, "subjects.erase")
    return rows


@transaction.atomic
def _erase(request: SubjectRequest, item: gathering.Finding) -> int:
    """One record with its proof: both or neither. What came under a hold meanwhile stays."""
    table, digest = gathering.table_of(item.table), replay.digest(item.kind, item.key)
    done = ErasureProof.objects.filter(request=request.number, kind=item.kind, digest=digest).exists()
    if done or table.erase is None or item.key in registry.held(item.kind):
        return 0
    rows = table.erase(item.key)
    proof = ErasureProof(
        request=request.number, kind=item.kind, table=item.table, digest=digest, rows=rows,
        asked_by=request.erasure_by, approved_by=request.approved_by,
    )
    proof.save(force_insert=True)
    # Before the commit: an erasure that is written down and did not come about is done over; the other way it is forgotten.
    replay.write_down(proof)
    return rows


# ---- correction --------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_correction(by: User, key: UUID, mark: str, column: str, value: str) -> Correction:
    """Have one column of a finding set right. Raises UnfitError."""
    request = _open(by, key, State.GATHERED, State.ERASED)
    found = {item.mark: item for item in gathering.unpacked(request.findings)}.get(mark)
    if found is None or column not in found.correctable:
        raise UnfitError("column", _("This cannot be corrected here: its own page does that."))
    if not value.strip():
        raise UnfitError("value", _("This is empty. Write what it should be."))
    asked = Correction(
        request=request, table=found.table, kind=found.kind, key=found.key, column=column, value=value.strip(), by=by
    )
    asked.save(force_insert=True)
    _told(by, request, "correct", column=column)
    return asked


@transaction.atomic
def correct(key: UUID) -> int:
    """Carry a correction out, in the background. Safe to repeat."""
    asked = Correction.objects.select_for_update().filter(pk=key, done__isnull=True).first()
    if asked is None:
        return 0
    table = gathering.table_of(asked.table)
    if table.correct is None or asked.column not in table.correctable:
        return 0
    asked.rows, asked.done = table.correct(asked.key, asked.column, asked.value), timezone.now()
    asked.save()
    audit.record(None, "subjects.corrected", str(asked.request_id), rows=asked.rows)
    return asked.rows


# ---- the answer --------------------------------------------------------------------------------------------------------


@transaction.atomic
def close(
    by: User, key: UUID, *, outcome: str, answer: str, restriction: str = "", restriction_text: str = ""
) -> SubjectRequest:
    """Answer the person. What was gathered is emptied; what was decided stays until its own term. Raises UnfitError."""
    request = _open(by, key, State.RECEIVED, State.GATHERED, State.ERASED)
    if outcome not in SubjectRequest.Outcome.values:
        raise UnfitError("outcome", _("Choose the outcome from the list."))
    if outcome in ("granted", "partly", "nothing") and not request.gathered:
        raise UnfitError("outcome", _("Nothing was gathered yet: this outcome cannot be known."))
    if outcome in ("refused", "partly") and not restriction_text.strip():
        raise UnfitError("restriction_text", _("Say what is left out, and why."))
    if not answer.strip():
        raise UnfitError("answer", _("This is empty. Write at least a few words."))
    request.outcome, request.answer = outcome, answer.strip()
    request.restriction, request.restriction_text = restriction, restriction_text.strip()
    request.findings = request.chosen = None
    request.state, request.closed_by, request.closed = State.CLOSED, by, timezone.now()
    request.ends_on = _ends(timezone.localdate())
    _save(request)
    _told(by, request, "close", outcome=outcome)
    return request


def _save(request: SubjectRequest) -> None:
    request.version += 1
    request.save()


def seen(by: User, request: SubjectRequest, act: str = "view") -> None:
    """Somebody looked at a request, or took its report along."""
    _told(by, request, act)
