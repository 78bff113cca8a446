"""Lists for destruction and holds: who prepares, who approves, what stays. Every act is in the audit log."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from openvis.web.access import audit, people
from openvis.web.access.models import User
from openvis.web.access.registry import Person
from openvis.web.guard import Refused

from . import holding, terms
from .models import DestructionList, Hold

LONGEST = 366 * 3
"""Days that a hold lasts at most before somebody has to think about it again."""


class UnfitError(ValueError):
    """What was asked does not fit: the field, and a sentence that says what was expected."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def require(by: User, ability: str, thing: str) -> None:
    """Refuse who may not, as if the thing did not exist."""
    if not people.may(by, ability):
        raise Refused(ability, thing)


# ---- lists for destruction --------------------------------------------------------------------------------------------


@transaction.atomic
def ask_list(by: User, kind: str, day: date | None = None) -> DestructionList:
    """Have a list drawn up of what is due of a kind (`draw_up` does it, with the owner's eyes). Raises UnfitError."""
    require(by, "retention.run", kind)
    rule = holding.rule_of(kind)
    if rule is None or not terms.second_person(rule):
        raise UnfitError("kind", _("This kind of data needs no list: it ends by itself."))
    on = day or timezone.localdate()
    if on > timezone.localdate():
        raise UnfitError("day", _("This day is still to come. Fill in today or an earlier day."))
    made = DestructionList(kind=kind, day=on, prepared_by=by)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise UnfitError("kind", _("There is a list of this kind already that is not finished yet.")) from None
    audit.record(by, "retention.list", str(made.pk), kind=kind, day=on.isoformat())
    return made


@transaction.atomic
def draw_up(key: UUID) -> DestructionList | None:
    """Fill a list with what is due: in the background, by the owner, who sees every record. Safe to repeat."""
    made = DestructionList.objects.select_for_update().filter(pk=key, state=DestructionList.State.ASKED).first()
    if made is None:
        return None
    rule = terms.rules([made.kind])[0]
    due = rule.preview(made.day)
    made.number, made.oldest, made.held = due.number, due.oldest, due.held
    if rule.keys is not None:
        items = sorted(rule.keys(made.day))
        made.keys, made.items, made.number = [key for key, _title in items], [list(item) for item in items], len(items)
    made.state = made.State.PREPARED
    made.save()
    return made


@transaction.atomic
def decide_list(by: User, key: UUID, *, approve: bool, remark: str = "") -> DestructionList:
    """The second person approves or refuses a list. Raises Refused for who prepared it, UnfitError when it is decided."""
    require(by, "retention.approve", str(key))
    made = DestructionList.objects.select_for_update().get(pk=key)
    if made.state != made.State.PREPARED:
        raise UnfitError("state", _("This list is not waiting for approval (any more)."))
    if approve and made.prepared_by_id == by.pk:
        raise Refused("retention.approve", str(key))
    if not approve and not remark.strip():
        raise UnfitError("remark", _("Say why the list is refused."))
    made.remark = remark.strip()
    if approve:
        made.state, made.approved_by, made.approved = made.State.APPROVED, by, timezone.now()
    else:
        made.state, made.items, made.keys = made.State.REFUSED, None, None
    made.save()
    audit.record(by, "retention.approve", str(made.pk), result="done" if approve else "not approved", kind=made.kind)
    return made


# ---- holds ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def hold(
    by: User, *, reason: str, explanation: str, until: date, kind: str = "", key: str = "", person: Person | None = None
) -> Hold:
    """Keep a record, or everything about a person, from ending. Raises UnfitError."""
    require(by, "retention.hold", f"{kind}:{key}")
    _check_hold(reason, explanation, until)
    if person is None:
        _check_record(kind, key)
    elif not (person.name.strip() or person.email.strip() or person.phone.strip() or person.user):
        raise UnfitError("name", _("Nobody is named. Fill in a name, an e-mail address or a telephone number."))
    made = Hold(
        kind="" if person else kind, key="" if person else key.strip(), reason=reason, explanation=explanation.strip(),
        until=until, set_by=by, person=holding.told_of(person) if person else None, user=person.user if person else None,
    )
    made.save(force_insert=True)
    audit.record(by, "retention.hold", str(made.pk), kind=made.kind or "person", until=until.isoformat(), why=reason)
    return made


def _check_hold(reason: str, explanation: str, until: date) -> None:
    if reason not in Hold.Reason.values:
        raise UnfitError("reason", _("Choose a reason from the list."))
    if not explanation.strip():
        raise UnfitError("explanation", _("This is empty. Write at least a few words."))
    if until < timezone.localdate():
        raise UnfitError("until", _("This day is past. Fill in today or a later day."))
    if (until - timezone.localdate()).days > LONGEST:
        raise UnfitError("until", _("A hold lasts three years at most; it can be set again."))


def _check_record(kind: str, key: str) -> None:
    rule = holding.rule_of(kind)
    if rule is None:
        raise UnfitError("kind", _("Choose a kind of data from the list."))
    if not key.strip() or (rule.exists is not None and not rule.exists(key.strip())):
        raise UnfitError("key", _("There is no record of this kind with this key."))


@transaction.atomic
def end_hold(by: User, key: UUID) -> Hold:
    """End a hold now. Ending an ended one changes nothing."""
    require(by, "retention.hold", str(key))
    found = Hold.objects.select_for_update().get(pk=key)
    if found.ended is None:
        found.ended, found.ended_by = timezone.now(), by
        found.save()
        audit.record(by, "retention.hold", str(found.pk), result="ended", kind=found.kind or "person")
    return found
