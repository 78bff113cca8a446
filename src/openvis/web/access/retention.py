"""How accounts and what hangs on them end: roles, closed accounts, stated purposes, sessions, invitations."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openvis.web import city

from . import finding
from .models import Grant, Invitation, PurposeUse, Session, User
from .registry import Due, Person, RetentionRule, held, retention

GONE = "@gone.invalid"
"""The end of what stands in the place of an e-mail address that is gone."""


def start(term: str, day: dt.date) -> dt.datetime:
    """The first moment that is still within a term of the profile on a day."""
    begin = city.profile().retention_term(term).begins_before(day)
    return timezone.make_aware(dt.datetime.combine(begin, dt.time()))


def day_of(moment: Any) -> dt.date | None:
    """The local day of a moment."""
    return timezone.localdate(moment) if isinstance(moment, dt.datetime) else moment


def previewing(kind: str, due: Callable[[dt.date], QuerySet[Any]], column: str) -> Callable[[dt.date], Due]:
    """The preview of a rule whose records are a query: how many, since when, how many under a hold."""

    def preview(day: dt.date) -> Due:
        found, keys = due(day), held(kind)
        goes = found.exclude(pk__in=keys)
        return Due(goes.count(), day_of(goes.aggregate(at=Min(column))["at"]), found.filter(pk__in=keys).count())

    return preview


def ended_grants(day: dt.date) -> QuerySet[Grant]:
    """Roles that ended longer ago than their term."""
    return Grant.objects.filter(ends__lt=start("accounts", day))


def end_grants(day: dt.date) -> int:
    """Destroy these, with their history."""
    keys = list(ended_grants(day).exclude(pk__in=held("grant")).values_list("pk", flat=True))
    Grant.objects.filter(pk__in=keys).delete()
    finding.forget_history(Grant, keys)
    return len(keys)


def closed_accounts(day: dt.date) -> QuerySet[User]:
    """Accounts that were closed longer ago than their term and still say whose they were."""
    history = finding.history_of(User)[0]._default_manager.filter(is_active=True)
    lately = history.values("pgh_obj_id").annotate(closed=Max("pgh_created_at")).filter(closed__gte=start("accounts", day))
    return (
        User.objects.filter(is_active=False, created__lt=start("accounts", day)).exclude(email__endswith=GONE)
        .exclude(pk__in=lately.values("pgh_obj_id"))
    )  # fmt: skip


def end_accounts(day: dt.date) -> int:
    """Make these anonymous: entries of logs that outlive them keep a number, and no name."""
    return sum(anonymise(user) for user in closed_accounts(day).exclude(pk__in=held("user")))


def anonymise(user: User) -> int:
    """Take from an account whose it was: name, address, ways to sign in, roles, history."""
    user.email, user.name, user.is_active = f"{uuid.uuid4().hex}{GONE}", "", False
    user.set_unusable_password()
    user.save()
    grants = list(user.grants.values_list("pk", flat=True))
    for rows in (
        user.grants.all(), user.invitations.all(), user.sessions.all(), user.purposes.all(),
        EmailAddress.objects.filter(user=user), *_keys_of(user),
    ):  # fmt: skip
        rows.delete()
    finding.forget_history(User, [user.pk])
    finding.forget_history(Grant, grants)
    return 1


def _keys_of(user: User) -> Iterable[QuerySet[Any]]:
    """The second factors of somebody, where that part of allauth is in use."""
    from django.apps import apps

    if apps.is_installed("allauth.mfa"):
        yield apps.get_model("mfa", "Authenticator")._default_manager.filter(user=user)


def old_purposes(day: dt.date) -> QuerySet[PurposeUse]:
    """Purposes stated longer ago than the audit log remembers."""
    return PurposeUse.objects.filter(at__lt=start("audit", day))


def end_purposes(day: dt.date) -> int:
    """Destroy these."""
    return old_purposes(day).exclude(pk__in=held("purpose")).delete()[0]


def ended_sessions(day: dt.date) -> QuerySet[Session]:
    """Sessions that ended and are past their term."""
    return Session.objects.filter(expire_date__lt=start("sign_in", day))


def end_sessions(day: dt.date) -> int:
    """Destroy these."""
    return ended_sessions(day).exclude(pk__in=held("session")).delete()[0]


def ended_invitations(day: dt.date) -> QuerySet[Invitation]:
    """Invitations that ended, used or not, and are past their term."""
    return Invitation.objects.filter(ends__lt=start("sign_in", day))


def end_invitations(day: dt.date) -> int:
    """Destroy these."""
    return ended_invitations(day).exclude(pk__in=held("invitation")).delete()[0]


def is_key(model: type[Any]) -> Callable[[str], bool]:
    """A check whether a text is the key of a record; a text that cannot be one is not."""

    def exists(key: str) -> bool:
        try:
            return bool(model._default_manager.filter(pk=key).exists())
        except (ValueError, TypeError, ValidationError):
            return False

    return exists


def _sessions_of(person: Person) -> list[str]:
    return list(Session.objects.filter(user__in=finding.accounts_of(person)).values_list("pk", flat=True))


RULES = (
    RetentionRule("session", _("sessions"), "sign_in", previewing("session", ended_sessions, "expire_date"), end_sessions,
                  order=70, exists=is_key(Session), of_person=_sessions_of),
    RetentionRule("invitation", _("invitations"), "sign_in", previewing("invitation", ended_invitations, "ends"),
                  end_invitations, order=71, exists=is_key(Invitation)),
    RetentionRule("grant", _("roles that ended"), "accounts", previewing("grant", ended_grants, "ends"), end_grants,
                  order=72, exists=is_key(Grant)),
    RetentionRule("user", _("closed accounts"), "accounts", previewing("user", closed_accounts, "created"), end_accounts,
                  anonymises=True, order=73, exists=is_key(User)),
    RetentionRule("purpose", _("stated purposes"), "audit", previewing("purpose", old_purposes, "at"), end_purposes,
                  order=74, exists=is_key(PurposeUse)),
)  # fmt: skip


def register() -> None:
    """Tell how these end."""
    retention.extend(RULES)
