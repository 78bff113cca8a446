"""Inviting people (uitnodigen): an account, and one link to choose its password.

The link works once and for `OPENVIS_INVITATION_DAYS` days. It leaves by mail; where no mail is set up, whoever invites is
given it once, to hand over in person.
"""

import datetime as dt
import hashlib
import secrets

from allauth.core import context
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from . import audit, lifecycle, mailing, services
from .models import Invitation, User

HOUR = dt.timedelta(hours=1)


@transaction.atomic
def invite(email: str, name: str, organisation: str = "", *, by: User | None = None) -> str:
    """Make an account and an invitation. Gives the link, or nothing where it went by mail.

    Raises services.UnfitError as `services.add_person` does.
    """
    return renew(services.add_person(email, name, organisation, by=by), by=by)


@transaction.atomic
def renew(user: User, *, by: User | None = None) -> str:
    """Invite somebody again; the earlier link stops working. Gives the link, or nothing where it went by mail.

    Raises services.UnfitError: the account is closed or is in use already.
    """
    if not user.is_active or user.lapsed:
        raise services.UnfitError("invitation: the account is closed, expected one that is open")
    if Invitation.objects.filter(created__gt=timezone.now() - HOUR).count() >= settings.OPENVIS_INVITATIONS_AN_HOUR:
        raise services.UnfitError("invitation: too many in an hour, expected that it is done later or with a new limit")
    if user.has_usable_password():
        raise services.UnfitError("invitation: the account has a password already; its owner can ask for a new one")
    now = timezone.now()
    user.invitations.filter(used__isnull=True, ends__gt=now).update(ends=now)
    token = secrets.token_urlsafe(32)
    ends = now + dt.timedelta(days=settings.OPENVIS_INVITATION_DAYS)
    Invitation.objects.create(user=user, digest=_digest(token), created=now, ends=ends)
    link = _absolute(reverse("invitation", args=[token]))
    mailed = bool(settings.OPENVIS_MAIL)
    audit.record(by, "people.invite", str(user.pk), mailed=mailed, days=settings.OPENVIS_INVITATION_DAYS)
    if not mailed:
        return link
    transaction.on_commit(lambda: mailing.invitation(user, link, ends))
    return ""


def find(token: str) -> Invitation | None:
    """The invitation of a link, while it works."""
    now = timezone.now()
    found = Invitation.objects.select_related("user").filter(digest=_digest(token), used__isnull=True, ends__gt=now)
    return next((item for item in found if item.user.is_active and not item.user.lapsed), None)


@transaction.atomic
def accept(token: str, password: str) -> User | None:
    """Set the password of the invited account and use the invitation up. None where the link does not work (any more).

    Raises ValidationError for a weak password; the invitation stays then.
    """
    found = find(token)
    if found is None or not _take(found):
        return None
    user = found.user
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    lifecycle.end_sessions(user, why="invitation")
    audit.record(user, "people.accept", str(user.pk))
    return user


def _take(found: Invitation) -> bool:
    """Whether this very call uses the invitation up; two at once cannot both."""
    return bool(Invitation.objects.filter(pk=found.pk, used__isnull=True).update(used=timezone.now()))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _absolute(path: str) -> str:
    request = context.request
    return request.build_absolute_uri(path) if request is not None else f"{settings.OPENVIS_SITE}{path}"
