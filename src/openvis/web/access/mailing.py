"""The messages to people. Those about accounts hold a link that opens something: none is kept, in no job and no log."""

import datetime as dt
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from openvis.web import city

from .models import User


def invitation(user: User, link: str, ends: dt.datetime) -> None:
    """Send somebody the link to choose the password of a new account."""
    about = {"user": user, "link": link, "ends": ends, "city": city.profile().municipality.name}
    send_mail(_("Your account for OpenVIS"), render_to_string("access/invitation.txt", about), None, [user.email])


NOTICES = {
    "totp_activated": _l("An app for codes was set up to sign in with on your account."),
    "totp_deactivated": _l("The app for codes was taken away from your account."),
    "webauthn_added": _l("A security key was added to your account."),
    "webauthn_removed": _l("A security key was taken away from your account."),
    "recovery_codes_generated": _l("New recovery codes were made for your account; the earlier ones no longer work."),
    "password_changed": _l("The password of your account was changed."),
    "password_reset": _l("The password of your account was changed with a link from a message."),
    "account_connected": _l("Your account now opens with the municipality's own account, and no longer with a password."),
}
"""What the owner of an account is told of, by the name of allauth's message."""


def something_waits(person: User, subject: Any) -> None:
    """Tell somebody to look at Today. The subject, a lazy text, is general: not what waits, for whom or where."""
    with translation.override(person.language or settings.LANGUAGE_CODE):
        send_mail(
            str(subject),
            _("Sign in to OpenVIS and look at Today. This message says no more, so that it gives nothing away.")
            + (f"\n\n{settings.OPENVIS_SITE}" if settings.OPENVIS_SITE else ""),
            None, [person.email], fail_silently=False,
        )  # fmt: skip


def notice(user: str, kind: str, language: str) -> None:
    """Tell somebody that how they sign in was changed."""
    found = User.objects.filter(pk=user, is_active=True).first()
    if found is None or kind not in NOTICES:
        return
    with translation.override(language):
        about = {"user": found, "what": NOTICES[kind]}
        send_mail(_("Your account for OpenVIS"), render_to_string("access/notice.txt", about), None, [found.email])


def reset(user: str, site: str, language: str) -> None:
    """Send the owner of an account (its id; empty: there is none) the link to choose a new password."""
    found = User.objects.filter(pk=user, is_active=True).first() if user else None
    # Who signs in with the municipality's own account gets no password beside it.
    elsewhere = found is not None and not found.has_usable_password() and found.socialaccount_set.exists()
    if found is None or found.lapsed or elsewhere:
        return
    key = {"uidb36": user_pk_to_url_str(found), "key": default_token_generator.make_token(found)}
    link = site + reverse("account_reset_password_from_key", kwargs=key)
    about = {"user": found, "link": link, "hours": settings.PASSWORD_RESET_TIMEOUT // 3600}
    with translation.override(language):
        send_mail(_("A new password for OpenVIS"), render_to_string("access/reset.txt", about), None, [found.email])
