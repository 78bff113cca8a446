"""Who has which role, where and until when."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.web import city

from .listing import SOON
from .models import Grant, User

MOST_AREAS = 20
"""How many areas the search page offers."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A role of a person as the people pages show it."""

    grant: Grant
    role: str
    """Name in the language of the page; the key where the profile does not know the role (any more)."""
    where: str
    abilities: tuple[str, ...]
    known: bool
    state: str
    """`now`, `later` or `ended`."""
    last_day: dt.date | None = None
    """The last day on which it counts; None where no end is set."""
    soon: bool = False
    """Whether it ends within a month."""


def reach(scope: str, areas: Iterable[str]) -> str:
    """Where a role counts, in words."""
    profile = city.profile()
    if scope == "city":
        return _("all of %(city)s") % {"city": profile.municipality.name}
    if scope == "own":
        return _("own entries")
    names = {area.code: area.name for area in profile.areas}
    return ", ".join(names.get(code, code) for code in sorted(areas)) or _("no area yet")


def role_name(key: str) -> str:
    """A role in the language of the page; its key where the profile does not know it (any more)."""
    role = next((role for role in city.profile().roles if role.id == key), None)
    return role.name.get(get_language()) if role is not None else key


def where(key: str, areas: Iterable[str]) -> str:
    """Where a role counts, in words, by its key."""
    role = next((role for role in city.profile().roles if role.id == key), None)
    return reach(role.scope, areas) if role is not None else _("not in the profile")


def last_day(ends: dt.datetime | None) -> dt.date | None:
    """The last day of what ends at a moment: what ends at midnight has the day before as its last."""
    return timezone.localdate(ends - dt.timedelta(microseconds=1)) if ends else None


def holding(grant: Grant) -> Holding:
    """A grant with the words of the profile."""
    roles = {role.id: role for role in city.profile().roles}
    role = roles.get(grant.role)
    now = timezone.now()
    state = "later" if grant.starts > now else "ended" if grant.ends and grant.ends <= now else "now"
    last = last_day(grant.ends)
    soon = state == "now" and grant.ends is not None and grant.ends - now <= SOON
    if role is None:
        return Holding(grant, grant.role, _("not in the profile"), (), False, state, last, soon)
    name, where = role.name.get(get_language()), reach(role.scope, grant.areas)
    return Holding(grant, name, where, tuple(map(str, role.abilities)), True, state, last, soon)


def holdings(user: User) -> list[Holding]:
    """All roles of one person: those of now first, then what comes, then what was."""
    order = {"now": 0, "later": 1, "ended": 2}
    found = [holding(grant) for grant in user.grants.all()]
    return sorted(found, key=lambda item: (order[item.state], item.role))


def people_with_roles() -> list[tuple[User, list[Holding]]]:
    """Everybody with an account, by name, with their roles."""
    people = User.objects.select_related("organisation").prefetch_related("grants").order_by("name", "email")
    return [(person, holdings(person)) for person in people]


def search_areas(user: Any, words: str) -> list[tuple[str, str, str]]:
    """Areas whose name or code holds the words, names that begin with them first: (name, level, address of its picture)."""
    wanted = words.casefold()
    profile = city.profile()
    levels = {level.id: level.name.get(get_language()) for level in profile.levels}
    found = [
        area for area in profile.areas
        if area.valid_to is None and (wanted in area.name.casefold() or wanted == area.code.casefold())
    ]
    order = list(levels)
    found.sort(key=lambda area: (not area.name.casefold().startswith(wanted), order.index(area.level), area.name))
    picture = reverse("picture")
    return [
        (area.name, levels[area.level].capitalize(), f"{picture}?{urlencode({'gebied': area.code})}")
        for area in found[:MOST_AREAS]
    ]
