"""What can be taken along from the picture: one table of results, each with its method and the formats that fit it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from openvis.web.ui import takeaway
from openvis.web.ui.takeaway import Parcel

from . import alerts, compared, counts, forecast, multiples, panels, repeating
from .asking import Asking

__all__ = ["COUNTS", "RESULTS", "Asking", "Result", "menu", "menus"]


@dataclass(frozen=True, slots=True)
class Result:
    """One result. method: its key in the algorithm register. ability: what one needs besides exporting."""

    key: str
    name: Any
    method: str
    make: Callable[[Asking], Parcel]
    shapes: bool = False
    drawing: bool = False
    ability: str = "picture.view"

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that fit it, in the order of the menu."""
        fits = {
            *takeaway.TABLES,
            *(takeaway.SHAPES if self.shapes else ()),
            *(takeaway.PICTURES if self.drawing else ()),
        }
        return tuple(kind for kind in takeaway.NAMES if kind in fits)


RESULTS: dict[str, Result] = {
    result.key: result
    for result in (
        Result("cellen", gettext_lazy("hot cells"), "hotspots", panels.cells, shapes=True, drawing=True),
        Result("plekken", gettext_lazy("places"), "hotspots", panels.places, shapes=True, drawing=True),
        Result("weken", gettext_lazy("weeks"), "trend", panels.weeks, drawing=True),
        Result("uren", gettext_lazy("hours"), "hot-times", panels.hours, drawing=True),
        Result("gebieden", gettext_lazy("areas"), "rates", panels.areas, shapes=True, drawing=True),
        Result("wekengebieden", gettext_lazy("weeks by area"), "trend", multiples.weeks, drawing=True),
        Result("signaleringen", gettext_lazy("alerts"), "alerts", alerts.alerts, shapes=True, drawing=True),
        Result("verwachting", gettext_lazy("forecast"), forecast.METHOD, forecast.cells, shapes=True, drawing=True),
        Result("toets", gettext_lazy("test of the forecast"), forecast.METHOD, forecast.scores),
        Result(
            "herhaling", gettext_lazy("zones of near repeats"), repeating.METHOD, repeating.zones, shapes=True,
            drawing=True, ability="picture.rows",
        ),
        Result("verschil", gettext_lazy("difference by area"), "rates", compared.areas, shapes=True, drawing=True),
        Result("verschilcellen", gettext_lazy("cells that differ"), "rates", compared.cells, shapes=True, drawing=True),
    )
}


COUNTS = {"gebieden": Result("gebieden", gettext_lazy("areas"), counts.METHOD, counts.areas, shapes=True, drawing=True)}
"""What can be taken along from the page of the open counts."""


def menu(result: Result, address: str) -> dict[str, Any]:
    """For the page: a result with its method, and a link for each format that fits it."""
    return {
        "key": result.key,
        "name": result.name,
        "method": result.method,
        "formats": [
            {"name": takeaway.NAMES[kind], "url": reverse(address, args=[result.key, kind])} for kind in result.formats
        ],
    }


def menus(may: Callable[[str], bool]) -> dict[str, dict[str, Any]]:
    """The results of the picture that somebody may take along, by key; without the right to export, none."""
    if not may("export.aggregate"):
        return {}
    return {key: menu(result, "picture_download") for key, result in RESULTS.items() if may(result.ability)}
