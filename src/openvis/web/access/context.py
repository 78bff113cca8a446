"""Who is looking, in the words of the header."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openvis.web import city

from . import acting, people, selectors
from .models import User


@dataclass(frozen=True)
class Person:
    """The person of this request, for templates: name, roles, and where those count."""

    user: User | AnonymousUser

    @property
    def name(self) -> str:
        return str(self.user)

    @cached_property
    def roles(self) -> list[str]:
        """Names of the roles held now, in the language of the page."""
        return [standing.role.name.get(get_language()) for standing in people.standings(self.user)]

    @cached_property
    def reach(self) -> str:
        """Where the first role counts: the whole city, or the names of its areas."""
        held = people.standings(self.user)
        if not held:
            return ""
        return selectors.reach(held[0].role.scope, held[0].areas)

    @cached_property
    def purpose(self) -> str:
        """Name of the purpose in force on this page; empty where nothing personal is open."""
        held = acting.current().purpose
        lang = get_language()
        return next((item.name.get(lang) for item in city.profile().purposes if item.id == held), held)

    @property
    def line(self) -> str:
        """`informatieanalist, heel Almere`."""
        if not self.roles:
            return _("no role")
        more = f" +{len(self.roles) - 1}" if len(self.roles) > 1 else ""
        return f"{self.roles[0]}{more}, {self.reach}" if self.reach else f"{self.roles[0]}{more}"


def person(request: HttpRequest) -> dict[str, Any]:
    """`person` for every template."""
    return {"person": Person(getattr(request, "user", AnonymousUser()))}
