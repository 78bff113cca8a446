"""What signing in keeps about people: sessions, invitations, second factors, the municipality's provider, attempts."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import sessions
from .finding import accounts_of
from .models import Invitation, Session
from .registry import About, Person, PersonalTable, personal


def register() -> None:
    """Say what is personal here."""
    personal.extend(TABLES)


def find_sessions(person: Person) -> Iterator[About]:
    """Where a person is signed in."""
    for row in Session.objects.filter(user__in=accounts_of(person)):
        yield About("session", sessions.handle(row.session_key), sessions.device(row.device), _("signing in"),
                    row.expire_date.date(), [
            (_("device"), sessions.device(row.device)), (_("address"), row.address or "–"),
            (_("since"), f"{row.since:%Y-%m-%d %H:%M}" if row.since else "–"),
        ])  # fmt: skip


def find_invitations(person: Person) -> Iterator[About]:
    """The invitations a person got."""
    for row in Invitation.objects.filter(user__in=accounts_of(person)):
        yield About("invitation", str(row.pk), _("invitation"), _("signing in"), row.ends.date(), [
            (_("made on"), f"{row.created:%Y-%m-%d}"), (_("used on"), f"{row.used:%Y-%m-%d}" if row.used else "–"),
        ])  # fmt: skip


def find_factors(person: Person) -> Iterator[About]:
    """The second factors of a person, without their secrets."""
    for row in Authenticator.objects.filter(user__in=accounts_of(person)):
        used = f"{row.last_used_at:%Y-%m-%d}" if row.last_used_at else "–"
        yield About("factor", str(row.pk), str(row), _("signing in"), None, [
            (_("made on"), f"{row.created_at:%Y-%m-%d}"), (_("used on"), used),
        ])  # fmt: skip


def find_connections(person: Person) -> Iterator[About]:
    """That a person signs in with the municipality's provider."""
    for row in SocialAccount.objects.filter(user__in=accounts_of(person)):
        yield About("connection", str(row.pk), _("account of the municipality"), _("signing in"), None, [
            (_("made on"), f"{row.date_joined:%Y-%m-%d}"), (_("used on"), f"{row.last_login:%Y-%m-%d}"),
        ])  # fmt: skip


def find_attempts(person: Person) -> Iterator[About]:
    """Wrong passwords of the last day."""
    emails = [user.email.casefold() for user in accounts_of(person)]
    emails += [person.email.strip().casefold()] if person.email.strip() else []
    for row in AccessAttempt.objects.filter(username__in=emails):
        yield About("attempt", str(row.pk), _("wrong password"), _("against guessing"), None, [
            (_("at"), f"{row.attempt_time:%Y-%m-%d %H:%M}"), (_("address"), row.ip_address or "–"),
        ])  # fmt: skip


ACCOUNT = gettext_lazy("as long as the account is")
WITH_USER = "found and told with the account that it is of"
UNUSED = "a table of a library that this site never writes"

TABLES = (
    PersonalTable(
        Session, ("user",), "staff", find_sessions,
        kept_because=gettext_lazy("until the session ends, twelve hours at most"),
        explained={"address": WITH_USER, "device": WITH_USER, "session_data": WITH_USER},
    ),
    PersonalTable(
        Invitation, ("user",), "staff", find_invitations, kept_because=gettext_lazy("accounts for who could sign in")
    ),
    PersonalTable(
        Authenticator, ("user",), "staff", find_factors, kept_because=ACCOUNT,
        explained={"data": "a secret: nobody is told it"},
    ),
    PersonalTable(
        SocialAccount, ("user",), "staff", find_connections, kept_because=ACCOUNT,
        explained={"uid": WITH_USER, "extra_data": WITH_USER, "provider": "the municipality's own"},
    ),
    PersonalTable(
        AccessAttempt, ("username",), "staff", find_attempts, kept_because=gettext_lazy("one day, against guessing"),
        explained=dict.fromkeys(
            ("ip_address", "user_agent", "get_data", "post_data", "http_accept", "path_info"), "found with the name tried"
        ),
    ),
    PersonalTable(AccessAttemptExpiration, none_because="moments only"),
    *(
        PersonalTable(model, none_because=UNUSED, explained=dict.fromkeys(unused, UNUSED))
        for model, unused in (
            (SocialToken, ()), (SocialApp, ()), (EmailAddress, ("user", "email")), (EmailConfirmation, ()),
            (AccessLog, ("ip_address",)), (AccessFailureLog, ("ip_address",)),
        )
    ),
)
