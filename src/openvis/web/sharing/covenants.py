"""The register of covenants (convenantenregister): what was agreed with whom until when, and what depends on it.

The covenants are data of the profile. Whoever exchanges data under one calls `require` first: outside its term nothing
moves, and the message says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from openvis.profile import PartnerCovenant
from openvis.web import city
from openvis.web.ui import formatting

SOON = timedelta(days=90)


class Standing(models.TextChoices):
    """How a covenant stands on a day."""

    AHEAD = "ahead", gettext_lazy("not in force yet")
    IN_FORCE = "in_force", gettext_lazy("in force")
    REVIEW = "review", gettext_lazy("review is due")
    ENDS = "ends", gettext_lazy("ends within 90 days")
    ENDED = "ended", gettext_lazy("has ended")


class CovenantError(Exception):
    """An exchange that its covenant does not cover on this day. `reason`: unknown, ahead or ended."""

    def __init__(self, reason: str, key: str, covenant: PartnerCovenant | None = None) -> None:
        self.reason, self.key, self.covenant = reason, key, covenant
        super().__init__(reason)

    def __str__(self) -> str:
        if self.covenant is None:
            return _("There is no covenant “%s” in the register, so nothing may be exchanged under it.") % self.key
        told = {"name": self.covenant.name.get(get_language()), "ends": formatting.date(self.covenant.ends),
                "starts": formatting.date(self.covenant.starts)}  # fmt: skip
        if self.reason == "ended":
            text = _("The covenant “%(name)s” ran out on %(ends)s. Until there is a new one, nothing is exchanged under it.")
        else:
            text = _("The covenant “%(name)s” begins on %(starts)s. Until then nothing is exchanged under it.")
        return text % told


def find(key: str) -> PartnerCovenant | None:
    """A covenant of the register."""
    return next((item for item in city.profile().covenants if item.id == key), None)


def name_of(key: str) -> str:
    """A covenant in the language of the page; its id where the register has it no more."""
    covenant = find(key)
    return covenant.name.get(get_language()) if covenant is not None else key


def require(key: str, day: date | None = None) -> PartnerCovenant:
    """The covenant, which covers this day. Raises CovenantError where it does not, with the sentence that says so."""
    covenant, today = find(key), day or timezone.localdate()
    if covenant is None:
        raise CovenantError("unknown", key)
    if not covenant.in_force(today):
        raise CovenantError("ended" if today > covenant.ends else "ahead", key, covenant)
    return covenant


def standing(covenant: PartnerCovenant, day: date) -> Standing:
    """How it stands. That it ends soon weighs more than that a review is due."""
    if day < covenant.starts:
        return Standing.AHEAD
    if day > covenant.ends:
        return Standing.ENDED
    if covenant.ends - day <= SOON:
        return Standing.ENDS
    return Standing.REVIEW if day >= covenant.review else Standing.IN_FORCE


def naming(compartment: str) -> list[PartnerCovenant]:
    """The covenants that allow an exchange with a compartment."""
    return [item for item in city.profile().covenants if compartment in item.compartments]


def needed(organisation: str, compartment: str) -> list[PartnerCovenant]:
    """The covenants one of which an organisation needs to exchange data with a compartment.

    Those that it is a party to. Who decides on the compartment (its controller) needs none: there the law is enough.
    """
    if any(item.id == compartment and item.controller == organisation for item in city.profile().compartments):
        return []
    return [item for item in naming(compartment) if organisation in item.parties]


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that stops when a covenant ends."""

    kind: Any
    name: str


dependents: list[Callable[[PartnerCovenant], Iterable[Dependent]]] = []
"""Apps further up add what of theirs rests on a covenant: sources of intake."""


def flows(covenant: PartnerCovenant) -> list[Dependent]:
    """The ways between compartments along which its parties exchange under it."""
    language = get_language()
    found = []
    for origin in city.profile().compartments:
        for to in origin.feeds:
            if to in covenant.compartments:
                name = f"{origin.name.get(language)} → {city.profile().compartment(to).name.get(language)}"
                found.append(Dependent(_("transfers by its partners"), name))
    return found


def depending(covenant: PartnerCovenant) -> list[Dependent]:
    """Everything that stops when it ends."""
    return [*(item for ask in dependents for item in ask(covenant)), *flows(covenant)]


def ending(day: date) -> list[PartnerCovenant]:
    """Those that end within 90 days or whose review is due; what ended stays in the list for 90 days more."""
    return [
        item for item in city.profile().covenants
        if standing(item, day) in (Standing.ENDS, Standing.REVIEW)
        or (standing(item, day) == Standing.ENDED and day - item.ends <= SOON)
    ]
