"""Demonstration accounts: one a role of the profile, with a password that everybody knows. Never beside real data."""

import datetime as dt
import re
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from openvis.profile import Profile, Role
from openvis.web import city

from . import services
from .models import User

PASSWORD = "samen-veilig-2026"  # noqa: S105 -- shown on the sign-in page of a demonstration
BY_TWO = ("signals.weigh",)
"""Work that one person begins and another confirms: where a single role does it, somebody has a colleague."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration, as the sign-in page and the command show it."""

    email: str
    name: str
    role: str
    reach: tuple[str, ...]


def accounts(profile: Profile) -> list[DemoAccount]:
    """The accounts a demonstration of this profile has: the three main ones first."""
    domain = re.sub(r"[^a-z0-9]+", "-", profile.municipality.name.lower()).strip("-")
    lang = get_language() or profile.municipality.language
    area = first_area(profile)
    found = []
    for alias, role in roles_by_alias(profile).items():
        name, reach = _capital(role.name.get(lang)), (area,) if role.scope == "area" else ()
        found.append(DemoAccount(f"{alias}@{domain}.example", name, role.id, reach))
        if _needs_a_colleague(profile, role):
            found.append(DemoAccount(f"{alias}-2@{domain}.example", _("%s (colleague)") % name, role.id, reach))
    return found


def _needs_a_colleague(profile: Profile, role: Role) -> bool:
    return any(role.may(ability) and sum(one.may(ability) for one in profile.roles) == 1 for ability in BY_TWO)


@transaction.atomic
def make_demo_people(profile: Profile, since: dt.datetime | None = None) -> list[DemoAccount]:
    """Make the accounts and give each its role, as from a moment in the past where they are to have a history. Repeatable.

    Raises ImproperlyConfigured where the settings allow no demonstration accounts.
    """
    if not settings.OPENVIS_DEMO_ACCOUNTS:
        raise ImproperlyConfigured("Demonstration accounts have a public password: not with these settings.")
    organisations = {role.id: role.organisation for role in profile.roles}
    with override(profile.municipality.language):
        reason, source, made = _("to try OpenVIS"), _("demonstration"), accounts(profile)
    for account in made:
        user = User.objects.filter(email=account.email).first() or services.add_person(
            account.email, account.name, organisations[account.role], PASSWORD
        )
        if not user.grants.in_force().filter(role=account.role).exists():
            services.grant(user, account.role, areas=account.reach, reason=reason, source=source, starts=since)
    return made


def shown_accounts() -> list[DemoAccount]:
    """What the sign-in page shows: nothing, unless this installation is a demonstration and the accounts are there."""
    if not settings.OPENVIS_DEMO_ACCOUNTS or city.demonstration() is None:
        return []
    made = accounts(city.profile())
    there = User.objects.filter(is_active=True, email__in=[account.email for account in made])
    emails = set(there.values_list("email", flat=True))
    return [account for account in made if account.email in emails]


def roles_by_alias(profile: Profile) -> dict[str, Role]:
    """Local part of the address → role: the three main ones by what they may, the rest by their id."""

    def first(scope: str, *abilities: str) -> Role | None:
        return next((r for r in profile.roles if r.scope == scope and all(r.may(a) for a in abilities)), None)

    main = {
        "analyst": first("city", "intake.upload", "picture.rows"),
        "manager": first("area", "places.assess"),
        "administrator": first("city", "people.manage"),
    }
    named = {alias: role for alias, role in main.items() if role is not None}
    taken = {role.id for role in named.values()}
    rest = {role.id.replace("_", "-"): role for role in profile.roles if role.id not in taken}
    return named | rest


def first_area(profile: Profile) -> str:
    """The area of the demonstration's area roles: the first of the coarsest level."""
    areas = profile.areas_of(profile.levels[0].id)
    return min(area.code for area in areas)


def _capital(text: str) -> str:
    """With a capital at the front; names further on keep theirs."""
    return text[:1].upper() + text[1:]
