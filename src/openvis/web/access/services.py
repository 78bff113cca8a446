"""Giving people an account and roles, and taking these away. Every act is in the audit log."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pghistory
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from openvis.profile import Profile
from openvis.web import city

from . import audit, lifecycle, registry, walls
from .models import BREAK_GLASS, Grant, Organisation, User


class UnfitError(ValueError):
    """What was asked does not fit: says what, the value, and what was expected."""


class OwnAccountError(Exception):
    """Nobody changes what they themselves may do: somebody else has to."""


class ChangedError(Exception):
    """Somebody else changed the account in the meantime. Nothing was overwritten."""


@contextmanager
def changing(user: User, act: str, by: User | None, seen: int | None = None) -> Iterator[None]:
    """One transaction in which an account and its roles change, with who does it in their history.

    `seen` is the version that the person was looking at. Raises OwnAccountError where it is their own account,
    ChangedError where it has another version by now.
    """
    if by is not None and by.pk == user.pk:
        raise OwnAccountError(act)
    with transaction.atomic(), pghistory.context(user=str(by.pk) if by else "", act=act):
        current = User.objects.select_for_update().get(pk=user.pk)
        if seen is not None and current.version != seen:
            raise ChangedError(act)
        User.objects.filter(pk=user.pk).update(version=F("version") + 1)
        yield


@transaction.atomic
def load_organisations(profile: Profile) -> int:
    """Bring the profile's organisations, the rights of its roles and what apps ask for into the database.

    Names follow the profile; no organisation is deleted.
    """
    rows = [
        Organisation(key=item.id, name=item.name.get(profile.municipality.language)) for item in profile.organisations
    ]
    Organisation.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=["name"])
    walls.load_rights(profile)
    for load in registry.loads:
        load(profile)
    return len(rows)


@transaction.atomic
def add_person(
    email: str, name: str, organisation: str = "", password: str | None = None, *, by: User | None = None
) -> User:
    """Make an account. Without a password nobody can sign in on it until one is set.

    Raises UnfitError: address in use or not an address, organisation that the profile does not know, weak password.
    """
    email = User.objects.normalize_email(email.strip())
    try:
        validate_email(email)
    except ValidationError as wrong:
        raise UnfitError(f"e-mail address: {email!r} is not one, expected name@organisation.nl") from wrong
    if User.objects.filter(email__iexact=email).exists():
        raise UnfitError(f"e-mail address: {email!r} has an account already")
    if not name.strip():
        raise UnfitError("name: nothing given, expected the person's name")
    user = User(email=email, name=name.strip(), organisation=_organisation(organisation))
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as wrong:
            raise UnfitError(f"password: {' '.join(wrong.messages)}") from wrong
    user.set_password(password)
    user.save()
    audit.record(by, "people.add", str(user.pk))
    return user


def grant(
    user: User, role: str, *, reason: str, source: str, areas: Iterable[str] = (), starts: dt.datetime | None = None,
    ends: dt.datetime | None = None, by: User | None = None, seen: int | None = None,
) -> Grant:
    """Give somebody a role: why, on whose word (source), where, until when.

    Raises UnfitError: role or area that the profile does not know, an area role without areas, no reason, an end
    before its begin, a closed account. Raises OwnAccountError and ChangedError as `changing` does.
    """
    chosen = sorted(set(areas))
    check_role(role, chosen)
    if not reason.strip() or not source.strip():
        raise UnfitError("reason and source: both are needed, expected why the person has the role and who decided it")
    if source.strip() == BREAK_GLASS:
        raise UnfitError(f"source: {BREAK_GLASS!r} is what emergencies have, expected who decided it")
    begin = starts or timezone.now()
    if ends is not None and ends <= begin:
        raise UnfitError(f"end: {ends:%Y-%m-%d} is not after the begin {begin:%Y-%m-%d}")
    if not user.is_active:
        raise UnfitError("account: it is closed, expected one that is open")
    with changing(user, "grant", by, seen):
        given = Grant.objects.create(
            user=user, role=role, areas=chosen, reason=reason.strip(), source=source.strip(), starts=begin, ends=ends
        )
        audit.record(by, "people.grant", str(user.pk), given_role=role, areas=chosen)
    return given


def revoke(given: Grant, *, by: User | None = None, seen: int | None = None) -> Grant:
    """End a role now, and the person's sessions. The grant stays readable. Ending an ended one changes nothing."""
    with changing(given.user, "revoke", by, seen):
        return _end(given, by)


def _end(given: Grant, by: User | None) -> Grant:
    now = timezone.now()
    if given.ends is not None and given.ends <= now:
        return given
    given.ends = now
    given.starts = min(given.starts, now)
    given.save(update_fields=["starts", "ends"])
    lifecycle.end_sessions(given.user, by=by, why="role ended")
    audit.record(by, "people.revoke", str(given.user_id), taken_role=given.role)
    return given


def disable(user: User, *, by: User | None = None, seen: int | None = None) -> None:
    """Nobody signs in on this account any more; its roles end, those of later too."""
    with changing(user, "disable", by, seen):
        user.is_active = False
        user.save(update_fields=["is_active"])
        lifecycle.end_sessions(user, by=by, why="closed")
        for given in user.grants.not_ended():
            _end(given, by)
        audit.record(by, "people.disable", str(user.pk))


def reopen(user: User, *, by: User | None = None, seen: int | None = None) -> None:
    """Open a closed account again, without a last day and without roles: these are given anew."""
    with changing(user, "reopen", by, seen):
        user.is_active, user.expires = True, None
        user.save(update_fields=["is_active", "expires"])
        audit.record(by, "people.reopen", str(user.pk))


def set_last_day(user: User, day: dt.date | None, *, by: User | None = None, seen: int | None = None) -> None:
    """Set the last day on which somebody signs in; None takes it away. A day that is past signs the person out now."""
    with changing(user, "expiry", by, seen):
        lifecycle.set_expiry(user, day, by=by)


def _organisation(key: str) -> Organisation | None:
    if not key:
        return None
    found = Organisation.objects.filter(key=key).first()
    if found is None:
        known = ", ".join(Organisation.objects.order_by("key").values_list("key", flat=True))
        raise UnfitError(f"organisation: {key!r} is not known, expected one of: {known}")
    return found


def check_role(key: str, areas: list[str]) -> None:
    """Raises UnfitError where a role, or an area for it, is not one of the profile."""
    profile = city.profile()
    roles = {role.id: role for role in profile.roles}
    if key not in roles:
        raise UnfitError(f"role: {key!r} is not in the profile, expected one of: {', '.join(roles)}")
    if roles[key].scope != "area":
        if areas:
            raise UnfitError(f"areas: role {key!r} is for {roles[key].scope}, expected no areas")
        return
    if not areas:
        raise UnfitError(f"areas: role {key!r} is for an area, expected one or more codes of areas")
    known = {area.code for area in profile.areas}
    unknown = [code for code in areas if code not in known]
    if unknown:
        raise UnfitError(f"areas: {', '.join(unknown)} not in the profile, expected codes such as {min(known)}")
