"""What can happen to a meeting: made, changed, people invited, the agenda sent, the record closed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.access.models import User
from openvis.web.sharing.covenants import CovenantError

from .. import agreements, source, words
from ..agreements import NoPartyError
from ..models import Contribution, Meeting, Participant, TabledItem
from ..states import ItemState, MeetingState
from . import base

FAR = 731


def _open(by: User, meeting: UUID) -> Meeting:
    """The meeting, locked, once it is certain that the person keeps it."""
    base.require_weigher(by)
    found = Meeting.objects.select_for_update().filter(pk=meeting).first()
    if found is None:
        raise base.NotYoursError("meeting")
    return found


def _not_closed(meeting: Meeting) -> Meeting:
    if meeting.state == MeetingState.CLOSED:
        raise base.NotNowError(_("The record of this meeting is closed. Put what is new on the agenda of the next one."))
    return meeting


def _agreed(covenant: str) -> str:
    try:
        return agreements.check(covenant, ()).id
    except CovenantError as error:
        raise base.WrongError("covenant", str(error)) from error


def make(by: User, begins: datetime, place: str, chair: User | None, covenant: str) -> Meeting:
    """Make a meeting. Whoever makes it and who is in the chair take part."""
    base.require_weigher(by)
    if begins < timezone.now():
        raise base.WrongError("begins", _("This moment is past. Choose a day and time that are still to come."))
    _near(begins)
    meeting = Meeting(
        begins=begins, place=base.filled("place", place), chair=base.fits(chair, "chair"), covenant=_agreed(covenant),
        made_by=by, ends_on=words.kept_until(timezone.localdate(begins)),
    )
    with base.act(by, "meeting.make", f"meeting:{meeting.pk}"):
        meeting.save(force_insert=True)
        for person in {by, base.fits(chair, "chair")}:
            _invite(meeting, person, "chair")
    return meeting


def _near(begins: datetime) -> None:
    """A slip of the pen in the year would keep the meeting for ages."""
    if abs(begins - timezone.now()) > timedelta(days=FAR):
        raise base.WrongError("begins", _("This is more than two years away. Choose a nearer day."))


def change(by: User, meeting: UUID, version: int, begins: datetime, place: str, chair: User | None) -> Meeting:
    """Change when, where, and who is in the chair."""
    with base.act(by, "meeting.change", f"meeting:{meeting}"):
        current = _not_closed(_open(by, meeting))
        if current.version != version:
            raise base.ChangedError(current)
        _near(begins)
        current.begins, current.place = begins, base.filled("place", place)
        current.chair = base.fits(chair, "chair")
        _invite(current, current.chair, "chair")
        current.version += 1
        current.reminded, current.ends_on = None, words.kept_until(timezone.localdate(begins))
        current.save()
        return current


def _invite(meeting: Meeting, person: User, field: str) -> None:
    if Participant.objects.filter(meeting=meeting, user=person).exists():
        return
    organisation = base.organisation_of(person)
    try:
        agreements.check(meeting.covenant, [organisation])
    except (CovenantError, NoPartyError) as error:
        raise base.WrongError(field, str(error)) from error
    Participant(meeting=meeting, user=person, organisation=organisation).save(force_insert=True)


def invite(by: User, meeting: UUID, person: User | None) -> Meeting:
    """Have somebody take part. Refuses who has no role for it, and who the covenant does not cover."""
    with base.act(by, "meeting.invite", f"meeting:{meeting}", who=str(person.pk) if person else ""):
        current = _not_closed(_open(by, meeting))
        _invite(current, base.fits(person, "person"), "person")
        return current


def uninvite(by: User, meeting: UUID, participant: UUID) -> Meeting:
    """Take somebody off: they see nothing of it from now on. The chair stays."""
    with base.act(by, "meeting.uninvite", f"meeting:{meeting}"):
        current = _not_closed(_open(by, meeting))
        if Participant.objects.filter(meeting=current, pk=participant, user=current.chair_id).exists():
            raise base.NotNowError(_("The chair takes part. Choose another chair first."))
        Participant.objects.filter(meeting=current, pk=participant).delete()
        return current


def send(by: User, meeting: UUID) -> Meeting:
    """Send the agenda (agenda versturen): from now on the participants see it, as far as it was handed over.

    Refuses while an item still has nothing handed over, and outside the term of the covenant.
    """
    with base.act(by, "meeting.send", f"meeting:{meeting}"):
        current = _open(by, meeting)
        if current.state != MeetingState.DRAFT:
            raise base.NotNowError(_("This agenda was sent already."))
        _ready(current)
        current.state, current.sent_at = MeetingState.SENT, timezone.now()
        current.save()
        return current


def _ready(meeting: Meeting) -> None:
    try:
        agreements.check(meeting.covenant, meeting.participants.values_list("organisation", flat=True))
    except (CovenantError, NoPartyError) as error:
        raise base.NotNowError(str(error)) from error
    items = meeting.items.exclude(state=ItemState.CLOSED)
    if not items:
        raise base.NotNowError(_("There is nothing on the agenda yet. Put at least one signal on it."))
    given = set(Contribution.objects.filter(item__in=items).values_list("item", flat=True))
    missing = [item.number for item in items if item.pk not in given]
    if missing:
        told = {"numbers": ", ".join(missing)}
        raise base.NotNowError(_("Of these nothing is handed over yet: %(numbers)s. Hand over first, then send.") % told)


def close(by: User, meeting: UUID) -> Meeting:
    """Close the record: each item has its decision, or goes to another meeting first."""
    with base.act(by, "meeting.close", f"meeting:{meeting}"):
        current = _open(by, meeting)
        if current.state != MeetingState.SENT:
            raise base.NotNowError(_("Only the record of a meeting whose agenda was sent can be closed."))
        undecided = current.items.filter(state=ItemState.TABLED).values_list("number", flat=True)
        if undecided:
            told = {"numbers": ", ".join(undecided)}
            why = _("Nothing was decided yet about: %(numbers)s. Write the decision down, or move it to another meeting.")
            raise base.NotNowError(why % told)
        current.state, current.closed_at = MeetingState.CLOSED, timezone.now()
        current.ends_on = words.kept_until(timezone.localdate())
        current.save()
        return current


def route(by: User, signal: UUID, answers: Mapping[str, Any]) -> str:
    """Take a weighed signal in for the meeting: with a meeting on its agenda, without one on the list."""
    base.require_weigher(by)
    if TabledItem.objects.filter(signal=signal).exclude(state=ItemState.CLOSED).exists():
        raise ValidationError(_("This signal is with the RIEC meeting already."))
    item = TabledItem(
        signal_id=signal, number=source.number(signal), routed_by=by, ends_on=words.kept_until(timezone.localdate())
    )
    with base.act(by, "riec.take", f"tabled_item:{item.pk}", signal=str(signal)):
        item.save(force_insert=True)
        chosen = answers.get("meeting")
        if not chosen:
            return _("On the list for the RIEC meeting; not on an agenda yet.")
        try:
            meeting = table(by, item.pk, chosen if isinstance(chosen, UUID) else UUID(str(getattr(chosen, "pk", chosen))))
        except (base.NotNowError, base.NotYoursError, ValueError) as error:
            raise ValidationError(_("This meeting cannot take the signal any more. Choose another one.")) from error
        told = timezone.localtime(meeting.begins)
        return _("On the agenda of the RIEC meeting of %(day)s.") % {"day": f"{told:%d-%m-%Y}"}


def table(by: User, item: UUID, meeting: UUID) -> Meeting:
    """Put an item on the agenda of a meeting, or move it there.

    On an agenda that was sent it must be handed over already: what participants see, they see at once.
    """
    with base.act(by, "item.table", f"tabled_item:{item}", meeting=str(meeting)):
        current = _not_closed(_open(by, meeting))
        found = open_item(by, item)
        if current.state == MeetingState.SENT and not Contribution.objects.filter(item=found).exists():
            raise base.NotNowError(_("This agenda was sent already. Hand over first, then put it on the agenda."))
        found.meeting, found.order = current, current.items.count() + 1
        found.state = ItemState.TABLED
        found.version += 1
        found.save()
        return current


def open_item(by: User, item: UUID) -> TabledItem:
    """The item, locked, for its keeper, while it is not closed."""
    base.require_weigher(by)
    found = TabledItem.objects.select_for_update().filter(pk=item).first()
    if found is None:
        raise base.NotYoursError("item")
    if found.state == ItemState.CLOSED:
        raise base.NotNowError(_("This item is closed."))
    return found
