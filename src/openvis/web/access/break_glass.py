"""Access in an emergency (noodtoegang): one person asks, another allows, and it ends by itself within hours.

It is a role like any other, with its areas and its end; everything done with it is marked in the audit log, and it is
reviewed afterwards. It never opens what tells nobody who is known there (victims, radicalisation), what feeds nothing
(the address index), or administration itself.
"""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.profile import CompartmentId, Role
from openvis.profile.access import NEVER_ANSWERS, NEVER_FEEDS
from openvis.web import city

from . import audit, people, services
from .models import BREAK_GLASS, AuditEntry, BreakGlass, Grant, User
from .oversight_models import ANSWER_WITHIN

ASK, ALLOW, REVIEW = "break_glass.ask", "break_glass.approve", "people.review"


class RefusedError(Exception):
    """It cannot be done: says why, in words for the page. `field` names the field of the form, where it is one."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def never() -> frozenset[CompartmentId]:
    """Compartments that no emergency opens: the profile says which answer nothing, feed nothing, or hold no content."""
    secret = {
        item.id for item in city.profile().compartments if item.circle == "purpose" and item.answers == "nothing"
    }
    return frozenset(secret) | NEVER_ANSWERS | NEVER_FEEDS | {CompartmentId.ADMINISTRATION}


def closed_for(role: Role) -> list[str]:
    """Names of the compartments because of which a role is not for emergencies. Counts are no reason."""
    profile, shut = city.profile(), never()
    return [
        item.name.get(get_language()) for item in profile.compartments
        if item.id in shut and set(profile.rights(role.id, item.id).written) - {"c"}
    ]


def roles() -> list[Role]:
    """The roles that can be asked for."""
    return [role for role in city.profile().roles if role.scope != "own" and role.abilities and not closed_for(role)]


def ask(by: User, role: str, *, reason: str, hours: int, areas: Iterable[str] = ()) -> BreakGlass:
    """Ask for a role in an emergency. Tells those who may allow it. Raises RefusedError."""
    _may(by, ASK)
    wanted = next((item for item in city.profile().roles if item.id == role), None)
    if wanted is None:
        raise RefusedError(_("This role is not in the profile."), "role")
    if shut := closed_for(wanted):
        words = _("Not in an emergency: this role opens %(names)s. Ask the people who work there.")
        raise RefusedError(words % {"names": ", ".join(shut)}, "role")
    if not 1 <= hours <= settings.OPENVIS_BREAK_GLASS_HOURS:
        words = _("At least 1 and at most %(hours)s hours.")
        raise RefusedError(words % {"hours": settings.OPENVIS_BREAK_GLASS_HOURS}, "hours")
    if not reason.strip():
        raise RefusedError(_("Say what is going on and why it cannot wait."), "reason")
    chosen = sorted(set(areas))
    try:
        services.check_role(role, chosen)
    except services.UnfitError as wrong:
        raise RefusedError(str(wrong), "areas") from wrong
    with transaction.atomic():
        made = BreakGlass(asked_by=by, role=role, areas=chosen, reason=reason.strip(), hours=hours)
        made.save(force_insert=True)
        audit.record(by, ASK, _object(made), asked_role=role, hours=hours)
        _tell(approvers(but=by), "access/break_glass_asked.txt", made)
    return made


def allow(request: BreakGlass, by: User) -> Grant:
    """Allow it: the role counts from now, for the hours asked. Raises RefusedError."""
    with transaction.atomic():
        found, asker = _waiting(request, by)
        _answered(found, by, allowed=True)
        now = timezone.now()
        with services.changing(asker, "break-glass", by):
            given = Grant.objects.create(
                user=asker, role=found.role, areas=found.areas, source=BREAK_GLASS, reason=found.reason,
                starts=now, ends=now + dt.timedelta(hours=found.hours),
            )
        BreakGlass.objects.filter(pk=found.pk).update(grant=given)
        audit.record(by, ALLOW, _object(found), given_role=found.role, hours=found.hours, to=str(asker.pk))
        _tell([asker], "access/break_glass_answered.txt", found)
    return given


def refuse(request: BreakGlass, by: User) -> None:
    """Do not allow it. Raises RefusedError."""
    with transaction.atomic():
        found, asker = _waiting(request, by)
        _answered(found, by, allowed=False)
        audit.record(by, ALLOW, _object(found), result="refused", asked_role=found.role)
        _tell([asker], "access/break_glass_answered.txt", found)


def end(request: BreakGlass, by: User) -> None:
    """End it before its time. Raises RefusedError."""
    _may(by, ALLOW)
    found = BreakGlass.objects.select_related("grant", "asked_by").get(pk=request.pk)
    if found.grant is None or found.state != "running":
        raise RefusedError(_("This is not running (any more)."))
    try:
        services.revoke(found.grant, by=by)
    except services.OwnAccountError as own:
        raise RefusedError(_("Somebody else ends it: it is your own.")) from own


@transaction.atomic
def review(request: BreakGlass, by: User, finding: str) -> None:
    """Write down afterwards whether it was right, and what follows. Raises RefusedError."""
    _may(by, REVIEW)
    found = BreakGlass.objects.select_for_update().get(pk=request.pk)
    if found.asked_by_id == by.pk:
        raise RefusedError(_("Somebody else reviews it: it is your own."))
    if found.state != "ended" or found.reviewed_at is not None:
        raise RefusedError(_("This is not (any more) to be reviewed: it runs still, or it was reviewed."))
    if not finding.strip():
        raise RefusedError(_("Write what you found."), "finding")
    BreakGlass.objects.filter(pk=found.pk).update(reviewed_by=by, reviewed_at=timezone.now(), finding=finding.strip())
    audit.record(by, "break_glass.review", _object(found))


def used(request: BreakGlass) -> int:
    """How many entries the audit log has of what was done while it ran, as far as whoever asks may see them."""
    if request.grant is None:
        return 0
    entries = AuditEntry.objects.filter(actor=request.asked_by_id, at__gte=request.grant.starts, facts__break_glass=True)
    return entries.filter(at__lte=request.grant.ends).count()


def waiting() -> QuerySet[BreakGlass]:
    """Requests that can still be answered."""
    return BreakGlass.objects.filter(answered_at__isnull=True, asked_at__gt=timezone.now() - ANSWER_WITHIN)


def running() -> QuerySet[BreakGlass]:
    """What is open now."""
    return BreakGlass.objects.filter(allowed=True, grant__ends__gt=timezone.now())


def to_review() -> QuerySet[BreakGlass]:
    """What has ended and was not reviewed."""
    return BreakGlass.objects.filter(allowed=True, grant__ends__lte=timezone.now(), reviewed_at__isnull=True)


def approvers(but: User) -> list[User]:
    """Everybody who may allow it, except the one who asks."""
    return [one for one in people.holders(ALLOW) if one != but]


def _may(by: User, ability: str) -> None:
    if not people.may(by, ability):
        raise RefusedError(_("You may not do this."))


def _waiting(request: BreakGlass, by: User) -> tuple[BreakGlass, User]:
    """The request, locked, and who asked, once it is certain that this person may answer it now."""
    _may(by, ALLOW)
    found = BreakGlass.objects.select_for_update().get(pk=request.pk)
    if found.asked_by_id == by.pk:
        raise RefusedError(_("Somebody else answers it: you asked it yourself."))
    if found.answered_at is not None:
        raise RefusedError(_("It was answered already."))
    asker = found.asked_by
    if found.state == "lapsed" or asker is None or not asker.is_active or asker.lapsed:
        raise RefusedError(_("It is too old, or the account is closed. Let them ask again."))
    return found, asker


def _answered(found: BreakGlass, by: User, *, allowed: bool) -> None:
    found.answered_by, found.answered_at, found.allowed = by, timezone.now(), allowed
    found.save(update_fields=["answered_by", "answered_at", "allowed"])


def _object(request: BreakGlass) -> str:
    return f"break_glass:{request.pk}"


def _tell(whom: list[User], template: str, request: BreakGlass) -> None:
    """Mail where mail is set up. It names no person and no reason: these are on the site."""
    if not settings.OPENVIS_MAIL:
        return
    path = reverse("break_glass_answers") if "asked" in template else reverse("break_glass")
    text = render_to_string(template, {"request": request, "link": f"{settings.OPENVIS_SITE}{path}"})
    addresses = [user.email for user in whom]
    transaction.on_commit(lambda: [send_mail(_("Access in an emergency"), text, None, [to]) for to in addresses])
