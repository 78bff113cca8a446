"""The register as pages, for everybody: signed in or not, in the order and the headings of the Dutch register."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from openvis.register import Entry
from openvis.register.loading import entries
from openvis.web import city
from openvis.web.guard import OPEN, rule
from openvis.web.ui import takeaway
from openvis.web.ui.takeaway import Column, Parcel, parcel_response

STATES = {"in use": "ok", "in development": "warning", "command line only": "info"}
"""Each status with the kind of its badge; those in use come first."""


@dataclass(frozen=True)
class Told:
    """One entry in the language of the page."""

    entry: Entry
    name: str
    summary: str
    status: str
    badge: str

    @classmethod
    def of(cls, entry: Entry) -> "Told":
        language = get_language()
        name, summary = entry.name.get(language), entry.summary.get(language)
        return cls(entry, name, summary, _status(entry), STATES[entry.status])

    @property
    def url(self) -> str:
        return reverse("algorithm", args=[self.entry.key])

    @property
    def responsible(self) -> list[tuple[str, str]]:
        """Verantwoord gebruik."""
        language, entry = get_language(), self.entry
        return [
            (_("Purpose and impact"), entry.purpose.get(language)),
            (_("Considerations"), entry.considerations.get(language)),
            (_("Human intervention"), entry.human_decision.get(language)),
            (_("Risk management"), entry.risks.get(language)),
            (_("Legal basis"), entry.legal_basis.get(language)),
        ]

    @property
    def working(self) -> list[tuple[str, str]]:
        """Werking."""
        language, entry = get_language(), self.entry
        return [(_("Data"), entry.data.get(language)), (_("Technical working"), entry.working.get(language))]

    @property
    def code(self) -> list[tuple[str, str]]:
        """Where it is written, and what proves it."""
        found = [
            (_("Functions"), ", ".join(self.entry.functions)),
            (_("Documentation"), f"docs/{self.entry.page}"),
            (_("Proved by"), ", ".join(self.entry.tests)),
        ]
        command = [(_("Command"), f"openvis analyse {self.entry.command}")] if self.entry.command else []
        return command + found


def _status(entry: Entry) -> str:
    return {
        "in use": _("in use"),
        "in development": _("in development"),
        "command line only": _("for analysts only, not on the pages"),
    }[entry.status]


def told() -> list[Told]:
    """All entries: those in use first, then by name."""
    order = list(STATES)
    found = [Told.of(entry) for entry in entries().values()]
    return sorted(found, key=lambda item: (order.index(item.entry.status), item.name.casefold()))


@rule(OPEN)
@require_GET
def algorithms(request: HttpRequest) -> HttpResponse:
    """The list."""
    return render(request, "register/algorithms.html", {"entries": told(), "formats": _formats()})


@rule(OPEN)
@require_GET
def algorithm(request: HttpRequest, key: str) -> HttpResponse:
    """One method."""
    entry = entries().get(key)
    if entry is None:
        raise Http404
    return render(request, "register/algorithm.html", {"told": Told.of(entry)})


@rule(OPEN)
@require_GET
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The whole register as a table; public, as its pages are."""
    if kind not in takeaway.TABLES:
        raise Http404
    return parcel_response(_parcel(), kind)


def _formats() -> list[dict[str, Any]]:
    return [
        {"name": takeaway.NAMES[kind], "url": reverse("algorithms_download", args=[kind])} for kind in takeaway.TABLES
    ]


def _parcel() -> Parcel:
    rows = [
        (
            item.name, item.summary, _("Municipality of %(name)s") % {"name": city.profile().municipality.name}, item.status,
            *(text for _heading, text in (*item.responsible, *item.working)),
            ", ".join(item.entry.functions), f"docs/{item.entry.page}", ", ".join(item.entry.tests),
        )
        for item in told()
    ]  # fmt: skip
    titles = {
        "name": _("Name"), "summary": _("Short description"), "organisation": _("Organisation"), "status": _("Status"),
        "purpose": _("Purpose and impact"), "considerations": _("Considerations"),
        "human_intervention": _("Human intervention"), "risks": _("Risk management"), "legal_basis": _("Legal basis"),
        "data": _("Data"), "working": _("Technical working"), "functions": _("Functions"),
        "documentation": _("Documentation"), "tests": _("Proved by"),
    }  # fmt: skip
    return Parcel("openvis-algoritmes", [Column(name, title) for name, title in titles.items()], rows)
